//! Identities in answers, and `UpgradeResourceIdentity`.

use super::rpc::Answer;
use super::{Inner, dynamic, unsupported};
use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::provider::Provider;
use crate::framework::value::{Type, Value, json};
use crate::proto::tfplugin6 as pb;

impl<P: Provider> Inner<P> {
    /// The identity of an object of the type `name` in `state`; none for types without identity.
    pub(super) fn identity_of(
        &self,
        name: &str,
        state: &Value,
    ) -> Result<Option<pb::ResourceIdentityData>, Diagnostics> {
        let Some(of) = self.types.identities.get(name) else {
            return Ok(None);
        };
        if state.is_null() {
            return Ok(None);
        }
        let identity = of.identity(state.clone())?;
        Ok(Some(encode(&identity, of.ty(), name)?))
    }

    /// The identity that a plan comes to; none where that is not known yet. The prior one would be
    /// a promise that the apply may not keep.
    pub(super) fn planned_identity(
        &self,
        name: &str,
        planned: &Value,
    ) -> Result<Option<pb::ResourceIdentityData>, Diagnostics> {
        let Some(of) = self.types.identities.get(name) else {
            return Ok(None);
        };
        let identity = of.planned(planned.clone())?;
        let encoded = identity.map(|identity| encode(&identity, of.ty(), name));
        Ok(encoded.transpose()?)
    }

    pub(super) fn upgrade_identity(
        &self,
        request: pb::upgrade_resource_identity::Request,
    ) -> pb::upgrade_resource_identity::Response {
        let name = &request.type_name;
        let Some(of) = self.types.identities.get(name.as_str()) else {
            return unsupported::answer("resource identity", name);
        };
        let upgrade = || {
            let what = format!("the identity of {name}");
            let raw = request.raw_identity.unwrap_or_default().json;
            let value = if request.version == of.schema().version {
                json::decode(&raw, of.ty()).map_err(|error| dynamic::malformed(&what, &error))?
            } else {
                let json = serde_json::from_slice(&raw).map_err(|error| {
                    Diagnostic::error(format!("{what} is not JSON"), error.to_string())
                })?;
                let value = of.upgrade(request.version, json)?;
                value
                    .conform(of.ty())
                    .map_err(|error| dynamic::malformed(&what, &error))?
            };
            Ok::<_, Diagnostics>(encode(&value, of.ty(), name)?)
        };
        match upgrade() {
            Ok(identity) => pb::upgrade_resource_identity::Response {
                upgraded_identity: Some(identity),
                diagnostics: Vec::new(),
            },
            Err(diagnostics) => Answer::failed(diagnostics),
        }
    }
}

fn encode(identity: &Value, ty: &Type, name: &str) -> Result<pb::ResourceIdentityData, Diagnostic> {
    let data = dynamic::encode(identity, ty, &format!("the identity of {name}"))?;
    Ok(pb::ResourceIdentityData {
        identity_data: Some(data),
    })
}
