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
        let session = self.configured_session();
        let identity = of.identity(session.as_deref(), state.clone())?;
        Ok(Some(encode(&identity, of.ty(), name)?))
    }

    /// The identity of an object in `state` that had the identity `before`, which for some types
    /// may not change. `before` is null or not wholly known where there was none.
    pub(super) fn identity_after(
        &self,
        name: &str,
        state: &Value,
        before: Option<&pb::ResourceIdentityData>,
    ) -> Result<Option<pb::ResourceIdentityData>, Diagnostics> {
        let after = self.identity_of(name, state)?;
        self.refuse_change(name, before, after.as_ref())?;
        Ok(after)
    }

    /// An error if the identity of an object has changed that may not change.
    pub(super) fn refuse_change(
        &self,
        name: &str,
        before: Option<&pb::ResourceIdentityData>,
        after: Option<&pb::ResourceIdentityData>,
    ) -> Result<(), Diagnostics> {
        let (Some(of), Some(before), Some(after)) =
            (self.types.identities.get(name), before, after)
        else {
            return Ok(());
        };
        let what = format!("the identity of {name}");
        let before = dynamic::decode(before.identity_data.as_ref(), of.ty(), &what)?;
        let after = dynamic::decode(after.identity_data.as_ref(), of.ty(), &what)?;
        let is_complete = |identity: &Value| {
            identity.is_wholly_known()
                && identity
                    .as_object()
                    .is_some_and(|attributes| attributes.values().all(|value| !value.is_null()))
        };
        if of.may_change() || !is_complete(&before) || !is_complete(&after) || before == after {
            return Ok(());
        }
        Err(Diagnostic::error(
            format!("the identity of {name} has changed"),
            "An object of this type keeps its identity for as long as it exists. This is a \
             mistake in the provider. Please report it.",
        )
        .into())
    }

    /// The identity that a plan comes to. Where that is not known yet there is none for a type
    /// whose identity may change: the prior one would be a promise that the apply may not keep.
    pub(super) fn planned_identity(
        &self,
        name: &str,
        planned: &Value,
        prior_state: &Value,
        prior: Option<&pb::ResourceIdentityData>,
    ) -> Result<Option<pb::ResourceIdentityData>, Diagnostics> {
        let Some(of) = self.types.identities.get(name) else {
            return Ok(None);
        };
        let prior_state = Some(prior_state.clone()).filter(|state| !state.is_null());
        match of.planned(planned.clone(), prior_state)? {
            Some(identity) => {
                let identity = Some(encode(&identity, of.ty(), name)?);
                self.refuse_change(name, prior, identity.as_ref())?;
                Ok(identity)
            }
            None if of.may_change() => Ok(None),
            None => Ok(prior.cloned()),
        }
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
