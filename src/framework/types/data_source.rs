//! Data source types behind values.

use async_trait::async_trait;

use super::model_check::model_mistakes;
use super::typed::{Typed, or_return, read};
use crate::framework::context::Context;
use crate::framework::data_source::{DataSource, Found};
use crate::framework::diagnostic::Diagnostics;
use crate::framework::schema::Schema;
use crate::framework::value::{Type, Value};

/// A [`DataSource`] whose models are values.
#[async_trait]
pub(in crate::framework) trait ValueDataSource<S>: Send + Sync {
    fn schema(&self) -> &Schema;
    fn ty(&self) -> &Type;
    fn model_mistakes(&self) -> Vec<String>;
    async fn validate(&self, config: Value) -> Diagnostics;
    async fn read(&self, cx: Context<S>, config: Value) -> Found<Value>;
}

#[async_trait]
impl<D: DataSource> ValueDataSource<D::Session> for Typed<D> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn ty(&self) -> &Type {
        &self.ty
    }

    fn model_mistakes(&self) -> Vec<String> {
        model_mistakes::<D::State>(&self.schema)
    }

    async fn validate(&self, config: Value) -> Diagnostics {
        let mut diagnostics = self.schema.validate(&config);
        diagnostics.extend(self.of.validate(&config).await);
        diagnostics
    }

    async fn read(&self, cx: Context<D::Session>, config: Value) -> Found<Value> {
        let config = or_return!(read(config), Found::failed);
        let Found {
            state,
            mut diagnostics,
        } = self.of.read(cx, config).await;
        let state = self.write_or_report(state, &mut diagnostics);
        Found { state, diagnostics }
    }
}
