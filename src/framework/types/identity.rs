//! Identities behind values.

use std::sync::Arc;

use async_trait::async_trait;

use super::model_check::name_mistakes;
use super::typed::{Typed, model_mismatch, read};
use crate::framework::context::Context;
use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::identity::{Identity, IdentitySchema};
use crate::framework::incoming::Incoming;
use crate::framework::value::{Type, Value, ValueError, from_value, to_value};

/// An [`Identity`] whose models are values.
#[async_trait]
pub(in crate::framework) trait ValueIdentity<S>: Send + Sync {
    fn schema(&self) -> &IdentitySchema;
    fn ty(&self) -> &Type;
    fn model_mistakes(&self) -> Vec<String>;
    fn may_change(&self) -> bool;
    fn identity(&self, session: Option<&S>, state: Value) -> Result<Value, Diagnostics>;
    fn planned(&self, planned: Value, prior: Option<Value>) -> Result<Option<Value>, Diagnostics>;
    async fn import(&self, cx: Context<S>, identity: Value)
    -> Result<Incoming<Value>, Diagnostics>;
    fn upgrade(&self, version: i64, identity: serde_json::Value) -> Result<Value, Diagnostics>;
}

/// The error for an identity that a user wrote and that is none. Its path is not one in the
/// configuration of the resource, so that it is only named.
fn not_valid(error: &ValueError) -> Diagnostics {
    let place = if error.path.is_empty() {
        String::new()
    } else {
        format!(": `{}`", error.path)
    };
    Diagnostic::error(
        format!(
            "the identity to import by is not valid{place}: {}",
            error.message
        ),
        "Correct it in the `identity` of the `import` block.",
    )
    .into()
}

/// A resource type with what its identity schema comes to.
pub(super) struct TypedIdentity<R> {
    resource: Arc<Typed<R>>,
    schema: IdentitySchema,
    ty: Type,
}

impl<R: Identity> TypedIdentity<R> {
    pub(super) fn new(resource: Arc<Typed<R>>) -> Self {
        let schema = resource.of.identity_schema();
        Self {
            ty: schema.ty(),
            schema,
            resource,
        }
    }

    fn write(&self, identity: &R::Identity) -> Result<Value, Diagnostics> {
        to_value(identity, &self.ty).map_err(|error| model_mismatch(&error).into())
    }
}

#[async_trait]
impl<R: Identity> ValueIdentity<R::Session> for TypedIdentity<R> {
    fn schema(&self) -> &IdentitySchema {
        &self.schema
    }

    fn ty(&self) -> &Type {
        &self.ty
    }

    fn model_mistakes(&self) -> Vec<String> {
        let names: Vec<_> = self.schema.attributes.iter().map(|a| a.name).collect();
        name_mistakes::<R::Identity>(&names)
    }

    fn may_change(&self) -> bool {
        self.resource.of.identity_may_change()
    }

    fn identity(&self, session: Option<&R::Session>, state: Value) -> Result<Value, Diagnostics> {
        let state = read(state)?;
        self.write(&self.resource.of.identity(session, &state))
    }

    fn planned(&self, planned: Value, prior: Option<Value>) -> Result<Option<Value>, Diagnostics> {
        let planned = read(planned)?;
        let prior = prior.map(read).transpose()?;
        let identity = self.resource.of.planned_identity(&planned, prior.as_ref());
        identity.map(|identity| self.write(&identity)).transpose()
    }

    async fn import(
        &self,
        cx: Context<R::Session>,
        identity: Value,
    ) -> Result<Incoming<Value>, Diagnostics> {
        let identity = from_value(identity).map_err(|error| not_valid(&error))?;
        let incoming = self.resource.of.import_by_identity(cx, identity).await?;
        incoming.try_map(|state| self.resource.write(&state))
    }

    fn upgrade(&self, version: i64, identity: serde_json::Value) -> Result<Value, Diagnostics> {
        self.resource.of.upgrade_identity(version, identity)
    }
}
