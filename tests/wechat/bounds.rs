//! An answer is no larger than what was asked, and no list goes on for ever.

use cloudbase::wechat::{
    Authorizer, Class, Client, Error, Freshness, FunctionCode, FunctionName, Network, TokenKind,
};
use serde_json::{Value, json};

use crate::server::{Reply, Request, Server, appid, appids, env, operation};

/// A client that tries once.
fn client(server: &Server) -> Client {
    let mut settings = server.settings();
    settings.max_retries = 0;
    settings.component_appid = Some(appid(777));
    Client::new(settings)
}

fn function_name() -> FunctionName {
    "cloudbase_auth".parse().unwrap()
}

/// The error of each kind of call to a server that answers none well, and how long its answer may be.
async fn errors(server: &Server) -> Vec<(Error, &'static str)> {
    let client = client(server);
    let operation = operation();
    let mut shares = client
        .query(&operation, &appids(0..50), None, Freshness::Fresh)
        .await;
    let mut outcomes = client.share(&operation, &env(), &appids([1]), None).await;
    let info = client.env_info(&operation, None).await;
    let envs = client.component_envs(&operation).await;
    let hosting = client.hosting_envs(&operation).await;
    let quota = client
        .api_quota(
            &operation,
            "/componenttcb/batchshareenv",
            TokenKind::Component,
        )
        .await;
    let list = client.authorizers(&operation, None).await;
    let about = client.authorizer_info(&operation, None, &appid(5)).await;
    let function = client.function(&operation, &env(), &function_name()).await;
    let deleted = client
        .delete_function(&operation, &env(), &function_name())
        .await;
    let code = FunctionCode::new(b"PK\x03\x04".to_vec()).unwrap();
    let turn = client.upload_turn(&operation).await.unwrap();
    let targets = [(env(), None)].into();
    let network = Network::default();
    let mut uploaded = turn
        .upload(&operation, &function_name(), &code, &network, targets)
        .await;
    let token = client
        .authorizer_token(&operation, &appid(5), Some(&"refreshtoken".into()))
        .await;
    let access = client
        .cloud_access(&operation, &env(), TokenKind::Component)
        .await;
    vec![
        (shares.remove(&appid(49)).unwrap().unwrap_err(), "864 KiB"),
        (outcomes.remove(&appid(1)).unwrap().unwrap_err(), "80 KiB"),
        (info.unwrap_err(), "4 MiB"),
        (envs.unwrap_err(), "4 MiB"),
        (hosting.unwrap_err(), "4 MiB"),
        (quota.unwrap_err(), "64 KiB"),
        (list.unwrap_err(), "1 MiB"),
        (about.unwrap_err(), "256 KiB"),
        (token.unwrap_err(), "64 KiB"),
        (access.unwrap_err(), "256 KiB"),
        (function.unwrap_err(), "384 KiB"),
        (deleted.unwrap_err(), "64 KiB"),
        (uploaded.remove(&env()).unwrap().unwrap_err(), "80 KiB"),
    ]
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_refused_with_its_limit() {
    let announced = b"HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\n".to_vec();
    let mut chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1312D00\r\n".to_vec();
    chunked.resize(20_000_000, b' ');
    // Of the first nothing but its head is ever sent; the second does not say how long it is.
    for answer in [announced, chunked] {
        let server = Server::start(move |_| Reply::Raw(answer.clone())).await;
        for (error, limit) in errors(&server).await {
            assert!(
                error.to_string().contains(&format!(
                    "the answer was longer than {limit}, which no answer to this call is"
                )),
                "{error}"
            );
        }
    }
}

#[tokio::test]
async fn an_answer_just_within_its_limit_is_read() {
    let of_length = |length: usize| {
        let rest = r#"{"errcode":0,"errmsg":""}"#.len();
        format!(
            r#"{{"errcode":0,"errmsg":"{}"}}"#,
            "x".repeat(length - rest)
        )
    };
    for (length, fits) in [(65_536, true), (65_537, false)] {
        let server = Server::start(move |_| Reply::Status(200, of_length(length))).await;
        let converted = client(&server)
            .convert(&operation(), &env(), TokenKind::Component)
            .await;
        assert_eq!(converted.is_ok(), fits, "{converted:?}");
    }
}

#[tokio::test]
async fn more_rows_than_can_be_right_are_refused() {
    let lists = |row: Value| {
        let rows: Vec<Value> = std::iter::repeat_n(row, 10_001).collect();
        let nulls = vec![Value::Null; 10_001];
        json!({
            "relation_data": rows, "msg_info_list": rows, "info_list": rows, "env_list": rows, "list": rows,
            "functions": rows, "api_whitelist": nulls,
        })
    };
    let nested = json!({"relation_data": [{"appid": appid(1), "env_list": vec![""; 10_001]}]});
    // Of the nested list only the query knows, which looks up what came of the share, too.
    for (answer, calls) in [(lists(json!({})), 8), (nested, 2)] {
        let text = answer.to_string();
        let server = Server::start(move |_| Reply::Status(200, text.clone())).await;
        let client = client(&server);
        let operation = operation();
        let items = appids(0..50);
        let shares = client
            .query(&operation, &items, None, Freshness::Fresh)
            .await;
        let outcomes = client.share(&operation, &env(), &items, None).await;
        let told = [
            shares[&appid(1)].clone().err(),
            outcomes[&appid(1)].clone().err(),
            client.env_info(&operation, None).await.err(),
            client.component_envs(&operation).await.err(),
            client.hosting_envs(&operation).await.err(),
            client.authorizers(&operation, None).await.err(),
            client
                .cloud_access(&operation, &env(), TokenKind::Component)
                .await
                .err(),
            client
                .function(&operation, &env(), &function_name())
                .await
                .err(),
        ];
        let told = told.into_iter().flatten().filter(|error| {
            let words = "a list has more than 10000 rows";
            error.class() == Class::Malformed && error.to_string().ends_with(words)
        });
        assert_eq!(told.count(), calls);
    }
}

async fn listed(answer: impl Fn(&Request) -> Value + Send + Sync + 'static) -> (usize, Vec<usize>) {
    let server = Server::start(move |request| Reply::Json(answer(request))).await;
    let accounts = client(&server).authorizers(&operation(), None).await;
    let offsets = server
        .requests()
        .iter()
        .map(|request| usize::try_from(request.body()["offset"].as_u64().unwrap()).unwrap())
        .collect();
    (distinct(&accounts.unwrap()), offsets)
}

/// How many accounts there are, none of them twice.
fn distinct(accounts: &[Authorizer]) -> usize {
    let appids: std::collections::BTreeSet<_> =
        accounts.iter().map(|account| &account.appid).collect();
    assert_eq!(appids.len(), accounts.len());
    accounts.len()
}

fn page(total: Option<u64>, numbers: impl IntoIterator<Item = usize>) -> Value {
    let rows: Vec<Value> = numbers
        .into_iter()
        .map(|n| json!({"authorizer_appid": appid(n), "refresh_token": format!("refresh@{n:08}")}))
        .collect();
    json!({"total_count": total, "list": rows})
}

fn offset(request: &Request) -> usize {
    usize::try_from(request.body()["offset"].as_u64().unwrap()).unwrap()
}

#[tokio::test]
async fn a_list_of_accounts_ends_where_a_page_brings_nobody_new() {
    let huge = || Some(1_000_000_000_000);
    // The same page for ever, with a total that is never reached, and without one.
    assert_eq!(
        listed(move |_| page(huge(), 0..500)).await,
        (500, vec![0, 500])
    );
    assert_eq!(listed(|_| page(None, 0..500)).await, (500, vec![0, 500]));
    // Two pages in turn.
    let turns =
        listed(move |request| page(huge(), offset(request) % 1000..offset(request) % 1000 + 500));
    assert_eq!(turns.await, (1000, vec![0, 500, 1000]));
    // Nothing at all of what was promised.
    assert_eq!(listed(move |_| page(huge(), [])).await, (0, vec![0]));
    let error = client(
        &Server::start(move |request| {
            Reply::Json(page(huge(), offset(request)..offset(request) + 500))
        })
        .await,
    )
    .authorizers(&operation(), None)
    .await
    .unwrap_err();
    assert_eq!(error.class(), Class::Malformed);
    assert!(
        error.to_string().contains("goes on after 100000"),
        "{error}"
    );
}

#[tokio::test]
async fn an_account_that_moved_to_the_next_page_is_listed_once() {
    // While the pages were read somebody authorised the platform, and all others moved down.
    let shifted = |request: &Request| match offset(request) {
        0 => page(Some(700), 0..500),
        from => page(Some(701), from - 1..700),
    };
    assert_eq!(listed(shifted).await, (700, vec![0, 500]));
    // A row that names nobody new beside one that does is no end.
    let slow = |request: &Request| {
        let from = offset(request);
        page(Some(4), [0, from / 2 + 1])
    };
    assert_eq!(listed(slow).await, (3, vec![0, 2]));
}
