//! The static binary in a root folder that holds nothing but the CLI and itself: no C library, no certificates, no `/proc`,
//! no `/etc`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cloudbase::sandbox::{Endpoint, Options, Sandbox};
use rcgen::{CertificateParams, KeyPair};
use tempfile::TempDir;

use crate::name_server;
use crate::private_authority::{Authority, encrypt};

const ENV: &str = "test-env-6gni9ity244a6ea3";
const APPID: &str = "wx5fe6bb43205e9e07";
const VARIABLE: &str = "STATIC_PROVIDER";

/// A root folder, and how to get into it.
struct Root {
    folder: TempDir,
    enter: &'static [&'static str],
}

impl Root {
    /// None, with a word, where nobody may change the root folder.
    fn new() -> Option<Self> {
        let enter = ways_in();
        if enter.is_none() {
            println!("NOT RUN: this takes root, or user namespaces (`unshare -r`)");
        }
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::copy(provider(), at("terraform-provider-cloudbase")).unwrap();
        fs::copy(cli(), at("terraform")).unwrap();
        for name in ["tmp", "configuration", "home"] {
            fs::create_dir(at(name)).unwrap();
        }
        let rc = "provider_installation {\n  dev_overrides { \"wxopen/cloudbase\" = \"/\" }\n}\n";
        fs::write(at("configuration/terraform.rc"), rc).unwrap();
        Some(Self {
            folder,
            enter: enter?,
        })
    }

    fn write(&self, name: &str, text: &str) {
        let file = self.folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn command(&self, program: &[&str]) -> Command {
        let mut command = Command::new(self.enter[0]);
        command
            .args(&self.enter[1..])
            .arg(self.folder.path())
            .args(program)
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("HOME", "/home")
            .env("TF_CLI_CONFIG_FILE", "/configuration/terraform.rc")
            .env("TF_CLI_ARGS", "-no-color")
            .env("CHECKPOINT_DISABLE", "1");
        command
    }

    fn terraform_command(&self, arguments: &[&str], sandbox: &Sandbox, endpoint: &str) -> Command {
        let program = [&["/terraform", "-chdir=/configuration"], arguments].concat();
        let mut command = self.command(&program);
        command.env("CLOUDBASE_ENDPOINT", endpoint).env(
            "CLOUDBASE_COMPONENT_ACCESS_TOKEN",
            sandbox.component_token(),
        );
        command
    }

    /// A command of the CLI, about the one in `/configuration`, with the API at `endpoint`.
    fn terraform(&self, arguments: &[&str], sandbox: &Sandbox, endpoint: &str) -> Output {
        let mut command = self.terraform_command(arguments, sandbox, endpoint);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        output
    }
}

/// The command that runs another one in a root folder.
fn ways_in() -> Option<&'static [&'static str]> {
    let ways: [&[&str]; 2] = [&["chroot"], &["unshare", "-r", "chroot"]];
    ways.into_iter().find(|way| {
        let tried = Command::new(way[0])
            .args(&way[1..])
            .args(["/", "true"])
            .output();
        tried.is_ok_and(|tried| tried.status.success())
    })
}

pub(crate) fn provider() -> PathBuf {
    let named = env::var_os(VARIABLE);
    let named = named.unwrap_or_else(|| panic!("{VARIABLE} has to name a static build"));
    PathBuf::from(named)
}

/// The real CLI, which is static.
fn cli() -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .map(|folder| folder.join("terraform"))
        .find(|file| file.is_file())
        .expect("terraform on PATH")
}

fn share() -> String {
    format!(
        "terraform {{\n  required_providers {{\n    cloudbase = {{ source = \"wxopen/cloudbase\" }}\n  }}\n}}\n\
         resource \"cloudbase_env_share\" \"test\" {{\n  env = \"{ENV}\"\n  appids = [\"{APPID}\"]\n}}\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a static build; see .ci/static"]
async fn shares_are_made_planned_and_ended() {
    let Some(root) = Root::new() else { return };
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    root.write("configuration/main.tf", &share());
    let url = sandbox.url();
    root.terraform(&["apply", "-auto-approve"], &sandbox, &url);
    sandbox.approve_all();
    assert_eq!(sandbox.bound().len(), 1);
    let calls = sandbox.calls_to(Endpoint::Share).len();
    let planned = root.terraform(&["plan", "-detailed-exitcode"], &sandbox, &url);
    let planned = String::from_utf8_lossy(&planned.stdout).into_owned();
    assert!(planned.contains("No changes"), "{planned}");
    root.terraform(&["destroy", "-auto-approve"], &sandbox, &url);
    assert_eq!(sandbox.bound().len(), 0);
    assert_eq!(sandbox.calls_to(Endpoint::Share).len(), calls);
    sandbox.stop().await;
}

/// There is no store of certificates, so that what is built in, or named, has to do.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a static build; see .ci/static"]
async fn calls_are_made_over_tls_without_a_store_of_certificates() {
    let Some(root) = Root::new() else { return };
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    root.write("configuration/main.tf", &share());
    root.write("etc/hosts", "127.0.0.1 localhost\n");
    let authority = Authority::new("a private authority");
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let key = KeyPair::generate().unwrap();
    let plain = sandbox.url().trim_start_matches("http://").to_owned();
    let (port, _) = encrypt(plain, authority.sign(&leaf, &key), &key).await;
    let endpoint = format!("https://localhost:{port}");

    let mut refused = root.terraform_command(&["apply", "-auto-approve"], &sandbox, &endpoint);
    let refused = refused.output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success(), "{refused:?}");
    for words in ["not signed by a trusted authority", "SSL_CERT_FILE"] {
        assert!(said.contains(words), "{said}");
    }
    assert_eq!(sandbox.calls().len(), 0);

    fs::copy(authority.file(), root.folder.path().join("ca.pem")).unwrap();
    let mut accepted = root.terraform_command(&["apply", "-auto-approve"], &sandbox, &endpoint);
    let accepted = accepted.env("SSL_CERT_FILE", "/ca.pem").output().unwrap();
    assert!(accepted.status.success(), "{accepted:?}");
    assert_eq!(sandbox.calls_to(Endpoint::Share).len(), 1);
    sandbox.stop().await;
}

/// Static binaries have no plug-ins for names: `/etc/hosts` and a name server have to do.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a static build; see .ci/static"]
async fn names_are_resolved_by_a_file_and_by_a_server() {
    let Some(root) = Root::new() else { return };
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    root.write("configuration/main.tf", &share());
    let port = sandbox.url();
    let port = port.rsplit(':').next().unwrap();
    root.write(
        "etc/hosts",
        "127.0.0.1 by-file.localhost\n192.0.2.7 elsewhere.localhost\n",
    );
    let elsewhere = format!("http://elsewhere.localhost:{port}");
    let mut refused = root.terraform_command(&["apply", "-auto-approve"], &sandbox, &elsewhere);
    let refused = String::from_utf8_lossy(&refused.output().unwrap().stderr).into_owned();
    assert!(
        refused.contains("192.0.2.7, which is not a loopback"),
        "{refused}"
    );

    let by_file = format!("http://by-file.localhost:{port}");
    root.terraform(&["apply", "-auto-approve"], &sandbox, &by_file);
    assert_eq!(sandbox.calls_to(Endpoint::Share).len(), 1);

    if let Err(error) = name_server::start("by-server.localhost") {
        println!("NOT RUN: a name server of its own: {error}");
        return;
    }
    fs::remove_file(root.folder.path().join("etc/hosts")).unwrap();
    let config = format!("nameserver {}\n", name_server::ADDRESS);
    root.write("etc/resolv.conf", &config);
    let by_server = format!("http://by-server.localhost:{port}");
    root.terraform(&["destroy", "-auto-approve"], &sandbox, &by_server);
    assert_eq!(sandbox.calls_to(Endpoint::Unshare).len(), 1);
    sandbox.stop().await;
}

#[test]
#[ignore = "needs a static build; see .ci/static"]
fn the_demo_passes() {
    let Some(root) = Root::new() else { return };
    let demo = root
        .command(&["/terraform-provider-cloudbase", "demo"])
        .env("PATH", "/:/bin:/usr/bin:/sbin:/usr/sbin")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&demo.stdout).into_owned();
    assert!(demo.status.success(), "{demo:?}");
    assert!(said.contains("All 7 steps went as they should"), "{said}");
}

#[test]
#[ignore = "needs a static build; see .ci/static"]
fn the_file_is_static_and_small() {
    let file = provider();
    let described = Command::new("file").arg("-L").arg(&file).output().unwrap();
    let described = String::from_utf8_lossy(&described.stdout).into_owned();
    assert!(
        described.contains("static-pie linked") || described.contains("statically linked"),
        "{described}"
    );
    let size = size(&file);
    assert!(size <= 10_000_000, "{size} bytes");
}

fn size(file: &Path) -> u64 {
    fs::metadata(file).unwrap().len()
}
