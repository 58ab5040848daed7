//! Actions.

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use super::rpc::{self, Answer};
use super::{Inner, configured, dynamic};
use crate::framework::action::Progress;
use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::provider::Provider;
use crate::framework::types::ValueAction;
use crate::proto::tfplugin6 as pb;

/// Progress lines that may wait for the caller to take them.
const PENDING_LINES: usize = 16;

impl<P: Provider> Inner<P> {
    fn action(&self, name: &str) -> Result<&Arc<dyn ValueAction<P::Session>>, Diagnostic> {
        self.types
            .actions
            .get(name)
            .ok_or_else(|| super::unknown_type("action", name, &self.types.actions))
    }

    pub(super) async fn validate_action(
        &self,
        request: pb::validate_action_config::Request,
    ) -> pb::validate_action_config::Response {
        let checked = async {
            let name = &request.type_name;
            let action = self.action(name)?;
            let what = format!("the configuration of {name}");
            let config = dynamic::decode(request.config.as_ref(), action.ty(), &what)?;
            Ok::<_, Diagnostic>(action.validate(config).await)
        };
        Answer::failed(checked.await.unwrap_or_else(Diagnostics::from))
    }

    pub(super) async fn plan_action(
        &self,
        request: pb::plan_action::Request,
    ) -> pb::plan_action::Response {
        let plan = async {
            let name = &request.action_type;
            let action = self.action(name)?;
            let (schema, ty) = (action.schema(), action.ty());
            let config = configured::read(request.config.as_ref(), schema, ty, name)?;
            if let Some(deferred) = self.deferral(request.client_capabilities.as_ref()) {
                return Ok(pb::plan_action::Response {
                    deferred: Some(deferred),
                    ..Default::default()
                });
            }
            let diagnostics = action.plan(self.context()?, config).await;
            Ok::<_, Diagnostics>(Answer::failed(diagnostics))
        };
        plan.await.unwrap_or_else(Answer::failed)
    }

    async fn invoke(
        &self,
        request: &pb::invoke_action::Request,
        progress: Progress,
    ) -> Result<Diagnostics, Diagnostics> {
        let name = &request.action_type;
        let action = self.action(name)?;
        let (schema, ty) = (action.schema(), action.ty());
        let config = configured::read_known(request.config.as_ref(), schema, ty, name)?;
        let context = self.context()?;
        // A caller that goes away drops the stream, and with it this work.
        let _stop = context.cancel.clone().drop_guard();
        Ok(action.invoke(context, config, progress).await)
    }
}

impl<P: Provider> Inner<P> {
    /// The events of one invocation: its progress, and at the end that it is completed.
    pub(super) fn invoke_action_stream(
        self: Arc<Self>,
        request: pb::invoke_action::Request,
    ) -> BoxStream<'static, Result<pb::invoke_action::Event, Status>> {
        use pb::invoke_action::event::{Completed, Progress as Line, Type};
        let inner = self;
        let (sender, lines) = mpsc::channel(PENDING_LINES);
        let work = async move {
            let name = request.action_type.clone();
            let invoked = async {
                let diagnostics = inner.invoke(&request, Progress::new(sender)).await;
                diagnostics.unwrap_or_else(std::convert::identity)
            };
            rpc::diagnose("InvokeAction", inner.address, &name, invoked).await
        };
        let lines = ReceiverStream::new(lines).map(|message| Type::Progress(Line { message }));
        let completed = |diagnostics: Diagnostics| {
            Some(Type::Completed(Completed {
                diagnostics: diagnostics.to_proto(),
            }))
        };
        rpc::ending_with_outcome(lines, work, completed)
            .map(|event| {
                Ok(pb::invoke_action::Event {
                    r#type: Some(event),
                })
            })
            .boxed()
    }
}
