//! `source_type` 0 and none are one: to go from one to the other changes nothing at the API.

use super::{Shares, named};
use crate::support::{A, ENV, actions};
use crate::workspace;

const ADDRESS: &str = "cloudbase_env_share.test";

#[tokio::test(flavor = "multi_thread")]
async fn removing_or_adding_a_zero_replaces_nothing() {
    for shares in super::BOTH {
        let workspace = workspace!();
        let zero = named("test", ENV, &[A], "source_type = 0");
        let unset = named("test", ENV, &[A], "");
        workspace.start_with(&zero, shares).await;
        assert_eq!(workspace.share().await["source_type"], 0);

        workspace.configure(&unset);
        assert_eq!(actions(&workspace.plan().await, ADDRESS), ["no-op"]);
        workspace.apply().await;
        workspace.configure(&zero);
        workspace.apply().await;
        workspace.assert_plan_is_empty().await;
        assert_eq!(workspace.writes(), 0);

        workspace.configure(&unset);
        workspace.destroy().await.ok();
        // What was written is what goes over the wire.
        let calls = workspace.sandbox.calls();
        assert!(
            calls.iter().all(|call| call.source_type == Some(0)),
            "{calls:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zero_that_is_written_later_is_no_replacement() {
    let workspace = workspace!();
    workspace
        .start_with(&named("test", ENV, &[A], ""), Shares::Bound)
        .await;
    let calls = workspace.sandbox.calls();
    assert!(
        calls.iter().all(|call| call.source_type.is_none()),
        "{calls:?}"
    );
    workspace.configure(&named("test", ENV, &[A], "source_type = 0"));
    let plan = workspace.plan().await;
    assert_eq!(
        actions(&plan, ADDRESS),
        ["update"],
        "the state keeps what is written"
    );
    workspace.apply().await;
    assert_eq!(workspace.writes(), 0);
    assert_eq!(workspace.share().await["source_type"], 0);
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_may_spell_it_the_other_way() {
    for (more, id) in [
        ("", format!("0/{ENV}/{A}")),
        ("source_type = 0", format!("{ENV}/{A}")),
    ] {
        let workspace = workspace!();
        workspace.sandbox.bind(ENV, A, None);
        workspace.configure(&named("test", ENV, &[A], more));
        workspace
            .run(&["import", "-no-color", ADDRESS, &id])
            .await
            .ok();
        workspace.apply().await;
        workspace.assert_plan_is_empty().await;
        assert_eq!(workspace.writes(), 0, "{id}");
        // One identity, however it is spelled.
        let identity = &workspace.state_file()["resources"][0]["instances"][0]["identity"];
        assert!(identity["source_type"].is_null(), "{identity}");
    }
}
