//! What a list block finds, and whom it asks.

use std::collections::BTreeSet;

use cloudbase::sandbox::Endpoint;
use serde_json::{Value as Json, json};

use super::{ask, assert_only_asked, envs, fleet, found, list, query};
use crate::support::{A, B, C, ENV, HOSTED_ENV, OTHER_ENV};
use crate::workspace;

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
    let bound =
        json!({ "status": "bound", "confirm_url": null, "error": null, "requested_at": null });
    let object = json!({
        "env": ENV, "appids": [B, A], "source_type": null, "confirmation_trigger": null,
        "confirmation_triggers": null,
        "on_refusal": null,
        "deletion_policy": null, "timeouts": null, "shares": { A: bound, B: bound },
    });
    assert_eq!(all[1]["resource_object"], object);

    let hosted = found(&run, "hosted");
    assert_eq!(hosted.len(), 1);
    assert_eq!(
        hosted[0]["identity"],
        json!({ "env": HOSTED_ENV, "appids": [A], "source_type": 1 })
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
