//! `ApplyResourceChange`.

use super::{Inner, configured, dynamic};
use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::plan;
use crate::framework::private::Private;
use crate::framework::provider::Provider;
use crate::framework::resource::{Applied, CreateRequest, StateRequest, UpdateRequest};
use crate::framework::value::Value;
use crate::proto::tfplugin6 as pb;

/// What the apply does, by which of prior and planned state are there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Create,
    Delete,
    Update,
}

impl<P: Provider> Inner<P> {
    pub(super) async fn apply_resource(
        &self,
        request: pb::apply_resource_change::Request,
    ) -> pb::apply_resource_change::Response {
        let prior_state = request.prior_state.clone();
        let private = request.planned_private.clone();
        let identity = request.planned_identity.clone();
        match self.try_apply(request).await {
            Ok(response) => response,
            // Whatever went wrong, what was there before is still there, private data included:
            // core would otherwise drop the latter.
            Err(diagnostics) => pb::apply_resource_change::Response {
                new_state: prior_state,
                private,
                new_identity: identity,
                diagnostics: diagnostics.to_proto(),
                legacy_type_system: false,
            },
        }
    }

    async fn try_apply(
        &self,
        request: pb::apply_resource_change::Request,
    ) -> Result<pb::apply_resource_change::Response, Diagnostics> {
        let name = &request.type_name;
        let resource = self.resource(name)?;
        let ty = resource.ty();
        let decode = |value: Option<&pb::DynamicValue>, what: &str| {
            dynamic::decode(value, ty, &format!("the {what} of {name}"))
        };
        let config =
            configured::read_managed(request.config.as_ref(), resource.schema(), ty, name)?;
        let prior = decode(request.prior_state.as_ref(), "prior state")?;
        let planned = decode(request.planned_state.as_ref(), "planned state")?;
        let expected = planned.clone();
        let private = Private(request.planned_private.clone());
        let kind = match (prior.is_null(), planned.is_null()) {
            (true, _) => Kind::Create,
            (false, true) => Kind::Delete,
            (false, false) => Kind::Update,
        };
        let context = match kind {
            Kind::Create | Kind::Update => self.context_of_change()?,
            // After an interrupt, `terraform test` destroys what it has made.
            Kind::Delete => self.context()?,
        };
        let applied = match kind {
            Kind::Create => {
                resource
                    .create(
                        context,
                        CreateRequest {
                            config,
                            planned,
                            private,
                        },
                    )
                    .await
            }
            Kind::Delete => {
                resource
                    .delete(
                        context,
                        StateRequest {
                            state: prior.clone(),
                            private,
                        },
                    )
                    .await
            }
            Kind::Update => {
                let prior = prior.clone();
                resource
                    .update(
                        context,
                        UpdateRequest {
                            prior,
                            config,
                            planned,
                            private,
                        },
                    )
                    .await
            }
        };

        let Applied {
            state,
            private,
            diagnostics,
        } = complete(kind, applied, name);
        let mut diagnostics = diagnostics;
        // Without a state an error means that nothing has changed.
        let state = match state {
            Some(state) => {
                let state = plan::without_write_only(resource.schema(), state);
                plan::keep_spelling(resource.schema(), state, &expected)
            }
            None if diagnostics.has_error() => prior,
            None => Value::Null,
        };
        let new_state = dynamic::encode(&state, ty, &format!("the new state of {name}"))?;
        // Whatever is wrong with its identity, the object is there.
        let before = request.planned_identity.as_ref();
        let new_identity = self.identity_of(name, &state).unwrap_or_else(|errors| {
            diagnostics.extend(errors);
            None
        });
        if kind == Kind::Update
            && let Err(errors) = self.refuse_change(name, before, new_identity.as_ref())
        {
            diagnostics.extend(errors);
        }
        Ok(pb::apply_resource_change::Response {
            new_state: Some(new_state),
            private: private.map_or(request.planned_private, |private| private.0),
            new_identity,
            diagnostics: diagnostics.to_proto(),
            legacy_type_system: false,
        })
    }
}

/// Adds the error that a resource type forgot: no state after a create or update, a state after
/// a delete, or unknown values.
fn complete(kind: Kind, applied: Applied<Value>, name: &str) -> Applied<Value> {
    let mut applied = applied;
    if !applied.diagnostics.has_error() {
        let mistake = match (kind, &applied.state) {
            (Kind::Create | Kind::Update, None) => Some("no state after it was applied"),
            (Kind::Delete, Some(_)) => Some("a state after it was deleted"),
            (_, Some(state)) if !state.is_wholly_known() => {
                Some("unknown values after it was applied")
            }
            _ => None,
        };
        if let Some(mistake) = mistake {
            applied.diagnostics.push(Diagnostic::error(
                format!("{name} has {mistake}"),
                "This is a mistake in the provider. Please report it.",
            ));
        }
    }
    applied
}
