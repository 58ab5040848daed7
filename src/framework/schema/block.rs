//! Blocks and blocks inside blocks.

use super::attribute::Attribute;
use super::relation::Relation;
use crate::framework::value::Type;
use crate::ordered::Ordered as _;

/// A versioned block: the configuration of a provider, resource, data source and so on.
#[derive(Clone, Debug)]
pub struct Schema {
    /// Raised whenever stored state has to be upgraded; from 0.
    pub version: i64,
    /// The block itself.
    pub block: Block,
}

/// Attributes and nested blocks.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The attributes, in the order in which they are documented.
    pub attributes: Vec<Attribute>,
    /// The nested blocks, in the order in which they are documented.
    pub blocks: Vec<NestedBlock>,
    /// What the block is for, in Markdown.
    pub description: String,
    /// Why not to use it any more.
    pub deprecated: Option<String>,
}

/// How often a nested block occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockNesting {
    /// Once, and never null: without it, its attributes are null.
    Group,
    /// Any number of times, in order.
    List,
    /// Any number of times, by label.
    Map,
    /// Any number of times, without order.
    Set,
    /// At most once.
    Single,
}

/// A block inside a block.
#[derive(Clone, Debug)]
pub struct NestedBlock {
    /// Its name in HCL.
    pub name: &'static str,
    /// How often it occurs.
    pub nesting: BlockNesting,
    /// What is in it.
    pub block: Block,
    /// How often it has to occur. A single block that has to be there has 1 here and below.
    pub min_items: i64,
    /// How often it may occur; 0 is any number. Of a single block it is the same as `min_items`:
    /// Terraform refuses a schema where they differ (plugin protocol, "Schema rules").
    pub max_items: i64,
    /// Rules over this and others beside it.
    pub relations: Vec<Relation>,
}

impl Schema {
    /// A schema at version 0.
    pub fn new(description: impl Into<String>, attributes: Vec<Attribute>) -> Self {
        Self {
            version: 0,
            block: Block::new(description, attributes),
        }
    }

    /// The same schema at `version`.
    #[must_use]
    pub fn version(self, version: i64) -> Self {
        Self { version, ..self }
    }

    /// The same schema with one more nested block.
    #[must_use]
    pub fn nested_block(mut self, block: NestedBlock) -> Self {
        self.block.blocks.push(block);
        self
    }

    /// The type of its values.
    pub fn ty(&self) -> Type {
        self.block.ty()
    }
}

impl Block {
    /// A block without nested blocks; the description is Markdown.
    pub fn new(description: impl Into<String>, attributes: Vec<Attribute>) -> Self {
        Self {
            attributes,
            description: description.into(),
            ..Self::default()
        }
    }

    /// The same block with one more nested block.
    #[must_use]
    pub fn nested_block(mut self, block: NestedBlock) -> Self {
        self.blocks.push(block);
        self
    }

    /// The attribute called `name`.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
    }

    /// Whether `holds` for an attribute in it, at any depth.
    pub fn has_attribute(&self, holds: fn(&Attribute) -> bool) -> bool {
        self.attributes
            .iter()
            .any(|attribute| attribute.has_attribute(holds))
            || self.blocks.iter().any(|b| b.block.has_attribute(holds))
    }

    /// The type of its values.
    pub fn ty(&self) -> Type {
        let attributes = self.attributes.iter().map(|a| (a.name.to_owned(), a.ty()));
        let blocks = self.blocks.iter().map(|b| (b.name.to_owned(), b.ty()));
        Type::Object(attributes.chain(blocks).into_map())
    }
}

impl NestedBlock {
    /// A nested block that may occur any number of times, or once where `nesting` says so.
    pub fn new(name: &'static str, nesting: BlockNesting, block: Block) -> Self {
        Self {
            name,
            nesting,
            block,
            min_items: 0,
            max_items: 0,
            relations: Vec::new(),
        }
    }

    /// The same block with limits on how often it occurs; 0 as `max_items` is any number. For a
    /// single block both are 1 where it is required, and 0 where it is optional.
    #[must_use]
    pub fn items(self, min_items: i64, max_items: i64) -> Self {
        Self {
            min_items,
            max_items,
            ..self
        }
    }

    /// Adds a rule over this and other attributes or blocks of the same object.
    #[must_use]
    pub fn relation(mut self, relation: Relation) -> Self {
        self.relations.push(relation);
        self
    }

    /// The type of its values. Source: plugin protocol, "Schema rules": with dynamic attributes
    /// inside, the elements of a list or map may differ in type, so that the whole is dynamic.
    pub fn ty(&self) -> Type {
        let object = self.block.ty();
        let dynamic = object.has_dynamic();
        match self.nesting {
            BlockNesting::Group | BlockNesting::Single => object,
            BlockNesting::List | BlockNesting::Map if dynamic => Type::Dynamic,
            BlockNesting::List => Type::list(object),
            BlockNesting::Map => Type::map(object),
            BlockNesting::Set => Type::set(object),
        }
    }
}
