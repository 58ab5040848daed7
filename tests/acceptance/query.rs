//! `terraform query`: what the list resource `cloudbase_env_share` finds, and what is generated of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use cloudbase::sandbox::{Endpoint, TokenKind};
use serde_json::{Value as Json, json};

use crate::secrets::assert_clean;
use crate::support::{A, B, C, ENV, OTHER_ENV, Run, Workspace, provider};
use crate::workspace;

const HOSTED: &str = "hosting-env-3gk8s6bd0f1c2a94";

/// `list "cloudbase_env_share"` with these arguments, and these in its `config`.
fn list(name: &str, arguments: &str, config: &str) -> String {
    format!(
        "list \"cloudbase_env_share\" {name:?} {{\n  provider = cloudbase\n  {arguments}\n  config {{\n    {config}\n  }}\n}}\n"
    )
}

/// Three environments, one of them shared twice and one of another kind.
fn fleet(workspace: &Workspace) {
    for (env, appid) in [(ENV, A), (ENV, B), (OTHER_ENV, A)] {
        workspace.sandbox.bind(env, appid, None);
    }
    workspace.sandbox.bind(HOSTED, A, 1);
}

/// Writes what to ask.
fn ask(workspace: &Workspace, hcl: &str) {
    workspace.configure("");
    fs::write(workspace.path().join("fleet.tfquery.hcl"), hcl).unwrap();
}

/// `query -json` that has to work.
#[track_caller]
fn query(workspace: &Workspace) -> impl Future<Output = Run> + '_ {
    let place = std::panic::Location::caller();
    async move {
        let run = workspace.run(&["query", "-json"]).await;
        assert_eq!(run.code, 0, "query at {place}: {}", run.flat());
        assert!(run.errors().is_empty(), "{}", run.flat());
        run
    }
}

/// What was found by the list block `name`, in order.
fn found(run: &Run, name: &str) -> Vec<Json> {
    let address = format!("list.cloudbase_env_share.{name}");
    let lines = run.lines("list_resource_found").into_iter();
    let found = lines.map(|mut line| line["list_resource_found"].take());
    found.filter(|one| one["address"] == address).collect()
}

/// The environments that were found by the list block `name`, in order.
fn envs(run: &Run, name: &str) -> Vec<String> {
    let found = found(run, name);
    let env = |one: &Json| one["identity"]["env"].as_str().unwrap().to_owned();
    found.iter().map(env).collect()
}

/// Asserts that the API was asked for nothing but what is shared.
fn assert_only_asked(workspace: &Workspace) {
    let calls = workspace.sandbox.calls();
    assert!(
        calls.iter().all(|call| call.endpoint == Endpoint::Query),
        "{calls:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fleet_is_listed_with_identities_and_names() {
    let workspace = workspace!(needs Query);
    fleet(&workspace);
    let both = format!("appids = [{A:?}, {B:?}]");
    let hosted = format!("{both}\n    source_type = 1");
    ask(
        &workspace,
        &(list("all", "include_resource = true", &both) + &list("hosted", "", &hosted)),
    );
    let run = query(&workspace).await;

    let started = run.lines("list_start");
    assert_eq!(started.len(), 2);
    let all = started
        .iter()
        .find(|line| line["list_start"]["address"] == "list.cloudbase_env_share.all");
    assert_eq!(
        all.unwrap()["list_start"]["input_config"],
        json!({ "appids": [B, A], "env": null, "source_type": null })
    );
    let all = found(&run, "all");
    assert_eq!(envs(&run, "all"), [OTHER_ENV, ENV]);
    assert_eq!(
        all[1]["identity"],
        json!({ "env": ENV, "appids": [B, A], "source_type": null })
    );
    assert_eq!(all[1]["identity_version"], 0);
    assert_eq!(
        all[1]["display_name"],
        format!("{ENV}, shared with 2 mini programs")
    );
    assert_eq!(all[1]["resource_type"], "cloudbase_env_share");
    let bound = json!({ "status": "bound", "confirm_url": null, "error": null });
    let object = json!({
        "env": ENV, "appids": [B, A], "source_type": null, "confirmation_trigger": null,
        "deletion_policy": null, "timeouts": null, "shares": { A: bound, B: bound },
    });
    assert_eq!(all[1]["resource_object"], object);

    let hosted = found(&run, "hosted");
    assert_eq!(hosted.len(), 1);
    assert_eq!(
        hosted[0]["identity"],
        json!({ "env": HOSTED, "appids": [A], "source_type": 1 })
    );
    assert!(hosted[0]["resource_object"].is_null(), "it was not wanted");
    let mut totals: Vec<_> = run
        .lines("list_complete")
        .iter()
        .map(|line| line["list_complete"]["total"].as_u64().unwrap())
        .collect();
    totals.sort_unstable();
    assert_eq!(totals, [1, 2]);
    // One call for each kind of environment.
    assert_eq!(workspace.calls(Endpoint::Query).len(), 2);
    assert_only_asked(&workspace);
    assert_eq!(workspace.state_file(), Json::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_narrow_what_is_found_and_what_is_asked() {
    let workspace = workspace!(needs Query);
    fleet(&workspace);
    let one_env = format!("appids = [{A:?}, {B:?}]\n    env = {ENV:?}");
    let variable = format!(
        "variable \"appids\" {{\n  type = set(string)\n  default = [{A:?}]\n}}\n{}",
        list("some", "", "appids = var.appids")
    );
    let no_kind = format!("appids = [{A:?}]\n    source_type = 0");
    let nothing = format!("appids = [{C:?}]");
    ask(
        &workspace,
        &[
            variable,
            list("one_env", "", &one_env),
            list("no_kind", "", &no_kind),
            list("nothing", "", &nothing),
        ]
        .concat(),
    );
    let run = query(&workspace).await;
    assert_eq!(envs(&run, "one_env"), [ENV]);
    assert_eq!(
        found(&run, "one_env")[0]["identity"]["appids"],
        json!([B, A])
    );
    // Of an environment, the mini programs that were asked about.
    assert_eq!(envs(&run, "some"), [OTHER_ENV, ENV]);
    assert_eq!(found(&run, "some")[1]["identity"]["appids"], json!([A]));
    assert_eq!(envs(&run, "no_kind"), [OTHER_ENV, ENV]);
    let kinds: Vec<_> = found(&run, "no_kind")
        .iter()
        .map(|one| one["identity"]["source_type"].clone())
        .collect();
    assert_eq!(kinds, [Json::Null, Json::Null], "0 is the same as none");
    assert!(found(&run, "nothing").is_empty());

    workspace.sandbox.clear_calls();
    let variable = format!("-var=appids=[{C:?}]");
    let run = workspace.run(&["query", "-json", &variable]).await.ok();
    assert!(found(&run, "some").is_empty());
    let asked: BTreeSet<_> = workspace.named(Endpoint::Query).into_iter().collect();
    assert_eq!(asked, [A, B, C].map(str::to_owned).into());
    assert_only_asked(&workspace);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_is_found_than_the_limit() {
    let workspace = workspace!(needs Query);
    for number in 0..120 {
        workspace.sandbox.bind(&format!("env-{number:03}"), A, None);
    }
    let all = format!("appids = [{A:?}]");
    ask(
        &workspace,
        &(list("two", "limit = 2", &all)
            + &list("default", "", &all)
            + &list("many", "limit = 1000", &all)),
    );
    let run = query(&workspace).await;
    assert_eq!(envs(&run, "two"), ["env-000", "env-001"]);
    assert_eq!(found(&run, "default").len(), 100, "Terraform's own limit");
    assert_eq!(found(&run, "many").len(), 120);
    assert_only_asked(&workspace);
}

/// Generates configuration, and applies it: shares are imported, and nobody hears of it.
async fn generate_and_import(workspace: &Workspace, count: usize) -> String {
    workspace
        .run(&["query", "-no-color", "-generate-config-out=generated.tf"])
        .await
        .ok();
    let generated = fs::read_to_string(workspace.path().join("generated.tf")).unwrap();
    workspace.run(&["validate", "-no-color"]).await.ok();
    let run = workspace
        .run(&["fmt", "-check", "-diff", "generated.tf"])
        .await;
    assert_eq!(run.code, 0, "not formatted: {}", run.stdout);

    let run = workspace.apply_json().await.ok();
    let summary = run.lines("change_summary").pop().unwrap();
    let changes = &summary["changes"];
    assert_eq!(changes["import"], count, "{changes}");
    for nothing in ["add", "change", "remove"] {
        assert_eq!(changes[nothing], 0, "{changes}");
    }
    workspace.assert_plan_is_empty().await;
    assert_only_asked(workspace);
    generated
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_generated_is_imported_as_it_is() {
    let workspace = workspace!(needs Query);
    fleet(&workspace);
    let both = format!("appids = [{A:?}, {B:?}]");
    let hosted = format!("{both}\n    source_type = 1");
    ask(
        &workspace,
        &(list("all", "", &both) + &list("hosted", "", &hosted)),
    );
    let generated = generate_and_import(&workspace, 3).await;
    // What is computed is left out, and so is the kind where there is none.
    assert!(!generated.contains("shares "), "{generated}");
    let resources = generated.split("resource \"").skip(1);
    let bodies: Vec<_> = resources
        .map(|one| one.split("import {").next().unwrap())
        .collect();
    assert_eq!(bodies.len(), 3, "{generated}");
    for body in bodies {
        assert_eq!(
            body.contains("source_type"),
            body.contains(HOSTED),
            "{body}"
        );
    }
    // The block names the provider, and so does the resource: else it would be refused.
    assert_eq!(generated.matches("= cloudbase\n").count(), 6, "{generated}");

    let shared = workspace.resource("cloudbase_env_share.all_1").await;
    assert_eq!(shared["values"]["env"], ENV);
    assert_eq!(shared["values"]["appids"], json!([B, A]));
    assert_eq!(shared["values"]["shares"][A]["status"], "bound");
    let hosted = workspace.resource("cloudbase_env_share.hosted_0").await;
    assert_eq!(hosted["values"]["source_type"], 1);

    // What is in state is found like everything else.
    assert_eq!(envs(&query(&workspace).await, "all"), [OTHER_ENV, ENV]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_runs() {
    let workspace = workspace!(needs Query);
    fleet(&workspace);
    let path = "examples/list-resources/cloudbase_env_share/list-resource.tfquery.hcl";
    let example = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    ask(&workspace, &example);
    // Terraform 1.14 formats no file of this name.
    fs::create_dir(workspace.path().join("formatted")).unwrap();
    fs::write(workspace.path().join("formatted/example.tf"), &example).unwrap();
    let run = workspace.run(&["fmt", "-check", "-diff", "formatted"]);
    assert_eq!(run.await.ok().stdout, "");
    workspace.run(&["validate", "-query"]).await.ok();
    assert!(workspace.sandbox.calls().is_empty());
    let run = query(&workspace).await;
    assert_eq!(envs(&run, "shops"), [OTHER_ENV, ENV]);
    assert!(!found(&run, "shops")[0]["resource_object"].is_null());
    generate_and_import(&workspace, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_is_told_and_nothing_is_generated() {
    let workspace = workspace!(needs Query);
    fleet(&workspace);
    ask(&workspace, &list("all", "", &format!("appids = [{A:?}]")));
    workspace
        .sandbox
        .rotate_token(TokenKind::Component, std::time::Duration::ZERO);
    let run = workspace.run(&["query", "-json"]).await;
    assert_eq!(run.code, 1);
    let errors = run.errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0].address, "list.cloudbase_env_share.all");
    assert!(
        errors[0]
            .summary
            .starts_with("could not read what is shared"),
        "{errors:?}"
    );
    assert!(
        errors[0]
            .detail
            .contains("CLOUDBASE_COMPONENT_ACCESS_TOKEN")
    );
    assert!(run.lines("list_resource_found").is_empty());

    let generate = ["query", "-no-color", "-generate-config-out=generated.tf"];
    workspace.run(&generate).await.fails_with(&["access token"]);
    assert!(!workspace.path().join("generated.tf").exists());
    assert_only_asked(&workspace);
}

/// The tokens come from a provider configuration that the block names.
#[tokio::test(flavor = "multi_thread")]
async fn another_configuration_of_the_provider_is_asked_and_its_token_is_kept() {
    let mut workspace = workspace!(needs Query);
    workspace.set("TF_LOG", "TRACE");
    fleet(&workspace);
    let canaries = [workspace.sandbox.component_token()];
    workspace.unset_tokens();
    let alias = "alias = \"other\"\n  component_access_token = var.token";
    workspace.set("TF_VAR_token", &canaries[0]);
    let all = list(
        "all",
        "include_resource = true",
        &format!("appids = [{A:?}]"),
    );
    ask(
        &workspace,
        &all.replace("= cloudbase\n", "= cloudbase.other\n"),
    );
    let variable = "variable \"token\" {\n  sensitive = true\n}\n";
    workspace.configure(&(variable.to_owned() + &provider(alias)));
    let run = query(&workspace).await;
    assert_eq!(envs(&run, "all"), [OTHER_ENV, ENV]);
    let generate = ["query", "-generate-config-out=generated.tf"];
    let generated = workspace.run(&generate).await.ok();
    let text = fs::read_to_string(workspace.path().join("generated.tf")).unwrap();
    assert_eq!(text.matches("= cloudbase.other\n").count(), 4, "{text}");
    let apply = workspace.apply().await;
    assert_only_asked(&workspace);
    assert_clean(&workspace, vec![run, generated, apply], &canaries);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mini_program_that_tells_nothing_is_a_warning() {
    let workspace = workspace!(needs Query);
    fleet(&workspace);
    workspace
        .sandbox
        .refuse_appid(Endpoint::Query, B, "not today");
    let both = format!("appids = [{A:?}, {B:?}]");
    ask(&workspace, &list("all", "limit = 1", &both));
    let run = query(&workspace).await;
    assert_eq!(envs(&run, "all"), [OTHER_ENV], "it takes no place");
    let mut warnings = run.diagnostics();
    warnings.retain(|one| one.address == "list.cloudbase_env_share.all");
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert_eq!(warnings[0].severity, "warning");
    let said = format!("{} {}", warnings[0].summary, warnings[0].detail);
    assert!(said.contains(B) && said.contains("not today"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_query_is_refused_before_anything_is_asked() {
    let workspace = workspace!(needs Query);
    for (config, says) in [
        ("appids = []".to_owned(), "at least one appid"),
        (
            "appids = [\"nonsense\"]".to_owned(),
            "\"nonsense\" is not an appid",
        ),
        (format!("appids = [{A:?}]\n    env = \"no id\""), "no id"),
        (format!("env = {ENV:?}"), "\"appids\" is required"),
        (
            format!("appids = [{A:?}]\n    source_type = 1.5"),
            "not a whole number",
        ),
    ] {
        ask(&workspace, &list("all", "", &config));
        for command in [
            &["validate", "-query", "-no-color"][..],
            &["query", "-no-color"],
        ] {
            workspace.run(command).await.fails_with(&[says]);
        }
    }
    assert!(workspace.sandbox.calls().is_empty());
}
