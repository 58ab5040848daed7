//! `api_get_authorizer_list` and `api_get_authorizer_info`: the merchants behind the platform.

use serde_json::{Value, json};

use super::super::answer::{Fields, Outcome, Refusal};
use super::super::request::Body;
use super::super::state::State;
use super::issue_token::check_component;

/// Largest `count` the list takes.
const LARGEST_PAGE: i64 = 500;

/// One page, `offset` and `count` required. An authorizer without a refresh token has an empty one.
pub(super) fn list(state: &State, body: Body<'_>) -> Outcome {
    check_component(state, body)?;
    let number = |name| {
        body.optional_integer(name)?
            .ok_or_else(|| Refusal::missing_parameter(name))
    };
    let (offset, count) = (number("offset")?, number("count")?);
    let offset = usize::try_from(offset).map_err(|_| Refusal::invalid_args())?;
    if !(1..=LARGEST_PAGE).contains(&count) {
        return Err(Refusal::invalid_args());
    }
    let count = usize::try_from(count).map_err(|_| Refusal::invalid_args())?;
    let authorizers = &state.platform.authorizers;
    let page: Vec<Value> = authorizers
        .iter()
        .skip(offset)
        .take(count)
        .map(|authorizer| {
            json!({
                "authorizer_appid": authorizer.appid,
                "refresh_token": authorizer.refresh_token.as_deref().unwrap_or(""),
                "auth_time": authorizer.auth_time,
            })
        })
        .collect();
    let mut answer = Fields::new();
    answer.insert("total_count".to_owned(), authorizers.len().into());
    answer.insert("list".to_owned(), page.into());
    Ok(answer)
}

/// `func_info` lists the permission sets granted.
pub(super) fn info(state: &State, body: Body<'_>) -> Outcome {
    check_component(state, body)?;
    let appid = body.text("authorizer_appid")?;
    let authorizer = state
        .platform
        .authorizer(appid)
        .ok_or_else(Refusal::not_authorized_to_platform)?;
    let sets: Vec<Value> = authorizer
        .permission_sets
        .iter()
        .map(|id| json!({"funcscope_category": {"id": id}}))
        .collect();
    let name = authorizer.nick_name.as_deref().unwrap_or(appid);
    let subject = authorizer.principal_name.as_deref().unwrap_or("sandbox");
    let mut answer = Fields::new();
    answer.insert(
        "authorizer_info".to_owned(),
        json!({"nick_name": name, "service_type_info": {"id": 0}, "principal_name": subject}),
    );
    answer.insert(
        "authorization_info".to_owned(),
        json!({
            "authorizer_appid": appid,
            "authorizer_refresh_token": authorizer.refresh_token.as_deref().unwrap_or(""),
            "func_info": sets,
        }),
    );
    Ok(answer)
}
