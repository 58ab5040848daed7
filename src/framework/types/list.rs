//! List resource types behind values.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::mpsc;

use super::model_check::model_mistakes;
use super::typed::{Typed, read, validated};
use crate::framework::context::Context;
use crate::framework::diagnostic::Diagnostics;
use crate::framework::list::{ListRequest, ListResource, Listed, Results, SessionOf};
use crate::framework::schema::Schema;
use crate::framework::value::{Type, Value};

/// Where results go; an `Err` is about no single one.
pub(in crate::framework) type Events = mpsc::Sender<Result<Listed<Value>, Diagnostics>>;

/// A [`ListResource`] whose models are values.
#[async_trait]
pub(in crate::framework) trait ValueList<S>: Send + Sync {
    fn schema(&self) -> &Schema;
    fn ty(&self) -> &Type;
    fn model_mistakes(&self) -> Vec<String>;
    async fn validate(&self, config: Value) -> Diagnostics;
    async fn list(&self, cx: Context<S>, request: ListRequest<Value>, events: Events);
}

/// A list resource type, and the resource type it finds.
pub(super) struct TypedList<L: ListResource> {
    list: Typed<L>,
    resource: Arc<Typed<L::Resource>>,
}

impl<L: ListResource> TypedList<L> {
    pub(super) fn new(list: L, resource: Arc<Typed<L::Resource>>) -> Self {
        Self {
            resource,
            list: Typed::new(list.schema(), list),
        }
    }
}

#[async_trait]
impl<L: ListResource> ValueList<SessionOf<L>> for TypedList<L> {
    fn schema(&self) -> &Schema {
        &self.list.schema
    }

    fn ty(&self) -> &Type {
        &self.list.ty
    }

    fn model_mistakes(&self) -> Vec<String> {
        model_mistakes::<L::Config>(&self.list.schema)
    }

    async fn validate(&self, config: Value) -> Diagnostics {
        validated!(self.list, config)
    }

    async fn list(&self, cx: Context<SessionOf<L>>, request: ListRequest<Value>, events: Events) {
        let ListRequest {
            config,
            include_resource,
            limit,
        } = request;
        let config = match read(config) {
            Ok(config) => config,
            Err(diagnostics) => {
                events.send(Err(diagnostics)).await.ok();
                return;
            }
        };
        let (sender, mut found) = mpsc::channel(1);
        let request = ListRequest {
            config,
            include_resource,
            limit,
        };
        let listing = self.list.of.list(cx, request, Results::new(sender));
        let forwarding = async {
            while let Some(result) = found.recv().await {
                let event = result.and_then(|listed| {
                    let Listed {
                        display_name,
                        state,
                        diagnostics,
                    } = listed;
                    let state = self.resource.write(&state)?;
                    Ok(Listed {
                        display_name,
                        state,
                        diagnostics,
                    })
                });
                if events.send(event).await.is_err() {
                    // Closing the channel tells the type that there is enough.
                    break;
                }
            }
            drop(found);
        };
        tokio::join!(listing, forwarding);
    }
}
