//! The canaries are sent and never shown: not in errors, not in `Debug`, not in a log line of any library.
//!
//! A test binary of its own, since it has the process's one global subscriber.

#![allow(
    clippy::unwrap_used,
    reason = "in a test an error is a failure, also outside the test function"
)]

#[allow(
    dead_code,
    reason = "shared with the other tests of the client, which use the rest"
)]
#[path = "../wechat/server.rs"]
mod server;

mod echoes;

use std::{
    fmt::{self, Write as _},
    sync::{Arc, Mutex, OnceLock},
};

use cloudbase::wechat::{Client, Credentials, Error, Freshness, TokenSource};
use serde_json::json;
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
    span,
};
use tracing_subscriber::{Layer, layer::Context, prelude::*};

use server::{Reply, Request, Server, appid, appids, env, operation};

/// Writes down everything that is traced.
#[derive(Clone, Default)]
struct Everything(Arc<Mutex<String>>);

impl Visit for Everything {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        writeln!(self.0.lock().unwrap(), "{}={value:?}", field.name()).unwrap();
    }
}

impl<S: Subscriber> Layer<S> for Everything {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        event.record(&mut self.clone());
    }

    fn on_new_span(&self, attributes: &span::Attributes<'_>, _: &span::Id, _: Context<'_, S>) {
        attributes.record(&mut self.clone());
    }
}

/// The log of all tests.
fn traced() -> &'static Everything {
    static TRACED: OnceLock<Everything> = OnceLock::new();
    TRACED.get_or_init(|| {
        let traced = Everything::default();
        let subscriber = tracing_subscriber::registry().with(traced.clone());
        tracing::subscriber::set_global_default(subscriber).unwrap();
        traced
    })
}

/// Answers that repeat the token they were asked with.
fn replies() -> Vec<fn(String) -> Reply> {
    vec![
        |_| Reply::Json(json!({"errcode": 0, "relation_data": []})),
        |token| Reply::Json(json!({"errcode": 40014, "errmsg": format!("bad token {token}")})),
        |token| Reply::Json(json!({"err_list": [{"appid": appid(1), "errmsg": token}]})),
        |token| Reply::Json(json!({"errcode": 0, "relation_data": token})),
        |token| Reply::Status(500, token),
        |token| Reply::Status(200, token),
        |token| Reply::Status(302, token),
        |token| Reply::Raw(format!("HTTP/9 {token}\r\n\r\n").into_bytes()),
        |_| Reply::Close,
    ]
}

fn token(request: &Request) -> &str {
    request
        .query
        .strip_prefix("access_token=")
        .unwrap_or_default()
}

async fn ask_everything(client: &Client) -> Vec<Error> {
    let shares = client
        .query(&operation(), &appids([1]), None, Freshness::Fresh)
        .await;
    let outcomes = client.share(&operation(), &env(), &appids([1]), None).await;
    let info = client.env_info(&operation(), None).await;
    let list = client.authorizers(&operation(), Some(&appid(777))).await;
    let about = client
        .authorizer_info(&operation(), Some(&appid(777)), &appid(5))
        .await;
    shares
        .into_values()
        .filter_map(Result::err)
        .chain(outcomes.into_values().filter_map(Result::err))
        .chain([info.err(), list.err(), about.err()].into_iter().flatten())
        .collect()
}

/// Credentials that are fetched: every secret there is goes over the wire.
fn minting() -> Credentials {
    Credentials {
        component: vec![TokenSource::MintComponent {
            appid: appid(777),
            appsecret: "canary-appsecret".into(),
            verify_ticket: "ticket@@@canary".into(),
            origin: "the provider attribute `component`".into(),
        }],
        authorizer: vec![TokenSource::MintAuthorizer {
            component_appid: None,
            authorizer_appid: appid(5),
            refresh_token: None,
            origin: "the provider attribute `authorizer`".into(),
        }],
    }
}

/// Mints, and refuses every third request with all it was told.
async fn talkative() -> Server {
    let count = std::sync::atomic::AtomicUsize::new(0);
    Server::start(move |request| {
        if count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) % 3 == 2 {
            let told = format!("{} {}", request.query, request.text);
            return Reply::Json(json!({"errcode": -1, "errmsg": told}));
        }
        let refresh = "refreshtoken@@@canary";
        Reply::Json(match request.path.rsplit('/').next().unwrap() {
            "api_component_token" => json!({"component_access_token": "canary-minted-component"}),
            "api_authorizer_token" => json!({
                "authorizer_access_token": "canary-minted-authorizer",
                "authorizer_refresh_token": refresh,
            }),
            "api_get_authorizer_list" => {
                json!({"list": [{"authorizer_appid": appid(5), "refresh_token": refresh}]})
            }
            "api_get_authorizer_info" => {
                json!({"authorization_info": {"authorizer_refresh_token": refresh}})
            }
            _ => json!({}),
        })
    })
    .await
}

#[tokio::test]
async fn no_secret_is_ever_shown() {
    let traced = traced();
    let mut shown = String::new();
    let mut show = |client: &Client, errors: Vec<Error>| {
        for error in errors {
            let detail = error.detail();
            writeln!(shown, "{error} {error:?} {error:#?} {detail}").unwrap();
        }
        write!(shown, "{client:?}").unwrap();
    };
    for reply in replies() {
        let server = Server::start(move |request| reply(token(request).to_owned())).await;
        let mut settings = server.settings();
        settings.max_retries = 1;
        let client = Client::new(settings);
        show(&client, ask_everything(&client).await);
        assert!(
            server
                .requests()
                .iter()
                .all(|request| token(request).contains("canary"))
        );
    }
    let server = talkative().await;
    for max_retries in [0, 0, 0, 4] {
        let mut settings = server.settings();
        settings.max_retries = max_retries;
        settings.credentials = minting();
        let client = Client::new(settings);
        show(&client, ask_everything(&client).await);
    }
    assert!(
        server.count("api_authorizer_token") > 0,
        "{:?} {shown}",
        server.paths()
    );
    let log = traced.0.lock().unwrap().clone();
    assert!(
        log.contains("/componenttcb/batchgetenvid"),
        "something was traced: {log}"
    );
    for text in [&shown, &log] {
        for line in text.lines() {
            assert!(!line.contains("canary"), "{line}");
        }
    }
}
