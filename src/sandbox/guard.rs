//! What a web page in somebody's browser must not do here: send commands, or decide for an administrator.
//!
//! The sandbox listens on this machine, and so does the browser. A page can send requests to any address, and a name
//! that it owns can be made to mean this machine, so that the browser takes the sandbox for the page's own server.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use serde_json::json;

use super::app::respond;

/// Lets a control call pass if it is addressed to this machine by an address or by a name that means nothing else, if it
/// comes from no other web page, and if its body says that it is JSON, which pages can't without asking first.
pub(super) async fn control(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let refused = if !is_own_host(headers) {
        Some((
            StatusCode::FORBIDDEN,
            "the Host of a control call is an address or localhost",
        ))
    } else if !is_own_origin(headers) {
        Some((StatusCode::FORBIDDEN, FOREIGN))
    } else if request.method() == Method::POST && !is_json(headers) {
        Some((
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "the Content-Type of a control call is application/json, such as `curl -H 'Content-Type: application/json'` sends",
        ))
    } else {
        None
    };
    match refused {
        Some((status, error)) => {
            let text = format!("{:#}\n", json!({ "error": error }));
            respond(status, "application/json", text.into_bytes())
        }
        None => next.run(request).await,
    }
}

/// Lets somebody look at what waits if it is asked for under an address of this machine, or by a name that means nothing
/// else. Its links are all that it takes to decide, so that no other web page may read them.
pub(super) async fn inbox(request: Request, next: Next) -> Response {
    let headers = request.headers();
    if let Some(why) = foreign(headers) {
        return refusal(why);
    }
    next.run(request).await
}

/// Lets a decision pass if no other web page sends it, nor one whose name was made to mean this machine.
pub(super) async fn decision(request: Request, next: Next) -> Response {
    let headers = request.headers();
    if let (&Method::POST, Some(why)) = (request.method(), foreign(headers)) {
        return refusal(why);
    }
    next.run(request).await
}

/// Why a browser must not see or send this, if so.
fn foreign(headers: &HeaderMap) -> Option<&'static str> {
    if !is_own_host(headers) {
        Some(
            "open this by the sandbox's IP address, or as localhost: a name may belong to another web page",
        )
    } else if !is_own_origin(headers) {
        Some(FOREIGN)
    } else {
        None
    }
}

fn refusal(why: &str) -> Response {
    respond(
        StatusCode::FORBIDDEN,
        "text/plain; charset=utf-8",
        format!("{why}\n").into_bytes(),
    )
}

const FOREIGN: &str = "this was sent by a web page of another origin";

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::HOST)?.to_str().ok()
}

/// Clients of HTTP/1.0 need not say which host they mean; browsers always do.
fn is_own_host(headers: &HeaderMap) -> bool {
    if !headers.contains_key(header::HOST) {
        return true;
    }
    let url = host(headers).and_then(|host| url::Url::parse(&format!("http://{host}/")).ok());
    match url.as_ref().and_then(url::Url::host) {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(_) | url::Host::Ipv6(_)) => true,
        None => false,
    }
}

/// Only browsers send an Origin.
fn is_own_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let origin = origin
        .to_str()
        .ok()
        .and_then(|origin| origin.parse::<Uri>().ok());
    let authority = origin.as_ref().and_then(Uri::authority);
    authority.is_some_and(|authority| Some(authority.as_str()) == host(headers))
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE);
    let value = value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let kind = value.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}
