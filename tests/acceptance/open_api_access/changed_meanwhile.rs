//! Somebody else changes the whitelist, or an answer is lost: nothing is overwritten unseen.

use std::time::Duration;

use cloudbase::sandbox::{Call, Effect, Endpoint, Fault};

use super::{ADDRESS, access, calls, listed, sets};
use crate::support::{ENV, Run, Workspace};
use crate::workspace;

/// Applies a saved plan; while its first look at the whitelist is answered late, `meanwhile` happens.
async fn apply_while(workspace: &Workspace, meanwhile: impl FnOnce(&Workspace)) -> Run {
    workspace.run(&["plan", "-out=plan"]).await.ok();
    workspace.sandbox.clear_calls();
    workspace.sandbox.inject(
        Fault::new(Effect::Slow(Duration::from_millis(800)))
            .on(Endpoint::UseCloudAccessToken)
            .of_action("get"),
    );
    let apply = workspace.run(&["apply", "-no-color", "plan"]);
    let change = async {
        workspace
            .sandbox
            .wait_for_calls(Endpoint::UseCloudAccessToken, 1)
            .await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        meanwhile(workspace);
    };
    tokio::join!(apply, change).0
}

async fn with_a(workspace: &Workspace) {
    workspace.configure(&access(ENV, &["/a"], ""));
    workspace.apply().await;
    workspace.configure(&access(ENV, &["/a", "/b"], ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_between_plan_and_apply_is_not_overwritten() {
    let workspace = workspace!();
    with_a(&workspace).await;
    workspace.run(&["plan", "-out=plan"]).await.ok();
    workspace.sandbox.set_whitelist(ENV, &["/theirs"]);
    workspace.sandbox.clear_calls();
    let run = workspace.run(&["apply", "-no-color", "plan"]).await;
    run.fails_with(&[
        &format!("could not change the whitelist of environment {ENV}: it has changed meanwhile"),
        "It was expected to have: /a It has now: /theirs",
    ]);
    assert_eq!(sets(&workspace), 0);
    assert_eq!(listed(&workspace), ["/theirs"]);

    // Where it is as wanted already, there is nothing to overwrite.
    workspace.run(&["plan", "-out=plan"]).await.ok();
    workspace.sandbox.set_whitelist(ENV, &["/b", "/a"]);
    workspace.run(&["apply", "plan"]).await.ok();
    assert_eq!(sets(&workspace), 0);
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_moved_alone_is_read_again_and_tried_once_more() {
    let workspace = workspace!();
    with_a(&workspace).await;
    let run = apply_while(&workspace, |it| it.sandbox.set_whitelist(ENV, &["/a"])).await;
    run.ok();
    let versions: Vec<_> = calls(&workspace, "set")
        .iter()
        .map(|call| call.body["version"].clone())
        .collect();
    assert_eq!(versions, [2, 3]);
    assert_eq!(listed(&workspace), ["/a", "/b"]);
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whitelist_that_moved_is_not_overwritten() {
    let workspace = workspace!();
    with_a(&workspace).await;
    let theirs = |it: &Workspace| it.sandbox.set_whitelist(ENV, &["/a", "/theirs"]);
    let run = apply_while(&workspace, theirs).await;
    run.fails_with(&[
        "it has changed meanwhile",
        "It was expected to have: /a It has now: /a /theirs",
    ]);
    assert_eq!(sets(&workspace), 1, "it is not tried again");
    assert_eq!(listed(&workspace), ["/a", "/theirs"]);
    let values = workspace.resource(ADDRESS).await["values"].take();
    assert_eq!(values["api_whitelist"], serde_json::json!(["/a"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_that_moved_is_not_overwritten() {
    let workspace = workspace!();
    with_a(&workspace).await;
    let off = |it: &Workspace| {
        it.sandbox.set_cloud_tokens_open(false);
        it.sandbox.set_whitelist(ENV, &["/a"]);
    };
    let run = apply_while(&workspace, off).await;
    run.fails_with(&["WeChat tokens were switched meanwhile", "it is now false"]);
    assert_eq!(sets(&workspace), 1);
    assert!(!workspace.sandbox.cloud_tokens_open());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_keeps_moving_is_given_up_after_the_second_try() {
    let workspace = workspace!();
    with_a(&workspace).await;
    workspace.sandbox.inject(
        Fault::new(Effect::Errcode {
            code: 40097,
            message: "invalid args".to_owned(),
        })
        .on(Endpoint::UseCloudAccessToken)
        .of_action("set")
        .always(),
    );
    let moves = |it: &Workspace| it.sandbox.set_whitelist(ENV, &["/a"]);
    let run = apply_while(&workspace, moves).await;
    run.fails_with(&["could not change the whitelist", "errcode 40097"]);
    assert_eq!(sets(&workspace), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_is_not_for_the_version_is_told_at_once() {
    for (code, looks) in [(40097, 2), (48001, 1), (61007, 1), (45009, 1)] {
        let workspace = workspace!();
        with_a(&workspace).await;
        workspace.run(&["plan", "-out=plan"]).await.ok();
        workspace.sandbox.clear_calls();
        workspace.sandbox.inject(
            Fault::new(Effect::Errcode {
                code,
                message: "no".to_owned(),
            })
            .on(Endpoint::UseCloudAccessToken)
            .of_action("set")
            .always(),
        );
        let run = workspace.run(&["apply", "-no-color", "plan"]).await;
        run.fails_with(&[ENV, &format!("errcode {code}: no"), "rid: "]);
        assert_eq!(sets(&workspace), 1, "{code}");
        assert_eq!(calls(&workspace, "get").len(), looks, "{code}");
        assert_eq!(listed(&workspace), ["/a"]);
    }
}

/// With a version that is out of date by then, the same request would be refused, or undo what somebody else
/// has done meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_looked_up_before_anything_is_sent_again() {
    for after_work in [true, false] {
        let workspace = workspace!();
        with_a(&workspace).await;
        workspace.run(&["plan", "-out=plan"]).await.ok();
        workspace.sandbox.clear_calls();
        let mut fault = Fault::new(Effect::Reset)
            .on(Endpoint::UseCloudAccessToken)
            .of_action("set");
        fault.after_work = after_work;
        workspace.sandbox.inject(fault);
        workspace.run(&["apply", "plan"]).await.ok();
        let all: Vec<_> = workspace
            .calls(Endpoint::UseCloudAccessToken)
            .iter()
            .map(|call| call.body["action"].as_str().unwrap().to_owned())
            .collect();
        let expected: &[&str] = if after_work {
            &["get", "set", "get"]
        } else {
            &["get", "set", "get", "set"]
        };
        assert_eq!(all, expected);
        assert_eq!(listed(&workspace), ["/a", "/b"]);
        assert_eq!(workspace.sandbox.whitelist(ENV).1, 3, "written once");
        workspace.assert_plan_is_empty().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_cannot_be_looked_up_it_is_not_sent_again_and_the_next_plan_shows_it() {
    let workspace = workspace!();
    with_a(&workspace).await;
    workspace.run(&["plan", "-out=plan"]).await.ok();
    let on = |effect| Fault::new(effect).on(Endpoint::UseCloudAccessToken);
    workspace
        .sandbox
        .inject(on(Effect::Reset).of_action("set").after_work());
    workspace
        .sandbox
        .inject(on(Effect::DailyCap).of_action("get").at_calls(2..20));
    workspace.sandbox.clear_calls();
    let run = workspace.run(&["apply", "-no-color", "plan"]).await;
    run.fails_with(&[
        ENV,
        "Whether it took effect could not be checked",
        "errcode 45009",
        "The next plan shows what the whitelist has",
    ]);
    assert_eq!(sets(&workspace), 1);
    workspace.sandbox.clear_faults();
    workspace.assert_plan_is_empty().await;
    assert_eq!(sets(&workspace), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_that_cannot_be_looked_up_says_what_was_there() {
    let workspace = workspace!();
    workspace.sandbox.set_whitelist(ENV, &["/old"]);
    workspace.configure(&access(ENV, &["/a"], ""));
    workspace.run(&["plan", "-out=plan"]).await.ok();
    let on = |effect| Fault::new(effect).on(Endpoint::UseCloudAccessToken);
    let sandbox = &workspace.sandbox;
    sandbox.inject(on(Effect::Reset).of_action("set").after_work());
    // Some CLIs plan in the apply, too, without a look.
    sandbox.inject(on(Effect::DailyCap).of_action("get").at_calls(2..20));
    let run = workspace.run(&["apply", "-no-color", "plan"]).await;
    run.fails_with(&[
        "Whether it took effect could not be checked",
        "the whitelist had: /old That is not in state.",
        "destroying the resource does not put this one back",
    ]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_before_a_destroy_is_left_alone() {
    let workspace = workspace!();
    workspace.sandbox.set_whitelist(ENV, &["/old"]);
    workspace.configure(&access(ENV, &["/a"], ""));
    workspace.apply().await;
    workspace.sandbox.set_whitelist(ENV, &["/theirs"]);
    workspace.sandbox.clear_calls();
    let arguments = ["destroy", "-auto-approve", "-no-color", "-refresh=false"];
    let run = workspace.run(&arguments).await;
    run.fails_with(&["It was expected to have: /a It has now: /theirs"]);
    assert_eq!(sets(&workspace), 0);
    assert!(!workspace.resource(ADDRESS).await.is_null());
    // With a look first, it is known.
    workspace.destroy().await.ok();
    assert_eq!(listed(&workspace), ["/old"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_are_written_one_after_the_other() {
    let workspace = workspace!();
    workspace.sandbox.set_latency(
        Some(Endpoint::UseCloudAccessToken),
        Duration::from_millis(10),
    );
    workspace.configure(
        "resource \"cloudbase_open_api_access\" \"each\" {\n  count = 50\n  env = \"many-${count.index}\"\n  api_whitelist = [\"/a\"]\n}\n",
    );
    workspace.run(&["plan", "-out=plan"]).await.ok();
    workspace.sandbox.clear_calls();
    workspace
        .run(&["apply", "-parallelism=50", "plan"])
        .await
        .ok();
    let calls = workspace.calls(Endpoint::UseCloudAccessToken);
    let is_set = |call: &&Call| call.body["action"] == "set";
    let sent: Vec<_> = calls.iter().filter(is_set).collect();
    assert_eq!(sent.len(), 50);
    // Some CLIs plan in between, which looks as well.
    for (at, set) in sent.iter().enumerate() {
        let own = |call: &&Call| call.envs == set.envs && call.number < set.number;
        let look = calls.iter().rfind(own).expect("it was looked at");
        assert_eq!(look.body["action"], "get");
        assert!(look.answered_at.unwrap() <= set.at);
        if let Some(before) = at.checked_sub(1).map(|at| sent[at]) {
            let between = "a look and its write are one piece";
            assert!(before.answered_at.unwrap() <= look.at, "{between}");
        }
    }
}
