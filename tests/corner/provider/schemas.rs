//! The schemas of the managed resources.

use std::collections::BTreeMap;

use cloudbase::framework::schema::{
    Attribute, Block, BlockNesting, NestedBlock, Nesting, Relation, Schema,
};
use cloudbase::framework::{Type, Value};

fn id() -> Attribute {
    Attribute::string("id", "The id.")
        .computed()
        .use_state_for_unknown()
}

fn revision() -> Attribute {
    Attribute::number("revision", "How often it was written.").computed()
}

/// Every type of plain attribute: the name of the configurable one, and of the computed one.
pub(crate) fn plain_types() -> Vec<(&'static str, &'static str, Type)> {
    let object = || Type::object([("name", Type::String), ("sizes", Type::list(Type::Number))]);
    vec![
        ("text", "made_text", Type::String),
        ("number", "made_number", Type::Number),
        ("flag", "made_flag", Type::Bool),
        ("list", "made_list", Type::list(Type::String)),
        (
            "matrix",
            "made_matrix",
            Type::list(Type::list(Type::Number)),
        ),
        ("set", "made_set", Type::set(Type::Number)),
        ("object_set", "made_object_set", Type::set(object())),
        ("map", "made_map", Type::map(Type::String)),
        ("set_map", "made_set_map", Type::map(Type::set(Type::Bool))),
        ("object", "made_object", object()),
        (
            "tuple",
            "made_tuple",
            Type::Tuple(vec![Type::String, Type::Number, Type::set(Type::Bool)]),
        ),
        ("dynamic", "made_dynamic", Type::Dynamic),
    ]
}

/// Attributes of every plain type.
pub(crate) fn plain() -> Schema {
    let mut attributes = vec![id(), revision()];
    for (configured, made, ty) in plain_types() {
        attributes.push(Attribute::new(configured, ty.clone(), "As configured.").null_elements());
        attributes.push(Attribute::new(made, ty, "Made up.").computed());
    }
    Schema::new("Plain attributes.", attributes)
}

/// An object with one of every rule.
fn parts() -> Vec<Attribute> {
    vec![
        Attribute::string("name", "The name.").required(),
        Attribute::number("size", "The size."),
        Attribute::string("zone", "Where; it cannot move.").requires_replace(),
        Attribute::string("mode", "With a default.").default(Value::string("auto")),
        Attribute::string("seen", "Made anew.").computed(),
        Attribute::string("key", "Made once.")
            .computed()
            .use_state_for_unknown(),
        Attribute::string("maybe", "Made if not configured.").optional_computed(),
    ]
}

fn with_secret(mut attributes: Vec<Attribute>) -> Vec<Attribute> {
    attributes.push(Attribute::string("hidden_wo", "Never in state.").write_only());
    attributes
}

/// Nested attributes of every mode, and inside each other.
pub(crate) fn nested() -> Schema {
    let deep = Attribute::nested(
        "by_key",
        Nesting::Map,
        vec![
            Attribute::nested("one", Nesting::Single, with_secret(parts()), "One."),
            Attribute::nested("bag", Nesting::Set, parts(), "Any."),
            Attribute::new("any", Type::list(Type::String), "Texts."),
        ],
        "By key.",
    );
    let preset = Value::object([
        ("name", Value::string("preset")),
        ("size", Value::integer(3)),
    ]);
    let preset_of = || {
        vec![
            Attribute::string("name", "The name."),
            Attribute::number("size", "The size."),
        ]
    };
    // All of it computed: otherwise Terraform takes it for configured.
    let open = vec![
        Attribute::string("name", "The name.").optional_computed(),
        Attribute::number("size", "The size.").optional_computed(),
        Attribute::string("seen", "Made anew.").computed(),
        Attribute::string("maybe", "Made if not configured.").optional_computed(),
    ];
    let attributes = vec![
        id(),
        revision(),
        Attribute::nested("one", Nesting::Single, with_secret(parts()), "One."),
        Attribute::nested("list", Nesting::List, with_secret(parts()), "In order."),
        Attribute::nested("set", Nesting::Set, parts(), "Without order."),
        Attribute::nested("map", Nesting::Map, with_secret(parts()), "By key."),
        Attribute::nested("deep", Nesting::List, vec![deep], "Deep."),
        Attribute::nested("made", Nesting::Single, preset_of(), "Made up.").computed(),
        Attribute::nested("made_list", Nesting::List, preset_of(), "Made up.").computed(),
        Attribute::nested("maybe", Nesting::Single, open, "Made if not configured.")
            .optional_computed(),
        Attribute::nested("preset", Nesting::Single, preset_of(), "With a default.")
            .default(preset),
    ];
    Schema::new("Nested attributes.", attributes)
}

/// Blocks of every mode, inside each other, and of dynamic types.
pub(crate) fn blocks() -> Schema {
    let innermost = NestedBlock::new("bag", BlockNesting::Set, Block::new("Any.", parts()));
    let inner = NestedBlock::new(
        "inner",
        BlockNesting::Map,
        Block::new("Inside.", parts()).nested_block(innermost),
    );
    let mut optional = with_secret(parts());
    optional[0] = Attribute::string("name", "The name.");
    let loose = |name, nesting| {
        let attributes = vec![
            Attribute::new("any", Type::Dynamic, "Anything."),
            Attribute::string("mode", "With a default.").default(Value::string("auto")),
            Attribute::string("seen", "Made anew.").computed(),
        ];
        NestedBlock::new(name, nesting, Block::new("Anything.", attributes))
    };
    let of = |name, nesting, attributes| {
        NestedBlock::new(name, nesting, Block::new("A part.", attributes))
    };
    Schema::new("Blocks.", vec![id(), revision()])
        .nested_block(of("one", BlockNesting::Single, with_secret(parts())))
        .nested_block(of("together", BlockNesting::Group, optional))
        .nested_block(NestedBlock::new(
            "many",
            BlockNesting::List,
            Block::new("A part.", with_secret(parts())).nested_block(inner),
        ))
        .nested_block(of("labelled", BlockNesting::Map, with_secret(parts())))
        .nested_block(of("bag", BlockNesting::Set, parts()).items(0, 3))
        .nested_block(loose("loose_one", BlockNesting::Single))
        .nested_block(loose("loose", BlockNesting::List))
        .nested_block(loose("loose_labelled", BlockNesting::Map))
}

/// Rules of single attributes.
pub(crate) fn rules() -> Schema {
    Schema::new(
        "Rules.",
        vec![
            id(),
            revision(),
            Attribute::string("zone", "Where; it cannot move.")
                .required()
                .requires_replace(),
            Attribute::string("name", "Upper and lower case are the same.")
                .semantically_equal(same_but_for_case),
            Attribute::string("document", "JSON, however it is written.")
                .semantically_equal(same_json),
            Attribute::number("size", "With a default.").default(Value::integer(7)),
            Attribute::number("ratio", "With an awkward default.")
                .default(Value::Number("0.1".parse().expect("a number"))),
            Attribute::new("labels", Type::map(Type::String), "With a default.").default(
                Value::Map(BTreeMap::from([("made".to_owned(), Value::string("yes"))])),
            ),
            Attribute::string("region", "Made if not configured.").optional_computed(),
            Attribute::string("place", "Made once if not configured.")
                .optional_computed()
                .use_state_for_unknown(),
            Attribute::string("old", "Not any more.").deprecated("Use `name`."),
            Attribute::string("password", "Hidden.").sensitive(),
            Attribute::string("secret_wo", "Never in state.").write_only(),
            Attribute::number("secret_version", "Changes with the secret."),
            Attribute::number("secret_length", "What is left of the secret.").computed(),
            Attribute::number("delay_ms", "How long a create takes, in milliseconds."),
        ],
    )
}

/// What a plan draws, and the apply has to keep.
pub(crate) fn drawn() -> Schema {
    Schema::new(
        "A lot that is drawn in the plan.",
        vec![id(), Attribute::string("lot", "The lot.").computed()],
    )
}

/// Something with an identity, at its second version.
pub(crate) fn thing() -> Schema {
    Schema::new(
        "A thing.",
        vec![
            id(),
            revision(),
            Attribute::string("name", "The name.").required(),
            Attribute::new("tags", Type::set(Type::String), "Tags."),
            Attribute::string("mode", "With a default.").default(Value::string("auto")),
            Attribute::string("panic_in", "The handler that panics."),
        ],
    )
    .version(1)
}

/// An object with one of everything that a schema alone rules out.
pub(crate) fn strict_parts() -> Vec<Attribute> {
    let rows = Type::list(Type::object([
        ("cells", Type::set(Type::String)),
        ("note", Type::String),
    ]));
    vec![
        Attribute::string("name", "The name.").required(),
        Attribute::integer("count_of", "How many."),
        Attribute::string("seen", "Made up.").computed(),
        Attribute::new("texts", Type::list(Type::String), "Texts."),
        Attribute::new("tags", Type::set(Type::String), "Tags."),
        Attribute::new("labels", Type::map(Type::String), "Labels."),
        Attribute::new("rows", rows, "Rows."),
        Attribute::new("loose", Type::list(Type::String), "Texts and gaps.").null_elements(),
    ]
}

/// The parts, in nested attributes and blocks of every mode as well.
pub(crate) fn strict() -> Schema {
    let mut attributes = strict_parts();
    for (name, nesting) in [
        ("one", Nesting::Single),
        ("list", Nesting::List),
        ("set", Nesting::Set),
        ("map", Nesting::Map),
    ] {
        attributes.push(Attribute::nested(name, nesting, strict_parts(), "Parts."));
    }
    attributes.push(Attribute::new("any", Type::Dynamic, "Anything."));
    let left = Attribute::new("left", Type::list(Type::String), "Or right.");
    attributes.push(left.relation(Relation::conflicts_with(&["right"])));
    attributes.push(Attribute::string("right", "Or left."));
    let mut schema = Schema::new("It is strict.", attributes);
    for (name, nesting) in [
        ("block", BlockNesting::Single),
        ("blocks", BlockNesting::List),
        ("bag", BlockNesting::Set),
        ("labelled", BlockNesting::Map),
        ("group", BlockNesting::Group),
    ] {
        let block = Block::new("Parts.", strict_parts());
        schema = schema.nested_block(NestedBlock::new(name, nesting, block));
    }
    let extra = Block::new("More.", vec![Attribute::string("name", "The name.")]);
    let extra = NestedBlock::new("extra", BlockNesting::List, extra);
    schema.nested_block(extra.relation(Relation::requires(&["left"])))
}

/// The same for a managed resource, with a secret that has to be given.
pub(crate) fn strict_resource() -> Schema {
    let mut schema = strict();
    let secret = Attribute::string("key_wo", "Never in state.").required();
    schema
        .block
        .attributes
        .extend([id(), revision(), secret.write_only()]);
    schema
}

fn same_but_for_case(one: &Value, other: &Value) -> bool {
    let lower = |value: &Value| value.as_str().map(str::to_lowercase);
    lower(one) == lower(other)
}

fn same_json(one: &Value, other: &Value) -> bool {
    let parse = |value: &Value| {
        let text = value.as_str()?;
        serde_json::from_str::<serde_json::Value>(text).ok()
    };
    parse(one).is_some_and(|one| Some(one) == parse(other))
}
