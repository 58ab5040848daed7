//! What each rpc that is given a configuration says of it.

use cloudbase::framework::Value;
use cloudbase::proto::tfplugin6 as pb;
use cloudbase::proto::tfplugin6::attribute_path::step::Selector;
use serde_json::Value as Json;
use tempfile::TempDir;

use super::NAME;
use crate::core::{dynamic, undynamic, within};
use crate::protocol::rig::{Rig, arguments, capabilities};

/// Errors as (summary, path), in the order of their text.
pub(super) type Errors = Vec<(String, String)>;

pub(super) fn errors(diagnostics: &[pb::Diagnostic]) -> Errors {
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
pub(super) struct Strict {
    pub(super) rig: Rig,
    dir: TempDir,
}

impl Strict {
    pub(super) async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let rig = Rig::unconfigured().await;
        let store = Value::string(dir.path().join("store.json").display().to_string());
        let configured = rig.core.configure([("store", store)]).await;
        configured.expect("it is configured").nothing();
        Self { rig, dir }
    }

    /// What the provider's types have done.
    pub(super) fn done(&self) -> Option<String> {
        std::fs::read_to_string(self.dir.path().join("store.json")).ok()
    }

    /// What each rpc says of a configuration: those that take unknown values, and the others.
    pub(super) async fn says(&self, json: &Json, known: bool) -> Vec<(&'static str, Errors)> {
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
        if known && !planned.diagnostics.is_empty() {
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
