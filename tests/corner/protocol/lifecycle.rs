//! The life of every resource type, with core's checks.

use cloudbase::framework::Value;
use serde_json::{Value as Json, json};

use crate::core::{Action, Instance};
use crate::protocol::rig::{Rig, arguments};

/// Configurations that follow each other, with what leads to each.
type Life = Vec<(Json, Action)>;

/// A life of each resource type.
pub(super) fn lives() -> [(&'static str, Life); 6] {
    [
        ("corner_plain", plain()),
        ("corner_nested", nested()),
        ("corner_blocks", blocks()),
        ("corner_rules", rules()),
        ("corner_thing", thing()),
        ("corner_renamed", renamed()),
    ]
}

fn part(name: &str, zone: &str) -> Json {
    json!({ "name": name, "zone": zone })
}

fn with_secret() -> Json {
    json!({ "name": "a", "zone": "z", "hidden_wo": "hush" })
}

fn plain() -> Life {
    vec![
        (json!({}), Action::Create),
        (
            json!({
                "text": "a", "number": 0.1, "flag": true, "list": ["a", null],
                "matrix": [[1, 2.5], []], "set": [2, 1],
                "object_set": [{ "name": "a", "sizes": [1] }, { "name": "b", "sizes": null }],
                "map": { "k": "v" }, "set_map": { "k": [true] },
                "object": { "name": "a", "sizes": [1] }, "tuple": ["a", 1, [true]],
                "dynamic": { "deep": [1, "a", null] },
            }),
            Action::Update,
        ),
        (json!({ "dynamic": "text", "set": [] }), Action::Update),
    ]
}

fn nested() -> Life {
    let secret = with_secret();
    vec![
        (json!({}), Action::Create),
        (
            json!({
                "one": secret, "list": [secret, part("b", "y")],
                "set": [part("a", "z"), part("b", "z")], "map": { "k": secret },
                "deep": [{ "by_key": { "k": { "one": secret, "bag": [part("a", "z")], "any": ["x"] } } }],
                "maybe": { "name": "mine" },
            }),
            Action::Update,
        ),
        (
            json!({
                "one": secret, "list": [secret, part("b", "x")],
                "set": [part("a", "z"), part("c", "z")], "map": {},
                "deep": [{ "by_key": { "k": { "one": part("c", "z"), "bag": [] } } }],
            }),
            Action::Replace,
        ),
        (
            json!({ "set": [part("a", "y"), part("c", "z")] }),
            Action::Replace,
        ),
        (json!({ "preset": { "name": "other" } }), Action::Update),
    ]
}

fn blocks() -> Life {
    let secret = with_secret();
    let inner = |name: &str, zone: &str| {
        json!({
            "name": "a", "zone": "z", "hidden_wo": "hush",
            "inner": { "k": { "name": name, "bag": [part("a", zone), part("b", "z")] } },
        })
    };
    vec![
        (json!({}), Action::Create),
        (
            json!({
                "one": secret, "together": secret, "many": [inner("a", "z"), inner("b", "z")],
                "labelled": { "k": secret }, "bag": [part("a", "z"), part("b", "z")],
            }),
            Action::Replace,
        ),
        (
            json!({
                "one": secret, "together": secret, "many": [inner("c", "y")],
                "labelled": { "k": part("b", "z") }, "bag": [part("a", "z")],
            }),
            Action::Replace,
        ),
        (
            json!({
                "one": secret, "together": secret, "many": [inner("d", "y")],
                "labelled": { "l": part("b", "z") }, "bag": [part("a", "z")],
            }),
            Action::Update,
        ),
    ]
}

fn rules() -> Life {
    vec![
        (
            json!({ "zone": "z", "name": "MiXed", "document": "{ \"a\": 1 }", "secret_wo": "hush" }),
            Action::Create,
        ),
        (
            json!({ "zone": "z", "name": "mixed", "document": "{\"a\":1}", "secret_wo": "more" }),
            Action::NoOp,
        ),
        (
            json!({ "zone": "z", "name": "other", "size": 8, "place": "mine" }),
            Action::Update,
        ),
        (json!({ "zone": "y", "labels": {} }), Action::Replace),
    ]
}

fn thing() -> Life {
    vec![
        (json!({ "name": "a", "tags": ["x"] }), Action::Create),
        (json!({ "name": "b", "tags": [] }), Action::Update),
    ]
}

fn renamed() -> Life {
    vec![
        (json!({ "name": "a" }), Action::Create),
        (json!({ "name": "b" }), Action::Update),
    ]
}

#[tokio::test]
async fn every_life_satisfies_core() {
    let rig = Rig::start().await;
    for (name, stages) in lives() {
        let mut instance = Instance::new(&rig.core, name);
        for (i, (stage, action)) in stages.iter().enumerate() {
            let config = instance.config(arguments(stage));
            match instance.converge(&config).await {
                Ok(done) => assert_eq!(done, *action, "{name}, stage {i}"),
                Err(failed) => panic!("{name}, stage {i}: {}", failed.text()),
            }
            instance.assert_settled(&config).await;

            let id = instance.state.attribute("id").as_str().expect("an id");
            let mut imported = Instance::new(&rig.core, name);
            imported.import(id).await.expect("it is there").nothing();
            // A spelling that only the configuration knows cannot be imported.
            if name != "corner_rules" {
                assert_eq!(imported.state, instance.state, "{name}, stage {i}");
            }
            imported.assert_settled(&config).await;
        }
        instance
            .converge(&Value::Null)
            .await
            .expect("it is destroyed");
        assert!(instance.state.is_null());
    }
    rig.finish().await;
}

/// Every argument is unknown in the plan and known in the apply, and the plan stands.
#[tokio::test]
async fn every_life_satisfies_core_with_unknown_values() {
    let rig = Rig::start().await;
    for (name, stages) in lives() {
        let arguments_of = |stage: &Json| -> Vec<(String, Json)> {
            let entries = stage.as_object().expect("an object").clone();
            entries.into_iter().collect()
        };
        for (stage, _) in &stages {
            for (argument, value) in arguments_of(stage) {
                // A block is unknown only as part of an unknown `dynamic` block.
                let unknown = if name == "corner_blocks" {
                    with_unknown_leaves(&value)
                } else {
                    json!("?")
                };
                let mut partly = stage.clone();
                partly[&argument] = unknown;
                let mut instance = Instance::new(&rig.core, name);
                let config = instance.config(arguments(&partly));
                let plan = match instance.plan(&config).await {
                    Ok(plan) => plan,
                    Err(failed) => panic!("{name}.{argument}: {}", failed.text()),
                };
                let config = instance.config(arguments(stage));
                if let Err(failed) = instance.apply_as(&plan, &config).await {
                    panic!("{name}.{argument}: {}", failed.text());
                }
                instance.assert_settled(&config).await;
            }
        }
    }
    rig.finish().await;
}

/// The same with every text unknown, but for names, by which elements of sets are told apart.
fn with_unknown_leaves(json: &Json) -> Json {
    match json {
        Json::String(_) => json!("?"),
        Json::Array(elements) => elements.iter().map(with_unknown_leaves).collect(),
        Json::Object(entries) => entries
            .iter()
            .map(|(key, value)| match key.as_str() {
                "name" => (key.clone(), value.clone()),
                _ => (key.clone(), with_unknown_leaves(value)),
            })
            .collect(),
        other => other.clone(),
    }
}
