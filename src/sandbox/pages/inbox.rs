//! The first page: which requests wait for an administrator, and which were decided lately.

use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use tokio::time::Instant;

use super::super::app::App;
use super::super::confirm::Confirm;
use super::super::shares::{LinkState, Pair};
use super::super::state::{CONFIRM_PATH, State};
use super::layout::{page, page_that_reloads};
use super::named::{Named, name_and_id};
use super::visit::Visit;
use super::words::Words;

/// GET. An empty one is loaded again by itself, since there is nothing in it that this could disturb.
pub(super) async fn show(Extract(app): Extract<App>, visit: Visit) -> Response {
    let mut state = app.shared.lock();
    state.shares.settle(Instant::now());
    let words = visit.language.words();
    let open = state.shares.open();
    let decided = decided(&state, visit, words);
    if open.is_empty() {
        let text = html! { (nothing(&state, words)) (decided) };
        return page_that_reloads(visit, words.inbox_empty, &text);
    }
    let heading = format!("{} ({})", words.inbox, open.len());
    let text = html! {
        @for of_one_env in open.chunk_by(|(a, _), (b, _)| is_same_env(a, b)) {
            (group(&state, visit, words, of_one_env))
        }
        (decided)
    };
    page(visit, StatusCode::OK, &heading, &text)
}

fn is_same_env(a: &Pair, b: &Pair) -> bool {
    (&a.env, a.source_type) == (&b.env, b.source_type)
}

/// The requests for one environment.
fn group(state: &State, visit: Visit, words: &Words, open: &[(Pair, Option<String>)]) -> Markup {
    let first = open.first().map(|(pair, _)| Named::new(state, pair));
    html! {
        section {
            @if let Some(env) = first {
                h2 { (name_and_id(env.alias, &env.pair.env)) " " span.kind { (env.kind(words)) } }
            }
            ul.requests {
                @for (pair, id) in open {
                    li {
                        @let request = request(&Named::new(state, pair));
                        @if let Some(id) = id {
                            a href=(visit.link(&format!("{CONFIRM_PATH}{id}"))) { (request) }
                        } @else {
                            div { (request) span.subject { (words.without_link) } }
                        }
                    }
                }
            }
        }
    }
}

fn request(named: &Named<'_>) -> Markup {
    html! {
        (name_and_id(named.nick_name, &named.pair.appid))
        @if let Some(subject) = named.principal_name { " " bdi.subject { (subject) } }
    }
}

/// Why nothing waits, and what would make something appear.
fn nothing(state: &State, words: &Words) -> Markup {
    let why = if state.confirm == Confirm::Auto {
        words.inbox_auto
    } else {
        words.inbox_hint
    };
    html! { p.lead { (why) } p.soft { (words.inbox_reloads) } }
}

fn decided(state: &State, visit: Visit, words: &Words) -> Markup {
    html! {
        @let links = state.shares.decided_lately();
        @if !links.is_empty() {
            section {
                h2 { (words.decided_lately) }
                ul.requests {
                    @for (id, link) in links {
                        @let named = Named::new(state, &link.pair);
                        @let is_approved = link.state == LinkState::Approved;
                        li {
                            a href=(visit.link(&format!("{CONFIRM_PATH}{id}"))) {
                                (name_and_id(named.nick_name, &named.pair.appid)) " "
                                span.subject { bdi { (named.alias.unwrap_or(&named.pair.env)) } }
                                @if is_approved {
                                    span.verdict.approved { (words.approved.heading) }
                                } @else {
                                    span.verdict.refused { (words.refused.heading) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
