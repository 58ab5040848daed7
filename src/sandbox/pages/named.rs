//! A share with the names that people know its two ends by.

use maud::{Markup, html};

use super::super::shares::Pair;
use super::super::state::State;
use super::words::Words;

/// One share. Names are any text at all; they are as the seed and the control path have them.
pub(super) struct Named<'a> {
    pub(super) pair: &'a Pair,
    /// The environment's.
    pub(super) alias: Option<&'a str>,
    /// The mini program's.
    pub(super) nick_name: Option<&'a str>,
    /// The legal subject's.
    pub(super) principal_name: Option<&'a str>,
}

impl<'a> Named<'a> {
    pub(super) fn new(state: &'a State, pair: &'a Pair) -> Self {
        let environment = state.environments.get(&pair.env);
        let authorizer = state.platform.authorizer(&pair.appid);
        Self {
            pair,
            alias: environment.and_then(|found| found.alias.as_deref()),
            nick_name: authorizer.and_then(|found| found.nick_name.as_deref()),
            principal_name: authorizer.and_then(|found| found.principal_name.as_deref()),
        }
    }

    /// Both ends, a row for each thing that is known of them.
    pub(super) fn table(&self, words: &Words) -> Markup {
        html! {
            dl {
                dt { (words.environment) }
                dd { (name_and_id(self.alias, &self.pair.env)) }
                dt { (words.kind) }
                dd { (self.kind(words)) }
                dt { (words.mini_program) }
                dd { (name_and_id(self.nick_name, &self.pair.appid)) }
                @if let Some(subject) = self.principal_name {
                    dt { (words.subject) }
                    dd { bdi { (subject) } }
                }
            }
        }
    }

    /// What kind of environment it is.
    pub(super) fn kind(&self, words: &Words) -> &'static str {
        if self.pair.source_type == 1 {
            words.cloud_hosting
        } else {
            words.cloud_development
        }
    }
}

/// A name, which writes itself in its own direction, over the id; the id alone where there is none.
pub(super) fn name_and_id(name: Option<&str>, id: &str) -> Markup {
    html! {
        @if let Some(name) = name { bdi.name { (name) } " " }
        code { (id) }
    }
}
