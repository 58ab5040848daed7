//! The section of a page that says what may be in a block.

use std::fmt::Write as _;

use cloudbase::framework::schema::{
    Attribute, AttributeKind, Block, BlockNesting, NestedBlock, Nesting, Presence, Relation, Schema,
};
use cloudbase::framework::{Type, Value};

const REPLACES: &str = "Changing it replaces the resource.";

/// The section, from its heading on.
pub(crate) fn section(schema: &Schema) -> String {
    let mut out = String::from("## Schema\n");
    let mut nested = Vec::new();
    write_block(&mut out, &schema.block, "###", "", &mut nested);
    write_nested(&mut out, nested);
    out
}

/// What is inside an attribute or block, to be written after what is around it.
enum Inside<'a> {
    Attributes(&'a [Attribute]),
    Block(&'a Block),
}

/// A title, and which attributes and blocks are under it.
type Group = (&'static str, fn(Presence) -> bool, fn(i64) -> bool);

type Nested<'a> = Vec<(String, Inside<'a>)>;

fn write_nested(out: &mut String, nested: Nested<'_>) {
    for (path, inside) in nested {
        let mut deeper = Vec::new();
        write!(
            out,
            "\n<a id=\"{}\"></a>\n### Nested Schema for `{path}`\n",
            anchor(&path)
        )
        .expect("text can be written");
        match inside {
            Inside::Attributes(attributes) => {
                write_attributes(out, attributes, &[], "", &path, &mut deeper);
            }
            Inside::Block(block) => write_block(out, block, "", &path, &mut deeper),
        }
        write_nested(out, deeper);
    }
}

fn anchor(path: &str) -> String {
    format!("nested--{}", path.replace('.', "--"))
}

fn write_block<'a>(
    out: &mut String,
    block: &'a Block,
    heading: &str,
    path: &str,
    nested: &mut Nested<'a>,
) {
    if block.attributes.is_empty() && block.blocks.is_empty() {
        out.push_str("\nIt has no arguments.\n");
    }
    write_attributes(out, &block.attributes, &block.blocks, heading, path, nested);
}

fn write_attributes<'a>(
    out: &mut String,
    attributes: &'a [Attribute],
    blocks: &'a [NestedBlock],
    heading: &str,
    path: &str,
    nested: &mut Nested<'a>,
) {
    let groups: [Group; 3] = [
        ("Required", |p| p == Presence::Required, |min| min > 0),
        (
            "Optional",
            |p| matches!(p, Presence::Optional | Presence::OptionalComputed),
            |min| min == 0,
        ),
        ("Read-Only", |p| p == Presence::Computed, |_| false),
    ];
    for (title, attribute_is_in, block_is_in) in groups {
        let mut lines = Vec::new();
        for attribute in attributes {
            if attribute_is_in(attribute.presence) {
                let path = join(path, attribute.name);
                lines.push(attribute_line(attribute, &path));
                if let AttributeKind::Nested(_, inside) = &attribute.kind {
                    nested.push((path, Inside::Attributes(inside)));
                }
            }
        }
        for block in blocks {
            if block_is_in(block.min_items) {
                let path = join(path, block.name);
                lines.push(block_line(block, &path));
                nested.push((path, Inside::Block(&block.block)));
            }
        }
        if lines.is_empty() {
            continue;
        }
        let title = if heading.is_empty() {
            format!("{title}:")
        } else {
            format!("{heading} {title}")
        };
        write!(out, "\n{title}\n\n{}\n", lines.join("\n")).expect("text can be written");
    }
}

fn join(outer: &str, name: &str) -> String {
    if outer.is_empty() {
        name.to_owned()
    } else {
        format!("{outer}.{name}")
    }
}

fn attribute_line(attribute: &Attribute, path: &str) -> String {
    let mut words = vec![kind(&attribute.kind)];
    if attribute.sensitive {
        words.push("Sensitive".to_owned());
    }
    if attribute.write_only {
        words.push("Write-only".to_owned());
    }
    if attribute.deprecated.is_some() {
        words.push("Deprecated".to_owned());
    }
    let mut line = format!(
        "- `{}` ({}) {}",
        attribute.name,
        words.join(", "),
        attribute.description
    );
    if attribute.requires_replace.is_some() && !attribute.description.ends_with(REPLACES) {
        line = format!("{line} {REPLACES}");
    }
    for relation in &attribute.relations {
        line = format!("{line} {}", relation.sentence());
    }
    if let Some(default) = &attribute.default {
        line = format!("{line} Default: `{}`.", literal(default));
    }
    if let Some(instead) = &attribute.deprecated {
        line = format!("{line} **Deprecated:** {instead}");
    }
    if matches!(attribute.kind, AttributeKind::Nested(..)) {
        line = format!("{line} {}", see_below(path));
    }
    // A list item goes on where its lines are indented.
    line.replace("\n\n", "\n\n  ")
}

fn block_line(block: &NestedBlock, path: &str) -> String {
    let nesting = match block.nesting {
        BlockNesting::Group | BlockNesting::Single => "Block",
        BlockNesting::List => "Block List",
        BlockNesting::Map => "Block Map",
        BlockNesting::Set => "Block Set",
    };
    let mut words = vec![nesting.to_owned()];
    if block.min_items > 0 {
        words.push(format!("Min: {}", block.min_items));
    }
    if block.max_items > 1 {
        words.push(format!("Max: {}", block.max_items));
    }
    let mut sentences = vec![block.block.description.clone()];
    sentences.extend(block.relations.iter().map(Relation::sentence));
    sentences.push(see_below(path));
    let words = words.join(", ");
    format!("- `{}` ({words}) {}", block.name, sentences.join(" "))
}

fn see_below(path: &str) -> String {
    format!("(see [below for nested schema](#{}))", anchor(path))
}

fn kind(kind: &AttributeKind) -> String {
    match kind {
        AttributeKind::Plain(ty) => type_words(ty),
        AttributeKind::Nested(Nesting::List, _) => "Attributes List".to_owned(),
        AttributeKind::Nested(Nesting::Map, _) => "Attributes Map".to_owned(),
        AttributeKind::Nested(Nesting::Set, _) => "Attributes Set".to_owned(),
        AttributeKind::Nested(Nesting::Single, _) => "Attributes".to_owned(),
    }
}

/// A type in words: `Set of String`.
pub(crate) fn type_words(ty: &Type) -> String {
    match ty {
        Type::Bool => "Boolean".to_owned(),
        Type::Dynamic => "Dynamic".to_owned(),
        Type::List(element) => format!("List of {}", type_words(element)),
        Type::Map(element) => format!("Map of {}", type_words(element)),
        Type::Number => "Number".to_owned(),
        Type::Object(_) => "Object".to_owned(),
        Type::Set(element) => format!("Set of {}", type_words(element)),
        Type::String => "String".to_owned(),
        Type::Tuple(_) => "Tuple".to_owned(),
    }
}

/// A default as HCL writes it. The provider has none but of the simple types.
fn literal(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(value) => format!("\"{value}\""),
        other => panic!("tests/docs/schema_section.rs cannot write {other:?} as HCL"),
    }
}

#[test]
fn a_section_says_everything_about_an_attribute() {
    let schema = Schema::new(
        "A thing.",
        vec![
            Attribute::string("env", "Its id.")
                .required()
                .requires_replace(),
            Attribute::string("secret", "Nobody sees it.")
                .sensitive()
                .write_only(),
            Attribute::number("size", "How big.").default(Value::integer(3)),
            Attribute::string("old", "Was used.").deprecated("Use `env`."),
            Attribute::nested(
                "parts",
                Nesting::Map,
                vec![
                    Attribute::new("ids", Type::set(Type::String), "Ids.").computed(),
                    Attribute::nested(
                        "inner",
                        Nesting::Single,
                        vec![Attribute::bool("on", "Or off.")],
                        "Deeper.",
                    )
                    .required(),
                ],
                "Its parts.",
            )
            .computed(),
        ],
    )
    .nested_block(
        NestedBlock::new(
            "rule",
            BlockNesting::List,
            Block::new("A rule.", vec![Attribute::string("text", "Words.")]),
        )
        .items(1, 3),
    );
    let expected = r#"## Schema

### Required

- `env` (String) Its id. Changing it replaces the resource.
- `rule` (Block List, Min: 1, Max: 3) A rule. (see [below for nested schema](#nested--rule))

### Optional

- `secret` (String, Sensitive, Write-only) Nobody sees it.
- `size` (Number) How big. Default: `3`.
- `old` (String, Deprecated) Was used. **Deprecated:** Use `env`.

### Read-Only

- `parts` (Attributes Map) Its parts. (see [below for nested schema](#nested--parts))

<a id="nested--rule"></a>
### Nested Schema for `rule`

Optional:

- `text` (String) Words.

<a id="nested--parts"></a>
### Nested Schema for `parts`

Required:

- `inner` (Attributes) Deeper. (see [below for nested schema](#nested--parts--inner))

Read-Only:

- `ids` (Set of String) Ids.

<a id="nested--parts--inner"></a>
### Nested Schema for `parts.inner`

Optional:

- `on` (Boolean) Or off.
"#;
    assert_eq!(section(&schema), expected);
}
