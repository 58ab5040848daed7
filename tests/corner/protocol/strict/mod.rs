//! What a schema alone rules out: null where there has to be a value, values that only the provider
//! sets, fractions of whole numbers. Every rpc that is given a configuration refuses it, for every
//! kind of type and at every depth, before the type itself is called.

mod rpcs;

use cloudbase::framework::Value;
use cloudbase::proto::tfplugin6 as pb;
use rpcs::{Errors, Strict, errors};
use serde_json::{Value as Json, json};

use crate::core::{dynamic, within};
use crate::protocol::rig::{Rig, arguments};

const NAME: &str = "corner_strict";

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
            let mut expected = owned(&expected);
            // With `ignore_changes` core hands prior values over in the configuration of a plan or an
            // apply; what the user wrote was validated before.
            if ["PlanResourceChange", "ApplyResourceChange"]
                .iter()
                .any(|managed| rpc.starts_with(managed))
            {
                expected.retain(|(summary, _)| !summary.ends_with("is read-only"));
            }
            assert_eq!(said, expected, "{rpc} of {json}");
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
