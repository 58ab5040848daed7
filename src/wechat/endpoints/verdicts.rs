//! Whose row is whose in the answer to a batch call.
//!
//! The documents' own sample has a row that names an appid with a character missing. Such a row is a verdict about
//! somebody, and a mini program without a row of its own is only then in the default (shared, unshared, without any
//! share) when the row cannot be about it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::pair::About;
use crate::ordered::Ordered as _;
use crate::wechat::{EnvId, Error, http::visible};

/// One row of one of an answer's lists.
#[derive(Clone, Debug)]
pub(in crate::wechat) struct Row<V> {
    /// As it was sent; empty where the list names no environment.
    pub(in crate::wechat) env: String,
    /// As it was sent.
    pub(in crate::wechat) appid: String,
    /// What it says, for a person.
    pub(in crate::wechat) words: String,
    /// None where it says what would hold without it, so that it does not matter whose it is.
    pub(in crate::wechat) verdict: Option<V>,
}

/// The rows by item.
#[derive(Debug)]
pub(in crate::wechat) struct Verdicts<I, V> {
    /// What is said of each, in the order of the rows; nothing where the default holds.
    pub(in crate::wechat) known: BTreeMap<I, Vec<V>>,
    /// Those that a stray row may be about, with these rows in words.
    pub(in crate::wechat) unanswered: BTreeMap<I, String>,
}

impl<I: About, V: Clone> Verdicts<I, V> {
    /// Gives each row to the item it names: an appid, of which its environment tells only two items of the same appid
    /// apart, as the documents' own sample names an environment that was not asked about. A stray row belongs to the only
    /// item without a row of its own, if it is the only one; otherwise nobody can tell whose it is. A stray row that names
    /// one of the call's environments is about one of that environment's items.
    pub(in crate::wechat) fn of(
        path: &'static str,
        rows: Vec<Row<V>>,
        asked: &BTreeSet<I>,
    ) -> Self {
        let mut by_appid: HashMap<&str, Vec<&I>> = HashMap::new();
        for item in asked {
            by_appid
                .entry(item.appid().as_str())
                .or_default()
                .push(item);
        }
        let mut known: BTreeMap<I, Vec<V>> = BTreeMap::new();
        let mut stray: Vec<Row<V>> = Vec::new();
        for row in rows {
            match by_appid.get(row.appid.trim()) {
                Some(items) => {
                    let env = row.env.trim();
                    let narrowed = items.iter().any(|item| is_of(*item, env));
                    for item in items.iter().filter(|item| !narrowed || is_of(**item, env)) {
                        known
                            .entry((*item).clone())
                            .or_default()
                            .extend(row.verdict.clone());
                    }
                }
                None if row.verdict.is_some() => stray.push(row),
                None => {}
            }
        }
        let silent = asked
            .iter()
            .filter(|item| !known.contains_key(*item))
            .cloned()
            .into_set();
        let mut unanswered = BTreeMap::new();
        for (env, rows) in by_environment(stray, asked) {
            let is_meant = |item: &&I| env.as_deref().is_none_or(|env| is_of(*item, env));
            let suspects: Vec<&I> = silent.iter().filter(is_meant).collect();
            for row in &rows {
                tracing::warn!(
                    path,
                    appid = &*visible(&row.appid),
                    row = &*visible(&row.words),
                    without_a_row = suspects.len(),
                    "the answer has a row for a mini program that was not asked about"
                );
            }
            match suspects.as_slice() {
                [] => {}
                [one] if asked.iter().filter(is_meant).count() == 1 || name_one(&rows) => {
                    let verdicts = rows.into_iter().filter_map(|row| row.verdict);
                    known.entry((*one).clone()).or_default().extend(verdicts);
                }
                several => {
                    let words = told(&rows);
                    unanswered.extend(several.iter().map(|item| ((*item).clone(), words.clone())));
                }
            }
        }
        known.retain(|item, _| !unanswered.contains_key(item));
        for item in silent {
            if !unanswered.contains_key(&item) {
                known.entry(item).or_default();
            }
        }
        Self { known, unanswered }
    }

    /// The error of each one that is unanswered by a write.
    pub(in crate::wechat) fn unanswered_errors<T>(&self) -> BTreeMap<I, Result<T, Error>> {
        self.unanswered
            .iter()
            .map(|(item, stray)| (item.clone(), Err(Error::unanswered(stray))))
            .into_map()
    }
}

fn is_of<I: About>(item: &I, env: &str) -> bool {
    item.env().is_some_and(|of| of.as_str() == env)
}

/// The rows that name the same one of the call's environments, and those that name none.
fn by_environment<I: About, V>(
    rows: Vec<Row<V>>,
    asked: &BTreeSet<I>,
) -> BTreeMap<Option<String>, Vec<Row<V>>> {
    let envs = asked.iter().filter_map(About::env);
    let envs = envs.map(EnvId::as_str).into_set();
    let mut groups: BTreeMap<Option<String>, Vec<Row<V>>> = BTreeMap::new();
    for row in rows {
        let env = row.env.trim();
        let env = envs.contains(env).then(|| env.to_owned());
        groups.entry(env).or_default().push(row);
    }
    groups
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
            // The words may have ids of the answer, of which nothing has been looked at.
            format!("{appid:?} ({})", visible(&row.words))
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
    use crate::wechat::{Appid, endpoints::pair::Pair};

    const A: &str = "wx5fe6bb43205e9e07";
    const B: &str = "wx075cf85bf347b6df";
    const C: &str = "wxaaaaaaaaaaaaaaa1";

    /// What is said of whom, with `?` for those that are unanswered.
    fn verdicts(asked: &[&str], rows: &[(&str, &'static str)]) -> (Vec<String>, String) {
        let asked: BTreeSet<Appid> = asked.iter().map(|appid| appid.parse().unwrap()).collect();
        let rows = rows
            .iter()
            .map(|&(appid, words)| Row {
                env: String::new(),
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
                assert_eq!(said.is_none(), verdicts.unanswered.contains_key(appid));
                said.map_or_else(|| "?".to_owned(), |said| said.join("+"))
            })
            .collect();
        let stray = verdicts.unanswered.into_values().next();
        (said, stray.unwrap_or_default())
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

    #[test]
    fn the_environment_of_a_row_narrows_and_no_more() {
        type Pairs<'a> = &'a [(&'a str, &'a str)];
        type Rows<'a> = &'a [(&'a str, &'a str)];
        let pair = |(env, appid): (&str, &str)| Pair {
            env: env.parse().unwrap(),
            appid: appid.parse().unwrap(),
        };
        let cases: &[(Pairs<'_>, Rows<'_>, &[&str])] = &[
            // Another environment than the appid's, none, or one that was not asked about.
            (&[("e1", A), ("e2", B)], &[("e2", A)], &["no", ""]),
            (&[("e1", A), ("e2", B)], &[("", A)], &["no", ""]),
            (&[("e1", A), ("e2", B)], &[("e9", A)], &["no", ""]),
            // Two pairs of one appid.
            (&[("e1", A), ("e2", A)], &[("e2", A)], &["", "no"]),
            (&[("e1", A), ("e2", A)], &[("e9", A)], &["no", "no"]),
            // A stray row is about an item of its environment.
            (
                &[("e1", A), ("e1", B), ("e2", C)],
                &[("e1", "x")],
                &["?", "?", ""],
            ),
            (
                &[("e1", A), ("e1", B), ("e2", C)],
                &[("e2", "x")],
                &["", "", "no"],
            ),
            (&[("e1", A), ("e2", B)], &[("e9", "x")], &["?", "?"]),
            (
                &[("e1", A), ("e2", B)],
                &[("e1", "x"), ("e9", "y")],
                &["?", "?"],
            ),
        ];
        for (asked, rows, expected) in cases {
            let asked: BTreeSet<Pair> = asked.iter().copied().map(pair).collect();
            let rows = rows.iter().map(|&(env, appid)| Row {
                env: env.to_owned(),
                appid: appid.to_owned(),
                words: "no".to_owned(),
                verdict: Some("no"),
            });
            let rows: Vec<_> = rows.collect();
            let verdicts = Verdicts::of("/x", rows.clone(), &asked);
            let said: Vec<String> = asked
                .iter()
                .map(|pair| match verdicts.known.get(pair) {
                    Some(said) => said.concat(),
                    None => "?".to_owned(),
                })
                .collect();
            assert_eq!(&said, expected, "{asked:?} {rows:?}");
        }
    }
}
