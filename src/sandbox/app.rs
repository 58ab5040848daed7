//! What the request handlers share.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use tokio_util::sync::CancellationToken;

use super::state::Shared;

/// What every request handler gets.
#[derive(Clone)]
pub(super) struct App {
    pub(super) shared: Shared,
    /// Cancelled when the sandbox stops, so that nothing sleeps on.
    pub(super) stopping: CancellationToken,
}

/// A response; a Content-Type that is not a header value is left out.
pub(super) fn respond(status: StatusCode, content_type: &str, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    if let Ok(value) = HeaderValue::from_str(content_type) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    response
}
