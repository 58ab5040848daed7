//! Actions that are invoked by what happens to a share, and in which order calls are sent then.

use cloudbase::sandbox::Endpoint;

use super::{CONVERT, RESEND, completed, pending_url, progress, trigger, triggering};
use crate::support::{A, B, ENV, OTHER_ENV, Workspace};
use crate::workspace;

/// The writes since the log was cleared, in order.
fn writes(workspace: &Workspace) -> Vec<Endpoint> {
    let calls = workspace.sandbox.calls().into_iter();
    let endpoints = calls.map(|call| call.endpoint);
    endpoints
        .filter(|endpoint| *endpoint != Endpoint::Query)
        .collect()
}

/// Whether the action `RESEND` said that it asked `appid`, with the URL that counts. Of the request before, which was sent
/// by the same test, it says when that was if it `knows`.
fn asked(said: &[String], workspace: &Workspace, appid: &str, knows: bool) -> bool {
    let begin = format!("{appid}: asked to confirm environment {ENV}; ");
    let end = format!(": {}", pending_url(workspace, appid));
    let middle = if knows {
        "the request before was sent less than a minute ago (2"
    } else {
        "when the request before was sent is not known:"
    };
    said.iter()
        .any(|line| line.starts_with(&(begin.clone() + middle)) && line.ends_with(&end))
}

fn asked_before(workspace: &Workspace, appid: &str) -> String {
    let url = pending_url(workspace, appid);
    format!("{appid}: was asked in this run: {url}")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_is_converted_before_it_is_shared_or_changed() {
    let workspace = workspace!(needs Actions);
    let before = [trigger("before_create, before_update", CONVERT, "")];
    workspace.configure(&triggering(&[A], &before));
    let run = workspace.apply_json().await.ok();
    assert_eq!(completed(&run, CONVERT), ["BeforeCreate"]);
    assert_eq!(writes(&workspace), [Endpoint::Convert, Endpoint::Share]);

    workspace.sandbox.clear_calls();
    let run = workspace.apply_json().await.ok();
    assert!(completed(&run, CONVERT).is_empty(), "nothing has happened");
    assert_eq!(writes(&workspace), []);

    workspace.configure(&triggering(&[A, B], &before));
    let run = workspace.apply_json().await.ok();
    assert_eq!(completed(&run, CONVERT), ["BeforeUpdate"]);
    assert_eq!(writes(&workspace), [Endpoint::Convert, Endpoint::Share]);
    assert_eq!(workspace.named(Endpoint::Share), [B]);
    workspace.assert_plan_is_empty().await;

    workspace.sandbox.approve_all();
    workspace.sandbox.clear_calls();
    workspace.destroy().await.ok();
    assert_eq!(writes(&workspace), [Endpoint::Unshare]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_is_converted_after_it_was_shared_or_changed() {
    let workspace = workspace!(needs Actions);
    let after = [trigger("after_create, after_update", CONVERT, "")];
    workspace.configure(&triggering(&[A], &after));
    let run = workspace.apply_json().await.ok();
    assert_eq!(completed(&run, CONVERT), ["AfterCreate"]);
    assert_eq!(writes(&workspace), [Endpoint::Share, Endpoint::Convert]);

    workspace.sandbox.clear_calls();
    workspace.configure(&triggering(&[A, B], &after));
    let run = workspace.apply_json().await.ok();
    assert_eq!(completed(&run, CONVERT), ["AfterUpdate"]);
    assert_eq!(writes(&workspace), [Endpoint::Share, Endpoint::Convert]);
}

/// A share asks its administrators itself.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_twice_after_a_create() {
    let workspace = workspace!(needs Actions);
    workspace.sandbox.bind(ENV, B, None);
    let after = [trigger("after_create", RESEND, "")];
    workspace.configure(&triggering(&[A, B], &after));
    let run = workspace.apply_json().await.ok();
    assert_eq!(completed(&run, RESEND), ["AfterCreate"]);
    let said = progress(&run, RESEND);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said.contains(&asked_before(&workspace, A)), "{said:?}");
    assert!(said.contains(&format!("{B}: is bound, nobody is asked")));
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 1);
    assert_eq!(writes(&workspace), [Endpoint::Share]);
    let share = workspace.share().await;
    assert_eq!(
        share["shares"][A]["confirm_url"],
        pending_url(&workspace, A)
    );
}

/// Those that were asked in an earlier run are asked again, those that the update has asked are not.
#[tokio::test(flavor = "multi_thread")]
async fn those_of_earlier_runs_are_asked_again_after_an_update() {
    let workspace = workspace!(needs Actions);
    let after = [trigger("after_update", RESEND, "")];
    workspace.configure(&triggering(&[A], &after));
    workspace.apply().await;
    let stale = pending_url(&workspace, A);
    workspace.sandbox.clear_calls();

    workspace.configure(&triggering(&[A, B], &after));
    let run = workspace.apply_json().await.ok();
    assert_eq!(completed(&run, RESEND), ["AfterUpdate"]);
    let said = progress(&run, RESEND);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(asked(&said, &workspace, A, true), "{said:?}");
    assert!(said.contains(&asked_before(&workspace, B)), "{said:?}");
    assert_ne!(pending_url(&workspace, A), stale);
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 2);
    assert_eq!(workspace.sandbox.requests_sent(ENV, B, None), 1);
    let shares = workspace.calls(Endpoint::Share);
    let appids: Vec<_> = shares.into_iter().map(|call| call.appids).collect();
    assert_eq!(appids, [[B], [A]]);
}

/// Who was asked before an update was asked in this run: neither the update nor the action after it asks.
/// Before an event an action cannot refer to the resource that triggers it: Terraform finds a cycle.
#[tokio::test(flavor = "multi_thread")]
async fn an_action_on_both_sides_of_an_update_asks_once() {
    let workspace = workspace!(needs Actions);
    let both = [
        trigger("before_update", RESEND, ""),
        trigger("after_update", RESEND, ""),
    ];
    let configured = |appids: &[&str]| {
        let hcl = triggering(appids, &both);
        let hcl = hcl.replace("cloudbase_env_share.test.env", &format!("{ENV:?}"));
        hcl.replace("cloudbase_env_share.test.appids", &format!("{appids:?}"))
    };
    workspace.configure(&configured(&[A]));
    workspace.apply().await;
    workspace.sandbox.clear_calls();

    workspace.configure(&configured(&[A, B]));
    let run = workspace.apply_json().await.ok();
    assert_eq!(completed(&run, RESEND), ["BeforeUpdate", "AfterUpdate"]);
    let said = progress(&run, RESEND);
    assert_eq!(said.len(), 4, "{said:?}");
    // Terraform 1.14 and 1.15 hand over the state only after the first action, so that nobody knows then.
    let may_know = |knows| asked(&said[..2], &workspace, A, knows);
    assert!(may_know(true) || may_know(false), "{said:?}");
    assert!(asked(&said[..2], &workspace, B, false), "{said:?}");
    for appid in [A, B] {
        let again = asked_before(&workspace, appid);
        assert!(said[2..].contains(&again), "{said:?}");
    }
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 2);
    assert_eq!(workspace.sandbox.requests_sent(ENV, B, None), 1);
    assert_eq!(writes(&workspace), [Endpoint::Share]);
    let share = workspace.share().await;
    assert_eq!(
        share["shares"][B]["confirm_url"],
        pending_url(&workspace, B)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_is_a_create() {
    let workspace = workspace!(needs Actions);
    let all = [trigger(
        "before_create, after_create, before_update, after_update",
        CONVERT,
        "",
    )];
    workspace.configure(&triggering(&[A], &all));
    workspace.apply().await;
    workspace.sandbox.approve_all();
    workspace.apply().await;
    workspace.sandbox.clear_calls();
    workspace.configure(&triggering(&[A], &all).replacen(ENV, OTHER_ENV, 1));
    let run = workspace.apply_json().await.ok();
    assert_eq!(completed(&run, CONVERT), ["BeforeCreate", "AfterCreate"]);
    let writes = writes(&workspace);
    let convert = Endpoint::Convert;
    assert_eq!(writes.iter().filter(|one| **one == convert).count(), 2);
    let share = writes.iter().position(|one| *one == Endpoint::Share);
    assert!(writes[..share.unwrap()].contains(&convert), "{writes:?}");
    assert_eq!(writes.last(), Some(&convert));
}
