//! Interrupting the CLI in the middle of something.

use std::time::Duration;

use cloudbase::sandbox::{Effect, Endpoint, Fault};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Child;
use tokio::time::Instant;

use crate::support::{A, B, ENV, OTHER_ENV, Run, Workspace, provider, share};
use crate::workspace;

/// Far more than the second it may take, since the machine may be busy; far less than the hang.
const SOON: Duration = Duration::from_secs(15);
const HANG: Duration = Duration::from_secs(600);

/// Interrupts the CLI, which has to end soon.
async fn interrupt(child: Child) -> Run {
    let pid = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
    kill_process(pid.unwrap(), Signal::INT).unwrap();
    let started = Instant::now();
    let output = tokio::time::timeout(SOON, child.wait_with_output()).await;
    println!("ended after {:?}", started.elapsed());
    Run::from(output.expect("it ends soon").unwrap())
}

/// Nothing in state is to be replaced.
fn assert_untainted(workspace: &Workspace) {
    let state = workspace.state_file().to_string();
    assert!(!state.contains("tainted"), "{state}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_that_hangs_is_given_up_and_the_next_apply_completes() {
    for after_work in [false, true] {
        let workspace = workspace!();
        workspace.configure(&format!(
            "{}{}{}",
            provider("request_timeout = \"10m\""),
            share(OTHER_ENV, &[A], "").replace("\"test\"", "\"done\""),
            share(ENV, &[A, B], "depends_on = [cloudbase_env_share.done]")
        ));
        let mut fault = Fault::new(Effect::Hang(HANG))
            .on(Endpoint::Share)
            .naming_env(ENV);
        fault.after_work = after_work;
        workspace.sandbox.inject(fault);
        let child = workspace.spawn(&["apply", "-auto-approve", "-no-color"]);
        workspace.sandbox.wait_for_calls(Endpoint::Share, 2).await;
        let run = interrupt(child).await;
        run.fails_with(&[ENV, "cancelled"]);
        assert_untainted(&workspace);
        assert!(
            !workspace
                .resource("cloudbase_env_share.done")
                .await
                .is_null()
        );
        assert!(workspace.share().await.is_null());

        workspace.sandbox.clear_calls();
        workspace.apply().await;
        let calls = workspace.sandbox.calls();
        let first = calls
            .iter()
            .find(|call| call.appids.iter().any(|appid| appid == B));
        assert_eq!(first.unwrap().endpoint, Endpoint::Query, "it looks first");
        assert_eq!(workspace.named(Endpoint::Share), [B, A]);
        assert_eq!(workspace.sandbox.requests_sent(OTHER_ENV, A, None), 1);
        let times = if after_work { 2 } else { 1 };
        assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), times);
        workspace.assert_plan_is_empty().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_shared_before_the_interrupt_is_in_state() {
    let workspace = workspace!();
    workspace.configure(&format!(
        "{}{}",
        provider("batch_size = 1\nrequest_timeout = \"10m\""),
        share(ENV, &[A, B], "")
    ));
    workspace.sandbox.inject(
        Fault::new(Effect::Hang(HANG))
            .on(Endpoint::Share)
            .naming_appid(A),
    );
    let child = workspace.spawn(&["apply", "-auto-approve", "-no-color"]);
    workspace.sandbox.wait_for_calls(Endpoint::Share, 2).await;
    while workspace.sandbox.pending().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let run = interrupt(child).await;
    assert!(run.flat().contains(A), "{}", run.flat());
    assert_untainted(&workspace);
    let state = workspace.share().await;
    assert_eq!(state["shares"][B]["status"], "pending");
    assert_eq!(state["shares"][A]["status"], "failed");

    workspace.sandbox.clear_calls();
    workspace.apply().await;
    assert_eq!(workspace.named(Endpoint::Share), [A]);
    for appid in [A, B] {
        assert_eq!(workspace.sandbox.requests_sent(ENV, appid, None), 1);
    }
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_for_confirmation_ends_and_goes_on_with_the_next_apply() {
    let workspace = workspace!();
    workspace.configure(&format!(
        "{}resource \"cloudbase_env_share_confirmation\" \"test\" {{\n  env = {ENV:?}\n  appids = cloudbase_env_share.test.appids\n}}\n",
        share(ENV, &[A, B], "")
    ));
    let child = workspace.spawn(&["apply", "-auto-approve", "-no-color"]);
    workspace.sandbox.wait_for_calls(Endpoint::Share, 1).await;
    let looks = workspace.calls(Endpoint::Query).len();
    workspace
        .sandbox
        .wait_for_calls(Endpoint::Query, looks + 1)
        .await;
    let run = interrupt(child).await;
    run.fails_with(&["the wait was stopped", A, B, "nobody is asked twice"]);
    assert_untainted(&workspace);
    assert_eq!(workspace.share().await["shares"][A]["status"], "pending");

    workspace.sandbox.approve_all();
    workspace.sandbox.clear_calls();
    workspace.apply().await;
    assert_eq!(workspace.writes(), 0);
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unshare_that_hangs_keeps_what_remains() {
    let workspace = workspace!();
    workspace.sandbox.bind(ENV, A, None);
    workspace.sandbox.bind(ENV, B, None);
    workspace.configure(&format!(
        "{}{}",
        provider("request_timeout = \"10m\""),
        share(ENV, &[A, B], "")
    ));
    workspace.apply().await;
    workspace
        .sandbox
        .inject(Fault::new(Effect::Hang(HANG)).on(Endpoint::Unshare));
    let child = workspace.spawn(&["destroy", "-auto-approve", "-no-color"]);
    workspace.sandbox.wait_for_calls(Endpoint::Unshare, 1).await;
    let run = interrupt(child).await;
    run.fails_with(&[ENV, "cancelled"]);
    assert_untainted(&workspace);
    assert_eq!(
        workspace.share().await["appids"].as_array().unwrap().len(),
        2
    );
    workspace.destroy().await.ok();
    assert!(workspace.sandbox.bound().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_command_that_hangs_is_ended_too() {
    let mut workspace = workspace!();
    workspace.unset_tokens();
    let program = workspace.write_program("echo $$ > pid\nexec sleep 600");
    workspace.configure(&format!(
        "{}data \"cloudbase_env_shares\" \"test\" {{\n  appids = [{A:?}]\n}}\n",
        provider(&format!("token_command = [{program:?}]"))
    ));
    let child = workspace.spawn(&["plan", "-no-color"]);
    let written = || std::fs::read_to_string(workspace.path().join("pid")).ok();
    let pid = loop {
        let id = written().and_then(|text| text.trim().parse::<i32>().ok());
        if let Some(pid) = id.and_then(Pid::from_raw) {
            break pid;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    let run = interrupt(child).await;
    assert_ne!(run.code, 0);
    let gone = async {
        while rustix::process::test_kill_process(pid).is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(SOON, gone)
        .await
        .expect("the program is ended");
    assert!(workspace.sandbox.calls().is_empty());
}
