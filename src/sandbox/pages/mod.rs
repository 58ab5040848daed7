//! The pages that people see: what waits for a decision, and for each request the page where it is made.

mod confirmation;
mod inbox;
mod language;
mod layout;
mod named;
mod visit;
mod words;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::get;

use super::app::App;
use super::guard;
use super::state::CONFIRM_PATH;

/// `/`, and `/confirm/ID` for each request.
pub(super) fn routes() -> Router<App> {
    let inbox = Router::new()
        .route("/", get(inbox::show))
        .layer(from_fn(guard::inbox));
    let path = format!("{CONFIRM_PATH}{{id}}");
    let decisions = Router::new()
        .route(&path, get(confirmation::show).post(confirmation::decide))
        .layer(from_fn(guard::decision));
    inbox.merge(decisions)
}
