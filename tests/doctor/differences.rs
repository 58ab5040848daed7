//! Where answers differ from the documents: the names of fields, and of the assumption.

use cloudbase::sandbox::{Effect, Endpoint};
use cloudbase::wechat::documented::{Documented, Kind, READINGS};
use serde_json::{Value, json};

use crate::support::{
    BOOKS, HOSTING, OTHER_SHOP, SHOP, TEA, always, code, doctor, field, run, sandbox, sandbox_with,
};

#[tokio::test(flavor = "multi_thread")]
async fn each_difference_is_found_and_its_assumption_named() {
    let canary = || Some(json!("value-canary"));
    for (endpoint, effect, words, id) in [
        (
            Endpoint::DescribeEnvs,
            field("info_list[].news", canary()),
            "it has `info_list[].news`, which the documents have not",
            "fields",
        ),
        (
            Endpoint::DescribeEnvs,
            field("info_list[].alias", None),
            "it lacks `info_list[].alias`",
            "fields",
        ),
        (
            Endpoint::EnvInfo,
            field("info_list[].status", Some(json!(["value-canary"]))),
            "`info_list[].status` holds something else than the documents say",
            "kinds",
        ),
        (
            Endpoint::Query,
            field("relation_data", canary()),
            "`relation_data[]` holds something else",
            "kinds",
        ),
        (
            Endpoint::Query,
            Effect::MangledAppid(SHOP.to_owned()),
            "its rows are about another mini program",
            "query-answers",
        ),
        (
            Endpoint::Query,
            Effect::MissingLists,
            "it lacks `err_list[]`, `relation_data[]`",
            "fields",
        ),
        (
            Endpoint::AuthorizerInfo,
            field("authorization_info.more", canary()),
            "it has `authorization_info.more`",
            "fields",
        ),
        (
            Endpoint::AuthorizerList,
            field("total_count", canary()),
            "`total_count` holds something else",
            "kinds",
        ),
        (
            Endpoint::DescribeEnvs,
            code(12_345),
            "an undocumented refusal",
            "error-codes",
        ),
        (
            Endpoint::DescribeEnvs,
            code(40066),
            "the API has no such call",
            "paths",
        ),
        (
            Endpoint::DescribeEnvs,
            Effect::Garbage,
            "not an answer as documented",
            "envelope",
        ),
        (
            Endpoint::EnvInfo,
            Effect::EmptyBody,
            "not an answer as documented",
            "envelope",
        ),
        (
            Endpoint::Query,
            field("errcode", Some(json!("value-canary"))),
            "not an answer as documented",
            "envelope",
        ),
    ] {
        let sandbox = sandbox().await;
        always(&sandbox, endpoint, effect.clone());
        let said = run(&mut doctor(&sandbox, &["--env", TEA, "--appid", SHOP]));
        said.ends_with(3);
        said.assert_line(endpoint.path(), "differs: ");
        let line = said.line(endpoint.path());
        assert!(line.contains(words), "{words} in {line}");
        assert!(line.ends_with(&format!("[{id}]")), "{id} in {line}");
        let report = said.report();
        assert!(report.contains(&format!("\n  {id}: ")), "{id} in {report}");
        assert!(!said.out.contains("value-canary"), "{}", said.out);
        assert_eq!(sandbox.calls_to(endpoint).len(), 1, "{effect:?}");
    }
}

/// A value that is not of this kind.
fn wrong(kind: Kind) -> Value {
    match kind {
        Kind::Text => json!({"value-canary": 1}),
        Kind::Number | Kind::Flag | Kind::Any => json!("value-canary"),
    }
}

/// Every field of the table, left out and of another kind, so that no row of it is wrong unseen.
#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_every_reading_call_is_looked_at() {
    let shares = json!([{"env": TEA, "appids": [SHOP]}]);
    for call in READINGS {
        let Some(endpoint) = Endpoint::from_path(call.path) else {
            panic!("the sandbox does not play {}", call.path)
        };
        let function = |env| json!({"env": env, "name": "cloudbase_auth"});
        let functions = [TEA, BOOKS, HOSTING].map(function);
        let sandbox = sandbox_with(json!({ "shares": shares, "functions": functions })).await;
        let whole = run(&mut doctor(&sandbox, &[]));
        let seen = fields_seen(call, whole.line(call.path));
        for one in seen {
            let (list, name) = one.path.rsplit_once('.').unwrap_or(("", one.path));
            let name = name.trim_end_matches("[]");
            let at = if list.is_empty() {
                name.to_owned()
            } else {
                format!("{list}.{name}")
            };
            let mut changes = vec![(None, one.is_always_there)];
            if one.kind != Kind::Any && !one.path.ends_with("[]") {
                changes.push((Some(wrong(one.kind)), true));
            }
            for (value, is_told) in changes {
                always(&sandbox, endpoint, field(&at, value.clone()));
                let said = run(&mut doctor(&sandbox, &[]));
                let line = said.line(call.path);
                let differs =
                    line.starts_with("differs: ") && line.contains(&format!("`{}`", one.path));
                // A list that may not be there has rows with fields that have to be.
                let is_told = is_told || line.contains("it lacks");
                assert_eq!(
                    differs, is_told,
                    "{}: {} {value:?}: {line}",
                    call.path, one.path
                );
                sandbox.clear_faults();
            }
        }
    }
}

/// The fields of a call that the sandbox answers with.
fn fields_seen<'c>(
    call: &'c Documented,
    line: &str,
) -> Vec<&'c cloudbase::wechat::documented::Field> {
    let is_there = |path: &str| {
        let mut at = String::new();
        path.split('.').all(|step| {
            at = if at.is_empty() {
                step.to_owned()
            } else {
                format!("{at}.{step}")
            };
            !line.contains(&format!("`{at}`"))
        })
    };
    let fields = call.fields.iter();
    // What may be left out need not be answered by the sandbox.
    fields
        .filter(|field| field.is_always_there && is_there(field.path))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_goes_before_what_differs() {
    let sandbox = sandbox().await;
    always(
        &sandbox,
        Endpoint::DescribeEnvs,
        field("info_list[].alias", None),
    );
    let said = run(&mut doctor(&sandbox, &["--appid", OTHER_SHOP]));
    said.ends_with(1);
    said.assert_line("/componenttcb/describeenvs", "differs: ");
    assert!(said.report().contains("\n  fields: "), "{}", said.report());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_named_like_an_id_is_not_shown() {
    let sandbox = sandbox().await;
    let path = format!("info_list[].{SHOP}");
    always(
        &sandbox,
        Endpoint::DescribeEnvs,
        field(&path, Some(json!(1))),
    );
    let said = run(&mut doctor(&sandbox, &[]));
    said.ends_with(3);
    assert!(!said.out.contains(SHOP), "{}", said.out);
    assert!(
        said.out
            .contains("`info_list[].(a name that is not shown)`"),
        "{}",
        said.out
    );
}

/// No secret that an answer has may be shown because a later one repeats it.
#[tokio::test(flavor = "multi_thread")]
async fn what_one_answer_has_as_a_token_is_masked_in_the_next() {
    let sandbox = sandbox().await;
    let message =
        "token refresh-token-canary of component-token-canary and secret-canary".to_owned();
    always(
        &sandbox,
        Endpoint::DescribeEnvs,
        Effect::Errcode {
            code: 48001,
            message,
        },
    );
    let mut command = doctor(&sandbox, &[]);
    command
        .env("CLOUDBASE_COMPONENT_APPSECRET", "secret-canary")
        .env("CLOUDBASE_COMPONENT_VERIFY_TICKET", "ticket-canary");
    let said = run(&mut command);
    let line = said.line("/componenttcb/describeenvs");
    assert!(line.contains("token *** of *** and ***"), "{line}");
}
