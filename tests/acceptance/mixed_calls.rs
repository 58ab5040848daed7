//! Resources of many environments, whose calls go out together, and an API that does not take such calls.

use std::time::Duration;

use cloudbase::sandbox::{Confirm, Effect, Endpoint, Fault, MixedCalls};

use crate::support::{Workspace, many_appids};
use crate::workspace;

const ENVS: usize = 10;

fn env(n: usize) -> String {
    format!("env-{n}")
}

/// A resource for each environment, with two mini programs of its own.
fn resources() -> String {
    let of = |n: usize| format!("    {:?} = {:?}\n", env(n), appids(n));
    let fleet: String = (0..ENVS).map(of).collect();
    format!(
        "locals {{\n  fleet = {{\n{fleet}  }}\n}}\n\
         resource \"cloudbase_env_share\" \"fleet\" {{\n  for_each = local.fleet\n  env = each.key\n  appids = each.value\n}}\n"
    )
}

fn appids(n: usize) -> Vec<String> {
    many_appids(2 * n + 1, 2)
}

/// All pairs of environment and mini program, sorted.
fn pairs() -> Vec<(String, String)> {
    let of = |n: usize| appids(n).into_iter().map(move |appid| (env(n), appid));
    (0..ENVS).flat_map(of).collect()
}

/// Every mini program with its status in state, sorted.
fn in_state(workspace: &Workspace) -> Vec<(String, String, String)> {
    let file = workspace.state_file();
    let resources = file["resources"].as_array().into_iter().flatten();
    let instances = resources.flat_map(|one| one["instances"].as_array().into_iter().flatten());
    let mut all = Vec::new();
    for instance in instances {
        let values = &instance["attributes"];
        for (appid, share) in values["shares"].as_object().unwrap() {
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
            all.push((text(&values["env"]), appid.clone(), text(&share["status"])));
        }
    }
    all.sort();
    all
}

fn assert_all_are(workspace: &Workspace, status: &str) {
    let expected = pairs().into_iter();
    let expected: Vec<_> = expected
        .map(|(env, appid)| (env, appid, status.to_owned()))
        .collect();
    assert_eq!(in_state(workspace), expected);
}

/// The pairs in the sandbox, whether they wait or are bound, sorted.
fn in_sandbox(workspace: &Workspace) -> Vec<(String, String)> {
    let bound = workspace.sandbox.bound().into_iter();
    let pending = workspace.sandbox.pending().into_iter();
    let mut all: Vec<_> = bound
        .map(|(env, appid, _)| (env, appid))
        .chain(pending.map(|share| (share.env, share.appid)))
        .collect();
    all.sort();
    all
}

/// Asserts that each administrator was asked once, but for those of at most `twice` environments.
fn assert_asked_once(workspace: &Workspace, twice: usize) {
    let mut asked_twice = Vec::new();
    for (env, appid) in pairs() {
        match workspace.sandbox.requests_sent(&env, &appid, None) {
            1 => {}
            2 => asked_twice.push(env),
            times => panic!("{appid} was asked {times} times for {env}"),
        }
    }
    asked_twice.dedup();
    assert!(asked_twice.len() <= twice, "{asked_twice:?}");
}

/// How many calls an endpoint had, and how many of them were about several environments.
fn calls(workspace: &Workspace, endpoint: Endpoint) -> (usize, usize) {
    let calls = workspace.calls(endpoint);
    let mixed = calls.iter().filter(|call| call.envs.len() > 1).count();
    (calls.len(), mixed)
}

/// A sandbox that takes as long for each call as a near one.
fn prepare(workspace: &Workspace, mixed: MixedCalls, confirm: Confirm) {
    workspace.sandbox.behave(|now| now.mixed_calls = mixed);
    workspace.sandbox.set_confirm(confirm);
    workspace
        .sandbox
        .set_latency(None, Duration::from_millis(50));
    workspace.configure(&resources());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fleet_takes_few_calls() {
    let workspace = workspace!();
    prepare(&workspace, MixedCalls::Accepts, Confirm::Manual);
    workspace.apply().await;
    assert_all_are(&workspace, "pending");
    assert_eq!(in_sandbox(&workspace), pairs());
    assert_asked_once(&workspace, 0);
    let (all, mixed) = calls(&workspace, Endpoint::Share);
    assert!(all <= 3 && mixed > 0, "{all} calls, {mixed} mixed");
    workspace.sandbox.approve_all();
    workspace.assert_plan_is_empty().await;
    workspace.destroy().await.ok();
    assert!(in_sandbox(&workspace).is_empty());
    let (all, mixed) = calls(&workspace, Endpoint::Unshare);
    assert!(all <= 3 && mixed > 0, "{all} calls, {mixed} mixed");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_and_nobody_asked_again_where_mixed_calls_are_not_taken() {
    for mixed in [MixedCalls::Refuses, MixedCalls::FirstOnly] {
        for confirm in [Confirm::Manual, Confirm::Auto] {
            println!("{mixed:?}, {confirm:?}");
            let workspace = workspace!();
            prepare(&workspace, mixed, confirm);
            workspace.apply().await;
            assert!(calls(&workspace, Endpoint::Share).1 > 0);
            let status = match confirm {
                Confirm::Auto => "bound",
                _ => "pending",
            };
            assert_all_are(&workspace, status);
            assert_eq!(in_sandbox(&workspace), pairs());
            assert_asked_once(&workspace, usize::from(mixed == MixedCalls::FirstOnly));
            workspace.sandbox.approve_all();
            workspace.assert_plan_is_empty().await;
            workspace.destroy().await.ok();
            assert!(calls(&workspace, Endpoint::Unshare).1 > 0);
            assert!(in_sandbox(&workspace).is_empty());
            assert!(in_state(&workspace).is_empty());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_that_has_the_call_refused_fails_its_own_resource_only() {
    let workspace = workspace!();
    prepare(&workspace, MixedCalls::Accepts, Confirm::Manual);
    let refused = Effect::Errcode {
        code: -501_019,
        message: "env not exists".to_owned(),
    };
    let fault = Fault::new(refused).on(Endpoint::Share);
    workspace.sandbox.inject(fault.naming_env(env(3)).always());
    let run = workspace.try_apply().await.fails_with(&["errcode -501019"]);
    let said = run.flat();
    for (env, appid) in pairs() {
        let is_refused = said.contains(&format!("{env} with mini program {appid}"));
        assert!(env == "env-3" || !is_refused, "{said}");
    }
    let mut others = pairs();
    others.retain(|(env, _)| env != "env-3");
    assert_eq!(in_sandbox(&workspace), others);
    let mut in_state = in_state(&workspace);
    in_state.retain(|(_, _, status)| status == "pending");
    assert_eq!(in_state.len(), others.len());
    let (all, _) = calls(&workspace, Endpoint::Share);
    assert!(all <= 9, "{all} calls");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_batches_across_environments_each_has_its_own_call() {
    let workspace = workspace!();
    prepare(&workspace, MixedCalls::Refuses, Confirm::Manual);
    let one_a_call = crate::support::provider("  batch_across_environments = false");
    workspace.configure(&(one_a_call + &resources()));
    workspace.apply().await;
    assert_eq!(calls(&workspace, Endpoint::Share), (ENVS, 0));
    assert_eq!(in_sandbox(&workspace), pairs());
    workspace.destroy().await.ok();
    assert_eq!(calls(&workspace, Endpoint::Unshare), (ENVS, 0));
    assert!(in_sandbox(&workspace).is_empty());
}
