//! `cloudbase_env_conversion`: there is no way back.

use cloudbase::sandbox::{Effect, Endpoint, Fault, TokenSeen};

use crate::support::{ENV, OTHER_ENV, actions};
use crate::workspace;

const ADDRESS: &str = "cloudbase_env_conversion.test";

fn conversion(env: &str, more: &str) -> String {
    format!("resource \"cloudbase_env_conversion\" \"test\" {{\n  env = {env:?}\n  {more}\n}}\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn it_converts_once_and_destroying_it_warns_and_only_forgets() {
    let workspace = workspace!();
    workspace.configure(&conversion(ENV, ""));
    workspace.run(&["plan"]).await.ok();
    assert!(workspace.sandbox.calls().is_empty(), "a plan asks nothing");
    workspace.apply().await;
    workspace.apply().await;
    let calls = workspace.sandbox.calls();
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert_eq!(
        (calls[0].endpoint, calls[0].token),
        (Endpoint::Convert, TokenSeen::Component)
    );
    assert_eq!(workspace.sandbox.converted(), [ENV]);
    workspace.assert_plan_is_empty().await;

    workspace.sandbox.clear_calls();
    let plan = workspace.run(&["plan", "-destroy", "-no-color"]).await.ok();
    let warning = format!("Warning: environment {ENV} stays converted");
    assert!(plan.flat().contains(&warning), "{}", plan.flat());
    workspace.destroy().await.ok();
    assert!(workspace.sandbox.calls().is_empty());
    assert_eq!(workspace.sandbox.converted(), [ENV]);
    assert!(workspace.resource(ADDRESS).await.is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authorizer_token_converts_too_and_changing_it_converts_nothing_again() {
    let workspace = workspace!();
    workspace.configure(&conversion(ENV, "token = \"authorizer\""));
    workspace.apply().await;
    let calls = workspace.sandbox.calls();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].token, TokenSeen::Authorizer);

    workspace.configure(&conversion(ENV, "token = \"component\""));
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, ADDRESS), ["update"]);
    workspace.apply().await;
    assert_eq!(workspace.sandbox.calls().len(), 1);

    workspace.configure(&conversion(OTHER_ENV, ""));
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, ADDRESS), ["delete", "create"]);
    workspace.apply().await;
    assert_eq!(workspace.sandbox.converted(), [OTHER_ENV, ENV]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_imported_by_its_environment_without_a_call() {
    let workspace = workspace!();
    workspace.configure(&conversion(ENV, ""));
    workspace.run(&["import", ADDRESS, ENV]).await.ok();
    workspace.assert_plan_is_empty().await;
    assert!(workspace.sandbox.calls().is_empty());
    let values = workspace.resource(ADDRESS).await["values"].take();
    assert_eq!(
        (&values["env"], &values["token"]),
        (&ENV.into(), &"component".into())
    );

    workspace.configure(&conversion(OTHER_ENV, "").replace("\"test\"", "\"other\""));
    workspace
        .run(&[
            "import",
            "-no-color",
            "cloudbase_env_conversion.other",
            "not an id",
        ])
        .await
        .fails_with(&["invalid import id", "The id is the environment id alone"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_names_the_environment_and_leaves_nothing() {
    let workspace = workspace!();
    workspace.sandbox.behave(|now| now.strict_envs = true);
    workspace.configure(&conversion(ENV, ""));
    let run = workspace.try_apply().await;
    run.fails_with(&[
        &format!("could not convert environment {ENV}"),
        "errcode",
        "rid",
    ]);
    assert!(workspace.resource(ADDRESS).await.is_null());
    assert_eq!(
        workspace.calls(Endpoint::Convert).len(),
        1,
        "it is not tried again"
    );

    workspace.sandbox.behave(|now| now.strict_envs = false);
    workspace
        .sandbox
        .inject(Fault::new(Effect::Reset).on(Endpoint::Convert));
    workspace.apply().await;
    assert_eq!(workspace.sandbox.converted(), [ENV]);
    assert!(!workspace.state_file().to_string().contains("tainted"));
}
