//! Interrupting the CLI in the middle of something.

use std::collections::BTreeMap;
use std::time::Duration;

use cloudbase::sandbox::{Effect, Endpoint, Fault};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Child;
use tokio::time::Instant;

use crate::support::{A, B, ENV, OTHER_ENV, Run, Workspace, many_appids, provider, share};
use crate::workspace;

/// More than the ten seconds that a write under way may take, since the machine may be busy; far less than the hang.
const SOON: Duration = Duration::from_secs(30);
const HANG: Duration = Duration::from_secs(600);

/// Interrupts the CLI, which has to end soon.
pub(crate) async fn interrupt(child: Child) -> Run {
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
    // Whether somebody was asked is not known, so that it is not taken to be nobody's.
    assert_eq!(state["shares"][A]["status"], "pending");
    assert!(state["shares"][A]["error"].is_string());

    workspace.sandbox.clear_calls();
    workspace.apply().await;
    assert_eq!(workspace.named(Endpoint::Share), [A]);
    for appid in [A, B] {
        assert_eq!(workspace.sandbox.requests_sent(ENV, appid, None), 1);
    }
    workspace.assert_plan_is_empty().await;
}

/// The URLs in state, by mini program; whatever else is in state has failed.
fn urls_in_state(workspace: &Workspace) -> BTreeMap<String, String> {
    let state = workspace.state_file();
    let mut urls = BTreeMap::new();
    for resource in state["resources"].as_array().into_iter().flatten() {
        for instance in resource["instances"].as_array().into_iter().flatten() {
            let shares = instance["attributes"]["shares"].as_object();
            for (appid, share) in shares.into_iter().flatten() {
                match share["confirm_url"].as_str() {
                    Some(url) => _ = urls.insert(appid.clone(), url.to_owned()),
                    None => assert_eq!(share["status"], "failed", "{share}"),
                }
            }
        }
    }
    urls
}

/// 40 mini programs at a slow API, interrupted while the first calls are under way: what the API accepted is in state with
/// its URL, and everything else was never sent and says so.
async fn interrupt_a_slow_apply(configuration: &str, slow: impl Fn(&Workspace)) {
    let workspace = workspace!();
    workspace.configure(configuration);
    workspace.run(&["plan", "-out=plan"]).await.ok();
    slow(&workspace);
    workspace.sandbox.clear_calls();
    let child = workspace.spawn(&["apply", "-no-color", "-parallelism=40", "plan"]);
    workspace.sandbox.wait_for_calls(Endpoint::Share, 4).await;
    // Until the provider has been asked for all of them: what arrives after the interrupt is served as ever.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let run = interrupt(child).await;
    assert_ne!(run.code, 0, "{}", run.stdout);
    let said = run.flat();
    assert!(!said.contains("broke off"), "{said}");
    assert_untainted(&workspace);

    let accepted: BTreeMap<_, _> = workspace
        .sandbox
        .pending()
        .into_iter()
        .map(|one| (one.appid, one.url.unwrap()))
        .collect();
    let sent = workspace.named(Endpoint::Share);
    println!("{} of 40 were sent", sent.len());
    assert!((4..=8).contains(&sent.len()), "{sent:?}");
    assert_eq!(accepted.keys().cloned().collect::<Vec<_>>(), sent);
    assert_eq!(urls_in_state(&workspace), accepted);
    let not_sent = said
        .matches("not sent: the operation was cancelled")
        .count();
    assert!(not_sent >= 1, "{said}");
    for appid in many_appids(1, 40) {
        let told = accepted.contains_key(&appid) || said.contains(&appid);
        assert!(told, "{appid} is not mentioned: {said}");
    }

    // The next apply sends the rest, and asks nobody twice.
    workspace.sandbox.clear_faults();
    workspace
        .sandbox
        .set_latency(Some(Endpoint::Share), Duration::ZERO);
    workspace.apply().await;
    for pending in workspace.sandbox.pending() {
        let times = workspace
            .sandbox
            .requests_sent(&pending.env, &pending.appid, None);
        assert_eq!(times, 1, "{pending:?}");
    }
    assert_eq!(workspace.sandbox.pending().len(), 40);
    workspace.assert_plan_is_empty().await;
}

/// One environment for each of 40 mini programs, so that each has a call of its own.
fn forty_resources() -> String {
    let one_a_call = provider("batch_across_environments = false");
    format!(
        "{one_a_call}resource \"cloudbase_env_share\" \"test\" {{\n  count = 40\n  env = \"env-${{count.index}}\"\n  appids = [{:?}[count.index]]\n}}\n",
        many_appids(1, 40)
    )
}

fn latency(workspace: &Workspace) {
    workspace
        .sandbox
        .set_latency(Some(Endpoint::Share), Duration::from_secs(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_resources_at_a_slow_api_are_in_state_with_their_urls_or_were_not_sent() {
    interrupt_a_slow_apply(&forty_resources(), latency).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_mini_programs_of_one_resource_at_a_slow_api() {
    let appids = many_appids(1, 40);
    let names: Vec<_> = appids.iter().map(String::as_str).collect();
    let one = format!("{}{}", provider("batch_size = 1"), share(ENV, &names, ""));
    interrupt_a_slow_apply(&one, latency).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shares_that_took_effect_before_the_interrupt_and_are_answered_after_it() {
    interrupt_a_slow_apply(&forty_resources(), |workspace| {
        let slow = Effect::Slow(Duration::from_secs(5));
        let fault = Fault::new(slow).on(Endpoint::Share).always();
        workspace.sandbox.inject(fault);
    })
    .await;
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
    run.fails_with(&["the wait was stopped", A, B, "asks nobody again"]);
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
