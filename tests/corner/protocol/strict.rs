//! What a schema alone rules out: null where there has to be a value, values that only the provider
//! sets, fractions of whole numbers. Every rpc that is given a configuration refuses it, for every
//! kind of type and at every depth, before the type itself is called.

use cloudbase::framework::Value;
use cloudbase::proto::tfplugin6 as pb;
use cloudbase::proto::tfplugin6::attribute_path::step::Selector;
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::core::{dynamic, undynamic, within};
use crate::protocol::rig::{Rig, arguments, capabilities};

const NAME: &str = "corner_strict";

/// Errors as (summary, path), in the order of their text.
type Errors = Vec<(String, String)>;

fn errors(diagnostics: &[pb::Diagnostic]) -> Errors {
    let mut errors: Vec<_> = diagnostics
        .iter()
        .map(|diagnostic| {
            assert_eq!(diagnostic.severity(), pb::diagnostic::Severity::Error);
            assert!(!diagnostic.detail.contains("mistake"), "{diagnostic:?}");
            (diagnostic.summary.clone(), path(diagnostic))
        })
        .collect();
    errors.sort();
    errors
}

fn path(diagnostic: &pb::Diagnostic) -> String {
    let steps = diagnostic.attribute.iter().flat_map(|path| &path.steps);
    let text = steps.map(|step| match &step.selector {
        Some(Selector::AttributeName(name)) => format!(".{name}"),
        Some(Selector::ElementKeyInt(index)) => format!("[{index}]"),
        Some(Selector::ElementKeyString(key)) => format!("[{key}]"),
        None => "nothing".to_owned(),
    });
    text.collect::<String>().trim_start_matches('.').to_owned()
}

/// A process, and the file in which its objects live.
struct Strict {
    rig: Rig,
    dir: TempDir,
}

impl Strict {
    async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let rig = Rig::unconfigured().await;
        let store = Value::string(dir.path().join("store.json").display().to_string());
        let configured = rig.core.configure([("store", store)]).await;
        configured.expect("it is configured").nothing();
        Self { rig, dir }
    }

    /// What the provider's types have done.
    fn done(&self) -> Option<String> {
        std::fs::read_to_string(self.dir.path().join("store.json")).ok()
    }

    /// What each rpc says of a configuration: those that take unknown values, and the others.
    async fn says(&self, json: &Json, known: bool) -> Vec<(&'static str, Errors)> {
        let mut all = self.resource(json, known).await;
        all.extend(self.data_source(json).await);
        all.extend(self.ephemeral(json, known).await);
        all.extend(self.list(json, known).await);
        all.extend(self.action(json, known).await);
        all
    }

    async fn resource(&self, json: &Json, known: bool) -> Vec<(&'static str, Errors)> {
        let schema = self.rig.core.resource(NAME);
        let mut given = arguments(json);
        given.push(("key_wo", Value::string("secret")));
        let config = schema.config(given);
        let ty = schema.ty();
        let sent = |value: &Value| Some(dynamic(value, &ty));
        let client = || self.rig.core.client();
        let request = pb::validate_resource_config::Request {
            type_name: NAME.to_owned(),
            config: sent(&config),
            client_capabilities: capabilities(false),
        };
        let valid = within(client().validate_resource_config(request)).await;
        let request = pb::plan_resource_change::Request {
            type_name: NAME.to_owned(),
            prior_state: sent(&Value::Null),
            proposed_new_state: sent(&config),
            config: sent(&config),
            client_capabilities: capabilities(true),
            ..Default::default()
        };
        let planned = within(client().plan_resource_change(request)).await;
        let mut said = vec![
            ("ValidateResourceConfig", errors(&valid.diagnostics)),
            ("PlanResourceChange", errors(&planned.diagnostics)),
        ];
        // An apply of what is sound is for another test.
        if known && !valid.diagnostics.is_empty() {
            let prior = schema.config([("id", Value::string("a")), ("name", Value::string("b"))]);
            for (rpc, prior) in [
                ("ApplyResourceChange, create", Value::Null),
                ("ApplyResourceChange, update", prior),
            ] {
                let request = pb::apply_resource_change::Request {
                    type_name: NAME.to_owned(),
                    prior_state: sent(&prior),
                    planned_state: sent(&config),
                    config: sent(&config),
                    planned_private: b"a".to_vec(),
                    ..Default::default()
                };
                let applied = within(client().apply_resource_change(request)).await;
                assert_eq!(undynamic(applied.new_state.as_ref(), &ty), prior);
                assert_eq!(applied.private, b"a");
                said.push((rpc, errors(&applied.diagnostics)));
            }
        }
        said
    }

    async fn data_source(&self, json: &Json) -> Vec<(&'static str, Errors)> {
        let schema = &self.rig.core.data_sources[NAME].1;
        let config = Some(dynamic(&schema.config(arguments(json)), &schema.ty()));
        let request = pb::validate_data_resource_config::Request {
            type_name: NAME.to_owned(),
            config: config.clone(),
        };
        let mut client = self.rig.core.client();
        let valid = within(client.validate_data_resource_config(request)).await;
        let request = pb::read_data_source::Request {
            type_name: NAME.to_owned(),
            config,
            provider_meta: None,
            client_capabilities: capabilities(true),
        };
        let read = within(client.read_data_source(request)).await;
        vec![
            ("ValidateDataResourceConfig", errors(&valid.diagnostics)),
            ("ReadDataSource", errors(&read.diagnostics)),
        ]
    }

    async fn ephemeral(&self, json: &Json, known: bool) -> Vec<(&'static str, Errors)> {
        let schema = &self.rig.core.ephemerals[NAME];
        let config = Some(dynamic(&schema.config(arguments(json)), &schema.ty()));
        let request = pb::validate_ephemeral_resource_config::Request {
            type_name: NAME.to_owned(),
            config: config.clone(),
        };
        let mut client = self.rig.core.client();
        let valid = within(client.validate_ephemeral_resource_config(request)).await;
        let mut said = vec![("ValidateEphemeral", errors(&valid.diagnostics))];
        if known {
            let request = pb::open_ephemeral_resource::Request {
                type_name: NAME.to_owned(),
                config,
                client_capabilities: Some(pb::ClientCapabilities::default()),
            };
            let opened = within(client.open_ephemeral_resource(request)).await;
            said.push(("OpenEphemeralResource", errors(&opened.diagnostics)));
        }
        said
    }

    async fn list(&self, json: &Json, known: bool) -> Vec<(&'static str, Errors)> {
        let schema = &self.rig.core.lists[NAME];
        let config = Some(dynamic(&schema.config(arguments(json)), &schema.ty()));
        let request = pb::validate_list_resource_config::Request {
            type_name: NAME.to_owned(),
            config: config.clone(),
            ..Default::default()
        };
        let mut client = self.rig.core.client();
        let valid = within(client.validate_list_resource_config(request)).await;
        let mut said = vec![("ValidateListResourceConfig", errors(&valid.diagnostics))];
        if known {
            let request = pb::list_resource::Request {
                type_name: NAME.to_owned(),
                config,
                include_resource_object: false,
                limit: 100,
            };
            let mut events = within(client.list_resource(request)).await;
            let mut all = Vec::new();
            while let Some(event) = events.message().await.unwrap() {
                all.extend(event.diagnostic);
            }
            said.push(("ListResource", errors(&all)));
        }
        said
    }

    async fn action(&self, json: &Json, known: bool) -> Vec<(&'static str, Errors)> {
        let schema = &self.rig.core.actions[NAME];
        let config = Some(dynamic(&schema.config(arguments(json)), &schema.ty()));
        let request = pb::validate_action_config::Request {
            type_name: NAME.to_owned(),
            config: config.clone(),
        };
        let mut client = self.rig.core.client();
        let valid = within(client.validate_action_config(request)).await;
        let request = pb::plan_action::Request {
            action_type: NAME.to_owned(),
            config: config.clone(),
            client_capabilities: capabilities(true),
        };
        let planned = within(client.plan_action(request)).await;
        let mut said = vec![
            ("ValidateActionConfig", errors(&valid.diagnostics)),
            ("PlanAction", errors(&planned.diagnostics)),
        ];
        if known {
            let request = pb::invoke_action::Request {
                action_type: NAME.to_owned(),
                config,
                client_capabilities: capabilities(false),
            };
            let mut events = within(client.invoke_action(request)).await;
            let mut all = Vec::new();
            while let Some(event) = events.message().await.unwrap() {
                if let Some(pb::invoke_action::event::Type::Completed(end)) = event.r#type {
                    all.extend(end.diagnostics);
                }
            }
            said.push(("InvokeAction", errors(&all)));
        }
        said
    }
}

/// Arguments beside a name, and the errors they are.
fn breaches() -> Vec<(Json, Vec<(&'static str, &'static str)>)> {
    vec![
        (json!({ "name": null }), vec![("`name` is null", "name")]),
        (
            json!({ "seen": "x" }),
            vec![("`seen` is read-only", "seen")],
        ),
        (
            json!({ "seen": "?" }),
            vec![("`seen` is read-only", "seen")],
        ),
        (
            json!({ "count_of": 1.5 }),
            vec![("`count_of` is not a whole number", "count_of")],
        ),
        (
            json!({ "count_of": 10_000_000_000_000_000_000_u64 }),
            vec![("`count_of` is out of range", "count_of")],
        ),
        (
            json!({ "texts": ["a", null], "tags": ["a", null], "labels": { "k": null } }),
            vec![
                ("`labels[\"k\"]` is null", "labels[k]"),
                ("`texts[1]` is null", "texts[1]"),
                ("an element of `tags` is null", "tags"),
            ],
        ),
        (
            json!({ "rows": [{ "cells": ["a"], "note": null }, { "cells": [null] }, null] }),
            vec![
                ("`rows[2]` is null", "rows[2]"),
                ("an element of `rows[1].cells` is null", "rows[1].cells"),
            ],
        ),
        (
            json!({ "one": {} }),
            vec![("`one.name` is null", "one.name")],
        ),
        (
            json!({ "list": [
                { "name": "n" }, { "name": "n", "seen": "x", "count_of": 0.5 }, null
            ] }),
            vec![
                (
                    "`list[1].count_of` is not a whole number",
                    "list[1].count_of",
                ),
                ("`list[1].seen` is read-only", "list[1].seen"),
                ("`list[2]` is null", "list[2]"),
            ],
        ),
        (
            json!({ "map": { "k": { "name": "n", "texts": [null] }, "z": null } }),
            vec![
                ("`map[\"k\"].texts[0]` is null", "map[k].texts[0]"),
                ("`map[\"z\"]` is null", "map[z]"),
            ],
        ),
        (
            json!({ "set": [{ "name": null, "seen": "?" }] }),
            vec![
                ("`set[…].name` is null", "set"),
                ("`set[…].seen` is read-only", "set"),
            ],
        ),
        (
            json!({ "block": { "texts": [null] } }),
            vec![
                ("`block.name` is null", "block.name"),
                ("`block.texts[0]` is null", "block.texts[0]"),
            ],
        ),
        (
            json!({ "blocks": [{ "name": "n" }, { "name": "n", "seen": "x" }] }),
            vec![("`blocks[1].seen` is read-only", "blocks[1].seen")],
        ),
        (
            json!({ "bag": [{ "texts": ["a"] }] }),
            vec![("`bag[…].name` is null", "bag")],
        ),
        (
            json!({ "labelled": { "k": { "name": "n", "count_of": 1.5 } } }),
            vec![(
                "`labelled[\"k\"].count_of` is not a whole number",
                "labelled[k].count_of",
            )],
        ),
        (
            json!({ "group": { "texts": ["a"] } }),
            vec![("`group.name` is null", "group.name")],
        ),
    ]
}

fn with_a_name(json: &Json) -> Json {
    let mut all = json!({ "name": "n" });
    for (name, value) in json.as_object().expect("an object") {
        all[name] = value.clone();
    }
    all
}

fn owned(errors: &[(&str, &str)]) -> Errors {
    let owned = errors
        .iter()
        .map(|(s, p)| ((*s).to_owned(), (*p).to_owned()));
    owned.collect()
}

#[tokio::test]
async fn every_rpc_refuses_what_the_schema_rules_out() {
    let strict = Strict::start().await;
    for (json, expected) in breaches() {
        for (rpc, said) in strict.says(&with_a_name(&json), true).await {
            assert_eq!(said, owned(&expected), "{rpc} of {json}");
        }
    }
    assert_eq!(strict.done(), None, "no type was called");
    strict.rig.finish().await;
}

#[tokio::test]
async fn what_the_schema_allows_and_what_is_unknown_is_no_error() {
    let strict = Strict::start().await;
    let allowed = json!({
        "count_of": i64::MIN,
        "loose": ["a", null],
        "rows": [{ "cells": [], "note": null }],
        "any": [null],
        "group": {},
    });
    for (rpc, said) in strict.says(&with_a_name(&allowed), true).await {
        assert_eq!(said, [], "{rpc}");
    }
    let done = strict.done().expect("the types were called");
    for event in ["read", "open", "list", "plan the action", "invoke"] {
        assert!(done.contains(&format!("\"{event}\"")), "{event}: {done}");
    }
    let unknown = json!({
        "name": "?", "count_of": "?", "texts": ["?"], "tags": "?", "labels": { "k": "?" },
        "rows": [{ "cells": "?" }, "?"], "one": "?", "list": [{ "name": "?" }, "?"], "set": "?",
        "block": { "name": "?" }, "blocks": "?",
    });
    for (rpc, said) in strict.says(&unknown, false).await {
        assert_eq!(said, [], "{rpc}");
    }
    strict.rig.finish().await;
}

/// A write-only argument is null wherever but in the configuration.
#[tokio::test]
async fn a_required_write_only_argument_is_looked_for_in_the_configuration() {
    let strict = Strict::start().await;
    let mut instance = crate::core::Instance::new(&strict.rig.core, NAME);
    let with = |key: Value| {
        let given = [("name", Value::string("n")), ("key_wo", key)];
        strict.rig.core.resource(NAME).config(given)
    };
    let refused = instance.validate(&with(Value::Null)).await.unwrap_err();
    assert_eq!(errors(&refused.0), owned(&[("`key_wo` is null", "key_wo")]));
    let config = with(Value::string("secret"));
    instance.converge(&config).await.expect("it is created");
    instance.assert_settled(&config).await;
    instance
        .converge(&Value::Null)
        .await
        .expect("it is destroyed");
    strict.rig.finish().await;
}

#[tokio::test]
async fn the_provider_block_is_held_to_its_schema() {
    let rig = Rig::unconfigured().await;
    for (json, expected) in breaches() {
        let given = json.as_object().unwrap();
        let parts = &strict_parts_of(&rig);
        if !given.keys().all(|name| parts.contains(name)) {
            continue;
        }
        let json = json!({ "strict": with_a_name(&json) });
        let config = rig.core.provider.config(arguments(&json));
        let config = Some(dynamic(&config, &rig.core.provider.ty()));
        let expected: Vec<_> = expected
            .iter()
            .map(|(summary, path)| {
                let summary = summary.replacen('`', "`strict.", 1);
                (summary, format!("strict.{path}"))
            })
            .collect();
        let request = pb::validate_provider_config::Request {
            config: config.clone(),
        };
        let valid = within(rig.core.client().validate_provider_config(request)).await;
        assert_eq!(errors(&valid.diagnostics), expected, "validated");
        let request = pb::configure_provider::Request {
            config,
            ..Default::default()
        };
        let configured = within(rig.core.client().configure_provider(request)).await;
        assert_eq!(errors(&configured.diagnostics), expected, "configured");
    }
    // It was never configured.
    let read = rig
        .core
        .read_data("corner_thing", [("id", Value::string("a"))]);
    let read = read.await.unwrap_err().text();
    assert!(read.contains("has not been configured"), "{read}");
    rig.finish().await;
}

/// The names of what is in the provider block's nested attribute.
fn strict_parts_of(rig: &Rig) -> Vec<String> {
    let (_, block) = rig.core.provider.attributes["strict"]
        .nested
        .as_ref()
        .unwrap();
    block.attributes.keys().cloned().collect()
}
