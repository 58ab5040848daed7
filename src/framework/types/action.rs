//! Action types behind values.

use async_trait::async_trait;

use super::model_check::model_mistakes;
use super::typed::{Typed, or_return, read, validated};
use crate::framework::action::{Action, Progress};
use crate::framework::context::Context;
use crate::framework::diagnostic::Diagnostics;
use crate::framework::schema::Schema;
use crate::framework::value::{Type, Value};

/// An [`Action`] whose models are values.
#[async_trait]
pub(in crate::framework) trait ValueAction<S>: Send + Sync {
    fn schema(&self) -> &Schema;
    fn ty(&self) -> &Type;
    fn model_mistakes(&self) -> Vec<String>;
    async fn validate(&self, config: Value) -> Diagnostics;
    async fn plan(&self, cx: Context<S>, config: Value) -> Diagnostics;
    async fn invoke(&self, cx: Context<S>, config: Value, progress: Progress) -> Diagnostics;
}

#[async_trait]
impl<A: Action> ValueAction<A::Session> for Typed<A> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn ty(&self) -> &Type {
        &self.ty
    }

    fn model_mistakes(&self) -> Vec<String> {
        model_mistakes::<A::Config>(&self.schema)
    }

    async fn validate(&self, config: Value) -> Diagnostics {
        validated!(self, config)
    }

    async fn plan(&self, cx: Context<A::Session>, config: Value) -> Diagnostics {
        let config = or_return!(read(config), Diagnostics::from);
        self.of.plan(cx, config).await
    }

    async fn invoke(
        &self,
        cx: Context<A::Session>,
        config: Value,
        progress: Progress,
    ) -> Diagnostics {
        let config = or_return!(read(config), Diagnostics::from);
        self.of.invoke(cx, config, progress).await
    }
}
