//! Whatever is asked, every rpc answers, and the process goes on serving.

use cloudbase::framework::Value;
use cloudbase::proto::tfplugin6 as pb;

use crate::answer::Answer;
use crate::core::{Instance, dynamic, within};
use crate::plugin_host::{LaunchOptions, PluginHost};
use crate::rig::{A, ENV, Rig, share_config};
use crate::sweep::{Inputs, call_everything};

/// These ask for nothing that depends on their input.
const ALWAYS_FINE: [&str; 5] = [
    "GetMetadata",
    "GetProviderSchema",
    "GetResourceIdentitySchemas",
    "GetFunctions",
    "StopProvider",
];

/// Bytes that are no value of any of the provider's blocks. (The one byte that MessagePack never
/// uses, 0xc1, is not among them: the decoder's library reads it as nil.)
fn garbage() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("text", b"not MessagePack at all".to_vec()),
        ("a number", vec![0x07]),
        ("a list", vec![0x91, 0xc0]),
        (
            "an object with a strange attribute",
            vec![0x81, 0xa1, b'x', 0xc0],
        ),
        (
            "an object that ends early",
            vec![0x8f, 0xa3, b'e', b'n', b'v'],
        ),
        (
            "four thousand million entries",
            vec![0xdf, 0xff, 0xff, 0xff, 0xff],
        ),
        (
            "four thousand million elements",
            vec![0xdd, 0xff, 0xff, 0xff, 0xff],
        ),
        (
            "a text of four thousand million bytes",
            vec![0xdb, 0xff, 0xff, 0xff, 0xff],
        ),
        ("a key that is not UTF-8", vec![0x81, 0xa1, 0xff, 0xc0]),
        ("a key that is no text", vec![0x81, 0x01, 0xc0]),
        ("a strange extension", vec![0xc7, 2, 99, 0, 0]),
        ("bytes after the end", vec![0xc0, 0xc0]),
        ("bottomless lists", vec![0x91; 100_000]),
        ("bottomless objects", [0x81, 0xa1, b'x'].repeat(100_000)),
    ]
}

async fn assert_serving(rig: &Rig) {
    assert!(rig.host.is_serving().await.unwrap());
    rig.configure([]).await.unwrap().nothing();
    let mut share = rig.share();
    let config = share_config(&share, ENV, &[A]);
    share.converge(&config).await.unwrap();
    share.assert_settled(&config).await;
    share.converge(&Value::Null).await.unwrap();
}

#[tokio::test]
async fn a_type_nobody_has_heard_of_is_an_error_everywhere() {
    let rig = Rig::start().await;
    for type_name in ["cloudbase_no_such_thing", "", "\u{0}", "env_share"] {
        let inputs = Inputs {
            type_name: type_name.to_owned(),
            value: dynamic(&rig.core.provider.config([]), &rig.core.provider.ty()),
            json: b"{}".to_vec(),
        };
        for (rpc, answer) in call_everything(&rig.core.client(), &inputs).await {
            let typeless = rpc == "ValidateProviderConfig" || rpc == "ConfigureProvider";
            if typeless || ALWAYS_FINE.contains(&rpc) {
                assert!(matches!(answer, Answer::Fine), "{rpc}: {answer:?}");
            } else {
                assert!(answer.is_refusal(), "{rpc} of {type_name:?}: {answer:?}");
            }
            // The chunks of that one carry no type name.
            if let Answer::Errors(said) = answer
                && rpc != "WriteStateBytes"
            {
                let named = said.iter().any(|text| text.contains(type_name));
                assert!(named, "{rpc} of {type_name:?} says {said:?}");
            }
        }
    }
    assert_serving(&rig).await;
    rig.finish().await;
}

#[tokio::test]
async fn garbage_is_an_error_everywhere() {
    let rig = Rig::start().await;
    for (what, msgpack) in garbage() {
        for type_name in ["cloudbase_env_share", "cloudbase_env"] {
            let value = pb::DynamicValue {
                msgpack: msgpack.clone(),
                json: Vec::new(),
            };
            let inputs = Inputs {
                type_name: type_name.to_owned(),
                value,
                json: msgpack.clone(),
            };
            for (rpc, answer) in call_everything(&rig.core.client(), &inputs).await {
                if ALWAYS_FINE.contains(&rpc) {
                    assert!(matches!(answer, Answer::Fine), "{rpc}: {answer:?}");
                } else {
                    assert!(answer.is_refusal(), "{rpc} with {what}: {answer:?}");
                }
            }
        }
    }
    assert_serving(&rig).await;
    rig.finish().await;
}

#[tokio::test]
async fn broken_json_is_an_error_too() {
    let rig = Rig::start().await;
    for json in ["{", "[]", "\"x\"", "{\"x\":1}", "\u{0}", "nul"] {
        let value = pb::DynamicValue {
            msgpack: Vec::new(),
            json: json.as_bytes().to_vec(),
        };
        let inputs = Inputs {
            type_name: "cloudbase_env_share".to_owned(),
            value,
            json: json.as_bytes().to_vec(),
        };
        for (rpc, answer) in call_everything(&rig.core.client(), &inputs).await {
            if !ALWAYS_FINE.contains(&rpc) {
                assert!(answer.is_refusal(), "{rpc} with {json}: {answer:?}");
            }
        }
    }
    assert_serving(&rig).await;
}

/// Each field by itself, so that no other one is what is complained of.
#[tokio::test]
async fn one_broken_value_among_good_ones_is_an_error_and_changes_nothing() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    let config = share_config(&share, ENV, &[A]);
    share.converge(&config).await.unwrap();
    rig.sandbox.clear_calls();
    let ty = rig.core.resource("cloudbase_env_share").ty();
    let good = |value: &Value| Some(dynamic(value, &ty));
    for (what, msgpack) in garbage() {
        let broken = || {
            Some(pb::DynamicValue {
                msgpack: msgpack.clone(),
                json: Vec::new(),
            })
        };
        for broken_field in 0..3 {
            let field = |index, value| {
                if index == broken_field {
                    broken()
                } else {
                    good(value)
                }
            };
            let plan = pb::plan_resource_change::Request {
                type_name: "cloudbase_env_share".to_owned(),
                prior_state: field(0, &share.state),
                proposed_new_state: field(1, &share.state),
                config: field(2, &config),
                ..Default::default()
            };
            let planned = within(rig.core.client().plan_resource_change(plan)).await;
            assert_error(&planned.diagnostics, what);
            let apply = pb::apply_resource_change::Request {
                type_name: "cloudbase_env_share".to_owned(),
                prior_state: field(0, &share.state),
                planned_state: field(1, &Value::Null),
                config: field(2, &Value::Null),
                planned_private: b"kept".to_vec(),
                ..Default::default()
            };
            let prior = apply.prior_state.clone();
            let applied = within(rig.core.client().apply_resource_change(apply)).await;
            assert_error(&applied.diagnostics, what);
            assert_eq!(applied.new_state, prior, "what was there is still there");
            assert_eq!(applied.private, b"kept");
        }
    }
    assert_eq!(rig.sandbox.calls().len(), 0, "nothing was asked of the API");
    share.assert_settled(&config).await;
}

#[track_caller]
fn assert_error(diagnostics: &[pb::Diagnostic], what: &str) {
    let is_error = |d: &pb::Diagnostic| d.severity() == pb::diagnostic::Severity::Error;
    assert!(diagnostics.iter().any(is_error), "{what}: {diagnostics:?}");
}

#[tokio::test]
async fn old_and_broken_state_is_refused_with_words() {
    let rig = Rig::unconfigured().await;
    let upgrade = |version: i64, raw_state: Option<pb::RawState>| {
        let request = pb::upgrade_resource_state::Request {
            type_name: "cloudbase_env_share".to_owned(),
            version,
            raw_state,
        };
        let mut client = rig.core.client();
        async move { within(client.upgrade_resource_state(request)).await }
    };
    let json = |json: &str| {
        Some(pb::RawState {
            json: json.as_bytes().to_vec(),
            ..Default::default()
        })
    };
    let flatmap = Some(pb::RawState {
        flatmap: [("env".to_owned(), ENV.to_owned())].into(),
        ..Default::default()
    });
    for (version, raw, said) in [
        (0, None, "0.11"),
        (0, flatmap, "0.11"),
        (0, json("{\"env\":[]}"), "env"),
        (0, json("{\"surprise\":1}"), "surprise"),
        (77, json("{}"), "version"),
        (-1, json("{}"), "version"),
    ] {
        let response = upgrade(version, raw).await;
        let text: String = response
            .diagnostics
            .iter()
            .map(|d| d.summary.clone())
            .collect();
        assert!(text.contains(said), "{text}");
        assert_eq!(response.upgraded_state, None);
    }
    // Attributes that old state does not have yet are null.
    let response = upgrade(0, json(&format!("{{\"env\":\"{ENV}\"}}"))).await;
    assert_eq!(response.diagnostics, []);
    rig.finish().await;
}

#[tokio::test]
async fn nothing_depends_on_the_schema_having_been_asked_for() {
    let rig = Rig::start().await;
    // The schema comes from this process, but that one has never been asked.
    let host = PluginHost::launch(LaunchOptions::default()).await;
    let core = rig.core.with_client(host.provider());
    core.configure([
        ("endpoint", Value::string(rig.sandbox.url())),
        (
            "component_access_token",
            Value::string(rig.sandbox.component_token()),
        ),
    ])
    .await
    .unwrap()
    .nothing();
    let mut share = Instance::new(&core, "cloudbase_env_share");
    let config = share_config(&share, ENV, &[A]);
    share.converge(&config).await.unwrap();
    share.assert_settled(&config).await;
}

#[tokio::test]
async fn an_rpc_that_does_not_exist_is_unimplemented_and_the_process_goes_on() {
    let rig = Rig::start().await;
    let mut client = tonic::client::Grpc::new(rig.host.channel());
    client.ready().await.unwrap();
    let path =
        tonic::codegen::http::uri::PathAndQuery::from_static("/tfplugin6.Provider/RpcOfTheFuture");
    let codec: tonic_prost::ProstCodec<(), ()> = tonic_prost::ProstCodec::default();
    let answer = client.unary(tonic::Request::new(()), path, codec).await;
    assert_eq!(answer.unwrap_err().code(), tonic::Code::Unimplemented);
    let metadata = rig
        .host
        .provider()
        .get_metadata(pb::get_metadata::Request {})
        .await;
    assert!(!metadata.unwrap().into_inner().resources.is_empty());
}
