//! The provider, and the list of what it has.

use std::path::PathBuf;

use async_trait::async_trait;
use cloudbase::framework::provider::{ConfigureRequest, Configured, Provider};
use cloudbase::framework::schema::{Attribute, Nesting, Schema};
use cloudbase::framework::{Attr, Diagnostics, ResourceType, Types};
use serde::Deserialize;

use crate::action::Touch;
use crate::data::{Echo, Lookup};
use crate::ephemeral::Lease;
use crate::faulty::{FaultyAction, FaultyData, FaultyEphemeral, FaultyFunction, FaultyList};
use crate::functions;
use crate::idle::Idle;
use crate::list::Things;
use crate::schemas;
use crate::store::Store;
use crate::stored::Stored;
use crate::strict::{StrictAction, StrictData, StrictEphemeral, StrictList};

/// Its source address.
pub(crate) const ADDRESS: &str = "registry.terraform.io/wxopen/corner";

/// The provider.
pub(crate) struct Corner;

/// The provider block.
#[derive(Debug, Deserialize)]
pub(crate) struct Config {
    store: Attr<String>,
    panic_in: Attr<String>,
}

#[async_trait]
impl Provider for Corner {
    type Config = Config;
    type Session = Store;

    fn schema(&self) -> Schema {
        Schema::new(
            "The corner provider.",
            vec![
                Attribute::string("store", "The file in which objects live."),
                Attribute::string("token", "Only there to be unknown.").sensitive(),
                Attribute::string("panic_in", "Where to panic: `validate` or `configure`."),
                Attribute::nested("strict", Nesting::Single, schemas::strict_parts(), "Rules."),
            ],
        )
    }

    fn types(&self) -> Types<Store> {
        let mut types = Types::new();
        for stored in Stored::all() {
            let mut stored_type = ResourceType::new(stored);
            if !stored.identity.is_empty() {
                stored_type = stored_type.with_identity();
            }
            types = types.resource(match stored.name {
                name if name == Stored::THING.name => {
                    stored_type.with_move_state().with_list(Things)
                }
                name if name == Stored::FAULTY.name => {
                    stored_type.with_move_state().with_list(FaultyList)
                }
                name if name == Stored::STRICT.name => stored_type.with_list(StrictList),
                _ => stored_type,
            });
        }
        types = types
            .resource(Idle)
            .data_source(Echo)
            .data_source(Lookup)
            .data_source(FaultyData)
            .data_source(StrictData)
            .ephemeral(Lease)
            .ephemeral(FaultyEphemeral)
            .ephemeral(StrictEphemeral)
            .action(Touch)
            .action(FaultyAction)
            .action(StrictAction)
            .function(FaultyFunction);
        functions::add_to(types)
    }

    async fn validate(&self, config: Config) -> Diagnostics {
        assert_ne!(
            config.panic_in.known().map(String::as_str),
            Some("validate"),
            "planted"
        );
        Diagnostics::new()
    }

    async fn configure(&self, request: ConfigureRequest<Config>) -> Configured<Store> {
        let Config {
            store, panic_in, ..
        } = request.config;
        assert_ne!(
            panic_in.known().map(String::as_str),
            Some("configure"),
            "planted"
        );
        Configured::ready(Store::new(store.into_known().map(PathBuf::from)))
    }
}
