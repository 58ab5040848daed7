//! Schemas as Terraform Core reads them from `GetProviderSchema`
//! (Terraform `internal/configs/configschema`).

use std::collections::BTreeMap;

use cloudbase::framework::value::{Type, Value};
use cloudbase::proto::tfplugin6::schema as pb;
use cloudbase::proto::tfplugin6::schema::nested_block::NestingMode as BlockMode;
use cloudbase::proto::tfplugin6::schema::object::NestingMode as ObjectMode;

/// A block: attributes and nested blocks by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Block {
    pub(crate) attributes: BTreeMap<String, Attribute>,
    pub(crate) blocks: BTreeMap<String, NestedBlock>,
}

/// An attribute; `nested` has the attributes of its objects, if they have a schema of their own.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    pub(crate) ty: Type,
    pub(crate) nested: Option<(Nesting, Block)>,
    pub(crate) required: bool,
    pub(crate) optional: bool,
    pub(crate) computed: bool,
    pub(crate) sensitive: bool,
    pub(crate) write_only: bool,
}

/// A nested block.
#[derive(Clone, Debug)]
pub(crate) struct NestedBlock {
    pub(crate) nesting: Nesting,
    pub(crate) block: Block,
}

/// How often objects occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nesting {
    Single,
    Group,
    List,
    Set,
    Map,
}

impl Block {
    /// Reads a block; what core would refuse to load is an error (`internal_validate.go`).
    pub(crate) fn read(block: &pb::Block) -> Result<Self, String> {
        let mut read = Self {
            attributes: read_attributes(&block.attributes)?,
            blocks: BTreeMap::new(),
        };
        for nested in &block.block_types {
            let name = &nested.type_name;
            let valid = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if name.is_empty() || !name.chars().all(valid) {
                return Err(format!("the block name {name:?} is not valid"));
            }
            let nesting = match nested.nesting() {
                BlockMode::Single => Nesting::Single,
                BlockMode::Group => Nesting::Group,
                BlockMode::List => Nesting::List,
                BlockMode::Set => Nesting::Set,
                BlockMode::Map => Nesting::Map,
                BlockMode::Invalid => return Err(format!("{name}: no nesting mode")),
            };
            let (min, max) = (nested.min_items, nested.max_items);
            let counts_fit = match nesting {
                Nesting::Single => min == max && (0..=1).contains(&min),
                Nesting::Group | Nesting::Map => (min, max) == (0, 0),
                Nesting::List | Nesting::Set => min >= 0 && (max == 0 || min <= max),
            };
            if !counts_fit {
                return Err(format!("{name}: min_items {min}, max_items {max}"));
            }
            let inner = nested.block.as_ref().ok_or(format!("{name}: no block"))?;
            let block = Self::read(inner)?;
            if nesting == Nesting::Set {
                block.fits_a_set().map_err(|e| format!("{name}: {e}"))?;
            }
            let duplicate = read.attributes.contains_key(name)
                || read
                    .blocks
                    .insert(name.clone(), NestedBlock { nesting, block })
                    .is_some();
            if duplicate {
                return Err(format!("{name} is declared twice"));
            }
        }
        Ok(read)
    }

    fn fits_a_set(&self) -> Result<(), String> {
        for (name, attribute) in &self.attributes {
            if has_dynamic(&attribute.ty) || attribute.write_only {
                return Err(format!("{name} does not fit into a set"));
            }
            if let Some((_, block)) = &attribute.nested {
                block.fits_a_set()?;
            }
        }
        self.blocks.values().try_for_each(|b| b.block.fits_a_set())
    }

    /// The type of its values (`implied_type.go`).
    pub(crate) fn ty(&self) -> Type {
        let attributes = self
            .attributes
            .iter()
            .map(|(n, a)| (n.clone(), a.ty.clone()));
        let blocks = self.blocks.iter().map(|(n, b)| (n.clone(), b.ty()));
        Type::Object(attributes.chain(blocks).collect())
    }

    /// The value of a block in which nothing is written (`empty_value.go`).
    pub(crate) fn empty(&self) -> Value {
        let attributes = self.attributes.keys().map(|n| (n.clone(), Value::Null));
        let blocks = self.blocks.iter().map(|(n, b)| (n.clone(), b.empty()));
        Value::Object(attributes.chain(blocks).collect())
    }

    /// A configuration with these arguments, everything else left out.
    pub(crate) fn config<'a>(
        &self,
        arguments: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Value {
        let Value::Object(mut config) = self.empty() else {
            unreachable!("an empty block is an object");
        };
        for (name, value) in arguments {
            let known = config.insert(name.to_owned(), value);
            assert!(known.is_some(), "the schema has no {name}");
        }
        match Value::Object(config).conform(&self.ty()) {
            Ok(config) => config,
            Err(error) => panic!("the test's configuration does not fit: {error}"),
        }
    }
}

impl NestedBlock {
    fn ty(&self) -> Type {
        let object = self.block.ty();
        match self.nesting {
            Nesting::Single | Nesting::Group => object,
            Nesting::List | Nesting::Map if has_dynamic(&object) => Type::Dynamic,
            Nesting::List => Type::list(object),
            Nesting::Map => Type::map(object),
            Nesting::Set => Type::set(object),
        }
    }

    fn empty(&self) -> Value {
        match self.nesting {
            Nesting::Single => Value::Null,
            Nesting::Group => self.block.empty(),
            Nesting::List => Value::List(Vec::new()),
            Nesting::Map => Value::Map(BTreeMap::new()),
            Nesting::Set => Value::set(Vec::new()),
        }
    }
}

fn read_attributes(attributes: &[pb::Attribute]) -> Result<BTreeMap<String, Attribute>, String> {
    let mut read = BTreeMap::new();
    for attribute in attributes {
        let name = &attribute.name;
        let one = read_attribute(attribute).map_err(|error| format!("{name}: {error}"))?;
        if read.insert(name.clone(), one).is_some() {
            return Err(format!("{name} is declared twice"));
        }
    }
    Ok(read)
}

fn read_attribute(attribute: &pb::Attribute) -> Result<Attribute, String> {
    let (required, optional, computed) =
        (attribute.required, attribute.optional, attribute.computed);
    if !(required || optional || computed) {
        return Err("neither required nor optional nor computed".to_owned());
    }
    if required && (optional || computed) {
        return Err("required, and something else as well".to_owned());
    }
    if attribute.write_only && computed {
        return Err("write-only and computed".to_owned());
    }
    if !attribute.deprecation_message.is_empty() && !attribute.deprecated {
        return Err("a deprecation message without deprecation".to_owned());
    }
    let (ty, nested) = match (&attribute.nested_type, attribute.r#type.as_slice()) {
        (None, json) => (
            Type::from_json_bytes(json).map_err(|e| e.to_string())?,
            None,
        ),
        (Some(object), []) => {
            let block = Block {
                attributes: read_attributes(&object.attributes)?,
                blocks: BTreeMap::new(),
            };
            let (nesting, ty) = match object.nesting() {
                ObjectMode::Single => (Nesting::Single, block.ty()),
                ObjectMode::List => (Nesting::List, Type::list(block.ty())),
                ObjectMode::Set => (Nesting::Set, Type::set(block.ty())),
                ObjectMode::Map => (Nesting::Map, Type::map(block.ty())),
                ObjectMode::Invalid => return Err("no nesting mode".to_owned()),
            };
            if nesting == Nesting::Set {
                block.fits_a_set()?;
            }
            (ty, Some((nesting, block)))
        }
        (Some(_), _) => return Err("both a type and a nested type".to_owned()),
    };
    Ok(Attribute {
        ty,
        nested,
        required,
        optional,
        computed,
        sensitive: attribute.sensitive,
        write_only: attribute.write_only,
    })
}

fn has_dynamic(ty: &Type) -> bool {
    match ty {
        Type::Dynamic => true,
        Type::List(element) | Type::Map(element) | Type::Set(element) => has_dynamic(element),
        Type::Object(attributes) => attributes.values().any(has_dynamic),
        Type::Tuple(elements) => elements.iter().any(has_dynamic),
        Type::Bool | Type::Number | Type::String => false,
    }
}

/// Elements of a list, map or set as (step in a path, element). What is none of these has none.
pub(crate) fn elements(value: &Value) -> Vec<(String, &Value)> {
    match value {
        Value::List(elements) => elements
            .iter()
            .enumerate()
            .map(|(i, element)| (format!("[{i}]"), element))
            .collect(),
        Value::Set(elements) => elements.iter().map(|e| ("[*]".to_owned(), e)).collect(),
        Value::Map(entries) => entries
            .iter()
            .map(|(key, element)| (format!("[{key:?}]"), element))
            .collect(),
        Value::Object(attributes) => attributes
            .iter()
            .map(|(name, element)| (format!(".{name}"), element))
            .collect(),
        Value::Dynamic(_, inner) => elements(inner),
        _ => Vec::new(),
    }
}

/// The element that `step` of [`elements`] leads to; null where there is none.
pub(crate) fn element<'a>(value: &'a Value, step: &str) -> &'a Value {
    find(value, step).unwrap_or(&Value::Null)
}

/// The element that `step` of [`elements`] leads to.
pub(crate) fn find<'a>(value: &'a Value, step: &str) -> Option<&'a Value> {
    elements(value)
        .into_iter()
        .find(|(own, _)| own == step)
        .map(|(_, element)| element)
}
