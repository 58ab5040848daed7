//! Whatever the schema and whatever the values: what the framework plans by the schema alone is
//! what core takes, and once it is applied there is nothing left to plan.

use std::collections::BTreeMap;

use cloudbase::framework::plan::plan;
use cloudbase::framework::schema::{
    Attribute, AttributeKind, Block as FrameworkBlock, BlockNesting, NestedBlock, Nesting,
    Presence, Schema,
};
use cloudbase::framework::value::{Type, Value};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::core::{Block, plan_violations, proposed_new, write_only_violations};

const NAMES: [&str; 5] = ["alpha", "beta", "gamma", "delta", "epsilon"];

fn plain_kind() -> impl Strategy<Value = AttributeKind> {
    prop_oneof![
        Just(Type::String),
        Just(Type::Number),
        Just(Type::list(Type::String)),
        Just(Type::set(Type::String)),
        Just(Type::map(Type::Number)),
    ]
    .prop_map(AttributeKind::Plain)
}

/// An attribute as its flags come to; a set cannot hold all of them.
fn attribute(kind: AttributeKind, presence: Presence, flags: [bool; 4], in_set: bool) -> Attribute {
    let [replaces, keeps, writes_only, has_default] = flags;
    // Two elements of a set may become alike by what is computed for one and written for the other;
    // core cannot tell them apart either.
    let presence = match presence {
        Presence::OptionalComputed if in_set => Presence::Optional,
        other => other,
    };
    let computed = presence.is_computed();
    let text = matches!(kind, AttributeKind::Plain(Type::String));
    let default = has_default && text && presence == Presence::OptionalComputed;
    // Core proposes to drop what was once configured inside an object that may be computed. To keep
    // it all the same is a contradiction of the schema's own, which only a provider can resolve.
    let nested = matches!(kind, AttributeKind::Nested(..));
    let keeps = keeps && !(nested && presence == Presence::OptionalComputed);
    let replaces = replaces && presence.is_configurable() && !in_set;
    let replacing = Attribute::string("", "Generated.").requires_replace();
    Attribute {
        kind,
        presence,
        requires_replace: replacing.requires_replace.filter(|_| replaces),
        use_state_for_unknown: keeps && computed,
        write_only: writes_only && !computed && !in_set,
        default: default.then(|| Value::string("default")),
        ..Attribute::string("", "Generated.")
    }
}

fn presence() -> impl Strategy<Value = Presence> {
    prop_oneof![
        Just(Presence::Computed),
        Just(Presence::Optional),
        Just(Presence::OptionalComputed),
        Just(Presence::Required),
    ]
}

fn named(attributes: Vec<Attribute>) -> Vec<Attribute> {
    let named = attributes.into_iter().zip(NAMES);
    named
        .map(|(attribute, name)| Attribute { name, ..attribute })
        .collect()
}

fn leaves(in_set: bool) -> impl Strategy<Value = Vec<Attribute>> {
    let leaf = (plain_kind(), presence(), any::<[bool; 4]>())
        .prop_map(move |(kind, presence, flags)| attribute(kind, presence, flags, in_set));
    vec(leaf, 1..4).prop_map(named)
}

fn attributes() -> impl Strategy<Value = Vec<Attribute>> {
    let nesting = prop_oneof![
        Just(Nesting::List),
        Just(Nesting::Map),
        Just(Nesting::Set),
        Just(Nesting::Single),
    ];
    let nested = nesting.prop_flat_map(|nesting| {
        leaves(nesting == Nesting::Set)
            .prop_map(move |leaves| AttributeKind::Nested(nesting, leaves))
    });
    let any_kind = prop_oneof![2 => plain_kind(), 1 => nested];
    let attribute = (any_kind, presence(), any::<[bool; 4]>())
        .prop_map(|(kind, presence, flags)| attribute(kind, presence, flags, false));
    vec(attribute, 1..5).prop_map(named)
}

fn schema() -> impl Strategy<Value = Schema> {
    let nesting = prop_oneof![
        Just(BlockNesting::Group),
        Just(BlockNesting::List),
        Just(BlockNesting::Map),
        Just(BlockNesting::Set),
        Just(BlockNesting::Single),
    ];
    let block = nesting.prop_flat_map(|nesting| {
        leaves(nesting == BlockNesting::Set).prop_map(move |leaves| {
            NestedBlock::new("block", nesting, FrameworkBlock::new("Generated.", leaves))
        })
    });
    (attributes(), proptest::option::of(block)).prop_map(|(attributes, block)| {
        let schema = Schema::new("Generated.", attributes);
        match block {
            Some(block) => schema.nested_block(block),
            None => schema,
        }
    })
}

/// What a value is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Written by a user: computed attributes are left out, some values are not known yet.
    Config,
    /// The same, with everything known.
    KnownConfig,
    /// Stored: everything known, and nothing that is write-only.
    State,
}

fn plain_value(ty: &Type) -> BoxedStrategy<Value> {
    let text = || "[ab]".prop_map(Value::string);
    match ty {
        Type::Number => (0_i64..3).prop_map(Value::integer).boxed(),
        Type::List(_) => vec(text(), 0..3).prop_map(Value::List).boxed(),
        Type::Set(_) => vec(text(), 0..3).prop_map(Value::set).boxed(),
        Type::Map(_) => {
            proptest::collection::btree_map("[ab]", (0_i64..3).prop_map(Value::integer), 0..3)
                .prop_map(Value::Map)
                .boxed()
        }
        _ => text().boxed(),
    }
}

fn attribute_value(attribute: &Attribute, role: Role) -> BoxedStrategy<Value> {
    let configurable = attribute.presence.is_configurable();
    let absent = match role {
        Role::State => attribute.write_only,
        Role::Config | Role::KnownConfig => !configurable,
    };
    if absent {
        return Just(Value::Null).boxed();
    }
    let present = match &attribute.kind {
        AttributeKind::Plain(ty) => plain_value(ty),
        AttributeKind::Nested(nesting, attributes) => {
            let object = object_value(attributes, role);
            match nesting {
                Nesting::Single => object,
                Nesting::List => vec(object, 0..3).prop_map(Value::List).boxed(),
                Nesting::Set => vec(object, 0..3).prop_map(Value::set).boxed(),
                Nesting::Map => proptest::collection::btree_map("[ab]", object, 0..3)
                    .prop_map(Value::Map)
                    .boxed(),
            }
        }
    };
    let null = u32::from(attribute.presence != Presence::Required);
    let unknown = u32::from(role == Role::Config);
    prop_oneof![
        null * 2 => Just(Value::Null),
        unknown => Just(Value::Unknown),
        4 => present,
    ]
    .boxed()
}

fn object_value(attributes: &[Attribute], role: Role) -> BoxedStrategy<Value> {
    let names: Vec<_> = attributes.iter().map(|a| a.name.to_owned()).collect();
    let values: Vec<_> = attributes
        .iter()
        .map(|a| attribute_value(a, role))
        .collect();
    values
        .prop_map(move |values| Value::Object(names.iter().cloned().zip(values).collect()))
        .boxed()
}

fn block_value(schema: &Schema, role: Role) -> BoxedStrategy<Value> {
    let attributes = object_value(&schema.block.attributes, role);
    let Some(nested) = schema.block.blocks.first() else {
        return attributes;
    };
    let object = object_value(&nested.block.attributes, role);
    let block = match nested.nesting {
        BlockNesting::Group => object,
        BlockNesting::Single => prop_oneof![Just(Value::Null), object].boxed(),
        BlockNesting::List => vec(object, 0..3).prop_map(Value::List).boxed(),
        BlockNesting::Set => vec(object, 0..3).prop_map(Value::set).boxed(),
        BlockNesting::Map => proptest::collection::btree_map("[ab]", object, 0..3)
            .prop_map(Value::Map)
            .boxed(),
    };
    let name = nested.name.to_owned();
    (attributes, block)
        .prop_map(move |(attributes, block)| {
            let mut all = attributes.as_object().cloned().unwrap_or_default();
            all.insert(name.clone(), block);
            Value::Object(all)
        })
        .boxed()
}

fn case(role: Role) -> impl Strategy<Value = (Schema, Value, Value)> {
    schema().prop_flat_map(move |schema| {
        let config = block_value(&schema, role);
        let state = block_value(&schema, Role::State);
        let prior = prop_oneof![1 => Just(Value::Null), 3 => state];
        (Just(schema), config, prior)
    })
}

/// What an apply makes of a plan: the provider decides on some value, here on none.
fn applied(planned: &Value) -> Value {
    let each = |entries: &BTreeMap<String, Value>| {
        entries
            .iter()
            .map(|(name, value)| (name.clone(), applied(value)))
            .collect()
    };
    match planned {
        Value::Unknown => Value::Null,
        Value::List(elements) => Value::List(elements.iter().map(applied).collect()),
        Value::Set(elements) => Value::set(elements.iter().map(applied).collect()),
        Value::Map(entries) => Value::Map(each(entries)),
        Value::Object(entries) => Value::Object(each(entries)),
        other => other.clone(),
    }
}

fn core_schema(schema: &Schema) -> Block {
    let proto = schema.to_proto();
    Block::read(proto.block.as_ref().unwrap()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn core_takes_every_plan((schema, config, prior) in case(Role::Config)) {
        let core = core_schema(&schema);
        prop_assert_eq!(core.ty(), schema.ty());
        let proposed = proposed_new(&core, &prior, &config);
        // Random elements of a set may differ in what has a default only.
        let planned = plan(&schema, &config, &prior, proposed);
        prop_assume!(planned.is_ok());
        let planned = planned.unwrap();
        prop_assert_eq!(plan_violations(&core, &prior, &config, &planned.planned), [""; 0]);
        prop_assert_eq!(write_only_violations(&core, &planned.planned), [""; 0]);
        prop_assert!(planned.planned.clone().conform(&schema.ty()).is_ok());
        for path in &planned.requires_replace {
            prop_assert!(!prior.is_null());
            prop_assert_ne!(planned.planned.at(path), prior.at(path));
        }
    }

    #[test]
    fn nothing_is_left_to_plan_after_an_apply((schema, config, prior) in case(Role::KnownConfig)) {
        let core = core_schema(&schema);
        let proposed = proposed_new(&core, &prior, &config);
        let first = plan(&schema, &config, &prior, proposed);
        prop_assume!(first.is_ok());
        let first = first.unwrap();
        let state = applied(&first.planned);
        let proposed = proposed_new(&core, &state, &config);
        let second = plan(&schema, &config, &state, proposed).unwrap();
        prop_assert_eq!(&second.planned, &state);
        prop_assert!(second.requires_replace.is_empty());
    }
}
