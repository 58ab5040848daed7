//! The page behind a confirmation URL, where the administrator of a mini program decides.

use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use tokio::time::Instant;

use super::super::app::App;
use super::super::shares::{Link, LinkState};
use super::super::state::{CONFIRM_PATH, State};
use super::layout::{page, redirect};
use super::named::Named;
use super::visit::Visit;
use super::words::Outcome;

/// GET: what is asked, with two buttons; or what became of it.
pub(super) async fn show(
    Extract(app): Extract<App>,
    Path(id): Path<String>,
    visit: Visit,
) -> Response {
    let mut state = app.shared.lock();
    state.shares.settle(Instant::now());
    match state.shares.link(&id) {
        Some(link) => shown(&state, visit, link),
        None => unknown(visit),
    }
}

/// POST: the form's `decision` is `approve` or `refuse`. What is shown then is asked for with GET, so that to load it again
/// decides nothing. A link that is not open any more shows what became of it.
pub(super) async fn decide(
    Extract(app): Extract<App>,
    Path(id): Path<String>,
    visit: Visit,
    form: String,
) -> Response {
    let decision = url::form_urlencoded::parse(form.as_bytes())
        .find(|(name, _)| name == "decision")
        .map(|(_, value)| value.into_owned());
    let approve = match decision.as_deref() {
        Some("approve") => true,
        Some("refuse") => false,
        _ => {
            let words = &visit.language.words().undecided;
            let text = html! {
                p { (words.text) }
                p { code { "decision=approve" } ", " code { "decision=refuse" } }
            };
            return page(visit, StatusCode::BAD_REQUEST, words.heading, &text);
        }
    };
    let mut state = app.shared.lock();
    state.shares.settle(Instant::now());
    let path = format!("{CONFIRM_PATH}{id}");
    match state.shares.decide(&id, approve) {
        Some(before) if before.state == LinkState::Open => redirect(&visit.done(&path)),
        Some(_) => redirect(&visit.link(&path)),
        None => unknown(visit),
    }
}

/// Neither button is the one that a key presses, and none is marked as the first choice of a form.
fn question(state: &State, visit: Visit, link: &Link) -> Response {
    let words = visit.language.words();
    let named = Named::new(state, &link.pair);
    let text = html! {
        p.lead { (words.question.text) }
        (named.table(words))
        p { (words.consequence) }
        form.decision method="post" {
            button.approve name="decision" value="approve" { (words.approve) }
            button.refuse name="decision" value="refuse" { (words.refuse) }
        }
    };
    page(visit, StatusCode::OK, words.question.heading, &text)
}

/// The question, or what became of it, with a class for the colour. A decision that was made is no error, whoever looks at
/// it again.
fn shown(state: &State, visit: Visit, link: &Link) -> Response {
    let words = visit.language.words();
    let (status, outcome, mark) = match (link.state, visit.is_done) {
        (LinkState::Open, _) => return question(state, visit, link),
        (LinkState::Approved, true) => (StatusCode::OK, &words.approved, "approved"),
        (LinkState::Approved, false) => (StatusCode::OK, &words.approved_before, "approved"),
        (LinkState::Refused, true) => (StatusCode::OK, &words.refused, "refused"),
        (LinkState::Refused, false) => (StatusCode::OK, &words.refused_before, "refused"),
        (LinkState::Replaced, _) => (StatusCode::GONE, &words.replaced, "void"),
        (LinkState::Withdrawn, _) => (StatusCode::GONE, &words.withdrawn, "void"),
    };
    let text = html! {
        p.outcome.(mark) { (outcome.text) }
        (Named::new(state, &link.pair).table(words))
    };
    page(visit, status, outcome.heading, &text)
}

fn unknown(visit: Visit) -> Response {
    let Outcome { heading, text } = &visit.language.words().unknown;
    let text: Markup = html! { p { (text) } };
    page(visit, StatusCode::NOT_FOUND, heading, &text)
}
