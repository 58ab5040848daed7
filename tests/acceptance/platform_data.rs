//! The data sources about the platform: its environments, and the accounts that authorised it.

use cloudbase::sandbox::{Authorizer, Effect, Endpoint, Environment, Fault, Options, Quota, Seed};
use serde_json::{Value as Json, json};

use crate::support::{ENV, OTHER_ENV, Workspace, many_appids};
use crate::workspace;

async fn values(workspace: &Workspace, address: &str) -> Json {
    workspace.resource(address).await["values"].take()
}

fn account(appid: &str, permission_sets: &[i64]) -> Authorizer {
    Authorizer {
        refresh_token: Some(format!("refreshtoken@@@of-{appid}")),
        auth_time: 1_700_000_000,
        permission_sets: permission_sets.to_vec(),
        ..Authorizer::new(appid)
    }
}

fn with_accounts(authorizers: Vec<Authorizer>) -> Options {
    Options {
        seed: Some(Seed {
            authorizers,
            ..Seed::default()
        }),
        ..Options::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platforms_environments_are_read_in_order() {
    let workspace = workspace!();
    for env in [ENV, OTHER_ENV] {
        workspace.sandbox.put_environment(Environment {
            alias: Some("shop".to_owned()),
            package_id: None,
            ..Environment::new(env)
        });
    }
    workspace.configure("data \"cloudbase_component_envs\" \"test\" {}\n");
    workspace.apply().await;
    let envs = values(&workspace, "data.cloudbase_component_envs.test").await["envs"].take();
    let ids: Vec<_> = envs.as_array().unwrap().iter().map(|e| &e["env"]).collect();
    assert_eq!(ids, [OTHER_ENV, ENV]);
    assert_eq!(envs[1]["alias"], "shop");
    assert_eq!(envs[1]["dbinstance_id"], format!("tnt-{ENV}"));
    assert_eq!(envs[1]["bucket_id"], format!("{ENV}-1300000000"));
    assert!(envs[1]["package_id"].is_null());
    workspace.assert_plan_is_empty().await;
    let token = &workspace.calls(Endpoint::DescribeEnvs)[0].token;
    assert!(matches!(token, cloudbase::sandbox::TokenSeen::Component));
}

#[tokio::test(flavor = "multi_thread")]
async fn cloud_hosting_environments_are_read_in_order_and_without_the_others() {
    let workspace = workspace!();
    workspace.sandbox.put_environment(Environment::new(ENV));
    for (env, source) in [("b-hosting", "qcloud"), ("a-hosting", "miniapp")] {
        workspace.sandbox.put_environment(Environment {
            source: Some(source.to_owned()),
            source_type: Some(1),
            ..Environment::new(env)
        });
    }
    workspace.configure("data \"cloudbase_hosting_envs\" \"test\" {}\n");
    workspace.apply().await;
    let envs = values(&workspace, "data.cloudbase_hosting_envs.test").await["envs"].take();
    assert_eq!(
        envs[0],
        json!({
            "env": "a-hosting",
            "source": "miniapp",
            "alias": null,
            "create_time": "2019-04-04 14:10:28",
            "update_time": "2019-04-04 14:10:28",
            "status": "NORMAL",
            "package_id": null,
            "package_name": null,
            "pay_mode": "postpaid",
            "is_default": false,
            "is_auto_degrade": true,
            "env_channel": "",
            "region": "ap-shanghai",
        })
    );
    assert_eq!(envs[1]["source"], "qcloud");
    assert_eq!(envs.as_array().unwrap().len(), 2);
    workspace.assert_plan_is_empty().await;
    let token = &workspace.calls(Endpoint::HostingEnvs)[0].token;
    assert!(matches!(token, cloudbase::sandbox::TokenSeen::Component));
    assert_eq!(workspace.calls(Endpoint::DescribeEnvs).len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quota_of_a_call_is_that_of_the_token_it_is_read_with() {
    let workspace = workspace!();
    workspace.sandbox.set_quota(Quota {
        endpoint: Some(Endpoint::Share),
        per_minute: Some(60),
        per_day: Some(500),
    });
    workspace.configure(
        "data \"cloudbase_api_quota\" \"share\" {\n  path = \"/componenttcb/batchshareenv\"\n}\n\
         data \"cloudbase_api_quota\" \"env\" {\n  path  = \"/tcb/getenvinfo\"\n  token = \"authorizer\"\n}\n",
    );
    workspace.apply().await;
    assert_eq!(
        values(&workspace, "data.cloudbase_api_quota.share").await,
        json!({
            "path": "/componenttcb/batchshareenv",
            "token": null,
            "daily_limit": 500,
            "used": 0,
            "remaining": 500,
            "rate_limit": {"calls": 60, "seconds": 60},
            "component_rate_limit": null,
        })
    );
    let of_merchant = values(&workspace, "data.cloudbase_api_quota.env").await;
    assert_eq!(of_merchant["remaining"], 100_000);
    assert!(of_merchant["rate_limit"].is_null());
    let calls = workspace.calls(Endpoint::ApiQuota);
    let asked: std::collections::BTreeSet<_> = calls
        .iter()
        .map(|call| {
            (
                call.body["cgi_path"].to_string(),
                format!("{:?}", call.token),
            )
        })
        .collect();
    let expected = [
        ("\"/componenttcb/batchshareenv\"", "Component"),
        ("\"/tcb/getenvinfo\"", "Authorizer"),
    ];
    let expected = expected.map(|(path, token)| (path.to_owned(), token.to_owned()));
    assert_eq!(asked, expected.into());
    assert_eq!(workspace.calls(Endpoint::Share).len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_that_cannot_be_read_says_how_a_path_is_written_and_which_token_is_needed() {
    let workspace = workspace!();
    let configure = |path: &str| {
        workspace.configure(&format!(
            "data \"cloudbase_api_quota\" \"test\" {{\n  path = {path:?}\n}}\n"
        ));
    };
    let plan = async || workspace.run(&["plan", "-no-color"]).await;
    for path in [
        "componenttcb/batchshareenv",
        "https://a.example/b",
        "/a b",
        "//a",
        "/a?b=c",
        "/",
        "/tcb/*",
    ] {
        configure(path);
        plan()
            .await
            .fails_with(&["invalid `path`", "/componenttcb/batchshareenv"]);
    }
    assert_eq!(workspace.sandbox.calls().len(), 0);
    configure("/tcb/getenvinfo");
    let words = [
        "quota of /tcb/getenvinfo",
        "errcode 76022",
        "authorizer token",
    ];
    plan().await.fails_with(&words);
    let fault = Effect::Errcode {
        code: 48001,
        message: "api unauthorized".to_owned(),
    };
    workspace
        .sandbox
        .inject(Fault::new(fault).on(Endpoint::ApiQuota));
    let names_token = "a quota take the one that their attribute `token` names";
    plan().await.fails_with(&["errcode 48001", names_token]);
    workspace.sandbox.clear_faults();
    configure("/componenttcb/none");
    plan()
        .await
        .fails_with(&["errcode 76021", "with the slash in front"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_environments_the_list_is_empty() {
    let workspace = workspace!();
    workspace.configure("data \"cloudbase_component_envs\" \"test\" {}\n");
    workspace.apply().await;
    let found = values(&workspace, "data.cloudbase_component_envs.test").await;
    assert_eq!(found["envs"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn six_hundred_accounts_come_in_two_pages() {
    let appids = many_appids(1, 600);
    // The API's order is not theirs.
    let accounts = appids.iter().rev().map(|appid| account(appid, &[18]));
    let workspace = workspace!(with_accounts(accounts.collect()));
    let platform = workspace.sandbox.component().appid;
    workspace.configure(&format!(
        "data \"cloudbase_authorizers\" \"test\" {{\n  component_appid = {platform:?}\n}}\n"
    ));
    workspace.apply().await;
    let calls = workspace.calls(Endpoint::AuthorizerList);
    let pages: Vec<_> = calls.iter().map(|call| &call.body["offset"]).collect();
    assert_eq!(pages, [0, 500]);
    assert_eq!(workspace.calls(Endpoint::AuthorizerInfo).len(), 0);
    let found = values(&workspace, "data.cloudbase_authorizers.test").await;
    let found = found["authorizers"].as_array().unwrap();
    let listed: Vec<_> = found.iter().map(|a| a["appid"].as_str().unwrap()).collect();
    assert_eq!(listed, appids);
    assert_eq!(found[0]["auth_time"], 1_700_000_000);
    for name in ["nick_name", "principal_name", "permission_sets"] {
        assert!(found[0][name].is_null(), "{name} was not asked for");
    }
    let state = workspace.state_file().to_string();
    assert!(
        !state.contains("refreshtoken@@@"),
        "refresh tokens are no result"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn for_each_picks_the_accounts_that_granted_set_18() {
    let appids = many_appids(1, 4);
    let sets: [&[i64]; 4] = [&[18, 49], &[49], &[18], &[]];
    let accounts = appids.iter().zip(sets).map(|(a, sets)| account(a, sets));
    let mut workspace = workspace!(with_accounts(accounts.collect()));
    workspace.set(
        "CLOUDBASE_COMPONENT_APPID",
        &workspace.sandbox.component().appid,
    );
    workspace.configure(&format!(
        "data \"cloudbase_authorizers\" \"test\" {{\n  permissions = true\n}}\n\
         resource \"cloudbase_env_share\" \"each\" {{\n\
         \x20 for_each = toset([for a in data.cloudbase_authorizers.test.authorizers : a.appid if contains(a.permission_sets, 18)])\n\
         \x20 env    = {ENV:?}\n  appids = [each.key]\n}}\n"
    ));
    workspace.apply().await;
    assert_eq!(workspace.named(Endpoint::Share), [&*appids[0], &*appids[2]]);
    let found = values(&workspace, "data.cloudbase_authorizers.test").await;
    let found = &found["authorizers"];
    assert_eq!(found[0]["permission_sets"], json!([18, 49]));
    assert_eq!(found[3]["permission_sets"], json!([]));
    assert_eq!(found[0]["principal_name"], "sandbox");
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_platforms_appid_it_is_an_error_that_says_where_to_write_it() {
    let workspace = workspace!();
    workspace.configure("data \"cloudbase_authorizers\" \"test\" {}\n");
    workspace.run(&["plan", "-no-color"]).await.fails_with(&[
        "appid of the third-party platform",
        "CLOUDBASE_COMPONENT_APPID",
    ]);
    assert_eq!(workspace.sandbox.calls().len(), 0);
}
