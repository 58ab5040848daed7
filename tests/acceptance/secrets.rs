//! No operation shows a token, secret or ticket, at any level of logging.

use std::fs;
use std::path::Path;

use cloudbase::sandbox::{Endpoint, Environment};

use crate::support::{A, B, C, ENV, OTHER_ENV, Run, Workspace, share};
use crate::workspace;

/// Every file under `folder`, as text.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let bytes = fs::read(&path).unwrap();
            found.push((
                path.display().to_string(),
                String::from_utf8_lossy(&bytes).into_owned(),
            ));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_token_appears_in_no_output_of_any_operation_at_trace() {
    let mut workspace = workspace!();
    let canaries = [
        workspace.sandbox.component_token(),
        workspace.sandbox.authorizer_token(),
    ];
    workspace.set("TF_LOG", "TRACE");
    workspace.sandbox.put_environment(Environment::new(ENV));
    workspace.sandbox.bind(OTHER_ENV, C, None);
    workspace
        .sandbox
        .refuse_appid(Endpoint::Share, B, "main body not same");

    let data = format!("data \"cloudbase_env\" \"test\" {{\n  env = {ENV:?}\n}}\n");
    let imported = format!(
        "import {{\n  to = cloudbase_env_share.other\n  id = \"{OTHER_ENV}/{C}\"\n}}\n\
         resource \"cloudbase_env_share\" \"other\" {{\n  env = {OTHER_ENV:?}\n  appids = [{C:?}]\n}}\n"
    );
    let mut runs = Vec::new();
    workspace.configure(&format!("{}{data}{imported}", share(ENV, &[A, B], "")));
    for arguments in [
        &["validate"][..],
        &["plan", "-out=plan"],
        &["apply", "-auto-approve", "plan"],
        &["providers", "schema", "-json"],
        &["apply", "-auto-approve"],
    ] {
        runs.push(workspace.run(arguments).await);
    }
    // Errors, too: a refused token, an unreachable endpoint.
    workspace
        .sandbox
        .expire_tokens(cloudbase::sandbox::TokenKind::Component);
    runs.push(workspace.run(&["plan"]).await);
    workspace.set("CLOUDBASE_ENDPOINT", "http://127.0.0.1:9");
    workspace.configure(&format!(
        "provider \"cloudbase\" {{\n max_retries = 0\n}}\n{}",
        share(ENV, &[A], "")
    ));
    runs.push(workspace.run(&["plan"]).await);
    runs.push(workspace.run(&["destroy", "-auto-approve"]).await);
    assert!(runs.iter().any(|run| run.code == 0) && runs.iter().any(|run| run.code != 0));

    assert_clean(&workspace, runs, &canaries);
}

/// Fails where one of `canaries`, or a good part of it, is in a file of the workspace or in what a
/// run has said.
#[track_caller]
pub(crate) fn assert_clean(workspace: &Workspace, runs: Vec<Run>, canaries: &[String]) {
    let mut outputs = files(workspace.path());
    for (i, run) in runs.into_iter().enumerate() {
        outputs.push((format!("stdout of run {i}"), run.stdout));
        outputs.push((format!("stderr of run {i}"), run.stderr));
    }
    assert!(
        outputs.iter().any(|(_, text)| text.contains("tf_rpc")),
        "the provider has logged"
    );
    for canary in canaries {
        // In whole, or a good part of it.
        for part in [
            canary.as_str(),
            &canary[..canary.len() / 2],
            &canary[canary.len() / 2..],
        ] {
            for (name, text) in &outputs {
                assert!(!text.contains(part), "{name} holds a secret");
            }
        }
    }
}

/// Everything that minting takes and yields.
#[tokio::test(flavor = "multi_thread")]
async fn canaries_of_minting_appear_in_no_output_at_trace() {
    let mut workspace = workspace!();
    workspace.unset_tokens();
    workspace.set("TF_LOG", "TRACE");
    workspace.sandbox.put_environment(Environment::new(ENV));
    let component = workspace.sandbox.component();
    let authorizer = workspace.sandbox.authorizers().remove(0);
    workspace.set("CLOUDBASE_COMPONENT_APPID", &component.appid);
    workspace.set("CLOUDBASE_COMPONENT_APPSECRET", &component.appsecret);
    workspace.set(
        "CLOUDBASE_COMPONENT_VERIFY_TICKET",
        &component.verify_ticket,
    );
    workspace.set("CLOUDBASE_AUTHORIZER_APPID", &authorizer.appid);
    let refresh_token = authorizer.refresh_token.clone().unwrap();
    let mut canaries = vec![
        component.appsecret.clone(),
        component.verify_ticket.clone(),
        refresh_token.clone(),
    ];
    workspace.configure(&format!(
        "{}data \"cloudbase_envs\" \"test\" {{}}\n",
        share(ENV, &[A, B], "")
    ));
    let mut runs = Vec::new();
    let minted = |workspace: &Workspace| {
        [
            workspace.sandbox.component_token(),
            workspace.sandbox.authorizer_token(),
        ]
    };
    for arguments in [&["plan"][..], &["apply", "-auto-approve"]] {
        runs.push(workspace.run(arguments).await);
        canaries.extend(minted(&workspace));
    }
    assert!(runs.iter().all(|run| run.code == 0));
    assert_eq!(workspace.calls(Endpoint::AuthorizerList).len(), 2);

    // A refresh token that is given, and ones that are refused.
    workspace.set("CLOUDBASE_AUTHORIZER_REFRESH_TOKEN", &refresh_token);
    runs.push(workspace.run(&["plan"]).await);
    workspace.sandbox.behave(|now| now.ticket_expired = true);
    runs.push(workspace.run(&["plan"]).await);
    workspace.sandbox.behave(|now| now.ticket_expired = false);
    let wrong = "canary-of-a-wrong-secret-0123456789";
    for name in [
        "CLOUDBASE_COMPONENT_APPSECRET",
        "CLOUDBASE_COMPONENT_VERIFY_TICKET",
    ] {
        workspace.set(name, wrong);
        runs.push(workspace.run(&["plan"]).await);
    }
    workspace.set("CLOUDBASE_ENDPOINT", "http://127.0.0.1:9");
    runs.push(workspace.run(&["plan"]).await);
    assert!(runs.iter().filter(|run| run.code != 0).count() >= 3);
    canaries.push(wrong.to_owned());
    canaries.extend(minted(&workspace));
    assert_clean(&workspace, runs, &canaries);
}
