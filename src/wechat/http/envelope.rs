//! What every answer has in common: `errcode` and `errmsg` beside the payload.

use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::{Value, value::RawValue};

use super::{Integer, payload::decode, server_message::ServerMessage};
use crate::wechat::{Class, Error};

/// The text of an answer that refuses nothing.
pub(in crate::wechat) struct Accepted {
    text: String,
}

impl Accepted {
    pub(in crate::wechat) fn new(text: String) -> Self {
        Self { text }
    }
}

/// It may hold tokens.
impl fmt::Debug for Accepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Accepted({} bytes)", self.text.len())
    }
}

#[cfg(test)]
impl From<Value> for Accepted {
    fn from(answer: Value) -> Self {
        Self::new(answer.to_string())
    }
}

/// Looks at an answer's text: nothing if the API took the call, or why it refused it.
///
/// `errcode` may be a number or a string of digits. Where it is missing or null (token and list endpoints leave it out)
/// the answer has to carry one of the fields in `answers`: what a gateway says with status 200 is no success.
/// The Content-Type is of no concern: the API often labels JSON as text. `shown` makes of `errmsg` what may be shown.
pub(in crate::wechat) fn check(
    body: &str,
    answers: &[&str],
    shown: impl FnOnce(&str) -> String,
) -> Result<(), Error> {
    let text = trimmed(body);
    if text.is_empty() {
        return Err(malformed("the answer was empty"));
    }
    let head = head(text, answers).map_err(|error| match error {
        None => malformed("the answer was JSON, but not an object"),
        Some(error) if error.is_eof() => malformed("the answer was cut off"),
        Some(_) if text.starts_with('<') => malformed("the answer was a web page instead of JSON"),
        Some(error) => malformed(format!(
            "the answer was not JSON (line {}, column {} of {} bytes)",
            error.line(),
            error.column(),
            body.len()
        )),
    })?;
    let errcode = head.errcode.filter(|errcode| errcode.get() != "null");
    match errcode.map(|errcode| Integer::of(errcode).get()) {
        Some(Some(0)) => Ok(()),
        Some(Some(errcode)) => {
            let errmsg: Option<String> = head
                .errmsg
                .and_then(|errmsg| serde_json::from_str(errmsg.get()).ok());
            let message = ServerMessage::parse(&shown(&errmsg.unwrap_or_default()));
            Err(Error::refused(errcode, message))
        }
        Some(None) => Err(malformed("the answer's errcode is not a number")),
        None if head.answers => Ok(()),
        None => Err(malformed(not_the_api(answers))),
    }
}

/// The payload as `P`, whose fields say which of them may be missing.
pub(in crate::wechat) fn payload<P: DeserializeOwned>(answer: Accepted) -> Result<P, Error> {
    let Accepted { text } = answer;
    decode(trimmed(&text)).map_err(|error| {
        malformed(format!(
            "the answer is not in the documented form: {}",
            kind(&error)
        ))
    })
}

/// The payload as a tree, to be looked at as a whole. It is as deep as the parser allows.
pub(in crate::wechat) fn tree(answer: Accepted) -> Result<Value, Error> {
    let Accepted { text } = answer;
    serde_json::from_str(trimmed(&text)).map_err(|error| {
        malformed(format!(
            "the answer can't be looked at as a whole: {}",
            kind(&error)
        ))
    })
}

fn trimmed(body: &str) -> &str {
    body.trim_start_matches('\u{feff}').trim()
}

/// serde's message can repeat a value of the answer, which may be a secret; what comes before it never does. Where it
/// was would be told within a part of the answer that nobody sees.
fn kind(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(": ").next().unwrap_or_default();
    let text = text.split(" at line ").next().unwrap_or_default();
    text.to_owned()
}

fn malformed(what: impl Into<String>) -> Error {
    Error::new(Class::Malformed, what).meaning(
        "This is not an answer of the API: a proxy or gateway may have sent it, or the answer was cut off.",
    ).next_step("Try again. If the error persists, check the endpoint and any proxy between here and the API.")
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

/// What is looked at in every answer. A field that is sent twice counts as it was sent last.
#[derive(Default)]
struct Head<'a> {
    errcode: Option<&'a RawValue>,
    errmsg: Option<&'a RawValue>,
    /// Whether one of the fields is there that show the answer to be the API's.
    answers: bool,
}

/// Reads an object's head; no error is JSON of another kind.
fn head<'a>(text: &'a str, answers: &[&str]) -> Result<Head<'a>, Option<serde_json::Error>> {
    if !text.starts_with('{') {
        return Err(serde_json::from_str::<IgnoredAny>(text).err());
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let head = HeadOf { answers }.deserialize(&mut json)?;
    json.end()?;
    Ok(head)
}

struct HeadOf<'f> {
    answers: &'f [&'f str],
}

impl<'de> DeserializeSeed<'de> for HeadOf<'_> {
    type Value = Head<'de>;

    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<Head<'de>, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for HeadOf<'_> {
    type Value = Head<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Head<'de>, A::Error> {
        let mut head = Head::default();
        while let Some(key) = map.next_key::<String>()? {
            head.answers |= self.answers.contains(&key.as_str());
            match key.as_str() {
                "errcode" => head.errcode = Some(map.next_value()?),
                "errmsg" => head.errmsg = Some(map.next_value()?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(head)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::wechat::http::Rows;

    fn refusal(body: &str) -> Option<Error> {
        check(body, &["info_list", "err_list"], str::to_owned).err()
    }

    fn outcome(body: &str) -> Result<(), (Class, Option<i64>)> {
        refusal(body).map_or(Ok(()), |error| Err((error.class(), error.errcode())))
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
            (r#"{"errcode":0} {}"#, Err((Class::Malformed, None))),
            ("<html>hello</html>", Err((Class::Malformed, None))),
            ("bad gateway", Err((Class::Malformed, None))),
            // Of what is sent twice the last one counts.
            (r#"{"errcode":40014,"errcode":0}"#, Ok(())),
            (
                r#"{"errcode":0,"\u0065rrcode":40014}"#,
                Err((Class::Token, Some(40014))),
            ),
        ] {
            assert_eq!(outcome(body), expected, "{body}");
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (body, words) in [
            ("", "the answer was empty"),
            ("7", "the answer was JSON, but not an object"),
            (r#"{"errcode":0"#, "the answer was cut off"),
            ("[1,", "the answer was cut off"),
            ("<p>", "the answer was a web page instead of JSON"),
            (
                "oh",
                "the answer was not JSON (line 1, column 1 of 2 bytes)",
            ),
            (
                "{}",
                "the answer was JSON, but has no `errcode` and no `info_list` or `err_list`",
            ),
            (r#"{"errcode":[]}"#, "the answer's errcode is not a number"),
        ] {
            assert_eq!(refusal(body).unwrap().happened(), words, "{body}");
        }
    }

    #[test]
    fn depth_and_huge_numbers_do_no_harm() {
        let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
        let huge = "9".repeat(200_000);
        for value in [&deep, &huge] {
            assert_eq!(outcome(&format!(r#"{{"errcode":0,"x":{value}}}"#)), Ok(()));
            for field in ["errcode", "x"] {
                let error = outcome(&format!(r#"{{"{field}":{value}}}"#)).unwrap_err();
                assert_eq!(error, (Class::Malformed, None));
            }
            assert!(outcome(value).is_err());
        }
        let open = "{\"x\":".repeat(200_000);
        assert_eq!(refusal(&open).unwrap().happened(), "the answer was cut off");
    }

    #[derive(Debug, Deserialize)]
    struct Payload {
        #[allow(dead_code, reason = "only its type matters")]
        list: Rows<String>,
    }

    #[test]
    fn a_wrong_type_in_the_payload_is_told_without_its_value() {
        for list in [r#""canary""#, r#"["a",{"canary":1}]"#, "7"] {
            let answer = Accepted::new(format!(r#"{{"list":{list}}}"#));
            let error = payload::<Payload>(answer).unwrap_err();
            assert_eq!(error.class(), Class::Malformed);
            assert_eq!(
                error.happened(),
                "the answer is not in the documented form: invalid type"
            );
        }
    }

    #[test]
    fn too_many_rows_are_told() {
        let answer = Accepted::new(format!(r#"{{"list":[""{}]}}"#, r#","""#.repeat(10_000)));
        assert_eq!(
            payload::<Payload>(answer).unwrap_err().happened(),
            "the answer is not in the documented form: a list has more than 10000 rows"
        );
    }
}
