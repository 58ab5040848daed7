//! `token_command`.

use std::fs;

use cloudbase::sandbox::{Effect, Endpoint, Fault};

use crate::support::{A, B, ENV, Workspace, provider, share};
use crate::workspace;

/// Prints what the token file holds.
const PRINT: &str = "cat tokens.json";

fn command(program: &str, arguments: &[&str]) -> String {
    let argv: Vec<&str> = std::iter::once(program)
        .chain(arguments.iter().copied())
        .collect();
    provider(&format!("token_command = {argv:?}"))
}

async fn planned(workspace: &mut Workspace, hcl: &str) {
    workspace.unset_tokens();
    workspace.write_tokens(&workspace.sandbox.component_token(), "");
    workspace.configure(hcl);
    workspace.run(&["plan", "-out=plan"]).await.ok();
    workspace.clear_program_runs();
    workspace.sandbox.clear_calls();
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_run_once_however_many_resources_wait_and_without_a_shell() {
    let mut workspace = workspace!();
    let program = workspace.write_program(&format!("sleep 0.2\n{PRINT}"));
    let words = ["$(touch pwned)", "; touch pwned", "*", "a b"];
    let resources: String = (0..20)
        .map(|number| {
            let env = format!("env-{number:02}");
            share(&env, &[A, B], "").replace("\"test\"", &format!("\"share{number}\""))
        })
        .collect();
    let hcl = format!("{}{resources}", command(&program, &words));
    planned(&mut workspace, &hcl).await;

    workspace
        .run(&["apply", "-no-color", "-parallelism=20", "plan"])
        .await
        .ok();
    assert_eq!(
        workspace.program_runs(),
        ["run: $(touch pwned) ; touch pwned * a b"]
    );
    assert!(!workspace.path().join("pwned").exists());
    assert_eq!(workspace.sandbox.pending().len(), 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_run_again_when_its_token_is_refused() {
    let mut workspace = workspace!();
    let program = workspace.write_program(PRINT);
    planned(
        &mut workspace,
        &format!("{}{}", command(&program, &[]), share(ENV, &[A], "")),
    )
    .await;
    // The program prints the old token once, and a new one then.
    let old = fs::read_to_string(workspace.token_file()).unwrap();
    let new = workspace.sandbox.rotate_token(
        cloudbase::sandbox::TokenKind::Component,
        std::time::Duration::ZERO,
    );
    fs::write(workspace.path().join("old.json"), old).unwrap();
    workspace.write_tokens(&new, "");
    workspace.write_program(
        "if [ -e old.json ]; then cat old.json; rm old.json; else cat tokens.json; fi",
    );

    workspace.run(&["apply", "-no-color", "plan"]).await.ok();
    assert_eq!(workspace.program_runs().len(), 2);
    let refused: Vec<_> = workspace
        .sandbox
        .calls()
        .into_iter()
        .filter(|call| call.errcode != Some(0))
        .collect();
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_repeated_once_and_runs_it_once_more() {
    let mut workspace = workspace!();
    let program = workspace.write_program(PRINT);
    let hcl = format!("{}{}", command(&program, &[]), share(ENV, &[A], ""));
    planned(&mut workspace, &hcl).await;
    // Every run has another token, and none is taken.
    workspace.write_program(
        "printf '{\"component_access_token\": \"token-of-run-%s\"}' $(wc -l < runs)",
    );
    let run = workspace.run(&["apply", "-no-color", "plan"]).await;
    let runs = workspace.program_runs().len();
    run.fails_with(&[
        "errcode 40014",
        "the provider attribute `token_command`, read at 20",
    ]);
    // The look before the share is repeated once, with what the program prints then.
    assert_eq!(workspace.calls(Endpoint::Query).len(), 2);
    assert_eq!(runs, 2);
    assert_eq!(
        workspace.writes(),
        0,
        "nothing is sent without knowing what is there"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_says_on_standard_error_is_shown_and_its_output_never() {
    let mut workspace = workspace!();
    workspace.unset_tokens();
    workspace.set("TF_LOG", "TRACE");
    for script in [
        "echo 'canary-on-stdout-a'; echo 'the vault is sealed' >&2; exit 3",
        "echo '{\"component_access_token\": \"canary-on-stdout-b'; echo 'the vault is sealed' >&2",
        "echo '{\"component_access_token\": {\"canary-on-stdout-c\": 1}}'; echo 'the vault is sealed' >&2",
    ] {
        let program = workspace.write_program(script);
        workspace.configure(&format!(
            "{}data \"cloudbase_env_shares\" \"test\" {{\n  appids = [{A:?}]\n}}\n",
            command(&program, &[])
        ));
        let run = workspace.run(&["plan", "-no-color"]).await;
        assert!(!run.stdout.contains("canary"), "{}", run.stdout);
        assert!(
            !run.stderr.contains("canary"),
            "the log has the output of: {script}"
        );
        run.fails_with(&["token_command", "the vault is sealed", "Run it by hand"]);
    }
    assert!(workspace.sandbox.calls().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_not_there_is_named() {
    let mut workspace = workspace!();
    workspace.unset_tokens();
    workspace.configure(&format!(
        "{}data \"cloudbase_env_shares\" \"test\" {{\n  appids = [{A:?}]\n}}\n",
        command("/no/such/program", &[])
    ));
    let run = workspace.run(&["plan", "-no-color"]).await;
    run.fails_with(&["/no/such/program", "can't be started", "token_command"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_that_stays_ends_with_two_runs() {
    let mut workspace = workspace!();
    let program = workspace.write_program(PRINT);
    planned(
        &mut workspace,
        &format!("{}{}", command(&program, &[]), share(ENV, &[A], "")),
    )
    .await;
    workspace.sandbox.inject(
        Fault::new(Effect::TokenExpired)
            .on(Endpoint::Share)
            .always(),
    );
    let run = workspace.run(&["apply", "-no-color", "plan"]).await;
    run.fails_with(&[
        "errcode 42001",
        "token_command",
        "its source has no newer one",
    ]);
    assert_eq!(workspace.program_runs().len(), 2);
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_gets_nothing_of_what_terraform_and_the_provider_have_between_them() {
    let mut workspace = workspace!();
    workspace.set("MY_PLUGIN_X", "stays");
    let program = workspace.write_program(&format!("env > seen\n{PRINT}"));
    let hcl = format!("{}{}", command(&program, &[]), share(ENV, &[A], ""));
    planned(&mut workspace, &hcl).await;
    let seen = fs::read_to_string(workspace.path().join("seen")).unwrap();
    assert!(seen.contains("MY_PLUGIN_X=stays"), "{seen}");
    let names = seen.lines().filter_map(|line| line.split_once('='));
    let names: Vec<&str> = names
        .map(|(name, _)| name)
        .filter(|name| name.starts_with("TF_PLUGIN_") || name.starts_with("PLUGIN_"))
        .collect();
    assert_eq!(names, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_fails_is_run_once_however_many_resources_wait() {
    let mut workspace = workspace!();
    let program = workspace.write_program(PRINT);
    let resources: String = (0..60)
        .map(|number| {
            let env = format!("env-{number:02}");
            share(&env, &[A], "").replace("\"test\"", &format!("\"share{number}\""))
        })
        .collect();
    let hcl = format!("{}{resources}", command(&program, &[]));
    planned(&mut workspace, &hcl).await;
    workspace.write_program("echo 'the vault is sealed' >&2; exit 3");
    let run = workspace.run(&["apply", "-no-color", "plan"]).await;
    assert_eq!(workspace.program_runs().len(), 1);
    run.fails_with(&["the vault is sealed"]);
    assert!(workspace.sandbox.calls().is_empty());
}
