//! Private data of a plan that comes back in the apply walk (Terraform 1.16 and later).

use cloudbase::framework::Value;
use cloudbase::proto::tfplugin6 as pb;

use crate::core::{Instance, incompatibilities, undynamic, within};
use crate::protocol::rig::{Rig, capabilities, sent};

#[tokio::test]
async fn a_plan_that_draws_lots_stands_with_its_stored_private_data() {
    let rig = Rig::start().await;
    let name = "corner_drawn";
    let schema = rig.core.resource(name);
    let ty = schema.ty();
    let config = Instance::new(&rig.core, name).config([]);
    let plan = |stored: Vec<u8>| {
        let request = pb::plan_resource_change::Request {
            type_name: name.to_owned(),
            prior_state: sent(&Value::Null, &ty),
            proposed_new_state: sent(&config, &ty),
            config: sent(&config, &ty),
            client_capabilities: capabilities(false),
            planned_private: stored,
            ..Default::default()
        };
        let mut client = rig.core.client();
        async move { within(client.plan_resource_change(request)).await }
    };
    let planned = |response: &pb::plan_resource_change::Response| {
        assert_eq!(response.diagnostics, []);
        undynamic(response.planned_state.as_ref(), &ty)
    };
    let first = plan(Vec::new()).await;
    let again = plan(first.planned_private.clone()).await;
    let unstored = plan(Vec::new()).await;
    assert_eq!(planned(&first), planned(&again));
    let drawn_anew = incompatibilities(schema, &planned(&first), &planned(&unstored));
    assert_eq!(
        drawn_anew.len(),
        1,
        "core would have found it: {drawn_anew:?}"
    );

    let request = pb::apply_resource_change::Request {
        type_name: name.to_owned(),
        prior_state: sent(&Value::Null, &ty),
        planned_state: again.planned_state.clone(),
        config: sent(&config, &ty),
        planned_private: again.planned_private.clone(),
        ..Default::default()
    };
    let applied = within(rig.core.client().apply_resource_change(request)).await;
    assert_eq!(applied.diagnostics, []);
    let state = undynamic(applied.new_state.as_ref(), &ty);
    assert_eq!(incompatibilities(schema, &planned(&first), &state), [""; 0]);
    rig.finish().await;
}
