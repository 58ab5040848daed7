//! Resource identities (Terraform 1.12 and later): their schemas, and the checks of
//! `validateIdentity` in `internal/terraform/node_resource_abstract_instance.go`.

use std::collections::BTreeMap;

use cloudbase::framework::value::{Type, Value};
use cloudbase::proto::tfplugin6 as pb;

use super::provider::{dynamic, undynamic};
use super::unknown_paths;

/// The identity schema of one resource type.
#[derive(Clone, Debug)]
pub(crate) struct IdentitySchema {
    pub(crate) version: i64,
    /// Whether each attribute is required for an import.
    pub(crate) required: BTreeMap<String, bool>,
    pub(crate) ty: Type,
}

impl IdentitySchema {
    /// Reads a schema; what core would refuse to load is an error
    /// (`internal/schemarepo/loadschemas/plugins.go`).
    pub(crate) fn read(schema: &pb::ResourceIdentitySchema) -> Result<Self, String> {
        if schema.version < 0 {
            return Err(format!("version {}", schema.version));
        }
        let mut types = BTreeMap::new();
        let mut required = BTreeMap::new();
        for attribute in &schema.identity_attributes {
            let name = &attribute.name;
            let ty = Type::from_json_bytes(&attribute.r#type).map_err(|e| e.to_string())?;
            let primitive = |ty: &Type| matches!(ty, Type::Bool | Type::Number | Type::String);
            let fits = match &ty {
                Type::List(element) => primitive(element),
                ty => primitive(ty),
            };
            if !fits {
                return Err(format!("{name}: an identity has no attribute of {ty:?}"));
            }
            if attribute.required_for_import == attribute.optional_for_import {
                return Err(format!("{name} is either required or optional for import"));
            }
            required.insert(name.clone(), attribute.required_for_import);
            if types.insert(name.clone(), ty).is_some() {
                return Err(format!("{name} is declared twice"));
            }
        }
        if !required.values().any(|required| *required) {
            return Err("nothing is required for import".to_owned());
        }
        Ok(Self {
            version: schema.version,
            required,
            ty: Type::Object(types),
        })
    }

    /// An identity as core sends it; none for null.
    pub(crate) fn sent(&self, identity: &Value) -> Option<pb::ResourceIdentityData> {
        (!identity.is_null()).then(|| pb::ResourceIdentityData {
            identity_data: Some(dynamic(identity, &self.ty)),
        })
    }

    /// An identity as core receives it, null if there is none.
    #[track_caller]
    pub(crate) fn received(&self, data: Option<&pb::ResourceIdentityData>) -> Value {
        undynamic(data.and_then(|data| data.identity_data.as_ref()), &self.ty)
    }
}

/// The identity that comes with an object: whole where there is an object, and none where there is
/// none or where the type has none. Core would take less, the official framework does not.
#[track_caller]
pub(crate) fn identity_with(
    schema: Option<&IdentitySchema>,
    data: Option<&pb::ResourceIdentityData>,
    object: &Value,
) -> Value {
    let Some(schema) = schema else {
        assert_eq!(data, None, "an identity of a type without one");
        return Value::Null;
    };
    let identity = schema.received(data);
    assert_eq!(
        identity.is_null(),
        object.is_null(),
        "an identity goes with an object: {identity:?} with {object:?}"
    );
    assert_eq!(unknown_paths(&identity), [""; 0], "an identity is known");
    identity
}

/// The identity that a plan promises: null if it promises none.
#[track_caller]
pub(crate) fn planned_identity(
    schema: Option<&IdentitySchema>,
    data: Option<&pb::ResourceIdentityData>,
    makes_new: bool,
) -> Value {
    let Some(schema) = schema else {
        assert_eq!(data, None, "an identity of a type without one");
        return Value::Null;
    };
    let identity = schema.received(data);
    let unknown = unknown_paths(&identity);
    assert!(
        makes_new || unknown.is_empty(),
        "only a new object may have an identity that is not known: {unknown:?}"
    );
    identity
}
