//! What is in a saved plan of a token: the guide says where it is and where it isn't.

use crate::support::{A, ENV, Feature, Run, Workspace, provider, share};
use crate::workspace;

fn variable(more: &str) -> String {
    format!(
        "variable \"token\" {{\n  type = string\n  sensitive = true\n  {more}\n}}\n{}{}",
        provider("component_access_token = var.token"),
        share(ENV, &[A], "")
    )
}

/// Whether a new plan that is saved has the token, by its JSON form: its file is a compressed archive.
async fn has(workspace: &Workspace, token: &str) -> bool {
    let said = workspace
        .run(&["plan", "-no-color", "-out=plan"])
        .await
        .ok();
    assert!(!said.flat().contains(token), "{}", said.flat());
    let Run { stdout, .. } = workspace.run(&["show", "-json", "plan"]).await.ok();
    stdout.contains(token)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variable_is_in_it_unless_it_is_ephemeral() {
    let mut workspace = workspace!();
    workspace.unset_tokens();
    let token = workspace.sandbox.component_token();
    workspace.set("TF_VAR_token", &token);
    workspace.configure(&variable(""));
    assert!(
        has(&workspace, &token).await,
        "sensitive hides it on the screen only"
    );
    if !workspace.cli().offers_part(Feature::EphemeralResources) {
        return;
    }
    workspace.configure(&variable("ephemeral = true"));
    assert!(!has(&workspace, &token).await);
    // It has to be given again to apply that plan.
    workspace.run(&["apply", "-no-color", "plan"]).await.ok();
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_literal_is_in_it_and_what_the_environment_a_file_or_a_program_has_is_not() {
    let mut workspace = workspace!();
    let token = workspace.sandbox.component_token();
    workspace.configure(&share(ENV, &[A], ""));
    assert!(!has(&workspace, &token).await, "by the environment");

    workspace.unset_tokens();
    workspace.write_tokens(&token, "");
    let file = provider("token_file = \"tokens.json\"");
    workspace.configure(&format!("{file}{}", share(ENV, &[A], "")));
    assert!(!has(&workspace, &token).await, "by a file");
    #[cfg(unix)]
    {
        let program = workspace.write_program("cat tokens.json");
        let command = provider(&format!("token_command = [{program:?}]"));
        workspace.configure(&format!("{command}{}", share(ENV, &[A], "")));
        assert!(!has(&workspace, &token).await, "by a program");
    }
    // The configuration is a part of a saved plan.
    let literal = provider(&format!("component_access_token = {token:?}"));
    workspace.configure(&format!("{literal}{}", share(ENV, &[A], "")));
    assert!(has(&workspace, &token).await, "a literal");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_ephemeral_resource_yields_is_not_in_it() {
    let workspace = workspace!(needs EphemeralResources);
    let token = workspace.sandbox.component_token();
    workspace.configure(&format!(
        "ephemeral \"cloudbase_component_token\" \"this\" {{\n  provider = cloudbase.first\n}}\n\
         provider \"cloudbase\" {{\n  alias = \"first\"\n}}\n{}{}",
        provider("component_access_token = ephemeral.cloudbase_component_token.this.token"),
        share(ENV, &[A], "")
    ));
    assert!(!has(&workspace, &token).await);
}
