//! How an answer differs from the documents, in words. Names of fields are told, values never.

use std::collections::BTreeSet;

use super::finding::{Finding, Verdict};
use crate::wechat::Appid;
use crate::wechat::assumptions::{FIELDS, KINDS, QUERY_ANSWERS};
use crate::wechat::documented::{Documented, Form, Looked, QUERY, Subject};

/// More names than these are a number.
const NAMES: usize = 12;

/// Longer names are none.
const LONGEST: usize = 60;

/// What is to be said of the answer to a reading call.
pub(super) fn of_reading(call: &Documented, subject: &Subject, looked: &Looked) -> Finding {
    let mut found = of_form(&looked.form);
    if call.path == QUERY.path && !is_about(looked, subject.appid.as_ref()) {
        found.verdict = Verdict::Differs;
        found.contradicts.push(&QUERY_ANSWERS);
        let words = "its rows are about another mini program";
        found.words = joined(&found.words, words);
        found.in_public = joined(&found.in_public, words);
    }
    found
}

/// What is to be said of the fields of an answer.
pub(super) fn of_form(form: &Form) -> Finding {
    let mut words = Vec::new();
    let mut contradicts = Vec::new();
    if !form.lacks.is_empty() {
        words.push(format!("it lacks {}", names(&form.lacks)));
    }
    if !form.adds.is_empty() {
        let adds = names(&form.adds);
        words.push(format!("it has {adds}, which the documents have not"));
    }
    if !words.is_empty() {
        contradicts.push(&FIELDS);
    }
    if !form.of_another_kind.is_empty() {
        let names = names(&form.of_another_kind);
        words.push(format!(
            "{names} holds something else than the documents say"
        ));
        contradicts.push(&KINDS);
    }
    let verdict = if contradicts.is_empty() {
        Verdict::Works
    } else {
        Verdict::Differs
    };
    if !form.without_rows.is_empty() {
        let names = names(&form.without_rows);
        words.push(format!("nothing in {names} to look at"));
    }
    Finding {
        verdict,
        contradicts,
        ..Finding::works(words.join("; "))
    }
}

/// Whether the rows of a query name the one who was asked about, or there is none.
fn is_about(looked: &Looked, appid: Option<&Appid>) -> bool {
    let lists = ["relation_data[].appid", "err_list[].appid"];
    let named: Vec<&str> = lists.iter().flat_map(|path| looked.texts(path)).collect();
    named.is_empty() || appid.is_none_or(|appid| named.contains(&appid.as_str()))
}

fn joined(words: &str, more: &str) -> String {
    if words.is_empty() {
        more.to_owned()
    } else {
        format!("{words}; {more}")
    }
}

/// The paths in words. A part that could be an id, or anything but a name, is left out: the API may name fields as it likes.
fn names(paths: &BTreeSet<String>) -> String {
    let shown = paths.iter().take(NAMES).map(|path| {
        let steps: Vec<String> = path.split('.').map(shown).collect();
        format!("`{}`", steps.join("."))
    });
    let mut shown: Vec<String> = shown.collect();
    if paths.len() > NAMES {
        shown.push(format!("{} more", paths.len() - NAMES));
    }
    shown.join(", ")
}

fn shown(step: &str) -> String {
    let name = step.trim_end_matches("[]");
    let is_plain = |c: char| c.is_ascii_alphabetic() || c == '_' || c.is_ascii_digit();
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let is_name = name.len() <= LONGEST
        && name.chars().all(is_plain)
        && digits < 3
        && name.parse::<Appid>().is_err();
    if is_name {
        step.to_owned()
    } else {
        "(a name that is not shown)".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(paths: &[&str]) -> BTreeSet<String> {
        paths.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn names_that_could_be_ids_or_worse_are_not_shown() {
        for (path, expected) in [
            ("info_list[].region", "`info_list[].region`"),
            ("a.wx5fe6bb43205e9e07.b", "`a.(a name that is not shown).b`"),
            ("wxabcdefghijklmnop", "`(a name that is not shown)`"),
            ("tea-house-7gfwxe92efb3aa38", "`(a name that is not shown)`"),
            ("\u{202e}x", "`(a name that is not shown)`"),
            ("https://a", "`(a name that is not shown)`"),
        ] {
            assert_eq!(names(&set(&[path])), expected);
        }
        let many: BTreeSet<String> = ('a'..='z').map(String::from).collect();
        assert!(names(&many).ends_with("`l`, 14 more"), "{}", names(&many));
    }

    #[test]
    fn each_difference_names_what_it_contradicts() {
        let ids = |form: &Form| {
            let found = of_form(form);
            (found.verdict, found.ids())
        };
        let form = Form::default;
        assert_eq!(ids(&form()), (Verdict::Works, String::new()));
        let empty = Form {
            without_rows: set(&["list[]"]),
            ..form()
        };
        assert_eq!(ids(&empty), (Verdict::Works, String::new()));
        let lacks = Form {
            lacks: set(&["list[].a"]),
            of_another_kind: set(&["b"]),
            ..form()
        };
        assert_eq!(
            ids(&lacks),
            (Verdict::Differs, " [fields, kinds]".to_owned())
        );
    }
}
