//! List resources (`terraform query`) and actions.

use cloudbase::framework::Value;
use cloudbase::framework::value::Type;
use cloudbase::proto::tfplugin6 as pb;
use serde_json::json;
use tonic::Status;

use crate::core::{Instance, undynamic, within};
use crate::protocol::rig::{Rig, arguments, capabilities, errors, identity_text, sent};

async fn drain<M>(mut stream: tonic::Streaming<M>) -> Result<Vec<M>, Status> {
    let mut all = Vec::new();
    while let Some(message) = stream.message().await? {
        all.push(message);
    }
    Ok(all)
}

async fn list(
    rig: &Rig,
    prefix: Value,
    include_resource_object: bool,
    limit: i64,
) -> Vec<pb::list_resource::Event> {
    let ty = Type::object([("prefix", Type::String)]);
    let config = sent(&Value::object([("prefix", prefix)]), &ty);
    let request = pb::validate_list_resource_config::Request {
        type_name: "corner_thing".to_owned(),
        config: config.clone(),
        ..Default::default()
    };
    let valid = within(rig.core.client().validate_list_resource_config(request)).await;
    assert_eq!(valid.diagnostics, []);
    let request = pb::list_resource::Request {
        type_name: "corner_thing".to_owned(),
        config,
        include_resource_object,
        limit,
    };
    drain(within(rig.core.client().list_resource(request)).await)
        .await
        .expect("no gRPC status")
}

#[tokio::test]
async fn a_query_streams_identities_and_objects_up_to_its_limit() {
    let rig = Rig::start().await;
    let mut created = Vec::new();
    for name in ["a1", "a2", "a3", "b1"] {
        let mut thing = Instance::new(&rig.core, "corner_thing");
        let config = thing.config(arguments(&json!({ "name": name })));
        thing.converge(&config).await.expect("it is created");
        created.push(thing.state);
    }
    let ty = rig.core.resource("corner_thing").ty();

    let all = list(&rig, Value::Null, true, 0).await;
    assert_eq!(all.len(), 4);
    for event in &all {
        assert_eq!(event.diagnostic, []);
        let object = undynamic(event.resource_object.as_ref(), &ty);
        assert!(created.contains(&object), "{object:?}");
        let id = object.attribute("id").as_str().unwrap().to_owned();
        assert_eq!(identity_text(event.identity.as_ref(), "id"), id);
        assert_eq!(
            Value::string(&event.display_name),
            *object.attribute("name")
        );
    }
    let some = list(&rig, Value::string("a"), false, 2).await;
    assert_eq!(some.len(), 2);
    assert!(some.iter().all(|event| event.resource_object.is_none()));

    let [warning] = &list(&rig, Value::string("warn"), false, 10).await[..] else {
        panic!("one event");
    };
    assert_eq!((&warning.identity, warning.diagnostic.len()), (&None, 1));
    rig.finish().await;
}

fn touch_type() -> Type {
    Type::object([("name", Type::String), ("times", Type::Number)])
}

fn touch(times: Value) -> Option<pb::DynamicValue> {
    let config = Value::object([("name", Value::string("door")), ("times", times)]);
    sent(&config, &touch_type())
}

#[tokio::test]
async fn an_action_is_planned_and_tells_how_far_it_is() {
    use pb::invoke_action::event::Type as Event;
    let rig = Rig::start().await;
    let plan = |times: Value| {
        let request = pb::plan_action::Request {
            action_type: "corner_touch".to_owned(),
            config: touch(times),
            client_capabilities: capabilities(false),
        };
        let mut client = rig.core.client();
        async move { within(client.plan_action(request)).await }
    };
    let refused = plan(Value::integer(0)).await;
    assert_eq!(errors(&refused.diagnostics), ["nothing to do"]);
    assert!(refused.diagnostics[0].attribute.is_some());
    for times in [Value::Unknown, Value::Null, Value::integer(40)] {
        assert_eq!(plan(times).await.diagnostics, []);
    }

    let request = pb::invoke_action::Request {
        action_type: "corner_touch".to_owned(),
        config: touch(Value::integer(40)),
        client_capabilities: capabilities(false),
    };
    let stream = within(rig.core.client().invoke_action(request)).await;
    let events = drain(stream).await.expect("no gRPC status");
    let events: Vec<_> = events
        .into_iter()
        .map(|event| event.r#type.expect("core panics"))
        .collect();
    let (last, lines) = events.split_last().expect("events");
    assert_eq!(lines.len(), 40);
    for (i, line) in (1..).zip(lines) {
        let Event::Progress(progress) = line else {
            panic!("{line:?} before the end");
        };
        assert_eq!(progress.message, format!("door, time {i}"));
    }
    let Event::Completed(completed) = last else {
        panic!("{last:?} at the end");
    };
    assert_eq!(completed.diagnostics.len(), 1);
    assert_eq!(errors(&completed.diagnostics), [""; 0]);
    rig.finish().await;
}

/// Renewals get the private data of the latest one, and the close that of the opening.
#[tokio::test]
async fn an_ephemeral_resource_is_renewed() {
    let rig = Rig::start().await;
    let ty = Type::object([
        ("name", Type::String),
        ("renew", Type::Bool),
        ("token", Type::String),
        ("holder", Type::object([("id", Type::Number)])),
    ]);
    let config = Value::object([
        ("name", Value::string("door")),
        ("renew", Value::Bool(true)),
    ]);
    let request = pb::open_ephemeral_resource::Request {
        type_name: "corner_lease".to_owned(),
        config: sent(&config.conform(&ty).unwrap(), &ty),
        client_capabilities: Some(pb::ClientCapabilities::default()),
    };
    let opened = within(rig.core.client().open_ephemeral_resource(request)).await;
    assert_eq!(opened.diagnostics, []);
    assert!(opened.renew_at.is_some());
    let result = undynamic(opened.result.as_ref(), &ty);
    assert_eq!(result.attribute("token"), &Value::string("token of door"));
    let mut private = opened.private.clone();
    for expected in ["renewed opened door", "renewed renewed opened door"] {
        let request = pb::renew_ephemeral_resource::Request {
            type_name: "corner_lease".to_owned(),
            private,
        };
        let renewed = within(rig.core.client().renew_ephemeral_resource(request)).await;
        assert!(renewed.renew_at.is_some());
        assert_eq!(renewed.private.as_deref(), Some(expected.as_bytes()));
        private = renewed.private;
    }
    let request = pb::close_ephemeral_resource::Request {
        type_name: "corner_lease".to_owned(),
        private: opened.private,
    };
    let closed = within(rig.core.client().close_ephemeral_resource(request)).await;
    assert_eq!(closed.diagnostics, []);
    rig.finish().await;
}
