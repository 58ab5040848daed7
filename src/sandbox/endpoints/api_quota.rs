//! quota/get: how often an endpoint may be called, and how often it was.

use serde_json::json;

use super::super::answer::{self, Outcome, Refusal};
use super::super::endpoint::Endpoint;
use super::super::request::Body;
use super::super::state::State;
use super::accepted_tokens;

/// What an endpoint without a cap is said to have in a day.
const DAILY: u64 = 100_000;

/// A path without the slash in front is 76003, one that the sandbox does not answer 76021, and one whose call takes no
/// token of this kind 76022. That a call on behalf of a merchant has a rate of its own is left out where it has no cap.
pub(super) fn api_quota(state: &State, token: Option<&str>, body: Body<'_>) -> Outcome {
    let path = body.text("cgi_path")?;
    if !path.starts_with('/') {
        return Err(Refusal::bad_quota_path());
    }
    let endpoint = Endpoint::from_path(path).ok_or_else(Refusal::unknown_quota_path)?;
    let kind = state.tokens.kind(token);
    let fits = |kinds: &[_]| kind.is_some_and(|kind| kinds.contains(&kind));
    if !accepted_tokens(endpoint).is_none_or(fits) {
        return Err(Refusal::quota_of_another_account());
    }
    let caps = state.quotas.of(endpoint);
    let daily_limit = caps.per_day.unwrap_or(DAILY);
    let used = state.quotas.used(endpoint);
    let mut answer = answer::ok();
    answer.insert(
        "quota".to_owned(),
        json!({
            "daily_limit": daily_limit,
            "used": used,
            "remain": daily_limit.saturating_sub(used),
        }),
    );
    if let Some(per_minute) = caps.per_minute {
        let rate = json!({ "call_count": per_minute, "refresh_second": 60 });
        answer.insert("rate_limit".to_owned(), rate);
    }
    Ok(answer)
}
