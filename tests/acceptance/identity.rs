//! Identities of resources: importing by them, and what state has of them.

use serde_json::{Value as Json, json};

use crate::generated::{assert_imports_only, generate, import};
use crate::support::{A, B, C, ENV, OTHER_ENV, Workspace, actions, share};
use crate::workspace;

const ADDRESS: &str = "cloudbase_env_share.test";

/// The argument `identity` of an `import` block.
fn identity(arguments: &str) -> String {
    format!("identity = {{\n    {arguments}\n  }}")
}

/// The identity of shares.
fn shares(env: &str, appids: &[&str], source_type: Option<i64>) -> Json {
    json!({ "env": env, "appids": appids, "source_type": source_type })
}

/// The identity that the shown state has for `address`; the state file has the same.
async fn in_state(workspace: &Workspace, address: &str) -> Json {
    let resource = workspace.resource(address).await;
    assert_eq!(resource["identity_schema_version"], 0, "{resource}");
    let file = workspace.state_file();
    let (ty, name) = address.split_once('.').unwrap();
    let resources = file["resources"].as_array().unwrap();
    let stored = resources
        .iter()
        .find(|one| one["type"] == ty && one["name"] == name);
    let stored = &stored.unwrap()["instances"][0];
    assert_eq!(stored["identity"], resource["identity"]);
    assert_eq!(stored["identity_schema_version"], 0);
    resource["identity"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_resource_is_imported_by_it() {
    let workspace = workspace!(needs ImportByIdentity);
    for appid in [A, B] {
        workspace.sandbox.bind(ENV, appid, None);
    }
    workspace.sandbox.bind(OTHER_ENV, A, 1);
    let confirmation = |env: &str, appids: &[&str], more: &str| {
        share(env, appids, more).replace("cloudbase_env_share", "cloudbase_env_share_confirmation")
    };
    let plain = format!("env = {ENV:?}\n    appids = [{A:?}, {B:?}]");
    let zero = format!("{plain}\n    source_type = 0");
    let hosted = format!("env = {OTHER_ENV:?}\n    appids = [{A:?}]\n    source_type = 1");
    let conversion =
        format!("resource \"cloudbase_env_conversion\" \"test\" {{\n  env = {ENV:?}\n}}\n");
    let access = crate::open_api_access::access(ENV, &[], "");
    for (arguments, resource, expected) in [
        (&plain, share(ENV, &[A, B], ""), shares(ENV, &[B, A], None)),
        (&zero, share(ENV, &[B, A], ""), shares(ENV, &[B, A], None)),
        // No kind and 0 are the same: state follows the configuration, and nothing is sent.
        (
            &plain,
            share(ENV, &[A, B], "source_type = 0"),
            shares(ENV, &[B, A], None),
        ),
        (
            &hosted,
            share(OTHER_ENV, &[A], "source_type = 1"),
            shares(OTHER_ENV, &[A], Some(1)),
        ),
        (
            &plain,
            confirmation(ENV, &[A, B], ""),
            shares(ENV, &[B, A], None),
        ),
        (
            &hosted,
            confirmation(OTHER_ENV, &[A], "source_type = 1"),
            shares(OTHER_ENV, &[A], Some(1)),
        ),
        (&format!("env = {ENV:?}"), conversion, json!({ "env": ENV })),
        (&format!("env = {ENV:?}"), access, json!({ "env": ENV })),
    ] {
        let head = resource.lines().next().unwrap();
        let address = head.replace("resource ", "").replace("\" \"", ".");
        let address = address.replace(['"', '{'], "").trim().to_owned();
        let block = format!(
            "import {{\n  to = {address}\n  {}\n}}\n",
            identity(arguments)
        );
        workspace.configure(&(resource.clone() + &block));
        let planned = workspace.plan().await;
        let says_zero = resource.contains("source_type = 0");
        let expected_action = if says_zero { "update" } else { "no-op" };
        assert_eq!(actions(&planned, &address), [expected_action], "{resource}");
        let importing = &planned["resource_changes"][0]["change"]["importing"];
        assert!(importing["identity"].is_object(), "{importing}");
        workspace.run(&["apply", "-no-color", "plan"]).await.ok();
        assert_eq!(in_state(&workspace, &address).await, expected);
        workspace.configure(&resource);
        workspace.assert_plan_is_empty().await;
        workspace.run(&["state", "rm", &address]).await.ok();
    }
    assert_eq!(workspace.writes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn configuration_is_generated_by_it() {
    let workspace = workspace!(needs ImportByIdentity);
    for appid in [A, B] {
        workspace.sandbox.bind(ENV, appid, None);
    }
    workspace.sandbox.bind(OTHER_ENV, C, 1);
    let plain = identity(&format!("env = {ENV:?}\n    appids = [{A:?}, {B:?}]"));
    let hosted = identity(&format!(
        "env = {OTHER_ENV:?}\n    appids = [{C:?}]\n    source_type = 1"
    ));
    let blocks = [
        import("cloudbase_env_share.plain", &plain),
        import("cloudbase_env_share.hosted", &hosted),
        import("cloudbase_env_share_confirmation.plain", &plain),
        import("cloudbase_env_share_confirmation.hosted", &hosted),
        import(
            "cloudbase_env_conversion.plain",
            &identity(&format!("env = {ENV:?}")),
        ),
        import(
            "cloudbase_open_api_access.plain",
            &identity(&format!("env = {ENV:?}")),
        ),
    ]
    .concat();
    let generated = generate(&workspace, &blocks).await;
    assert_eq!(generated.matches("resource \"").count(), 6, "{generated}");
    assert_imports_only(&workspace, &blocks, 6).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_follows_what_is_shared() {
    let workspace = workspace!(needs ImportByIdentity);
    workspace.configure(&share(ENV, &[A, B], ""));
    let plan = workspace.plan().await;
    let change = &plan["resource_changes"][0]["change"];
    assert!(change["before_identity"].is_null());
    assert_eq!(change["after_identity"], shares(ENV, &[B, A], None));
    workspace.run(&["apply", "-no-color", "plan"]).await.ok();
    assert_eq!(
        in_state(&workspace, ADDRESS).await,
        shares(ENV, &[B, A], None)
    );
    workspace.sandbox.approve_all();
    workspace.apply().await;

    // An update in place.
    workspace.configure(&share(ENV, &[A, C], ""));
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, ADDRESS), ["update"]);
    let change = &plan["resource_changes"][0]["change"];
    assert_eq!(change["before_identity"], shares(ENV, &[B, A], None));
    assert_eq!(change["after_identity"], shares(ENV, &[A, C], None));
    workspace.run(&["apply", "-no-color", "plan"]).await.ok();
    assert_eq!(
        in_state(&workspace, ADDRESS).await,
        shares(ENV, &[A, C], None)
    );
    workspace.sandbox.approve_all();
    workspace.apply().await;

    // A refresh that finds something else.
    workspace.sandbox.unbind(ENV, C, None);
    let refresh = ["apply", "-refresh-only", "-auto-approve", "-no-color"];
    workspace.run(&refresh).await.ok();
    assert_eq!(in_state(&workspace, ADDRESS).await, shares(ENV, &[A], None));
    workspace.apply().await;
    assert_eq!(
        in_state(&workspace, ADDRESS).await,
        shares(ENV, &[A, C], None)
    );
    workspace.sandbox.approve_all();
    workspace.apply().await;

    // Another object.
    workspace.configure(&share(OTHER_ENV, &[A], "source_type = 1"));
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, ADDRESS), ["delete", "create"]);
    workspace.run(&["apply", "-no-color", "plan"]).await.ok();
    assert_eq!(
        in_state(&workspace, ADDRESS).await,
        shares(OTHER_ENV, &[A], Some(1))
    );
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn terraform_lists_them() {
    let workspace = workspace!(needs StateIdentities);
    let conversion =
        format!("resource \"cloudbase_env_conversion\" \"test\" {{\n  env = {ENV:?}\n}}\n");
    workspace.configure(&(share(ENV, &[A], "") + &conversion));
    workspace.apply().await;
    let list = ["state", "identities", "-json"];
    let run = workspace.run(&list).await.ok();
    let listed: Json = serde_json::from_str(&run.stdout).unwrap();
    let conversion = "cloudbase_env_conversion.test";
    assert_eq!(
        listed,
        json!({ ADDRESS: shares(ENV, &[A], None), conversion: { "env": ENV } })
    );
    let one = [&list[..], &[conversion]].concat();
    let run = workspace.run(&one).await.ok();
    let listed: Json = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(listed, json!({ conversion: { "env": ENV } }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_one_is_refused_with_words() {
    let workspace = workspace!(needs ImportByIdentity);
    workspace.sandbox.bind(ENV, A, None);
    let plain = |env: &str, appids: &[&str]| format!("env = {env:?}\n    appids = {appids:?}");
    for (arguments, says) in [
        (
            plain(ENV, &[A, B]),
            format!("environment {ENV} is not shared with mini program {B}"),
        ),
        (
            format!("{}\n    source_type = 1", plain(ENV, &[A])),
            format!("environment {ENV} is not shared with mini program {A}"),
        ),
        (plain("no id", &[A]), "is not an environment id".to_owned()),
        (
            plain(ENV, &["nonsense"]),
            "\"nonsense\" is not an appid".to_owned(),
        ),
        (
            plain(ENV, &[]),
            "List at least one appid in the `identity`".to_owned(),
        ),
        // Terraform itself knows what has to be there.
        (format!("env = {ENV:?}"), "appids".to_owned()),
    ] {
        let block = format!(
            "import {{\n  to = {ADDRESS}\n  {}\n}}\n",
            identity(&arguments)
        );
        workspace.configure(&(share(ENV, &[A], "") + &block));
        let run = workspace.run(&["plan", "-no-color"]).await;
        let run = run.fails_with(&[&says]);
        assert!(
            !run.flat().contains("mistake in the provider"),
            "{}",
            run.flat()
        );
    }
    assert_eq!(workspace.writes(), 0);
}
