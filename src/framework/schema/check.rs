//! Mistakes in a schema declaration that Terraform would refuse, or that users would trip over.
//!
//! Source: plugin protocol, "Schema rules". Tests run these over every schema of the provider.

use std::collections::BTreeSet;

use super::attribute::{Attribute, AttributeKind, Nesting, Presence};
use super::block::{Block, BlockNesting, Schema};
use super::relation::Relation;
use crate::framework::value::Type;

/// Names that mean something to Terraform itself at the root of a resource.
const RESERVED: &[&str] = &[
    "connection",
    "count",
    "depends_on",
    "for_each",
    "lifecycle",
    "provider",
    "provisioner",
];

/// One mistake, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct SchemaMistake {
    place: String,
    what: String,
}

impl Schema {
    /// The mistakes in this declaration; none if it is sound.
    pub fn mistakes(&self) -> Vec<SchemaMistake> {
        let mut found = Vec::new();
        if self.version < 0 {
            found.push(mistake("schema", "the version is negative"));
        }
        for name in self.block.attributes.iter().map(|a| a.name) {
            if RESERVED.contains(&name) {
                found.push(mistake(
                    name,
                    "the name means something to Terraform itself",
                ));
            }
        }
        check_block(&self.block, "", false, &mut found);
        found
    }
}

fn mistake(place: &str, what: impl Into<String>) -> SchemaMistake {
    SchemaMistake {
        place: place.to_owned(),
        what: what.into(),
    }
}

fn join(outer: &str, name: &str) -> String {
    if outer.is_empty() {
        name.to_owned()
    } else {
        format!("{outer}.{name}")
    }
}

fn check_name(name: &str, place: &str, found: &mut Vec<SchemaMistake>) {
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || !name.chars().all(fine) {
        found.push(mistake(
            place,
            "names are lower-case letters, digits and underscores",
        ));
    }
}

fn check_block(block: &Block, place: &str, in_set: bool, found: &mut Vec<SchemaMistake>) {
    if block.description.is_empty() {
        found.push(mistake(place, "the block has no description"));
    }
    check_attributes(&block.attributes, place, in_set, found);
    let siblings: Vec<_> = block
        .attributes
        .iter()
        .map(|attribute| attribute.name)
        .chain(block.blocks.iter().map(|nested| nested.name))
        .collect();
    let attributes = block.attributes.iter().map(|a| (a.name, &a.relations));
    let blocks = block.blocks.iter().map(|b| (b.name, &b.relations));
    for (name, relations) in attributes.chain(blocks) {
        check_relations(name, relations, &siblings, place, found);
    }
    let mut names: BTreeSet<_> = block.attributes.iter().map(|a| a.name).collect();
    for nested in &block.blocks {
        let place = join(place, nested.name);
        check_name(nested.name, &place, found);
        if !names.insert(nested.name) {
            found.push(mistake(&place, "the name is used twice"));
        }
        let (min, max) = (nested.min_items, nested.max_items);
        let counts_fit = match nested.nesting {
            BlockNesting::Single => min == max && (0..=1).contains(&min),
            BlockNesting::Group | BlockNesting::Map => min == 0 && max == 0,
            BlockNesting::List | BlockNesting::Set => min >= 0 && (max == 0 || min <= max),
        };
        if !counts_fit {
            found.push(mistake(
                &place,
                "min_items and max_items do not fit the nesting",
            ));
        }
        let in_set = in_set || nested.nesting == BlockNesting::Set;
        check_block(&nested.block, &place, in_set, found);
    }
}

/// Only the first step of a name is looked up: what it leads into need not be here.
fn check_relations(
    name: &str,
    relations: &[Relation],
    siblings: &[&str],
    place: &str,
    found: &mut Vec<SchemaMistake>,
) {
    for other in relations.iter().flat_map(Relation::others) {
        let first = other.split('.').next().unwrap_or_default();
        if first == name || !siblings.contains(&first) {
            let place = join(place, name);
            found.push(mistake(
                &place,
                format!("`{other}` is no other argument beside it"),
            ));
        }
    }
}

fn check_attributes(
    attributes: &[Attribute],
    place: &str,
    in_set: bool,
    found: &mut Vec<SchemaMistake>,
) {
    let mut names = BTreeSet::new();
    for attribute in attributes {
        let place = join(place, attribute.name);
        check_name(attribute.name, &place, found);
        if !names.insert(attribute.name) {
            found.push(mistake(&place, "the name is used twice"));
        }
        if attribute.description.is_empty() {
            found.push(mistake(&place, "the attribute has no description"));
        }
        if attribute.write_only && attribute.presence.is_computed() {
            found.push(mistake(&place, "a write-only attribute cannot be computed"));
        }
        if in_set && attribute.write_only {
            found.push(mistake(&place, "a set cannot hold write-only attributes"));
        }
        if attribute.use_state_for_unknown && !attribute.presence.is_computed() {
            found.push(mistake(
                &place,
                "only a computed attribute can keep its state",
            ));
        }
        if attribute.requires_replace.is_some() && attribute.write_only {
            found.push(mistake(
                &place,
                "nobody can see a change of a write-only attribute",
            ));
        }
        if attribute.requires_replace.is_some() && attribute.presence == Presence::Computed {
            found.push(mistake(&place, "nobody can change a computed attribute"));
        }
        if attribute.whole && attribute.ty() != Type::Number {
            found.push(mistake(&place, "only a number can be a whole one"));
        }
        if let Some(default) = &attribute.default
            && default.clone().conform(&attribute.ty()).as_ref() != Ok(default)
        {
            found.push(mistake(
                &place,
                "the default is not of the attribute's type",
            ));
        }
        match &attribute.kind {
            AttributeKind::Nested(nesting, attributes) => {
                let siblings: Vec<_> = attributes.iter().map(|a| a.name).collect();
                for inner in attributes {
                    check_relations(inner.name, &inner.relations, &siblings, &place, found);
                }
                let in_set = in_set || *nesting == Nesting::Set;
                check_attributes(attributes, &place, in_set, found);
                // Core takes a prior value with such a part for configured, and proposes null as
                // soon as it is not (`objchange.go`, optionalValueNotComputable).
                if attribute.presence == Presence::OptionalComputed
                    && attribute.default.is_none()
                    && attributes.iter().any(|a| !a.presence.is_computed())
                {
                    found.push(mistake(
                        &place,
                        "all attributes of an optional and computed object are to be computed",
                    ));
                }
                if *nesting != Nesting::Single && attribute.ty().has_dynamic() {
                    found.push(mistake(&place, COLLECTION_OF_DYNAMIC));
                }
            }
            AttributeKind::Plain(ty) => {
                if in_set && ty.has_dynamic() {
                    found.push(mistake(&place, "a set cannot hold dynamic attributes"));
                }
                if has_collection_of_dynamic(ty) {
                    found.push(mistake(&place, COLLECTION_OF_DYNAMIC));
                }
            }
        }
    }
}

const COLLECTION_OF_DYNAMIC: &str =
    "elements of a collection are of one type, which a dynamic part does not fix";

fn has_collection_of_dynamic(ty: &Type) -> bool {
    match ty {
        Type::List(element) | Type::Map(element) | Type::Set(element) => element.has_dynamic(),
        Type::Object(attributes) => attributes.values().any(has_collection_of_dynamic),
        Type::Tuple(elements) => elements.iter().any(has_collection_of_dynamic),
        Type::Bool | Type::Dynamic | Type::Number | Type::String => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::schema::NestedBlock;
    use crate::framework::value::Value;

    #[test]
    fn a_sound_schema_has_no_mistakes() {
        let schema = Schema::new(
            "A thing.",
            vec![
                Attribute::string("env", "Environment.")
                    .required()
                    .requires_replace(),
                Attribute::number("size", "Size.").default(Value::integer(1)),
            ],
        );
        assert_eq!(schema.mistakes(), []);
    }

    /// Core wants `min_items` and `max_items` of a single block to be alike: 0 or 1.
    #[test]
    fn every_nesting_is_sound_as_it_is_made() {
        for nesting in [
            BlockNesting::Group,
            BlockNesting::List,
            BlockNesting::Map,
            BlockNesting::Set,
            BlockNesting::Single,
        ] {
            let block = Block::new("One.", vec![]);
            let block = NestedBlock::new("one", nesting, block);
            let (min, max) = (block.min_items, block.max_items);
            let schema = Schema::new("A thing.", vec![]).nested_block(block);
            assert_eq!(schema.mistakes(), [], "{nesting:?}");
            assert_eq!((min, max), (0, 0), "{nesting:?}");
        }
    }

    #[test]
    fn each_rule_finds_its_offender() {
        let schema = Schema::new(
            "A thing.",
            vec![
                Attribute::string("count", "Reserved."),
                Attribute::string("Upper", "Name."),
                Attribute::string("twice", "One."),
                Attribute::string("twice", "Two."),
                Attribute::string("bare", ""),
                Attribute::string("secret", "Both.").write_only().computed(),
                Attribute::string("size", "Default.").default(Value::Bool(true)),
                Attribute::nested(
                    "set",
                    Nesting::Set,
                    vec![Attribute::new("any", Type::list(Type::Dynamic), "Any.")],
                    "Set.",
                ),
                Attribute::nested(
                    "list",
                    Nesting::List,
                    vec![Attribute::new("any", Type::Dynamic, "Any.")],
                    "List.",
                ),
                Attribute::nested(
                    "maybe",
                    Nesting::Single,
                    vec![Attribute::string("name", "Name.")],
                    "Maybe.",
                )
                .optional_computed(),
                Attribute::new("any_list", Type::list(Type::Dynamic), "Any."),
                Attribute::string("hidden", "Both.")
                    .write_only()
                    .requires_replace(),
                Attribute {
                    whole: true,
                    ..Attribute::string("text", "Not a number.")
                },
            ],
        )
        .nested_block(
            NestedBlock::new("group", BlockNesting::Group, Block::new("Group.", vec![]))
                .items(1, 1),
        )
        .nested_block(
            NestedBlock::new("at_most", BlockNesting::Single, Block::new("One.", vec![]))
                .items(0, 1),
        )
        .nested_block(
            NestedBlock::new("one", BlockNesting::Single, Block::new("One.", vec![])).items(1, 1),
        );
        let found: Vec<_> = schema.mistakes().iter().map(|m| m.place.clone()).collect();
        for place in [
            "count", "Upper", "twice", "bare", "secret", "size", "set.any", "group", "at_most",
            "maybe", "list", "any_list", "hidden", "text",
        ] {
            assert!(found.iter().any(|f| f == place), "{place} not in {found:?}");
        }
        assert!(!found.iter().any(|place| place == "one"), "{found:?}");
    }
}
