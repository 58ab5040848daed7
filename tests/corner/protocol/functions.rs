//! What is announced of functions.

use cloudbase::proto::tfplugin6 as pb;

use crate::core::within;
use crate::protocol::rig::Rig;

#[tokio::test]
async fn a_deprecated_function_says_what_to_use_instead() {
    let rig = Rig::start().await;
    let request = pb::get_functions::Request {};
    let functions = within(rig.core.client().get_functions(request))
        .await
        .functions;
    assert_eq!(
        functions["last"].deprecation_message,
        "Use an index instead."
    );
    assert_eq!(functions["half"].deprecation_message, "");
    rig.finish().await;
}
