//! A daily cap that is used up and a token that is refused, with many resources queued behind the first call.

use std::time::Duration;

use cloudbase::sandbox::{Effect, Endpoint, Fault, TokenKind};

use crate::support::{Feature, Run, Workspace, many_appids, provider};
use crate::workspace;

const RESOURCES: usize = 30;

/// So many resources, each with an environment of its own.
fn resources() -> String {
    format!(
        "resource \"cloudbase_env_share\" \"test\" {{\n  count = {RESOURCES}\n  env = \"env-${{count.index}}\"\n  appids = [{:?}[count.index]]\n}}\n",
        many_appids(1, RESOURCES)
    )
}

async fn apply(workspace: &Workspace, parallelism: &str) -> Run {
    workspace
        .run(&["apply", "-auto-approve", "-json", parallelism])
        .await
}

/// How many errors are told in full and how many point to the first one, in two lines: what and what to do.
fn full_and_short(run: &Run) -> (usize, usize) {
    let errors = run.errors();
    let (short, full): (Vec<_>, Vec<_>) = errors
        .into_iter()
        .partition(|error| error.summary.contains("see the first error of this run"));
    for error in &short {
        assert_eq!(error.detail.lines().count(), 1, "{error:?}");
    }
    (full.len(), short.len())
}

fn in_state(workspace: &Workspace) -> usize {
    let state = workspace.state_file();
    let resources = state["resources"].as_array();
    resources
        .into_iter()
        .flatten()
        .map(|resource| resource["instances"].as_array().map_or(0, Vec::len))
        .sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daily_cap_is_met_once_and_the_rest_is_not_sent() {
    for (parallelism, at_once) in [("-parallelism=1", 1), ("-parallelism=30", 4)] {
        let workspace = workspace!();
        workspace.configure(&resources());
        workspace
            .sandbox
            .inject(Fault::new(Effect::DailyCap).on(Endpoint::Share).always());
        let run = apply(&workspace, parallelism).await;
        assert_ne!(run.code, 0);
        let sent = workspace.calls(Endpoint::Share);
        let calls = sent.len();
        println!("{parallelism}: {calls} share calls");
        assert!((1..=at_once).contains(&calls), "{parallelism}: {calls}");
        // Most of them had the same answer of one call, which is told once.
        assert_eq!(full_and_short(&run), (1, RESOURCES - 1));
        for error in run.errors() {
            assert!(error.summary.contains("errcode 45009"), "{error:?}");
            assert!(error.detail.contains("clear_quota"), "{error:?}");
        }
        assert_eq!(in_state(&workspace), 0);
        assert!(workspace.sandbox.pending().is_empty());

        // Another run begins anew.
        workspace.sandbox.clear_faults();
        assert_eq!(apply(&workspace, parallelism).await.code, 0);
        assert_eq!(workspace.sandbox.pending().len(), RESOURCES);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cap_of_shares_does_not_keep_reads_and_unshares_from_being_sent() {
    let workspace = workspace!();
    workspace.configure(&resources());
    assert_eq!(apply(&workspace, "-parallelism=10").await.code, 0);
    workspace.sandbox.clear_calls();
    workspace
        .sandbox
        .inject(Fault::new(Effect::DailyCap).on(Endpoint::Share).always());
    // All move to other environments: what is replaced is unshared, and not shared anew.
    workspace.configure(&resources().replace("env-$", "other-$"));
    let run = apply(&workspace, "-parallelism=1").await;
    assert_ne!(run.code, 0);
    assert_eq!(workspace.calls(Endpoint::Share).len(), 1);
    assert_eq!(
        workspace.named(Endpoint::Unshare),
        many_appids(1, RESOURCES)
    );
    assert!(!workspace.calls(Endpoint::Query).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_is_sent_once_and_the_rest_is_not_sent() {
    let mut workspace = workspace!();
    workspace.unset_tokens();
    workspace.set("CLOUDBASE_COMPONENT_ACCESS_TOKEN", "nobody-has-issued-it");
    workspace.configure(&resources());
    workspace.run(&["plan", "-out=plan"]).await.ok();
    assert_eq!(workspace.sandbox.calls().len(), 1);
    workspace.sandbox.clear_calls();
    let run = workspace
        .run(&["apply", "-json", "-parallelism=1", "plan"])
        .await;
    assert_ne!(run.code, 0);
    assert_eq!(workspace.sandbox.calls().len(), 1);
    // Others meet the refusal in the plan that is part of the apply, where it is a warning.
    let in_full = usize::from(workspace.cli().has(Feature::WalkIsTold));
    assert_eq!(full_and_short(&run), (in_full, RESOURCES - in_full));
    let diagnostics = run.diagnostics();
    let full: Vec<_> = diagnostics
        .iter()
        .filter(|one| one.detail.contains("read at 20"))
        .collect();
    assert_eq!(full.len(), 1, "{full:?}");
    assert!(!run.flat().contains("nobody-has-issued-it"));
    let errors = run.errors();
    assert!(
        errors
            .iter()
            .all(|error| error.summary.contains("errcode 40014"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_replaced_in_its_file_later_in_the_run_is_used() {
    let mut workspace = workspace!();
    workspace.unset_tokens();
    workspace.write_tokens(&workspace.sandbox.component_token(), "");
    workspace.configure(&format!(
        "{}{}",
        provider(&format!("token_file = {:?}", workspace.token_file())),
        resources()
    ));
    workspace.run(&["plan", "-out=plan"]).await.ok();
    workspace.sandbox.clear_calls();
    workspace
        .sandbox
        .set_latency(None, Duration::from_millis(50));
    workspace
        .sandbox
        .expire_tokens_after_calls(TokenKind::Component, 6);
    let apply = workspace.run(&["apply", "-json", "-parallelism=1", "plan"]);
    let replace = async {
        let refused = || {
            let calls = workspace.sandbox.calls();
            calls.iter().any(|call| call.errcode == Some(42001))
        };
        while !refused() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // What comes meanwhile fails without being sent.
        tokio::time::sleep(Duration::from_millis(30)).await;
        let new = workspace
            .sandbox
            .rotate_token(TokenKind::Component, Duration::ZERO);
        workspace.write_tokens(&new, "");
    };
    let (run, ()) = tokio::join!(apply, replace);
    let refused = workspace
        .sandbox
        .calls()
        .iter()
        .filter(|call| call.errcode == Some(42001))
        .count();
    assert_eq!(refused, 1, "the refused token is sent once");
    let (full, short) = full_and_short(&run);
    println!("{full} in full, {short} not sent");
    // Others may meet the refusal in the plan that is part of the apply, where nothing fails of it.
    let told = workspace.cli().has(Feature::WalkIsTold);
    assert!(full + short >= usize::from(told), "{}", run.stdout);
    let shared = workspace.sandbox.pending().len();
    assert_eq!(shared, RESOURCES - full - short);
    assert!(shared > RESOURCES / 2, "{shared} were shared");
    assert_eq!(in_state(&workspace), shared);
}
