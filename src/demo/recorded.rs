//! What `show -json` says of a plan or of the state.
//!
//! Source: "JSON Output Format" in Terraform's documentation.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// The form of a share in `shares`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Share {
    pub(super) status: String,
    pub(super) confirm_url: Option<String>,
}

/// The state.
#[derive(Debug, Deserialize)]
pub(super) struct State {
    /// The version of the CLI.
    pub(super) terraform_version: Option<String>,
    values: Option<Values>,
}

#[derive(Debug, Deserialize)]
struct Values {
    root_module: Module,
}

#[derive(Debug, Deserialize)]
struct Module {
    #[serde(default)]
    resources: Vec<Resource>,
}

#[derive(Debug, Deserialize)]
struct Resource {
    address: String,
    values: ShareValues,
}

#[derive(Debug, Deserialize)]
struct ShareValues {
    shares: BTreeMap<String, Share>,
}

impl State {
    /// The addresses of all resources.
    pub(super) fn addresses(&self) -> Vec<&str> {
        let resources = self.resources();
        resources
            .map(|resource| resource.address.as_str())
            .collect()
    }

    /// The shares of the resource at `address`; none if it is not there.
    pub(super) fn shares(&self, address: &str) -> BTreeMap<String, Share> {
        self.resources()
            .find(|resource| resource.address == address)
            .map(|resource| resource.values.shares.clone())
            .unwrap_or_default()
    }

    /// The status of each of those.
    pub(super) fn statuses(&self, address: &str) -> BTreeMap<String, String> {
        let shares = self.shares(address).into_iter();
        shares.map(|(appid, share)| (appid, share.status)).collect()
    }

    /// The confirmation URL of each of those that have one.
    pub(super) fn confirm_urls(&self, address: &str) -> BTreeMap<String, String> {
        let shares = self.shares(address).into_iter();
        shares
            .filter_map(|(appid, share)| Some((appid, share.confirm_url?)))
            .collect()
    }

    fn resources(&self) -> impl Iterator<Item = &Resource> {
        let values = self.values.iter();
        values.flat_map(|values| &values.root_module.resources)
    }
}

/// A plan.
#[derive(Debug, Deserialize)]
pub(super) struct Plan {
    #[serde(default)]
    resource_changes: Vec<ResourceChange>,
    #[serde(default)]
    resource_drift: Vec<ResourceChange>,
}

#[derive(Debug, Deserialize)]
struct ResourceChange {
    address: String,
    change: Change,
}

#[derive(Debug, Deserialize)]
struct Change {
    actions: Vec<String>,
    before: Value,
    after: Value,
}

impl Plan {
    /// What is planned: each address with its actions, such as `["create"]`.
    pub(super) fn actions(&self) -> BTreeMap<&str, &[String]> {
        let changes = self.resource_changes.iter();
        changes
            .map(|change| (change.address.as_str(), change.change.actions.as_slice()))
            .collect()
    }

    /// The appids that the resource at `address` has lost behind the CLI's back.
    pub(super) fn lost_appids(&self, address: &str) -> Vec<String> {
        let mut drift = self.resource_drift.iter();
        let Some(drift) = drift.find(|drift| drift.address == address) else {
            return Vec::new();
        };
        let after = appids(&drift.change.after);
        let mut lost = appids(&drift.change.before);
        lost.retain(|appid| !after.contains(appid));
        lost
    }
}

fn appids(resource: &Value) -> Vec<String> {
    let appids = resource["appids"].as_array().into_iter().flatten();
    appids
        .filter_map(|appid| appid.as_str().map(str::to_owned))
        .collect()
}
