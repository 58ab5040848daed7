//! The `tfplugin6.Provider` service: decodes requests, drives the provider's types, encodes what
//! they say. One file per group of rpcs; `service` hands each rpc to its file.

mod action;
mod apply;
mod configuration;
mod configured;
mod data_source;
mod deferral;
mod dynamic;
mod ephemeral;
mod function;
mod generate_config;
mod identity;
mod import;
mod list;
mod move_state;
mod planning;
mod resource_state;
mod rpc;
mod schemas;
mod service;
mod session;
mod unsupported;

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::framework::diagnostic::Diagnostic;
use crate::framework::provider::Provider;
use crate::framework::schema::Schema;
use crate::framework::types::Types;
use crate::framework::value::Type;
use crate::proto::tfplugin6::provider_server::ProviderServer;

/// Messages of up to this size are taken, as by the Go implementation.
pub const MAX_MESSAGE_BYTES: usize = 256 << 20;

/// The gRPC service of one provider.
pub struct Server<P: Provider>(Arc<Inner<P>>);

pub(super) struct Inner<P: Provider> {
    provider: P,
    /// The provider's address, such as `registry.terraform.io/wxopen/cloudbase`, for the log.
    address: &'static str,
    schema: Schema,
    config_type: Type,
    types: Types<P::Session>,
    session: session::SessionSlot<P::Session>,
}

impl<P: Provider> Server<P> {
    /// A service for `provider`, which is known to Terraform as `address`.
    pub fn new(provider: P, address: &'static str) -> Self {
        let schema = provider.schema();
        let types = provider.types();
        Self(Arc::new(Inner {
            config_type: schema.ty(),
            schema,
            types,
            provider,
            address,
            session: session::SessionSlot::default(),
        }))
    }

    /// Ends work in flight when `ending` is cancelled, as the process is about to end.
    #[must_use]
    pub fn ending_with(self, ending: CancellationToken) -> Self {
        self.0.session.end_with(ending);
        self
    }

    /// The service, ready to be added to a gRPC server.
    pub fn into_service(self) -> ProviderServer<Self> {
        ProviderServer::new(self)
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES)
    }
}

/// The error for a type that the provider does not have.
fn unknown_type<T: ?Sized>(
    kind: &str,
    name: &str,
    known: &BTreeMap<&'static str, Arc<T>>,
) -> Diagnostic {
    let known: Vec<_> = known.keys().copied().collect();
    let detail = if known.is_empty() {
        "It has none of that kind.".to_owned()
    } else {
        format!("It has: {}.", known.join(", "))
    };
    Diagnostic::error(format!("the provider has no {kind} `{name}`"), detail)
}
