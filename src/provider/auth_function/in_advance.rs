//! Looking, for a plan, whether environments that get the function have one already.

use std::collections::BTreeSet;

use super::look;
use super::warnings;
use crate::framework::{Context, Diagnostics};
use crate::ordered::Ordered as _;
use crate::provider::asked::Asked;
use crate::provider::outcomes::Outcomes;
use crate::provider::{Session, deadline};
use crate::wechat::{Class, EnvId, Error, FunctionName};

/// Says where code is replaced that the configuration does not manage. That nobody could look is a warning, too, or nothing
/// where that is told already, or no news.
pub(super) async fn look(
    context: &Context<Session>,
    name: &FunctionName,
    envs: &BTreeSet<EnvId>,
) -> Diagnostics {
    let operation = deadline::operation(context, deadline::PLAN);
    let found = look::look(&context.session, &operation, name, envs).await;
    let (found, mut failures) = Outcomes::from_iter(found).into_parts();
    let there = found.into_iter().filter(|(_, found)| found.is_some());
    let there = there.map(|(env, _)| env).into_set();
    let mut said = Diagnostics::new();
    said.extend(warnings::code_will_be_replaced(name, &there));
    failures.take(|_, error| is_no_news(error));
    let asked = Asked::read(format!("look up in advance whether function {name} is in"));
    said.extend(failures.warnings(&asked).into_iter().map(|mut warning| {
        warning.detail.push_str(
            "\nThe apply looks again. Where the function is there already, its code is replaced then.",
        );
        warning
    }));
    said
}

fn is_no_news(error: &Error) -> bool {
    let class = error.class();
    let is_told = error.attempts() == 0 && matches!(class, Class::Token | Class::Exhausted);
    is_told || matches!(class, Class::TokenUnknown | Class::Cancelled)
}
