//! Values that are known only at apply.

use cloudbase::framework::Value;

use crate::core::{Action, Instance};
use crate::rig::{A, B, C, ENV, OTHER_ENV, Rig, appids, share_config, status, texts};

fn config(instance: &Instance, changes: Vec<(&'static str, Value)>) -> Value {
    let mut all = vec![("env", Value::string(ENV)), ("appids", texts(&[A]))];
    all.extend(changes);
    instance.config(all)
}

fn one_unknown(known: &[&str]) -> Value {
    let Value::Set(mut elements) = texts(known) else {
        unreachable!("texts make a set");
    };
    elements.push(Value::Unknown);
    Value::set(elements)
}

/// `confirmation_triggers` of one mini program.
fn trigger_of(text: Value) -> Value {
    Value::Map([(A.to_owned(), text)].into())
}

fn trigger(text: &str) -> Value {
    trigger_of(Value::string(text))
}

/// What may be unknown, and what it turns out to be.
fn cases() -> Vec<(&'static str, Value, Value)> {
    vec![
        ("env", Value::Unknown, Value::string(ENV)),
        ("appids", Value::Unknown, texts(&[A, B])),
        ("appids", one_unknown(&[A]), texts(&[A, B])),
        ("appids", one_unknown(&[A]), texts(&[A])),
        ("appids", one_unknown(&[]), texts(&[C])),
        ("source_type", Value::Unknown, Value::integer(1)),
        ("source_type", Value::Unknown, Value::Null),
        ("confirmation_trigger", Value::Unknown, Value::string("now")),
        ("confirmation_trigger", Value::Unknown, Value::Null),
        ("confirmation_triggers", Value::Unknown, trigger("now")),
        ("confirmation_triggers", Value::Unknown, Value::Null),
        (
            "confirmation_triggers",
            trigger_of(Value::Unknown),
            trigger(""),
        ),
        ("on_refusal", Value::Unknown, Value::string("warn")),
        ("on_refusal", Value::Unknown, Value::Null),
    ]
}

#[tokio::test]
async fn a_create_is_planned_and_then_applied() {
    for (name, unknown, known) in cases() {
        let rig = Rig::start().await;
        let mut share = rig.share();
        let plan = share
            .plan(&config(&share, vec![(name, unknown.clone())]))
            .await
            .unwrap_or_else(|failed| panic!("{name}: {}", failed.text()));
        assert_eq!(plan.action, Action::Create);
        plan.said.clone().announcement();
        let settled = config(&share, vec![(name, known)]);
        share.apply_as(&plan, &settled).await.unwrap().nothing();
        share.assert_settled(&settled).await;
    }
}

#[tokio::test]
async fn a_change_is_planned_and_then_applied() {
    let another_kind = Value::integer(1);
    for (name, unknown, known) in cases() {
        if known == another_kind {
            continue;
        }
        let rig = Rig::start().await;
        let mut share = rig.share();
        share.converge(&config(&share, vec![])).await.unwrap();
        rig.sandbox.approve_all();
        let plan = share
            .plan(&config(&share, vec![(name, unknown.clone())]))
            .await
            .unwrap_or_else(|failed| panic!("{name}: {}", failed.text()));
        assert_eq!(plan.action, Action::Update, "{name}");
        let settled = config(&share, vec![(name, known)]);
        share.apply_as(&plan, &settled).await.unwrap().nothing();
        share.assert_settled(&settled).await;
    }
}

#[tokio::test]
async fn the_known_part_of_a_plan_says_what_is_known() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    let plan = share
        .plan(&share_config(&share, ENV, &[A, B]))
        .await
        .unwrap();
    let Value::Map(shares) = plan.planned.attribute("shares") else {
        panic!("the appids are known: {:?}", plan.planned);
    };
    assert_eq!(shares.keys().collect::<Vec<_>>(), [B, A]);
    assert!(shares.values().all(Value::is_unknown));
    share.apply(&plan).await.unwrap().nothing();
    rig.sandbox.approve(ENV, A);

    // A trigger that is not known yet may send the pending one again, but not the bound one.
    let unknown = config(
        &share,
        vec![
            ("appids", texts(&[A, B])),
            ("confirmation_trigger", Value::Unknown),
        ],
    );
    let plan = share.plan(&unknown).await.unwrap();
    assert_eq!(status(&plan.planned, A), "bound");
    let Value::Map(shares) = plan.planned.attribute("shares") else {
        panic!("the appids are known: {:?}", plan.planned);
    };
    assert!(shares[B].is_unknown());
}

/// Not knowing is no reason to replace: it is planned in place, and stops if it turns out different.
#[tokio::test]
async fn what_an_existing_share_is_about_may_turn_out_different() {
    for (name, known) in [
        ("env", Value::string(OTHER_ENV)),
        ("source_type", Value::integer(1)),
    ] {
        let rig = Rig::start().await;
        let mut share = rig.share();
        share.converge(&config(&share, vec![])).await.unwrap();
        rig.sandbox.approve_all();
        rig.next_walk().await;
        let unknown = config(&share, vec![(name, Value::Unknown)]);
        let plan = share.plan(&unknown).await.unwrap();
        assert_eq!(plan.action, Action::Update);
        assert_eq!(plan.identity, share.identity, "that of what is there");
        let said = plan.said.clone().warnings(1);
        let warning = format!("`{name}` of an existing share is not known until apply");
        assert!(said.contains(&warning), "{said}");

        rig.next_walk().await;
        rig.sandbox.clear_calls();
        let settled = config(&share, vec![(name, known)]);
        let failed = share.apply_as(&plan, &settled).await.unwrap_err().text();
        let error = format!("`{name}` of an existing share turned out different");
        assert!(failed.contains(&error), "{failed}");
        assert_eq!(rig.sandbox.calls().len(), 0);
        assert_eq!(rig.bound(), [(ENV.to_owned(), A.to_owned())]);

        rig.next_walk().await;
        let plan = share.plan(&settled).await.unwrap();
        assert_eq!(plan.action, Action::Replace, "the next plan shows it");
        share.apply(&plan).await.unwrap().nothing();
        assert_eq!(appids(&share.state), [A]);
        share.assert_settled(&settled).await;
    }
}

#[tokio::test]
async fn validation_skips_what_is_unknown_and_checks_the_rest() {
    let rig = Rig::unconfigured().await;
    let share = rig.share();
    for (name, unknown, _) in cases() {
        share
            .validate(&config(&share, vec![(name, unknown)]))
            .await
            .unwrap()
            .nothing();
    }
    let all = [
        "env",
        "appids",
        "source_type",
        "confirmation_trigger",
        "confirmation_triggers",
        "on_refusal",
    ];
    let all = share.config(all.map(|name| (name, Value::Unknown)));
    share.validate(&all).await.unwrap().nothing();
    let bad = config(&share, vec![("appids", one_unknown(&["not-an-appid"]))]);
    let failed = share.validate(&bad).await.unwrap_err();
    assert!(failed.text().contains("not-an-appid"), "{}", failed.text());
}
