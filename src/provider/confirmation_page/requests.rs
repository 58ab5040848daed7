//! The argument `shares`: which requests are open.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::link::Link;
use crate::framework::value::{Type, Value, ValueError, from_value};
use crate::provider::env_share::model::{Share, Status};
use crate::wechat::{Appid, EnvId};

/// One share that waits for its confirmation. The order is that of the page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Request {
    /// What is shared.
    pub(super) env: EnvId,
    /// With which mini program.
    pub(super) appid: Appid,
    /// Where it is confirmed; the API may have said nothing.
    pub(super) link: Option<Link>,
}

/// What the page takes of one `cloudbase_env_share`.
#[derive(Deserialize)]
struct EnvShare {
    env: EnvId,
    shares: BTreeMap<Appid, Share>,
}

/// The type of the argument. Terraform leaves out what a `cloudbase_env_share` has besides.
pub(super) fn argument_type() -> Type {
    let share = Type::object([
        ("status", Type::String),
        ("confirm_url", Type::String),
        ("error", Type::String),
    ]);
    Type::list(Type::object([
        ("env", Type::String),
        ("shares", Type::map(share)),
    ]))
}

/// The open ones of `shares`, each once, in the same order whatever order they were given in.
pub(super) fn open(shares: Value) -> Result<BTreeSet<Request>, ValueError> {
    let all: Vec<EnvShare> = from_value(shares)?;
    let requests = all.into_iter().flat_map(|EnvShare { env, shares }| {
        let pending = shares
            .into_iter()
            .filter(|(_, share)| share.status == Status::Pending);
        pending.map(move |(appid, share)| Request {
            env: env.clone(),
            appid,
            link: share
                .confirm_url
                .filter(|url| !url.is_empty())
                .map(|url| Link::of(&url)),
        })
    });
    Ok(requests.collect())
}
