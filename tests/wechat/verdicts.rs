//! What an answer says, and of whom: nothing is a success that does not say so.

use std::collections::BTreeSet;

use cloudbase::wechat::{Class, Client, Freshness, FunctionCode, Network, TokenKind};
use serde_json::{Value, json};

use crate::server::{Reply, Request, Server, appid, appids, env, operation};

/// Answers that are not the API's, with status 200.
const GATEWAY: [&str; 3] = [
    r#"{"code":403,"message":"blocked by policy"}"#,
    "{}",
    r#"{"errmsg":"ok"}"#,
];

fn impatient(server: &Server) -> Client {
    let mut settings = server.settings();
    settings.max_retries = 1;
    Client::new(settings)
}

#[tokio::test]
async fn a_gateway_s_answer_is_no_success_of_any_call() {
    for body in GATEWAY {
        let server = Server::start(move |_| Reply::Status(200, body.to_owned())).await;
        let client = impatient(&server);
        let (operation, env, one) = (operation(), env(), appids([1]));

        let shared = client.share(&operation, &env, &one, None).await;
        let unshared = client.unshare(&operation, &env, &one, None).await;
        let function = "cloudbase_auth".parse().unwrap();
        let code = FunctionCode::new(b"PK\x03\x04".to_vec()).unwrap();
        let turn = client.upload_turn(&operation).await.unwrap();
        let targets = [(env.clone(), None)].into();
        let network = Network::default();
        let uploaded = turn
            .upload(&operation, &function, &code, &network, targets)
            .await;
        let deleted = client.delete_function(&operation, &env, &function).await;
        let writes = [
            uploaded[&env].clone(),
            deleted,
            shared[&appid(1)].clone().map(|_| ()),
            unshared[&appid(1)].clone(),
            client.convert(&operation, &env, TokenKind::Component).await,
        ];
        for write in writes {
            let error = write.unwrap_err();
            assert_eq!(error.class(), Class::Malformed, "{error}");
            assert!(error.may_have_been_applied(), "{error}");
        }

        let queried = client.query(&operation, &one, None, Freshness::Fresh).await;
        let reads = [
            queried[&appid(1)].clone().map(|_| ()),
            client.env_info(&operation, None).await.map(|_| ()),
            client.component_envs(&operation).await.map(|_| ()),
            client.hosting_envs(&operation).await.map(|_| ()),
            client
                .api_quota(&operation, "/tcb/getenvinfo", TokenKind::Authorizer)
                .await
                .map(|_| ()),
            client
                .cloud_access(&operation, &env, TokenKind::Component)
                .await
                .map(|_| ()),
            client
                .function(&operation, &env, &function)
                .await
                .map(|_| ()),
            client
                .authorizers(&operation, Some(&appid(7)))
                .await
                .map(|_| ()),
            client
                .authorizer_info(&operation, Some(&appid(7)), &appid(8))
                .await
                .map(|_| ()),
        ];
        for read in reads {
            let error = read.unwrap_err();
            assert_eq!(error.class(), Class::Malformed, "{error}");
            assert!(error.happened().contains("no `errcode`"), "{error}");
            assert!(!error.may_have_been_applied());
        }
    }
}

#[tokio::test]
async fn a_list_is_as_good_as_an_errcode() {
    let server = Server::start(|request| {
        let list = match request.path.rsplit('/').next().unwrap() {
            "batchshareenv" => "msg_info_list",
            "batchgetenvid" => "relation_data",
            _ => "err_list",
        };
        Reply::Json(json!({list: []}))
    })
    .await;
    let client = server.client();
    let (operation, env, one) = (operation(), env(), appids([1]));
    assert!(client.share(&operation, &env, &one, None).await[&appid(1)].is_ok());
    assert!(client.unshare(&operation, &env, &one, None).await[&appid(1)].is_ok());
    let found = client.query(&operation, &one, None, Freshness::Fresh).await;
    assert!(found[&appid(1)].is_ok());
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_write_whose_answer_may_be_about_another_is_unanswered_and_not_sent_again() {
    let server = Server::start(|_| {
        Reply::Json(json!({"errcode": 0, "err_list": [
            {"appid": appid(1), "errmsg": "no"},
            {"appid": "wx000000000000002", "errmsg": "invalid appid"},
        ]}))
    })
    .await;
    let client = server.client();
    let (operation, env, three) = (operation(), env(), appids([1, 2, 3]));
    let shared = client.share(&operation, &env, &three, None).await;
    let unshared = client.unshare(&operation, &env, &three, None).await;
    let shared = shared.into_iter().map(|(appid, one)| (appid, one.err()));
    let unshared = unshared.into_iter().map(|(appid, one)| (appid, one.err()));
    for (whose, error) in shared.chain(unshared) {
        let error = error.unwrap();
        if whose == appid(1) {
            assert_eq!((error.class(), error.errmsg()), (Class::Item, Some("no")));
            continue;
        }
        assert_eq!(error.class(), Class::Unanswered);
        assert!(error.may_have_been_applied());
        assert!(
            error
                .happened()
                .contains(r#""wx000000000000002" (invalid appid)"#),
            "{error}"
        );
        assert!(error.to_string().contains(whose.as_str()), "{error}");
    }
    assert_eq!(server.requests().len(), 2);
}

/// What a query is answered when the rows of `mangled` lack their last character: a relation row for even ones, a
/// refusal for odd ones.
fn mangling(request: &Request, mangled: &BTreeSet<String>, empty_rows: bool) -> Value {
    let (mut relations, mut refusals) = (Vec::new(), Vec::new());
    for appid in request.appids() {
        let odd = appid.ends_with(['1', '3', '5', '7', '9']);
        if !mangled.contains(&appid) {
            if empty_rows {
                relations.push(json!({"appid": appid, "env_list": []}));
            }
        } else if odd {
            refusals.push(json!({"appid": &appid[..17], "errmsg": "invalid appid"}));
        } else {
            relations.push(json!({"appid": &appid[..17], "env_list": [format!("env-of-{appid}")]}));
        }
    }
    json!({"errcode": 0, "relation_data": relations, "err_list": refusals})
}

/// Queries 50 of which the rows of `mangled` are mangled, checks that each is answered as it is, and returns the
/// number of calls.
async fn calls_for(mangled: &[usize], empty_rows: bool) -> usize {
    let names: BTreeSet<String> = mangled.iter().map(|&n| appid(n).to_string()).collect();
    let server =
        Server::start(move |request| Reply::Json(mangling(request, &names, empty_rows))).await;
    let client = server.client();
    let found = client
        .query(&operation(), &appids(0..50), None, Freshness::Fresh)
        .await;
    assert_eq!(found.len(), 50);
    for (n, (whose, found)) in found.into_iter().enumerate() {
        match (mangled.contains(&n), n % 2) {
            (false, _) => assert!(found.unwrap().is_empty()),
            (true, 0) => assert!(found.unwrap().contains(&format!("env-of-{whose}"))),
            (true, _) => {
                let error = found.unwrap_err();
                assert_eq!(error.class(), Class::Item);
                assert_eq!(error.errmsg(), Some("invalid appid"));
            }
        }
    }
    server.requests().len()
}

#[tokio::test]
async fn a_query_asks_again_in_halves_until_every_stray_row_is_somebody_s() {
    // With a row for everybody else it can only be one.
    for mangled in [0, 17, 49] {
        assert_eq!(calls_for(&[mangled], true).await, 1);
    }
    for mangled in [0, 17, 24, 49] {
        let calls = calls_for(&[mangled], false).await;
        assert!(calls <= 13, "one: {calls}");
    }
    for rows in [true, false] {
        let calls = calls_for(&[3, 30], rows).await;
        assert!(calls <= 25, "two: {calls}");
        let calls = calls_for(&[0, 1, 2, 20, 49], rows).await;
        assert!(calls <= 45, "five: {calls}");
    }
    let everybody: Vec<usize> = (0..50).collect();
    let calls = calls_for(&everybody, false).await;
    assert!(calls < 100, "all: {calls}");
}
