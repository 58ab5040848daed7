//! The schema of `cloudbase_env_share`.

use crate::framework::Type;
use crate::framework::schema::{Attribute, Nesting, Schema};
use crate::provider::validators;

/// The schema.
pub(super) fn schema() -> Schema {
    Schema::new(
        "Shares one cloud environment with a set of mini programs. It manages exactly the appids \
         it lists: the API is asked by appid, so other shares of the same environment are neither \
         seen nor removed.\n\n\
         A share takes effect when the mini program's administrator confirms it at the URL in \
         `shares`. Until then it is `pending`, which is a success: nothing is sent again unless \
         `confirmation_trigger` changes.",
        vec![
            Attribute::string(
                "env",
                "Id of the environment. Changing it replaces the resource.",
            )
            .required()
            .requires_replace()
            .validate(validators::env_id()),
            Attribute::new(
                "appids",
                Type::set(Type::String),
                "Appids of the mini programs, at least one. They are added and removed in place.",
            )
            .required()
            .validate(validators::not_empty())
            .validate_each(validators::appid()),
            Attribute::number(
                "source_type",
                "Kind of environment: `1` for cloud hosting; leave it out for cloud development. \
                 Changing it replaces the resource.",
            )
            .requires_replace()
            .validate(validators::source_type()),
            Attribute::string(
                "confirmation_trigger",
                "Any text. Changing it sends the share again for the appids that are still \
                 pending, to get fresh confirmation URLs. Each one asks an administrator again.",
            ),
            Attribute::nested(
                "shares",
                Nesting::Map,
                vec![
                    Attribute::string(
                        "status",
                        "`bound` when the share is in effect, `pending` while an administrator \
                         has to confirm it, `failed` when it was refused.",
                    )
                    .computed(),
                    Attribute::string(
                        "confirm_url",
                        "Where the administrator confirms a `pending` share, if the API said so.",
                    )
                    .computed(),
                    Attribute::string("error", "Why a `failed` share was refused.").computed(),
                ],
                "What became of each share, by appid.",
            )
            .computed(),
        ],
    )
}
