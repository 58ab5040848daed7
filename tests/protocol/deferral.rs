//! A provider block with unknown values: deferred where the client takes that, else planned as well
//! as it can be (Terraform `internal/plans/deferring`).

use cloudbase::framework::Value;
use cloudbase::proto::tfplugin6 as pb;
use cloudbase::sandbox::Environment;

use crate::core::{Action, Core, capabilities, dynamic, undynamic, within};
use crate::rig::{A, B, ENV, Rig, share_config, texts};

const SHARE: &str = "cloudbase_env_share";

/// Every rpc that can be deferred, once; whether each was, by name.
async fn deferrals(
    core: &Core,
    state: &Value,
    allowed: bool,
) -> Vec<(&'static str, Option<pb::Deferred>, bool)> {
    let client_capabilities = Some(capabilities(allowed));
    let schema = core.resource(SHARE);
    let ty = schema.ty();
    let sent = |value: &Value| Some(dynamic(value, &ty));
    let config = schema.config([("env", Value::string(ENV)), ("appids", texts(&[A, B]))]);
    let has_errors = |diagnostics: &[pb::Diagnostic]| {
        let error = pb::diagnostic::Severity::Error;
        diagnostics.iter().any(|d| d.severity() == error)
    };
    let mut all = Vec::new();

    let request = pb::read_resource::Request {
        type_name: SHARE.to_owned(),
        current_state: sent(state),
        private: b"private".to_vec(),
        client_capabilities,
        ..Default::default()
    };
    let response = within(core.client().read_resource(request)).await;
    assert_eq!(undynamic(response.new_state.as_ref(), &ty), *state);
    assert_eq!(response.private, b"private");
    let failed = has_errors(&response.diagnostics);
    all.push(("ReadResource", response.deferred, failed));

    for prior in [&Value::Null, state] {
        let request = pb::plan_resource_change::Request {
            type_name: SHARE.to_owned(),
            prior_state: sent(prior),
            proposed_new_state: sent(&config),
            config: sent(&config),
            client_capabilities,
            ..Default::default()
        };
        let response = within(core.client().plan_resource_change(request)).await;
        let planned = undynamic(response.planned_state.as_ref(), &ty);
        assert_eq!(
            crate::core::plan_violations(schema, prior, &config, &planned),
            [""; 0]
        );
        let failed = has_errors(&response.diagnostics);
        all.push(("PlanResourceChange", response.deferred, failed));
    }
    let request = pb::plan_resource_change::Request {
        type_name: SHARE.to_owned(),
        prior_state: sent(state),
        proposed_new_state: sent(&Value::Null),
        config: sent(&Value::Null),
        client_capabilities,
        ..Default::default()
    };
    let response = within(core.client().plan_resource_change(request)).await;
    assert!(undynamic(response.planned_state.as_ref(), &ty).is_null());
    let failed = has_errors(&response.diagnostics);
    all.push(("PlanResourceChange", response.deferred, failed));

    let request = pb::import_resource_state::Request {
        type_name: SHARE.to_owned(),
        id: format!("{ENV}/{A}"),
        client_capabilities,
        identity: None,
    };
    let response = within(core.client().import_resource_state(request)).await;
    assert!(response.imported_resources.len() <= 1);
    for imported in &response.imported_resources {
        undynamic(imported.state.as_ref(), &ty);
    }
    let failed = has_errors(&response.diagnostics);
    all.push(("ImportResourceState", response.deferred, failed));

    let schema = &core.data_sources["cloudbase_env"].1;
    let config = schema.config([("env", Value::string(ENV))]);
    let request = pb::read_data_source::Request {
        type_name: "cloudbase_env".to_owned(),
        config: Some(dynamic(&config, &schema.ty())),
        provider_meta: None,
        client_capabilities,
    };
    let response = within(core.client().read_data_source(request)).await;
    if response.deferred.is_some() {
        let state = undynamic(response.state.as_ref(), &schema.ty());
        assert_eq!(state.attribute("env").as_str(), Some(ENV));
        assert!(state.attribute("alias").is_unknown());
    }
    let failed = has_errors(&response.diagnostics);
    all.push(("ReadDataSource", response.deferred, failed));

    let schema = &core.actions["cloudbase_convert_env"];
    let config = schema.config([("env", Value::string(ENV))]);
    let request = pb::plan_action::Request {
        action_type: "cloudbase_convert_env".to_owned(),
        config: Some(dynamic(&config, &schema.ty())),
        client_capabilities,
    };
    let response = within(core.client().plan_action(request)).await;
    let failed = has_errors(&response.diagnostics);
    all.push(("PlanAction", response.deferred, failed));
    all
}

async fn rig_with_a_share() -> (Rig, Value) {
    let rig = Rig::start().await;
    rig.sandbox.put_environment(Environment::new(ENV));
    let mut share = rig.share();
    share
        .converge(&share_config(&share, ENV, &[A]))
        .await
        .unwrap();
    assert_eq!(rig.sandbox.approve_all(), 1);
    rig.next_walk().await;
    share.refresh().await.unwrap().nothing();
    rig.sandbox.clear_calls();
    (rig, share.state)
}

const UNKNOWN: [&str; 4] = [
    "component_access_token",
    "endpoint",
    "request_timeout",
    "max_retries",
];

#[tokio::test]
async fn where_it_is_allowed_everything_is_deferred_and_nothing_is_asked() {
    let (rig, state) = rig_with_a_share().await;
    for unknown in UNKNOWN {
        rig.configure_unknown(unknown).await;
        for (rpc, deferred, failed) in deferrals(&rig.core, &state, true).await {
            let deferred = deferred.unwrap_or_else(|| panic!("{rpc} with unknown {unknown}"));
            assert_eq!(
                deferred.reason(),
                pb::deferred::Reason::ProviderConfigUnknown,
                "{rpc}"
            );
            assert!(!failed, "{rpc} with unknown {unknown}");
        }
    }
    assert_eq!(rig.sandbox.calls().len(), 0);
    rig.finish().await;
}

#[tokio::test]
async fn where_it_is_not_allowed_nothing_is_deferred_and_shares_are_planned() {
    let (rig, state) = rig_with_a_share().await;
    for unknown in UNKNOWN {
        rig.configure_unknown(unknown).await;
        for (rpc, deferred, failed) in deferrals(&rig.core, &state, false).await {
            assert_eq!(deferred, None, "{rpc} with unknown {unknown}");
            let may_fail = ["ImportResourceState", "ReadDataSource"].contains(&rpc);
            assert!(may_fail || !failed, "{rpc} with unknown {unknown}");
        }
    }
    rig.configure_unknown("component_access_token").await;
    rig.sandbox.clear_calls();
    let mut share = rig.share();
    share.state = state;
    share.identity = Value::object([
        ("env", Value::string(ENV)),
        ("appids", Value::List(vec![Value::string(A)])),
        ("source_type", Value::Null),
    ]);
    let plan = share
        .plan(&share_config(&share.clone(), ENV, &[A, B]))
        .await;
    assert_eq!(plan.unwrap().action, Action::Update);
    assert_eq!(
        rig.sandbox.calls().len(),
        0,
        "there is no token to ask with"
    );
    rig.finish().await;
}

/// The apply walk allows deferral: what was planned must not be deferred there.
#[tokio::test]
async fn with_a_known_provider_block_nothing_is_deferred() {
    let (rig, state) = rig_with_a_share().await;
    rig.configure_unknown("component_access_token").await;
    rig.next_walk().await;
    for allowed in [true, false] {
        for (rpc, deferred, failed) in deferrals(&rig.core, &state, allowed).await {
            assert_eq!((deferred, failed), (None, false), "{rpc}");
        }
    }
    rig.finish().await;
}

/// OpenTofu 1.11.0 to 1.11.3 allow deferrals in every call, and make an error of one.
#[tokio::test]
async fn an_opentofu_that_allows_but_does_not_take_them_is_not_deferred() {
    let (mut rig, state) = rig_with_a_share().await;
    for version in ["1.11.0", "1.11.0-rc1", "1.11.3"] {
        rig.core.version = version.to_owned();
        rig.configure_unknown("component_access_token").await;
        for (rpc, deferred, _) in deferrals(&rig.core, &state, true).await {
            assert_eq!(deferred, None, "{rpc} with {version}");
        }
    }
    for version in ["1.11.4", "1.11.30", "1.12.0"] {
        rig.core.version = version.to_owned();
        rig.configure_unknown("component_access_token").await;
        for (rpc, deferred, _) in deferrals(&rig.core, &state, true).await {
            assert!(deferred.is_some(), "{rpc} with {version}");
        }
    }
    rig.finish().await;
}

/// Its plans are plans, though they look like those of an apply.
#[tokio::test]
async fn the_plans_of_an_opentofu_that_allows_deferrals_are_compared() {
    let mut rig = Rig::unconfigured().await;
    let arguments = [
        ("endpoint", Value::string(rig.sandbox.url())),
        (
            "component_access_token",
            Value::string(rig.sandbox.component_token()),
        ),
    ];
    for (version, compared) in [("1.11.0", true), ("1.11.3", true), ("1.11.4", false)] {
        rig.core.version = version.to_owned();
        let configured = rig.core.configure_for_one_walk(arguments.clone()).await;
        configured.unwrap().nothing();
        let share = rig.share();
        let config = share_config(&share, ENV, &[A]);
        share.plan_in_walk(&config, true).await.unwrap();
        let second = rig.share().plan_in_walk(&config, true).await;
        assert_eq!(second.is_err(), compared, "{version}");
    }
    rig.finish().await;
}
