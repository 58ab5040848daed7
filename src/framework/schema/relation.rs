//! What arguments of one object have to do with each other: that they exclude or need one another.

use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::path::AttributePath;
use crate::framework::value::Value;

/// A rule over an argument or block and others beside it. A name such as `component.appsecret`
/// leads into an object that occurs once. While one of them is not known the rule waits.
#[derive(Clone, Debug)]
pub struct Relation {
    kind: Kind,
    others: Vec<&'static str>,
    because: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    AtLeastOneOf,
    ConflictsWith,
    ExactlyOneOf,
    RequiredTogether,
    Requires,
}

/// Whether there is a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given {
    No,
    Unknown,
    Yes,
}

impl Relation {
    /// At least one of it and `others` has to be set.
    pub fn at_least_one_of(others: &[&'static str]) -> Self {
        Self::new(Kind::AtLeastOneOf, others)
    }

    /// Where it is set, none of `others` may be.
    pub fn conflicts_with(others: &[&'static str]) -> Self {
        Self::new(Kind::ConflictsWith, others)
    }

    /// Of it and `others` one has to be set, and one only.
    pub fn exactly_one_of(others: &[&'static str]) -> Self {
        Self::new(Kind::ExactlyOneOf, others)
    }

    /// It and `others` are set all together, or none is.
    pub fn required_together(others: &[&'static str]) -> Self {
        Self::new(Kind::RequiredTogether, others)
    }

    /// Where it is set, all of `others` have to be.
    pub fn requires(others: &[&'static str]) -> Self {
        Self::new(Kind::Requires, others)
    }

    fn new(kind: Kind, others: &[&'static str]) -> Self {
        Self {
            kind,
            others: others.to_vec(),
            because: None,
        }
    }

    /// The same rule, with why it is and what to do, in place of the general words for it.
    #[must_use]
    pub fn because(self, because: &'static str) -> Self {
        Self {
            because: Some(because),
            ..self
        }
    }

    /// The others, as they were named.
    pub fn others(&self) -> &[&'static str] {
        &self.others
    }

    /// What the documentation says of it, as a sentence.
    pub fn sentence(&self) -> String {
        let others = names(&self.others, "or");
        match self.kind {
            Kind::AtLeastOneOf => format!("At least one of this and {others} is required."),
            Kind::ConflictsWith => format!("Conflicts with {others}."),
            Kind::ExactlyOneOf => format!("Exactly one of this and {others} is required."),
            Kind::RequiredTogether => {
                format!("Required together with {}.", names(&self.others, "and"))
            }
            Kind::Requires => format!("Requires {}.", names(&self.others, "and")),
        }
    }

    /// Adds the error of an `object` whose argument or block `name` breaks the rule. `blocks` are the
    /// names of all blocks that it can have.
    pub(super) fn check(
        &self,
        name: &str,
        object: &Value,
        blocks: &[&str],
        path: &AttributePath,
        out: &mut Diagnostics,
    ) {
        let given = |name: &str| given(object, blocks, name);
        let own = given(name);
        let others: Vec<_> = self.others.iter().map(|other| given(other)).collect();
        if own == Given::Unknown
            || others.contains(&Given::Unknown) && self.kind != Kind::ConflictsWith
        {
            return;
        }
        let those = |wanted: Given| -> Vec<&str> {
            let all = self.others.iter().zip(&others);
            all.filter(|(_, given)| **given == wanted)
                .map(|(name, _)| *name)
                .collect()
        };
        let (set, unset) = (those(Given::Yes), those(Given::No));
        let is_set = own == Given::Yes;
        let all = || names(&[&[name], self.others.as_slice()].concat(), "and");
        let (summary, detail) = match self.kind {
            Kind::ConflictsWith if is_set && !set.is_empty() => (
                format!("`{name}` conflicts with {}", names(&set, "and")),
                "Remove one of them.",
            ),
            Kind::ExactlyOneOf if usize::from(is_set) + set.len() > 1 => (
                format!("only one of {} may be set", all()),
                "Remove all of them but one.",
            ),
            Kind::ExactlyOneOf | Kind::AtLeastOneOf if !is_set && set.is_empty() => (
                format!("one of {} is required", all()),
                "Add one of them, or give it a value if it has none.",
            ),
            Kind::RequiredTogether
                if (is_set || !set.is_empty()) && (!is_set || !unset.is_empty()) =>
            {
                (
                    format!("{} are required together", all()),
                    "Set all of them or none.",
                )
            }
            Kind::Requires if is_set && !unset.is_empty() => (
                format!("`{name}` requires {}", names(&unset, "and")),
                "Add what is missing, or remove it.",
            ),
            _ => return,
        };
        let path = path.clone().attribute(name);
        out.push(Diagnostic::error(summary, self.because.unwrap_or(detail)).at(path));
    }
}

fn given(object: &Value, blocks: &[&str], name: &str) -> Given {
    let mut value = object;
    for step in name.split('.') {
        if value.is_unknown() {
            return Given::Unknown;
        }
        value = value.attribute(step);
    }
    let is_block = blocks.contains(&name);
    match value {
        value if value.is_unknown() => Given::Unknown,
        value if value.is_null() => Given::No,
        // Blocks that are not there are none, where an argument would be null.
        Value::List(all) | Value::Set(all) if is_block && all.is_empty() => Given::No,
        Value::Map(all) if is_block && all.is_empty() => Given::No,
        _ => Given::Yes,
    }
}

/// As in "`a`, `b` and `c`".
fn names(names: &[&str], last: &str) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::schema::{Attribute, Block, BlockNesting, NestedBlock, Nesting, Schema};

    type Case<'a> = (&'a Relation, &'a [&'a (&'a str, Value)], &'a str);

    /// What is wrong with an object in which these of `a`, `b`, `c` and `d.e` have values.
    fn wrong(relation: &Relation, given: &[(&str, Value)]) -> Vec<String> {
        let inner = vec![Attribute::string("e", "E.")];
        let schema = Schema::new(
            "A thing.",
            vec![
                Attribute::string("a", "A.").relation(relation.clone()),
                Attribute::string("b", "B."),
                Attribute::string("c", "C."),
                Attribute::nested("d", Nesting::Single, inner, "D."),
            ],
        );
        let config = Value::object(given.iter().cloned());
        let errors = schema.breaches(&config.conform(&schema.ty()).unwrap());
        assert!(
            errors
                .iter()
                .all(|error| error.attribute == Some(AttributePath::root("a")))
        );
        errors.into_iter().map(|error| error.summary).collect()
    }

    #[test]
    fn each_rule_holds_for_what_is_set() {
        let [a, b, c] = ["a", "b", "c"].map(|name| (name, Value::string("x")));
        let e = ("d", Value::object([("e", Value::string("x"))]));
        let without_e = ("d", Value::object([("e", Value::Null)]));
        let [a, b, c, e, without_e] = [&a, &b, &c, &e, &without_e];
        let others = ["b", "d.e"];
        let conflicts = Relation::conflicts_with(&others);
        let requires = Relation::requires(&others);
        let exactly = Relation::exactly_one_of(&others);
        let at_least = Relation::at_least_one_of(&others);
        let together = Relation::required_together(&others);
        let cases: &[Case<'_>] = &[
            (&conflicts, &[a, c, without_e], ""),
            (&conflicts, &[b, e], ""),
            (&conflicts, &[a, b], "`a` conflicts with `b`"),
            (&conflicts, &[a, b, e], "`a` conflicts with `b` and `d.e`"),
            (&requires, &[c, b], ""),
            (&requires, &[a, b, e], ""),
            (&requires, &[a, without_e], "`a` requires `b` and `d.e`"),
            (&requires, &[a, b], "`a` requires `d.e`"),
            (&exactly, &[a, c], ""),
            (&exactly, &[e], ""),
            (
                &exactly,
                &[a, e],
                "only one of `a`, `b` and `d.e` may be set",
            ),
            (
                &exactly,
                &[b, e],
                "only one of `a`, `b` and `d.e` may be set",
            ),
            (
                &exactly,
                &[c, without_e],
                "one of `a`, `b` and `d.e` is required",
            ),
            (&at_least, &[a, b, e], ""),
            (&at_least, &[e], ""),
            (&at_least, &[c], "one of `a`, `b` and `d.e` is required"),
            (&together, &[c], ""),
            (&together, &[a, b, e], ""),
            (&together, &[a], "`a`, `b` and `d.e` are required together"),
            (
                &together,
                &[b, e],
                "`a`, `b` and `d.e` are required together",
            ),
        ];
        for (relation, given, expected) in cases {
            let given: Vec<_> = given.iter().map(|one| (*one).clone()).collect();
            let expected: Vec<_> = Some(*expected)
                .filter(|e| !e.is_empty())
                .into_iter()
                .collect();
            assert_eq!(
                wrong(relation, &given),
                expected,
                "{relation:?} with {given:?}"
            );
        }
    }

    #[test]
    fn a_rule_waits_for_what_is_not_known() {
        let known = |name| (name, Value::string("x"));
        let others = ["b", "d.e"];
        for relation in [
            Relation::requires(&others),
            Relation::exactly_one_of(&others),
            Relation::at_least_one_of(&others),
            Relation::required_together(&others),
        ] {
            assert_eq!(
                wrong(&relation, &[known("a"), ("d", Value::Unknown)]),
                [""; 0]
            );
            assert_eq!(
                wrong(&relation, &[known("b"), ("a", Value::Unknown)]),
                [""; 0]
            );
        }
        // Two that are known conflict whatever becomes of the third.
        let conflicts = Relation::conflicts_with(&others);
        let unknown = ("d", Value::Unknown);
        assert_eq!(wrong(&conflicts, &[known("a"), unknown.clone()]), [""; 0]);
        let both = wrong(&conflicts, &[known("a"), known("b"), unknown]);
        assert_eq!(both, ["`a` conflicts with `b`"]);
    }

    #[test]
    fn blocks_have_rules_and_prior_values_in_a_configuration_break_none() {
        let block = || Block::new("Part.", vec![Attribute::string("name", "Name.")]);
        let parts = NestedBlock::new("parts", BlockNesting::List, block())
            .relation(Relation::conflicts_with(&["other"]).because("Choose."));
        let other = NestedBlock::new("other", BlockNesting::List, block());
        let schema = Schema::new("A thing.", vec![])
            .nested_block(parts)
            .nested_block(other);
        assert_eq!(schema.mistakes(), []);
        let one = || Value::List(vec![Value::object([("name", Value::Null)])]);
        let config = Value::object([("parts", one()), ("other", one())]);
        let errors: Vec<_> = schema.breaches(&config).into_iter().collect();
        assert_eq!(errors[0].summary, "`parts` conflicts with `other`");
        assert_eq!(errors[0].detail, "Choose.");
        assert!(schema.breaches_of_merged(&config).is_empty());
        let config = Value::object([("parts", one()), ("other", Value::List(vec![]))]);
        assert!(schema.breaches(&config).is_empty());
    }

    #[test]
    fn a_rule_over_what_is_not_there_is_a_mistake() {
        let relation = Relation::conflicts_with(&["b", "a.x"]);
        let a = Attribute::string("a", "A.").relation(relation);
        let mistakes = Schema::new("A thing.", vec![a]).mistakes();
        assert_eq!(mistakes.len(), 2, "{mistakes:?}");
    }
}
