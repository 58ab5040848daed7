//! The argument `options`: what the page is called, and names for what it lists.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::framework::value::{Value, ValueError, from_value};
use crate::wechat::{Appid, EnvId};

/// All of it may be left out.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Options {
    title: Option<Text>,
    from: Option<Text>,
    note: Option<Text>,
    names: Option<BTreeMap<Appid, Option<Text>>>,
    env_names: Option<BTreeMap<EnvId, Option<Text>>>,
}

/// Text that can stand in a page: no control characters but tabs and breaks of lines. A blank one counts as left out.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
struct Text(String);

impl TryFrom<String> for Text {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let is_odd = |c: &char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
        match text.chars().find(is_odd) {
            Some(odd) => Err(format!(
                "the control character U+{:04X} can't be shown",
                u32::from(odd)
            )),
            None => Ok(Self(text.trim().to_owned())),
        }
    }
}

fn shown(text: Option<&Text>) -> Option<&str> {
    text.map(|text| text.0.as_str())
        .filter(|text| !text.is_empty())
}

impl Options {
    /// Errors name the option.
    pub(super) fn parse(options: Value) -> Result<Self, ValueError> {
        from_value(options)
    }

    /// The heading, in place of ours.
    pub(super) fn title(&self) -> Option<&str> {
        shown(self.title.as_ref())
    }

    /// Who asks.
    pub(super) fn from(&self) -> Option<&str> {
        shown(self.from.as_ref())
    }

    /// What else is to be said.
    pub(super) fn note(&self) -> Option<&str> {
        shown(self.note.as_ref())
    }

    /// The name of a mini program.
    pub(super) fn name(&self, appid: &Appid) -> Option<&str> {
        shown(self.names.as_ref()?.get(appid)?.as_ref())
    }

    /// The name of an environment.
    pub(super) fn env_name(&self, env: &EnvId) -> Option<&str> {
        shown(self.env_names.as_ref()?.get(env)?.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "wx5fe6bb43205e9e07";

    fn error(name: &str, value: Value) -> String {
        let error = Options::parse(Value::object([(name, value)])).unwrap_err();
        format!("{}: {}", error.path, error.message)
    }

    #[test]
    fn all_may_be_left_out_null_or_blank() {
        assert_eq!(Options::parse(Value::object([])), Ok(Options::default()));
        let names = Value::object([(A, Value::Null), ("wx075cf85bf347b6df", Value::string(" "))]);
        let options = Options::parse(Value::object([
            ("title", Value::Null),
            ("from", Value::string(" \n")),
            ("note", Value::string(" Call us. ")),
            ("names", names),
        ]))
        .unwrap();
        assert_eq!(
            (options.title(), options.from(), options.note()),
            (None, None, Some("Call us."))
        );
        for appid in [A, "wx075cf85bf347b6df"] {
            assert_eq!(options.name(&appid.parse().unwrap()), None);
        }
    }

    #[test]
    fn names_come_as_an_object_or_as_a_map() {
        let names = BTreeMap::from([(A.to_owned(), Value::string("茶馆"))]);
        for names in [Value::Object(names.clone()), Value::Map(names)] {
            let options = Options::parse(Value::object([("names", names)])).unwrap();
            assert_eq!(options.name(&A.parse().unwrap()), Some("茶馆"));
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let unknown = error("titel", Value::string("x"));
        assert!(
            unknown.starts_with("titel: unknown field `titel`, expected one of `title`"),
            "{unknown}"
        );
        assert_eq!(
            error("title", Value::integer(1)),
            "title: expected a string, found a number"
        );
        let keys = error("names", Value::object([("tea", Value::string("茶馆"))]));
        assert!(keys.contains("\"tea\" is not an appid"), "{keys}");
        assert!(error("env_names", Value::string("e")).starts_with("env_names: expected a map"));
        let odd = error("note", Value::string("a\u{1b}b"));
        assert_eq!(odd, "note: the control character U+001B can't be shown");
    }
}
