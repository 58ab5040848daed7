//! What a plan will ask of people, as warnings with constant summaries: Terraform folds those.

use std::collections::BTreeSet;

use super::asking::Asking;
use crate::framework::{AttributePath, Diagnostic};
use crate::ordered::Ordered as _;
use crate::wechat::{Appid, EnvId};

/// The summary of what a plan asks of people.
const ASKS: &str = "administrators of mini programs will be asked to confirm";
/// The same where shares end, too: it must not be folded into those that only ask.
const ENDS: &str = "shares will end, and administrators of mini programs will be asked to confirm";

/// How many appids are named; of more there is the number.
const NAMED: usize = 10;

/// Whose sharing ends with the plan.
#[derive(Default)]
pub(super) struct EndedShares {
    /// For certain.
    pub(super) ends: BTreeSet<Appid>,
    /// Unless they are among the appids that are not known yet.
    pub(super) may_end: BTreeSet<Appid>,
    /// Whether the resource is replaced.
    pub(super) replaced: bool,
}

/// Who will be asked, who is bound already, and what ends. Nothing if nobody is asked.
///
/// `is_complete` says whether all appids are known.
pub(super) fn of_plan(
    env: Option<&EnvId>,
    asking: &Asking,
    is_complete: bool,
    EndedShares {
        ends,
        may_end,
        replaced,
    }: EndedShares,
) -> Option<Diagnostic> {
    let asked = asking.asked.iter().into_set();
    let bound = &asking.bound;
    if asked.is_empty() && is_complete {
        return None;
    }
    let environment = env.map_or_else(
        || "An environment that is not known yet".to_owned(),
        |env| format!("Environment {env}"),
    );
    let mut parts = Vec::new();
    if !asked.is_empty() {
        let unless = if asking.may_be_bound {
            ", unless they are bound already"
        } else {
            ""
        };
        let count = match asked.len() {
            1 => "1 administrator will be asked".to_owned(),
            count => format!("{count} administrators will be asked"),
        };
        parts.push(format!("{count} to confirm{unless}: {}.", names(&asked)));
    }
    if !is_complete {
        parts.push(
            "Further appids are not known until apply; their administrators will be asked unless \
             they are bound already."
                .to_owned(),
        );
    }
    if !may_end.is_empty() {
        let may_end = may_end.iter().into_set();
        parts.push(format!(
            "Current shares that are not among them will end: {}.",
            names(&may_end)
        ));
    }
    if !bound.is_empty() {
        parts.push(format!(
            "{} already bound and will be adopted without a new request.",
            programs(bound.len(), "is", "are")
        ));
    }
    if !ends.is_empty() {
        let whose = if replaced {
            "The resource will be replaced, which ends its current shares with"
        } else {
            "Sharing will end with"
        };
        let ends = ends.iter().into_set();
        parts.push(format!("{whose} {}: {}.", count(ends.len()), names(&ends)));
    }
    let detail = format!("{environment}: {}", parts.join("\n"));
    let summary = if ends.is_empty() && may_end.is_empty() {
        ASKS
    } else {
        ENDS
    };
    Some(Diagnostic::warning(summary, detail).at(AttributePath::root("appids")))
}

/// What it means to abandon shares that are pending.
pub(super) fn abandons(env: &EnvId, pending: &BTreeSet<Appid>) -> Option<Diagnostic> {
    if pending.is_empty() {
        return None;
    }
    let pending = pending.iter().into_set();
    let detail = format!(
        "Environment {env}: {} not confirmed yet: {}. Once abandoned, nothing shows that the \
         administrator was asked, so sharing with the mini program again later will ask the \
         administrator again. To avoid this, wait for the confirmation first.",
        programs(pending.len(), "is", "are"),
        names(&pending)
    );
    let summary = "shares that are not confirmed will be abandoned";
    Some(Diagnostic::warning(summary, detail).at(AttributePath::root("appids")))
}

/// `1 mini program`, or how many.
pub(super) fn count(number: usize) -> String {
    match number {
        1 => "1 mini program".to_owned(),
        number => format!("{number} mini programs"),
    }
}

fn programs(number: usize, one: &str, several: &str) -> String {
    let verb = if number == 1 { one } else { several };
    format!("{} {verb}", count(number))
}

/// The appids, or the first of many.
pub(super) fn names<'a>(appids: impl IntoIterator<Item = &'a &'a Appid>) -> String {
    let all: Vec<_> = appids.into_iter().map(|appid| appid.as_str()).collect();
    match all.len().checked_sub(NAMED) {
        None | Some(0) => all.join(", "),
        Some(more) => format!("{} and {more} more", all[..NAMED].join(", ")),
    }
}
