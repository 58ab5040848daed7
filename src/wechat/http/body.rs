//! What a request carries.

use std::{borrow::Cow, fmt};

use bytes::Bytes;
use serde_json::Value;

/// The body of a request: JSON, however large.
pub(in crate::wechat) enum Body {
    /// It is small, and is made into text for each attempt.
    Json(Value),
    /// It holds a file, and is made into text once: every attempt sends the same bytes.
    Large {
        /// The same without the file: this is what goes into the log.
        about: Value,
        text: Bytes,
    },
}

impl Body {
    /// What it asks for, without any file.
    pub(in crate::wechat) fn about(&self) -> &Value {
        match self {
            Self::Json(value) => value,
            Self::Large { about, .. } => about,
        }
    }

    /// As it is sent.
    pub(in crate::wechat) fn text(&self) -> Bytes {
        match self {
            Self::Json(value) => value.to_string().into(),
            Self::Large { text, .. } => text.clone(),
        }
    }

    /// What of `text` may be logged.
    pub(in crate::wechat) fn loggable<'a>(&self, text: &'a Bytes) -> Cow<'a, str> {
        match self {
            Self::Json(_) => String::from_utf8_lossy(text),
            Self::Large { about, .. } => about.to_string().into(),
        }
    }
}

impl From<Value> for Body {
    fn from(value: Value) -> Self {
        Self::Json(value)
    }
}

/// Without a file.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.about().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_file_is_sent_and_never_shown() {
        let body = Body::Large {
            about: json!({"name": "f"}),
            text: Bytes::from_static(br#"{"name":"f","file":"canary"}"#),
        };
        let text = body.text();
        assert!(text.ends_with(br#""canary"}"#));
        let shown = format!("{body:?}{}", body.loggable(&text));
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("name"), "{shown}");
    }
}
