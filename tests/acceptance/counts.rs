//! How many calls it takes.

use std::time::Duration;

use cloudbase::sandbox::{Confirm, Endpoint, Options};

use crate::support::{A, ENV, many_appids, provider, share};
use crate::workspace;

fn auto() -> Options {
    Options {
        confirm: Some(Confirm::Auto),
        ..Options::default()
    }
}

fn names(appids: &[String]) -> Vec<&str> {
    appids.iter().map(String::as_str).collect()
}

/// 50 environments, each shared with the same 200 mini programs.
fn fifty_environments() -> String {
    let appids = many_appids(1, 200);
    format!(
        "locals {{\n  appids = {appids:?}\n}}\n\
         resource \"cloudbase_env_share\" \"test\" {{\n  count = 50\n  env = \"env-${{count.index}}\"\n  appids = local.appids\n}}\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_environments_to_the_same_200_mini_programs_are_read_with_few_calls() {
    let workspace = workspace!(auto());
    workspace.configure(&fifty_environments());
    workspace
        .run(&["apply", "-auto-approve", "-parallelism=50"])
        .await
        .ok();
    assert_eq!(workspace.sandbox.bound().len(), 50 * 200);
    assert_eq!(workspace.calls(Endpoint::Share).len(), 50 * 4);
    assert!(
        workspace
            .calls(Endpoint::Share)
            .iter()
            .all(|call| call.appids.len() == 50 && call.env.is_some())
    );
    for appid in many_appids(1, 200) {
        assert_eq!(workspace.sandbox.requests_sent("env-7", &appid, None), 1);
    }

    for (parallelism, most) in [("-parallelism=50", 4), ("-parallelism=10", 8)] {
        workspace.sandbox.clear_calls();
        let run = workspace
            .run(&["plan", "-no-color", "-detailed-exitcode", parallelism])
            .await;
        assert_eq!(run.code, 0, "{}", run.stdout);
        let queries = workspace.calls(Endpoint::Query).len();
        println!("{parallelism}: {queries} queries");
        assert!((4..=most).contains(&queries), "{parallelism}: {queries}");
        assert_eq!(workspace.writes(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_mini_programs_are_shared_with_twenty_calls() {
    let workspace = workspace!();
    let appids = many_appids(1, 1000);
    workspace.configure(&share(ENV, &names(&appids), ""));
    workspace.run(&["plan", "-out=plan"]).await.ok();
    assert_eq!(workspace.calls(Endpoint::Query).len(), 20);
    assert_eq!(workspace.writes(), 0, "a plan writes nothing");
    workspace.sandbox.clear_calls();
    workspace.run(&["apply", "plan"]).await.ok();
    assert_eq!(workspace.calls(Endpoint::Share).len(), 20);
    assert_eq!(workspace.named(Endpoint::Share), appids);
    assert_eq!(workspace.sandbox.pending().len(), 1000);
    let queries = workspace.calls(Endpoint::Query).len();
    assert_eq!(queries, 20, "what is there is asked once");

    // With everything pending, a plan asks and writes nothing.
    workspace.sandbox.clear_calls();
    workspace.assert_plan_is_empty().await;
    assert_eq!(workspace.calls(Endpoint::Query).len(), 20);
    assert_eq!(workspace.writes(), 0);
}

/// How many windows it takes depends on how evenly a busy machine lets the CLI work, so that the best of a few runs counts.
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_resources_of_one_mini_program_each_share_calls() {
    const MOST: usize = 12;
    let appids = many_appids(1, 200);
    let mut counts = Vec::new();
    for _ in 0..3 {
        let workspace = workspace!();
        workspace.configure(&format!(
            "resource \"cloudbase_env_share\" \"test\" {{\n  for_each = toset({appids:?})\n  env = {ENV:?}\n  appids = [each.key]\n}}\n"
        ));
        workspace
            .run(&["apply", "-auto-approve", "-parallelism=50"])
            .await
            .ok();
        let shares = workspace.calls(Endpoint::Share).len();
        assert_eq!(workspace.named(Endpoint::Share), appids);
        workspace.sandbox.approve_all();

        workspace.sandbox.clear_calls();
        workspace
            .run(&["destroy", "-auto-approve", "-parallelism=50"])
            .await
            .ok();
        let unshares = workspace.calls(Endpoint::Unshare).len();
        assert_eq!(workspace.named(Endpoint::Unshare), appids);
        assert!(workspace.sandbox.bound().is_empty());
        println!("{shares} share calls, {unshares} unshare calls");
        counts.push(shares.max(unshares));
        if shares.max(unshares) <= MOST {
            return;
        }
    }
    panic!("more than {MOST} calls each time: {counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_paced() {
    let workspace = workspace!();
    let appids = many_appids(1, 12);
    let arguments = "requests_per_second = 5\nbatch_size = 2";
    workspace.configure(&format!(
        "{}{}",
        provider(arguments),
        share(ENV, &names(&appids), "")
    ));
    workspace.run(&["plan", "-out=plan"]).await.ok();
    workspace.sandbox.clear_calls();
    workspace.run(&["apply", "plan"]).await.ok();
    let calls = workspace.sandbox.calls();
    assert_eq!(calls.len(), 12, "6 queries and 6 shares");
    // The first and the last of the calls; those between may come in bunches on a busy machine.
    let took = calls[11].at.duration_since(calls[0].at);
    assert!(took >= Duration::from_secs(2), "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poisonous_mini_program_among_a_hundred_is_found_and_the_others_are_shared() {
    let workspace = workspace!();
    let mut appids = many_appids(1, 99);
    appids.push(A.to_owned());
    workspace.configure(&share(ENV, &names(&appids), ""));
    workspace.run(&["plan", "-out=plan"]).await.ok();
    workspace.sandbox.behave(|now| {
        now.poison.insert(A.to_owned());
    });
    workspace.sandbox.clear_calls();

    let run = workspace.run(&["apply", "-no-color", "plan"]).await.ok();
    let said = run.flat();
    let summary = format!("could not share environment {ENV} with mini program {A}");
    assert!(said.contains(&summary), "{said}");
    assert!(said.contains("errcode 40097"), "{said}");
    assert_eq!(
        said.matches("Warning: could not share").count(),
        1,
        "{said}"
    );
    let state = workspace.share().await;
    assert_eq!(state["appids"].as_array().unwrap().len(), 100);
    let shares = state["shares"].as_object().unwrap();
    for appid in &appids {
        let status = if appid == A { "failed" } else { "pending" };
        assert_eq!(shares[appid]["status"], status, "{appid}");
        let asked = u64::from(appid != A);
        assert_eq!(workspace.sandbox.requests_sent(ENV, appid, None), asked);
    }
    let calls = workspace.calls(Endpoint::Share).len();
    assert!(calls <= 2 + 2 * 6, "{calls} share calls");

    // Cured, it is the only one that is sent.
    workspace.sandbox.behave(|now| {
        now.poison.remove(A);
    });
    workspace.sandbox.clear_calls();
    workspace.apply().await;
    assert_eq!(workspace.named(Endpoint::Share), [A]);
    workspace.assert_plan_is_empty().await;
}
