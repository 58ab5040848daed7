//! Resource identities, and state that moves with one.

use cloudbase::framework::Value;
use cloudbase::proto::tfplugin6 as pb;
use serde_json::json;

use crate::core::{Instance, proposed_new, undynamic, within};
use crate::protocol::rig::{
    Rig, arguments, capabilities, errors, identity, identity_text, sent, stored, warnings,
};

async fn plan(
    rig: &Rig,
    name: &str,
    prior: &Value,
    config: &Value,
    prior_identity: Option<pb::ResourceIdentityData>,
) -> pb::plan_resource_change::Response {
    let schema = rig.core.resource(name);
    let ty = schema.ty();
    let id = prior.attribute("id").as_str().unwrap_or_default();
    let request = pb::plan_resource_change::Request {
        type_name: name.to_owned(),
        prior_state: sent(prior, &ty),
        proposed_new_state: sent(&proposed_new(schema, prior, config), &ty),
        config: sent(config, &ty),
        prior_private: id.as_bytes().to_vec(),
        prior_identity,
        client_capabilities: capabilities(false),
        ..Default::default()
    };
    within(rig.core.client().plan_resource_change(request)).await
}

async fn apply(
    rig: &Rig,
    name: &str,
    prior: &Value,
    config: &Value,
    plan: pb::plan_resource_change::Response,
) -> pb::apply_resource_change::Response {
    let ty = rig.core.resource(name).ty();
    let request = pb::apply_resource_change::Request {
        type_name: name.to_owned(),
        prior_state: sent(prior, &ty),
        planned_state: plan.planned_state,
        config: sent(config, &ty),
        planned_private: plan.planned_private,
        planned_identity: plan.planned_identity,
        ..Default::default()
    };
    within(rig.core.client().apply_resource_change(request)).await
}

/// Creates an object, and returns its state and identity.
async fn create(rig: &Rig, name: &str, called: &str) -> (Value, pb::ResourceIdentityData) {
    let instance = Instance::new(&rig.core, name);
    let config = instance.config(arguments(&json!({ "name": called })));
    let planned = plan(rig, name, &Value::Null, &config, None).await;
    let applied = apply(rig, name, &Value::Null, &config, planned).await;
    assert_eq!(applied.diagnostics, []);
    let state = undynamic(applied.new_state.as_ref(), &rig.core.resource(name).ty());
    (state, applied.new_identity.expect("an identity"))
}

#[tokio::test]
async fn the_schemas_are_flat_and_of_resources_that_exist() {
    let rig = Rig::start().await;
    let request = pb::get_resource_identity_schemas::Request {};
    let schemas = within(rig.core.client().get_resource_identity_schemas(request)).await;
    let mut names: Vec<_> = schemas.identity_schemas.keys().cloned().collect();
    names.sort();
    assert_eq!(
        names,
        [
            "corner_faulty",
            "corner_renamed",
            "corner_shifty",
            "corner_strict",
            "corner_thing"
        ]
    );
    for (name, schema) in &schemas.identity_schemas {
        assert!(rig.core.resources.contains_key(name));
        assert_eq!(schema.version, 1);
        for attribute in &schema.identity_attributes {
            assert_eq!(attribute.r#type, b"\"string\"");
            assert!(attribute.required_for_import != attribute.optional_for_import);
        }
    }
    rig.finish().await;
}

#[tokio::test]
async fn an_identity_is_planned_when_it_is_known_and_echoed_ever_after() {
    let rig = Rig::start().await;
    let instance = Instance::new(&rig.core, "corner_renamed");
    let config = instance.config(arguments(&json!({ "name": "a" })));
    let planned = plan(&rig, "corner_renamed", &Value::Null, &config, None).await;
    assert_eq!(
        identity_text(planned.planned_identity.as_ref(), "name"),
        "a"
    );

    // The id of a thing is not known before it is there.
    let planned = plan(&rig, "corner_thing", &Value::Null, &config, None).await;
    assert_eq!(planned.planned_identity, None);
    // Not even if core sends the identity of the object that is replaced.
    let old = Some(identity(&[("id", "old")]));
    let planned = plan(&rig, "corner_thing", &Value::Null, &config, old).await;
    assert_eq!(planned.planned_identity, None);

    let (state, identity) = create(&rig, "corner_thing", "a").await;
    let id = state.attribute("id").as_str().unwrap().to_owned();
    assert_eq!(identity_text(Some(&identity), "id"), id);
    let read = pb::read_resource::Request {
        type_name: "corner_thing".to_owned(),
        current_state: sent(&state, &rig.core.resource("corner_thing").ty()),
        private: id.as_bytes().to_vec(),
        current_identity: Some(identity.clone()),
        client_capabilities: capabilities(false),
        ..Default::default()
    };
    let read = within(rig.core.client().read_resource(read)).await;
    assert_eq!(read.diagnostics, []);
    assert_eq!(read.new_identity.as_ref(), Some(&identity));
    assert_eq!(read.private, id.as_bytes());
    let update = plan(
        &rig,
        "corner_thing",
        &state,
        &config,
        Some(identity.clone()),
    )
    .await;
    assert_eq!(update.planned_identity, Some(identity));
    rig.finish().await;
}

#[tokio::test]
async fn only_some_identities_may_change() {
    let rig = Rig::start().await;
    for (name, may_change) in [("corner_renamed", true), ("corner_shifty", false)] {
        let (state, identity) = create(&rig, name, "a").await;
        let instance = Instance::new(&rig.core, name);
        let config = instance.config(arguments(&json!({ "name": "b" })));
        let planned = plan(&rig, name, &state, &config, Some(identity.clone())).await;
        if may_change {
            assert_eq!(errors(&planned.diagnostics), [""; 0]);
            let applied = apply(&rig, name, &state, &config, planned).await;
            assert_eq!(errors(&applied.diagnostics), [""; 0]);
            assert_eq!(identity_text(applied.new_identity.as_ref(), "name"), "b");
            continue;
        }
        let summary = format!("the identity of {name} has changed");
        assert_eq!(errors(&planned.diagnostics), [summary.as_str()]);
        // An apply that changes it nevertheless says so, and loses nothing.
        let planned = plan(&rig, name, &state, &config, None).await;
        let planned = pb::plan_resource_change::Response {
            planned_identity: Some(identity),
            ..planned
        };
        let applied = apply(&rig, name, &state, &config, planned).await;
        assert_eq!(errors(&applied.diagnostics), [summary]);
        let ty = rig.core.resource(name).ty();
        let new = undynamic(applied.new_state.as_ref(), &ty);
        assert_eq!(new.attribute("name"), &Value::string("b"));
        assert!(!applied.private.is_empty());
    }
    rig.finish().await;
}

#[tokio::test]
async fn an_object_is_imported_by_its_identity() {
    let rig = Rig::start().await;
    let (state, identity) = create(&rig, "corner_thing", "a").await;
    let import = |identity: pb::ResourceIdentityData, name: &str| {
        let request = pb::import_resource_state::Request {
            type_name: name.to_owned(),
            id: String::new(),
            client_capabilities: capabilities(false),
            identity: Some(identity),
        };
        let mut client = rig.core.client();
        async move { within(client.import_resource_state(request)).await }
    };
    let imported = import(identity.clone(), "corner_thing").await;
    assert_eq!(
        warnings(&imported.diagnostics),
        ["told of import by identity"]
    );
    let [object] = imported.imported_resources.as_slice() else {
        panic!("one object is imported");
    };
    let ty = rig.core.resource("corner_thing").ty();
    assert_eq!(undynamic(object.state.as_ref(), &ty), state);
    assert_eq!(object.identity, Some(identity.clone()));
    let id = state.attribute("id").as_str().unwrap();
    assert_eq!(object.private, id.as_bytes());

    let none = import(super::rig::identity(&[("id", "none")]), "corner_thing").await;
    assert_eq!(errors(&none.diagnostics), ["there is no such object"]);
    let without = import(identity, "corner_plain").await;
    assert_eq!(
        errors(&without.diagnostics),
        ["corner_plain has no identity to import by"]
    );
    rig.finish().await;
}

#[tokio::test]
async fn identities_are_upgraded_and_move_with_state() {
    let rig = Rig::unconfigured().await;
    let request = pb::upgrade_resource_identity::Request {
        type_name: "corner_thing".to_owned(),
        version: 0,
        raw_identity: Some(pb::RawState {
            json: br#"{"key": "old"}"#.to_vec(),
            ..Default::default()
        }),
    };
    let upgraded = within(rig.core.client().upgrade_resource_identity(request)).await;
    assert_eq!(upgraded.diagnostics, []);
    assert_eq!(
        identity_text(upgraded.upgraded_identity.as_ref(), "id"),
        "old"
    );

    let ty = rig.core.resource("corner_renamed").ty();
    let source = Value::object([("id", Value::string("i")), ("name", Value::string("n"))]);
    let request = pb::move_resource_state::Request {
        source_provider_address: "registry.terraform.io/wxopen/corner".to_owned(),
        source_type_name: "corner_renamed".to_owned(),
        source_schema_version: 1,
        source_state: Some(stored(&source.conform(&ty).unwrap(), &ty)),
        target_type_name: "corner_thing".to_owned(),
        source_private: b"i".to_vec(),
        source_identity: Some(pb::RawState {
            json: br#"{"name": "n"}"#.to_vec(),
            ..Default::default()
        }),
        source_identity_schema_version: 1,
    };
    let moved = within(rig.core.client().move_resource_state(request.clone())).await;
    assert_eq!(warnings(&moved.diagnostics), ["told of move"]);
    assert_eq!(moved.target_private, b"i");
    let ty = rig.core.resource("corner_thing").ty();
    let target = undynamic(moved.target_state.as_ref(), &ty);
    assert_eq!(target.attribute("name"), &Value::string("n"));
    assert_eq!(identity_text(moved.target_identity.as_ref(), "id"), "i");

    for (source, target, text) in [
        (
            "corner_rules",
            "corner_thing",
            "corner_rules cannot become corner_thing",
        ),
        (
            "corner_renamed",
            "corner_plain",
            "moving state of another resource type",
        ),
    ] {
        let request = pb::move_resource_state::Request {
            source_type_name: source.to_owned(),
            target_type_name: target.to_owned(),
            ..request.clone()
        };
        let moved = within(rig.core.client().move_resource_state(request)).await;
        assert_eq!(moved.target_state, None);
        assert!(errors(&moved.diagnostics)[0].contains(text), "{moved:?}");
    }
    rig.finish().await;
}
