//! Resource identities, beyond what every step of every lifecycle is checked for: what they say,
//! that they follow, and importing by them.

use cloudbase::framework::Value;
use cloudbase::framework::value::json;
use cloudbase::proto::tfplugin6 as pb;
use cloudbase::sandbox::{Endpoint, TokenKind};

use crate::core::{Action, Instance, sort, within};
use crate::rig::{A, B, C, ENV, OTHER_ENV, Rig, appids, share_config, status, texts};

/// The identity of shares.
fn shares(env: &str, appids: &[&str], source_type: Option<i64>) -> Value {
    Value::object([
        ("env", Value::string(env)),
        (
            "appids",
            Value::List(appids.iter().map(|a| Value::string(*a)).collect()),
        ),
        (
            "source_type",
            source_type.map_or(Value::Null, Value::integer),
        ),
    ])
}

#[tokio::test]
async fn every_resource_has_one_with_what_an_import_needs() {
    let rig = Rig::unconfigured().await;
    let resources: Vec<_> = rig.core.resources.keys().collect();
    let identities: Vec<_> = rig.core.identities.keys().collect();
    assert_eq!(identities, resources);
    for (name, schema) in &rig.core.identities {
        assert_eq!(schema.version, 0, "{name}");
        let of_shares = [("appids", true), ("env", true), ("source_type", false)];
        let expected: Vec<_> = match name.as_str() {
            "cloudbase_auth_function" => vec![("envs", true), ("name", false)],
            "cloudbase_env_conversion" | "cloudbase_open_api_access" => vec![("env", true)],
            _ => of_shares.to_vec(),
        };
        let found: Vec<_> = schema
            .required
            .iter()
            .map(|(name, required)| (name.as_str(), *required))
            .collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[tokio::test]
async fn it_follows_the_appids() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    let config = share_config(&share, ENV, &[A, B]);
    let plan = share.plan(&config).await.unwrap();
    // In order, however they are written.
    assert_eq!(plan.identity, shares(ENV, &[B, A], None));
    share.apply(&plan).await.unwrap().nothing();
    assert_eq!(share.identity, shares(ENV, &[B, A], None));
    share.assert_settled(&config).await;

    let config = share_config(&share, ENV, &[A, C]);
    let plan = share.plan(&config).await.unwrap();
    assert_eq!(plan.identity, shares(ENV, &[A, C], None));
    share.apply(&plan).await.unwrap().nothing();
    assert_eq!(share.identity, shares(ENV, &[A, C], None));

    // What goes behind Terraform's back leaves it, too.
    rig.sandbox.approve_all();
    rig.next_walk().await;
    share.refresh().await.unwrap().nothing();
    assert!(rig.sandbox.unbind(ENV, C, None));
    rig.next_walk().await;
    share.refresh().await.unwrap().nothing();
    assert_eq!(share.identity, shares(ENV, &[A], None));
}

#[tokio::test]
async fn a_replacement_has_a_new_one() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    share
        .converge(&share_config(&share, ENV, &[A]))
        .await
        .unwrap();
    let config = share.config([
        ("env", Value::string(OTHER_ENV)),
        ("appids", texts(&[A])),
        ("source_type", Value::integer(1)),
    ]);
    let plan = share.plan(&config).await.unwrap();
    assert_eq!(plan.action, Action::Replace);
    assert_eq!(plan.identity, shares(OTHER_ENV, &[A], Some(1)));
    share.apply(&plan).await.unwrap().nothing();
    assert_eq!(share.identity, shares(OTHER_ENV, &[A], Some(1)));
}

/// The identity of what is replaced is not the identity of what replaces it.
#[tokio::test]
async fn a_plan_that_cannot_know_it_promises_none() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    let unknown_env =
        |share: &Instance| share.config([("env", Value::Unknown), ("appids", texts(&[A]))]);
    let plan = share.plan(&unknown_env(&share)).await.unwrap();
    assert_eq!(
        (plan.action, &plan.identity),
        (Action::Create, &Value::Null)
    );

    share
        .converge(&share_config(&share, ENV, &[A]))
        .await
        .unwrap();
    let plan = share.plan(&unknown_env(&share)).await.unwrap();
    assert_eq!(plan.action, Action::Update);
    assert_eq!(
        plan.identity,
        shares(ENV, &[A], None),
        "it stays, or the apply stops"
    );

    let unknown_appids = share.config([("env", Value::string(ENV)), ("appids", Value::Unknown)]);
    let plan = share.plan(&unknown_appids).await.unwrap();
    assert_eq!(plan.action, Action::Update);
    assert_eq!(plan.identity, Value::Null, "it follows the appids");
    let config = share_config(&share, ENV, &[A, B]);
    share.apply_as(&plan, &config).await.unwrap().nothing();
    assert_eq!(share.identity, shares(ENV, &[B, A], None));
}

#[tokio::test]
async fn partial_results_have_it() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    // Half a create: the configured appids, of which one has failed.
    rig.sandbox.refuse_appid(Endpoint::Share, B, "not today");
    let config = share_config(&share, ENV, &[A, B]);
    let plan = share.plan(&config).await.unwrap();
    share.apply(&plan).await.unwrap().warnings(1);
    assert_eq!(status(&share.state, B), "failed");
    assert_eq!(share.identity, shares(ENV, &[B, A], None));
    rig.next_walk().await;
    share.refresh().await.unwrap().nothing();
    assert_eq!(share.identity, shares(ENV, &[A], None));

    // Half an update: A goes, C comes, B does not come.
    rig.sandbox.approve_all();
    let config = share_config(&share, ENV, &[B, C]);
    share.converge(&config).await.unwrap_err();
    assert_eq!(appids(&share.state), [C]);
    assert_eq!(share.identity, shares(ENV, &[C], None));

    // Half a delete.
    rig.sandbox.allow_appid(Endpoint::Share, B);
    share.converge(&config).await.unwrap();
    rig.sandbox.approve_all();
    rig.sandbox.refuse_appid(Endpoint::Unshare, C, "not today");
    share.converge(&Value::Null).await.unwrap_err();
    assert_eq!(appids(&share.state), [C]);
    assert_eq!(share.identity, shares(ENV, &[C], None));

    // An update that fails altogether keeps it.
    rig.sandbox
        .rotate_token(TokenKind::Component, std::time::Duration::ZERO);
    let plan = share
        .plan_only(&share_config(&share, ENV, &[A, C]))
        .await
        .unwrap();
    share.apply(&plan).await.unwrap_err();
    assert_eq!(share.identity, shares(ENV, &[C], None));
}

#[tokio::test]
async fn shares_are_imported_by_it_in_any_order() {
    let rig = Rig::start().await;
    for appid in [A, B] {
        rig.sandbox.bind(ENV, appid, None);
        rig.sandbox.bind(OTHER_ENV, appid, 1);
    }
    for order in [[A, B], [B, A]] {
        let mut share = rig.share();
        let identity = shares(ENV, &order, None);
        share.import_by_identity(&identity).await.unwrap().nothing();
        assert_eq!(share.identity, shares(ENV, &[B, A], None));
        let config = share_config(&share, ENV, &[A, B]);
        share.assert_settled(&config).await;
    }
    let mut share = rig.share();
    let identity = shares(OTHER_ENV, &[A, B], Some(1));
    share.import_by_identity(&identity).await.unwrap().nothing();
    let config = share.config([
        ("env", Value::string(OTHER_ENV)),
        ("appids", texts(&[A, B])),
        ("source_type", Value::integer(1)),
    ]);
    share.assert_settled(&config).await;

    let mut confirmation = Instance::new(&rig.core, "cloudbase_env_share_confirmation");
    let identity = shares(ENV, &[A, B], None);
    confirmation
        .import_by_identity(&identity)
        .await
        .unwrap()
        .nothing();
    let config = confirmation.config([("env", Value::string(ENV)), ("appids", texts(&[A, B]))]);
    confirmation.assert_settled(&config).await;

    let mut conversion = Instance::new(&rig.core, "cloudbase_env_conversion");
    let identity = Value::object([("env", Value::string(ENV))]);
    conversion
        .import_by_identity(&identity)
        .await
        .unwrap()
        .nothing();
    let config = conversion.config([("env", Value::string(ENV))]);
    conversion.assert_settled(&config).await;
}

#[tokio::test]
async fn an_identity_of_nothing_is_refused_with_words() {
    let rig = Rig::start().await;
    rig.sandbox.bind(ENV, A, None);
    for name in ["cloudbase_env_share", "cloudbase_env_share_confirmation"] {
        for (identity, says) in [
            (shares("not an id", &[A], None), "not an id"),
            (shares(ENV, &["wxnot"], None), "wxnot"),
            (shares(ENV, &[], None), "appid"),
        ] {
            let mut instance = Instance::new(&rig.core, name);
            let failed = instance.import_by_identity(&identity).await.unwrap_err();
            let said = failed.text();
            assert!(said.contains(says), "{name}: {said}");
            assert!(!said.contains("mistake in the provider"), "{name}: {said}");
        }
    }
    let mut share = rig.share();
    let failed = share
        .import_by_identity(&shares(ENV, &[A, B], None))
        .await
        .unwrap_err();
    assert!(failed.text().contains(B), "{}", failed.text());

    let request = pb::import_resource_state::Request {
        type_name: "cloudbase_env_share".to_owned(),
        ..Default::default()
    };
    let response = within(rig.core.client().import_resource_state(request)).await;
    let failed = sort(response.diagnostics, None).unwrap_err();
    assert!(failed.text().contains("identity"), "{}", failed.text());
    rig.finish().await;
}

#[tokio::test]
async fn one_of_the_same_version_is_upgraded_to_itself() {
    let rig = Rig::unconfigured().await;
    for (name, identity) in [
        ("cloudbase_env_share", shares(ENV, &[B, A], Some(1))),
        ("cloudbase_env_share_confirmation", shares(ENV, &[A], None)),
        (
            "cloudbase_env_conversion",
            Value::object([("env", Value::string(ENV))]),
        ),
        (
            "cloudbase_open_api_access",
            Value::object([("env", Value::string(ENV))]),
        ),
    ] {
        let schema = &rig.core.identities[name];
        let upgrade = |version| pb::upgrade_resource_identity::Request {
            type_name: name.to_owned(),
            version,
            raw_identity: Some(pb::RawState {
                json: json::encode(&identity, &schema.ty).unwrap(),
                ..Default::default()
            }),
        };
        let client = || rig.core.client();
        let response = within(client().upgrade_resource_identity(upgrade(0))).await;
        sort(response.diagnostics, None).unwrap().nothing();
        let upgraded = schema.received(response.upgraded_identity.as_ref());
        assert_eq!(upgraded, identity);
        let response = within(client().upgrade_resource_identity(upgrade(7))).await;
        let failed = sort(response.diagnostics, None).unwrap_err();
        assert!(failed.text().contains('7'), "{}", failed.text());
        assert_eq!(response.upgraded_identity, None);
    }
}
