//! The `err_list` of a batch call: which mini program was refused, and why.

use serde::Deserialize;

use super::verdicts::Row;
use crate::wechat::{
    Class, Error,
    http::{Integer, ServerMessage, payload::null_as_default},
};

/// One row. `env` is missing in some documents.
#[derive(Debug, Default, Deserialize)]
pub(in crate::wechat) struct ErrRow {
    #[serde(default, deserialize_with = "null_as_default")]
    env: String,
    #[serde(default, deserialize_with = "null_as_default")]
    appid: String,
    #[serde(default, deserialize_with = "null_as_default")]
    errmsg: String,
    /// Not documented; read in case it is sent one day.
    #[serde(default)]
    errcode: Integer,
}

impl ErrRow {
    /// The row as a verdict, which `of` makes of the refusal. One that says errcode 0 refuses nothing.
    pub(in crate::wechat) fn verdict<V>(self, of: impl FnOnce(Error) -> V) -> Row<V> {
        let message = ServerMessage::parse(&self.errmsg);
        let words = message.text().to_owned();
        let refusal = match self.errcode.get() {
            Some(0) => None,
            Some(errcode) => Some(Error::refused(errcode, message).with_class(Class::Item)),
            None => Some(Error::item(message)),
        };
        Row {
            env: self.env,
            appid: self.appid,
            words,
            verdict: refusal.map(of),
        }
    }
}

/// Several refusals of one mini program as one.
pub(in crate::wechat) fn joined(refusals: impl IntoIterator<Item = Error>) -> Option<Error> {
    refusals
        .into_iter()
        .reduce(|error, more| error.note(format!("The API also said: {}", more.happened())))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn refusal(row: Value) -> Option<Error> {
        let row: ErrRow = serde_json::from_value(row).unwrap();
        row.verdict(|refusal| refusal).verdict
    }

    #[test]
    fn a_row_is_a_refusal_unless_it_says_errcode_0() {
        let error =
            refusal(json!({"appid": "x", "errmsg": "main body not same rid: a-b-c"})).unwrap();
        assert_eq!(error.class(), Class::Item);
        assert_eq!(error.errmsg(), Some("main body not same"));
        assert_eq!(error.rid(), Some("a-b-c"));
        let error = refusal(json!({"errcode": "61003", "errmsg": null})).unwrap();
        assert_eq!((error.class(), error.errcode()), (Class::Item, Some(61003)));
        assert!(refusal(json!({"appid": null, "errcode": null})).is_some());
        assert!(refusal(json!({"appid": "x", "errcode": "what"})).is_some());
        for zero in [json!(0), json!("0"), json!(" 0 "), json!(0.0)] {
            assert!(refusal(json!({"errcode": zero, "errmsg": "ok"})).is_none());
        }
    }

    #[test]
    fn refusals_of_one_are_joined() {
        let item = |words| Error::item(ServerMessage::parse(words));
        assert!(joined([]).is_none());
        let error = joined([item("no"), item("and more")]).unwrap();
        assert_eq!(error.errmsg(), Some("no"));
        assert!(error.detail().contains("and more"), "{}", error.detail());
    }
}
