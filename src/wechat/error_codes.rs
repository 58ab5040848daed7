//! Every error code the client knows: its class, what it means and what to do next.
//!
//! Sources: the error tables of the five documents (shareCloudbaseEnv, unshareCloudbaseEnv, getShareCloudbaseEnv,
//! changeTcbEnv, getEnvInfo), those of the token endpoints, the mini program code list for the -501xxx and -601xxx
//! families, and the open platform's global return codes. Codes are matched by number only: the live texts differ from
//! the documented ones.
//!
//! The Chinese words are those of WeChat's current pages, cut after the first statement. For a code that several pages
//! have, the page of the call it matters to counts:
//!
//! | page | codes |
//! |---|---|
//! | 环境共享 (shareCloudbaseEnv) | -1, -1000, 40014, 40097, 40101, 41001, 42001, 43002, 44002, 47001, 85088 |
//! | 获取令牌 (getComponentAccessToken) | 40001, 40013, 40125, 41004, 45009, 48001, 61004 |
//! | 获取授权账号调用令牌 (getAuthorizerAccessToken) | 61014 |
//! | 使用AppSecret重置API调用次数 (clearQuotaByAppSecret) | 48006 |
//! | 获取稳定版接口调用凭据 (getStableAccessToken) | 89503 |
//! | 获取用户安全等级 (getUserRiskRank) | 61007 |
//! | 开通云开发 (createCloudUser) | -601026, -601048, -601049 |
//! | 错误码, of cloud development | the other -501xxx and -601xxx |
//! | 公共错误码, of the WeChat shop | 40066 |
//! | 全局错误码, of the open platform | 41002, 45011, 48004 |
//! | 查询openApi调用quota (getApiQuota, the older page) | 76021, 76022 |
//!
//! The page of getApiQuota names 76003 in a sentence about the path, and has no row for it. The pages name 61003, 61005,
//! 61006, 61011 and 40164, but leave their Chinese cell empty.

use super::Class;

/// What is known about a code.
#[derive(Clone, Copy, Debug)]
pub struct Explained {
    /// What the client does about it.
    pub class: Class,
    /// WeChat's own words for it, in Chinese, to search for; `None` where no page of WeChat's is known to have any.
    pub original: Option<&'static str>,
    /// What it means, in words.
    pub meaning: &'static str,
    /// What a person can do.
    pub next_step: &'static str,
}

impl From<&Row> for Explained {
    fn from(&(_, class, original, meaning, next_step): &Row) -> Self {
        Self {
            class,
            original,
            meaning,
            next_step,
        }
    }
}

/// Every code that is known, with what is known about it, in the order of the table.
pub fn all() -> impl Iterator<Item = (i64, Explained)> {
    TABLE.iter().map(|row| (row.0, row.into()))
}

/// Looks `errcode` up; an unknown one gets the general words of its family.
pub(super) fn explain(errcode: i64) -> Explained {
    TABLE
        .iter()
        .find(|row| row.0 == errcode)
        .map_or_else(|| unknown(errcode), Explained::from)
}

/// Whether a time-out inside the API leaves it open if a write took effect.
pub(super) const fn leaves_effect_open(errcode: i64) -> bool {
    matches!(errcode, -501_002 | -601_003)
}

/// Whether the arguments as such were refused, so that one bad appid may have failed a whole batch.
pub(super) const fn is_bad_arguments(errcode: i64) -> bool {
    matches!(errcode, 40097 | 47001)
}

/// Whether the environment was refused: it does not exist, is another account's, or is not in a normal state.
pub(super) const fn is_about_the_environment(errcode: i64) -> bool {
    matches!(
        errcode,
        -501_005 | -501_007 | -501_009 | -501_018 | -501_019 | -501_021
    )
}

/// Whether the token or what was granted to its platform was refused, whatever the call's arguments.
pub(super) const fn is_about_permissions(errcode: i64) -> bool {
    matches!(
        errcode,
        48001 | 48004 | 61003 | 61007 | 61014 | 61015 | 85088 | 89503
    )
}

/// Whether the machine that calls was refused, whatever it asked.
pub(super) const fn is_about_the_address(errcode: i64) -> bool {
    matches!(errcode, 40090 | 40164 | 45035 | 61004)
}

fn unknown(errcode: i64) -> Explained {
    let meaning = match errcode {
        -599_999..=-500_000 => {
            "This is a cloud development code that the documents do not describe."
        }
        -699_999..=-600_000 => {
            "This is a code of the system behind cloud development that the documents do not describe."
        }
        _ => "The documents do not describe this code for this call.",
    };
    Explained {
        class: Class::Unknown,
        original: None,
        meaning,
        next_step: "Look the code up in the open platform's list of return codes, or contact WeChat support with the rid.",
    }
}

const LATER: &str = "Try again later. If the error persists, contact WeChat support with the rid.";
const NEW_TOKEN: &str = "Supply a current token. Fetching a component token makes earlier ones expire within minutes, so \
    check whether another process fetches one, too.";
const ARGUMENTS: &str = "Check the environment id and the appids, and source_type: cloud hosting environments need \
    source_type = 1.";
const WHITELIST: &str = "Add this machine's public address to the IP whitelist of the platform whose appid is in use, \
    in the open platform's console; it takes some minutes to take effect.";
const NEW_TICKET: &str = "Supply the latest component_verify_ticket that was pushed to the platform: each push \
    differs and lives 12 hours.";
const COMPONENT: &str = "Check the appid, appsecret and verify_ticket of the third-party platform: they are its own, \
    not those of a mini program.";
const PERMISSION: &str = "Have the account's administrator grant the platform the permission set of this call: 18 \
    (development and data analysis) to share environments, 49 (cloud development management) for environment \
    information, conversion and whitelists of open APIs.";
const RIGHT_TOKEN: &str = "Share, unshare, query and the calls about functions need the component token, environment \
    information the authorizer token; conversion, whitelists of open APIs and quotas take either.";
const QUOTA_PATH: &str = "Write the path of the call as its documentation has it, with the slash in front and without the host, such as \
    /componenttcb/batchshareenv.";
const CLOUD_CONSOLE: &str = "Check the environment in the cloud console.";

/// A code, its class, WeChat's own words for it, what it means, what to do next.
type Row = (i64, Class, Option<&'static str>, &'static str, &'static str);

#[rustfmt::skip] // one code a row
const TABLE: &[Row] = &[
    (-1, Class::Transient, Some("系统繁忙，此时请开发者稍候再试"), "The API is busy.", LATER),
    (-1000, Class::Transient, Some("系统错误"), "The API had an internal error.", LATER),
    (40001, Class::Token, Some("获取 access_token 时 AppSecret 错误，或者 access_token 无效"), "The access token is wrong or has been replaced by a newer one, or the AppSecret it was fetched with is wrong.", NEW_TOKEN),
    (40013, Class::Caller, Some("不合法的 AppID"), "The appid is not valid for this call.", COMPONENT),
    (40014, Class::Token, Some("不合法的 access_token"), "The access token is invalid.", NEW_TOKEN),
    (40066, Class::Caller, Some("请检查 API 的 URL 是否与文档一致"), "The API has nothing at the address of the call.", "Check the configured address of the API: it may have a path that does not belong there, since the call's own path, such as /componenttcb/batchshareenv, is appended to it."),
    (40090, Class::Caller, None, "The API does not take calls from this machine's address.", WHITELIST),
    (40097, Class::Caller, Some("参数错误"), "The API did not accept the arguments.", ARGUMENTS),
    (40101, Class::Caller, Some("缺少必填参数"), "A required parameter is missing.", ARGUMENTS),
    (40125, Class::Caller, Some("无效的appsecret"), "The AppSecret is wrong.", COMPONENT),
    (40164, Class::Caller, None, "This machine's address is not in the account's IP whitelist.", WHITELIST),
    (41001, Class::Caller, Some("缺少 access_token 参数"), "The access token was missing from the request.", "Check that the configured token is not empty."),
    (41002, Class::Caller, Some("缺少 appid 参数"), "The appid was missing from the request.", COMPONENT),
    (41004, Class::Caller, Some("缺少 secret 参数"), "The AppSecret was missing from the request.", COMPONENT),
    (42001, Class::Token, Some("access_token 超时"), "The access token has expired; it lives two hours.", NEW_TOKEN),
    (43002, Class::Caller, Some("需要 POST 请求"), "The API takes this call by POST only.", "A proxy between here and the API may have turned the POST into a GET: check the endpoint and the proxy."),
    (44002, Class::Caller, Some("POST 的数据包为空"), "The request arrived without a body.", "A proxy between here and the API may have dropped it: check the endpoint and the proxy."),
    (45009, Class::Exhausted, Some("调用超过天级别频率限制"), "The daily quota of calls is exhausted; it resets at midnight, China Standard Time.", "Wait until midnight, or reset it with clear_quota (component/clear_quota/v2 works without a token); 10 resets per month are allowed."),
    (45011, Class::Throttled, Some("API 调用太频繁，请稍候再试"), "Too many calls in this minute.", "Make fewer calls per second, or try again in a minute."),
    (45035, Class::Caller, None, "The API does not take calls from this machine's address.", WHITELIST),
    (47001, Class::Caller, Some("解析 JSON/XML 内容错误"), "The API could not read the request's data.", ARGUMENTS),
    (48001, Class::Caller, Some("api 功能未授权"), "The account may not make this call: the token is of the wrong kind for it, or the permission (set 18 to share, set 49 for environment information, conversion and whitelists of open APIs) or batch cloud development is not enabled for it.", RIGHT_TOKEN),
    (48004, Class::Caller, Some("api 接口被封禁"), "The account was barred from this call for breaking the rules.", "See the messages in the open platform's console."),
    (48006, Class::Exhausted, Some("api 禁止清零调用次数，因为清零次数达到上限"), "The quota resets of this month are used up.", "Wait until midnight, when the quota resets by itself."),
    (61003, Class::Caller, None, "The account has not authorised this third-party platform.", "Have the account's administrator authorise the platform, or check that the token belongs to the right platform."),
    (61004, Class::Caller, Some("第三方平台出口IP未设置"), "This machine's address is not in the third-party platform's IP whitelist.", WHITELIST),
    (61005, Class::Caller, None, "The component_verify_ticket has expired.", NEW_TICKET),
    (61006, Class::Caller, None, "The component_verify_ticket is wrong, or not the latest one.", NEW_TICKET),
    (61007, Class::Caller, Some("小程序尚未将对应的权限集授权给第三方平台"), "The account has not granted the platform the permission set of this call (18 or 49).", PERMISSION),
    (61009, Class::Caller, None, "The authorisation code is not valid.", "Authorise the account once more."),
    (61010, Class::Caller, None, "The authorisation code has expired.", "Authorise the account once more."),
    (61011, Class::Caller, None, "The appid is not that of a third-party platform.", COMPONENT),
    (61014, Class::Caller, Some("原因是用错了token，使用了 access_token 或者 authorizer_access_token"), "The call needs the third-party platform's own token (component token).", RIGHT_TOKEN),
    (61015, Class::Caller, None, "The call needs the token of the account it is about (authorizer token).", RIGHT_TOKEN),
    (61023, Class::Caller, None, "The refresh token is not valid: it is empty, or the account has withdrawn its authorisation.", "Take the one in the list of authorizers, or have the account authorise the platform once more."),
    (61024, Class::Caller, None, "The account is a third-party platform, and its token must come from api_component_token.", COMPONENT),
    (61028, Class::Caller, None, "The third-party platform is not published.", "Publish it in the open platform's console."),
    (76003, Class::Caller, None, "The path whose quota was asked about is not written as the API wants it.", QUOTA_PATH),
    (76021, Class::Caller, Some("cgi_path填错了"), "The API knows no call with the path whose quota was asked about.", QUOTA_PATH),
    (76022, Class::Caller, Some("当前调用接口使用的token与api所属账号不符"), "The token is not of the kind that the call takes whose quota was asked about, or that call has no quota to ask about.", "Ask with the component token about the platform's own calls (those below /componenttcb/), and with the authorizer token about calls that are made on behalf of a merchant. Paths with /sns/ cannot be asked about."),
    (85088, Class::Caller, Some("该APP未开通云开发"), "Cloud development is not open for this account.", "Open cloud development for the mini program (createCloudUser, or its console), or batch cloud development for the platform in the open platform's console."),
    (89503, Class::Caller, Some("此次调用需要管理员确认，请耐心等候"), "An administrator must confirm the call first.", "Have the account's administrator confirm it on their phone, then try again."),
    (-501_000, Class::Caller, None, "Cloud development refused the call.", "The TcbCode, when there is one, says why; look it up in the cloud's documentation."),
    (-501_001, Class::Transient, Some("云资源通用错误：云端系统错误"), "Cloud development had an internal error.", LATER),
    (-501_002, Class::Transient, Some("云资源通用错误：云端响应超时"), "Cloud development timed out.", LATER),
    (-501_003, Class::Caller, Some("云资源通用错误：请求次数超出环境配额"), "The environment's request quota is used up.", CLOUD_CONSOLE),
    (-501_004, Class::Throttled, Some("云资源通用错误：请求并发数超出环境配额"), "Too many calls at the same time.", "Make fewer calls per second, or try again later."),
    (-501_005, Class::Caller, Some("云资源通用错误：环境信息异常"), "The environment is not in a normal state: it may be stopped, unpaid or still being created.", CLOUD_CONSOLE),
    (-501_007, Class::Caller, Some("云资源通用错误：参数错误"), "Cloud development did not accept a parameter.", ARGUMENTS),
    (-501_009, Class::Caller, Some("云资源通用错误：操作的资源对象非法或不存在"), "The object does not exist or is invalid.", ARGUMENTS),
    (-501_018, Class::Caller, Some("云资源通用错误：资源不可用"), "A resource of the environment is not available.", CLOUD_CONSOLE),
    (-501_019, Class::Caller, Some("云资源通用错误：未授权操作"), "The account may not use this environment.", "Check that the environment belongs to the account or platform the token is for."),
    (-501_021, Class::Caller, Some("云资源通用错误：操作不支持"), "Cloud development does not support this for this environment.", CLOUD_CONSOLE),
    (-601_001, Class::Transient, Some("微信后台通用错误：系统错误"), "The system behind cloud development had an internal error.", LATER),
    (-601_002, Class::Caller, Some("微信后台通用错误：系统参数错误"), "The system behind cloud development did not accept a parameter.", ARGUMENTS),
    (-601_003, Class::Transient, Some("微信后台通用错误：系统网络错误"), "The system behind cloud development could not be reached.", LATER),
    (-601_026, Class::Caller, Some("模板消息发送频率限制，24 小时内一个小程序的管理员只会收到一次授权消息"), "Only one notice in 24 hours is sent to the administrator.", "Have the administrator answer the earlier notice, or wait a day."),
    (-601_048, Class::Caller, Some("appid 没有手机号，已发送模板消息至 appid 管理员，联系管理员绑定手机号授权确认"), "The administrator must bind a phone number first.", "Have the administrator do so, then try again."),
    (-601_049, Class::Caller, Some("appid 没有授权开通，已发送模板消息至 appid 管理员，联系管理员授权确认"), "The administrator must approve it first.", "Have the administrator approve it on their phone, then try again."),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The codes in the error tables of the five documents and of the token endpoints.
    const DOCUMENTED: &[i64] = &[
        -1, -1000, 40001, 40014, 40097, 40101, 41001, 42001, 43002, 44002, 47001, 85088, 40013,
        41004, 40125, 45009, 48001, 61004, 61005, 61006, 61011,
    ];

    #[test]
    fn every_documented_code_is_in_the_table_once_and_has_words() {
        let codes: BTreeSet<i64> = TABLE.iter().map(|row| row.0).collect();
        assert_eq!(codes.len(), TABLE.len(), "a code is listed twice");
        for code in DOCUMENTED {
            assert!(codes.contains(code), "{code}");
        }
        for (code, _, _, meaning, next_step) in TABLE {
            assert!(meaning.ends_with('.') && next_step.ends_with('.'), "{code}");
        }
    }

    #[test]
    fn classes_of_the_codes_that_change_what_the_client_does() {
        let of_class = |class| {
            let mut codes: Vec<i64> = TABLE
                .iter()
                .filter(|row| row.1 == class)
                .map(|row| row.0)
                .collect();
            codes.sort_unstable();
            codes
        };
        assert_eq!(of_class(Class::Token), [40001, 40014, 42001]);
        assert_eq!(
            of_class(Class::Transient),
            [-601_003, -601_001, -501_002, -501_001, -1000, -1]
        );
        assert_eq!(of_class(Class::Throttled), [-501_004, 45011]);
    }

    /// A full stop, or ours: neither is part of what WeChat's pages say in a cell, and half-width commas are a copy's.
    #[test]
    fn original_words_are_chinese_and_as_they_stand_on_a_page() {
        for &(code, _, original, ..) in TABLE {
            let Some(original) = original else { continue };
            let is_chinese = original
                .chars()
                .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert!(is_chinese, "{code}: {original}");
            assert_eq!(original.trim(), original, "{code}");
            assert!(
                !original.contains([',', ';', '|', '\n']),
                "{code}: {original}"
            );
            assert!(!original.ends_with(['.', '。']), "{code}: {original}");
        }
        let originals = TABLE.iter().filter(|row| row.2.is_some()).count();
        assert!(originals > 35, "only {originals} codes have WeChat's words");
    }

    #[test]
    fn the_codes_of_the_share_page_have_its_words() {
        for (code, words) in [
            (-1, "系统繁忙，此时请开发者稍候再试"),
            (-1000, "系统错误"),
            (40097, "参数错误"),
            (40101, "缺少必填参数"),
            (42001, "access_token 超时"),
            (85088, "该APP未开通云开发"),
        ] {
            assert_eq!(explain(code).original, Some(words), "{code}");
        }
        assert_eq!(explain(12345).original, None);
    }

    #[test]
    fn permission_errors_name_the_permission_sets() {
        for code in [61007, 48001] {
            let explained = explain(code);
            let words = format!("{} {}", explained.meaning, explained.next_step);
            assert!(words.contains("18") && words.contains("49"), "{words}");
        }
    }

    #[test]
    fn unknown_codes_are_told_apart_by_family() {
        assert_eq!(explain(12345).class, Class::Unknown);
        assert!(explain(-501_999).meaning.contains("cloud development code"));
        assert!(
            explain(-601_999)
                .meaning
                .contains("behind cloud development")
        );
    }
}
