//! What the server announces beyond the base protocol, and what it does not do.

use cloudbase::framework::Value;
use cloudbase::proto::tfplugin6 as pb;

use crate::core::{Instance, capabilities, dynamic, undynamic, within};
use crate::rig::{A, ENV, Rig, share_config};

#[tokio::test]
async fn every_capability_is_announced_in_both_places() {
    let rig = Rig::unconfigured().await;
    let schema = pb::get_provider_schema::Request {};
    let schema = within(rig.core.client().get_provider_schema(schema)).await;
    let metadata = pb::get_metadata::Request {};
    let metadata = within(rig.core.client().get_metadata(metadata)).await;
    let all = pb::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: true,
    };
    assert_eq!(schema.server_capabilities, Some(all));
    assert_eq!(metadata.server_capabilities, Some(all));
    // The same types in both.
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    let keys = |names: Vec<&String>| sorted(names.into_iter().cloned().collect());
    let resources = metadata.resources.into_iter().map(|r| r.type_name);
    assert_eq!(
        sorted(resources.collect()),
        keys(rig.core.resources.keys().collect())
    );
    let data_sources = metadata.data_sources.into_iter().map(|d| d.type_name);
    assert_eq!(
        sorted(data_sources.collect()),
        keys(rig.core.data_sources.keys().collect())
    );
    let ephemerals = metadata.ephemeral_resources.into_iter();
    assert_eq!(
        sorted(ephemerals.map(|e| e.type_name).collect()),
        keys(rig.core.ephemerals.keys().collect())
    );
    let lists = metadata.list_resources.into_iter().map(|l| l.type_name);
    assert_eq!(
        sorted(lists.collect()),
        keys(rig.core.lists.keys().collect())
    );
    let actions = metadata.actions.into_iter().map(|a| a.type_name);
    assert_eq!(
        sorted(actions.collect()),
        keys(rig.core.actions.keys().collect())
    );
    let functions = metadata.functions.into_iter().map(|f| f.name);
    assert_eq!(
        sorted(functions.collect()),
        keys(rig.core.functions.keys().collect())
    );
}

/// Field 9 of the request, which Terraform fills from 1.16 on.
#[tokio::test]
async fn private_data_of_a_stored_plan_is_taken_and_changes_nothing() {
    let rig = Rig::start().await;
    let share = rig.share();
    let config = share_config(&share, ENV, &[A]);
    let plan = share.plan_only(&config).await.unwrap();
    let ty = rig.core.resource("cloudbase_env_share").ty();
    let mut planned = Vec::new();
    for stored in [Vec::new(), b"of the plan walk".to_vec()] {
        let request = pb::plan_resource_change::Request {
            type_name: "cloudbase_env_share".to_owned(),
            prior_state: Some(dynamic(&Value::Null, &ty)),
            proposed_new_state: Some(dynamic(&config, &ty)),
            config: Some(dynamic(&config, &ty)),
            prior_private: Vec::new(),
            planned_private: stored,
            client_capabilities: Some(capabilities(true)),
            ..Default::default()
        };
        let response = within(rig.core.client().plan_resource_change(request)).await;
        assert_eq!(response.diagnostics, []);
        planned.push(undynamic(response.planned_state.as_ref(), &ty));
    }
    assert_eq!(planned, [plan.planned.clone(), plan.planned]);
}

/// Destroying is planned for every type, and those to say something are the one-way one, and the one that does not know what was before.
#[tokio::test]
async fn a_destroy_is_planned_by_every_type() {
    let rig = Rig::start().await;
    rig.sandbox.bind(ENV, A, None);
    for (name, id, warnings) in [
        ("cloudbase_env_share", format!("{ENV}/{A}"), 0),
        ("cloudbase_env_share_confirmation", format!("{ENV}/{A}"), 0),
        ("cloudbase_env_conversion", ENV.to_owned(), 1),
        ("cloudbase_open_api_access", ENV.to_owned(), 1),
    ] {
        let mut instance = Instance::new(&rig.core, name);
        instance.import(&id).await.unwrap().nothing();
        let plan = instance.plan(&Value::Null).await.unwrap();
        assert_eq!(plan.identity, instance.identity, "of what is destroyed");
        plan.said.warnings(warnings);
    }
}

#[tokio::test]
async fn state_stores_are_refused_without_a_panic_of_core() {
    let rig = Rig::start().await;
    let schema = pb::get_provider_schema::Request {};
    let schema = within(rig.core.client().get_provider_schema(schema)).await;
    assert!(schema.state_store_schemas.is_empty());
    let request = pb::configure_state_store::Request {
        type_name: "cloudbase_store".to_owned(),
        ..Default::default()
    };
    let response = within(rig.core.client().configure_state_store(request)).await;
    assert!(response.diagnostics[0].summary.contains("state stores"));
    assert!(response.diagnostics[0].summary.contains("cloudbase_store"));
    // Core panics without capabilities, and refuses a chunk size of 0.
    assert!(response.capabilities.unwrap().chunk_size > 0);
    rig.finish().await;
}
