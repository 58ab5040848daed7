//! Appids in JSON from outside: what one looks like, and sets of them.
//!
//! A set is written `["wx…", "wx…"]` or `{"wx…": true, "wx…": false}`, in which `false` is not in it.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

use super::request::is_appid;

/// Says what is wrong with an appid.
pub(super) fn check(appid: &str) -> Result<(), String> {
    if is_appid(appid) {
        return Ok(());
    }
    Err(format!(
        "{appid:?} is not an appid (wx and 16 lower-case letters or digits)"
    ))
}

pub(super) fn serialize<S: Serializer>(
    appids: &BTreeSet<String>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(appids.iter().map(|appid| (appid, true)))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeSet<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(
        untagged,
        expecting = "expected a list of appids, or an object of appids and booleans"
    )]
    enum Form {
        All(Vec<String>),
        Each(BTreeMap<String, bool>),
    }
    let all: BTreeMap<String, bool> = match Form::deserialize(deserializer)? {
        Form::All(appids) => appids.into_iter().map(|appid| (appid, true)).collect(),
        Form::Each(appids) => appids,
    };
    for appid in all.keys() {
        check(appid).map_err(D::Error::custom)?;
    }
    let members = all.into_iter().filter(|(_, member)| *member);
    Ok(members.map(|(appid, _)| appid).collect())
}
