//! The table of calls. A reading one more is a constant and its place in [`READINGS`].
//!
//! Fields are those of WeChat's pages and their samples. Where pages differ, a field that only some of them have may be
//! left out.

use serde_json::{Value, json};

use super::{
    call::{Documented, Subject, Wanting},
    field::{Field, any, flag, number, text},
};
use crate::wechat::{TokenKind, http::AnswerLimit};

/// All calls that change nothing, in the order in which they are made: what is listed by one is asked about by those that
/// follow.
pub const READINGS: &[&Documented] = &[
    &AUTHORIZER_LIST,
    &AUTHORIZER_INFO,
    &QUERY,
    &DESCRIBE_ENVS,
    &HOSTING_ENVS,
    &OPEN_API_ACCESS,
    &FUNCTION_LIST,
    &API_QUOTA,
    &ENV_INFO,
];

/// `api_get_authorizer_list`: one account is enough.
pub const AUTHORIZER_LIST: Documented = Documented {
    path: "/cgi-bin/component/api_get_authorizer_list",
    answers: &["list"],
    limit: AnswerLimit::PAGE,
    has_secrets: true,
    body: |subject| Ok(json!({"component_appid": platform(subject)?, "offset": 0, "count": 1})),
    ..of_platform(&[
        number("total_count"),
        text("list[].authorizer_appid"),
        text("list[].refresh_token"),
        number("list[].auth_time"),
    ])
};

/// `api_get_authorizer_info`. Which fields an account has depends on its kind.
pub const AUTHORIZER_INFO: Documented = Documented {
    path: "/cgi-bin/component/api_get_authorizer_info",
    answers: &["authorizer_info", "authorization_info"],
    limit: AnswerLimit::ACCOUNT,
    has_secrets: true,
    body: |subject| {
        let platform = platform(subject)?;
        Ok(json!({"component_appid": platform, "authorizer_appid": appid(subject)?}))
    },
    ..of_platform(&[
        text("authorizer_info.nick_name"),
        text("authorizer_info.principal_name"),
        any("authorizer_info.service_type_info"),
        any("authorizer_info.verify_type_info").or_not(),
        text("authorizer_info.head_img").or_not(),
        text("authorizer_info.user_name").or_not(),
        text("authorizer_info.alias").or_not(),
        text("authorizer_info.qrcode_url").or_not(),
        text("authorizer_info.signature").or_not(),
        any("authorizer_info.business_info").or_not(),
        any("authorizer_info.idc").or_not(),
        any("authorizer_info.MiniProgramInfo").or_not(),
        any("authorizer_info.register_type").or_not(),
        any("authorizer_info.account_status").or_not(),
        any("authorizer_info.basic_config").or_not(),
        any("authorizer_info.channels_info").or_not(),
        any("authorizer_info.store_info").or_not(),
        any("authorizer_info.talent_info").or_not(),
        any("authorizer_info.supplier_info").or_not(),
        text("authorization_info.authorizer_appid"),
        text("authorization_info.authorizer_refresh_token").or_not(),
        number("authorization_info.func_info[].funcscope_category.id"),
        text("authorization_info.func_info[].funcscope_category.name").or_not(),
        text("authorization_info.func_info[].funcscope_category.desc").or_not(),
        any("authorization_info.func_info[].funcscope_category.type").or_not(),
        any("authorization_info.func_info[].confirm_info").or_not(),
    ])
};

/// getShareCloudbaseEnv, `batchgetenvid`. Older pages give a row of `err_list` an environment.
pub const QUERY: Documented = Documented {
    path: "/componenttcb/batchgetenvid",
    answers: &["relation_data", "err_list"],
    limit: AnswerLimit::of_batch(1),
    body: |subject| {
        let mut body = json!({"appids": [appid(subject)?]});
        if let Some(source) = subject.source_type {
            body["source_type"] = json!(source);
        }
        Ok(body)
    },
    ..of_platform(&[
        text("relation_data[].appid"),
        text("relation_data[].env_list[]"),
        text("err_list[].env").or_not(),
        text("err_list[].appid"),
        text("err_list[].errmsg"),
    ])
};

/// getTcbEnvList, `describeenvs`.
pub const DESCRIBE_ENVS: Documented = Documented {
    path: "/componenttcb/describeenvs",
    answers: &["info_list"],
    limit: AnswerLimit::ENVIRONMENTS,
    ..of_platform(&[
        text("info_list[].env"),
        text("info_list[].alias"),
        text("info_list[].create_time"),
        text("info_list[].update_time"),
        text("info_list[].status"),
        text("info_list[].package_id"),
        text("info_list[].package_name"),
        text("info_list[].dbinstance_id"),
        text("info_list[].bucket_id"),
    ])
};

/// getWxCloudBaseRunEnvs, `describecloudbaserunenvs`.
pub const HOSTING_ENVS: Documented = Documented {
    path: "/componenttcb/describecloudbaserunenvs",
    answers: &["env_list"],
    limit: AnswerLimit::ENVIRONMENTS,
    ..of_platform(&[
        text("env_list[].env_id"),
        text("env_list[].source"),
        text("env_list[].alias"),
        text("env_list[].create_time"),
        text("env_list[].update_time"),
        text("env_list[].status"),
        text("env_list[].package_id"),
        text("env_list[].package_name"),
        text("env_list[].pay_mode"),
        flag("env_list[].is_default"),
        text("env_list[].region"),
        text("env_list[].env_channel").or_not(),
        flag("env_list[].is_auto_degrade").or_not(),
        any("env_list[].databases").or_not(),
        any("env_list[].storages").or_not(),
        any("env_list[].functions").or_not(),
        any("env_list[].log_services").or_not(),
        any("env_list[].static_storages").or_not(),
        any("env_list[].tags").or_not(),
    ])
};

/// setCloudAccessToken, `usecloudaccesstoken`, of which only the reading action is made.
const OPEN_API_ACCESS: Documented = Documented {
    path: "/tcb/usecloudaccesstoken",
    answers: &["open", "api_whitelist", "version"],
    permission_set: Some(49),
    body: |subject| Ok(json!({"action": "get", "env": env(subject)?})),
    ..of_platform(&[flag("open"), text("api_whitelist[]"), number("version")])
};

/// The functions of an environment, `getscflist`.
const FUNCTION_LIST: Documented = Documented {
    path: "/componenttcb/getscflist",
    answers: &["functions"],
    limit: AnswerLimit::PAGE,
    body: |subject| Ok(json!({"env": env(subject)?, "offset": 0, "limit": 20})),
    ..of_platform(&[
        number("total_count"),
        text("functions[].name"),
        text("functions[].status"),
        any("functions[].status_reason").or_not(),
        text("functions[].runtime"),
        text("functions[].add_time"),
        text("functions[].mod_time"),
    ])
};

/// getApiQuota, `quota/get`, of the share call.
const API_QUOTA: Documented = Documented {
    path: "/cgi-bin/openapi/quota/get",
    answers: &["quota"],
    body: |_| Ok(json!({"cgi_path": SHARE.path})),
    ..of_platform(&[
        number("quota.daily_limit"),
        number("quota.used"),
        number("quota.remain"),
        number("rate_limit.call_count").or_not(),
        number("rate_limit.refresh_second").or_not(),
        number("component_rate_limit.call_count").or_not(),
        number("component_rate_limit.refresh_second").or_not(),
    ])
};

/// getEnvInfo, `getenvinfo`: the environments of the account of the authorizer token, or the one asked about.
pub const ENV_INFO: Documented = Documented {
    path: "/tcb/getenvinfo",
    token: TokenKind::Authorizer,
    answers: &["info_list"],
    permission_set: Some(49),
    limit: AnswerLimit::ENVIRONMENTS,
    body: |subject| {
        let env = subject.env.as_ref();
        Ok(env.map_or_else(|| json!({}), |env| json!({ "env": env })))
    },
    ..of_platform(&[
        text("info_list[].env"),
        text("info_list[].alias"),
        text("info_list[].create_time"),
        text("info_list[].update_time"),
        text("info_list[].status"),
        text("info_list[].package_id"),
        text("info_list[].package_name"),
    ])
};

/// shareCloudbaseEnv, `batchshareenv`: a write. Older pages and all samples have no `msg_info_list`.
pub const SHARE: Documented = Documented {
    path: "/componenttcb/batchshareenv",
    answers: &["err_list", "msg_info_list"],
    permission_set: Some(18),
    limit: AnswerLimit::of_batch(2),
    ..of_platform(&[
        text("err_list[].env"),
        text("err_list[].appid"),
        text("err_list[].errmsg"),
        any("msg_info_list[]").or_not(),
        text("msg_info_list[].appid"),
        text("msg_info_list[].url"),
    ])
};

/// unshareCloudbaseEnv, `batchunshareenv`: a write.
pub const UNSHARE: Documented = Documented {
    path: "/componenttcb/batchunshareenv",
    answers: &["err_list"],
    limit: AnswerLimit::of_batch(2),
    ..of_platform(&[
        text("err_list[].env"),
        text("err_list[].appid"),
        text("err_list[].errmsg"),
    ])
};

/// A call with the component token and an empty object, of which no document names a permission set.
const fn of_platform(fields: &'static [Field]) -> Documented {
    Documented {
        path: "",
        token: TokenKind::Component,
        permission_set: None,
        fields,
        answers: &[],
        limit: AnswerLimit::SMALL,
        has_secrets: false,
        body: |_| Ok(json!({})),
    }
}

fn platform(subject: &Subject) -> Result<Value, Wanting> {
    let platform = subject.platform.as_ref().ok_or(Wanting::Platform)?;
    Ok(json!(platform))
}

fn env(subject: &Subject) -> Result<Value, Wanting> {
    Ok(json!(subject.env.as_ref().ok_or(Wanting::Env)?))
}

fn appid(subject: &Subject) -> Result<Value, Wanting> {
    Ok(json!(subject.appid.as_ref().ok_or(Wanting::Appid)?))
}
