//! The schema of `cloudbase_env_share`.

use super::model::{DeletionPolicy, NO_APPIDS, OnRefusal};
use crate::framework::Type;
use crate::framework::schema::{Attribute, Schema};
use crate::provider::{attributes, timeouts, validators};

/// The schema.
pub(super) fn schema() -> Schema {
    Schema::new(
        "Shares one cloud environment with a set of mini programs. It manages exactly the appids \
         it lists: the API is asked by appid, so other shares of the same environment are neither \
         seen nor removed.\n\n\
         A share takes effect when the mini program's administrator confirms it at the URL in \
         `shares`. Until then it is `pending`, which is a success: nothing is sent again unless \
         `confirmation_trigger` or `confirmation_triggers` changes.",
        vec![
            attributes::env().requires_replace_if_known(),
            attributes::appids(
                "Appids of the mini programs, at least one. They are added and removed in place.",
                NO_APPIDS,
            ),
            attributes::source_type_of_resource().requires_replace_if_known(),
            Attribute::string(
                "confirmation_trigger",
                "Any text. Changing it sends the share again for the appids that are still \
                 pending, to get fresh confirmation URLs. Each one asks an administrator again.",
            ),
            Attribute::new(
                "confirmation_triggers",
                Type::map(Type::String),
                "The same for single mini programs: any text, by appid. Adding an appid or changing its text sends the \
                 share again if it is pending; removing one sends nothing. An appid that is not in `appids` is an \
                 error.",
            ),
            Attribute::string(
                "on_refusal",
                "What an update does about mini programs that the API refuses. `error` (default): the apply fails. \
                 `warn`: it warns, as a create does; they are `failed` in state, and each further plan tries them \
                 again. Changing it sends nothing.",
            )
            .validate(validators::one_of(OnRefusal::WORDS)),
            Attribute::string(
                "deletion_policy",
                "What happens to shares that are removed from `appids`, or to all of them on destroy. \
                 `unshare` (default) ends them; `abandon` removes them from state and leaves them \
                 shared. An update uses the new policy, a destroy the one in state. Changing it \
                 sends nothing.",
            )
            .validate(validators::one_of(DeletionPolicy::WORDS)),
            timeouts::attribute(
                &[
                    (
                        "create",
                        "Time limit of a create. Defaults to `20m`, as for the others longer where \
                         `requests_per_second` spreads the calls.",
                    ),
                    (
                        "read",
                        "Time limit of a refresh. Defaults to `5m`. The value in state counts.",
                    ),
                    ("update", "Time limit of an update. Defaults to `20m`."),
                    (
                        "delete",
                        "Time limit of a destroy. Defaults to `20m`. The value in state counts: to \
                         change it, apply before you destroy.",
                    ),
                ],
                validators::time_limit,
            ),
            // A plain type, not a nested attribute: Terraform shows the unknown entries of a map
            // in a plan, but leaves those of a nested attribute out.
            Attribute::new(
                "shares",
                Type::map(Type::object([
                    ("status", Type::String),
                    ("confirm_url", Type::String),
                    ("error", Type::String),
                    ("requested_at", Type::String),
                ])),
                "Result of each share, by appid. `status` is `bound` when the share is in effect, \
                 `pending` while an administrator has to confirm it, and `failed` when it was \
                 refused. `confirm_url` is where the administrator confirms a pending share, null \
                 if the API returned none. `error` is why a failed one was refused, or why a pending \
                 one could not be sent again, or may not have been sent. Otherwise null. \
                 `requested_at` is when the request that is open was sent, in UTC as in `2026-11-29T08:00:00Z`; null \
                 if the share is not pending, or if that is not known, as with one that version 0.1 has sent.",
            )
            .computed(),
        ],
    )
}
