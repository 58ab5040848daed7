//! A resource type with what it can do beyond what every one can.

use std::sync::Arc;

use super::identity::TypedIdentity;
use super::list::TypedList;
use super::typed::Typed;
use super::{ValueIdentity, ValueList, ValueMove};
use crate::framework::identity::Identity;
use crate::framework::list::ListResource;
use crate::framework::move_state::MoveState;
use crate::framework::resource::Resource;

/// A resource type as a provider registers it, once: each of its further traits is named here, and
/// needs no registration of its own.
pub struct ResourceType<R: Resource> {
    pub(super) typed: Arc<Typed<R>>,
    pub(super) identity: Option<Arc<dyn ValueIdentity<R::Session>>>,
    pub(super) mover: Option<Arc<dyn ValueMove>>,
    pub(super) list: Option<Arc<dyn ValueList<R::Session>>>,
}

impl<R: Resource> ResourceType<R> {
    /// A type that can do what every resource type can.
    pub fn new(resource: R) -> Self {
        Self {
            typed: Arc::new(Typed::new(resource.schema(), resource)),
            identity: None,
            mover: None,
            list: None,
        }
    }

    /// Its objects have an identity.
    #[must_use]
    pub fn with_identity(self) -> Self
    where
        R: Identity,
    {
        let identity = TypedIdentity::new(Arc::clone(&self.typed));
        Self {
            identity: Some(Arc::new(identity)),
            ..self
        }
    }

    /// It can take over the state of other types.
    #[must_use]
    pub fn with_move_state(self) -> Self
    where
        R: MoveState,
    {
        let mover: Arc<dyn ValueMove> = Arc::clone(&self.typed) as _;
        Self {
            mover: Some(mover),
            ..self
        }
    }

    /// `list` finds its objects for `terraform query`, which tells them apart by their identity.
    #[must_use]
    pub fn with_list<L>(self, list: L) -> Self
    where
        R: Identity,
        L: ListResource<Resource = R>,
    {
        let list = TypedList::new(list, Arc::clone(&self.typed));
        Self {
            list: Some(Arc::new(list)),
            ..self
        }
    }
}

impl<R: Resource> From<R> for ResourceType<R> {
    fn from(resource: R) -> Self {
        Self::new(resource)
    }
}
