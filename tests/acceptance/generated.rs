//! Configuration that Terraform generates from `import` blocks, by id.

use std::fs;
use std::path::Path;

use crate::support::{A, B, C, ENV, HOSTED_ENV, Workspace};
use crate::workspace;

/// An `import` block for which configuration is generated. It names the provider, since Terraform 1.16
/// looks for one of HashiCorp's otherwise.
pub(crate) fn import(to: &str, what: &str) -> String {
    format!("import {{\n  to = {to}\n  provider = cloudbase\n  {what}\n}}\n")
}

/// Generates configuration for `blocks`, and returns it.
pub(crate) async fn generate(workspace: &Workspace, blocks: &str) -> String {
    workspace.configure(blocks);
    workspace
        .run(&[
            "plan",
            "-no-color",
            "-generate-config-out=generated.tf",
            "-out=plan",
        ])
        .await
        .ok();
    fs::read_to_string(workspace.path().join("generated.tf")).unwrap()
}

/// Asserts that what was generated for `blocks` is well-formed, and that to apply it imports `count`
/// resources and does nothing else.
pub(crate) async fn assert_imports_only(workspace: &Workspace, blocks: &str, count: usize) {
    workspace.assert_formatted("generated.tf").await;
    // With its resource beside it a block is refused that names the provider.
    let validate = ["validate", "-no-color"];
    let refused = workspace.run(&validate).await;
    refused.fails_with(&["Invalid import provider argument"]);
    let names_provider = |line: &&str| line.trim_start().starts_with("provider ");
    let unnamed = blocks.lines().filter(|line| !names_provider(line));
    workspace.configure(&unnamed.collect::<Vec<_>>().join("\n"));
    workspace.run(&validate).await.ok();

    workspace.assert_apply_only_imports(count).await;
    workspace.configure("");
    workspace.assert_plan_is_empty().await;
    assert_eq!(workspace.writes(), 0);
}

fn bind(workspace: &Workspace) {
    for (appid, source_type) in [(A, None), (B, None), (C, Some(1))] {
        let env = if source_type.is_some() {
            HOSTED_ENV
        } else {
            ENV
        };
        workspace.sandbox.bind(env, appid, source_type);
    }
}

/// The argument names of each generated resource, by address.
fn arguments(generated: &str) -> Vec<(String, Vec<String>)> {
    let blocks = generated.split("resource \"").skip(1);
    let block = |text: &str| {
        let (head, body) = text.split_once(" {\n").unwrap();
        let address = head.replace("\" \"", ".").replace('"', "");
        let body = body.split("\n}").next().unwrap();
        let names = body.lines().filter(|line| !line.ends_with("= null"));
        let name = |line: &str| line.split_whitespace().next().unwrap().to_owned();
        (address, names.map(name).collect())
    };
    let mut all: Vec<_> = blocks.map(block).collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn every_importable_resource_can_be_generated() {
    let workspace = workspace!();
    bind(&workspace);
    let shares = format!("id = \"{ENV}/{A},{B}\"");
    let hosted = format!("id = \"1/{HOSTED_ENV}/{C}\"");
    let blocks = [
        import("cloudbase_env_share.plain", &shares),
        import("cloudbase_env_share.hosted", &hosted),
        import("cloudbase_env_share_confirmation.plain", &shares),
        import("cloudbase_env_share_confirmation.hosted", &hosted),
        import("cloudbase_env_conversion.plain", &format!("id = {ENV:?}")),
        import("cloudbase_open_api_access.plain", &format!("id = {ENV:?}")),
    ]
    .concat();
    let generated = generate(&workspace, &blocks).await;
    let names = |names: &[&str]| {
        names
            .iter()
            .map(|one| (*one).to_owned())
            .collect::<Vec<_>>()
    };
    let mut found = arguments(&generated);
    // Terraform before 1.14 writes down what is computed where it is not configured.
    for (address, names) in &mut found {
        if address.contains("conversion") || address.contains("open_api_access") {
            names.retain(|name| name != "token");
        }
    }
    let expected = [
        ("cloudbase_env_conversion.plain", names(&["env"])),
        (
            "cloudbase_env_share.hosted",
            names(&["appids", "env", "source_type"]),
        ),
        ("cloudbase_env_share.plain", names(&["appids", "env"])),
        (
            "cloudbase_env_share_confirmation.hosted",
            names(&["appids", "env", "source_type"]),
        ),
        (
            "cloudbase_env_share_confirmation.plain",
            names(&["appids", "env"]),
        ),
        (
            "cloudbase_open_api_access.plain",
            names(&["api_whitelist", "env"]),
        ),
    ];
    let expected = expected.map(|(address, names)| (address.to_owned(), names));
    assert_eq!(found, expected, "{generated}");
    assert_imports_only(&workspace, &blocks, 6).await;
}

/// The plan that has generated it can be applied as it is.
#[tokio::test(flavor = "multi_thread")]
async fn the_plan_that_generates_can_be_applied() {
    let workspace = workspace!();
    bind(&workspace);
    let block = import(
        "cloudbase_env_share.test",
        &format!("id = \"{ENV}/{A},{B}\""),
    );
    generate(&workspace, &block).await;
    workspace.run(&["apply", "-no-color", "plan"]).await.ok();
    assert_eq!(workspace.share().await["env"], ENV);
    workspace.configure("");
    workspace.assert_plan_is_empty().await;
    assert_eq!(workspace.writes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_run() {
    const SHARED: &str = "flower-shop-2k8d5e1f7c3a9b04";
    let workspace = workspace!();
    for appid in ["wxd4b82f60c1e7a935", "wx19e6a3c07f5d2b48"] {
        workspace.sandbox.bind(SHARED, appid, None);
    }
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/resources");
    let example = |ty: &str| {
        fs::read_to_string(examples.join(ty).join("import-generated.tf")).unwrap() + "\n"
    };
    let blocks = [
        "cloudbase_env_conversion",
        "cloudbase_env_share",
        "cloudbase_env_share_confirmation",
        "cloudbase_open_api_access",
    ]
    .map(example)
    .concat();
    generate(&workspace, &blocks).await;
    assert_imports_only(&workspace, &blocks, 4).await;
}
