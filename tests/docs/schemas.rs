//! The schemas are sound and say what everything in them is.

use cloudbase::framework::Provider;
use cloudbase::framework::schema::{Attribute, AttributeKind, Block, Schema};
use cloudbase::framework::types::model_mistakes;

use crate::kinds::{provider, types};

fn schemas() -> Vec<(String, Schema)> {
    let mut all: Vec<_> = types()
        .into_iter()
        .map(|ty| (format!("{} {}", ty.kind.title, ty.name), ty.schema))
        .collect();
    all.push(("provider".to_owned(), provider().schema()));
    all
}

#[test]
fn no_schema_has_mistakes() {
    for (name, schema) in schemas() {
        assert_eq!(schema.mistakes(), [], "{name}");
    }
}

/// An attribute that a model forgets would be a value that is lost.
#[test]
fn every_model_names_what_its_schema_does() {
    assert_eq!(provider().types().model_mistakes(), [""; 0]);
    let mistakes = model_mistakes::<cloudbase::provider::config::Config>(&provider().schema());
    assert_eq!(mistakes, [""; 0]);
}

#[test]
fn everything_is_described_in_sentences() {
    for (name, schema) in schemas() {
        check_block(&schema.block, &name);
    }
}

fn check_block(block: &Block, place: &str) {
    check_sentence(&block.description, place);
    check_attributes(&block.attributes, place);
    for nested in &block.blocks {
        check_block(&nested.block, &format!("{place}.{}", nested.name));
    }
}

fn check_attributes(attributes: &[Attribute], place: &str) {
    for attribute in attributes {
        let place = format!("{place}.{}", attribute.name);
        check_sentence(&attribute.description, &place);
        if let AttributeKind::Nested(_, inside) = &attribute.kind {
            check_attributes(inside, &place);
        }
    }
}

fn check_sentence(text: &str, place: &str) {
    assert!(!text.is_empty(), "{place} has no description");
    assert!(text.ends_with('.'), "{place}: `{text}` is not a sentence");
    assert!(
        !text.contains("  ") && text.trim() == text,
        "{place}: `{text}` has stray spaces"
    );
}
