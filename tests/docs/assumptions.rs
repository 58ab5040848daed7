//! What the client takes for granted of the API, and the calls by which some of it can be seen, as tables.

use std::fmt::Write as _;

use cloudbase::wechat::assumptions::{ALL, Seen};
use cloudbase::wechat::documented::READINGS;

/// Every assumption, in the order of its source.
pub(crate) fn table() -> String {
    let mut out = String::from(
        "| id | What is assumed | What it rests on | What hangs on it | How `doctor` sees it |\n|---|---|---|---|---|\n",
    );
    for one in ALL {
        let seen = match one.seen {
            Seen::Reading => "by reading",
            Seen::Probing => "`--probe-writes`",
            Seen::Not => "not",
        };
        let (id, assumed, evidence, behind) = (one.id, one.assumed, one.evidence, one.behind);
        writeln!(
            out,
            "| `{id}` | {assumed} | {evidence} | {behind} | {seen} |"
        )
        .expect("text can be written");
    }
    out
}

/// The calls that `doctor` makes.
pub(crate) fn readings() -> String {
    let mut out =
        String::from("| call | token | permission set that the documents name |\n|---|---|---|\n");
    for call in READINGS {
        let token = call.token.to_string();
        let token = token.trim_end_matches(" access token");
        let set = call
            .permission_set
            .map_or_else(|| "–".to_owned(), |set| set.to_string());
        writeln!(out, "| `{}` | {token} | {set} |", call.path).expect("text can be written");
    }
    out
}

#[test]
fn each_assumption_is_a_row_of_five_cells() {
    let table = table();
    assert_eq!(table.lines().count(), 2 + ALL.len());
    for row in table.lines() {
        assert_eq!(row.matches('|').count(), 6, "{row}");
    }
}
