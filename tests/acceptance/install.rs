//! The provider as users have it: installed, found by `init`, and no override.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use cloudbase::sandbox::{Endpoint, Options};

use crate::support::{A, Cli, ENV, Workspace, share};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const LOCK: &str = ".terraform.lock.hcl";

/// A configuration with one share, in a directory of its own and with an empty home folder.
async fn fresh() -> Option<(Workspace, PathBuf)> {
    let mut workspace = Workspace::start(Cli::find()?, Options::default()).await;
    workspace.configure(&share(ENV, &[A], ""));
    let home = workspace.move_to_fresh_home().to_owned();
    Some((workspace, home))
}

/// Plans the share with what `init` has installed.
async fn assert_it_plans(workspace: &Workspace) {
    let said = workspace.run(&["plan", "-no-color"]).await.ok().flat();
    assert!(said.contains("Plan: 1 to add"), "{said}");
    assert!(!said.contains("development overrides"), "{said}");
    assert!(
        !workspace.calls(Endpoint::Query).is_empty(),
        "the plan has asked the sandbox"
    );
}

/// The version in the lock file.
fn locked(workspace: &Workspace) -> String {
    let text = fs::read_to_string(workspace.path().join(LOCK)).unwrap();
    assert!(text.contains("/wxopen/cloudbase\""), "{text}");
    let version = text.split("version = \"").nth(1).unwrap();
    version.split('"').next().unwrap().to_owned()
}

/// The installed file that `init` has taken: that for the host in the lock file.
fn installed(workspace: &Workspace, home: &Path) -> PathBuf {
    let text = fs::read_to_string(workspace.path().join(LOCK)).unwrap();
    let address = text.split("provider \"").nth(1).unwrap();
    let address = address.split('"').next().unwrap();
    let version = home
        .join(".terraform.d/plugins")
        .join(address)
        .join(VERSION);
    let platform = cloudbase::install::Platform::of_build().to_string();
    let name = format!("terraform-provider-cloudbase_v{VERSION}");
    version.join(platform).join(name)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installed_provider_is_found_without_any_configuration() {
    let Some((workspace, _)) = fresh().await else {
        return;
    };
    workspace.run_provider(&["install"]).await.ok();
    workspace.run(&["init", "-no-color"]).await.ok();
    assert_eq!(locked(&workspace), VERSION);
    assert_it_plans(&workspace).await;

    workspace.run_provider(&["install", "--remove"]).await.ok();
    let without = workspace.run(&["plan", "-no-color"]).await;
    without.fails_with(&["Required plugins are not installed", "wxopen/cloudbase"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mirror_works_with_the_configuration_that_is_printed_for_it() {
    let Some((workspace, home)) = fresh().await else {
        return;
    };
    let mirror = home.join("a mirror");
    let flags = ["install", "--mirror", mirror.to_str().unwrap()];
    let said = workspace.run_provider(&flags).await.ok().stdout;
    let lines = said.lines();
    let printed: Vec<&str> = lines
        .skip_while(|line| *line != "  provider_installation {")
        .take_while(|line| !line.is_empty())
        .collect();
    // OpenTofu reads it where there is no file of its own.
    fs::write(home.join(".terraformrc"), printed.join("\n")).unwrap();
    workspace.run(&["init", "-no-color"]).await.ok();
    assert_eq!(locked(&workspace), VERSION);
    assert_it_plans(&workspace).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_advice_on_a_lock_file_helps() {
    let Some((workspace, home)) = fresh().await else {
        return;
    };
    let init = ["init", "-no-color"];
    let upgrade = ["init", "-no-color", "-upgrade"];

    // An older version is in use, and this one is installed beside it.
    workspace.run_provider(&["install"]).await.ok();
    workspace.run(&init).await.ok();
    let this = installed(&workspace, &home);
    let older = PathBuf::from(this.to_str().unwrap().replace(VERSION, "0.0.9"));
    fs::create_dir_all(older.parent().unwrap()).unwrap();
    fs::copy(&this, &older).unwrap();
    workspace.run_provider(&["install", "--remove"]).await.ok();
    workspace.run(&upgrade).await.ok();
    assert_eq!(locked(&workspace), "0.0.9");
    let said = workspace.run_provider(&["install"]).await.ok().stdout;
    workspace.run(&init).await.ok();
    assert_eq!(locked(&workspace), "0.0.9", "init alone keeps it");
    let advice = format!("Run `{} init -upgrade`", workspace.cli().product.program());
    assert!(said.contains(&advice), "{said}");
    workspace.run(&upgrade).await.ok();
    assert_eq!(locked(&workspace), VERSION);

    // Another build of this version was in use, and is replaced.
    let lock = workspace.path().join(LOCK);
    fs::remove_file(&lock).unwrap();
    let mut build = fs::OpenOptions::new().append(true).open(&this).unwrap();
    build.write_all(b"another build").unwrap();
    drop(build);
    workspace.run(&init).await.ok();
    let refused = workspace.run_provider(&["install"]).await;
    refused.fails_with(&["another build of this version", "--force"]);
    let said = workspace.run_provider(&["install", "--force"]).await.ok();
    for useless in [&init[..], &upgrade] {
        let refused = workspace.run(useless).await;
        refused.fails_with(&["match any of the checksums"]);
    }
    assert!(said.stdout.contains("remove the block `provider \""));
    let text = fs::read_to_string(&lock).unwrap();
    let (before, _) = text.split_once("provider \"").unwrap();
    fs::write(&lock, before).unwrap();
    workspace.run(&init).await.ok();
    assert_it_plans(&workspace).await;
}
