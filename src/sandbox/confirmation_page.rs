//! The page behind a confirmation URL, where the administrator of a mini program decides.

use axum::Router;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use tokio::time::Instant;

use super::app::{App, respond};
use super::shares::{Link, LinkState};
use super::state::CONFIRM_PATH;

pub(super) fn routes() -> Router<App> {
    Router::new().route(&format!("{CONFIRM_PATH}{{id}}"), get(show).post(decide))
}

/// GET: what is asked, with two buttons; or why there is nothing to decide any more.
async fn show(Extract(app): Extract<App>, Path(id): Path<String>) -> Response {
    let mut state = app.shared.lock();
    state.shares.settle(Instant::now());
    page(state.shares.link(&id))
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
            let text = "<p>The form needs <code>decision=approve</code> or \
                        <code>decision=refuse</code>.</p>";
            return html(StatusCode::BAD_REQUEST, "Nothing was decided", text);
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
            let pair = &before.pair;
            let text = format!(
                "<p>Environment <code>{}</code> {verb} shared with mini program \
                 <code>{}</code> by this link.</p>",
                escape(&pair.env),
                escape(&pair.appid)
            );
            html(StatusCode::OK, title, &text)
        }
        other => page(other.as_ref()),
    }
}

fn page(link: Option<&Link>) -> Response {
    let Some(link) = link else {
        let text = "<p>There is no such confirmation link.</p>";
        return html(StatusCode::NOT_FOUND, "Unknown link", text);
    };
    let (env, appid) = (escape(&link.pair.env), escape(&link.pair.appid));
    let kind = if link.pair.source_type == 1 {
        "cloud hosting"
    } else {
        "cloud development"
    };
    let about = format!(
        "<dl><dt>Environment</dt><dd><code>{env}</code> ({kind})</dd>\
         <dt>Mini program</dt><dd><code>{appid}</code></dd></dl>"
    );
    let why = match link.state {
        LinkState::Open => {
            let form = "<form method=\"post\">\
                 <button name=\"decision\" value=\"approve\">Approve</button> \
                 <button name=\"decision\" value=\"refuse\">Refuse</button></form>";
            let text = format!("<p>A service provider asks to share:</p>{about}{form}");
            return html(StatusCode::OK, "Share this environment?", &text);
        }
        LinkState::Approved => "It has been approved already.",
        LinkState::Refused => "It has been refused already.",
        LinkState::Replaced => "A newer link was sent for the same share; this one is dead.",
        LinkState::Withdrawn => "The service provider took the share back.",
    };
    let text = format!("{about}<p>{why}</p>");
    html(StatusCode::GONE, "This link is used or expired", &text)
}

fn html(status: StatusCode, title: &str, body: &str) -> Response {
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <style>body{{font:1rem/1.5 sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem}}\
         button{{font:inherit;padding:.4rem 1.2rem}}</style></head>\
         <body><h1>{title}</h1>{body}<p><small>CloudBase sandbox, not WeChat.</small></p>\
         </body></html>\n"
    );
    respond(status, "text/html; charset=utf-8", page.into_bytes())
}

/// Text as HTML shows it, also inside quoted attributes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn markup_is_shown_and_not_obeyed() {
        assert_eq!(escape("<a b='c\"&'>"), "&lt;a b=&#39;c&quot;&amp;&#39;&gt;");
    }
}
