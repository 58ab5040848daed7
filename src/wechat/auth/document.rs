//! The JSON that a token file holds and a token command prints.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde_json::{Map, Value};
use tokio::io::AsyncReadExt as _;

use super::TokenKind;
use crate::wechat::{Class, Error};

/// Far more than two tokens need.
pub(in crate::wechat) const LARGEST: usize = 1024 * 1024;

/// What tells one file or program from another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::wechat) enum DocumentKey {
    File(PathBuf),
    Command(Vec<String>),
}

/// Both tokens, as far as they were there.
#[derive(Clone, Debug)]
pub(in crate::wechat) struct Document {
    component: Option<SecretString>,
    authorizer: Option<SecretString>,
    /// Counts the readings of one file or program.
    pub(in crate::wechat) version: u64,
}

impl Document {
    /// Reads the JSON, which programs of Windows begin with a byte order mark. The error says what is wrong with it,
    /// never what it holds.
    pub(in crate::wechat) fn parse(text: &[u8]) -> Result<Self, String> {
        let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
        let value: Value = serde_json::from_slice(text).map_err(|error| {
            format!(
                "it is not JSON (line {}, column {})",
                error.line(),
                error.column()
            )
        })?;
        let Value::Object(fields) = value else {
            return Err("it is JSON, but not an object".to_owned());
        };
        let component = token(&fields, TokenKind::Component)?;
        let authorizer = token(&fields, TokenKind::Authorizer)?;
        Ok(Self {
            component,
            authorizer,
            version: 0,
        })
    }

    /// Those that were there.
    pub(in crate::wechat) fn tokens(&self) -> impl Iterator<Item = &SecretString> {
        self.component.iter().chain(&self.authorizer)
    }

    pub(in crate::wechat) fn token(&self, kind: TokenKind) -> Option<&SecretString> {
        match kind {
            TokenKind::Component => self.component.as_ref(),
            TokenKind::Authorizer => self.authorizer.as_ref(),
        }
    }
}

/// The key a token has in the document.
pub(in crate::wechat) const fn key(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Component => "component_access_token",
        TokenKind::Authorizer => "authorizer_access_token",
    }
}

fn token(fields: &Map<String, Value>, kind: TokenKind) -> Result<Option<SecretString>, String> {
    match fields.get(key(kind)) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(token)) => Ok(Some(token.trim())
            .filter(|token| !token.is_empty())
            .map(SecretString::from)),
        Some(_) => Err(format!("its {} is not a string", key(kind))),
    }
}

/// Reads a token file.
pub(in crate::wechat) async fn read_file(path: &Path, origin: &str) -> Result<Document, Error> {
    let failed = |what: String| {
        Error::new(
            Class::TokenSource,
            format!("the token file {} of {origin} can't be used: {what}", path.display()),
        )
        .next_step(
            "It has to hold the JSON {\"component_access_token\": …, \"authorizer_access_token\": …} and be readable \
             by the user that runs this.",
        )
    };
    // To open a pipe would wait for somebody to write into it.
    let about = tokio::fs::metadata(path)
        .await
        .map_err(|error| failed(error.to_string()))?;
    if !about.is_file() {
        let what = if about.is_dir() {
            "it is a directory"
        } else {
            "it is not a regular file"
        };
        return Err(failed(what.to_owned()));
    }
    let file = tokio::fs::File::open(path)
        .await
        .map_err(|error| failed(error.to_string()))?;
    let mut text = Vec::new();
    file.take(LARGEST as u64 + 1)
        .read_to_end(&mut text)
        .await
        .map_err(|error| failed(error.to_string()))?;
    if text.len() > LARGEST {
        return Err(failed("it is longer than 1 MiB".to_owned()));
    }
    Document::parse(&text).map_err(failed)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn keys_may_be_missing_null_or_empty() {
        for (text, component, authorizer) in [
            (
                r#"{"component_access_token":" a\n","authorizer_access_token":"b","x":1}"#,
                Some("a"),
                Some("b"),
            ),
            (r#"{"component_access_token":null}"#, None, None),
            (r#"{"authorizer_access_token":""}"#, None, None),
            ("{}", None, None),
            (
                "\u{feff}{\"component_access_token\":\"a\"}",
                Some("a"),
                None,
            ),
        ] {
            let document = Document::parse(text.as_bytes()).unwrap();
            let shown = |kind| document.token(kind).map(ExposeSecret::expose_secret);
            assert_eq!(shown(TokenKind::Component), component, "{text}");
            assert_eq!(shown(TokenKind::Authorizer), authorizer, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_without_what_it_holds() {
        for text in [
            "canary",
            "[\"canary\"]",
            r#"{"component_access_token":["canary"]}"#,
            "",
            "{\"canary",
        ] {
            let error = Document::parse(text.as_bytes()).unwrap_err();
            assert!(!error.contains("canary"), "{error}");
        }
    }
}
