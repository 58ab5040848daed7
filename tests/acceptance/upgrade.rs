//! State that version 0.1.0 has written, and this version goes on with: nothing is planned that 0.1.0 would not have
//! planned, and nobody is asked. The files in `fixtures/v0.1.0/` were written by that version itself.

use std::fs;
use std::path::{Path, PathBuf};

use cloudbase::sandbox::{Endpoint, Options, Seed};
use serde_json::{Value as Json, json};

use crate::support::{A, B, C, Workspace};
use crate::workspace;

fn fixture(folder: &str) -> PathBuf {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/acceptance/fixtures/v0.1.0");
    fixtures.join(folder)
}

/// What exists where the state was written.
fn seeded(folder: &str) -> Options {
    Options {
        seed: Some(Seed::read(&fixture(folder).join("seed.json")).unwrap()),
        ..Options::default()
    }
}

fn old_state(folder: &str, registry: &str) -> Json {
    let text = fs::read_to_string(fixture(folder).join("terraform.tfstate")).unwrap();
    serde_json::from_str(&text.replace("registry.terraform.io", registry)).unwrap()
}

/// The workspace has the old state and its configuration.
fn put(workspace: &Workspace, folder: &str, state: &Json) {
    let configuration = fs::read_to_string(fixture(folder).join("main.tf")).unwrap();
    workspace.configure(&configuration);
    workspace.put_state_file(state);
}

/// The attributes of each instance, by address.
fn attributes(state: &Json) -> Vec<(String, Json)> {
    let all = state["resources"].as_array().unwrap().iter();
    all.map(|one| {
        let address = format!(
            "{}.{}",
            one["type"].as_str().unwrap(),
            one["name"].as_str().unwrap()
        );
        (address, one["instances"][0]["attributes"].clone())
    })
    .collect()
}

/// The attributes of a `cloudbase_env_share` without those that 0.1.0 did not have, which have to be null.
fn as_before(address: &str, mut attributes: Json) -> Json {
    if address.starts_with("cloudbase_env_share.") {
        let attributes = attributes.as_object_mut().unwrap();
        for new in ["confirmation_triggers", "on_refusal"] {
            assert_eq!(attributes.remove(new), Some(Json::Null), "{address}.{new}");
        }
        for share in attributes["shares"].as_object_mut().unwrap().values_mut() {
            let time = share.as_object_mut().unwrap().remove("requested_at");
            assert_eq!(time, Some(Json::Null), "{address}: {share}");
        }
    }
    attributes
}

async fn assert_nothing_is_done(workspace: &Workspace, old: &Json) {
    workspace.assert_plan_is_empty().await;
    // Terraform prints no change, though with `-detailed-exitcode` it ends with 2 here, as it does with 0.1.0.
    for how in [
        &["plan", "-no-color"][..],
        &["plan", "-no-color", "-refresh-only"],
    ] {
        let said = workspace.run(how).await.ok().flat();
        assert!(said.contains("No changes."), "{said}");
        assert!(!said.contains("outside of"), "{said}");
        assert!(!said.contains("requested_at"), "{said}");
    }
    let run = workspace.apply_json().await.ok();
    let changes = &run.lines("change_summary").pop().unwrap()["changes"];
    for nothing in ["add", "change", "remove", "import"] {
        assert_eq!(changes[nothing], 0, "{changes}");
    }
    assert!(run.lines("resource_drift").is_empty(), "{}", run.stdout);
    assert_eq!(workspace.writes(), 0);
    for appid in [A, B, C] {
        for (env, kind) in [
            ("test-env-6gni9ity244a6ea3", 0),
            ("prod-env-7gfwxe92efb3aa38", 0),
        ] {
            assert_eq!(workspace.sandbox.requests_sent(env, appid, kind), 0);
        }
    }
    let now = attributes(&workspace.state_file());
    let now: Vec<_> = now
        .into_iter()
        .map(|(address, attributes)| (address.clone(), as_before(&address, attributes)))
        .collect();
    assert_eq!(now, attributes(old));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_settled_stays_as_it_is() {
    let workspace = workspace!(seeded("settled"));
    let old = old_state("settled", workspace.cli().product.registry());
    assert_eq!(attributes(&old).len(), 6);
    put(&workspace, "settled", &old);
    assert_nothing_is_done(&workspace, &old).await;
}

/// The builds before had neither of these arguments, nor private data.
#[tokio::test(flavor = "multi_thread")]
async fn so_does_state_of_the_first_builds() {
    let workspace = workspace!(seeded("settled"));
    let old = old_state("settled", workspace.cli().product.registry());
    let mut first = old.clone();
    let mut expected = old;
    for state in [&mut first, &mut expected] {
        for resource in state["resources"].as_array_mut().unwrap() {
            if resource["type"] == "cloudbase_env_share" {
                let attributes = &mut resource["instances"][0]["attributes"];
                attributes["deletion_policy"] = Json::Null;
                attributes["timeouts"] = Json::Null;
            }
        }
    }
    for resource in first["resources"].as_array_mut().unwrap() {
        let instance = resource["instances"][0].as_object_mut().unwrap();
        instance.remove("private");
        if resource["type"] == "cloudbase_env_share" {
            let attributes = resource["instances"][0]["attributes"]
                .as_object_mut()
                .unwrap();
            attributes.remove("deletion_policy");
            attributes.remove("timeouts");
        }
    }
    put(&workspace, "settled", &first);
    let configuration = fs::read_to_string(fixture("settled").join("main.tf")).unwrap();
    let (before, after) = configuration.split_once("  deletion_policy").unwrap();
    let (_, after) = after.split_once("  }\n}").unwrap();
    workspace.configure(&format!("{before}}}{after}"));
    assert_nothing_is_done(&workspace, &expected).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_is_planned_as_the_old_version_planned_it() {
    let workspace = workspace!(seeded("open"));
    put(
        &workspace,
        "open",
        &old_state("open", workspace.cli().product.registry()),
    );
    let plan = workspace.plan().await;
    assert_eq!(workspace.writes(), 0);
    let mut changes: Vec<_> = plan["resource_changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let address = one["address"].as_str().unwrap();
            let change = &one["change"];
            json!({
                "address": address,
                "change": {
                    "actions": change["actions"],
                    "before": as_before(address, change["before"].clone()),
                    "after": as_before(address, change["after"].clone()),
                    "after_unknown": change["after_unknown"],
                },
            })
        })
        .collect();
    changes.sort_by_key(|one| one["address"].to_string());
    // What has no unknown part is left out of it, or is an empty object.
    let expected = fs::read_to_string(fixture("open").join("planned.json")).unwrap();
    let expected: Vec<Json> = serde_json::from_str(&expected).unwrap();
    assert_eq!(changes, expected);

    // One that is refused once more fails as it did; the other one is asked, and has its time from now on.
    let run = workspace.try_apply().await;
    run.fails_with(&[C, "has no cloud development"]);
    assert_eq!(workspace.named(Endpoint::Share), [B, C]);
    let again = workspace.resource("cloudbase_env_share.again").await["values"].take();
    assert_eq!(again["shares"][B]["status"], "pending");
    assert!(again["shares"][B]["requested_at"].is_string(), "{again}");
    assert!(again["shares"][B]["error"].is_null());
}
