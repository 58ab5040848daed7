//! Listing things.

use async_trait::async_trait;
use cloudbase::framework::list::{ListRequest, ListResource, Listed, Results};
use cloudbase::framework::schema::{Attribute, Schema};
use cloudbase::framework::{Attr, Context, Diagnostic, Diagnostics, Value};
use serde::Deserialize;

use crate::store::Store;
use crate::stored::Stored;

/// Finds things.
pub(crate) struct Things;

/// The `config` block.
#[derive(Debug, Deserialize)]
pub(crate) struct Config {
    prefix: Attr<String>,
}

#[async_trait]
impl ListResource for Things {
    type Resource = Stored;
    type Config = Config;

    fn schema(&self) -> Schema {
        let prefix = Attribute::string("prefix", "What names begin with.");
        Schema::new("Things.", vec![prefix])
    }

    async fn list(
        &self,
        cx: Context<Store>,
        request: ListRequest<Config>,
        results: Results<Value>,
    ) {
        let prefix = request.config.prefix.into_known().unwrap_or_default();
        for object in cx.session.all(Stored::THING.name) {
            let state = Stored::THING.value(&object);
            let name = state
                .attribute("name")
                .as_str()
                .unwrap_or_default()
                .to_owned();
            if !name.starts_with(&prefix) {
                continue;
            }
            let listed = Listed {
                display_name: name,
                state,
                diagnostics: Diagnostics::new(),
            };
            cx.session.note("listed one");
            if results.found(listed).await.is_err() {
                return;
            }
        }
        if prefix == "warn" {
            let warning = Diagnostic::warning("nothing begins like that", "It seldom does.");
            results.say(warning.into()).await.ok();
        }
    }
}
