//! Taking over state for a `cloudbase_env_share` from a `terraform_data` whose input describes the shares.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

use super::EnvShare;
use super::model::State;
use crate::framework::move_state::{MoveSource, MoveState};
use crate::framework::{Diagnostic, Diagnostics, Incoming};
use crate::wechat::{Appid, EnvId, SourceType};

/// What the input of a `terraform_data` has to be.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    env: EnvId,
    appids: Vec<Appid>,
    #[serde(default)]
    source_type: Option<SourceType>,
}

impl MoveState for EnvShare {
    fn move_state(&self, source: MoveSource) -> Result<Incoming<State>, Diagnostics> {
        match source.type_name.as_str() {
            "terraform_data" if is_builtin(&source.provider_address) => {
                described(&source.state).map(Incoming::from)
            }
            _ => Err(unfit(&source)),
        }
    }
}

/// Whether it is the provider of `terraform_data`. OpenTofu 1.10 and 1.11 send the local name that the
/// type implies in place of the address.
fn is_builtin(address: &str) -> bool {
    address == "terraform" || address.ends_with("/builtin/terraform")
}

/// The shares that a `terraform_data` describes. Core reads them right after, so that only what is
/// really shared stays.
fn described(state: &Json) -> Result<State, Diagnostics> {
    let value = [&state["output"], &state["input"]]
        .into_iter()
        .map(|dynamic| &dynamic["value"])
        .find(|value| value.is_object());
    let described = match value {
        Some(value) => {
            serde_json::from_value::<Described>(value.clone()).map_err(|error| error.to_string())
        }
        None => Err("it is not an object".to_owned()),
    };
    match described {
        Ok(Described { appids, .. }) if appids.is_empty() => Err(undescribed("`appids` is empty")),
        Ok(Described {
            env,
            appids,
            source_type,
        }) => Ok(State {
            appids: appids.into_iter().collect(),
            ..State::found(env, source_type, BTreeMap::new())
        }),
        Err(why) => Err(undescribed(&why)),
    }
}

fn undescribed(why: &str) -> Diagnostics {
    Diagnostic::error(
        "the terraform_data does not describe shares",
        format!(
            "Its `input` has to be an object with `env`, `appids` and, if there is one, \
             `source_type`: {why}. Give it such an input and apply, then move it."
        ),
    )
    .into()
}

fn unfit(source: &MoveSource) -> Diagnostics {
    Diagnostic::error(
        format!(
            "state of {} from {} cannot become a cloudbase_env_share",
            source.type_name, source.provider_address
        ),
        "What can be moved is a cloudbase_env_share of this provider at another address, and a \
         terraform_data whose input has `env` and `appids`. Remove the `moved` block, take the old resource out of state, and import the shares instead.",
    )
    .into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::framework::Private;

    fn source(address: &str, name: &str, state: Json) -> MoveSource {
        MoveSource {
            provider_address: address.to_owned(),
            type_name: name.to_owned(),
            schema_version: 0,
            state,
            identity: Json::Null,
            private: Private::default(),
        }
    }

    const A: &str = "wx5fe6bb43205e9e07";

    #[test]
    fn a_terraform_data_says_what_is_shared() {
        let object = json!({ "value": { "env": "e", "appids": [A] }, "type": "…" });
        let state =
            json!({ "id": "1", "input": object, "output": object, "triggers_replace": null });
        let address = "terraform.io/builtin/terraform";
        for address in [address, "terraform"] {
            let moved = EnvShare
                .move_state(source(address, "terraform_data", state.clone()))
                .unwrap()
                .state;
            assert_eq!(moved.appids.len(), 1);
        }
        let other = json!({ "input": { "value": "text", "type": "string" } });
        let error = EnvShare
            .move_state(source(address, "terraform_data", other))
            .unwrap_err();
        assert!(
            error
                .iter()
                .next()
                .unwrap()
                .detail
                .contains("`env`, `appids`")
        );
    }

    #[test]
    fn anything_else_is_an_error_that_says_what_can_be_moved() {
        let error = EnvShare
            .move_state(source("a/b/c", "null_resource", json!({})))
            .unwrap_err();
        let error = error.iter().next().unwrap();
        assert!(error.summary.contains("null_resource from a/b/c"));
        assert!(error.detail.contains("terraform_data"));
    }
}
