//! Data that a provider keeps beside the state of an instance, unseen by users.

/// Opaque bytes that travel with an instance: read, plan, apply, state. Core stores what each
/// response carries, so what is not echoed is lost (plugin protocol, "Deferral, private state").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Private(pub Vec<u8>);
