//! How somebody came to a page: in which language, and whether from its own button.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;

use super::language::Language;

/// What the address and the headers say of the visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Visit {
    /// What `?lang=` says, else the browser.
    pub(super) language: Language,
    /// Whether `?lang=` says it, so that links have to say it again.
    is_chosen: bool,
    /// `?done`: this is the answer to a press of a button, and not a link that is opened again.
    pub(super) is_done: bool,
}

impl Visit {
    /// A path, with the language that was chosen.
    pub(super) fn link(self, path: &str) -> String {
        let chosen = self.is_chosen.then_some(self.language);
        format!("{path}{}", query(chosen, false))
    }

    /// A path to look at after a button was pressed.
    pub(super) fn done(self, path: &str) -> String {
        let chosen = self.is_chosen.then_some(self.language);
        format!("{path}{}", query(chosen, true))
    }

    /// The same page in the other language.
    pub(super) fn in_other_language(self) -> String {
        query(Some(self.language.other()), self.is_done)
    }
}

/// Of fixed words only, so that it is safe in a header.
fn query(language: Option<Language>, is_done: bool) -> String {
    let language = language.map(|language| format!("lang={}", language.parameter()));
    let done = is_done.then(|| "done".to_owned());
    let parts: Vec<String> = language.into_iter().chain(done).collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!("?{}", parts.join("&"))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let parameter = |name: &str| {
            url::form_urlencoded::parse(query.as_bytes())
                .find(|(found, _)| found == name)
                .map(|(_, value)| value.into_owned())
        };
        let chosen = parameter("lang").and_then(|tag| Language::of_tag(&tag));
        let headers = parts.headers.get_all(ACCEPT_LANGUAGE).into_iter();
        let accepted: Vec<&str> = headers.filter_map(|value| value.to_str().ok()).collect();
        Ok(Self {
            language: chosen.unwrap_or_else(|| Language::accepted(&accepted.join(","))),
            is_chosen: chosen.is_some(),
            is_done: parameter("done").is_some(),
        })
    }
}
