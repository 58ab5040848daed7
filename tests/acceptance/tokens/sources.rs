//! Which source goes first.

use cloudbase::sandbox::{Endpoint, TokenSeen};

use super::mint_component;
use crate::support::{A, ENV, actions, provider, share};
use crate::workspace;

const NOT_ISSUED: &str = "a-token-that-nobody-has-issued";

fn data() -> String {
    format!("data \"cloudbase_env_shares\" \"test\" {{\n  appids = [{A:?}]\n}}\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_source_goes_before_those_after_it() {
    let mut workspace = workspace!();
    workspace.unset_tokens();
    mint_component(&mut workspace);
    let good = workspace.sandbox.component_token();
    let file = workspace.token_file();
    #[cfg(unix)]
    let program = workspace.write_program(&format!(
        "printf '{{\"component_access_token\": \"{good}\"}}'"
    ));

    // Minting is the last: here is nothing else.
    workspace.configure(&data());
    workspace.run(&["plan"]).await.ok();
    assert_eq!(workspace.calls(Endpoint::ComponentToken).len(), 1);
    workspace.sandbox.clear_calls();
    // That has replaced the token, but for five minutes.

    #[cfg(unix)]
    {
        let command = provider(&format!("token_command = [{program:?}]"));
        workspace.configure(&format!("{command}{}", data()));
        workspace.run(&["plan"]).await.ok();
        assert_eq!(workspace.program_runs().len(), 1);
        workspace.clear_program_runs();
        workspace.write_program("echo 'not to be asked' >&2; exit 1");
    }

    // The variable of the file goes before the command in the block.
    workspace.write_tokens(&good, "");
    workspace.set("CLOUDBASE_TOKEN_FILE", &file.display().to_string());
    workspace.run(&["plan"]).await.ok();
    assert!(workspace.program_runs().is_empty());

    workspace.write_tokens(NOT_ISSUED, "");
    workspace.set("CLOUDBASE_COMPONENT_ACCESS_TOKEN", &good);
    workspace.run(&["plan"]).await.ok();

    workspace.set("CLOUDBASE_COMPONENT_ACCESS_TOKEN", NOT_ISSUED);
    let attribute = provider(&format!("component_access_token = {good:?}"));
    workspace.configure(&format!("{attribute}{}", data()));
    workspace.run(&["plan"]).await.ok();

    assert!(workspace.calls(Endpoint::ComponentToken).is_empty());
    let seen: Vec<_> = workspace
        .sandbox
        .calls()
        .iter()
        .map(|call| call.token)
        .collect();
    assert!(
        seen.iter().all(|token| *token == TokenSeen::Component),
        "{seen:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_the_key_leaves_it_to_the_next_source() {
    let mut workspace = workspace!();
    workspace.unset_tokens();
    mint_component(&mut workspace);
    workspace.write_tokens("", &workspace.sandbox.authorizer_token());
    workspace.set(
        "CLOUDBASE_TOKEN_FILE",
        &workspace.token_file().display().to_string(),
    );
    workspace.configure(&format!(
        "{}data \"cloudbase_envs\" \"test\" {{}}\n",
        data()
    ));
    workspace.run(&["plan"]).await.ok();
    assert_eq!(workspace.calls(Endpoint::ComponentToken).len(), 1);
    assert_eq!(workspace.calls(Endpoint::AuthorizerToken).len(), 0);
    assert_eq!(workspace.calls(Endpoint::EnvInfo).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sources_in_the_block_are_an_error_that_names_both() {
    let workspace = workspace!();
    let command = "token_command = [\"true\"]";
    let file = "token_file = \"tokens.json\"";
    let component = "component = {\n appid = \"wx5fe6bb43205e9e07\"\n appsecret = \"s\"\n verify_ticket = \"t\"\n}";
    let token = "component_access_token = \"t\"";
    let authorizer = "authorizer_access_token = \"t\"";
    for (first, second, names) in [
        (token, command, ["component_access_token", "token_command"]),
        (token, file, ["component_access_token", "token_file"]),
        (token, component, ["component_access_token", "component"]),
        (file, command, ["token_file", "token_command"]),
        (command, component, ["token_command", "component"]),
        (
            authorizer,
            command,
            ["authorizer_access_token", "token_command"],
        ),
    ] {
        workspace.configure(&format!(
            "{}{}",
            provider(&format!("{first}\n{second}")),
            data()
        ));
        let run = workspace.run(&["validate", "-no-color"]).await;
        // Of `component` it is the parts that a token is fetched with.
        let words = names.map(|name| format!("`{name}"));
        run.fails_with(&[&words[0], &words[1], "Keep one of them"]);
    }
    assert!(workspace.sandbox.calls().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_token_at_all_is_an_error_only_when_one_is_needed() {
    let mut workspace = workspace!();
    workspace.unset_tokens();
    workspace.configure(&data());
    workspace.run(&["validate"]).await.ok();
    workspace.run(&["plan", "-no-color"]).await.fails_with(&[
        "component_access_token",
        "CLOUDBASE_COMPONENT_ACCESS_TOKEN",
        "token_file",
        "CLOUDBASE_TOKEN_FILE",
        "token_command",
        "`component`",
        "CLOUDBASE_COMPONENT_APPSECRET",
    ]);
    workspace.configure("data \"cloudbase_envs\" \"test\" {}\n");
    workspace.run(&["plan", "-no-color"]).await.fails_with(&[
        "authorizer_access_token",
        "CLOUDBASE_AUTHORIZER_ACCESS_TOKEN",
        "`authorizer`",
    ]);
    assert!(workspace.sandbox.calls().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_resource_never_fails_the_plan_of_a_create() {
    let mut workspace = workspace!();
    workspace.unset_tokens();
    let token = workspace.sandbox.component_token();
    workspace.configure(&format!(
        "resource \"terraform_data\" \"token\" {{\n  input = {token:?}\n}}\n{}{}",
        provider("component_access_token = terraform_data.token.output"),
        share(ENV, &[A], "")
    ));
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, "cloudbase_env_share.test"), ["create"]);
    assert!(
        workspace.sandbox.calls().is_empty(),
        "there is no token to call with"
    );
    workspace.apply().await;
    assert_eq!(workspace.named(Endpoint::Share), [A]);
    workspace.assert_plan_is_empty().await;
}
