//! Every rpc once, with the same type name and the same bytes for every value.

use std::collections::BTreeSet;

use cloudbase::proto::tfplugin6 as pb;
use cloudbase::proto::tfplugin6::provider_client::ProviderClient;
use tonic::transport::Channel;

use crate::answer::{Answer, drain, in_time, judge};

/// What the rpcs are called with.
#[derive(Clone)]
pub(crate) struct Inputs {
    pub(crate) type_name: String,
    pub(crate) value: pb::DynamicValue,
    pub(crate) json: Vec<u8>,
}

/// Calls all 36 rpcs, one after another, and says how each was answered.
// One long list is easier to check against the protocol than several short ones.
#[allow(clippy::too_many_lines)]
pub(crate) async fn call_everything(
    client: &ProviderClient<Channel>,
    inputs: &Inputs,
) -> Vec<(&'static str, Answer)> {
    let mut answers = Vec::new();
    let name = || inputs.type_name.clone();
    let value = || Some(inputs.value.clone());
    let raw = || {
        Some(pb::RawState {
            json: inputs.json.clone(),
            ..Default::default()
        })
    };
    let identity = || {
        Some(pb::ResourceIdentityData {
            identity_data: value(),
        })
    };
    macro_rules! call {
        ($name:literal, $method:ident, $request:expr) => {
            call!($name, $method, $request, |response| judge(
                &response.diagnostics
            ))
        };
        ($name:literal, $method:ident, $request:expr, |$response:ident| $judge:expr) => {{
            let mut client = client.clone();
            let answer = match in_time($name, client.$method($request)).await {
                Ok(response) => {
                    let $response = response.into_inner();
                    $judge
                }
                Err(status) => Answer::Status(status.code()),
            };
            answers.push(($name, answer));
        }};
    }
    macro_rules! stream {
        ($name:literal, $method:ident, $request:expr, $diagnostics:expr) => {{
            let mut client = client.clone();
            let messages = async { drain(client.$method($request).await).await };
            let answer = match in_time($name, messages).await {
                Ok(messages) => {
                    let all: Vec<_> = messages.into_iter().flat_map($diagnostics).collect();
                    judge(&all)
                }
                Err(status) => Answer::Status(status.code()),
            };
            answers.push(($name, answer));
        }};
    }

    call!("GetMetadata", get_metadata, pb::get_metadata::Request {});
    call!(
        "GetProviderSchema",
        get_provider_schema,
        pb::get_provider_schema::Request {}
    );
    call!(
        "GetResourceIdentitySchemas",
        get_resource_identity_schemas,
        pb::get_resource_identity_schemas::Request {}
    );
    call!("GetFunctions", get_functions, pb::get_functions::Request {});
    call!(
        "ValidateProviderConfig",
        validate_provider_config,
        pb::validate_provider_config::Request { config: value() }
    );
    call!(
        "ValidateResourceConfig",
        validate_resource_config,
        pb::validate_resource_config::Request {
            type_name: name(),
            config: value(),
            ..Default::default()
        }
    );
    call!(
        "ValidateDataResourceConfig",
        validate_data_resource_config,
        pb::validate_data_resource_config::Request {
            type_name: name(),
            config: value(),
        }
    );
    call!(
        "UpgradeResourceState",
        upgrade_resource_state,
        pb::upgrade_resource_state::Request {
            type_name: name(),
            version: 0,
            raw_state: raw(),
        }
    );
    call!(
        "UpgradeResourceIdentity",
        upgrade_resource_identity,
        pb::upgrade_resource_identity::Request {
            type_name: name(),
            version: 0,
            raw_identity: raw(),
        }
    );
    call!(
        "ReadResource",
        read_resource,
        pb::read_resource::Request {
            type_name: name(),
            current_state: value(),
            current_identity: identity(),
            ..Default::default()
        }
    );
    call!(
        "PlanResourceChange",
        plan_resource_change,
        pb::plan_resource_change::Request {
            type_name: name(),
            prior_state: value(),
            proposed_new_state: value(),
            config: value(),
            prior_identity: identity(),
            provider_meta: value(),
            ..Default::default()
        }
    );
    call!(
        "ApplyResourceChange",
        apply_resource_change,
        pb::apply_resource_change::Request {
            type_name: name(),
            prior_state: value(),
            planned_state: value(),
            config: value(),
            planned_identity: identity(),
            provider_meta: value(),
            ..Default::default()
        }
    );
    call!(
        "ImportResourceState",
        import_resource_state,
        pb::import_resource_state::Request {
            type_name: name(),
            id: String::from_utf8_lossy(&inputs.json).into_owned(),
            identity: identity(),
            ..Default::default()
        }
    );
    call!(
        "MoveResourceState",
        move_resource_state,
        pb::move_resource_state::Request {
            source_type_name: name(),
            target_type_name: name(),
            source_state: raw(),
            source_identity: raw(),
            ..Default::default()
        }
    );
    call!(
        "GenerateResourceConfig",
        generate_resource_config,
        pb::generate_resource_config::Request {
            type_name: name(),
            state: value(),
        }
    );
    call!(
        "ReadDataSource",
        read_data_source,
        pb::read_data_source::Request {
            type_name: name(),
            config: value(),
            provider_meta: value(),
            ..Default::default()
        }
    );
    call!(
        "ValidateEphemeralResourceConfig",
        validate_ephemeral_resource_config,
        pb::validate_ephemeral_resource_config::Request {
            type_name: name(),
            config: value(),
        }
    );
    call!(
        "OpenEphemeralResource",
        open_ephemeral_resource,
        pb::open_ephemeral_resource::Request {
            type_name: name(),
            config: value(),
            ..Default::default()
        }
    );
    call!(
        "RenewEphemeralResource",
        renew_ephemeral_resource,
        pb::renew_ephemeral_resource::Request {
            type_name: name(),
            private: Some(inputs.value.msgpack.clone()),
        }
    );
    call!(
        "CloseEphemeralResource",
        close_ephemeral_resource,
        pb::close_ephemeral_resource::Request {
            type_name: name(),
            private: Some(inputs.value.msgpack.clone()),
        }
    );
    call!(
        "ValidateListResourceConfig",
        validate_list_resource_config,
        pb::validate_list_resource_config::Request {
            type_name: name(),
            config: value(),
            include_resource_object: value(),
            limit: value(),
        }
    );
    stream!(
        "ListResource",
        list_resource,
        pb::list_resource::Request {
            type_name: name(),
            config: value(),
            include_resource_object: true,
            limit: 100,
        },
        |event| event.diagnostic
    );
    call!(
        "CallFunction",
        call_function,
        pb::call_function::Request {
            name: name(),
            arguments: vec![inputs.value.clone()],
        },
        |response| match response.error {
            Some(error) => Answer::Errors(vec![error.text]),
            None => Answer::Fine,
        }
    );
    call!(
        "ValidateActionConfig",
        validate_action_config,
        pb::validate_action_config::Request {
            type_name: name(),
            config: value(),
        }
    );
    call!(
        "PlanAction",
        plan_action,
        pb::plan_action::Request {
            action_type: name(),
            config: value(),
            ..Default::default()
        }
    );
    stream!(
        "InvokeAction",
        invoke_action,
        pb::invoke_action::Request {
            action_type: name(),
            config: value(),
            ..Default::default()
        },
        |event| match event.r#type {
            Some(pb::invoke_action::event::Type::Completed(done)) => done.diagnostics,
            Some(pb::invoke_action::event::Type::Progress(_)) => Vec::new(),
            None => panic!("core panics on an event that is nothing"),
        }
    );
    call!(
        "ValidateStateStoreConfig",
        validate_state_store_config,
        pb::validate_state_store::Request {
            type_name: name(),
            config: value(),
        }
    );
    call!(
        "ConfigureStateStore",
        configure_state_store,
        pb::configure_state_store::Request {
            type_name: name(),
            config: value(),
            ..Default::default()
        },
        |response| {
            let chunk_size = response.capabilities.as_ref().map(|c| c.chunk_size);
            assert!(chunk_size > Some(0), "core panics without a chunk size");
            judge(&response.diagnostics)
        }
    );
    stream!(
        "ReadStateBytes",
        read_state_bytes,
        pb::read_state_bytes::Request {
            type_name: name(),
            ..Default::default()
        },
        |response| response.diagnostics
    );
    let chunks = vec![pb::write_state_bytes::RequestChunk {
        bytes: inputs.json.clone(),
        ..Default::default()
    }];
    call!(
        "WriteStateBytes",
        write_state_bytes,
        tokio_stream::iter(chunks)
    );
    call!(
        "LockState",
        lock_state,
        pb::lock_state::Request {
            type_name: name(),
            ..Default::default()
        }
    );
    call!(
        "UnlockState",
        unlock_state,
        pb::unlock_state::Request {
            type_name: name(),
            ..Default::default()
        }
    );
    call!(
        "GetStates",
        get_states,
        pb::get_states::Request { type_name: name() }
    );
    call!(
        "DeleteState",
        delete_state,
        pb::delete_state::Request {
            type_name: name(),
            ..Default::default()
        }
    );
    call!(
        "StopProvider",
        stop_provider,
        pb::stop_provider::Request {},
        |response| if response.error.is_empty() {
            Answer::Fine
        } else {
            Answer::Errors(vec![response.error])
        }
    );
    call!(
        "ConfigureProvider",
        configure_provider,
        pb::configure_provider::Request {
            config: value(),
            ..Default::default()
        }
    );
    let names: BTreeSet<_> = answers.iter().map(|(name, _)| *name).collect();
    assert_eq!(names.len(), 36, "every rpc, once");
    answers
}
