//! The resource `cloudbase_env_share_confirmation`: waits until the administrators have confirmed.

use async_trait::async_trait;

use super::model::{Config, State};
use super::wait;
use crate::framework::resource::{Applied, CreateRequest, Resource, StateRequest, UpdateRequest};
use crate::framework::schema::Schema;
use crate::framework::{Context, Diagnostic, Diagnostics, Incoming};
use crate::provider::asked::Asked;
use crate::provider::env_share::id::ShareId;
use crate::provider::outcomes::Outcomes;
use crate::provider::{Session, attributes, deadline, not_known, timeouts, validators};
use crate::wechat::{Class, Freshness};

/// The resource type.
#[derive(Clone, Copy, Debug)]
pub(in crate::provider) struct EnvShareConfirmation;

#[async_trait]
impl Resource for EnvShareConfirmation {
    type Config = Config;
    type Session = Session;
    type State = State;

    fn type_name(&self) -> &'static str {
        "cloudbase_env_share_confirmation"
    }

    fn schema(&self) -> Schema {
        Schema::new(
            "Waits until the administrators of mini programs have confirmed the share of an \
             environment, for other resources to depend on. It changes nothing: after a timeout, \
             apply again to continue waiting; destroying it only removes it from state.",
            vec![
                attributes::env().requires_replace(),
                attributes::appids(
                    "Appids of the mini programs to wait for, at least one.",
                    "List at least one appid.",
                )
                .requires_replace(),
                attributes::source_type_of_resource().requires_replace(),
                timeouts::attribute(
                    &[(
                        "create",
                        "How long to wait for the administrators; 30 minutes by default.",
                    )],
                    validators::duration,
                ),
            ],
        )
    }

    async fn create(
        &self,
        context: Context<Session>,
        request: CreateRequest<Config>,
    ) -> Applied<State> {
        match request.planned.known() {
            Ok(state) => wait::until_confirmed(&context, state).await,
            Err(error) => Applied::failed(not_known::diagnostic(&error)),
        }
    }

    /// A mini program that is not bound any more makes the confirmation gone, so that it is waited
    /// for again.
    async fn read(
        &self,
        context: Context<Session>,
        request: StateRequest<State>,
    ) -> Applied<State> {
        let state = request.state;
        let operation = deadline::by_size(&context, deadline::READ, state.appids.len());
        let found = context
            .session
            .client
            .query(
                &operation,
                &state.appids,
                state.source_type,
                Freshness::Cached,
            )
            .await;
        let Outcomes {
            done,
            mut refused,
            mut failed,
        } = found.into_iter().collect();
        // A token that is not known until apply is no reason to stop a plan.
        refused.extend(failed.take(|_, error| error.class() == Class::TokenUnknown));
        let asked = Asked::read(format!(
            "read whether environment {} is shared with",
            state.env
        ));
        if !failed.is_empty() {
            return Applied::failed(failed.errors(&asked));
        }
        let all_bound = done.values().all(|envs| envs.contains(state.env.as_str()));
        let applied = if all_bound {
            Applied::state(state)
        } else {
            Applied::gone()
        };
        applied.with(refused.warnings(&asked))
    }

    /// Only `timeouts` can change in place, and it matters for the next wait only.
    async fn update(
        &self,
        _: Context<Session>,
        request: UpdateRequest<Config, State>,
    ) -> Applied<State> {
        match request.planned.known() {
            Ok(state) => Applied::state(state),
            Err(error) => Applied::failed(not_known::diagnostic(&error)),
        }
    }

    async fn delete(&self, _: Context<Session>, _: StateRequest<State>) -> Applied<State> {
        Applied::gone()
    }

    /// Core reads it right after, which finds out whether all are bound.
    async fn import(
        &self,
        _: Context<Session>,
        id: String,
    ) -> Result<Incoming<State>, Diagnostics> {
        match id.parse::<ShareId>() {
            Ok(id) => Ok(State::from(id).into()),
            Err(error) => Err(Diagnostic::error("invalid import id", format!("{error}.")).into()),
        }
    }
}
