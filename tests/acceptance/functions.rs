//! `provider::cloudbase::share_id` and `parse_share_id` in configuration, and how an error of a function is shown.

use serde_json::json;

use crate::support::{A, B, ENV, HOSTED_ENV, actions, share};
use crate::workspace;

const ADDRESS: &str = "cloudbase_env_share.test";

#[tokio::test(flavor = "multi_thread")]
async fn functions_work_in_outputs_without_a_token_or_a_call() {
    let mut workspace = workspace!(needs Functions);
    workspace.unset_tokens();
    workspace.configure(&format!(
        "output \"id\" {{\n  value = provider::cloudbase::share_id({ENV:?}, [{A:?}, {B:?}, {A:?}])\n}}\n\
         output \"parts\" {{\n  value = provider::cloudbase::parse_share_id(\"1/{ENV}/{A}\")\n}}\n\
         output \"round\" {{\n  value = provider::cloudbase::parse_share_id(provider::cloudbase::share_id({ENV:?}, [{A:?}])).env\n}}\n"
    ));
    workspace.run(&["validate", "-no-color"]).await.ok();
    workspace.apply().await;
    let state = workspace.state().await;
    let outputs = &state["values"]["outputs"];
    assert_eq!(outputs["id"]["value"], format!("{ENV}/{B},{A}"));
    assert_eq!(
        outputs["parts"]["value"],
        json!({ "env": ENV, "appids": [A], "source_type": 1 })
    );
    assert_eq!(outputs["round"]["value"], ENV);
    workspace.assert_plan_is_empty().await;
    assert_eq!(workspace.sandbox.calls().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_block_takes_its_id_from_the_function() {
    let workspace = workspace!(needs Functions);
    workspace.sandbox.bind(ENV, A, None);
    workspace.sandbox.bind(ENV, B, None);
    workspace.configure(&format!(
        "import {{\n  to = {ADDRESS}\n  id = provider::cloudbase::share_id({ENV:?}, [{A:?}, {B:?}])\n}}\n{}",
        share(ENV, &[A, B], "")
    ));
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, ADDRESS), ["no-op"]);
    workspace.apply().await;
    workspace.assert_plan_is_empty().await;
    assert_eq!(workspace.writes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_type_is_a_part_of_the_id() {
    let workspace = workspace!(needs Functions);
    workspace.sandbox.bind(HOSTED_ENV, A, Some(1));
    workspace.configure(&format!(
        "import {{\n  to = {ADDRESS}\n  id = provider::cloudbase::share_id({HOSTED_ENV:?}, [{A:?}], 1)\n}}\n{}\
         output \"none\" {{\n  value = [for kind in [0, null] : provider::cloudbase::share_id({ENV:?}, [{A:?}], kind)]\n}}\n",
        share(HOSTED_ENV, &[A], "source_type = 1")
    ));
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, ADDRESS), ["no-op"]);
    workspace.apply().await;
    workspace.assert_plan_is_empty().await;
    assert_eq!(workspace.writes(), 0);
    let state = workspace.state().await;
    let id = format!("{ENV}/{A}");
    assert_eq!(state["values"]["outputs"]["none"]["value"], json!([id, id]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_points_at_the_argument() {
    let workspace = workspace!(needs Functions);
    for (call, argument, says) in [
        (
            format!("share_id(\"no id\", [{A:?}])"),
            "invalid value for \"env\" parameter",
            "no id",
        ),
        (
            format!("share_id({ENV:?}, [\"nonsense\"])"),
            "invalid value for \"appids\" parameter",
            "nonsense",
        ),
        (
            format!("share_id({ENV:?}, [{A:?}], 0.5)"),
            "invalid value for \"source_type\" parameter",
            "source_type",
        ),
        (
            format!("share_id({ENV:?}, [{A:?}], 1, 1)"),
            "invalid value for \"source_type\" parameter",
            "more than once",
        ),
        (
            "qr_svg(\"\")".to_owned(),
            "invalid value for \"text\" parameter",
            "empty",
        ),
        (
            "confirmation_page(null, {})".to_owned(),
            "invalid value for \"shares\" parameter",
            "null",
        ),
        (
            "confirmation_page([null], {})".to_owned(),
            "invalid value for \"shares\" parameter",
            "`shares[0]`",
        ),
        (
            "confirmation_page([], null)".to_owned(),
            "invalid value for \"options\" parameter",
            "null",
        ),
        (
            "parse_share_id(\"nonsense\")".to_owned(),
            "invalid value for \"id\" parameter",
            "ENV/APPID",
        ),
        (
            format!("share_id({ENV:?}, null)"),
            "invalid value for \"appids\" parameter",
            "null",
        ),
    ] {
        workspace.configure(&format!(
            "output \"id\" {{\n  value = provider::cloudbase::{call}\n}}\n"
        ));
        let run = workspace.run(&["validate", "-no-color"]).await;
        let said = run.flat();
        run.fails_with(&["Invalid function argument", says]);
        assert!(
            said.to_lowercase().contains(argument),
            "`{argument}` is not in: {said}"
        );
    }
}
