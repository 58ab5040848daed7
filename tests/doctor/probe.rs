//! `--probe-writes`: what it finds, whom it asks, and what is there afterwards.

use cloudbase::sandbox::{Behaviour, Effect, Endpoint, Fault, MixedCalls, Sandbox};
use serde_json::json;

use crate::support::{
    BOOKS, OTHER_SHOP, SHOP, Said, TEA, always, assert_nothing_written, code, doctor, field, paths,
    run, sandbox,
};

const SHARED: &str = "probe: share";
const LISTED: &str = "probe: is a pending share listed";
const BOTH: &str = "probe: two environments in one call";
const SECOND: &str = "probe: a second share";
const UNSHARED: &str = "probe: unsharing what is pending";
const GONE: &str = "probe: is it gone then";
const TAKEN_BACK: &str = "probe: taking back";

/// The API took the call; half a character in its answer can't be looked at.
const UNREADABLE: &str =
    r#"{"errcode": 0, "errmsg": "ok", "err_list": [], "msg_info_list": [{"url": "\ud83d"}]}"#;

const ONE: &[&str] = &["--probe-writes", "--yes", "--env", TEA, "--appid", SHOP];
const TWO: &[&str] = &[
    "--probe-writes",
    "--yes",
    "--env",
    TEA,
    "--env",
    BOOKS,
    "--appid",
    SHOP,
];

fn probe(sandbox: &Sandbox, arguments: &[&str]) -> Said {
    run(&mut doctor(sandbox, arguments))
}

fn is_bound(sandbox: &Sandbox, env: &str, appid: &str) -> bool {
    let bound = sandbox.bound();
    bound
        .iter()
        .any(|one| (one.0.as_str(), one.1.as_str()) == (env, appid))
}

#[track_caller]
fn assert_nothing_left(sandbox: &Sandbox) {
    assert!(sandbox.pending().is_empty(), "{:?}", sandbox.pending());
    for env in [TEA, BOOKS] {
        assert!(!is_bound(sandbox, env, SHOP), "{env}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_environment_is_shared_twice_and_taken_back() {
    let sandbox = sandbox().await;
    let said = probe(&sandbox, ONE);
    said.ends_with(0);
    said.assert_line(SHARED, "works");
    said.assert_line(LISTED, "works: no, as assumed");
    said.assert_line(SECOND, "works: another link than before");
    said.assert_line(UNSHARED, "works: accepted");
    said.assert_line(GONE, "works: yes");
    said.assert_line(TAKEN_BACK, "works: nothing is left");
    assert!(!said.out.contains(BOTH), "{}", said.out);
    assert_nothing_left(&sandbox);
    assert_eq!(
        sandbox.requests_sent(TEA, SHOP, None),
        2,
        "the administrator is asked up to twice"
    );
    assert_eq!(sandbox.calls_to(Endpoint::Share).len(), 2);
    assert!(said.report().contains("writes probed: yes"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_environments_go_into_the_second_call_so_that_nobody_is_asked_thrice() {
    let sandbox = sandbox().await;
    let said = probe(&sandbox, TWO);
    said.ends_with(0);
    said.assert_line(
        BOTH,
        "works: yes, with a link for each; nothing tells which link is whose",
    );
    said.assert_line(SECOND, "works: another link than before");
    assert_nothing_left(&sandbox);
    let shares = sandbox.calls_to(Endpoint::Share);
    let envs: Vec<_> = shares.iter().map(|call| call.envs.clone()).collect();
    assert_eq!(envs, [vec![TEA], vec![TEA, BOOKS]]);
    assert_eq!(sandbox.requests_sent(TEA, SHOP, None), 2);
    assert_eq!(sandbox.requests_sent(BOOKS, SHOP, None), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_deviation_is_found_and_nothing_is_left() {
    type Change = fn(&mut Behaviour);
    let cases: &[(Change, &[&str], &str, &str, &str)] = &[
        (
            |now| now.lists_pending = true,
            ONE,
            LISTED,
            "differs: yes",
            "pending-not-listed",
        ),
        (
            |now| now.same_urls = true,
            ONE,
            SECOND,
            "differs: the same link",
            "fresh-link",
        ),
        (
            |now| now.same_urls = true,
            TWO,
            SECOND,
            "differs: the same link",
            "fresh-link",
        ),
        (
            |now| now.sends_urls = false,
            ONE,
            SHARED,
            "differs: accepted without a link",
            "share-has-link",
        ),
        (
            |now| now.mixed_calls = MixedCalls::Refuses,
            TWO,
            BOTH,
            "differs: no: the call was refused",
            "mixed-calls",
        ),
        (
            |now| now.mixed_calls = MixedCalls::FirstOnly,
            TWO,
            BOTH,
            "differs: no: there is one link",
            "mixed-calls",
        ),
    ];
    for (change, arguments, about, begins, id) in cases {
        let sandbox = sandbox().await;
        sandbox.behave(change);
        let said = probe(&sandbox, arguments);
        said.ends_with(3);
        said.assert_line(about, begins);
        assert!(
            said.line(about).ends_with(&format!("[{id}]")),
            "{}",
            said.line(about)
        );
        assert!(
            said.report().contains(&format!("\n  {id}: ")),
            "{}",
            said.report()
        );
        said.assert_line(TAKEN_BACK, "works: nothing is left");
        assert_nothing_left(&sandbox);
        assert!(sandbox.requests_sent(TEA, SHOP, None) <= 2, "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn links_that_name_their_environment_are_a_deviation() {
    for (arguments, about) in [(ONE, SHARED), (TWO, BOTH)] {
        let sandbox = sandbox().await;
        always(
            &sandbox,
            Endpoint::Share,
            field("msg_info_list[].env", Some(json!("x"))),
        );
        let said = probe(&sandbox, arguments);
        said.ends_with(3);
        assert!(
            said.line(about).ends_with("[link-without-env]"),
            "{}",
            said.out
        );
        assert_nothing_left(&sandbox);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_cannot_be_taken_back_is_told_as_left() {
    let sandbox = sandbox().await;
    sandbox.behave(|now| now.keeps_pending = true);
    let said = probe(&sandbox, TWO);
    said.ends_with(1);
    said.assert_line(UNSHARED, "differs: refused by name");
    assert!(said.line(UNSHARED).ends_with("[unshare-of-pending]"));
    let left = said.line(TAKEN_BACK);
    assert!(
        left.starts_with("failed: ") && left.contains(TEA) && left.contains(BOOKS),
        "{left}"
    );
    assert!(left.contains("who should refuse it"), "{left}");
    assert!(
        said.report().contains("not done for 2 environments"),
        "{}",
        said.report()
    );
    assert_eq!(sandbox.pending().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_that_is_shared_is_refused_without_a_write() {
    for (bound, arguments) in [(TEA, ONE), (BOOKS, TWO)] {
        let sandbox = sandbox().await;
        sandbox.bind(bound, SHOP, None);
        let said = probe(&sandbox, arguments);
        said.ends_with(2);
        assert!(
            said.err.contains("nothing was written") && said.err.contains(bound),
            "{}",
            said.err
        );
        assert_nothing_written(&sandbox);
        assert!(is_bound(&sandbox, bound, SHOP));
        assert_eq!(sandbox.calls_to(Endpoint::Query).len(), 1);
        assert!(!said.out.contains("The probe writes"), "{}", said.out);
    }
}

/// Somebody confirmed while the question stood there, or the first query was answered too early.
#[tokio::test(flavor = "multi_thread")]
async fn a_pair_that_is_shared_meanwhile_is_refused_without_a_write() {
    let sandbox = sandbox().await;
    let row = json!({"appid": SHOP, "env_list": [TEA]});
    let list = "relation_data".to_owned();
    sandbox.inject(
        Fault::new(Effect::AddedRow { list, row })
            .on(Endpoint::Query)
            .at_calls([2]),
    );
    let said = probe(&sandbox, ONE);
    said.ends_with(2);
    assert!(said.err.contains("nothing was written"), "{}", said.err);
    assert_nothing_written(&sandbox);
}

/// Cloud hosting's environments may be listed only where the query asks for them.
#[tokio::test(flavor = "multi_thread")]
async fn a_pair_that_is_shared_as_cloud_hosting_is_refused_without_a_write() {
    for (bound, arguments) in [(TEA, ONE), (BOOKS, TWO)] {
        let sandbox = sandbox().await;
        sandbox.bind(bound, SHOP, 1);
        let said = probe(&sandbox, arguments);
        said.ends_with(2);
        assert!(
            said.err.contains("nothing was written") && said.err.contains(bound),
            "{}",
            said.err
        );
        assert_nothing_written(&sandbox);
        let asked: Vec<_> = sandbox
            .calls_to(Endpoint::Query)
            .into_iter()
            .map(|call| call.body.get("source_type").cloned())
            .collect();
        assert_eq!(asked, [None, None, Some(json!(1))]);
    }
}

/// What is not said beyond doubt is taken as shared, in each of the three queries.
#[tokio::test(flavor = "multi_thread")]
async fn a_query_of_another_form_is_no_leave_to_write() {
    let envs = |value| field("relation_data[].env_list", Some(value));
    let mut effects = vec![
        Effect::NullLists,
        Effect::MissingLists,
        Effect::MangledAppid(SHOP.to_owned()),
        field("relation_data", None),
        field("relation_data", Some(json!(null))),
        field("relation_data", Some(json!({"appid": SHOP}))),
        field("relation_data", Some(json!([null]))),
        field("relation_data[].appid", None),
        field("relation_data[].appid", Some(json!(null))),
        field("relation_data[].appid", Some(json!(OTHER_SHOP))),
        field("relation_data[].env_list", None),
        field("err_list", None),
        field("err_list", Some(json!("no"))),
    ];
    effects.extend([
        envs(json!(null)),
        envs(json!(TEA)),
        envs(json!({ "env": TEA })),
        envs(json!([{ "env": TEA }])),
        envs(json!([null])),
    ]);
    for effect in effects {
        for call in [1, 2, 3] {
            let sandbox = sandbox().await;
            // So that there is a row to be changed, of each kind.
            sandbox.bind("elsewhere-1", SHOP, None);
            sandbox.bind("elsewhere-2", SHOP, 1);
            let fault = Fault::new(effect.clone()).on(Endpoint::Query);
            sandbox.inject(fault.at_calls([call]));
            let said = probe(&sandbox, ONE);
            said.ends_with(2);
            let words = "nothing was written: the query does not say";
            assert!(said.err.contains(words), "{effect:?}: {}", said.err);
            assert_nothing_written(&sandbox);
            let asked = sandbox.calls_to(Endpoint::Query).len();
            assert_eq!(asked, usize::try_from(call).unwrap(), "{effect:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_does_not_tell_is_no_leave_to_write() {
    let sandbox = sandbox().await;
    always(&sandbox, Endpoint::Query, code(85088));
    let said = probe(&sandbox, ONE);
    said.ends_with(1);
    said.assert_line("probe ", "not asked: without the query");
    assert_nothing_written(&sandbox);

    let sandbox = crate::support::sandbox().await;
    sandbox.refuse_appid(Endpoint::Query, SHOP, "no");
    let said = probe(&sandbox, ONE);
    said.ends_with(2);
    assert_nothing_written(&sandbox);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_share_is_told_and_leads_no_further() {
    let sandbox = sandbox().await;
    sandbox.refuse_appid(Endpoint::Share, SHOP, "main body not same");
    let said = probe(&sandbox, TWO);
    said.ends_with(1);
    let line = said.line(SHARED);
    assert!(
        line.starts_with("missing: ") && line.contains("main body not same"),
        "{line}"
    );
    assert!(!said.report().contains("main body"), "{}", said.report());
    assert_eq!(sandbox.calls_to(Endpoint::Share).len(), 1);
    assert!(sandbox.calls_to(Endpoint::Unshare).is_empty());

    let sandbox = crate::support::sandbox().await;
    always(&sandbox, Endpoint::Share, Effect::PermissionNotGranted);
    let said = probe(&sandbox, ONE);
    said.ends_with(1);
    said.assert_line(SHARED, "missing: permission set 18");
    assert_eq!(sandbox.calls_to(Endpoint::Share).len(), 1);
    assert!(sandbox.calls_to(Endpoint::Unshare).is_empty());
}

/// Whatever goes wrong, what may have been shared is taken back.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_failure_leaves_behind_is_taken_back() {
    for fault in [
        Fault::new(Effect::Reset).on(Endpoint::Share).after_work(),
        Fault::new(Effect::Busy).on(Endpoint::Share).after_work(),
        Fault::new(Effect::EmptyBody)
            .on(Endpoint::Share)
            .after_work(),
        Fault::new(Effect::Reset)
            .on(Endpoint::Share)
            .after_work()
            .at_calls([2]),
        Fault::new(Effect::Http {
            status: 200,
            body: UNREADABLE.to_owned(),
        })
        .on(Endpoint::Share)
        .after_work(),
        Fault::new(Effect::Busy).on(Endpoint::Query).at_calls([4]),
        Fault::new(Effect::Busy).on(Endpoint::Unshare),
        Fault::new(Effect::Reset)
            .on(Endpoint::Unshare)
            .at_calls([1, 2]),
    ] {
        for arguments in [ONE, TWO] {
            let sandbox = sandbox().await;
            sandbox.inject(fault.clone());
            let said = probe(&sandbox, arguments);
            assert!(matches!(said.code, Some(1 | 3)), "{fault:?}: {}", said.out);
            said.assert_line(TAKEN_BACK, "works: nothing is left");
            assert_nothing_left(&sandbox);
            let asked = sandbox.requests_sent(TEA, SHOP, None);
            assert!(asked <= 2, "asked {asked} times: {fault:?}: {}", said.out);
        }
    }
}

/// A row about others, or beside a link, is no word that nothing was shared.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_does_not_refuse_the_pair_alone_has_it_taken_back() {
    for row in [
        json!({"env": BOOKS, "appid": SHOP, "errmsg": "no"}),
        json!({"env": TEA, "appid": OTHER_SHOP, "errmsg": "no"}),
        json!({"appid": SHOP, "errmsg": "no"}),
        json!({"env": TEA, "appid": SHOP, "errmsg": "no"}),
    ] {
        for sends_urls in [true, false] {
            if !sends_urls && row["env"] == TEA && row["appid"] == SHOP {
                continue;
            }
            let sandbox = sandbox().await;
            sandbox.behave(|now| now.sends_urls = sends_urls);
            let effect = Effect::AddedRow {
                list: "err_list".to_owned(),
                row: row.clone(),
            };
            always(&sandbox, Endpoint::Share, effect);
            let said = probe(&sandbox, ONE);
            said.ends_with(1);
            said.assert_line(TAKEN_BACK, "works: nothing is left");
            assert_eq!(sandbox.requests_sent(TEA, SHOP, None), 1, "{row}");
            assert_nothing_left(&sandbox);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn shares_of_others_stay() {
    let sandbox = sandbox().await;
    sandbox.bind(TEA, OTHER_SHOP, None);
    sandbox.bind("elsewhere-1", SHOP, None);
    probe(&sandbox, TWO).ends_with(0);
    assert!(is_bound(&sandbox, TEA, OTHER_SHOP));
    assert!(is_bound(&sandbox, "elsewhere-1", SHOP));
    let unshared = sandbox.calls_to(Endpoint::Unshare);
    assert!(
        unshared.iter().all(|call| call.appids == [SHOP]),
        "{unshared:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_component_token_nothing_is_probed() {
    let sandbox = sandbox().await;
    let mut command = doctor(&sandbox, ONE);
    command.env_remove("CLOUDBASE_COMPONENT_ACCESS_TOKEN");
    run(&mut command).ends_with(1);
    assert_eq!(paths(&sandbox), ["/tcb/getenvinfo"]);
}
