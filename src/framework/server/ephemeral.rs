//! Ephemeral resources.

use std::sync::Arc;

use super::rpc::Answer;
use super::{Inner, configured, dynamic};
use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::ephemeral::{Opened, Renewed};
use crate::framework::plan;
use crate::framework::private::Private;
use crate::framework::provider::Provider;
use crate::framework::types::ValueEphemeral;
use crate::proto::tfplugin6 as pb;

impl<P: Provider> Inner<P> {
    fn ephemeral(&self, name: &str) -> Result<&Arc<dyn ValueEphemeral<P::Session>>, Diagnostic> {
        self.types
            .ephemerals
            .get(name)
            .ok_or_else(|| super::unknown_type("ephemeral resource", name, &self.types.ephemerals))
    }

    pub(super) async fn validate_ephemeral(
        &self,
        request: pb::validate_ephemeral_resource_config::Request,
    ) -> pb::validate_ephemeral_resource_config::Response {
        let checked = async {
            let name = &request.type_name;
            let ephemeral = self.ephemeral(name)?;
            let what = format!("the configuration of {name}");
            let config = dynamic::decode(request.config.as_ref(), ephemeral.ty(), &what)?;
            Ok::<_, Diagnostic>(ephemeral.validate(config).await)
        };
        Answer::failed(checked.await.unwrap_or_else(Diagnostics::from))
    }

    pub(super) async fn open_ephemeral(
        &self,
        request: pb::open_ephemeral_resource::Request,
    ) -> pb::open_ephemeral_resource::Response {
        let open = async {
            let name = &request.type_name;
            let ephemeral = self.ephemeral(name)?;
            let (schema, ty) = (ephemeral.schema(), ephemeral.ty());
            let config = configured::read_known(request.config.as_ref(), schema, ty, name)?;
            let Opened {
                result,
                renew_at,
                private,
                diagnostics,
            } = ephemeral.open(self.context()?, config.clone()).await;
            let result = result
                .map(|result| {
                    let result = plan::keep_spelling(schema, result, &config);
                    dynamic::encode(&result, ty, &format!("the result of {name}"))
                })
                .transpose()?;
            Ok::<_, Diagnostics>(pb::open_ephemeral_resource::Response {
                diagnostics: diagnostics.to_proto(),
                renew_at: renew_at.map(Into::into),
                result,
                private: Some(private.0),
                deferred: None,
            })
        };
        open.await.unwrap_or_else(Answer::failed)
    }

    pub(super) async fn renew_ephemeral(
        &self,
        request: pb::renew_ephemeral_resource::Request,
    ) -> pb::renew_ephemeral_resource::Response {
        let renew = async {
            let ephemeral = self.ephemeral(&request.type_name)?;
            let private = Private(request.private.unwrap_or_default());
            let Renewed {
                renew_at,
                private,
                diagnostics,
            } = ephemeral.renew(self.context()?, private).await;
            Ok::<_, Diagnostic>(pb::renew_ephemeral_resource::Response {
                diagnostics: diagnostics.to_proto(),
                renew_at: renew_at.map(Into::into),
                private: Some(private.0),
            })
        };
        renew
            .await
            .unwrap_or_else(|error| Answer::failed(error.into()))
    }

    pub(super) async fn close_ephemeral(
        &self,
        request: pb::close_ephemeral_resource::Request,
    ) -> pb::close_ephemeral_resource::Response {
        let close = async {
            let ephemeral = self.ephemeral(&request.type_name)?;
            let private = Private(request.private.unwrap_or_default());
            Ok::<_, Diagnostic>(ephemeral.close(self.context()?, private).await)
        };
        Answer::failed(close.await.unwrap_or_else(Diagnostics::from))
    }
}
