//! The types a provider has, behind traits that know only values.
//!
//! The gRPC service works with values; resources and data sources with models. The wrappers in
//! here turn one into the other, so that no type does it by itself.

mod action;
mod data_source;
mod ephemeral;
mod identity;
mod list;
mod model_check;
mod move_state;
mod resource;
mod resource_type;
mod typed;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) use self::action::ValueAction;
pub(super) use self::data_source::ValueDataSource;
pub(super) use self::ephemeral::ValueEphemeral;
pub(super) use self::identity::ValueIdentity;
pub(super) use self::list::{Events, ValueList};
pub use self::model_check::model_mistakes;
pub(super) use self::move_state::ValueMove;
pub(super) use self::resource::ValueResource;
pub use self::resource_type::ResourceType;
use self::typed::Typed;
use crate::framework::action::Action;
use crate::framework::data_source::DataSource;
use crate::framework::ephemeral::EphemeralResource;
use crate::framework::function::{Function, Signature};
use crate::framework::identity::IdentitySchema;
use crate::framework::resource::Resource;
use crate::framework::schema::Schema;

type ByName<T> = BTreeMap<&'static str, Arc<T>>;

/// The types of a provider whose operations are given an `S`.
pub struct Types<S> {
    pub(super) resources: ByName<dyn ValueResource<S>>,
    pub(super) identities: ByName<dyn ValueIdentity<S>>,
    pub(super) movers: ByName<dyn ValueMove>,
    pub(super) data_sources: ByName<dyn ValueDataSource<S>>,
    pub(super) ephemerals: ByName<dyn ValueEphemeral<S>>,
    pub(super) lists: ByName<dyn ValueList<S>>,
    pub(super) actions: ByName<dyn ValueAction<S>>,
    pub(super) functions: ByName<dyn Function>,
}

impl<S: Send + Sync + 'static> Types<S> {
    /// No types yet.
    pub fn new() -> Self {
        Self {
            resources: BTreeMap::new(),
            identities: BTreeMap::new(),
            movers: BTreeMap::new(),
            data_sources: BTreeMap::new(),
            ephemerals: BTreeMap::new(),
            lists: BTreeMap::new(),
            actions: BTreeMap::new(),
            functions: BTreeMap::new(),
        }
    }

    /// These types and a resource type, with all that [`ResourceType`] says it can do.
    #[must_use]
    pub fn resource<R: Resource<Session = S>>(
        mut self,
        resource: impl Into<ResourceType<R>>,
    ) -> Self {
        let ResourceType {
            typed,
            identity,
            mover,
            list,
        } = resource.into();
        let name = typed.of.type_name();
        self.resources.insert(name, typed);
        self.identities.extend(identity.map(|it| (name, it)));
        self.movers.extend(mover.map(|it| (name, it)));
        self.lists.extend(list.map(|it| (name, it)));
        self
    }

    /// These types and a data source type.
    #[must_use]
    pub fn data_source<D: DataSource<Session = S>>(mut self, data_source: D) -> Self {
        let typed = Typed::new(data_source.schema(), data_source);
        self.data_sources
            .insert(typed.of.type_name(), Arc::new(typed));
        self
    }

    /// These types and an ephemeral resource type.
    #[must_use]
    pub fn ephemeral<E: EphemeralResource<Session = S>>(mut self, ephemeral: E) -> Self {
        let typed = Typed::new(ephemeral.schema(), ephemeral);
        self.ephemerals
            .insert(typed.of.type_name(), Arc::new(typed));
        self
    }

    /// These types and an action type.
    #[must_use]
    pub fn action<A: Action<Session = S>>(mut self, action: A) -> Self {
        let typed = Typed::new(action.schema(), action);
        self.actions.insert(typed.of.type_name(), Arc::new(typed));
        self
    }

    /// These types and a function.
    #[must_use]
    pub fn function<F: Function>(mut self, function: F) -> Self {
        self.functions.insert(function.name(), Arc::new(function));
        self
    }

    /// Every schema with what it is of: kind and name, such as `"resource cloudbase_env_share"`.
    /// The kinds are those of HCL: `resource`, `data`, `ephemeral`, `list`, `action`.
    pub fn schemas(&self) -> Vec<(String, &Schema)> {
        let mut all = Vec::new();
        let of = |kind: &str, name: &str| format!("{kind} {name}");
        all.extend(
            self.resources
                .iter()
                .map(|(name, t)| (of("resource", name), t.schema())),
        );
        all.extend(
            self.data_sources
                .iter()
                .map(|(name, t)| (of("data", name), t.schema())),
        );
        all.extend(
            self.ephemerals
                .iter()
                .map(|(name, t)| (of("ephemeral", name), t.schema())),
        );
        all.extend(
            self.lists
                .iter()
                .map(|(name, t)| (of("list", name), t.schema())),
        );
        all.extend(
            self.actions
                .iter()
                .map(|(name, t)| (of("action", name), t.schema())),
        );
        all
    }

    /// What is wrong with the models of all types: those that do not name what their schemas do. Tests run
    /// this; users would meet it as values that are lost.
    pub fn model_mistakes(&self) -> Vec<String> {
        let mut all = Vec::new();
        all.extend(self.resources.values().flat_map(|t| t.model_mistakes()));
        all.extend(self.identities.values().flat_map(|t| t.model_mistakes()));
        all.extend(self.data_sources.values().flat_map(|t| t.model_mistakes()));
        all.extend(self.ephemerals.values().flat_map(|t| t.model_mistakes()));
        all.extend(self.lists.values().flat_map(|t| t.model_mistakes()));
        all.extend(self.actions.values().flat_map(|t| t.model_mistakes()));
        all
    }

    /// The identity schemas, by resource type.
    pub fn identity_schemas(&self) -> Vec<(&'static str, &IdentitySchema)> {
        self.identities
            .iter()
            .map(|(name, identity)| (*name, identity.schema()))
            .collect()
    }

    /// The functions' signatures, by name.
    pub fn signatures(&self) -> Vec<(&'static str, Signature)> {
        self.functions
            .iter()
            .map(|(name, function)| (*name, function.signature()))
            .collect()
    }
}

impl<S: Send + Sync + 'static> Default for Types<S> {
    fn default() -> Self {
        Self::new()
    }
}
