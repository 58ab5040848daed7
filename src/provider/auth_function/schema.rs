//! The schema of `cloudbase_auth_function`.

use super::model::{DeletionPolicy, NO_ENVS};
use crate::framework::schema::{Attribute, Relation, Schema};
use crate::framework::{Type, Value};
use crate::provider::{timeouts, validators};

/// The schema.
pub(super) fn schema() -> Schema {
    Schema::new(
        "Uploads the cloud function `cloudbase_auth`, or another one, to a set of environments. Mini \
         programs that share an environment can call nothing of it until it has this function.\n\n\
         Only the existence and the status of a function can be read back: code that was changed \
         outside Terraform is not seen.",
        vec![
            Attribute::string(
                "name",
                "Name of the function. Defaults to `cloudbase_auth`, which mini programs need; \
                 another name is of use for other functions only.",
            )
            .default(Value::string("cloudbase_auth"))
            .requires_replace()
            .validate(validators::function_name()),
            Attribute::new(
                "envs",
                Type::set(Type::String),
                "Ids of the environments, at least one. They are added and removed in place.",
            )
            .required()
            .validate(validators::not_empty(NO_ENVS))
            .validate_each(validators::env_id()),
            Attribute::string(
                "source",
                "Path of a zip file with the function's code, whose files are at the top of the zip \
                 and not in a folder. At most 20 MiB; the API's documents leave open whether that \
                 is meant of its base64, so that more than 15 MiB is a warning. It may be left out \
                 for functions that were imported only: their code then stays as it is.",
            ),
            Attribute::string(
                "source_hash",
                "SHA-256 of the file in base64, as `filebase64sha256` gives it. Another one uploads \
                 the code again. Where it is left out, each plan reads the file. When it is \
                 applied, the file must have the planned hash.",
            )
            .optional_computed()
            .relation(Relation::requires(&["source"]))
            .validate(validators::code_hash()),
            Attribute::string(
                "vpc_id",
                "Id of the VPC in which a new function runs. It is sent only where the function is not \
                 there yet: changing it sends nothing.",
            ),
            Attribute::string(
                "subnet_id",
                "Id of the subnet in which a new function runs; as `vpc_id`.",
            ),
            Attribute::string(
                "deletion_policy",
                "What happens to the functions of environments that are removed from `envs`, or to \
                 all of them on destroy. `keep` (default) removes them from state and leaves them \
                 where they are; `delete` deletes them, which cuts off every mini program that \
                 shares the environment. An update uses the new policy, a destroy the one in state. \
                 Changing it sends nothing.",
            )
            .default(Value::string("keep"))
            .validate(validators::one_of(DeletionPolicy::WORDS)),
            timeouts::attribute(
                &[
                    (
                        "create",
                        "Time limit of a create, with the wait until the functions are active. \
                         Defaults to `20m`, as for the others longer where `requests_per_second` \
                         spreads the calls.",
                    ),
                    (
                        "read",
                        "Time limit of a refresh. Defaults to `5m`. The value in state counts.",
                    ),
                    (
                        "update",
                        "Time limit of an update, as of a create. Defaults to `20m`.",
                    ),
                    (
                        "delete",
                        "Time limit of a destroy. Defaults to `20m`. The value in state counts: to \
                         change it, apply before you destroy.",
                    ),
                ],
                validators::time_limit,
            ),
            // A plain type: Terraform leaves the unknown entries of a nested attribute out of a plan.
            Attribute::new(
                "functions",
                Type::map(Type::object([
                    ("status", Type::String),
                    ("error", Type::String),
                ])),
                "The function of each environment, by environment id. `status` is what the API says, \
                 such as `Active`, `Creating` or `CreateFailed`, and `failed` where the API did not \
                 take the code. `error` is why; otherwise null.",
            )
            .computed(),
        ],
    )
}
