//! Schemas in the protocol's form.

use super::attribute::{Attribute, AttributeKind, Nesting, Presence};
use super::block::{Block, BlockNesting, NestedBlock, Schema};
use crate::proto::tfplugin6 as pb;

impl Schema {
    /// The protocol's form.
    pub fn to_proto(&self) -> pb::Schema {
        pb::Schema {
            version: self.version,
            block: Some(block_to_proto(&self.block, self.version)),
        }
    }
}

fn block_to_proto(block: &Block, version: i64) -> pb::schema::Block {
    pb::schema::Block {
        version,
        attributes: block.attributes.iter().map(attribute_to_proto).collect(),
        block_types: block.blocks.iter().map(nested_block_to_proto).collect(),
        description: block.description.clone(),
        description_kind: pb::StringKind::Markdown.into(),
        deprecated: block.deprecated.is_some(),
        deprecation_message: block.deprecated.clone().unwrap_or_default(),
        computed: false,
    }
}

fn attribute_to_proto(attribute: &Attribute) -> pb::schema::Attribute {
    let (ty, nested_type) = match &attribute.kind {
        AttributeKind::Plain(ty) => (ty.to_json_bytes(), None),
        AttributeKind::Nested(nesting, attributes) => {
            let nesting = match nesting {
                Nesting::List => pb::schema::object::NestingMode::List,
                Nesting::Map => pb::schema::object::NestingMode::Map,
                Nesting::Set => pb::schema::object::NestingMode::Set,
                Nesting::Single => pb::schema::object::NestingMode::Single,
            };
            let object = pb::schema::Object {
                attributes: attributes.iter().map(attribute_to_proto).collect(),
                nesting: nesting.into(),
                ..Default::default()
            };
            (Vec::new(), Some(object))
        }
    };
    pb::schema::Attribute {
        name: attribute.name.to_owned(),
        r#type: ty,
        nested_type,
        description: attribute.description.clone(),
        required: attribute.presence == Presence::Required,
        optional: matches!(
            attribute.presence,
            Presence::Optional | Presence::OptionalComputed
        ),
        computed: attribute.presence.is_computed(),
        sensitive: attribute.sensitive,
        description_kind: pb::StringKind::Markdown.into(),
        deprecated: attribute.deprecated.is_some(),
        write_only: attribute.write_only,
        deprecation_message: attribute.deprecated.clone().unwrap_or_default(),
    }
}

fn nested_block_to_proto(nested: &NestedBlock) -> pb::schema::NestedBlock {
    let nesting = match nested.nesting {
        BlockNesting::Group => pb::schema::nested_block::NestingMode::Group,
        BlockNesting::List => pb::schema::nested_block::NestingMode::List,
        BlockNesting::Map => pb::schema::nested_block::NestingMode::Map,
        BlockNesting::Set => pb::schema::nested_block::NestingMode::Set,
        BlockNesting::Single => pb::schema::nested_block::NestingMode::Single,
    };
    pb::schema::NestedBlock {
        type_name: nested.name.to_owned(),
        block: Some(block_to_proto(&nested.block, 0)),
        nesting: nesting.into(),
        min_items: nested.min_items,
        max_items: nested.max_items,
    }
}
