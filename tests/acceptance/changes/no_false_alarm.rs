//! What a configuration may do as ever: no error, no needless call.

use std::process::Stdio;

use cloudbase::sandbox::{Endpoint, Options, Sandbox};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::{Shares, named};
use crate::support::{A, B, C, ENV, OTHER_ENV, Product, Workspace, actions, many_appids, provider};
use crate::workspace;

const ADDRESS: &str = "cloudbase_env_share.test";

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_ends_and_asks_again() {
    let workspace = workspace!();
    workspace
        .start_with(&named("test", ENV, &[A], ""), Shares::Bound)
        .await;
    workspace.configure(&named("test", OTHER_ENV, &[A], ""));
    workspace.apply().await;
    assert_eq!(
        (workspace.ended(), workspace.asked()),
        (vec![A.to_owned()], vec![A.to_owned()])
    );

    for how in ["-replace", "taint"] {
        workspace.sandbox.approve_all();
        workspace.apply().await;
        workspace.sandbox.clear_calls();
        let replace = format!("-replace={ADDRESS}");
        let mut arguments = vec!["apply", "-auto-approve", "-no-color"];
        if how == "taint" {
            workspace.run(&["taint", ADDRESS]).await.ok();
        } else {
            arguments.push(&replace);
        }
        let said = workspace.run(&arguments).await.ok().flat();
        assert!(
            said.contains("1 added, 0 changed, 1 destroyed"),
            "{how}: {said}"
        );
        // It was asked for, but that it was is told.
        assert!(
            said.contains("shares were ended and requested again"),
            "{how}: {said}"
        );
        assert_eq!(workspace.ended(), [A], "{how}");
        assert_eq!(workspace.asked(), [A], "{how}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn moved_import_and_removed_change_nothing() {
    let workspace = workspace!(needs RemovedBlocks);
    workspace
        .start_with(&named("old", ENV, &[A, B], ""), Shares::Bound)
        .await;
    let moved = "moved {\n  from = cloudbase_env_share.old\n  to   = cloudbase_env_share.new\n}\n";
    workspace.configure(&(named("new", ENV, &[A, B], "") + moved));
    workspace.apply().await;
    assert_eq!(workspace.writes(), 0);

    let removed =
        "removed {\n  from = cloudbase_env_share.new\n  lifecycle {\n    destroy = false\n  }\n}\n";
    let import = format!("import {{\n  to = {ADDRESS}\n  id = \"{ENV}/{A},{B}\"\n}}\n");
    workspace.configure(&(named("test", ENV, &[A, B], "") + removed + &import));
    workspace.apply().await;
    assert_eq!(workspace.writes(), 0);
    assert_eq!(workspace.sandbox.bound().len(), 2);
    workspace.assert_no_share_is_lost().await;
}

/// OpenTofu has such blocks since before they had a `lifecycle`.
#[tokio::test(flavor = "multi_thread")]
async fn a_removed_block_without_a_lifecycle_forgets_in_opentofu() {
    let workspace = workspace!();
    if !workspace.cli().is(Product::OpenTofu) {
        return;
    }
    workspace
        .start_with(&named("old", ENV, &[A, B], ""), Shares::Bound)
        .await;
    workspace.configure("removed {\n  from = cloudbase_env_share.old\n}\n");
    workspace.apply().await;
    assert_eq!(workspace.writes(), 0);
    assert_eq!(workspace.sandbox.bound().len(), 2);
    assert_eq!(workspace.statuses().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_leaves_the_rest_alone() {
    let workspace = workspace!();
    let before = named("a", ENV, &[A], "") + &named("b", ENV, &[B], "");
    workspace.start_with(&before, Shares::Bound).await;
    workspace.configure(&(named("a", ENV, &[A, C], "") + &named("b", ENV, &[B], "")));
    workspace
        .run(&[
            "apply",
            "-auto-approve",
            "-no-color",
            "-target=cloudbase_env_share.a",
        ])
        .await
        .ok();
    assert_eq!(workspace.asked(), [C]);
    assert_eq!(workspace.ended(), [""; 0]);
    workspace
        .run(&[
            "destroy",
            "-auto-approve",
            "-no-color",
            "-target=cloudbase_env_share.b",
        ])
        .await
        .ok();
    assert_eq!(workspace.ended(), [B]);
}

/// Two platforms are two providers, and may share the same mini program.
#[tokio::test(flavor = "multi_thread")]
async fn two_aliases_on_two_endpoints() {
    let workspace = workspace!();
    let other = Sandbox::start(Options::default()).await.unwrap();
    let alias = format!(
        "provider \"cloudbase\" {{}}\nprovider \"cloudbase\" {{\n  alias = \"other\"\n  endpoint = {:?}\n  component_access_token = {:?}\n}}\n",
        other.url(),
        other.component_token()
    );
    let hcl =
        alias + &named("a", ENV, &[A], "") + &named("b", ENV, &[A], "provider = cloudbase.other");
    workspace.configure(&hcl);
    workspace.apply().await;
    assert_eq!(workspace.asked(), [A]);
    assert_eq!(other.calls_to(Endpoint::Share).len(), 1);
    workspace.assert_plan_is_empty().await;
    workspace.destroy().await.ok();
    assert!(workspace.sandbox.pending().is_empty() && other.pending().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_destroy_of_two_hundred() {
    let workspace = workspace!();
    let appids = many_appids(1, 200);
    let hcl = format!(
        "resource \"cloudbase_env_share\" \"test\" {{\n  for_each = toset({appids:?})\n  env = {ENV:?}\n  appids = [each.key]\n}}\n"
    );
    workspace.start_with(&hcl, Shares::Bound).await;
    let said = workspace.destroy().await.ok().flat();
    assert!(!said.contains("Warning: share"), "{said}");
    assert_eq!(workspace.ended(), appids);
    assert!(workspace.sandbox.bound().is_empty());
}

/// A provider block in a test file has one process serve every run of it, from Terraform 1.13.
#[tokio::test(flavor = "multi_thread")]
async fn terraform_test_with_a_provider_block() {
    let workspace = workspace!();
    workspace.configure(&format!(
        "variable \"appids\" {{\n  default = [{A:?}, {B:?}]\n}}\n\
         variable \"env\" {{\n  default = {ENV:?}\n}}\n\
         resource \"cloudbase_env_share\" \"test\" {{\n  env = var.env\n  appids = var.appids\n}}\n"
    ));
    let changed = format!("variables {{\n    appids = [{A:?}, {C:?}]\n  }}");
    let replaced = format!("variables {{\n    env = {OTHER_ENV:?}\n  }}");
    let file = format!(
        "provider \"cloudbase\" {{}}\n\
         run \"plan\" {{\n  command = plan\n}}\n\
         run \"plan_otherwise\" {{\n  command = plan\n  {changed}\n}}\n\
         run \"create\" {{}}\n\
         run \"plan_change\" {{\n  command = plan\n  {changed}\n}}\n\
         run \"change\" {{\n  {changed}\n}}\n\
         run \"replace\" {{\n  {replaced}\n}}\n\
         run \"plan_again\" {{\n  command = plan\n  {replaced}\n}}\n"
    );
    std::fs::write(workspace.path().join("all.tftest.hcl"), file).unwrap();
    let said = workspace.run(&["test", "-no-color"]).await.ok().flat();
    assert!(said.contains("7 passed, 0 failed"), "{said}");
    // Everything that was asked for has been withdrawn.
    assert_eq!(workspace.ended().len(), workspace.asked().len());
    assert!(workspace.sandbox.pending().is_empty(), "{said}");
}

/// One run passes a mini program on from one resource to the other. What an earlier run of the same
/// process has done does not count in it.
#[tokio::test(flavor = "multi_thread")]
async fn terraform_test_with_a_provider_block_and_two_resources() {
    let workspace = workspace!();
    workspace.configure(
        "variable \"a\" {\n  type = list(string)\n}\n\
         variable \"b\" {\n  type = list(string)\n}\n\
         locals {\n  env = \"test-env-6gni9ity244a6ea3\"\n}\n\
         resource \"cloudbase_env_share\" \"b\" {\n  env = local.env\n  appids = var.b\n}\n\
         resource \"cloudbase_env_share\" \"a\" {\n  env = local.env\n  appids = var.a\n  depends_on = [cloudbase_env_share.b]\n}\n\
         output \"url\" {\n  value = try(cloudbase_env_share.b.shares[\"wx075cf85bf347b6df\"].confirm_url, null)\n}\n",
    );
    let run = |name: &str, a: &[&str], b: &[&str], more: &str| {
        format!("run {name:?} {{\n  variables {{\n    a = {a:?}\n    b = {b:?}\n  }}\n{more}}}\n")
    };
    let file = "provider \"cloudbase\" {}\n".to_owned()
        + &run("first", &[A, B], &[C], "")
        + &run("without", &[A], &[C], "")
        + &run(
            "passed_on",
            &[A],
            &[B, C],
            "  assert {\n    condition = output.url != null\n    error_message = \"no URL\"\n  }\n",
        );
    std::fs::write(workspace.path().join("all.tftest.hcl"), file).unwrap();
    let said = workspace.run(&["test", "-no-color"]).await.ok().flat();
    assert!(said.contains("3 passed, 0 failed"), "{said}");
    // B was asked for in two runs, and is withdrawn as often.
    assert_eq!(workspace.asked(), [B, B, A, C]);
    assert_eq!(workspace.ended(), [B, B, A, C]);
    assert!(workspace.sandbox.pending().is_empty(), "{said}");
}

/// Without plans that are compared, one run passes a pending mini program on directly. The one that takes
/// it asks, whatever an earlier run asked for, and keeps it.
#[tokio::test(flavor = "multi_thread")]
async fn terraform_test_that_passes_on_what_an_earlier_run_has_asked_for() {
    // Others have a process for each plan, and compare.
    let workspace = workspace!(needs OneProcessForTests);
    let depends = "depends_on = [cloudbase_env_share.b]";
    let resource = |name: &str, more: &str| {
        format!(
            "variable {name:?} {{\n  type = list(string)\n}}\n\
             resource \"cloudbase_env_share\" {name:?} {{\n  env = {ENV:?}\n  appids = var.{name}\n  {more}\n}}\n"
        )
    };
    workspace.configure(&(resource("a", depends) + &resource("b", "")));
    let run = |name: &str, a: &[&str], b: &[&str]| {
        format!("run {name:?} {{\n  variables {{\n    a = {a:?}\n    b = {b:?}\n  }}\n}}\n")
    };
    let file = "provider \"cloudbase\" {}\n".to_owned()
        + &run("first", &[A, B], &[C])
        + &run("passed_on", &[A], &[B, C]);
    std::fs::write(workspace.path().join("all.tftest.hcl"), file).unwrap();
    let said = workspace.run(&["test", "-no-color"]).await.ok().flat();
    assert!(said.contains("2 passed, 0 failed"), "{said}");
    assert_eq!(workspace.asked(), [B, B, A, C]);
    // Once, by the clean-up: not when the first one gave it up.
    assert_eq!(workspace.ended(), [B, A, C]);
    assert!(workspace.sandbox.pending().is_empty(), "{said}");
}

/// Terraform puts prior values in place of those that are to be ignored, read-only ones as well.
#[tokio::test(flavor = "multi_thread")]
async fn ignored_changes_of_a_read_only_attribute() {
    let workspace = workspace!();
    let hcl = |appids: &[&str], ignored: &str| {
        named(
            "test",
            ENV,
            appids,
            &format!("lifecycle {{\n    ignore_changes = {ignored}\n  }}"),
        )
    };
    workspace
        .start_with(&hcl(&[A], "[shares]"), Shares::Bound)
        .await;
    workspace.assert_plan_is_empty().await;
    workspace.configure(&hcl(&[A, B], "[appids, shares]"));
    workspace.assert_plan_is_empty().await;
    workspace.configure(&hcl(&[A, B], "all"));
    workspace.assert_plan_is_empty().await;
    let replace = format!("-replace={ADDRESS}");
    workspace.configure(&hcl(&[A], "[shares]"));
    workspace
        .run(&["apply", "-auto-approve", "-no-color", &replace])
        .await
        .ok();
    assert_eq!(workspace.ended(), [A]);
}

/// A process that is kept for debugging, and what `TF_REATTACH_PROVIDERS` has to be.
async fn debugged() -> (Child, String) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_terraform-provider-cloudbase"))
        .arg("--debug")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    loop {
        let line = lines.next_line().await.unwrap();
        let line = line.expect("it says how to reattach");
        if let Some((_, value)) = line.split_once("TF_REATTACH_PROVIDERS=") {
            return (process, value.trim_matches('\'').to_owned());
        }
    }
}

/// What is in the environment of the CLI does not reach a debugged process.
fn explicit(sandbox: &Sandbox, more: &str) -> String {
    provider(&format!(
        "endpoint = {:?}\ncomponent_access_token = {:?}\n{more}",
        sandbox.url(),
        sandbox.component_token()
    ))
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hosts_in_turn_on_one_debugged_process() {
    let mut first = workspace!();
    let mut second = workspace!();
    let (_process, reattach) = debugged().await;
    for workspace in [&mut first, &mut second] {
        workspace.set("TF_REATTACH_PROVIDERS", &reattach);
    }
    let hcl = |workspace: &Workspace, appids: &[&str]| {
        explicit(&workspace.sandbox, "") + &named("test", ENV, appids, "")
    };
    for workspace in [&first, &second] {
        workspace.configure(&hcl(workspace, &[A, B]));
        workspace.apply().await;
        assert_eq!(workspace.asked(), [B, A]);
    }
    for workspace in [&first, &second] {
        workspace.configure(&hcl(workspace, &[A]));
        workspace.apply().await;
        assert_eq!(workspace.ended(), [B]);
        workspace.destroy().await.ok();
        assert_eq!(workspace.sandbox.pending().len(), 0);
    }
}

/// Both aliases are connections of one process at once, each with its own platform.
#[tokio::test(flavor = "multi_thread")]
async fn two_aliases_on_one_debugged_process() {
    let mut workspace = workspace!();
    let other = Sandbox::start(Options::default()).await.unwrap();
    let (_process, reattach) = debugged().await;
    workspace.set("TF_REATTACH_PROVIDERS", &reattach);
    let hcl = explicit(&workspace.sandbox, "")
        + &explicit(&other, "alias = \"other\"")
        + &named("a", ENV, &[A, B], "")
        + &named("b", ENV, &[A, C], "provider = cloudbase.other");
    workspace.configure(&hcl);
    workspace.apply().await;
    assert_eq!(workspace.asked(), [B, A]);
    let named: Vec<_> = other
        .calls_to(Endpoint::Share)
        .into_iter()
        .flat_map(|call| call.appids)
        .collect();
    assert_eq!(named.len(), 2, "{named:?}");
    workspace.assert_plan_is_empty().await;
    workspace.destroy().await.ok();
    assert!(workspace.sandbox.pending().is_empty() && other.pending().is_empty());
}

/// State of the version before has no private data and no `deletion_policy`.
#[tokio::test(flavor = "multi_thread")]
async fn state_of_the_version_before() {
    let workspace = workspace!();
    let hcl = named("a", ENV, &[A], "") + &named("b", ENV, &[B], "");
    workspace.start_with(&hcl, Shares::Bound).await;
    let mut state = workspace.state_file();
    for resource in state["resources"].as_array_mut().unwrap() {
        let instance = resource["instances"][0].as_object_mut().unwrap();
        instance.remove("private").expect("private data");
        let attributes = instance["attributes"].as_object_mut().unwrap();
        attributes.remove("deletion_policy").expect("a policy");
    }
    workspace.put_state_file(&state);
    workspace.assert_plan_is_empty().await;

    workspace.configure(&(named("a", ENV, &[A, C], "") + &named("b", ENV, &[B], "")));
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, "cloudbase_env_share.a"), ["update"]);
    assert_eq!(actions(&plan, "cloudbase_env_share.b"), ["no-op"]);
    workspace.apply().await;
    assert_eq!(workspace.asked(), [C]);
    workspace.destroy().await.ok();
    assert_eq!(workspace.ended(), [B, A, C]);
}
