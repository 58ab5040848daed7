//! What a schema alone rules out, with the real CLI: found by `validate` at the line, by the plan
//! where it was unknown before, and before anything is written where it shows only in the apply.

use serde_json::Value as Json;

use crate::cli::workspace;
use crate::installed::Product;

/// A resource, among whose required arguments is a write-only one.
fn configuration(arguments: &str) -> String {
    format!("resource \"corner_strict\" \"test\" {{\n  key_wo = \"secret\"\n{arguments}\n}}\n")
}

/// The errors of `validate -json`: summary, and the line of the configuration it points at.
fn errors(stdout: &str) -> Vec<(String, String)> {
    let said: Json = serde_json::from_str(stdout).expect("JSON");
    let diagnostics = said["diagnostics"].as_array().expect("diagnostics");
    let errors = diagnostics.iter().filter(|d| d["severity"] == "error");
    let text = |value: &Json| value.as_str().unwrap_or_default().trim().to_owned();
    errors
        .map(|d| (text(&d["summary"]), text(&d["snippet"]["code"])))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn validate_points_at_the_line() {
    let workspace = workspace!(needs WriteOnly);
    let cli = workspace.cli();
    // The others find no lines inside nested attributes, but name the path.
    let inside = cli.product == Product::Terraform && cli.minor >= 15;
    for (arguments, summary, line) in [
        ("name = null", "`name` is null", "name = null"),
        ("name = local.none", "`name` is null", "name = local.none"),
        (
            "name = \"n\"\nblocks {\nname = \"n\"\n}\nblocks {\nname = local.none\n}",
            "`blocks[1].name` is null",
            "name = local.none",
        ),
        (
            "name = \"n\"\nlabels = { k = local.none }",
            "`labels[\"k\"]` is null",
            "labels = { k = local.none }",
        ),
        (
            "name = \"n\"\ntags = [\"a\", null]",
            "an element of `tags` is null",
            "tags = [\"a\", null]",
        ),
        (
            "name = \"n\"\nset = [{ name = null }]",
            "`set[…].name` is null",
            "set = [{ name = null }]",
        ),
        (
            "name = \"n\"\none = { name = \"n\", seen = \"x\" }",
            "`one.seen` is read-only",
            if inside {
                "one = { name = \"n\", seen = \"x\" }"
            } else {
                "resource \"corner_strict\" \"test\" {"
            },
        ),
        (
            "name = \"n\"\ncount_of = 1.5",
            "`count_of` is not a whole number",
            "count_of = 1.5",
        ),
        (
            "name = \"n\"\nleft = []\nright = \"r\"",
            "`left` conflicts with `right`",
            "left = []",
        ),
        (
            "name = \"n\"\nextra {\n}",
            "`extra` requires `left`",
            // Terraform finds no line for all blocks of a kind.
            "resource \"corner_strict\" \"test\" {",
        ),
    ] {
        let none = "locals {\n  none = null\n}\n";
        workspace.configure(&format!("{none}{}", configuration(arguments)));
        let run = workspace.run(&["validate", "-json"]).await;
        let expected = (summary.to_owned(), line.to_owned());
        assert_eq!(errors(&run.stdout), [expected], "{arguments}");
    }
}

/// A group that nobody wrote has nulls where something is required.
#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_held_to_its_schema_where_it_is_there() {
    let workspace = workspace!(needs WriteOnly);
    workspace.configure(&configuration("name = \"n\"\nloose = [\"a\", null]"));
    workspace.converge().await;
    workspace.destroy().await;
    workspace.configure(&configuration(
        "name = \"n\"\ngroup {\nname = null\ntexts = []\n}",
    ));
    let run = workspace.run(&["validate", "-json"]).await;
    assert_eq!(errors(&run.stdout)[0].0, "`group.name` is null");
}

/// A variable is unknown to `validate`, whatever its default is.
#[tokio::test(flavor = "multi_thread")]
async fn a_null_variable_is_found_by_the_plan() {
    let workspace = workspace!(needs WriteOnly);
    workspace.configure(&format!(
        "variable \"none\" {{\n  default = null\n}}\n{}",
        configuration("name = var.none")
    ));
    workspace.works(&["validate", "-no-color"]).await;
    let run = workspace.run(&["plan", "-no-color"]).await;
    assert_ne!(run.code, 0);
    for text in ["`name` is null", "name = var.none"] {
        assert!(run.said.contains(text), "{}", run.said);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_shows_only_in_the_apply_is_found_before_anything_is_written() {
    for (arguments, summary) in [
        (
            "name = terraform_data.it.output == 1.5 ? null : \"n\"",
            "`name` is null",
        ),
        (
            "name = \"n\"\ncount_of = terraform_data.it.output",
            "`count_of` is not a whole number",
        ),
        (
            "name = \"n\"\ntexts = [terraform_data.it.output == 1.5 ? null : \"n\"]",
            "`texts[0]` is null",
        ),
    ] {
        let workspace = workspace!(needs WriteOnly);
        workspace.configure(&format!(
            "resource \"terraform_data\" \"it\" {{\n  input = 1.5\n}}\n{}",
            configuration(arguments)
        ));
        workspace.works(&["plan", "-no-color"]).await;
        let run = workspace.try_apply().await;
        assert_ne!(run.code, 0, "{arguments}");
        assert!(run.said.contains(summary), "{arguments}: {}", run.said);
        let resources = workspace.resources().await;
        assert_eq!(resources.len(), 1, "only terraform_data: {resources:?}");
        assert!(!workspace.file("store.json").exists(), "nothing is written");
    }
}
