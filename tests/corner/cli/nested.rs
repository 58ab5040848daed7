//! Nested attributes of every mode, and inside each other.

use serde_json::json;

use crate::cli::workspace;

const ADDRESS: &str = "corner_nested.test";

/// The stages of one configuration, each with the actions that lead to it.
const STAGES: &[(&str, &str)] = &[
    ("", "create"),
    (
        r#"
  one  = { name = "a", zone = "z", hidden_wo = "hush" }
  list = [{ name = "a", zone = "z", hidden_wo = "hush" }, { name = "b", size = 0.1, mode = "manual" }]
  set  = [{ name = "a", zone = "z" }, { name = "b" }, { name = "c", maybe = "mine" }]
  map  = { k = { name = "a", zone = "z", hidden_wo = "hush" }, "l m" = { name = "b" } }
  deep = [
    { by_key = { k = { one = { name = "a", zone = "z", hidden_wo = "hush" }, bag = [{ name = "a" }], any = ["x"] } } },
    { by_key = {} },
    { by_key = null },
  ]
  maybe = { name = "mine" }
"#,
        "update",
    ),
    // Names and sizes, in place; elements come and go.
    (
        r#"
  one  = { name = "b", zone = "z", hidden_wo = "more" }
  list = [{ name = "b", zone = "z" }]
  set  = [{ name = "a", zone = "z", size = 12345678901234567890 }, { name = "b" }, { name = "d" }]
  map  = { k = { name = "b", zone = "z" }, n = { name = "c" } }
  deep = [
    { by_key = { k = { one = { name = "b", zone = "z" }, bag = [{ name = "a" }, { name = "b" }] }, l = { any = [] } } },
  ]
  maybe  = { name = "mine", maybe = "mine too" }
  preset = { name = "other" }
"#,
        "update",
    ),
    // Zones, each of which replaces.
    (r#"one = { name = "b", zone = "y" }"#, "delete create"),
    (r#"one = { name = "b", zone = "z" }"#, "delete create"),
    (r#"list = [{ name = "b", zone = "z" }]"#, "update"),
    (
        r#"list = [{ name = "b", zone = "y" }, { name = "c" }]"#,
        "delete create",
    ),
    (r#"set = [{ name = "b", zone = "z" }]"#, "update"),
    (
        r#"set = [{ name = "b", zone = "z" }, { name = "c", zone = "y" }]"#,
        "update",
    ),
    (
        r#"set = [{ name = "b", zone = "z" }, { name = "c", zone = "x" }]"#,
        "delete create",
    ),
    (r#"map = { k = { name = "b", zone = "z" } }"#, "update"),
    (
        r#"map = { k = { name = "b", zone = "y" } }"#,
        "delete create",
    ),
    (
        r#"deep = [{ by_key = { k = { one = { name = "b", zone = "z" } } } }]"#,
        "update",
    ),
    (
        r#"deep = [{ by_key = { k = { one = { name = "b", zone = "y" } } } }]"#,
        "delete create",
    ),
    (
        r#"deep = [{ by_key = { k = { bag = [{ name = "b", zone = "y" }] } } }]"#,
        "update",
    ),
    (
        r#"deep = [{ by_key = { k = { bag = [{ name = "b", zone = "x" }] } } }]"#,
        "delete create",
    ),
    ("preset = { size = 5 }", "update"),
    ("", "update"),
];

fn configuration(arguments: &str) -> String {
    format!("resource \"corner_nested\" \"test\" {{\n{arguments}\n}}\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_nesting_is_created_updated_replaced_imported_and_destroyed() {
    let workspace = workspace!(needs WriteOnly);
    for (i, (arguments, action)) in STAGES.iter().enumerate() {
        let hcl = configuration(arguments);
        workspace.configure(&hcl);
        let changed = workspace.converge().await;
        let expected = [(ADDRESS.to_owned(), (*action).to_owned())];
        assert_eq!(changed, expected, "stage {i}");
        if i < 3 {
            workspace.assert_imports_verify(&hcl).await;
        }
        if i == 1 {
            let values = workspace.values(ADDRESS).await;
            let one = json!({
                "name": "a", "size": null, "zone": "z", "mode": "auto", "seen": "made seen",
                "key": "made key", "maybe": "made maybe", "hidden_wo": null,
            });
            assert_eq!(values["one"], one);
            assert_eq!(values["list"][1]["mode"], "manual");
            assert_eq!(values["list"][1]["size"].to_string(), "0.1");
            assert_eq!(values["deep"][0]["by_key"]["k"]["bag"][0]["mode"], "auto");
            assert_eq!(values["preset"], json!({ "name": "preset", "size": 3 }));
            assert_eq!(values["maybe"]["maybe"], "made maybe");
            assert!(values["made_list"][0]["size"].is_number());
        }
    }
    workspace.destroy().await;
}

/// What is not known while it is planned becomes known in the apply, at every depth.
#[tokio::test(flavor = "multi_thread")]
async fn values_that_are_unknown_in_the_plan_fit_in_the_end() {
    let workspace = workspace!();
    let hcl = r#"
resource "corner_plain" "first" {
}
locals {
  part = { name = corner_plain.first.made_text, zone = corner_plain.first.made_text }
}
resource "corner_nested" "test" {
  one  = local.part
  list = [local.part, { name = "b" }]
  set  = [local.part, { name = corner_plain.first.id }, { name = "b" }]
  map  = { k = local.part }
  deep = [{ by_key = { k = { bag = [local.part, { name = "c" }], any = corner_plain.first.made_list } } }]
}
resource "corner_nested" "whole" {
  list  = [for text in corner_plain.first.made_list : { name = text }]
  set   = toset([for text in corner_plain.first.made_list : { name = text }])
  map   = { for text in corner_plain.first.made_list : text => { name = text } }
  maybe = corner_plain.first.made_flag ? { name = "yes" } : null
}
"#;
    workspace.configure(hcl);
    assert_eq!(workspace.converge().await.len(), 3);
    let values = workspace.values(ADDRESS).await;
    assert_eq!(values["set"].as_array().map(Vec::len), Some(3));
    workspace.assert_imports_verify(hcl).await;
    workspace.destroy().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn set_elements_that_defaults_make_equal_are_an_error_at_the_set() {
    let workspace = workspace!();
    let part = r#"{ name = "a" }, { name = "a", mode = "auto" }"#;
    for (arguments, path) in [
        (format!("set = [{part}]"), "`set`"),
        (
            format!("deep = [{{ by_key = {{ k = {{ bag = [{part}] }} }} }}]"),
            "`deep[0].by_key[\"k\"].bag`",
        ),
    ] {
        workspace.configure(&configuration(&arguments));
        let run = workspace.try_apply().await;
        assert_ne!(run.code, 0);
        let expected = format!("duplicate set element in {path}");
        assert!(
            run.said.contains(&expected),
            "{expected} is not in {}",
            run.said
        );
    }
    assert!(workspace.resources().await.is_empty());
}
