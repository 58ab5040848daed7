//! The calls about cloud functions: what is sent, what answers are understood, and what is looked at before a file is sent
//! again.

use std::{collections::BTreeMap, sync::Mutex, time::Duration};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use cloudbase::wechat::{
    Class, Client, EnvId, Error, FoundFunction, FunctionCode, FunctionName, Network,
};
use serde_json::{Value, json};

use crate::server::{COMPONENT_TOKEN, Reply, Request, Server, operation};

const UPLOAD: &str = "/componenttcb/batchuploadscf";
const CODE: &str = "/componenttcb/batchuploadscfcode";
const LIST: &str = "/componenttcb/getscflist";
const DELETE: &str = "/componenttcb/deletescf";

const ZIP: &[u8] = b"PK\x03\x04 the code";

fn name() -> FunctionName {
    "cloudbase_auth".parse().unwrap()
}

fn env(number: usize) -> EnvId {
    format!("test-env-{number}").parse().unwrap()
}

fn found(mod_time: &str) -> FoundFunction {
    FoundFunction {
        status: Some("Active".to_owned()),
        mod_time: Some(mod_time.to_owned()),
        ..FoundFunction::default()
    }
}

/// What came of an upload of `ZIP`.
async fn upload(
    client: &Client,
    network: &Network,
    targets: impl IntoIterator<Item = (usize, Option<FoundFunction>)>,
) -> BTreeMap<EnvId, Result<(), Error>> {
    let code = FunctionCode::new(ZIP.to_vec()).unwrap();
    let targets = targets
        .into_iter()
        .map(|(number, found)| (env(number), found));
    let operation = operation();
    let turn = client.upload_turn(&operation).await.unwrap();
    turn.upload(&operation, &name(), &code, network, targets.collect())
        .await
}

fn check(request: &Request, path: &str, body: &Value) {
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", path)
    );
    assert_eq!(request.query, format!("access_token={COMPONENT_TOKEN}"));
    assert_eq!(&request.body(), body);
    let length = request.text.len().to_string();
    assert_eq!(request.header("content-length"), Some(length.as_str()));
    assert_eq!(request.header("transfer-encoding"), None);
}

#[tokio::test]
async fn what_is_absent_is_uploaded_and_what_is_there_gets_the_code() {
    let server = Server::start(|_| Reply::Json(json!({"errcode": 0}))).await;
    let network = Network {
        vpc: Some("vpc-1".to_owned()),
        subnet: Some("subnet-1".to_owned()),
    };
    let targets = [(1, None), (2, Some(found("1"))), (3, None)];
    let outcomes = upload(&server.client(), &network, targets).await;
    assert!(outcomes.values().all(Result::is_ok), "{outcomes:?}");
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    let zipfile = BASE64_STANDARD.encode(ZIP);
    let body = json!({"functionname": "cloudbase_auth", "envs": ["test-env-1", "test-env-3"],
        "vpcid": "vpc-1", "subnetid": "subnet-1", "zipfile": zipfile});
    check(&requests[0], UPLOAD, &body);
    let body =
        json!({"functionname": "cloudbase_auth", "envs": ["test-env-2"], "zipfile": zipfile});
    check(&requests[1], CODE, &body);
}

#[tokio::test]
async fn a_function_is_looked_for_and_deleted_by_name() {
    let server = Server::start(|request| match request.path.as_str() {
        LIST => Reply::Json(json!({"functions": null})),
        _ => Reply::Json(json!({"errcode": 0})),
    })
    .await;
    let client = server.client();
    let none = client.function(&operation(), &env(1), &name()).await;
    assert_eq!(none.unwrap(), None);
    let body =
        json!({"env": "test-env-1", "offset": 0, "limit": 20, "searchkey": "cloudbase_auth"});
    check(&server.requests()[0], LIST, &body);
    client
        .delete_function(&operation(), &env(1), &name())
        .await
        .unwrap();
    let body = json!({"functionname": "cloudbase_auth", "env": "test-env-1"});
    check(&server.requests()[1], DELETE, &body);
}

#[tokio::test]
async fn more_environments_than_a_batch_take_several_calls() {
    let server = Server::start(|_| Reply::Json(json!({"errcode": 0}))).await;
    let targets = (0..120).map(|number| (number, None));
    let outcomes = upload(&server.client(), &Network::default(), targets).await;
    assert_eq!(outcomes.len(), 120);
    let sizes: Vec<_> = server
        .requests()
        .iter()
        .map(|request| request.body()["envs"].as_array().unwrap().len())
        .collect();
    assert_eq!(sizes, [50, 50, 20]);
}

#[tokio::test]
async fn refusals_are_read_in_either_spelling_of_either_call() {
    let rows = |list: &str, words: &str| {
        json!({list: [
            {"env": "test-env-1", words: "no such env rid: a-b-c"},
            {"env": "test-env-2", words: "fine", "errcode": "0"},
            {"env": null, "errcode": 0},
        ]})
    };
    for found in [None, Some(found("1"))] {
        for answer in [
            rows("fail_env_list", "errmsg"),
            rows("fail_env_list", "errormsg"),
            rows("fail_list", "errmsg"),
            rows("fail_list", "errormsg"),
        ] {
            let server = Server::start(move |_| Reply::Json(answer.clone())).await;
            let targets = [1, 2, 3].map(|number| (number, found.clone()));
            let outcomes = upload(&server.client(), &Network::default(), targets).await;
            let error = outcomes[&env(1)].clone().unwrap_err();
            assert_eq!(
                (error.class(), error.reason()),
                (Class::Item, "no such env")
            );
            assert_eq!(error.rid(), Some("a-b-c"));
            assert!(outcomes[&env(2)].is_ok() && outcomes[&env(3)].is_ok());
            assert_eq!(server.requests().len(), 1);
        }
    }
}

#[tokio::test]
async fn a_refusal_of_a_stranger_may_be_about_anybody() {
    let server = Server::start(|_| {
        Reply::Json(json!({"errcode": 0, "fail_list": [{"env": "test-env-", "errormsg": "no"}]}))
    })
    .await;
    let outcomes = upload(
        &server.client(),
        &Network::default(),
        [(1, None), (2, None)],
    )
    .await;
    for outcome in outcomes.into_values() {
        let error = outcome.unwrap_err();
        assert!(error.may_have_been_applied(), "{error}");
        assert!(
            error.detail().contains("may be this one"),
            "{}",
            error.detail()
        );
    }
}

/// Loses the first answer to a write. The list has functions of these environments, by number, that were changed at "2".
async fn losing(reply: fn() -> Reply, listed: Vec<usize>) -> Server {
    let is_first = Mutex::new(true);
    Server::start(move |request| {
        if request.path == LIST {
            let of_listed = |number: &&usize| request.body()["env"] == env(**number).as_str();
            let rows: Vec<_> = listed
                .iter()
                .filter(of_listed)
                .map(|_| json!({"name": "cloudbase_auth", "status": "Active", "mod_time": "2"}))
                .collect();
            return Reply::Json(
                json!({"errcode": 0, "total_count": rows.len(), "functions": rows}),
            );
        }
        if std::mem::take(&mut *is_first.lock().unwrap()) {
            return reply();
        }
        Reply::Json(json!({"errcode": 0}))
    })
    .await
}

fn lost() -> Vec<fn() -> Reply> {
    vec![
        || Reply::Close,
        || Reply::Status(502, String::new()),
        || Reply::Status(200, String::new()),
        || Reply::Json(json!({"errcode": -501_002})),
        || Reply::Json(json!({"errcode": -1})),
        || Reply::Json(json!({"errcode": 0, "fail_list": 5})),
    ]
}

fn count(server: &Server, path: &str) -> usize {
    let requests = server.requests();
    requests
        .iter()
        .filter(|request| request.path == path)
        .count()
}

fn envs_of(server: &Server, path: &str) -> Vec<Value> {
    let requests = server.requests();
    let of_path = requests.iter().filter(|request| request.path == path);
    of_path
        .map(|request| request.body()["envs"].clone())
        .collect()
}

#[tokio::test]
async fn only_what_shows_no_effect_is_sent_again() {
    for reply in lost() {
        let server = losing(reply, vec![1]).await;
        let targets = [(1, None), (2, None)];
        let outcomes = upload(&server.client(), &Network::default(), targets).await;
        assert!(outcomes.values().all(Result::is_ok), "{outcomes:?}");
        assert_eq!(
            envs_of(&server, UPLOAD),
            [json!(["test-env-1", "test-env-2"]), json!(["test-env-2"])]
        );

        // Code that was taken moves the time of the change.
        let server = losing(reply, vec![1, 2]).await;
        let targets = [(1, Some(found("1"))), (2, Some(found("2")))];
        let outcomes = upload(&server.client(), &Network::default(), targets).await;
        assert!(outcomes.values().all(Result::is_ok), "{outcomes:?}");
        assert_eq!(
            envs_of(&server, CODE),
            [json!(["test-env-1", "test-env-2"]), json!(["test-env-2"])]
        );
    }
}

#[tokio::test]
async fn what_cannot_be_looked_up_is_not_sent_again() {
    let server = Server::start(|request| match request.path.as_str() {
        LIST => Reply::Json(json!({"errcode": 45009})),
        _ => Reply::Close,
    })
    .await;
    let outcomes = upload(&server.client(), &Network::default(), [(1, None)]).await;
    let error = outcomes[&env(1)].clone().unwrap_err();
    assert!(error.may_have_been_applied());
    assert!(
        error.detail().contains("could not be looked up"),
        "{}",
        error.detail()
    );
    assert_eq!(count(&server, UPLOAD), 1);

    let error = server
        .client()
        .delete_function(&operation(), &env(1), &name())
        .await;
    let error = error.unwrap_err();
    assert!(
        error.detail().contains("could not be looked up"),
        "{}",
        error.detail()
    );
    assert_eq!(count(&server, DELETE), 1);
}

#[tokio::test]
async fn a_deletion_is_done_when_the_function_is_not_listed() {
    for reply in [
        || Reply::Close,
        || Reply::Json(json!({"errcode": -501_000})),
        || Reply::Json(json!({"errcode": -1})),
    ] {
        let server = losing(reply, vec![]).await;
        let deleted = server
            .client()
            .delete_function(&operation(), &env(1), &name())
            .await;
        assert!(deleted.is_ok(), "{deleted:?}");
        assert_eq!(count(&server, DELETE), 1);
    }
    // Still there: a lost answer is sent again, a refusal is one.
    let server = losing(|| Reply::Close, vec![1]).await;
    server
        .client()
        .delete_function(&operation(), &env(1), &name())
        .await
        .unwrap();
    assert_eq!(count(&server, DELETE), 2);
    let server = losing(|| Reply::Json(json!({"errcode": -501_000})), vec![1]).await;
    let refused = server
        .client()
        .delete_function(&operation(), &env(1), &name())
        .await;
    assert_eq!(refused.unwrap_err().errcode(), Some(-501_000));
    assert_eq!(count(&server, DELETE), 1);
}

#[tokio::test]
async fn a_row_is_read_however_little_of_it_there_is() {
    for (row, status, reason) in [
        (json!({}), None, None),
        (json!({"status": null, "status_reason": null}), None, None),
        (
            json!({"status": "Active", "status_reason": []}),
            Some("Active"),
            None,
        ),
        (
            json!({"status": "CreateFailed", "status_reason": [
                {"errcode": "X.Y", "errmsg": "no\nentry"}, {"errmsg": "more"}, {}]}),
            Some("CreateFailed"),
            Some("X.Y: no entry; more"),
        ),
    ] {
        let mut row = row;
        row["name"] = "cloudbase_auth".into();
        let server = Server::start(move |_| Reply::Json(json!({"functions": [row]}))).await;
        let found = server
            .client()
            .function(&operation(), &env(1), &name())
            .await;
        let found = found.unwrap().unwrap();
        assert_eq!(found.status.as_deref(), status);
        assert_eq!(found.reason().as_deref(), reason);
        assert_eq!(found.has_failed(), status == Some("CreateFailed"));
    }
}

#[tokio::test]
async fn the_list_of_functions_ends() {
    let page = |request: &Request| {
        let offset = request.body()["offset"].as_u64().unwrap();
        let row = |number| json!({"name": format!("a_cloudbase_auth_{number}")});
        let rows: Vec<_> = (offset..offset + 20).map(row).collect();
        Reply::Json(json!({"total_count": "9999999", "functions": rows}))
    };
    let server = Server::start(page).await;
    let endless = server
        .client()
        .function(&operation(), &env(1), &name())
        .await;
    assert!(
        endless
            .unwrap_err()
            .to_string()
            .contains("goes on after 2000")
    );
    // A page that has nothing new is the last one.
    let server = Server::start(|_| {
        Reply::Json(json!({"total_count": 500, "functions": [{"name": "other"}]}))
    })
    .await;
    let none = server
        .client()
        .function(&operation(), &env(1), &name())
        .await;
    assert_eq!(none.unwrap(), None);
    assert_eq!(count(&server, LIST), 2);
}

#[tokio::test]
async fn a_large_file_has_more_time_than_other_calls() {
    let server = Server::start(|_| Reply::Json(json!({"errcode": 0}))).await;
    let mut settings = server.settings();
    settings.request_timeout = Duration::from_millis(1);
    settings.max_retries = 0;
    let client = Client::new(settings);
    let mut zip = ZIP.to_vec();
    zip.resize(2 << 20, 0);
    let code = FunctionCode::new(zip).unwrap();
    let operation = operation();
    let turn = client.upload_turn(&operation).await.unwrap();
    let targets = BTreeMap::from([(env(1), None)]);
    let outcomes = turn
        .upload(&operation, &name(), &code, &Network::default(), targets)
        .await;
    assert!(outcomes[&env(1)].is_ok(), "{outcomes:?}");
}
