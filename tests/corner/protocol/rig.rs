//! A process of the corner provider, and values to give it.

use cloudbase::framework::value::json as value_json;
use cloudbase::framework::value::{Type, Value, msgpack};
use cloudbase::proto::tfplugin6 as pb;
use serde_json::Value as Json;

use crate::binary;
use crate::core::{Core, dynamic};
use crate::plugin_host::{LaunchOptions, PluginHost};

/// A process. Dropping it kills it.
pub(crate) struct Rig {
    host: PluginHost,
    pub(crate) core: Core,
}

impl Rig {
    /// A configured process whose objects live as long as it does.
    pub(crate) async fn start() -> Self {
        let rig = Self::unconfigured().await;
        match rig.core.configure([]).await {
            Ok(said) => said.nothing(),
            Err(failed) => panic!("{}", failed.text()),
        }
        rig
    }

    /// A process that was not configured yet.
    pub(crate) async fn unconfigured() -> Self {
        let options = LaunchOptions {
            binary: Some(binary::corner().to_owned()),
            ..LaunchOptions::default()
        };
        let host = PluginHost::launch(options).await;
        let core = Core::start(host.provider()).await;
        Self { host, core }
    }

    /// Ends the process as Terraform does, which fails the test if it has died before.
    pub(crate) async fn finish(self) {
        let exit = self.host.shutdown().await;
        assert!(exit.status.success(), "{exit:?}");
    }
}

/// What JSON says; the text `?` is an unknown value. Lists may be sets and objects maps: see
/// [`Value::conform`].
pub(crate) fn loose(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(bool) => Value::Bool(*bool),
        Json::Number(number) => Value::Number(number.to_string().parse().expect("a number")),
        Json::String(text) if text == "?" => Value::Unknown,
        Json::String(text) => Value::string(text),
        Json::Array(elements) => Value::List(elements.iter().map(loose).collect()),
        Json::Object(entries) => {
            Value::Map(entries.iter().map(|(k, v)| (k.clone(), loose(v))).collect())
        }
    }
}

/// The arguments that JSON names.
pub(crate) fn arguments(json: &Json) -> Vec<(&str, Value)> {
    let entries = json.as_object().expect("arguments are an object");
    entries
        .iter()
        .map(|(k, v)| (k.as_str(), loose(v)))
        .collect()
}

/// A value of a schema, as it is sent.
#[allow(clippy::unnecessary_wraps)] // Requests take it like this.
pub(crate) fn sent(value: &Value, ty: &Type) -> Option<pb::DynamicValue> {
    Some(dynamic(value, ty))
}

/// The JSON form of a value, as state is stored.
pub(crate) fn stored(value: &Value, ty: &Type) -> pb::RawState {
    pb::RawState {
        json: value_json::encode(value, ty).expect("a known value"),
        ..Default::default()
    }
}

/// The text attributes of an identity.
pub(crate) fn identity(attributes: &[(&str, &str)]) -> pb::ResourceIdentityData {
    let ty = identity_type(attributes);
    let value = Value::object(attributes.iter().map(|(n, v)| (*n, Value::string(*v))));
    pb::ResourceIdentityData {
        identity_data: sent(&value, &ty),
    }
}

fn identity_type(attributes: &[(&str, &str)]) -> Type {
    Type::object(attributes.iter().map(|(name, _)| (*name, Type::String)))
}

/// The text of the only attribute of an identity.
#[track_caller]
pub(crate) fn identity_text(identity: Option<&pb::ResourceIdentityData>, name: &str) -> String {
    let data = identity
        .and_then(|i| i.identity_data.as_ref())
        .expect("an identity");
    let ty = Type::object([(name, Type::String)]);
    let value = msgpack::decode(&data.msgpack, &ty).expect("it conforms");
    value
        .attribute(name)
        .as_str()
        .expect("it is known")
        .to_owned()
}

/// What core says it can do.
#[allow(clippy::unnecessary_wraps)] // Requests take it like this.
pub(crate) fn capabilities(deferral_allowed: bool) -> Option<pb::ClientCapabilities> {
    Some(pb::ClientCapabilities {
        deferral_allowed,
        write_only_attributes_allowed: true,
        store_planned_private: true,
        computed_blocks_allowed: true,
    })
}

/// The summaries of errors.
pub(crate) fn errors(diagnostics: &[pb::Diagnostic]) -> Vec<String> {
    summaries(diagnostics, pb::diagnostic::Severity::Error)
}

/// The summaries of the warnings.
pub(crate) fn warnings(diagnostics: &[pb::Diagnostic]) -> Vec<String> {
    summaries(diagnostics, pb::diagnostic::Severity::Warning)
}

fn summaries(diagnostics: &[pb::Diagnostic], severity: pb::diagnostic::Severity) -> Vec<String> {
    let some = diagnostics.iter().filter(|d| d.severity() == severity);
    some.map(|d| d.summary.clone()).collect()
}
