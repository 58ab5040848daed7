//! What is said where more administrators would be asked than `max_confirmation_requests` allows.

use std::collections::BTreeSet;

use super::announcement::names;
use super::asking::Asking;
use crate::framework::{AttributePath, Diagnostic};
use crate::ordered::Ordered as _;
use crate::provider::ledger::OverLimit;
use crate::wechat::{Appid, EnvId};

/// The error of a plan: it is at the instance that was planned when the limit was passed, and about all of them.
pub(super) fn of_plan(env: Option<&EnvId>, asking: &Asking, over: OverLimit) -> Diagnostic {
    let environment = env.map_or("an environment that is not known yet".to_owned(), |env| {
        format!("environment {env}")
    });
    let asked = asking.asked.iter().into_set();
    let here = match asked.len() {
        0 => String::new(),
        _ => format!(": {}", names(&asked)),
    };
    let unless = if asking.may_be_bound {
        " Some of them may turn out to be bound already, which could not be looked up."
    } else {
        ""
    };
    let detail = format!(
        "The limit was passed with this resource, for {environment}{here}. What is planned after it is not counted, so \
         that it may be more.{unless}\nNothing has been sent. {NEXT}"
    );
    let summary = format!(
        "the plan would ask at least {}; {}",
        administrators(over.count),
        allowed(over)
    );
    Diagnostic::error(summary, detail).at(AttributePath::root("appids"))
}

/// The error of an operation that was to ask the administrators of `appids`.
pub(in crate::provider) fn of_apply(
    env: &EnvId,
    appids: &BTreeSet<Appid>,
    over: OverLimit,
) -> Diagnostic {
    let asked = appids.iter().into_set();
    let detail = format!(
        "These would be asked: {}. With those whom this run has asked already, that makes {}. Nothing was changed. {NEXT}",
        names(&asked),
        over.count
    );
    let summary = format!(
        "with environment {env}, this run would ask {}; {}",
        administrators(over.count),
        allowed(over)
    );
    Diagnostic::error(summary, detail).at(AttributePath::root("appids"))
}

const NEXT: &str = "If all of these people are to be asked, raise `max_confirmation_requests` in the provider block; \
                    otherwise change less at a time.";

fn administrators(count: u64) -> String {
    match count {
        1 => "1 administrator".to_owned(),
        count => format!("{count} administrators"),
    }
}

fn allowed(over: OverLimit) -> String {
    let nobody = if over.limit == 0 {
        ": nobody may be asked"
    } else {
        ""
    };
    format!("`max_confirmation_requests` is {}{nobody}", over.limit)
}
