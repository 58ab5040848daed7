//! An action that says how far it is.

use async_trait::async_trait;
use cloudbase::framework::action::{Action, Progress};
use cloudbase::framework::schema::{Attribute, Schema};
use cloudbase::framework::{Attr, AttributePath, Context, Diagnostic, Diagnostics};
use serde::Deserialize;

use crate::store::Store;

/// Notes that a thing was touched.
pub(crate) struct Touch;

/// Its configuration.
#[derive(Debug, Deserialize)]
pub(crate) struct Config {
    name: Attr<String>,
    times: Attr<u32>,
}

#[async_trait]
impl Action for Touch {
    type Session = Store;
    type Config = Config;

    fn type_name(&self) -> &'static str {
        "corner_touch"
    }

    fn schema(&self) -> Schema {
        Schema::new(
            "Touches a thing.",
            vec![
                Attribute::string("name", "What to touch.").required(),
                Attribute::integer("times", "How often."),
            ],
        )
    }

    async fn plan(&self, _: Context<Store>, config: Config) -> Diagnostics {
        match config.times {
            Attr::Known(0) => Diagnostic::error("nothing to do", "Touch it at least once.")
                .at(AttributePath::root("times"))
                .into(),
            _ => Diagnostics::new(),
        }
    }

    async fn invoke(&self, cx: Context<Store>, config: Config, progress: Progress) -> Diagnostics {
        let name = config.name.into_known().unwrap_or_default();
        for time in 1..=config.times.into_known().unwrap_or(1) {
            cx.session.note(format!("touch {name}"));
            progress.say(format!("{name}, time {time}")).await;
        }
        Diagnostic::warning(format!("{name} was touched"), "As configured.").into()
    }
}
