//! Checks of arguments that several types share, at `terraform validate`.

use super::moment::Moment;
use crate::framework::schema::Validator;
use crate::framework::{AttributePath, Diagnostic, GoDuration, Value};
use crate::wechat::{ApiPath, Appid, CodeHash, EnvId, FunctionName, SourceType};

/// The value is the id of an environment.
pub(super) fn env_id() -> Validator {
    Validator::new(|value, path| complaint::<EnvId>(value, path, "environment id"))
}

/// The value is the name of a cloud function.
pub(super) fn function_name() -> Validator {
    Validator::new(|value, path| complaint::<FunctionName>(value, path, "function name"))
}

/// The value is a SHA-256 in base64.
pub(super) fn code_hash() -> Validator {
    Validator::new(
        |value, path| match value.as_str().map(str::parse::<CodeHash>) {
            Some(Err(error)) => {
                let detail = format!(
                    "{error}. Write `filebase64sha256(\"path\")`, or leave `{path}` out: the provider then reads the file."
                );
                vec![Diagnostic::error(format!("invalid `{path}`"), detail).at(path.clone())]
            }
            Some(Ok(_)) | None => Vec::new(),
        },
    )
}

/// The value is the appid of a mini program.
pub(super) fn appid() -> Validator {
    Validator::new(|value, path| complaint::<Appid>(value, path, "appid"))
}

/// The value is the path of an open API.
pub(super) fn api_path() -> Validator {
    Validator::new(|value, path| complaint::<ApiPath>(value, path, "path of an open API"))
}

/// The value is a duration in Go's notation.
pub(super) fn duration() -> Validator {
    // Terraform finds the line of an attribute, but not of one inside it.
    Validator::new(|value, path| {
        complaint::<GoDuration>(value, path, &format!("duration in `{path}`"))
    })
}

/// The value is a duration that something can be done in.
pub(super) fn time_limit() -> Validator {
    Validator::new(|value, path| {
        let limit = value.as_str().map(str::parse::<GoDuration>);
        match limit {
            Some(Ok(limit)) if limit.get().is_zero() => vec![
                Diagnostic::error(
                    format!("`{path}` is zero"),
                    "Nothing can be done in no time. Write a duration such as `30m`, or leave the \
                     argument out for the default.",
                )
                .at(path.clone()),
            ],
            _ => duration().check(value, path),
        }
    })
}

/// The value is a time in UTC.
pub(super) fn moment() -> Validator {
    Validator::new(|value, path| complaint::<Moment>(value, path, "time"))
}

/// The value is one of `words`.
pub(super) fn one_of(words: &'static [&'static str]) -> Validator {
    Validator::new(move |value, path| match value.as_str() {
        Some(text) if !words.contains(&text) => {
            let choices: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
            let detail = format!("{text:?} is none of {}.", choices.join(", "));
            vec![Diagnostic::error(format!("invalid `{path}`"), detail).at(path.clone())]
        }
        _ => Vec::new(),
    })
}

/// The value is the path of one call of the API: what a whitelist could list, save what stands for several.
pub(super) fn call_path() -> Validator {
    Validator::new(|value, path| match value.as_str() {
        Some(text) if text.contains('*') || text.parse::<ApiPath>().is_err() => {
            let detail = format!(
                "{text:?} is not the path of a call: write it with the slash in front and without the \
                 host, a query or a `*`, as in `/componenttcb/batchshareenv`."
            );
            vec![Diagnostic::error(format!("invalid `{path}`"), detail).at(path.clone())]
        }
        _ => Vec::new(),
    })
}

/// The collection has an element; `otherwise` says what to do about an empty one.
pub(super) fn not_empty(otherwise: &'static str) -> Validator {
    Validator::new(move |value, path| match value {
        Value::List(elements) | Value::Set(elements) if elements.is_empty() => {
            vec![Diagnostic::error(format!("`{path}` is empty"), otherwise).at(path.clone())]
        }
        _ => Vec::new(),
    })
}

/// The value is one that the API documents; other whole numbers are passed on, with a warning.
pub(super) fn source_type() -> Validator {
    Validator::new(|value, path| {
        let Value::Number(number) = value else {
            return Vec::new();
        };
        match number.to_i64().map(SourceType::new) {
            Some(source_type) if !source_type.is_documented() => vec![
                Diagnostic::warning(
                    format!("`{path}` = {source_type} is not documented"),
                    "The API documents 1 for cloud hosting, and 0 or nothing for cloud \
                     development. The number is sent as it is.",
                )
                .at(path.clone()),
            ],
            Some(_) | None => Vec::new(),
        }
    })
}

fn complaint<T>(value: &Value, path: &AttributePath, what: &str) -> Vec<Diagnostic>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    match value.as_str().map(str::parse::<T>) {
        Some(Err(error)) => {
            vec![Diagnostic::error(format!("invalid {what}"), error.to_string()).at(path.clone())]
        }
        Some(Ok(_)) | None => Vec::new(),
    }
}
