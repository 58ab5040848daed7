//! Tokens as ephemeral resources, which feed another provider configuration.

use cloudbase::sandbox::{Endpoint, Environment};

use crate::secrets::assert_clean;
use crate::support::{A, ENV, share};
use crate::workspace;

/// A first provider that fetches tokens, and a second one that is given them.
fn chained(more: &str) -> String {
    format!(
        "provider \"cloudbase\" {{\n  alias = \"mint\"\n}}\n\
         ephemeral \"cloudbase_component_token\" \"this\" {{\n  provider = cloudbase.mint\n}}\n\
         ephemeral \"cloudbase_authorizer_token\" \"this\" {{\n  provider = cloudbase.mint\n{more}}}\n\
         provider \"cloudbase\" {{\n\
         \x20 component_access_token  = ephemeral.cloudbase_component_token.this.token\n\
         \x20 authorizer_access_token = ephemeral.cloudbase_authorizer_token.this.token\n}}\n\
         data \"cloudbase_env\" \"test\" {{\n  env = {ENV:?}\n}}\n{}",
        share(ENV, &[A], "")
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn configured_tokens_feed_a_second_provider_in_plan_and_apply() {
    let mut workspace = workspace!(needs EphemeralResources);
    workspace.set("TF_LOG", "TRACE");
    workspace.sandbox.put_environment(Environment::new(ENV));
    let canaries = [
        workspace.sandbox.component_token(),
        workspace.sandbox.authorizer_token(),
    ];
    workspace.configure(&chained(""));
    let mut runs = Vec::new();
    for arguments in [
        &["validate"][..],
        &["plan", "-out=plan"],
        &["apply", "-auto-approve", "plan"],
        &["plan", "-detailed-exitcode"],
        &["destroy", "-auto-approve"],
    ] {
        let run = workspace.run(arguments).await;
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.stdout);
        runs.push(run);
    }
    assert_eq!(workspace.calls(Endpoint::Share).len(), 1);
    assert_eq!(workspace.calls(Endpoint::ComponentToken).len(), 0);
    assert_clean(&workspace, runs, &canaries);
}

#[tokio::test(flavor = "multi_thread")]
async fn fetched_tokens_feed_a_second_provider_and_are_kept_nowhere() {
    let mut workspace = workspace!(needs EphemeralResources);
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
    let mut canaries = vec![
        component.appsecret.clone(),
        component.verify_ticket.clone(),
        authorizer.refresh_token.clone().unwrap(),
    ];
    workspace.configure(&chained(&format!("  appid = {:?}\n", authorizer.appid)));
    let mut runs = Vec::new();
    for arguments in [&["plan", "-out=plan"][..], &["apply", "plan"]] {
        workspace.sandbox.clear_calls();
        let run = workspace.run(arguments).await;
        assert_eq!(run.code, 0, "{arguments:?}: {}\n{}", run.stdout, run.flat());
        runs.push(run);
        canaries.push(workspace.sandbox.component_token());
        canaries.push(workspace.sandbox.authorizer_token());
        // The second provider uses the token that the first one has fetched.
        assert_eq!(workspace.calls(Endpoint::ComponentToken).len(), 1);
        assert_eq!(workspace.calls(Endpoint::AuthorizerToken).len(), 1);
    }
    assert_eq!(workspace.calls(Endpoint::Share).len(), 1);
    assert!(!workspace.share().await.is_null());
    assert_clean(&workspace, runs, &canaries);
}

/// The other way round: the default configuration hands its token to an aliased one, which has no other.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_feeds_an_aliased_provider() {
    let mut workspace = workspace!(needs EphemeralResources);
    workspace.unset_tokens();
    workspace.set("TF_LOG", "TRACE");
    let token = workspace.sandbox.component_token();
    workspace.write_tokens(&token, "");
    // Elsewhere, since the directory is searched for the token.
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("tokens.json");
    std::fs::copy(workspace.token_file(), &file).unwrap();
    std::fs::remove_file(workspace.token_file()).unwrap();
    let share = share(ENV, &[A], "provider = cloudbase.fed");
    let hcl = |fed: &str| {
        format!(
            "provider \"cloudbase\" {{\n  token_file = {file:?}\n}}\n\
             ephemeral \"cloudbase_component_token\" \"this\" {{}}\n\
             provider \"cloudbase\" {{\n  alias = \"fed\"\n  {fed}\n}}\n{share}"
        )
    };
    let fed = "component_access_token = ephemeral.cloudbase_component_token.this.token";
    workspace.configure(&hcl(fed));
    workspace.plan().await;
    let run = workspace.run(&["apply", "-no-color", "plan"]).await.ok();
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 1);
    workspace.assert_plan_is_empty().await;
    assert_clean(&workspace, vec![run], &[token]);

    // Without it the alias has no token.
    workspace.configure(&hcl(""));
    let run = workspace.run(&["plan", "-no-color"]).await;
    run.fails_with(&[
        "this call needs the component access token",
        "none is configured",
    ]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_authorised_nothing_is_an_error_at_its_argument() {
    let mut workspace = workspace!(needs EphemeralResources);
    workspace.set(
        "CLOUDBASE_COMPONENT_APPID",
        &workspace.sandbox.component().appid,
    );
    workspace.configure(&format!(
        "ephemeral \"cloudbase_authorizer_token\" \"this\" {{\n  appid = {A:?}\n}}\n"
    ));
    workspace.run(&["plan", "-no-color"]).await.fails_with(&[
        A,
        "not in the list of accounts",
        "appid = ",
    ]);
}
