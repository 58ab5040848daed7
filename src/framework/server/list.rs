//! List resources.

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream, Stream};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use super::rpc::{self, Answer};
use super::{Inner, configured, dynamic};
use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::list::{ListRequest, Listed};
use crate::framework::plan;
use crate::framework::provider::Provider;
use crate::framework::types::{Events, ValueList};
use crate::framework::value::Value;
use crate::proto::tfplugin6 as pb;

impl<P: Provider> Inner<P> {
    fn list(&self, name: &str) -> Result<&Arc<dyn ValueList<P::Session>>, Diagnostic> {
        self.types
            .lists
            .get(name)
            .ok_or_else(|| super::unknown_type("list resource", name, &self.types.lists))
    }

    pub(super) async fn validate_list(
        &self,
        request: pb::validate_list_resource_config::Request,
    ) -> pb::validate_list_resource_config::Response {
        let checked = async {
            let name = &request.type_name;
            let list = self.list(name)?;
            let what = format!("the configuration of the list {name}");
            let config = dynamic::decode(request.config.as_ref(), list.ty(), &what)?;
            Ok::<_, Diagnostic>(list.validate(config).await)
        };
        Answer::failed(checked.await.unwrap_or_else(Diagnostics::from))
    }

    async fn find(
        &self,
        request: &pb::list_resource::Request,
        events: Events,
    ) -> Result<Diagnostics, Diagnostics> {
        let name = &request.type_name;
        let list = self.list(name)?;
        let (schema, ty) = (list.schema(), list.ty());
        let config = configured::read_known(
            request.config.as_ref(),
            schema,
            ty,
            &format!("the list {name}"),
        )?;
        let context = self.context()?;
        let _stop = context.cancel.clone().drop_guard();
        let limit = usize::try_from(request.limit)
            .ok()
            .filter(|limit| *limit > 0);
        let include_resource = request.include_resource_object;
        let request = ListRequest {
            config,
            include_resource,
            limit,
        };
        list.list(context, request, events).await;
        Ok(Diagnostics::new())
    }

    fn event(
        &self,
        name: &str,
        include_resource: bool,
        found: Result<Listed<Value>, Diagnostics>,
    ) -> pb::list_resource::Event {
        let event = || {
            let Listed {
                display_name,
                state,
                diagnostics,
            } = found?;
            let resource = self.resource(name)?;
            let state = plan::without_write_only(resource.schema(), state);
            let resource_object = include_resource
                .then(|| dynamic::encode(&state, resource.ty(), &format!("the state of {name}")))
                .transpose()?;
            Ok::<_, Diagnostics>(pb::list_resource::Event {
                identity: self.identity_of(name, &state)?,
                display_name,
                resource_object,
                diagnostic: diagnostics.to_proto(),
            })
        };
        // A panic in here would end the whole connection, as it is outside of the query's work.
        rpc::catch_panic("ListResource", event)
            .unwrap_or_else(|panic| Err(panic.into()))
            .unwrap_or_else(|diagnostics| only(&diagnostics))
    }
}

/// An event that is about no single result.
fn only(diagnostics: &Diagnostics) -> pb::list_resource::Event {
    pb::list_resource::Event {
        diagnostic: diagnostics.to_proto(),
        ..Default::default()
    }
}

impl<P: Provider> Inner<P> {
    /// The events of one query. Results beyond the limit are not asked for.
    pub(super) fn list_resource_stream(
        self: Arc<Self>,
        request: pb::list_resource::Request,
    ) -> BoxStream<'static, Result<pb::list_resource::Event, Status>> {
        let inner = self;
        let name = request.type_name.clone();
        let include_resource = request.include_resource_object;
        let limit = usize::try_from(request.limit)
            .ok()
            .filter(|limit| *limit > 0);
        let (sender, found) = mpsc::channel(1);
        let work = {
            let inner = Arc::clone(&inner);
            async move {
                let name = request.type_name.clone();
                let listed = async {
                    let diagnostics = inner.find(&request, sender).await;
                    diagnostics.unwrap_or_else(std::convert::identity)
                };
                rpc::diagnose("ListResource", inner.address, &name, listed).await
            }
        };
        let found = ReceiverStream::new(found)
            .map(move |found| inner.event(&name, include_resource, found));
        // The query itself has something to say only if it failed.
        let failed =
            |diagnostics: Diagnostics| (!diagnostics.is_empty()).then(|| only(&diagnostics));
        let events = rpc::ending_with_outcome(found, work, failed);
        match limit {
            Some(limit) => up_to(limit, events).map(Ok).boxed(),
            None => events.map(Ok).boxed(),
        }
    }
}

/// The events up to the last result that is wanted; those that only say something do not count, as
/// in core (Terraform `internal/plugin6/grpc_provider.go`, `ListResource`).
fn up_to(
    limit: usize,
    events: BoxStream<'static, pb::list_resource::Event>,
) -> impl Stream<Item = pb::list_resource::Event> + Send + 'static {
    stream::unfold((events, limit), |(mut events, left)| async move {
        if left == 0 {
            return None;
        }
        let event = events.next().await?;
        let left = left - usize::from(event.identity.is_some());
        Some((event, (events, left)))
    })
}
