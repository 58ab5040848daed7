//! What tells one remote object from another, apart from its state (Terraform 1.12 and later).

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::framework::context::Context;
use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::incoming::Incoming;
use crate::framework::resource::Resource;
use crate::framework::value::{Type, Value};
use crate::proto::tfplugin6 as pb;

/// One attribute of an identity. Types are primitives or lists of primitives: core takes no maps,
/// sets or objects here.
#[derive(Clone, Debug)]
pub struct IdentityAttribute {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// Whether an `import` block has to give it; otherwise it may.
    pub required_for_import: bool,
    /// What it means, as plain text.
    pub description: &'static str,
}

/// The flat attributes of an identity.
#[derive(Clone, Debug)]
pub struct IdentitySchema {
    /// Raised whenever stored identities have to be upgraded; from 0.
    pub version: i64,
    /// The attributes.
    pub attributes: Vec<IdentityAttribute>,
}

impl IdentitySchema {
    /// The type of its values.
    pub fn ty(&self) -> Type {
        let attributes = self.attributes.iter();
        Type::Object(
            attributes
                .map(|a| (a.name.to_owned(), a.ty.clone()))
                .collect(),
        )
    }

    /// The protocol's form.
    pub fn to_proto(&self) -> pb::ResourceIdentitySchema {
        use pb::resource_identity_schema::IdentityAttribute as Proto;
        let attributes = self.attributes.iter().map(|attribute| Proto {
            name: attribute.name.to_owned(),
            r#type: attribute.ty.to_json_bytes(),
            required_for_import: attribute.required_for_import,
            optional_for_import: !attribute.required_for_import,
            description: attribute.description.to_owned(),
        });
        pb::ResourceIdentitySchema {
            version: self.version,
            identity_attributes: attributes.collect(),
        }
    }
}

/// A resource type whose objects have an identity. The identity follows from state, so that every
/// answer that has a state has an identity, partial results included.
#[async_trait]
pub trait Identity: Resource {
    /// The model of the identity, wholly known.
    type Identity: Serialize + DeserializeOwned + Send;

    /// The schema of the identity.
    fn identity_schema(&self) -> IdentitySchema;

    /// Whether the identity of an object may change while the object stays. Where it may not, a
    /// change is a mistake in the provider, and an error.
    fn identity_may_change(&self) -> bool {
        true
    }

    /// The identity of an object in this state. There is no session where the provider has not been
    /// configured: core moves state before it does.
    fn identity(&self, session: Option<&Self::Session>, state: &Self::State) -> Self::Identity;

    /// The identity that a plan comes to, if it is known already. `prior` is what is there now.
    fn planned_identity(
        &self,
        planned: &Self::Config,
        prior: Option<&Self::State>,
    ) -> Option<Self::Identity>;

    /// Finds an existing object by its identity. Core reads it right after.
    async fn import_by_identity(
        &self,
        context: Context<Self::Session>,
        identity: Self::Identity,
    ) -> Result<Incoming<Self::State>, Diagnostics>;

    /// Turns an identity of an older version, as JSON, into a value of the current schema.
    fn upgrade_identity(
        &self,
        version: i64,
        _identity: serde_json::Value,
    ) -> Result<Value, Diagnostics> {
        Err(Diagnostic::error(
            format!(
                "the identity of {} has an unknown version",
                self.type_name()
            ),
            format!(
                "The identity is of version {version}, which this version of the provider cannot \
                 upgrade. Use the provider version that wrote it."
            ),
        )
        .into())
    }
}
