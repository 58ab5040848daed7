//! The schema of the `provider` block.

use super::environment::{AUTHORIZER_ACCESS_TOKEN, COMPONENT_ACCESS_TOKEN, ENDPOINT};
use crate::framework::schema::{Attribute, Schema};

/// The schema of the `provider` block.
pub fn schema() -> Schema {
    Schema::new(
        "Shares WeChat CloudBase environments with the mini programs of many merchants, through \
         the API of a third-party platform.",
        vec![
            Attribute::string(
                "component_access_token",
                format!(
                    "Access token of the third-party platform (`component_access_token`), for \
                     sharing, unsharing and querying. Environment variable: \
                     `{COMPONENT_ACCESS_TOKEN}`."
                ),
            )
            .sensitive(),
            Attribute::string(
                "authorizer_access_token",
                format!(
                    "Access token on behalf of one merchant (`authorizer_access_token`), for \
                     environment information. Environment variable: \
                     `{AUTHORIZER_ACCESS_TOKEN}`."
                ),
            )
            .sensitive(),
            Attribute::string(
                "endpoint",
                format!(
                    "Address of the API, by default `https://api.weixin.qq.com`. Plain `http` is \
                     for a loopback host only, such as the sandbox. Environment variable: \
                     `{ENDPOINT}`."
                ),
            ),
            Attribute::string(
                "request_timeout",
                "How long one HTTP attempt may take, as a duration such as `30s` (the default) \
                 or `1m30s`.",
            ),
            Attribute::number(
                "max_retries",
                "How often a call that failed in passing is repeated after its first attempt, by \
                 default 4.",
            ),
            Attribute::number(
                "batch_size",
                "How many appids one batch call names at most, from 1 to 1000, by default 50.",
            ),
        ],
    )
}
