//! What all pages have in common: their frame, and the headers that protect them.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::super::app::respond;
use super::visit::Visit;

/// Ours, and without a `<` in it.
const STYLE: PreEscaped<&str> = PreEscaped(include_str!("style.css"));

/// Seconds until an empty inbox is loaded again.
const RELOAD: u8 = 5;

/// No script, nothing from elsewhere, and no frame in which a button is something else. The URL is all that it takes to
/// decide, so that no other origin is told it; with `no-referrer`, browsers would not tell the origin of a form to our own
/// guard either (Fetch, "append a request `Origin` header"), which then refuses it. A page is not kept either: somebody
/// who goes back to it sees what is so then.
const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
    (header::VARY, "Accept-Language"),
];

/// A page under a heading.
pub(super) fn page(visit: Visit, status: StatusCode, heading: &str, body: &Markup) -> Response {
    send(visit, status, heading, body, None)
}

/// The same with status 200, loaded again every few seconds.
pub(super) fn page_that_reloads(visit: Visit, heading: &str, body: &Markup) -> Response {
    send(visit, StatusCode::OK, heading, body, Some(RELOAD))
}

/// See Other: the browser asks for `location` with GET.
pub(super) fn redirect(location: &str) -> Response {
    let mut response = respond(StatusCode::SEE_OTHER, "text/plain", Vec::new());
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    protect(response)
}

fn send(
    visit: Visit,
    status: StatusCode,
    heading: &str,
    body: &Markup,
    reload: Option<u8>,
) -> Response {
    let language = visit.language;
    let words = language.words();
    let other = language.other();
    let page = html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                @if let Some(seconds) = reload { meta http-equiv="refresh" content=(seconds); }
                title { (heading) " · " (words.sandbox) }
                style { (STYLE) }
            }
            body {
                header {
                    strong { (words.not_wechat) }
                    nav {
                        a href=(visit.link("/")) { (words.to_inbox) }
                        a href=(visit.in_other_language()) lang=(other.tag()) hreflang=(other.tag()) {
                            (other.words().own_name)
                        }
                    }
                }
                main {
                    h1 { (heading) }
                    (body)
                }
            }
        }
    };
    let text = page.into_string().into_bytes();
    let mut response = respond(status, "text/html; charset=utf-8", text);
    let tag = HeaderValue::from_static(language.tag());
    response.headers_mut().insert(header::CONTENT_LANGUAGE, tag);
    protect(response)
}

fn protect(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}
