//! Adopting shares that exist already.

use serde_json::json;

use crate::support::{A, B, ENV, actions, share};
use crate::workspace;

const ADDRESS: &str = "cloudbase_env_share.test";

#[tokio::test(flavor = "multi_thread")]
async fn the_import_command_adopts_what_is_bound() {
    let workspace = workspace!();
    workspace.sandbox.bind(ENV, A, None);
    workspace.sandbox.bind(ENV, B, None);
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace
        .run(&["import", "-no-color", ADDRESS, &format!("{ENV}/{A},{B}")])
        .await
        .ok();
    assert_eq!(workspace.share().await["appids"], json!([B, A]));
    workspace.assert_plan_is_empty().await;
    assert_eq!(workspace.writes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_block_adopts_with_a_source_type() {
    let workspace = workspace!();
    workspace.sandbox.bind(ENV, A, 1);
    let block = format!("import {{\n  to = {ADDRESS}\n  id = \"1/{ENV}/{A}\"\n}}\n");
    workspace.configure(&format!("{}{block}", share(ENV, &[A], "source_type = 1")));
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, ADDRESS), ["no-op"]);
    assert!(!plan["resource_changes"][0]["change"]["importing"].is_null());
    workspace.apply().await;
    workspace.assert_plan_is_empty().await;
    assert_eq!(workspace.writes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn configuration_can_be_generated_for_an_import() {
    let workspace = workspace!();
    workspace.sandbox.bind(ENV, A, None);
    let block =
        |more: &str| format!("import {{\n  to = {ADDRESS}\n  id = \"{ENV}/{A}\"\n{more}}}\n");
    // Terraform 1.16 looks for a provider of HashiCorp's otherwise.
    workspace.configure(&block("  provider = cloudbase\n"));
    workspace
        .run(&["plan", "-no-color", "-generate-config-out=generated.tf"])
        .await
        .ok();
    workspace.configure(&block(""));
    let generated = std::fs::read_to_string(workspace.path().join("generated.tf")).unwrap();
    assert!(
        generated.contains(A) && !generated.contains("shares"),
        "{generated}"
    );
    workspace.apply().await;
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_shared_cannot_be_imported() {
    let workspace = workspace!();
    workspace.sandbox.bind(ENV, A, None);
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace
        .run(&["import", "-no-color", ADDRESS, &format!("{ENV}/{A},{B}")])
        .await
        .fails_with(&[&format!(
            "environment {ENV} is not shared with mini program {B}"
        )]);
    assert!(workspace.share().await.is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_id_shows_the_form() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A], ""));
    for id in [
        "nonsense",
        "a/b/c/d",
        "env/wxshort",
        &format!("x/{ENV}/{A}"),
    ] {
        let run = workspace.run(&["import", "-no-color", ADDRESS, id]).await;
        run.fails_with(&["invalid import id", "ENV/APPID[,APPID…]"]);
    }
    assert!(workspace.sandbox.calls().is_empty());
}
