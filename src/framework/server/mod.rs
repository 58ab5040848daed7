//! The `tfplugin6.Provider` service: decodes requests, drives the provider's types, encodes what
//! they say. One file per group of rpcs; `service` hands each rpc to its file.

mod action;
mod apply;
mod configuration;
mod configured;
mod connections;
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
use tonic::Request;

use self::connections::Connections;
pub use self::connections::Identify;
use crate::framework::diagnostic::Diagnostic;
use crate::framework::provider::Provider;
use crate::framework::schema::Schema;
use crate::framework::types::Types;
use crate::framework::value::Type;
use crate::proto::tfplugin6::provider_server::ProviderServer;

/// Messages of up to this size are taken, as by the Go implementation.
pub const MAX_MESSAGE_BYTES: usize = 256 << 20;

/// The gRPC service of one provider.
pub struct Server<P: Provider>(Connections<P>);

/// The provider as one connection has configured it.
pub(super) struct Inner<P: Provider> {
    provider: Arc<P>,
    /// The provider's address, such as `registry.terraform.io/wxopen/cloudbase`, for the log.
    address: &'static str,
    schema: Arc<Schema>,
    config_type: Arc<Type>,
    types: Arc<Types<P::Session>>,
    session: session::SessionSlot<P::Session>,
}

impl<P: Provider> Inner<P> {
    /// The same provider, not configured yet.
    fn unconfigured(&self, ending: CancellationToken) -> Self {
        Self {
            provider: Arc::clone(&self.provider),
            address: self.address,
            schema: Arc::clone(&self.schema),
            config_type: Arc::clone(&self.config_type),
            types: Arc::clone(&self.types),
            session: session::SessionSlot::ending_with(ending),
        }
    }
}

impl<P: Provider> Server<P> {
    /// A service for `provider`, which is known to Terraform as `address`.
    pub fn new(provider: P, address: &'static str) -> Self {
        let schema = provider.schema();
        Self(Connections::new(Inner {
            config_type: Arc::new(schema.ty()),
            schema: Arc::new(schema),
            types: Arc::new(provider.types()),
            provider: Arc::new(provider),
            address,
            session: session::SessionSlot::default(),
        }))
    }

    /// Ends work in flight when `ending` is cancelled, as the process is about to end.
    #[must_use]
    pub fn ending_with(self, ending: CancellationToken) -> Self {
        Self(self.0.ending_with(ending))
    }

    /// Gives each connection a configuration of its own, told apart by what `identify` finds in the
    /// extensions of a request. Without that there is one for all.
    #[must_use]
    pub fn by_connection(self, identify: Identify) -> Self {
        Self(self.0.by(identify))
    }

    /// The service, ready to be added to a gRPC server.
    pub fn into_service(self) -> ProviderServer<Self> {
        ProviderServer::new(self)
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES)
    }

    /// The provider as the connection of `request` has configured it.
    fn of<T>(&self, request: &Request<T>) -> Arc<Inner<P>> {
        self.0.of(request.extensions())
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
