//! `GenerateResourceConfig`: what it generates plans empty.

use cloudbase::proto::tfplugin6 as pb;

use crate::core::{Instance, undynamic, within};
use crate::protocol::lifecycle::lives;
use crate::protocol::rig::{Rig, arguments, sent};

#[tokio::test]
async fn generated_configuration_plans_empty() {
    let rig = Rig::start().await;
    for (name, stages) in lives() {
        let mut instance = Instance::new(&rig.core, name);
        for (stage, _) in &stages {
            let config = instance.config(arguments(stage));
            instance.converge(&config).await.expect("it is applied");
            let ty = rig.core.resource(name).ty();
            let request = pb::generate_resource_config::Request {
                type_name: name.to_owned(),
                state: sent(&instance.state, &ty),
            };
            let response = within(rig.core.client().generate_resource_config(request)).await;
            assert_eq!(response.diagnostics, []);
            let generated = undynamic(response.config.as_ref(), &ty);
            assert!(
                generated.attribute("id").is_null(),
                "the provider decides it"
            );
            assert!(generated.attribute("secret_length").is_null());
            instance.assert_settled(&generated).await;
        }
    }
    rig.finish().await;
}
