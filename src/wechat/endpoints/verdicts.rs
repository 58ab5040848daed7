//! Whose row is whose in the answer to a batch call.
//!
//! The documents' own sample has a row that names an appid with a character missing. Such a row is a verdict about
//! somebody, and a mini program without a row of its own is only then in the default (shared, unshared, without any
//! share) when the row cannot be about it.

use std::collections::{BTreeMap, BTreeSet};

use crate::wechat::{Appid, Error};

/// One row of one of an answer's lists.
#[derive(Clone, Debug)]
pub(in crate::wechat) struct Row<V> {
    /// As it was sent.
    pub(in crate::wechat) appid: String,
    /// What it says, for a person.
    pub(in crate::wechat) words: String,
    /// None where it says what would hold without it, so that it does not matter whose it is.
    pub(in crate::wechat) verdict: Option<V>,
}

/// The rows by mini program.
#[derive(Debug)]
pub(in crate::wechat) struct Verdicts<V> {
    /// What is said of each, in the order of the rows; nothing where the default holds.
    pub(in crate::wechat) known: BTreeMap<Appid, Vec<V>>,
    /// Those that a stray row may be about.
    pub(in crate::wechat) unanswered: BTreeSet<Appid>,
    /// The stray rows, for a person; empty if nobody is unanswered.
    pub(in crate::wechat) stray: String,
}

impl<V> Verdicts<V> {
    /// Gives each row to the one it names. A stray row belongs to the only mini program without a row of its own, if it
    /// is the only one; otherwise nobody can tell whose it is.
    pub(in crate::wechat) fn of(
        path: &'static str,
        rows: Vec<Row<V>>,
        asked: &BTreeSet<Appid>,
    ) -> Self {
        let mut known: BTreeMap<Appid, Vec<V>> = BTreeMap::new();
        let mut stray = Vec::new();
        for row in rows {
            let appid = row.appid.trim().parse::<Appid>().ok();
            match appid.filter(|appid| asked.contains(appid)) {
                Some(appid) => known.entry(appid).or_default().extend(row.verdict),
                None if row.verdict.is_some() => stray.push(row),
                None => {}
            }
        }
        let mut unanswered: BTreeSet<Appid> = asked
            .iter()
            .filter(|appid| !known.contains_key(*appid))
            .cloned()
            .collect();
        let about_one = unanswered.len() == 1 && (asked.len() == 1 || name_one(&stray));
        for row in &stray {
            tracing::warn!(
                path,
                appid = row.appid,
                row = row.words,
                without_a_row = unanswered.len(),
                "the answer has a row for a mini program that was not asked about"
            );
        }
        let words = if unanswered.is_empty() || about_one {
            String::new()
        } else {
            told(&stray)
        };
        if stray.is_empty() || about_one {
            let verdicts: Vec<V> = stray.into_iter().filter_map(|row| row.verdict).collect();
            let mut verdicts = Some(verdicts);
            for appid in std::mem::take(&mut unanswered) {
                // More than one only where there is no stray row.
                known.insert(appid, verdicts.take().unwrap_or_default());
            }
        }
        Self {
            known,
            unanswered,
            stray: words,
        }
    }

    /// The error of each one that is unanswered by a write.
    pub(in crate::wechat) fn unanswered_errors<T>(&self) -> BTreeMap<Appid, Result<T, Error>> {
        self.unanswered
            .iter()
            .map(|appid| (appid.clone(), Err(Error::unanswered(&self.stray))))
            .collect()
    }
}

/// Whether the rows all name the same one.
fn name_one<V>(rows: &[Row<V>]) -> bool {
    rows.iter()
        .all(|row| row.appid.trim() == rows[0].appid.trim())
}

fn told<V>(rows: &[Row<V>]) -> String {
    /// More would be a page.
    const TOLD: usize = 5;
    let mut told: Vec<String> = rows
        .iter()
        .take(TOLD)
        .map(|row| {
            let appid: String = row.appid.chars().take(100).collect();
            format!("{appid:?} ({})", row.words)
        })
        .collect();
    if rows.len() > TOLD {
        told.push(format!("{} more", rows.len() - TOLD));
    }
    told.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "wx5fe6bb43205e9e07";
    const B: &str = "wx075cf85bf347b6df";
    const C: &str = "wxaaaaaaaaaaaaaaa1";

    /// What is said of whom, with `?` for those that are unanswered.
    fn verdicts(asked: &[&str], rows: &[(&str, &'static str)]) -> (Vec<String>, String) {
        let asked = asked.iter().map(|appid| appid.parse().unwrap()).collect();
        let rows = rows
            .iter()
            .map(|&(appid, words)| Row {
                appid: appid.to_owned(),
                words: words.to_owned(),
                verdict: (words != "ok").then_some(words),
            })
            .collect();
        let verdicts = Verdicts::of("/x", rows, &asked);
        let said = asked
            .iter()
            .map(|appid| {
                let said = verdicts.known.get(appid);
                assert_eq!(said.is_none(), verdicts.unanswered.contains(appid));
                said.map_or_else(|| "?".to_owned(), |said| said.join("+"))
            })
            .collect();
        (said, verdicts.stray)
    }

    #[test]
    fn rows_go_to_whom_they_name_or_can_only_mean() {
        type Rows<'a> = &'a [(&'a str, &'static str)];
        let cases: &[(&[&str], Rows<'_>, &[&str])] = &[
            // Nobody else is named: the default.
            (&[B, A], &[], &["", ""]),
            (&[B, A], &[(A, "no")], &["", "no"]),
            (
                &[A],
                &[(A, "no"), (" wx5fe6bb43205e9e07\n", "again")],
                &["no+again"],
            ),
            // Only one is left without a row.
            (&[A], &[("wx5fe6bb43205e9e7", "no")], &["no"]),
            (&[A], &[("", "no"), ("other", "again")], &["no+again"]),
            (
                &[B, A],
                &[(B, "yes"), ("wx5fe6bb43205e9e7", "no")],
                &["yes", "no"],
            ),
            (
                &[B, A],
                &[("x", "no"), (B, "yes"), (" x", "again")],
                &["yes", "no+again"],
            ),
            // It does not matter whose it is.
            (&[B, A], &[("x", "ok")], &["", ""]),
            (&[B, A], &[("x", "ok"), (A, "ok"), ("y", "no")], &["no", ""]),
            // All have a row of their own.
            (&[A], &[(A, "yes"), (C, "no")], &["yes"]),
            // More than one is left.
            (&[A, B], &[("wx5fe6bb43205e9e7", "no")], &["?", "?"]),
            (&[B, A, C], &[(B, "yes"), ("x", "no")], &["yes", "?", "?"]),
            (&[A, B], &[(C, "no")], &["?", "?"]),
            // Only one is left, and more than one is named.
            (
                &[B, A],
                &[(B, "yes"), ("x", "no"), ("y", "no")],
                &["yes", "?"],
            ),
        ];
        for (asked, rows, expected) in cases {
            let (said, stray) = verdicts(asked, rows);
            assert_eq!(&said, expected, "{asked:?} {rows:?}");
            assert_eq!(stray.is_empty(), !said.contains(&"?".to_owned()), "{stray}");
        }
    }

    #[test]
    fn a_person_is_told_of_a_few_stray_rows() {
        let rows: Vec<_> = (0..7).map(|_| ("wx5fe6bb43205e9e7", "invalid")).collect();
        let (_, stray) = verdicts(&[A, B], &rows[..1]);
        assert_eq!(stray, r#""wx5fe6bb43205e9e7" (invalid)"#);
        let (_, stray) = verdicts(&[A, B], &rows);
        assert!(
            stray.ends_with(r#""wx5fe6bb43205e9e7" (invalid), 2 more"#),
            "{stray}"
        );
    }
}
