//! The configuration that an operation is given. Each goes through here, so that none acts on one
//! that breaks its schema: what was unknown when it was validated may have turned out to be null,
//! a fraction, or a value where only the provider sets one.

use super::dynamic;
use crate::framework::diagnostic::Diagnostics;
use crate::framework::schema::Schema;
use crate::framework::value::{Type, Value};
use crate::proto::tfplugin6 as pb;

/// Reads the configuration of the type `name`, of which parts may be unknown.
pub(super) fn read(
    sent: Option<&pb::DynamicValue>,
    schema: &Schema,
    ty: &Type,
    name: &str,
) -> Result<Value, Diagnostics> {
    let config = dynamic::decode(sent, ty, &what(name))?;
    unless(schema.breaches(&config), config)
}

/// Reads that of the managed resource `name`, as a plan or an apply is given it.
pub(super) fn read_managed(
    sent: Option<&pb::DynamicValue>,
    schema: &Schema,
    ty: &Type,
    name: &str,
) -> Result<Value, Diagnostics> {
    let config = dynamic::decode(sent, ty, &what(name))?;
    unless(schema.breaches_of_merged(&config), config)
}

fn unless(breaches: Diagnostics, config: Value) -> Result<Value, Diagnostics> {
    if breaches.is_empty() {
        Ok(config)
    } else {
        Err(breaches)
    }
}

/// Reads one that is to be acted upon, so that all of it has to be known.
pub(super) fn read_known(
    sent: Option<&pb::DynamicValue>,
    schema: &Schema,
    ty: &Type,
    name: &str,
) -> Result<Value, Diagnostics> {
    let config = read(sent, schema, ty, name)?;
    dynamic::known(config, &what(name)).map_err(Diagnostics::from)
}

fn what(name: &str) -> String {
    format!("the configuration of {name}")
}
