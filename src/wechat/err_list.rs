//! The `err_list` of a batch call: which mini program was refused, and why.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Appid, Class, Error,
    envelope::{ErrRow, integer},
    server_message::ServerMessage,
};

/// Turns the rows into one error an appid. Several rows of one appid are joined.
///
/// A row that names no appid of the call (the documents' own sample shows one with a character missing) belongs to
/// nobody: it is logged.
pub(super) fn attribute(
    path: &'static str,
    rows: Vec<ErrRow>,
    asked: &BTreeSet<Appid>,
) -> BTreeMap<Appid, Error> {
    let mut errors: BTreeMap<Appid, Error> = BTreeMap::new();
    for row in rows {
        let appid = row
            .appid
            .trim()
            .parse::<Appid>()
            .ok()
            .filter(|appid| asked.contains(appid));
        let Some(appid) = appid else {
            tracing::warn!(
                path,
                appid = row.appid,
                errmsg = row.errmsg,
                "the answer's err_list names a mini program that was not asked about; ignored"
            );
            continue;
        };
        let error = error(&row);
        let error = match errors.remove(&appid) {
            Some(earlier) => earlier.note(format!("It was also said: {}", error.happened())),
            None => error,
        };
        errors.insert(appid, error);
    }
    errors
}

fn error(row: &ErrRow) -> Error {
    let message = ServerMessage::parse(&row.errmsg);
    match row
        .errcode
        .as_ref()
        .and_then(integer)
        .filter(|&errcode| errcode != 0)
    {
        Some(errcode) => Error::refused(errcode, message).with_class(Class::Item),
        None => Error::item(message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(appid: &str, errmsg: &str) -> ErrRow {
        ErrRow {
            appid: appid.to_owned(),
            errmsg: errmsg.to_owned(),
            errcode: None,
        }
    }

    #[test]
    fn rows_go_to_the_appid_they_name() {
        let asked: BTreeSet<Appid> = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
            .iter()
            .map(|appid| appid.parse().unwrap())
            .collect();
        let rows = vec![
            row(
                "wx5fe6bb43205e9e07",
                "main body not same rid: 00000000-11111111-22222222",
            ),
            row("wx5fe6bb43205e9e07", "and more"),
            row("wx5fe6bb43205e9e7", "mangled"),
            row("wx0000000000000000", "not asked"),
            row("", ""),
        ];
        let errors = attribute("/x", rows, &asked);
        assert_eq!(errors.len(), 1);
        let error = &errors[&"wx5fe6bb43205e9e07".parse().unwrap()];
        assert_eq!(error.class(), Class::Item);
        assert_eq!(error.errmsg(), Some("main body not same"));
        assert_eq!(error.rid(), Some("00000000-11111111-22222222"));
        assert!(error.detail().contains("and more"), "{}", error.detail());
    }

    #[test]
    fn a_code_in_a_row_is_used() {
        let asked = BTreeSet::from(["wx5fe6bb43205e9e07".parse().unwrap()]);
        let mut bad = row("wx5fe6bb43205e9e07", "no");
        bad.errcode = Some(serde_json::json!("61003"));
        let errors = attribute("/x", vec![bad], &asked);
        let error = errors.values().next().unwrap();
        assert_eq!((error.class(), error.errcode()), (Class::Item, Some(61003)));
    }
}
