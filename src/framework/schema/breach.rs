//! What the schema alone rules out in a configuration, whatever the values mean: null where there
//! has to be a value, a value that only the provider can set, a fraction where a number is whole,
//! arguments that exclude each other.
//!
//! Terraform itself checks only that a required attribute is there, and takes a value for one that
//! is computed.

use super::attribute::{Attribute, AttributeKind, Presence};
use super::block::{Block, BlockNesting, NestedBlock, Schema};
use super::relation::Relation;
use super::visit::{each_block, each_element, each_object};
use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::path::{AttributePath, Step};
use crate::framework::value::{Number, Type, Value};

impl Schema {
    /// An error for each place where `config` breaks the schema, at its path. What is unknown
    /// breaks it only where nothing may be set. No configuration at all, as that of a destroy,
    /// breaks nothing.
    ///
    /// Every operation that is given a configuration has this checked first, since what was unknown
    /// when it was validated may have turned out to be anything.
    pub fn breaches(&self, config: &Value) -> Diagnostics {
        self.search(config, Given::AsWritten)
    }

    /// The same for the configuration that a plan or apply of a managed resource is given: there core
    /// has put prior values in place of those that `ignore_changes` names, read-only ones among them
    /// (plugin protocol, "PlanResourceChange"). So neither those are errors nor what several arguments
    /// have to do with each other; what the user wrote was checked when it was validated.
    pub fn breaches_of_merged(&self, config: &Value) -> Diagnostics {
        self.search(config, Given::Merged)
    }

    fn search(&self, config: &Value, given: Given) -> Diagnostics {
        let mut search = Search {
            given,
            out: Diagnostics::new(),
        };
        if !config.is_null() {
            search.in_block(&self.block, config, &AttributePath::default());
        }
        search.out
    }
}

/// How a configuration came about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    AsWritten,
    /// With prior values in place of some.
    Merged,
}

/// The breaches of one configuration.
struct Search {
    given: Given,
    out: Diagnostics,
}

impl Search {
    fn in_block(&mut self, block: &Block, value: &Value, path: &AttributePath) {
        let blocks: Vec<_> = block.blocks.iter().map(|nested| nested.name).collect();
        self.in_attributes(&block.attributes, &blocks, value, path);
        for nested in &block.blocks {
            self.relations(nested.name, &nested.relations, &blocks, value, path);
            let path = path.clone().attribute(nested.name);
            let value = value.attribute(nested.name);
            each_block(nested.nesting, value, &path, &mut |value, path| {
                if !is_missing_group(nested, value) {
                    self.in_block(&nested.block, value, path);
                }
            });
        }
    }

    fn in_attributes(
        &mut self,
        attributes: &[Attribute],
        blocks: &[&str],
        object: &Value,
        path: &AttributePath,
    ) {
        for attribute in attributes {
            self.relations(attribute.name, &attribute.relations, blocks, object, path);
            let value = object.attribute(attribute.name);
            let path = path.clone().attribute(attribute.name);
            match attribute.presence {
                Presence::Computed if !value.is_null() => {
                    if self.given == Given::AsWritten {
                        self.out.push(read_only(path));
                    }
                }
                Presence::Required if value.is_null() => self.out.push(missing(path)),
                _ => self.in_value(attribute, value, &path),
            }
        }
    }

    fn relations(
        &mut self,
        name: &str,
        relations: &[Relation],
        blocks: &[&str],
        object: &Value,
        path: &AttributePath,
    ) {
        if self.given == Given::AsWritten {
            for relation in relations {
                relation.check(name, object, blocks, path, &mut self.out);
            }
        }
    }

    fn in_value(&mut self, attribute: &Attribute, value: &Value, path: &AttributePath) {
        match (&attribute.kind, value) {
            (AttributeKind::Plain(_), Value::Number(number)) if attribute.whole => {
                self.out.extend(not_whole(number, path));
            }
            (AttributeKind::Plain(ty), _) if !attribute.null_elements => {
                null_elements(ty, value, path, &mut self.out);
            }
            (AttributeKind::Plain(_), _) => {}
            (AttributeKind::Nested(_, attributes), _) => {
                if !attribute.null_elements {
                    each_element(value, path, &mut |element, path| {
                        if element.is_null() {
                            self.out.push(null_element(path));
                        }
                    });
                }
                each_object(value, path, &mut |object, path| {
                    self.in_attributes(attributes, &[], object, path);
                });
            }
        }
    }
}

/// Finds null elements at every depth of a plain type. The parts of objects and tuples may be null,
/// and anything inside of what is of a dynamic type.
fn null_elements(ty: &Type, value: &Value, path: &AttributePath, out: &mut Diagnostics) {
    match (ty, value) {
        (Type::List(element) | Type::Map(element) | Type::Set(element), _) => {
            each_element(value, path, &mut |value, path| {
                if value.is_null() {
                    out.push(null_element(path));
                } else {
                    null_elements(element, value, path, out);
                }
            });
        }
        (Type::Object(types), Value::Object(_)) => {
            for (name, ty) in types {
                let path = path.clone().attribute(name);
                null_elements(ty, value.attribute(name), &path, out);
            }
        }
        (Type::Tuple(types), Value::List(elements)) => {
            for (i, (ty, value)) in types.iter().zip(elements).enumerate() {
                null_elements(ty, value, &path.clone().index(i), out);
            }
        }
        _ => {}
    }
}

/// Whether `value` is what Terraform makes of a group that nobody wrote: an object with nothing in
/// it. What is required inside is so only where the group is there.
fn is_missing_group(nested: &NestedBlock, value: &Value) -> bool {
    let is_empty = |value: &Value| match value {
        Value::List(elements) | Value::Set(elements) => elements.is_empty(),
        Value::Map(entries) => entries.is_empty(),
        value => value.is_null(),
    };
    nested.nesting == BlockNesting::Group
        && nested
            .block
            .attributes
            .iter()
            .all(|attribute| value.attribute(attribute.name).is_null())
        && nested.block.blocks.iter().all(|inner| {
            let value = value.attribute(inner.name);
            is_empty(value) || is_missing_group(inner, value)
        })
}

fn missing(path: AttributePath) -> Diagnostic {
    Diagnostic::error(
        format!("`{path}` is null"),
        "A required argument is missing. Set a value here, or in the variable or expression it comes \
         from.",
    )
    .at(path)
}

fn null_element(path: &AttributePath) -> Diagnostic {
    let summary = match path.steps() {
        // Which element of a set it is cannot be said.
        [set @ .., Step::Element] => {
            format!(
                "an element of `{}` is null",
                AttributePath::from(set.to_vec())
            )
        }
        _ => format!("`{path}` is null"),
    };
    Diagnostic::error(
        summary,
        "Elements must not be null. Remove this one, or set a value here, or in the variable or \
         expression it comes from.",
    )
    .at(path.clone())
}

fn read_only(path: AttributePath) -> Diagnostic {
    Diagnostic::error(
        format!("`{path}` is read-only"),
        "Only the provider sets this attribute. Remove it from the configuration.",
    )
    .at(path)
}

fn not_whole(number: &Number, path: &AttributePath) -> Option<Diagnostic> {
    if number.to_i64().is_some() {
        return None;
    }
    let error = if number.is_large_integer() {
        Diagnostic::error(
            format!("`{path}` is out of range"),
            format!("Write a whole number from {} to {}.", i64::MIN, i64::MAX),
        )
    } else {
        Diagnostic::error(
            format!("`{path}` is not a whole number"),
            "Write it without a fraction.",
        )
    };
    Some(error.at(path.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(schema: &Schema, config: &Value) -> Vec<String> {
        let breaches = schema.breaches(config);
        breaches.iter().map(|d| d.summary.clone()).collect()
    }

    /// What is required in a group is so where anything in it is there, a group inside included.
    #[test]
    fn a_group_that_nobody_wrote_breaks_nothing() {
        let part = || {
            let name = Attribute::string("name", "Name.").required();
            Block::new("Part.", vec![name, Attribute::string("size", "Size.")])
        };
        let inner = NestedBlock::new("inner", BlockNesting::Group, part());
        let outer = NestedBlock::new("outer", BlockNesting::Group, part().nested_block(inner));
        let schema = Schema::new("A thing.", vec![]).nested_block(outer);
        let config = |inner_size: Value| {
            let inner = Value::object([("name", Value::Null), ("size", inner_size)]);
            let outer = [
                ("name", Value::Null),
                ("size", Value::Null),
                ("inner", inner),
            ];
            Value::object([("outer", Value::object(outer))])
        };
        assert_eq!(said(&schema, &config(Value::Null)), [""; 0]);
        assert_eq!(
            said(&schema, &config(Value::string("s"))),
            ["`outer.name` is null", "`outer.inner.name` is null"]
        );
    }

    #[test]
    fn a_destroy_and_what_is_unknown_as_a_whole_break_nothing() {
        let schema = Schema::new(
            "A thing.",
            vec![
                Attribute::string("name", "Name.").required(),
                Attribute::integer("size", "Size."),
            ],
        );
        assert_eq!(said(&schema, &Value::Null), [""; 0]);
        let unknown = Value::object([("name", Value::Unknown), ("size", Value::Unknown)]);
        assert_eq!(said(&schema, &unknown), [""; 0]);
        let infinite = f64::INFINITY.try_into().unwrap();
        let sized = Value::object([
            ("name", Value::string("n")),
            ("size", Value::Number(infinite)),
        ]);
        assert_eq!(said(&schema, &sized), ["`size` is not a whole number"]);
    }
}
