//! Moved blocks, state of an older schema, and the schemas themselves.

use std::fs;

use serde_json::{Value as Json, json};

use crate::cli::workspace;
use crate::installed::{Feature, Product};

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_block_renames_and_changes_the_type() {
    let workspace = workspace!(needs MovedBetweenTypes);
    workspace
        .configure("resource \"corner_renamed\" \"old\" {\n  name = \"a\"\n  mode = \"auto\"\n}\n");
    workspace.converge().await;
    let thing = |moves: &str| {
        format!("resource \"corner_renamed\" \"new\" {{\n  name = \"a\"\n}}\n{moves}")
    };
    workspace.configure(&thing(
        "moved {\n  from = corner_renamed.old\n  to = corner_renamed.new\n}\n",
    ));
    assert_eq!(workspace.converge().await, []);

    // Another type. OpenTofu reads the identity of the old one as that of the new one, once it knows of any.
    let cli = workspace.cli();
    if cli.product == Product::OpenTofu && cli.has(Feature::ImportByIdentity) {
        cli.leaves_out("a move to a type with another identity");
        workspace.destroy().await;
        return;
    }
    let id = workspace.values("corner_renamed.new").await["id"].clone();
    workspace.configure(
        "resource \"corner_thing\" \"test\" {\n  name = \"a\"\n}\nmoved {\n  from = corner_renamed.new\n  to = corner_thing.test\n}\n",
    );
    workspace.assert_says("told of move").await;
    let plan = workspace.plan().await;
    let change = &plan["resource_changes"][0];
    assert_eq!(change["previous_address"], "corner_renamed.new");
    assert_eq!(workspace.converge().await, []);
    assert_eq!(workspace.values("corner_thing.test").await["id"], id);

    // From Terraform's own provider: its id means nothing here, so that a new object is made.
    workspace.configure("resource \"terraform_data\" \"old\" {\n}\n");
    workspace.converge().await;
    workspace.configure(
        "resource \"corner_thing\" \"test\" {\n  name = \"b\"\n}\nmoved {\n  from = terraform_data.old\n  to = corner_thing.test\n}\n",
    );
    let changed = workspace.converge().await;
    assert_eq!(
        changed,
        [("corner_thing.test".to_owned(), "create".to_owned())]
    );
    workspace.destroy().await;
}

/// The private data that an import gives an object is there when it is read right after: the provider
/// fails without it.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_says_what_it_has_to_say() {
    let workspace = workspace!();
    let hcl = "resource \"corner_thing\" \"test\" {\n  name = \"a\"\n}\n";
    workspace.configure(hcl);
    workspace.converge().await;
    let id = workspace.values("corner_thing.test").await["id"].clone();
    workspace.works(&["state", "rm", "corner_thing.test"]).await;
    workspace.configure(&format!(
        "{hcl}import {{\n  to = corner_thing.test\n  id = {id}\n}}\n"
    ));
    workspace.assert_says("told of import").await;
    assert_eq!(workspace.converge().await, []);
    workspace.destroy().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_moved_says_so() {
    let workspace = workspace!(needs MovedBetweenTypes);
    workspace.configure("resource \"corner_plain\" \"old\" {\n}\n");
    workspace.converge().await;
    for (to, text) in [
        ("corner_thing", "corner_plain cannot become corner_thing"),
        ("corner_rules", "moving state of another resource type"),
    ] {
        workspace.configure(&format!(
            "resource {to:?} \"new\" {{\n  name = \"a\"\n{}\n}}\nmoved {{\n  from = corner_plain.old\n  to = {to}.new\n}}\n",
            if to == "corner_rules" { "  zone = \"z\"" } else { "" }
        ));
        let run = workspace.run(&["plan", "-no-color"]).await;
        assert_ne!(run.code, 0);
        assert!(run.said.contains(text), "{}", run.said);
    }
}

/// A rehearsal: the state is rewritten as version 0 of the schema would have left it.
#[tokio::test(flavor = "multi_thread")]
async fn state_of_version_0_is_upgraded() {
    let workspace = workspace!();
    let hcl = "resource \"corner_thing\" \"test\" {\n  name = \"a\"\n  tags = [\"x\", \"y\"]\n}\n";
    workspace.configure(hcl);
    workspace.converge().await;
    let file = workspace.file("terraform.tfstate");
    let mut state: Json = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let instance = &mut state["resources"][0]["instances"][0];
    assert_eq!(instance["schema_version"], 1);
    instance["schema_version"] = json!(0);
    let id = instance["attributes"]["id"].clone();
    instance["attributes"] =
        json!({ "id": id, "revision": 1, "label": "a", "tags": "x,y", "mode": "auto" });
    fs::write(&file, state.to_string()).unwrap();

    workspace.assert_says("told of upgrade").await;
    assert_eq!(workspace.converge().await, []);
    let values = workspace.values("corner_thing.test").await;
    assert_eq!((&values["id"], &values["tags"]), (&id, &json!(["x", "y"])));

    state["resources"][0]["instances"][0]["attributes"] = json!({ "id": id, "strange": 1 });
    fs::write(&file, state.to_string()).unwrap();
    let run = workspace.run(&["plan", "-no-color"]).await;
    assert!(
        run.code != 0 && run.said.contains("an old state"),
        "{}",
        run.said
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_schema_loads_and_is_described() {
    let workspace = workspace!();
    workspace.configure("");
    let run = workspace.works(&["providers", "schema", "-json"]).await;
    let schemas: Json = serde_json::from_str(&run.stdout).unwrap();
    let registry = workspace.cli().product.registry();
    let schemas = &schemas["provider_schemas"][format!("{registry}/wxopen/corner")];
    assert_eq!(schemas["resource_schemas"].as_object().unwrap().len(), 11);
    assert_eq!(schemas["data_source_schemas"].as_object().unwrap().len(), 4);
    for (feature, kind, count) in [
        (Feature::EphemeralResources, "ephemeral_resource_schemas", 3),
        (Feature::Functions, "functions", 6),
    ] {
        if workspace.cli().offers_part(feature) {
            assert_eq!(schemas[kind].as_object().unwrap().len(), count, "{kind}");
        }
    }
    let blocks = &schemas["resource_schemas"]["corner_blocks"]["block"]["block_types"];
    for mode in ["single", "group", "list", "map", "set"] {
        let all = blocks.as_object().unwrap().values();
        assert!(
            all.clone().any(|block| block["nesting_mode"] == mode),
            "{mode}"
        );
    }
}

/// A panic is an error of one operation: the others are done, and state stays.
#[tokio::test(flavor = "multi_thread")]
async fn a_panic_fails_one_operation() {
    let workspace = workspace!();
    let faulty = |panic_in: &str| {
        format!(
            "resource \"corner_faulty\" \"test\" {{\n  name = \"a\"\n  panic_in = {panic_in}\n}}\nresource \"corner_plain\" \"{}\" {{\n}}\n",
            if panic_in == "null" {
                "first"
            } else {
                "second"
            }
        )
    };
    workspace.configure(&faulty("null"));
    workspace.converge().await;
    workspace.configure(&faulty("\"update\""));
    let run = workspace.try_apply().await;
    assert_ne!(run.code, 0);
    let text = "the provider panicked in ApplyResourceChange: planted in update";
    assert!(run.said.contains(text), "{}", run.said);
    assert_eq!(workspace.values("corner_faulty.test").await["revision"], 1);
    assert!(workspace.values("corner_plain.second").await.is_object());
    workspace.configure(&faulty("null"));
    workspace.converge().await;
    workspace.destroy().await;
}
