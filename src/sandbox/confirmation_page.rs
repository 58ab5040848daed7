//! The page behind a confirmation URL, where the administrator of a mini program decides.

use axum::Router;
use axum::extract::{Path, State as Extract};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::get;
use maud::{DOCTYPE, Markup, html};
use tokio::time::Instant;

use super::app::{App, respond};
use super::guard;
use super::shares::{Link, LinkState, Pair};
use super::state::{CONFIRM_PATH, State};

const STYLE: &str = "body{font:1rem/1.5 sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem}\
                     button{font:inherit;padding:.4rem 1.2rem}";

/// No script, nothing from elsewhere, and no frame in which a button is something else. The URL is all that it takes to
/// decide, so that nobody is told it.
const PROTECTION: [(HeaderName, &str); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
];

pub(super) fn routes() -> Router<App> {
    let path = format!("{CONFIRM_PATH}{{id}}");
    Router::new()
        .route(&path, get(show).post(decide))
        .layer(from_fn(guard::decision))
}

/// GET: what is asked, with two buttons; or why there is nothing to decide any more.
async fn show(Extract(app): Extract<App>, Path(id): Path<String>) -> Response {
    let mut state = app.shared.lock();
    state.shares.settle(Instant::now());
    question(&state, state.shares.link(&id))
}

/// POST: the form's `decision` is `approve` or `refuse`.
async fn decide(Extract(app): Extract<App>, Path(id): Path<String>, form: String) -> Response {
    let decision = url::form_urlencoded::parse(form.as_bytes())
        .find(|(name, _)| name == "decision")
        .map(|(_, value)| value.into_owned());
    let approve = match decision.as_deref() {
        Some("approve") => true,
        Some("refuse") => false,
        _ => {
            let text = html! {
                p {
                    "The form needs " code { "decision=approve" } " or "
                    code { "decision=refuse" } "."
                }
            };
            return page(StatusCode::BAD_REQUEST, "Nothing was decided", &text);
        }
    };
    let mut state = app.shared.lock();
    state.shares.settle(Instant::now());
    match state.shares.decide(&id, approve) {
        Some(before) if before.state == LinkState::Open => {
            let (title, verb) = if approve {
                ("Approved", "is now")
            } else {
                ("Refused", "is not")
            };
            let Pair { env, appid, .. } = &before.pair;
            let text = html! {
                p {
                    "Environment " code { (env) } " " (verb) " shared with mini program "
                    code { (appid) } " by this link."
                }
            };
            page(StatusCode::OK, title, &text)
        }
        other => question(&state, other.as_ref()),
    }
}

fn question(state: &State, link: Option<&Link>) -> Response {
    let Some(link) = link else {
        let text = html! { p { "There is no such confirmation link." } };
        return page(StatusCode::NOT_FOUND, "Unknown link", &text);
    };
    let about = about(state, &link.pair);
    let why = match link.state {
        LinkState::Open => {
            let text = html! {
                p { "A service provider asks to share:" }
                (about)
                form method="post" {
                    button name="decision" value="approve" { "Approve" }
                    " "
                    button name="decision" value="refuse" { "Refuse" }
                }
            };
            return page(StatusCode::OK, "Share this environment?", &text);
        }
        LinkState::Approved => "It has been approved already.",
        LinkState::Refused => "It has been refused already.",
        LinkState::Replaced => "A newer link was sent for the same share; this one is dead.",
        LinkState::Withdrawn => "The service provider took the share back.",
    };
    let text = html! { (about) p { (why) } };
    page(StatusCode::GONE, "This link is used or expired", &text)
}

/// What is shared with whom. The alias is any text at all.
fn about(state: &State, pair: &Pair) -> Markup {
    let environment = state.environments.get(&pair.env);
    let alias = environment.and_then(|environment| environment.alias.as_deref());
    let kind = if pair.source_type == 1 {
        "cloud hosting"
    } else {
        "cloud development"
    };
    html! {
        dl {
            dt { "Environment" }
            dd { code { (pair.env) } " (" (kind) ")" @if let Some(alias) = alias { ", " (alias) } }
            dt { "Mini program" }
            dd { code { (pair.appid) } }
        }
    }
}

fn page(status: StatusCode, title: &str, body: &Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (title) }
                style { (STYLE) }
            }
            body {
                h1 { (title) }
                (body)
                p { small { "CloudBase sandbox, not WeChat." } }
            }
        }
    };
    let text = page.into_string();
    let mut response = respond(status, "text/html; charset=utf-8", text.into_bytes());
    for (name, value) in PROTECTION {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}
