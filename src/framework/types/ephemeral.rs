//! Ephemeral resource types behind values.

use async_trait::async_trait;

use super::model_check::model_mistakes;
use super::typed::{Typed, or_return, read};
use crate::framework::context::Context;
use crate::framework::diagnostic::Diagnostics;
use crate::framework::ephemeral::{EphemeralResource, Opened, Renewed};
use crate::framework::private::Private;
use crate::framework::schema::Schema;
use crate::framework::value::{Type, Value};

/// An [`EphemeralResource`] whose models are values.
#[async_trait]
pub(in crate::framework) trait ValueEphemeral<S>: Send + Sync {
    fn schema(&self) -> &Schema;
    fn ty(&self) -> &Type;
    fn model_mistakes(&self) -> Vec<String>;
    async fn validate(&self, config: Value) -> Diagnostics;
    async fn open(&self, cx: Context<S>, arguments: Value) -> Opened<Value>;
    async fn renew(&self, cx: Context<S>, private: Private) -> Renewed;
    async fn close(&self, cx: Context<S>, private: Private) -> Diagnostics;
}

#[async_trait]
impl<E: EphemeralResource> ValueEphemeral<E::Session> for Typed<E> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn ty(&self) -> &Type {
        &self.ty
    }

    fn model_mistakes(&self) -> Vec<String> {
        model_mistakes::<E::Result>(&self.schema)
    }

    async fn validate(&self, config: Value) -> Diagnostics {
        let mut diagnostics = self.schema.validate(&config);
        diagnostics.extend(self.of.validate(&config).await);
        diagnostics
    }

    async fn open(&self, cx: Context<E::Session>, arguments: Value) -> Opened<Value> {
        let arguments = or_return!(read(arguments), Opened::failed);
        let Opened {
            result,
            renew_at,
            private,
            mut diagnostics,
        } = self.of.open(cx, arguments).await;
        let result = self.write_or_report(result, &mut diagnostics);
        Opened {
            result,
            renew_at,
            private,
            diagnostics,
        }
    }

    async fn renew(&self, cx: Context<E::Session>, private: Private) -> Renewed {
        self.of.renew(cx, private).await
    }

    async fn close(&self, cx: Context<E::Session>, private: Private) -> Diagnostics {
        self.of.close(cx, private).await
    }
}
