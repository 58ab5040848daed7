//! Configuration that is generated of what a query finds: applied, it imports and does nothing else.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::{ask, assert_only_asked, envs, fleet, found, list, query};
use crate::secrets::assert_clean;
use crate::support::{A, B, ENV, HOSTED_ENV, OTHER_ENV, Workspace, provider};
use crate::workspace;

/// Generates configuration, and applies it: shares are imported, and nobody hears of it.
async fn generate_and_import(workspace: &Workspace, count: usize) -> String {
    workspace
        .run(&["query", "-no-color", "-generate-config-out=generated.tf"])
        .await
        .ok();
    let generated = fs::read_to_string(workspace.path().join("generated.tf")).unwrap();
    workspace.run(&["validate", "-no-color"]).await.ok();
    workspace.assert_formatted("generated.tf").await;
    workspace.assert_apply_only_imports(count).await;
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
            body.contains(HOSTED_ENV),
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
    for appid in ["wxd4b82f60c1e7a935", "wx19e6a3c07f5d2b48"] {
        for env in [ENV, OTHER_ENV] {
            workspace.sandbox.bind(env, appid, None);
        }
    }
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
    assert_eq!(envs(&run, "flower_shop"), [OTHER_ENV, ENV]);
    assert!(!found(&run, "flower_shop")[0]["resource_object"].is_null());
    generate_and_import(&workspace, 2).await;
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
