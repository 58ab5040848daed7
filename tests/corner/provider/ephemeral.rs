//! An ephemeral resource that is renewed for as long as it is open.

use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use cloudbase::framework::ephemeral::{EphemeralResource, Opened, Renewed};
use cloudbase::framework::schema::{Attribute, Nesting, Schema};
use cloudbase::framework::{Context, Diagnostics, Private};
use serde::{Deserialize, Serialize};

use crate::store::Store;

/// A lease on a name.
pub(crate) struct Lease;

/// Arguments and results.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Leased {
    name: String,
    renew: Option<bool>,
    token: Option<String>,
    holder: Option<Holder>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    id: i64,
}

fn soon() -> SystemTime {
    SystemTime::now() + Duration::from_millis(50)
}

#[async_trait]
impl EphemeralResource for Lease {
    type Session = Store;
    type Result = Leased;

    fn type_name(&self) -> &'static str {
        "corner_lease"
    }

    fn schema(&self) -> Schema {
        let holder = vec![Attribute::number("id", "The id.").computed()];
        Schema::new(
            "A lease.",
            vec![
                Attribute::string("name", "What is leased.").required(),
                Attribute::bool("renew", "Whether to renew it."),
                Attribute::string("token", "The token.")
                    .computed()
                    .sensitive(),
                Attribute::nested("holder", Nesting::Single, holder, "Who holds it.").computed(),
            ],
        )
    }

    async fn open(&self, cx: Context<Store>, arguments: Leased) -> Opened<Leased> {
        let name = arguments.name.clone();
        cx.session.note(format!("open {name}"));
        let renew_at = (arguments.renew == Some(true)).then(soon);
        Opened {
            renew_at,
            private: Private(format!("opened {name}").into_bytes()),
            ..Opened::result(Leased {
                token: Some(format!("token of {name}")),
                holder: Some(Holder { id: 7 }),
                ..arguments
            })
        }
    }

    async fn renew(&self, cx: Context<Store>, private: Private) -> Renewed {
        let text = String::from_utf8_lossy(&private.0).into_owned();
        cx.session.note(format!("renew {text}"));
        Renewed {
            renew_at: Some(soon()),
            private: Private(format!("renewed {text}").into_bytes()),
            diagnostics: Diagnostics::new(),
        }
    }

    async fn close(&self, cx: Context<Store>, private: Private) -> Diagnostics {
        let text = String::from_utf8_lossy(&private.0).into_owned();
        cx.session.note(format!("close {text}"));
        Diagnostics::new()
    }
}
