//! The archive of a release, as `cargo xtask dist` makes it of the static build, installed by the real CLI.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cloudbase::sandbox::{Options, Sandbox};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const NAME: &str = "terraform-provider-cloudbase";

/// Made once for all tests.
fn release() -> &'static Path {
    static RELEASE: std::sync::OnceLock<tempfile::TempDir> = std::sync::OnceLock::new();
    let release = RELEASE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let binary = crate::empty_root::provider();
        let triple = format!("{}-unknown-linux-gnu", env::consts::ARCH);
        let made = Command::new(env!("CARGO"))
            .args(["xtask", "dist", "--binary"])
            .arg(format!("{triple}={}", binary.display()))
            .arg("--out")
            .arg(folder.path())
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        folder
    });
    release.path()
}

fn platform() -> String {
    let arch = match env::consts::ARCH {
        "aarch64" => "arm64",
        _ => "amd64",
    };
    format!("linux_{arch}")
}

fn archive() -> PathBuf {
    release().join(format!("{NAME}_{VERSION}_{}.zip", platform()))
}

fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
    output
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
#[ignore = "needs a static build; see .ci/static"]
fn it_unpacks_to_the_program_and_its_licences() {
    let folder = tempfile::tempdir().unwrap();
    let unpack = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])";
    run(Command::new("python3")
        .args(["-c", unpack])
        .arg(archive())
        .arg(folder.path()));
    let program = folder.path().join(format!("{NAME}_v{VERSION}"));
    // Python leaves modes out.
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let version = said(&run(Command::new(&program).arg("--version")));
    assert_eq!(version, format!("{NAME} {VERSION}\n"));
    let notices = fs::read_to_string(folder.path().join("THIRD-PARTY-NOTICES.txt")).unwrap();
    for package in ["aws-lc-sys", "mimalloc", "tonic", "reqwest"] {
        assert!(notices.contains(&format!("\n{package} ")), "{package}");
    }
    assert!(notices.contains("fiat-crypto"), "of what is in a package");
    for file in ["LICENSE-MIT", "LICENSE-APACHE", "CHANGELOG.md", "README.md"] {
        assert!(folder.path().join(file).is_file(), "{file}");
    }
}

#[test]
#[ignore = "needs a static build; see .ci/static"]
fn the_sums_are_of_archives_and_manifest_and_the_rest_is_beside_them() {
    let sums = format!("{NAME}_{VERSION}_SHA256SUMS");
    run(Command::new("sha256sum")
        .args(["--check", "--strict", &sums])
        .current_dir(release()));
    let text = fs::read_to_string(release().join(&sums)).unwrap();
    let named: Vec<_> = text
        .lines()
        .filter_map(|line| line.split("  ").nth(1))
        .collect();
    let manifest = format!("{NAME}_{VERSION}_manifest.json");
    let zip = format!("{NAME}_{VERSION}_{}.zip", platform());
    assert_eq!(named, [zip.as_str(), manifest.as_str()]);
    let read = |name: &str| -> serde_json::Value {
        serde_json::from_slice(&fs::read(release().join(name)).unwrap()).unwrap()
    };
    assert_eq!(read(&manifest)["metadata"]["protocol_versions"][0], "6.0");
    let bill = read(&format!("{NAME}_{VERSION}_sbom.cdx.json"));
    let components = bill["components"].as_array().unwrap();
    assert!(components.iter().any(|one| one["name"] == "rustls"));
    assert!(
        components.iter().all(|one| one["name"] != "insta"),
        "only for tests"
    );
    let files = fs::read_dir(release()).unwrap().count();
    assert_eq!(files, 4, "archive, manifest, sums and bill of materials");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a static build; see .ci/static"]
async fn a_packed_mirror_is_installed_from_with_a_checksum() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let place = at("mirror/registry.terraform.io/wxopen/cloudbase");
    fs::create_dir_all(&place).unwrap();
    fs::copy(archive(), place.join(archive().file_name().unwrap())).unwrap();
    fs::create_dir(at("work")).unwrap();
    fs::create_dir(at("home")).unwrap();
    let mirror = at("mirror");
    let rc = format!("provider_installation {{\n  filesystem_mirror {{ path = {mirror:?} }}\n}}\n");
    fs::write(at("terraform.rc"), rc).unwrap();
    let configuration = "terraform {\n  required_providers {\n    cloudbase = { source = \"wxopen/cloudbase\" }\n  }\n}\n\
                         resource \"cloudbase_env_share\" \"test\" {\n  env = \"test-env-6gni9ity244a6ea3\"\n  appids = [\"wx5fe6bb43205e9e07\"]\n}\n";
    fs::write(at("work/main.tf"), configuration).unwrap();
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let terraform = |arguments: &[&str]| {
        let output = run(Command::new("terraform")
            .args(arguments)
            .current_dir(at("work"))
            .env("TF_CLI_CONFIG_FILE", at("terraform.rc"))
            .env("HOME", at("home"))
            .env("CHECKPOINT_DISABLE", "1")
            .env("CLOUDBASE_ENDPOINT", sandbox.url())
            .env(
                "CLOUDBASE_COMPONENT_ACCESS_TOKEN",
                sandbox.component_token(),
            ));
        said(&output)
    };
    terraform(&["init"]);
    let lock = fs::read_to_string(at("work/.terraform.lock.hcl")).unwrap();
    assert!(
        lock.contains("registry.terraform.io/wxopen/cloudbase"),
        "{lock}"
    );
    assert!(lock.contains(&format!("version = \"{VERSION}\"")), "{lock}");
    assert!(lock.contains("\"h1:"), "{lock}");
    let plan = terraform(&["plan"]);
    assert!(plan.contains("1 to add"), "{plan}");
    sandbox.stop().await;
}
