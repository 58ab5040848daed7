//! The canary token is sent and never shown: not in errors, not in `Debug`, not in a log line of any library.

use std::{
    fmt::{self, Write as _},
    sync::{Arc, Mutex},
};

use cloudbase::wechat::{Client, Freshness};
use serde_json::json;
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
    span,
};
use tracing_subscriber::{Layer, layer::Context, prelude::*};

use crate::server::{COMPONENT_TOKEN, Reply, Server, appids, env, operation};

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

#[tokio::test]
async fn the_token_is_never_shown() {
    let traced = Everything::default();
    let _guard =
        tracing::subscriber::set_default(tracing_subscriber::registry().with(traced.clone()));
    let replies: Vec<fn() -> Reply> = vec![
        || Reply::Json(json!({"errcode": 0, "relation_data": []})),
        || Reply::Json(json!({"errcode": 40014, "errmsg": format!("bad token {COMPONENT_TOKEN}")})),
        || {
            Reply::Json(
                json!({"errcode": 0, "err_list": [{"appid": crate::server::appid(1), "errmsg": COMPONENT_TOKEN}]}),
            )
        },
        || Reply::Json(json!({"errcode": 0, "relation_data": COMPONENT_TOKEN})),
        || Reply::Status(500, COMPONENT_TOKEN.into()),
        || Reply::Status(200, COMPONENT_TOKEN.into()),
        || Reply::Status(302, COMPONENT_TOKEN.into()),
        || Reply::Raw(b"HTTP/9 nonsense\r\n\r\n".into()),
        || Reply::Close,
    ];
    let mut shown = String::new();
    for reply in replies {
        let server = Server::scripted(vec![reply]).await;
        let mut settings = server.settings();
        settings.max_retries = 1;
        let client = Client::new(settings.clone());
        let shares = client
            .query(&operation(), &appids([1]), None, Freshness::Fresh)
            .await;
        let outcomes = client.share(&operation(), &env(), &appids([1]), None).await;
        let errors = shares
            .into_values()
            .filter_map(Result::err)
            .chain(outcomes.into_values().filter_map(Result::err));
        for error in errors {
            let detail = error.detail();
            writeln!(shown, "{error} {error:?} {error:#?} {detail}").unwrap();
        }
        write!(shown, "{client:?} {settings:?}").unwrap();
        assert!(
            server
                .requests()
                .iter()
                .all(|request| request.query.contains(COMPONENT_TOKEN))
        );
    }
    let log = traced.0.lock().unwrap().clone();
    assert!(
        log.contains("/componenttcb/batchgetenvid"),
        "something was traced: {log}"
    );
    for text in [&shown, &log] {
        assert!(!text.contains("canary"), "{text}");
    }
}
