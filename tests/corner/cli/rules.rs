//! Rules of single attributes: replacement, defaults, what stays, spelling, secrets, private data.

use std::fs;

use serde_json::json;

use crate::cli::workspace;
use crate::installed::Feature;

const ADDRESS: &str = "corner_rules.test";

fn configuration(arguments: &str) -> String {
    format!("resource \"corner_rules\" \"test\" {{\n{arguments}\n}}\n")
}

fn one(action: &str) -> [(String, String); 1] {
    [(ADDRESS.to_owned(), action.to_owned())]
}

#[tokio::test(flavor = "multi_thread")]
async fn defaults_are_filled_in_and_made_values_stay_where_declared() {
    let workspace = workspace!();
    workspace.configure(&configuration("zone = \"z\""));
    assert_eq!(workspace.converge().await, one("create"));
    let before = workspace.values(ADDRESS).await;
    assert_eq!(before["size"], 7);
    assert_eq!(before["ratio"].to_string(), "0.1");
    assert_eq!(before["labels"], json!({ "made": "yes" }));
    assert_eq!(before["region"], "made region");

    workspace.configure(&configuration("zone = \"z\"\nsize = 8\nlabels = {}"));
    let plan = workspace.plan().await;
    let change = &plan["resource_changes"][0]["change"];
    assert_eq!(change["after_unknown"]["region"], true);
    assert_eq!(change["after_unknown"]["revision"], true);
    assert_eq!(change["after"]["place"], "made place");
    assert_eq!(change["after"]["id"], before["id"]);
    assert_eq!(workspace.converge().await, one("update"));
    let after = workspace.values(ADDRESS).await;
    assert_eq!(after["labels"], json!({}));
    assert_eq!(after["revision"], 2);

    workspace.configure(&configuration("zone = \"y\"\nplace = \"mine\""));
    assert_eq!(workspace.converge().await, one("delete create"));
    let replaced = workspace.values(ADDRESS).await;
    assert_ne!(replaced["id"], before["id"]);
    assert_eq!(
        (&replaced["size"], &replaced["revision"]),
        (&json!(7), &json!(1))
    );
    workspace
        .assert_imports_verify(&configuration("zone = \"y\"\nplace = \"mine\""))
        .await;
    workspace.destroy().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_means_the_same_is_no_change_and_keeps_its_spelling() {
    let workspace = workspace!();
    let spelled = |name: &str, document: &str| {
        configuration(&format!(
            "zone = \"z\"\nname = {name:?}\ndocument = {document:?}"
        ))
    };
    // The remote system stores `mixed` and a document without spaces.
    let written = r#"{ "b": 1, "a": [true] }"#;
    workspace.configure(&spelled("MiXed", written));
    assert_eq!(workspace.converge().await, one("create"));
    let values = workspace.values(ADDRESS).await;
    assert_eq!(
        (&values["name"], &values["document"]),
        (&json!("MiXed"), &json!(written))
    );

    workspace.configure(&spelled("mixeD", r#"{"a":[true],"b":1}"#));
    assert_eq!(workspace.converge().await, []);
    assert_eq!(workspace.values(ADDRESS).await["name"], "MiXed");

    workspace.configure(&spelled("Other", r#"{"a": []}"#));
    assert_eq!(workspace.converge().await, one("update"));
    let values = workspace.values(ADDRESS).await;
    assert_eq!(values["name"], "Other");
    assert_eq!(values["document"], r#"{"a": []}"#);
    workspace.destroy().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn write_only_values_arrive_and_are_stored_nowhere() {
    let workspace = workspace!();
    let secret = |secret: &str, version: u32| {
        configuration(&format!(
            "zone = \"z\"\nsecret_wo = {secret:?}\nsecret_version = {version}\npassword = \"visible-in-state\""
        ))
    };
    workspace.configure(&secret("canary-one", 1));
    let cli = workspace.cli();
    let run = workspace.run(&["plan", "-no-color"]).await;
    cli.saw(Feature::WriteOnly, run.code == 0);
    if !cli.offers(Feature::WriteOnly) {
        let refusal = "Write-only attributes need Terraform 1.11 or OpenTofu 1.11";
        assert!(run.code != 0 && run.said.contains(refusal), "{}", run.said);
        return;
    }
    assert_eq!(workspace.converge().await, one("create"));
    let values = workspace.values(ADDRESS).await;
    assert_eq!(
        (&values["secret_wo"], &values["secret_length"]),
        (&json!(null), &json!(10))
    );
    let resources = workspace.resources().await;
    assert_eq!(resources[0].1["sensitive_values"]["password"], true);

    // A secret alone is no change; with its version it is.
    workspace.configure(&secret("canary-number-two", 1));
    assert_eq!(workspace.converge().await, []);
    workspace.configure(&secret("canary-number-two", 2));
    assert_eq!(workspace.converge().await, one("update"));
    assert_eq!(workspace.values(ADDRESS).await["secret_length"], 17);
    for file in ["terraform.tfstate", "terraform.tfstate.backup"] {
        let text = fs::read_to_string(workspace.file(file)).unwrap();
        assert!(!text.contains("canary"), "{file}");
    }
    // A plan's file is compressed. It has the configuration, which its JSON form shows as well.
    workspace.configure(&secret("canary-number-three", 3));
    let plan = workspace.plan().await;
    let of_values = [&plan["planned_values"], &plan["resource_changes"]];
    for values in of_values {
        assert!(!values.to_string().contains("canary"), "{values}");
        assert!(values.to_string().contains("visible-in-state"), "{values}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deprecated_attribute_warns() {
    let workspace = workspace!();
    workspace.configure(&configuration("zone = \"z\"\nold = \"yes\""));
    let run = workspace.works(&["validate", "-no-color"]).await;
    assert!(
        run.said.contains("the attribute `old` is deprecated"),
        "{}",
        run.said
    );
}

/// Private data is checked by the provider in every operation that gets any.
#[tokio::test(flavor = "multi_thread")]
async fn half_done_creates_are_replaced_and_refused_updates_change_nothing() {
    let workspace = workspace!();
    workspace.configure(&configuration("zone = \"z\"\nname = \"half-done\""));
    let run = workspace.try_apply().await;
    assert_ne!(run.code, 0);
    assert!(run.said.contains("half-done"), "{}", run.said);
    assert_eq!(workspace.resources().await.len(), 1, "it is there");

    workspace.configure(&configuration("zone = \"z\"\nname = \"whole\""));
    assert_eq!(workspace.converge().await, one("delete create"));

    workspace.configure(&configuration("zone = \"z\"\nname = \"refused\""));
    let run = workspace.try_apply().await;
    assert_ne!(run.code, 0);
    assert_eq!(workspace.values(ADDRESS).await["name"], "whole");

    workspace.configure(&configuration("zone = \"z\"\nname = \"whole\""));
    assert_eq!(workspace.converge().await, []);
    workspace.configure(&configuration("zone = \"z\"\nname = \"new\""));
    assert_eq!(workspace.converge().await, one("update"));
    workspace.destroy().await;
}
