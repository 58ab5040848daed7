//! Operations that wait until the provider's configuration is known.

use cloudbase::framework::Value;
use cloudbase::framework::value::Type;
use cloudbase::proto::tfplugin6 as pb;
use serde_json::json;

use crate::core::{Instance, plan_violations, undynamic, unknown_paths, within};
use crate::protocol::rig::{Rig, arguments, capabilities, sent};

fn assert_deferred(deferred: Option<pb::Deferred>, name: &str) {
    let reason = deferred.map(|deferred| deferred.reason());
    let expected = pb::deferred::Reason::ProviderConfigUnknown;
    assert_eq!(reason, Some(expected), "{name}");
}

#[tokio::test]
async fn everything_is_deferred_where_that_is_allowed_and_done_where_not() {
    let rig = Rig::unconfigured().await;
    let dir = tempfile::tempdir().unwrap();
    let store = Value::string(dir.path().join("store.json").display().to_string());
    let configure = async |token: Value| {
        let arguments = [("store", store.clone()), ("token", token)];
        let configured = rig.core.configure(arguments).await;
        configured.expect("it is configured").nothing();
    };
    configure(Value::Unknown).await;
    let client = || rig.core.client();
    let name = "corner_thing".to_owned();
    let schema = rig.core.resource(&name);
    let ty = schema.ty();
    let mut instance = Instance::new(&rig.core, &name);
    let config = instance.config(arguments(&json!({ "name": "a" })));

    let request = pb::plan_resource_change::Request {
        type_name: name.clone(),
        prior_state: sent(&Value::Null, &ty),
        proposed_new_state: sent(&config, &ty),
        config: sent(&config, &ty),
        client_capabilities: capabilities(true),
        ..Default::default()
    };
    let planned = within(client().plan_resource_change(request)).await;
    let plan = undynamic(planned.planned_state.as_ref(), &ty);
    assert_eq!(
        plan_violations(schema, &Value::Null, &config, &plan),
        [""; 0]
    );
    assert!(plan.attribute("id").is_unknown());
    assert_deferred(planned.deferred, "plan");

    // Not allowed: done as well as it can be. In the apply the configuration is known.
    let planned = instance.plan(&config).await.expect("it is planned");
    configure(Value::Null).await;
    instance.apply(&planned).await.expect("it is created");
    configure(Value::Unknown).await;
    instance.assert_settled(&config).await;
    let id = instance.state.attribute("id").as_str().unwrap().to_owned();

    let request = pb::read_resource::Request {
        type_name: name.clone(),
        current_state: sent(&instance.state, &ty),
        private: id.as_bytes().to_vec(),
        client_capabilities: capabilities(true),
        ..Default::default()
    };
    let read = within(client().read_resource(request)).await;
    assert_eq!(undynamic(read.new_state.as_ref(), &ty), instance.state);
    assert_eq!(read.private, id.as_bytes());
    assert_deferred(read.deferred, "read");

    let request = pb::import_resource_state::Request {
        type_name: name.clone(),
        id,
        client_capabilities: capabilities(true),
        identity: None,
    };
    let imported = within(client().import_resource_state(request)).await;
    assert_eq!(imported.imported_resources.len(), 1);
    assert_deferred(imported.deferred, "import");

    let ty = rig.core.data_sources["corner_echo"].1.ty();
    let config = rig.core.data_sources["corner_echo"]
        .1
        .config([("text", Value::string("a"))]);
    let request = pb::read_data_source::Request {
        type_name: "corner_echo".to_owned(),
        config: sent(&config, &ty),
        provider_meta: None,
        client_capabilities: capabilities(true),
    };
    let read = within(client().read_data_source(request)).await;
    let state = undynamic(read.state.as_ref(), &ty);
    assert_eq!(state.attribute("text"), &Value::string("a"));
    assert!(!unknown_paths(&state).is_empty());
    assert_deferred(read.deferred, "data");

    let ty = Type::object([("name", Type::String), ("times", Type::Number)]);
    let config = Value::object([("name", Value::Unknown), ("times", Value::Null)]);
    let request = pb::plan_action::Request {
        action_type: "corner_touch".to_owned(),
        config: sent(&config, &ty),
        client_capabilities: capabilities(true),
    };
    let planned = within(client().plan_action(request)).await;
    assert_deferred(planned.deferred, "action");
    rig.finish().await;
}
