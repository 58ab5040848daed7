//! `cloudbase_env_share` from its first plan to its end.

use cloudbase::sandbox::Endpoint;

use crate::core::Action;
use crate::rig::{
    A, B, C, ENV, OTHER_ENV, Rig, appids, share_config, share_config_with_trigger, share_of, status,
};

#[tokio::test]
async fn from_create_to_delete() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    let config = share_config(&share, ENV, &[A]);

    let plan = share.plan(&config).await.unwrap();
    assert_eq!(plan.action, Action::Create);
    share.apply(&plan).await.unwrap().nothing();
    assert_eq!(
        share_of(&share.state, A),
        ("pending".to_owned(), true, None)
    );
    let private = share.private.clone();
    assert!(!private.is_empty(), "it says which object this is");
    share.assert_settled(&config).await;
    assert_eq!(status(&share.state, A), "pending");
    assert_eq!(share.private, private, "after a read");

    assert!(rig.sandbox.approve(ENV, A));
    rig.next_walk().await;
    share.assert_settled(&config).await;
    assert_eq!(share_of(&share.state, A), ("bound".to_owned(), false, None));

    // B is added and A removed.
    let config = share_config(&share, ENV, &[A, B]);
    let plan = share.plan(&config).await.unwrap();
    assert_eq!(plan.action, Action::Update);
    assert_eq!(
        status(&plan.planned, A),
        "bound",
        "what stays is known in the plan"
    );
    share.apply(&plan).await.unwrap().nothing();
    assert_eq!(share.private, private, "after an update");
    assert_eq!(status(&share.state, B), "pending");
    share.assert_settled(&config).await;
    let config = share_config(&share, ENV, &[B]);
    assert_eq!(share.converge(&config).await.unwrap(), Action::Update);
    assert_eq!(appids(&share.state), [B]);
    assert_eq!(rig.bound(), []);
    share.assert_settled(&config).await;

    let plan = share
        .plan(&cloudbase::framework::Value::Null)
        .await
        .unwrap();
    assert_eq!(plan.action, Action::Delete);
    assert_eq!(plan.private, private, "in the plan of a delete");
    share.apply(&plan).await.unwrap().nothing();
    assert!(share.state.is_null());
    assert!(rig.sandbox.pending().is_empty());
    assert_eq!(rig.sandbox.requests_sent(ENV, A, None), 1);
    assert_eq!(rig.sandbox.requests_sent(ENV, B, None), 1);
    rig.finish().await;
}

#[tokio::test]
async fn another_environment_replaces() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    share
        .converge(&share_config(&share, ENV, &[A, B]))
        .await
        .unwrap();
    rig.sandbox.approve_all();
    let private = share.private.clone();

    let config = share_config(&share, OTHER_ENV, &[A, B]);
    let plan = share.plan(&config).await.unwrap();
    assert_eq!(plan.action, Action::Replace);
    share.apply(&plan).await.unwrap().nothing();
    assert_eq!(share.state.attribute("env").as_str(), Some(OTHER_ENV));
    assert_ne!(share.private, private, "it is another object");
    assert_eq!(status(&share.state, A), "pending");
    assert_eq!(rig.bound(), []);
    share.assert_settled(&config).await;
}

#[tokio::test]
async fn the_trigger_sends_pending_shares_again_and_no_others() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    let config = |trigger| share_config_with_trigger(&rig.share(), ENV, &[A, B], trigger);
    share.converge(&config("1")).await.unwrap();
    rig.sandbox.approve(ENV, A);
    let plan = share.plan(&config("2")).await.unwrap();
    assert_eq!(plan.action, Action::Update);
    share.apply(&plan).await.unwrap().nothing();
    assert_eq!(rig.sandbox.requests_sent(ENV, A, None), 1);
    assert_eq!(rig.sandbox.requests_sent(ENV, B, None), 2);
    assert_eq!(status(&share.state, A), "bound");
    share.assert_settled(&config("2")).await;
}

#[tokio::test]
async fn a_create_that_is_refused_in_part_is_kept_and_retried_in_place() {
    let rig = Rig::start().await;
    rig.sandbox.refuse_appid(Endpoint::Share, B, "not today");
    let mut share = rig.share();
    let config = share_config(&share, ENV, &[A, B]);
    let plan = share.plan(&config).await.unwrap();
    let said = share.apply(&plan).await.unwrap().warnings(1);
    assert!(said.contains(B), "{said}");
    assert!(!share.tainted, "a warning does not taint");
    assert_eq!(status(&share.state, B), "failed");

    rig.sandbox.allow_appid(Endpoint::Share, B);
    let plan = share.plan(&config).await.unwrap();
    assert_eq!(plan.action, Action::Update);
    share.apply(&plan).await.unwrap().nothing();
    assert_eq!(status(&share.state, B), "pending");
    assert_eq!(rig.sandbox.requests_sent(ENV, A, None), 1);
    share.assert_settled(&config).await;
}

#[tokio::test]
async fn a_create_that_is_refused_altogether_leaves_nothing() {
    let rig = Rig::start().await;
    for appid in [A, B] {
        rig.sandbox
            .refuse_appid(Endpoint::Share, appid, "not today");
    }
    let mut share = rig.share();
    let plan = share
        .plan(&share_config(&share, ENV, &[A, B]))
        .await
        .unwrap();
    let failed = share.apply(&plan).await.unwrap_err().text();
    assert!(failed.contains(A) && failed.contains(B), "{failed}");
    assert!(share.state.is_null());
    assert!(!share.tainted);
}

#[tokio::test]
async fn an_update_that_fails_in_part_says_what_is_there() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    share
        .converge(&share_config(&share, ENV, &[A]))
        .await
        .unwrap();
    rig.sandbox.approve_all();
    let private = share.private.clone();
    rig.sandbox.refuse_appid(Endpoint::Share, C, "not today");

    let config = share_config(&share, ENV, &[B, C]);
    let plan = share.plan(&config).await.unwrap();
    let failed = share.apply(&plan).await.unwrap_err().text();
    assert!(
        failed.contains(&format!("with mini program {C}")),
        "{failed}"
    );
    assert!(
        !failed.contains(&format!("with mini program {B}")),
        "{failed}"
    );
    assert_eq!(
        appids(&share.state),
        [B],
        "B is shared and A is not any more"
    );
    assert_eq!(share.private, private, "with a partial result");
    assert!(!share.tainted);

    rig.sandbox.allow_appid(Endpoint::Share, C);
    assert_eq!(share.converge(&config).await.unwrap(), Action::Update);
    share.assert_settled(&config).await;
}

#[tokio::test]
async fn a_delete_that_fails_in_part_keeps_what_remains() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    share
        .converge(&share_config(&share, ENV, &[A, B]))
        .await
        .unwrap();
    rig.sandbox.approve_all();
    share.refresh().await.unwrap();
    let private = share.private.clone();
    rig.sandbox.refuse_appid(Endpoint::Unshare, B, "not today");

    let null = cloudbase::framework::Value::Null;
    let plan = share.plan(&null).await.unwrap();
    let failed = share.apply(&plan).await.unwrap_err().text();
    assert!(failed.contains(B) && !failed.contains(A), "{failed}");
    assert_eq!(appids(&share.state), [B]);
    assert_eq!(share.private, private, "with a partial result");
    assert_eq!(rig.bound(), [(ENV.to_owned(), B.to_owned())]);

    rig.sandbox.allow_appid(Endpoint::Unshare, B);
    assert_eq!(share.converge(&null).await.unwrap(), Action::Delete);
    assert!(share.state.is_null());
    assert_eq!(rig.bound(), []);
}

#[tokio::test]
async fn drift_is_seen_and_corrected() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    let config = share_config(&share, ENV, &[A, B]);
    share.converge(&config).await.unwrap();
    rig.sandbox.approve_all();
    rig.next_walk().await;
    share.assert_settled(&config).await;

    assert!(rig.sandbox.unbind(ENV, A, None));
    rig.next_walk().await;
    let plan = share.plan(&config).await.unwrap();
    assert_eq!(appids(&share.state), [B]);
    assert_eq!(plan.action, Action::Update);
    share.apply(&plan).await.unwrap().nothing();
    rig.sandbox.approve_all();
    rig.next_walk().await;
    share.assert_settled(&config).await;

    for appid in [A, B] {
        assert!(rig.sandbox.unbind(ENV, appid, None));
    }
    rig.next_walk().await;
    let plan = share.plan(&config).await.unwrap();
    assert!(share.state.is_null(), "nothing is left of it");
    assert_eq!(plan.action, Action::Create);
}

#[tokio::test]
async fn import_adopts_what_is_there() {
    let rig = Rig::start().await;
    rig.sandbox.bind(ENV, A, None);
    rig.sandbox.bind(ENV, B, None);
    let mut share = rig.share();
    share
        .import(&format!("{ENV}/{A},{B}"))
        .await
        .unwrap()
        .nothing();
    assert_eq!(status(&share.state, B), "bound");
    share
        .assert_settled(&share_config(&share, ENV, &[A, B]))
        .await;
    assert_eq!(rig.sandbox.calls_to(Endpoint::Share).len(), 0);

    let mut hosting = rig.share();
    rig.sandbox.bind(OTHER_ENV, C, 1);
    hosting
        .import(&format!("1/{OTHER_ENV}/{C}"))
        .await
        .unwrap()
        .nothing();
    let config = hosting.config([
        ("env", cloudbase::framework::Value::string(OTHER_ENV)),
        ("appids", crate::rig::texts(&[C])),
        ("source_type", cloudbase::framework::Value::integer(1)),
    ]);
    hosting.assert_settled(&config).await;
}

#[tokio::test]
async fn import_refuses_what_is_not_there_or_no_id() {
    let rig = Rig::start().await;
    rig.sandbox.bind(ENV, A, None);
    let missing = rig.share().import(&format!("{ENV}/{A},{B}")).await;
    let said = missing.unwrap_err().text();
    assert!(said.contains(B) && !said.contains(A), "{said}");
    for id in ["", "/", ENV, "a/b/c/d", "x/y/z"] {
        assert!(rig.share().import(id).await.is_err(), "{id:?}");
    }
    rig.finish().await;
}
