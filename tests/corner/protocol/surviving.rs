//! A panic in a handler, of each kind in turn: it becomes an error, and the process goes on serving.

use cloudbase::framework::Value;
use cloudbase::framework::value::{Type, msgpack};
use cloudbase::proto::tfplugin6 as pb;
use serde_json::json;

use crate::core::{Instance, within};
use crate::protocol::rig::{Rig, arguments, capabilities, errors, sent};

const NAME: &str = "corner_faulty";

/// The block of the types other than the resource.
fn block(panic_in: &str) -> Option<pb::DynamicValue> {
    let ty = Type::object([("panic_in", Type::String)]);
    sent(&Value::object([("panic_in", Value::string(panic_in))]), &ty)
}

#[allow(clippy::unnecessary_wraps)] // Requests take it like this.
fn json_state(json: &str) -> Option<pb::RawState> {
    Some(pb::RawState {
        json: json.as_bytes().to_vec(),
        ..Default::default()
    })
}

fn planted(diagnostics: &[pb::Diagnostic], place: &str) {
    let errors = errors(diagnostics);
    assert_eq!(errors.len(), 1, "{place}: {diagnostics:?}");
    assert!(
        errors[0].contains("panicked") && errors[0].contains("planted"),
        "{place}: {errors:?}"
    );
}

/// Calls an rpc, whose handler panics, and asserts what it answers.
macro_rules! panics {
    ($rig:ident, $method:ident, $place:expr, $request:expr) => {{
        let response = within($rig.core.client().$method($request)).await;
        planted(
            &response.diagnostics,
            concat!(stringify!($method), " ", $place),
        );
        response
    }};
}

async fn still_serves(rig: &Rig) {
    let mut thing = Instance::new(&rig.core, NAME);
    let config = thing.config(arguments(&json!({ "name": "fine" })));
    thing.converge(&config).await.expect("it is created");
    thing.converge(&Value::Null).await.expect("it is destroyed");
}

#[tokio::test]
async fn panics_in_the_provider_block_are_errors() {
    let rig = Rig::unconfigured().await;
    let ty = rig.core.provider.ty();
    let config = |place: &str| {
        sent(
            &rig.core
                .provider
                .config([("panic_in", Value::string(place))]),
            &ty,
        )
    };
    let request = pb::validate_provider_config::Request {
        config: config("validate"),
    };
    panics!(rig, validate_provider_config, "validate", request);
    let request = pb::configure_provider::Request {
        config: config("configure"),
        ..Default::default()
    };
    panics!(rig, configure_provider, "configure", request);
    rig.core
        .configure([])
        .await
        .expect("it is configured")
        .nothing();
    still_serves(&rig).await;
    rig.finish().await;
}

#[tokio::test]
async fn panics_of_resources_are_errors_and_state_stays() {
    let rig = Rig::start().await;
    let ty = rig.core.resource(NAME).ty();
    let instance = Instance::new(&rig.core, NAME);
    let config = |place: &str| {
        let arguments = json!({ "name": "a", "panic_in": place });
        sent(&instance.config(arguments_of(&arguments)), &ty)
    };
    let state = |place: &str| {
        let state = Value::object([
            ("id", Value::string("i")),
            ("name", Value::string("a")),
            ("panic_in", Value::string(place)),
        ]);
        sent(&state.conform(&ty).unwrap(), &ty)
    };
    let null = || sent(&Value::Null, &ty);
    let type_name = || NAME.to_owned();

    let request = pb::validate_resource_config::Request {
        type_name: type_name(),
        config: config("validate"),
        client_capabilities: capabilities(false),
    };
    panics!(rig, validate_resource_config, "validate", request);
    for place in ["plan", "planned_identity"] {
        let request = pb::plan_resource_change::Request {
            type_name: type_name(),
            prior_state: null(),
            proposed_new_state: config(place),
            config: config(place),
            ..Default::default()
        };
        panics!(rig, plan_resource_change, "plan", request);
    }
    let request = pb::plan_resource_change::Request {
        type_name: type_name(),
        prior_state: state("plan_destroy"),
        proposed_new_state: null(),
        config: null(),
        ..Default::default()
    };
    panics!(rig, plan_resource_change, "destroy", request);
    for (prior, planned) in [
        (null(), config("create")),
        (state("update"), config("update")),
        (state("delete"), null()),
    ] {
        let request = pb::apply_resource_change::Request {
            type_name: type_name(),
            prior_state: prior,
            planned_state: planned.clone(),
            config: planned,
            planned_private: b"i".to_vec(),
            ..Default::default()
        };
        let response = panics!(rig, apply_resource_change, "apply", request);
        // Which core takes as: what was there before is still there.
        assert_eq!(response.new_state, None);
    }
    let request = pb::read_resource::Request {
        type_name: type_name(),
        current_state: state("read"),
        ..Default::default()
    };
    panics!(rig, read_resource, "read", request);
    let request = pb::import_resource_state::Request {
        type_name: type_name(),
        id: "panic".to_owned(),
        ..Default::default()
    };
    panics!(rig, import_resource_state, "import", request);
    let request = pb::upgrade_resource_state::Request {
        type_name: type_name(),
        version: 0,
        raw_state: json_state(r#"{"panic_in": "upgrade"}"#),
    };
    panics!(rig, upgrade_resource_state, "upgrade", request);
    let request = pb::upgrade_resource_identity::Request {
        type_name: type_name(),
        version: 0,
        raw_identity: json_state(r#"{"key": "panic"}"#),
    };
    panics!(rig, upgrade_resource_identity, "identity", request);
    let request = pb::move_resource_state::Request {
        target_type_name: type_name(),
        source_state: json_state(r#"{"panic_in": "move"}"#),
        ..Default::default()
    };
    panics!(rig, move_resource_state, "move", request);
    still_serves(&rig).await;
    rig.finish().await;
}

fn arguments_of(json: &serde_json::Value) -> Vec<(&str, Value)> {
    arguments(json)
}

#[tokio::test]
async fn panics_of_every_other_type_are_errors() {
    let rig = Rig::start().await;
    let type_name = || NAME.to_owned();
    let request = pb::validate_data_resource_config::Request {
        type_name: type_name(),
        config: block("validate"),
    };
    panics!(rig, validate_data_resource_config, "", request);
    let request = pb::read_data_source::Request {
        type_name: type_name(),
        config: block("read"),
        ..Default::default()
    };
    panics!(rig, read_data_source, "", request);
    let request = pb::validate_ephemeral_resource_config::Request {
        type_name: type_name(),
        config: block("validate"),
    };
    panics!(rig, validate_ephemeral_resource_config, "", request);
    let request = pb::open_ephemeral_resource::Request {
        type_name: type_name(),
        config: block("open"),
        ..Default::default()
    };
    panics!(rig, open_ephemeral_resource, "", request);
    let request = pb::renew_ephemeral_resource::Request {
        type_name: type_name(),
        private: Some(b"renew".to_vec()),
    };
    panics!(rig, renew_ephemeral_resource, "", request);
    let request = pb::close_ephemeral_resource::Request {
        type_name: type_name(),
        private: Some(b"close".to_vec()),
    };
    panics!(rig, close_ephemeral_resource, "", request);
    let request = pb::validate_list_resource_config::Request {
        type_name: type_name(),
        config: block("validate"),
        ..Default::default()
    };
    panics!(rig, validate_list_resource_config, "", request);
    let request = pb::validate_action_config::Request {
        type_name: type_name(),
        config: block("validate"),
    };
    panics!(rig, validate_action_config, "", request);
    let request = pb::plan_action::Request {
        action_type: type_name(),
        config: block("plan"),
        ..Default::default()
    };
    panics!(rig, plan_action, "", request);

    let request = pb::call_function::Request {
        name: "faulty".to_owned(),
        arguments: vec![pb::DynamicValue {
            msgpack: msgpack::encode(&Value::Bool(true), &Type::Bool).unwrap(),
            json: Vec::new(),
        }],
    };
    let called = within(rig.core.client().call_function(request)).await;
    let text = called.error.expect("an error").text;
    assert!(text.contains("planted"), "{text}");
    still_serves(&rig).await;
    rig.finish().await;
}

/// A stream ends with an error, be it that the type panics or what is made of its results.
#[tokio::test]
async fn panics_of_streams_are_their_last_event() {
    let rig = Rig::start().await;
    for place in ["list", "identity"] {
        let request = pb::list_resource::Request {
            type_name: NAME.to_owned(),
            config: block(place),
            include_resource_object: true,
            limit: 10,
        };
        let mut stream = within(rig.core.client().list_resource(request)).await;
        let event = stream
            .message()
            .await
            .expect("no status")
            .expect("an event");
        planted(&event.diagnostic, place);
        assert!(stream.message().await.expect("no status").is_none());
    }
    let request = pb::invoke_action::Request {
        action_type: NAME.to_owned(),
        config: block("invoke"),
        ..Default::default()
    };
    let mut stream = within(rig.core.client().invoke_action(request)).await;
    let mut last = None;
    while let Some(event) = stream.message().await.expect("no status") {
        last = event.r#type;
    }
    let Some(pb::invoke_action::event::Type::Completed(completed)) = last else {
        panic!("{last:?} at the end");
    };
    planted(&completed.diagnostics, "invoke");
    still_serves(&rig).await;
    rig.finish().await;
}
