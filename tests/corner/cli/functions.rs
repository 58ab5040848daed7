//! Provider functions (Terraform 1.8 and later).

use serde_json::json;

use crate::cli::workspace;
use crate::installed::Product;

#[tokio::test(flavor = "multi_thread")]
async fn functions_take_every_kind_of_argument() {
    let workspace = workspace!(needs Functions);
    let mut calls = vec![
        ("join_none", "join_all(\"-\")", json!("")),
        (
            "join_some",
            "join_all(\"-\", \"a\", \"b\", 3)",
            json!("a-b-3"),
        ),
        ("typed_null", "state_of(tostring(null))", json!("null")),
        ("map", "state_of(tomap({ a = 1 }))", json!("map")),
        ("object", "state_of({ a = 1 })", json!("object")),
        ("tuple", "state_of([1])", json!("list")),
        (
            "same_deep",
            "same({ a = [1, \"x\", null], b = toset([true]) })",
            json!({ "a": [1, "x", null], "b": [true] }),
        ),
        ("last_null", "last(1, null) == null", json!(true)),
        ("last_none", "last() == null", json!(true)),
        ("half", "half(5)", json!(2.5)),
    ];
    // OpenTofu does not call a function with a null that has no type: what comes of it is unknown for ever.
    if workspace.cli().product == Product::OpenTofu {
        workspace.cli().leaves_out("nulls without a type");
    } else {
        calls.push(("null", "state_of(null)", json!("null")));
        calls.push(("same_null", "same(null) == null", json!(true)));
    }
    let output = |name: &str, call: &str| {
        format!("output {name:?} {{\n  value = provider::corner::{call}\n}}\n")
    };
    let mut hcl: Vec<_> = calls
        .iter()
        .map(|(name, call, _)| output(name, call))
        .collect();
    hcl.push(output("big", "last(1, 123456789012345678901234567890.5)"));
    let hcl = hcl.concat();
    workspace.configure(&hcl);
    workspace.converge().await;
    let outputs = workspace.outputs().await;
    for (name, _, expected) in &calls {
        assert_eq!(outputs[name]["value"], *expected, "{name}");
    }
    let big = outputs["big"]["value"].to_string();
    assert_eq!(big, "123456789012345678901234567890.5");
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_arguments_are_passed_on_where_the_parameter_takes_them() {
    let workspace = workspace!(needs Functions);
    workspace.configure(
        "resource \"corner_plain\" \"first\" {\n}\noutput \"taken\" {\n  value = provider::corner::state_of(corner_plain.first.id)\n}\noutput \"not\" {\n  value = provider::corner::half(corner_plain.first.made_number)\n}\n",
    );
    let plan = workspace.plan().await;
    let outputs = &plan["output_changes"];
    assert_eq!(outputs["taken"]["after"], "unknown");
    assert_eq!(outputs["not"]["after_unknown"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_name_the_argument() {
    let workspace = workspace!(needs Functions);
    for (call, texts) in [
        (
            "join_all(\"-\", \"a\", \"\")",
            &["\"parts\"", "`parts` has an empty part"][..],
        ),
        ("join_all(\"-\", null)", &["must not be null"]),
        ("half(\"x\")", &["a number is required"]),
        ("faulty(true)", &["panicked", "planted in a function"]),
    ] {
        workspace.configure(&format!(
            "output \"x\" {{\n  value = provider::corner::{call}\n}}\n"
        ));
        let run = workspace.try_apply().await;
        assert_ne!(run.code, 0);
        for text in texts {
            assert!(
                run.said.contains(text),
                "{call}: {text} is not in {}",
                run.said
            );
        }
    }
}
