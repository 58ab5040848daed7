//! The work of each endpoint: a checked request in, state changed, an answer out.

mod api_quota;
mod authorizers;
mod cloud_access;
mod convert;
mod env_info;
mod functions;
mod hosting_envs;
mod issue_token;
mod query;
mod share;
mod unshare;

use serde_json::Value;
use tokio::time::Instant;

use super::answer::{Outcome, Refusal};
use super::endpoint::Endpoint;
use super::request::{Body, is_appid};
use super::shares::Pair;
use super::state::State;
use super::tokens::TokenKind;

/// The permission set that a mini program has to grant before it is shared with.
const SHARING: i64 = 18;

/// What of an HTTP request the endpoints look at.
pub(super) struct Request<'a> {
    pub(super) endpoint: Endpoint,
    pub(super) is_post: bool,
    pub(super) token: Option<&'a str>,
    /// No body at all.
    pub(super) is_empty: bool,
    /// `None`: not JSON.
    pub(super) body: Option<&'a Value>,
}

/// Does one call's work. The order of the checks is the order of the error tables: method, token,
/// caps, body.
pub(super) fn work(state: &mut State, request: &Request<'_>, now: Instant) -> Outcome {
    state.shares.settle(now);
    let endpoint = request.endpoint;
    if !request.is_post {
        return Err(Refusal::post_required());
    }
    if let Some(kinds) = accepted_tokens(endpoint) {
        state.tokens.check(request.token, kinds, now)?;
    }
    state.quotas.admit(endpoint, now)?;
    if request.is_empty {
        return Err(Refusal::body_empty());
    }
    let body = Body::of(request.body.ok_or_else(Refusal::data_format)?)?;
    match endpoint {
        Endpoint::Share => share::share(state, body, now),
        Endpoint::Unshare => unshare::unshare(state, body),
        Endpoint::Query => query::query(state, body),
        Endpoint::Convert => convert::convert(state, body),
        Endpoint::EnvInfo => env_info::env_info(state, body),
        Endpoint::DescribeEnvs => Ok(env_info::describe_envs(state)),
        Endpoint::HostingEnvs => Ok(hosting_envs::hosting_envs(state)),
        Endpoint::ApiQuota => api_quota::api_quota(state, request.token, body),
        Endpoint::UploadFunction => functions::upload(state, body, now),
        Endpoint::UploadFunctionCode => functions::upload_code(state, body, now),
        Endpoint::FunctionList => functions::list(state, body, now),
        Endpoint::DeleteFunction => functions::delete(state, body),
        Endpoint::ComponentToken => issue_token::component_token(state, body, now),
        Endpoint::AuthorizerToken => issue_token::authorizer_token(state, body, now),
        Endpoint::AuthorizerList => authorizers::list(state, body),
        Endpoint::AuthorizerInfo => authorizers::info(state, body),
        Endpoint::UseCloudAccessToken => cloud_access::cloud_access(state, body),
    }
}

/// Which tokens an endpoint takes; `None`: it needs none.
fn accepted_tokens(endpoint: Endpoint) -> Option<&'static [TokenKind]> {
    match endpoint {
        Endpoint::ComponentToken => None,
        Endpoint::ApiQuota => Some(&[TokenKind::Component, TokenKind::Authorizer]),
        Endpoint::Convert | Endpoint::UseCloudAccessToken => {
            Some(&[TokenKind::Component, TokenKind::Authorizer])
        }
        Endpoint::EnvInfo => Some(&[TokenKind::Authorizer]),
        _ => Some(&[TokenKind::Component]),
    }
}

/// Refusals of a whole batch: too many appids, a poisonous one, or no cloud development.
fn check_batch<'a>(
    state: &State,
    appids: impl Iterator<Item = &'a str> + Clone,
) -> Result<(), Refusal> {
    let behaviour = &state.behaviour;
    if behaviour.platform_without_cloud {
        return Err(Refusal::no_cloud_development());
    }
    if behaviour.max_appids > 0 && appids.clone().count() > behaviour.max_appids {
        return Err(Refusal::invalid_args());
    }
    for appid in appids {
        if behaviour.poison.contains(appid) {
            return Err(Refusal::invalid_args());
        }
        if behaviour.no_cloud_development.contains(appid) {
            return Err(Refusal::no_cloud_development());
        }
    }
    Ok(())
}

/// Why one appid of a batch gets a row in `err_list`, if it does.
fn refusal_of(state: &State, endpoint: Endpoint, appid: &str) -> Option<String> {
    if !is_appid(appid) {
        return Some("invalid appid".to_owned());
    }
    let told = state.refusals.get(&(endpoint, appid.to_owned())).cloned();
    told.or_else(|| not_authorized(state, endpoint, appid))
}

/// The same for a pair, whose environment may be unknown. So is one of the other kind: the documents
/// keep the kinds apart, but do not say what a wrong one is answered.
fn refusal_of_pair(state: &State, endpoint: Endpoint, pair: &Pair) -> Option<String> {
    if state.accepts_env(&pair.env, Some(pair.source_type)) {
        refusal_of(state, endpoint, &pair.appid)
    } else {
        Some("invalid env".to_owned())
    }
}

/// The documents want permission set 18 of every mini program before a share, and name none for
/// unshare and query. They do not say how one without is refused. Here it is a row, since the
/// others of the call may be right, with the words that other endpoints have for it (61003, 61007).
fn not_authorized(state: &State, endpoint: Endpoint, appid: &str) -> Option<String> {
    if !state.behaviour.strict_authorizers {
        return None;
    }
    let Some(authorizer) = state.platform.authorizer(appid) else {
        return Some(Refusal::not_authorized_to_platform().message);
    };
    let is_missing = endpoint == Endpoint::Share && !authorizer.permission_sets.contains(&SHARING);
    is_missing.then(|| Refusal::permission_not_granted().message)
}
