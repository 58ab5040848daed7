//! The table of error codes on the page about troubleshooting.

use std::fmt::Write as _;

use cloudbase::provider::advice;
use cloudbase::wechat::{Class, error_codes};

/// The table, one group of codes after the other as in its source.
pub(crate) fn table() -> String {
    let mut out = String::from(
        "| errcode | WeChat's words | What it means | What to do | What the provider does |\n|---|---|---|---|---|\n",
    );
    for (code, explained) in error_codes::all() {
        let to_do = match advice::of_code(code) {
            Some(advice) => format!("{} {advice}", explained.next_step),
            None => explained.next_step.to_owned(),
        };
        writeln!(
            out,
            "| `{code}` | {} | {} | {} | {} |",
            cell(explained.original.unwrap_or("–")),
            cell(explained.meaning),
            cell(&to_do),
            reaction(explained.class),
        )
        .expect("text can be written");
    }
    out
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// What the client does about a code of a class, as the class's own documentation says.
fn reaction(class: Class) -> &'static str {
    let (words, retried) = match class {
        Class::Transient => ("retries after a short wait", true),
        Class::Throttled => ("retries after waits of up to a minute", true),
        Class::Token => ("gets the token again from where it came, once", false),
        Class::Exhausted => ("fails: trying again would not help today", false),
        Class::Caller => ("fails", false),
        other => panic!("tests/docs/error_table.rs has no words for codes of class {other:?}"),
    };
    assert_eq!(class.is_retryable(), retried, "{class:?}: {words}");
    words
}

#[test]
fn each_code_is_a_row_of_five_cells() {
    let table = table();
    assert_eq!(table.lines().count(), 2 + error_codes::all().count());
    for row in table.lines() {
        assert_eq!(row.replace("\\|", "").matches('|').count(), 6, "{row}");
    }
    assert!(table.contains("| `85088` | 该APP未开通云开发 | Cloud development is not open"));
    assert!(table.contains("| `61005` | – | The component_verify_ticket has expired"));
}
