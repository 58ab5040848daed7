//! What every answer has in common: `errcode` and `errmsg` beside the payload.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::server_message::ServerMessage;
use crate::wechat::{Class, Error};

/// Reads an answer's body: its payload, or why the API refused the call.
///
/// `errcode` may be a number or a string of digits. Where it is missing or null (token and list endpoints leave it out)
/// the answer has to carry one of the fields in `answers`: what a gateway says with status 200 is no success.
/// The Content-Type is of no concern: the API often labels JSON as text.
pub(in crate::wechat) fn read(body: &str, answers: &[&str]) -> Result<Value, Error> {
    let text = body.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(malformed("the answer was empty"));
    }
    let fields = match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) => return Err(malformed("the answer was JSON, but not an object")),
        Err(error) if error.is_eof() => return Err(malformed("the answer was cut off")),
        Err(_) if text.starts_with('<') => {
            return Err(malformed("the answer was a web page instead of JSON"));
        }
        Err(error) => {
            return Err(malformed(format!(
                "the answer was not JSON (line {}, column {} of {} bytes)",
                error.line(),
                error.column(),
                body.len()
            )));
        }
    };
    match errcode(&fields)? {
        Some(0) => Ok(Value::Object(fields)),
        None if answers.iter().any(|field| fields.contains_key(*field)) => {
            Ok(Value::Object(fields))
        }
        None => Err(malformed(not_the_api(answers))),
        Some(errcode) => {
            let errmsg = fields
                .get("errmsg")
                .and_then(Value::as_str)
                .unwrap_or_default();
            Err(Error::refused(errcode, ServerMessage::parse(errmsg)))
        }
    }
}

/// The payload as `T`, whose fields say which of them may be missing.
pub(in crate::wechat) fn payload<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    serde_json::from_value(value).map_err(|error| {
        malformed(format!(
            "the answer is not in the documented form: {}",
            kind(&error)
        ))
    })
}

/// serde's message can repeat a value of the answer, which may be a secret; what comes before it never does.
fn kind(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.split_once(": ") {
        Some((before, _)) => before.to_owned(),
        None => text,
    }
}

fn malformed(what: impl Into<String>) -> Error {
    Error::new(Class::Malformed, what).meaning(
        "The API does not answer like this; a proxy or gateway on the way may have, or the answer broke off.",
    ).next_step("Run it again; if it stays, check the endpoint and any proxy between here and the API.")
}

fn not_the_api(answers: &[&str]) -> String {
    let missing = answers
        .iter()
        .map(|field| format!("`{field}`"))
        .collect::<Vec<_>>()
        .join(" or ");
    if missing.is_empty() {
        "the answer was JSON, but has no `errcode`".to_owned()
    } else {
        format!("the answer was JSON, but has no `errcode` and no {missing}")
    }
}

fn errcode(fields: &Map<String, Value>) -> Result<Option<i64>, Error> {
    match fields.get("errcode") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => integer(value)
            .map(Some)
            .ok_or_else(|| malformed("the answer's errcode is not a number")),
    }
}

/// A whole number, also as a string of digits.
pub(in crate::wechat) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "checked to be whole and in range"
)]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 1e15).then_some(number as i64)
}

/// For `#[serde(default, deserialize_with)]`: null reads as the default, as a missing field does.
pub(in crate::wechat) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(body: &str) -> Result<(), (Class, Option<i64>)> {
        read(body, &["info_list", "err_list"])
            .map(|_| ())
            .map_err(|error| (error.class(), error.errcode()))
    }

    #[test]
    fn tolerated_and_refused_bodies() {
        for (body, expected) in [
            (r#"{"errcode":0,"errmsg":"ok"}"#, Ok(())),
            (r#"{"err_list":[]}"#, Ok(())),
            (r#"{"errcode":null,"info_list":null}"#, Ok(())),
            (r#"{"errmsg":"ok"}"#, Err((Class::Malformed, None))),
            (r"{}", Err((Class::Malformed, None))),
            (r#"{"errcode":null}"#, Err((Class::Malformed, None))),
            (
                r#"{"code":403,"message":"blocked by policy"}"#,
                Err((Class::Malformed, None)),
            ),
            (r#"{"relation_data":[]}"#, Err((Class::Malformed, None))),
            (r#"{"errcode":"0"}"#, Ok(())),
            (r#"{"errcode":0.0}"#, Ok(())),
            ("\u{feff} {\"errcode\":0}\r\n", Ok(())),
            (r#"{"errcode":40014}"#, Err((Class::Token, Some(40014)))),
            (
                r#"{"errcode":" 40014 ","errmsg":null}"#,
                Err((Class::Token, Some(40014))),
            ),
            (
                r#"{"errcode":-1,"errmsg":7}"#,
                Err((Class::Transient, Some(-1))),
            ),
            (r#"{"errcode":"no"}"#, Err((Class::Malformed, None))),
            (r#"{"errcode":{}}"#, Err((Class::Malformed, None))),
            (r#"{"errcode":0.5}"#, Err((Class::Malformed, None))),
            ("", Err((Class::Malformed, None))),
            ("  \n", Err((Class::Malformed, None))),
            ("null", Err((Class::Malformed, None))),
            ("[]", Err((Class::Malformed, None))),
            (r#"{"errcode":0,"#, Err((Class::Malformed, None))),
            ("<html>hello</html>", Err((Class::Malformed, None))),
            ("bad gateway", Err((Class::Malformed, None))),
        ] {
            assert_eq!(outcome(body), expected, "{body}");
        }
    }

    #[test]
    fn a_wrong_type_in_the_payload_is_told_without_its_value() {
        #[derive(Debug, Deserialize)]
        struct Payload {
            #[allow(dead_code, reason = "only its type matters")]
            list: Vec<String>,
        }
        let value = serde_json::json!({"list": "canary"});
        let error = payload::<Payload>(value).unwrap_err();
        assert_eq!(error.class(), Class::Malformed);
        assert!(
            !format!("{error} {}", error.detail()).contains("canary"),
            "{error}"
        );
    }
}
