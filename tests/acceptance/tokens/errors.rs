//! A refused token: the error says where it came from and when it was read, and not what it is.

use crate::support::{A, provider};
use crate::workspace;

const TOKEN: &str = "a-token-that-nobody-has-issued";

#[tokio::test(flavor = "multi_thread")]
async fn the_error_names_the_source_and_when_it_was_read() {
    let mut workspace = workspace!();
    workspace.unset_tokens();
    workspace.write_tokens(TOKEN, "");
    let data = format!("data \"cloudbase_env_shares\" \"test\" {{\n  appids = [{A:?}]\n}}\n");
    let file = workspace.token_file();
    let mut sources = vec![
        (
            format!("component_access_token = {TOKEN:?}"),
            "the provider attribute `component_access_token`",
        ),
        (
            format!("token_file = {file:?}"),
            "the provider attribute `token_file`",
        ),
    ];
    #[cfg(unix)]
    {
        let program = workspace.write_program("cat tokens.json");
        sources.push((
            format!("token_command = [{program:?}]"),
            "the provider attribute `token_command`",
        ));
    }
    let said = |source: &str| format!("The component access token came from {source}, read at 20");
    for (arguments, source) in sources {
        workspace.configure(&format!("{}{data}", provider(&arguments)));
        let run = workspace.run(&["plan", "-no-color"]).await;
        assert!(!run.flat().contains(TOKEN), "{}", run.flat());
        run.fails_with(&["errcode 40014", &said(source), "Supply a current token"]);
    }

    workspace.configure(&data);
    workspace.set("CLOUDBASE_TOKEN_FILE", &file.display().to_string());
    let run = workspace.run(&["plan", "-no-color"]).await;
    run.fails_with(&[&said("the environment variable CLOUDBASE_TOKEN_FILE")]);
    workspace.set("CLOUDBASE_COMPONENT_ACCESS_TOKEN", TOKEN);
    let run = workspace.run(&["plan", "-no-color"]).await;
    run.fails_with(&[&said(
        "the environment variable CLOUDBASE_COMPONENT_ACCESS_TOKEN",
    )]);
}
