//! Plain attributes of every type, each in an instance of its own.

use crate::cli::workspace;

/// Name of the instance, attribute, and three values: each but the first replaces the one before.
const MATRIX: &[(&str, &str, [&str; 3])] = &[
    (
        "text",
        "text",
        ["\"a\"", "\"ü 🦀 \\\"q\\\" \\n $${x}\"", "\"\""],
    ),
    ("flag", "flag", ["true", "false", "true"]),
    (
        "big",
        "number",
        [
            "123456789012345678901234567890",
            "9223372036854775808",
            "-1e300",
        ],
    ),
    (
        "exact",
        "number",
        ["0.1", "-12345678901234567890.123456789", "1e-7"],
    ),
    (
        "small",
        "number",
        ["0", "9007199254740993", "-9223372036854775808"],
    ),
    ("odd", "number", ["1 / 3", "18446744073709551616", "1.5"]),
    ("list", "list", ["[\"a\", \"b\"]", "[]", "[null, \"c\"]"]),
    ("matrix", "matrix", ["[[1, 2], []]", "[[0.1], null]", "[]"]),
    (
        "set",
        "set",
        ["[3, 1, 2, 1]", "[12345678901234567890, 0.1]", "[]"],
    ),
    (
        "object_set",
        "object_set",
        [
            "[{ name = \"a\", sizes = [1] }, { name = \"b\", sizes = [] }]",
            "[{ name = null, sizes = [0.1] }]",
            "[]",
        ],
    ),
    (
        "map",
        "map",
        ["{ a = \"x\", \"b c.d\" = \"y\" }", "{}", "{ a = null }"],
    ),
    (
        "set_map",
        "set_map",
        ["{ a = [true] }", "{ a = [true, false], b = [] }", "{}"],
    ),
    (
        "object",
        "object",
        [
            "{ name = \"a\", sizes = [1, 2] }",
            "{ name = null, sizes = [] }",
            "{ name = \"b\", sizes = null }",
        ],
    ),
    (
        "tuple",
        "tuple",
        [
            "[\"a\", 1.5, [true]]",
            "[\"b\", 1e20, []]",
            "[null, null, null]",
        ],
    ),
    ("any_text", "dynamic", ["\"a\"", "7", "[1, \"a\", true]"]),
    (
        "any_deep",
        "dynamic",
        ["{ a = { b = [1] } }", "{ a = null }", "tolist([\"a\"])"],
    ),
    (
        "any_number",
        "dynamic",
        ["0.1", "123456789012345678901234567890", "toset([1, 2])"],
    ),
    (
        "any_map",
        "dynamic",
        ["tomap({ a = 1 })", "false", "tostring(null)"],
    ),
];

fn configuration(stage: Option<usize>) -> String {
    let instance = |(name, attribute, values): &(&str, &str, [&str; 3])| {
        let argument = stage.map_or(String::new(), |i| {
            format!("  {attribute} = {}\n", values[i])
        });
        format!("resource \"corner_plain\" \"{name}\" {{\n{argument}}}\n")
    };
    MATRIX.iter().map(instance).collect::<Vec<_>>().concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_is_created_updated_imported_and_destroyed() {
    let workspace = workspace!();
    let all = |action: &str| -> Vec<(String, String)> {
        let mut names: Vec<_> = MATRIX.iter().map(|(name, ..)| *name).collect();
        names.sort_unstable();
        names
            .into_iter()
            .map(|name| (format!("corner_plain.{name}"), action.to_owned()))
            .collect()
    };
    for (stage, action) in [
        (Some(0), "create"),
        (Some(1), "update"),
        (Some(2), "update"),
        (None, "update"),
        (Some(0), "update"),
    ] {
        workspace.configure(&configuration(stage));
        let mut changed = workspace.converge().await;
        changed.sort();
        let expected = all(action);
        assert_eq!(changed, expected, "stage {stage:?}");
        if stage.is_some() {
            workspace.assert_imports_verify(&configuration(stage)).await;
        }
    }
    let big = workspace.values("corner_plain.big").await;
    assert_eq!(big["number"].to_string(), "123456789012345678901234567890");
    let exact = workspace.values("corner_plain.exact").await;
    assert_eq!(exact["number"].to_string(), "0.1");
    workspace.destroy().await;
}

/// What data sources echo and make up, of every type.
#[tokio::test(flavor = "multi_thread")]
async fn a_data_source_has_every_type() {
    let workspace = workspace!();
    // That each is echoed is for the CLI to check.
    let echo = |(name, attribute, values): &(&str, &str, [&str; 3])| {
        let value = values[0];
        format!("data \"corner_echo\" \"{name}\" {{\n  {attribute} = {value}\n}}\n")
    };
    let mut hcl: Vec<_> = MATRIX.iter().map(echo).collect();
    hcl.push("data \"corner_echo\" \"spelled\" {\n  name = \"MiXed\"\n}\n".to_owned());
    hcl.push("output \"name\" {\n  value = data.corner_echo.spelled.name\n}\n".to_owned());
    hcl.push("output \"made\" {\n  value = data.corner_echo.text\n}\n".to_owned());
    let hcl = hcl.concat();
    workspace.configure(&hcl);
    workspace.converge().await;
    let outputs = workspace.outputs().await;
    assert_eq!(outputs["name"]["value"], "MiXed", "the user's spelling");
    let made = &outputs["made"]["value"];
    assert_eq!(made["made_number"].to_string(), "12345678901234567890.1");
    assert_eq!(made["made_tuple"][0], "made ");
    assert_eq!(made["made_set_map"]["made"][0], true);
    assert!(made["made_dynamic"]["made"][0].is_number());
}
