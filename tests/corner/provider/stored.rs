//! Managed resources, all alike but for their schema: what is configured is stored, and what is
//! not known is made up.
//!
//! An attribute `panic_in` names a handler that panics.

use std::time::Duration;

use async_trait::async_trait;
use cloudbase::framework::identity::{Identity, IdentityAttribute, IdentitySchema};
use cloudbase::framework::move_state::{MoveSource, MoveState};
use cloudbase::framework::resource::{
    CreateRequest, PlanDestroyRequest, PlanRequest, Planned, StateRequest, UpdateRequest,
};
use cloudbase::framework::schema::Schema;
use cloudbase::framework::value::json;
use cloudbase::framework::{
    Applied, Context, Diagnostic, Diagnostics, Incoming, Private, Resource, Type, Upgraded, Value,
};

use crate::fill::Made;
use crate::schemas;
use crate::store::{Object, Store};

/// A resource type.
#[derive(Clone, Copy)]
pub(crate) struct Stored {
    pub(crate) name: &'static str,
    pub(crate) schema: fn() -> Schema,
    /// The text attributes that are the identity.
    pub(crate) identity: &'static [&'static str],
    /// Whether the identity of an object may change.
    pub(crate) identity_changes: bool,
}

impl Stored {
    pub(crate) const PLAIN: Self = Self::new("corner_plain", schemas::plain);
    pub(crate) const NESTED: Self = Self::new("corner_nested", schemas::nested);
    pub(crate) const BLOCKS: Self = Self::new("corner_blocks", schemas::blocks);
    pub(crate) const RULES: Self = Self::new("corner_rules", schemas::rules);
    pub(crate) const DRAWN: Self = Self::new("corner_drawn", schemas::drawn);
    pub(crate) const THING: Self = Self {
        identity: &["id"],
        ..Self::new("corner_thing", schemas::thing)
    };
    pub(crate) const RENAMED: Self = Self {
        identity: &["name"],
        identity_changes: true,
        ..Self::new("corner_renamed", schemas::thing)
    };
    pub(crate) const SHIFTY: Self = Self {
        identity: &["name"],
        ..Self::new("corner_shifty", schemas::thing)
    };
    pub(crate) const FAULTY: Self = Self {
        identity: &["id"],
        identity_changes: true,
        ..Self::new("corner_faulty", schemas::thing)
    };

    pub(crate) const STRICT: Self = Self {
        identity: &["id"],
        ..Self::new("corner_strict", schemas::strict_resource)
    };

    pub(crate) fn all() -> [Self; 10] {
        [
            Self::PLAIN,
            Self::NESTED,
            Self::BLOCKS,
            Self::RULES,
            Self::DRAWN,
            Self::THING,
            Self::RENAMED,
            Self::SHIFTY,
            Self::FAULTY,
            Self::STRICT,
        ]
    }

    const fn new(name: &'static str, schema: fn() -> Schema) -> Self {
        Self {
            name,
            schema,
            identity: &[],
            identity_changes: false,
        }
    }

    fn ty(self) -> Type {
        (self.schema)().ty()
    }

    /// Writes an object and returns what it has become.
    fn write(self, store: &Store, id: &str, planned: Value, config: &Value) -> Value {
        let ty = self.ty();
        let revision = store.get(self.name, id).map_or(1, |o| o.revision + 1);
        let mut state = Made { id, revision }.fill(planned, &ty);
        if let Value::Object(attributes) = &mut state
            && attributes.contains_key("secret_wo")
        {
            // Careless: it is for the framework to keep it out of the state.
            let secret = config.attribute("secret_wo").clone();
            let length = secret.as_str().map_or(0, str::len);
            let length = i64::try_from(length).expect("a short secret");
            attributes.insert("secret_length".to_owned(), Value::integer(length));
            attributes.insert("secret_wo".to_owned(), secret);
        }
        let remote = as_the_remote_spells_it(state.clone());
        self.keep(store, id, revision, &remote);
        remote
    }

    fn keep(self, store: &Store, id: &str, revision: i64, state: &Value) {
        let attributes = json::encode(state, &self.ty()).expect("a known state");
        store.put(
            id,
            Object {
                type_name: self.name.to_owned(),
                revision,
                attributes: serde_json::from_slice(&attributes).expect("JSON"),
            },
        );
    }

    pub(crate) fn value(self, object: &Object) -> Value {
        let bytes = serde_json::to_vec(&object.attributes).expect("JSON");
        json::decode(&bytes, &self.ty()).expect("what was stored")
    }

    pub(crate) fn find(self, store: &Store, id: &str) -> Option<Value> {
        // What is called corner_renamed may have been moved, which the remote system is not told.
        let moved = || store.get(Self::RENAMED.name, id);
        let object = store
            .get(self.name, id)
            .or_else(|| moved().filter(|_| self.name == Self::THING.name))?;
        Some(self.value(&object))
    }

    fn fails(self) -> bool {
        self.name == Self::RULES.name
    }
}

/// An object on its way into state, with private data and something to say.
fn incoming(state: Value, how: &str) -> Incoming<Value> {
    let private = Private(id_of(&state).into_bytes());
    Incoming::from(state).private(private).with([said(how)])
}

/// What it says of something that it was told to do.
fn said(what: &str) -> Diagnostic {
    Diagnostic::warning(format!("told of {what}"), "As it is to be.")
}

/// Panics if the object asks for it.
pub(crate) fn panic_if_asked(value: &Value, place: &str) {
    let asked = value.attribute("panic_in").as_str() == Some(place);
    assert!(!asked, "planted in {place}");
}

fn id_of(state: &Value) -> String {
    state
        .attribute("id")
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn missing(private: &Private, expected: &str) -> Diagnostics {
    if private.0 == expected.as_bytes() {
        return Diagnostics::new();
    }
    Diagnostic::error(
        "private data was lost",
        format!(
            "expected {expected:?}, got {:?}",
            String::from_utf8_lossy(&private.0)
        ),
    )
    .into()
}

/// The remote system writes names small and documents tight.
fn as_the_remote_spells_it(mut state: Value) -> Value {
    let Value::Object(attributes) = &mut state else {
        return state;
    };
    if !attributes.contains_key("document") {
        return state;
    }
    if let Some(Value::String(name)) = attributes.get_mut("name") {
        *name = name.to_lowercase();
    }
    if let Some(Value::String(document)) = attributes.get_mut("document")
        && let Ok(parsed) = serde_json::from_str::<serde_json::Value>(document)
    {
        *document = parsed.to_string();
    }
    state
}

#[async_trait]
impl Resource for Stored {
    type Session = Store;
    type Config = Value;
    type State = Value;

    fn type_name(&self) -> &'static str {
        self.name
    }

    fn schema(&self) -> Schema {
        (self.schema)()
    }

    async fn validate(&self, config: Value) -> Diagnostics {
        panic_if_asked(&config, "validate");
        Diagnostics::new()
    }

    async fn plan(&self, cx: Context<Store>, request: PlanRequest<Value, Value>) -> Planned<Value> {
        panic_if_asked(&request.config, "plan");
        if self.name == Self::DRAWN.name {
            // Not the same twice, but for the private data of the plan.
            let lot = match (request.stored_plan, &request.prior) {
                (Some(Private(lot)), _) => String::from_utf8_lossy(&lot).into_owned(),
                (None, Some(prior)) => prior.attribute("lot").as_str().unwrap_or("").to_owned(),
                (None, None) => cx.session.new_id(),
            };
            let mut planned = request.planned;
            if let Value::Object(attributes) = &mut planned {
                attributes.insert("lot".to_owned(), Value::string(&lot));
            }
            return Planned {
                private: Some(Private(lot.into_bytes())),
                ..Planned::new(planned)
            };
        }
        let private = if request.prior.is_none() {
            Some(Private(b"to create".to_vec()))
        } else {
            None
        };
        Planned {
            private,
            ..Planned::unchanged()
        }
    }

    async fn plan_destroy(
        &self,
        _: Context<Store>,
        request: PlanDestroyRequest<Value>,
    ) -> Diagnostics {
        panic_if_asked(&request.state, "plan_destroy");
        Diagnostics::new()
    }

    async fn create(&self, cx: Context<Store>, request: CreateRequest<Value>) -> Applied<Value> {
        panic_if_asked(&request.config, "create");
        if self.name != Self::DRAWN.name {
            let lost = missing(&request.private, "to create");
            if lost.has_error() {
                return Applied::failed(lost);
            }
        }
        if let Value::Number(delay) = request.config.attribute("delay_ms") {
            let delay = delay.to_u64().unwrap_or_default();
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        let id = cx.session.new_id();
        let state = self.write(&cx.session, &id, request.planned, &request.config);
        let applied = Applied::state(state).private(Private(id.into_bytes()));
        if self.fails() && request.config.attribute("name").as_str() == Some("half-done") {
            return applied.with([Diagnostic::error("half-done", "As configured.")]);
        }
        applied
    }

    async fn read(&self, cx: Context<Store>, request: StateRequest<Value>) -> Applied<Value> {
        panic_if_asked(&request.state, "read");
        let id = id_of(&request.state);
        let Some(state) = self.find(&cx.session, &id) else {
            return Applied::gone();
        };
        let lost = missing(&request.private, &id);
        if lost.has_error() {
            return Applied::failed(lost);
        }
        Applied::state(state).private(Private(id.into_bytes()))
    }

    async fn update(
        &self,
        cx: Context<Store>,
        request: UpdateRequest<Value, Value>,
    ) -> Applied<Value> {
        panic_if_asked(&request.config, "update");
        let id = id_of(&request.prior);
        if self.name != Self::DRAWN.name {
            let lost = missing(&request.private, &id);
            if lost.has_error() {
                return Applied::failed(lost);
            }
        }
        if self.fails() && request.config.attribute("name").as_str() == Some("refused") {
            return Applied::failed(Diagnostic::error("refused", "As configured."));
        }
        let state = self.write(&cx.session, &id, request.planned, &request.config);
        Applied::state(state).private(Private(id.into_bytes()))
    }

    async fn delete(&self, cx: Context<Store>, request: StateRequest<Value>) -> Applied<Value> {
        panic_if_asked(&request.state, "delete");
        cx.session.remove(&id_of(&request.state));
        Applied::gone()
    }

    async fn import(&self, cx: Context<Store>, id: String) -> Result<Incoming<Value>, Diagnostics> {
        assert_ne!(id, "panic", "planted in import");
        let state = self.find(&cx.session, &id).ok_or_else(|| {
            Diagnostic::error(format!("there is no {} {id}", self.name), "Look again.")
        })?;
        Ok(incoming(state, "import"))
    }

    fn upgrade(&self, version: i64, mut state: serde_json::Value) -> Result<Upgraded, Diagnostics> {
        assert_ne!(state["panic_in"], "upgrade", "planted in upgrade");
        // Version 0 called the name `label`, and had its tags in one text.
        let attributes = state.as_object_mut().filter(|_| version == 0);
        let attributes = attributes.ok_or_else(|| {
            Diagnostic::error(format!("version {version} is not known"), "Start again.")
        })?;
        if let Some(label) = attributes.remove("label") {
            attributes.insert("name".to_owned(), label);
        }
        if let Some(serde_json::Value::String(tags)) = attributes.get("tags").cloned() {
            let tags: Vec<_> = tags.split(',').map(str::to_owned).collect();
            attributes.insert("tags".to_owned(), tags.into());
        }
        let bytes = state.to_string().into_bytes();
        let state = json::decode(&bytes, &self.ty())
            .map_err(|error| Diagnostic::error("an old state", error.to_string()))?;
        Ok(Upgraded {
            state,
            warnings: said("upgrade").into(),
        })
    }
}

#[async_trait]
impl Identity for Stored {
    type Identity = Value;

    fn identity_schema(&self) -> IdentitySchema {
        let attributes = self.identity.iter().map(|name| IdentityAttribute {
            name,
            ty: Type::String,
            required_for_import: true,
            description: "Part of the identity.",
        });
        IdentitySchema {
            version: 1,
            attributes: attributes.collect(),
        }
    }

    fn identity_may_change(&self) -> bool {
        self.identity_changes
    }

    fn identity(&self, _: Option<&Store>, state: &Value) -> Value {
        panic_if_asked(state, "identity");
        let names = self.identity.iter();
        Value::object(names.map(|name| (*name, state.attribute(name).clone())))
    }

    fn planned_identity(&self, planned: &Value, _: Option<&Value>) -> Option<Value> {
        panic_if_asked(planned, "planned_identity");
        Some(self.identity(None, planned)).filter(Value::is_wholly_known)
    }

    async fn import_by_identity(
        &self,
        cx: Context<Store>,
        identity: Value,
    ) -> Result<Incoming<Value>, Diagnostics> {
        let all = cx.session.all(self.name);
        let mut states = all.iter().map(|object| self.value(object));
        let state = states
            .find(|state| self.identity(None, state) == identity)
            .ok_or_else(|| Diagnostic::error("there is no such object", "Look again."))?;
        Ok(incoming(state, "import by identity"))
    }

    fn upgrade_identity(
        &self,
        _version: i64,
        identity: serde_json::Value,
    ) -> Result<Value, Diagnostics> {
        // Version 0 had the only attribute under the name `key`.
        assert_ne!(identity["key"], "panic", "planted in upgrade_identity");
        let key = identity["key"].as_str().unwrap_or_default();
        Ok(Value::object([(self.identity[0], Value::string(key))]))
    }
}

impl MoveState for Stored {
    fn move_state(&self, source: MoveSource) -> Result<Incoming<Value>, Diagnostics> {
        let state = source.state;
        assert_ne!(state["panic_in"], "move", "planted in move");
        if source.type_name != "corner_renamed" && source.type_name != "terraform_data" {
            return Err(Diagnostic::error(
                format!("{} cannot become {}", source.type_name, self.name),
                "Only corner_renamed and terraform_data can.",
            )
            .into());
        }
        // What it is told beside the state has to be of the same object.
        let of_source = state["id"].as_str().unwrap_or_default();
        if source.type_name == "corner_renamed" {
            let lost = missing(&source.private, of_source);
            if lost.has_error() {
                return Err(lost);
            }
            // Its own one, which is by name. Terraform has it since 1.12.
            let identity = &source.identity;
            assert!(
                identity.is_null() || identity["name"] == state["name"],
                "{identity}"
            );
        }
        let text = |name: &str| state[name].as_str().map_or(Value::Null, Value::string);
        let state = Value::object([("id", text("id")), ("name", text("name"))])
            .conform(&self.ty())
            .map_err(|error| Diagnostic::error("a strange source", error.to_string()))?;
        Ok(incoming(state, "move"))
    }
}
