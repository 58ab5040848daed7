//! Data sources.

use std::sync::Arc;

use super::rpc::Answer;
use super::{Inner, configured, dynamic};
use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::plan;
use crate::framework::provider::Provider;
use crate::framework::types::ValueDataSource;
use crate::framework::value::Value;
use crate::proto::tfplugin6 as pb;

impl<P: Provider> Inner<P> {
    fn data_source(&self, name: &str) -> Result<&Arc<dyn ValueDataSource<P::Session>>, Diagnostic> {
        self.types
            .data_sources
            .get(name)
            .ok_or_else(|| super::unknown_type("data source", name, &self.types.data_sources))
    }

    pub(super) async fn validate_data_source(
        &self,
        request: pb::validate_data_resource_config::Request,
    ) -> pb::validate_data_resource_config::Response {
        let checked = async {
            let name = &request.type_name;
            let data_source = self.data_source(name)?;
            let what = format!("the configuration of {name}");
            let config = dynamic::decode(request.config.as_ref(), data_source.ty(), &what)?;
            Ok::<_, Diagnostic>(data_source.validate(config).await)
        };
        Answer::failed(checked.await.unwrap_or_else(Diagnostics::from))
    }

    pub(super) async fn read_data_source(
        &self,
        request: pb::read_data_source::Request,
    ) -> pb::read_data_source::Response {
        let read = async {
            let name = &request.type_name;
            let data_source = self.data_source(name)?;
            let (schema, ty) = (data_source.schema(), data_source.ty());
            let config = configured::read(request.config.as_ref(), schema, ty, name)?;
            let what = format!("the result of {name}");
            if let Some(deferred) = self.deferral(request.client_capabilities.as_ref()) {
                // The arguments, and results that nobody knows yet.
                let unknown = plan::plan(schema, &config, &Value::Null, config.clone())?.planned;
                return Ok(pb::read_data_source::Response {
                    state: Some(dynamic::encode(&unknown, ty, &what)?),
                    diagnostics: Vec::new(),
                    deferred: Some(deferred),
                });
            }
            let arguments = config.clone();
            let found = data_source.read(self.context()?, config).await;
            let spelled = |state| plan::keep_spelling(schema, state, &arguments);
            let state = found
                .state
                .map(|state| dynamic::encode(&spelled(state), ty, &what));
            let state = state.transpose()?;
            Ok::<_, Diagnostics>(pb::read_data_source::Response {
                state,
                diagnostics: found.diagnostics.to_proto(),
                deferred: None,
            })
        };
        read.await.unwrap_or_else(Answer::failed)
    }
}
