//! From plan to destroy, and by import.

use cloudbase::sandbox::{Endpoint, TokenSeen};
use serde_json::json;

use super::{ADDRESS, access, calls, listed, sets};
use crate::support::{ENV, OTHER_ENV, actions};
use crate::workspace;

#[tokio::test(flavor = "multi_thread")]
async fn it_is_created_changed_and_destroyed_to_what_was_there_before() {
    let workspace = workspace!();
    workspace.sandbox.set_whitelist(ENV, &["/old", "/kept"]);
    workspace.configure(&access(ENV, &["/kept", "/b", "/a"], ""));
    let plan = workspace.run(&["plan", "-no-color"]).await.ok();
    let said = plan.flat();
    assert!(
        said.contains(&format!(
            "open APIs will be removed from the whitelist of environment {ENV}"
        )),
        "{said}"
    );
    assert!(said.contains("not in `api_whitelist`: /old Code"), "{said}");
    assert_eq!(sets(&workspace), 0, "a plan writes nothing");

    workspace.sandbox.clear_calls();
    workspace.apply().await;
    let sent = calls(&workspace, "set");
    assert_eq!(sent.len(), 1);
    assert_eq!(
        sent[0].body,
        json!({"action": "set", "env": ENV, "open": true, "api_whitelist": ["/a", "/b", "/kept"], "version": 2})
    );
    assert_eq!(sent[0].token, TokenSeen::Component);
    let values = workspace.resource(ADDRESS).await["values"].take();
    assert_eq!(
        values,
        json!({"env": ENV, "api_whitelist": ["/a", "/b", "/kept"], "token": "component", "enabled": true})
    );
    workspace.assert_plan_is_empty().await;
    assert_eq!(sets(&workspace), 1);

    workspace.sandbox.clear_calls();
    workspace.configure(&access(ENV, &["/kept", "/c"], ""));
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, ADDRESS), ["update"]);
    let after = &plan["resource_changes"][0]["change"];
    assert_eq!(after["after"]["enabled"], true, "it stays known: {after}");
    workspace.apply().await;
    assert_eq!(listed(&workspace), ["/c", "/kept"]);
    assert_eq!(calls(&workspace, "set")[0].body["version"], 3);
    workspace.assert_plan_is_empty().await;

    workspace.sandbox.clear_calls();
    let plan = workspace.run(&["plan", "-destroy", "-no-color"]).await.ok();
    let said = plan.flat();
    for words in [
        &*format!("the whitelist of environment {ENV} becomes what it was before"),
        "whitelist had: /kept /old This is removed from it, so that calls of it get an error: /c",
    ] {
        assert!(said.contains(words), "`{words}`: {said}");
    }
    assert_eq!(sets(&workspace), 0);
    workspace.destroy().await.ok();
    assert_eq!(listed(&workspace), ["/kept", "/old"]);
    assert_eq!(sets(&workspace), 1);
    assert!(workspace.resource(ADDRESS).await.is_null());
    let others: Vec<_> = workspace
        .sandbox
        .calls()
        .into_iter()
        .filter(|call| call.endpoint != Endpoint::UseCloudAccessToken)
        .collect();
    assert!(others.is_empty(), "{others:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_as_wanted_already_is_not_written() {
    let workspace = workspace!();
    workspace.sandbox.set_whitelist(ENV, &["/b", "/a"]);
    workspace.configure(&access(ENV, &["/a", "/b"], ""));
    let said = workspace.apply().await.flat();
    assert!(!said.contains("whitelist of"), "{said}");
    workspace.assert_plan_is_empty().await;
    workspace.destroy().await.ok();
    assert_eq!(sets(&workspace), 0);
    assert_eq!(workspace.sandbox.whitelist(ENV).1, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_whitelist_allows_nothing() {
    let workspace = workspace!();
    workspace.sandbox.set_whitelist(ENV, &["/*"]);
    workspace.configure(&access(ENV, &[], ""));
    workspace.apply().await;
    assert!(listed(&workspace).is_empty());
    workspace.assert_plan_is_empty().await;
    workspace.destroy().await.ok();
    assert_eq!(listed(&workspace), ["/*"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_is_shown_and_undone() {
    let workspace = workspace!();
    workspace.configure(&access(ENV, &["/a", "/b"], ""));
    workspace.apply().await;
    // What the API lists need not be a path.
    workspace
        .sandbox
        .set_whitelist(ENV, &["/a", "odd entry", "/z"]);
    let plan = workspace.plan().await;
    let change = &plan["resource_changes"][0]["change"];
    assert_eq!(change["actions"], json!(["update"]));
    assert_eq!(
        change["before"]["api_whitelist"],
        json!(["/a", "/z", "odd entry"])
    );
    assert_eq!(change["after"]["api_whitelist"], json!(["/a", "/b"]));
    workspace.apply().await;
    assert_eq!(listed(&workspace), ["/a", "/b"]);
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_is_changed_without_a_write_and_used_from_then_on() {
    let workspace = workspace!();
    workspace.configure(&access(ENV, &["/a"], "token = \"authorizer\""));
    workspace.apply().await;
    let used = |token: TokenSeen| {
        let calls = workspace.calls(Endpoint::UseCloudAccessToken);
        assert!(!calls.is_empty());
        assert!(calls.iter().all(|call| call.token == token), "{calls:?}");
    };
    used(TokenSeen::Authorizer);
    workspace.configure(&access(ENV, &["/a"], ""));
    assert_eq!(actions(&workspace.plan().await, ADDRESS), ["update"]);
    workspace.sandbox.clear_calls();
    workspace
        .run(&["apply", "-auto-approve", "-refresh=false"])
        .await
        .ok();
    assert!(workspace.sandbox.calls().is_empty());
    workspace.assert_plan_is_empty().await;
    used(TokenSeen::Component);
    assert_eq!(sets(&workspace), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_environment_replaces_it_and_the_old_one_gets_back_what_it_had() {
    let workspace = workspace!();
    workspace.sandbox.set_whitelist(ENV, &["/old"]);
    workspace.sandbox.set_whitelist(OTHER_ENV, &["/other"]);
    workspace.configure(&access(ENV, &["/a"], ""));
    workspace.apply().await;
    workspace.configure(&access(OTHER_ENV, &["/a"], ""));
    let run = workspace
        .run(&["plan", "-no-color", "-out=plan"])
        .await
        .ok();
    let said = run.flat();
    for words in [
        format!("the whitelist of environment {ENV} becomes what it was before"),
        format!("open APIs will be removed from the whitelist of environment {OTHER_ENV}"),
    ] {
        assert!(said.contains(&words), "`{words}`: {said}");
    }
    workspace.run(&["apply", "plan"]).await.ok();
    assert_eq!(listed(&workspace), ["/old"]);
    assert_eq!(workspace.sandbox.whitelist(OTHER_ENV).0, ["/a"]);
    workspace.assert_plan_is_empty().await;
    workspace.destroy().await.ok();
    assert_eq!(workspace.sandbox.whitelist(OTHER_ENV).0, ["/other"]);
    assert_eq!(listed(&workspace), ["/old"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn replaced_on_demand_it_keeps_what_it_found() {
    let workspace = workspace!();
    workspace.sandbox.set_whitelist(ENV, &["/old"]);
    for lifecycle in ["", "lifecycle {\n    create_before_destroy = true\n  }"] {
        workspace.configure(&access(ENV, &["/a"], lifecycle));
        workspace.apply().await;
        let replace = format!("-replace={ADDRESS}");
        workspace
            .run(&["apply", "-auto-approve", &replace])
            .await
            .ok();
        assert_eq!(listed(&workspace), ["/a"], "{lifecycle}");
        workspace.assert_plan_is_empty().await;
        if lifecycle.is_empty() {
            workspace.destroy().await.ok();
            assert_eq!(listed(&workspace), ["/old"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_import_it_is_only_forgotten() {
    let workspace = workspace!();
    workspace.sandbox.set_whitelist(ENV, &["/a", "/b"]);
    workspace.configure(&access(ENV, &["/a", "/b"], ""));
    workspace.run(&["import", ADDRESS, ENV]).await.ok();
    let values = workspace.resource(ADDRESS).await["values"].take();
    assert_eq!(
        values,
        json!({"env": ENV, "api_whitelist": ["/a", "/b"], "token": "component", "enabled": true})
    );
    workspace.assert_plan_is_empty().await;

    // An update of it changes nothing about that.
    workspace.configure(&access(ENV, &["/a"], ""));
    workspace.apply().await;
    assert_eq!(listed(&workspace), ["/a"]);
    workspace.sandbox.clear_calls();
    let plan = workspace.run(&["plan", "-destroy", "-no-color"]).await.ok();
    let warning = format!("Warning: the whitelist of environment {ENV} stays as it is");
    assert!(plan.flat().contains(&warning), "{}", plan.flat());
    workspace.destroy().await.ok();
    assert_eq!(listed(&workspace), ["/a"]);
    assert_eq!(sets(&workspace), 0);

    workspace
        .run(&["import", "-no-color", ADDRESS, "not an id"])
        .await
        .fails_with(&["invalid import id", "The id is the environment id alone"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_path_is_refused_before_anything_is_asked() {
    let workspace = workspace!();
    for bad in [
        "",
        "wxa/x",
        "https://api.weixin.qq.com/wxa/x",
        "//host/x",
        "/wxa/x?access_token=1",
        "/wxa x",
    ] {
        workspace.configure(&access(ENV, &["/a", bad], ""));
        workspace
            .run(&["validate", "-no-color"])
            .await
            .fails_with(&["invalid path of an open API", &format!("{bad:?}")]);
    }
    assert!(workspace.sandbox.calls().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_data_source_reads_all_there_is() {
    let workspace = workspace!();
    workspace.sandbox.set_whitelist(ENV, &["/b", "/a"]);
    workspace.configure(&format!(
        "data \"cloudbase_open_api_access\" \"test\" {{\n  env = {ENV:?}\n}}\n\
         data \"cloudbase_open_api_access\" \"other\" {{\n  env = {OTHER_ENV:?}\n  token = \"authorizer\"\n}}\n"
    ));
    workspace.apply().await;
    let workspace = &workspace;
    let values = |address: &'static str| async move {
        let address = format!("data.cloudbase_open_api_access.{address}");
        workspace.resource(&address).await["values"].take()
    };
    assert_eq!(
        values("test").await,
        json!({"env": ENV, "token": null, "api_whitelist": ["/a", "/b"], "enabled": true, "version": 2})
    );
    assert_eq!(
        values("other").await,
        json!({"env": OTHER_ENV, "token": "authorizer", "api_whitelist": [], "enabled": true, "version": 1})
    );
    let calls = calls(workspace, "get");
    let token = |env| &calls.iter().find(|call| call.envs == [env]).unwrap().token;
    assert_eq!(token(ENV), &TokenSeen::Component);
    assert_eq!(token(OTHER_ENV), &TokenSeen::Authorizer);
    assert_eq!(sets(workspace), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_names_the_environment_and_the_way_out() {
    let workspace = workspace!();
    workspace.configure(&access(ENV, &["/a"], ""));
    workspace.apply().await;
    workspace.sandbox.behave(|now| now.strict_envs = true);
    workspace.run(&["plan", "-no-color"]).await.fails_with(&[
        &format!("could not read the whitelist of environment {ENV}"),
        "errcode -501007",
        "terraform state rm",
        "rid: ",
    ]);
    let run = workspace
        .run(&["destroy", "-auto-approve", "-no-color", "-refresh=false"])
        .await;
    run.fails_with(&[ENV, "terraform state rm", "rid: "]);
    assert!(!workspace.resource(ADDRESS).await.is_null());
    assert_eq!(sets(&workspace), 1, "only that of the create");
}
