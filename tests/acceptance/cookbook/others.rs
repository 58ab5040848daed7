//! Who else has an environment.

use cloudbase::sandbox::{Authorizer, Endpoint, Options, Seed};
use serde_json::json;

use super::{BOOK_SHOP, D, TEA_HOUSE};
use crate::support::{A, B, C};
use crate::workspace;

#[tokio::test(flavor = "multi_thread")]
async fn shares_that_nobody_manages_are_listed() {
    let options = Options {
        seed: Some(Seed {
            authorizers: [A, B, C, D].map(Authorizer::new).to_vec(),
            ..Seed::default()
        }),
        ..Options::default()
    };
    let mut workspace = workspace!(options);
    let platform = workspace.sandbox.component().appid;
    workspace.set("CLOUDBASE_COMPONENT_APPID", &platform);
    workspace
        .sandbox
        .refuse_appid(Endpoint::Query, C, "invalid appid");
    for (env, appid) in [(TEA_HOUSE, A), (TEA_HOUSE, D), (BOOK_SHOP, D)] {
        workspace.sandbox.bind(env, appid, None);
    }
    workspace.empty();
    workspace.put(&["others/others.tf"]);
    workspace.apply().await;
    let others = [BOOK_SHOP, TEA_HOUSE].map(|env| format!("{env}/{D}"));
    assert_eq!(workspace.output("unmanaged").await, json!(others));
    let not_told = workspace.output("not_told").await;
    assert_eq!(not_told.as_object().unwrap().len(), 1);
    assert!(not_told[C].as_str().unwrap().contains("invalid appid"));
    // It is only looked at.
    assert_eq!(workspace.named(Endpoint::Share), [B]);
    assert!(workspace.calls(Endpoint::Unshare).is_empty());

    // What is managed is not listed, whether it is confirmed or not.
    workspace.sandbox.approve_all();
    workspace.sandbox.unbind(BOOK_SHOP, D, None);
    workspace.sandbox.unbind(TEA_HOUSE, D, None);
    workspace.apply().await;
    assert_eq!(workspace.output("unmanaged").await, json!([]));
}
