//! An API that repeats secrets in whatever form: nobody is told any of them.

use std::{
    fmt::Write as _,
    sync::{Arc, Mutex},
};

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use cloudbase::wechat::{
    Client, Credentials, Error, Freshness, FunctionCode, Network, Operation, TokenKind, TokenSource,
};
use serde_json::{Value, json};

use crate::server::{Reply, Request, Server, appid, appids, env, operation};

// Each of them has what an encoding may change.
const READ: &str = "canary/read+token=0001";
const READ_AND_UNUSED: &str = "canary/read+unused=0002";
const APPSECRET: &str = "canary/app+secret=0003";
const TICKET: &str = "ticket@@@canary/0004";
const REFRESH_GIVEN: &str = "refreshtoken@@@canary/0005";
const REFRESH_ASKED: &str = "refreshtoken@@@canary/0006";
const REFRESH_LISTED: &str = "refreshtoken@@@canary/0007";
const REFRESH_NEWER: &str = "refreshtoken@@@canary/0008";
const MINTED: &str = "canary/minted+token=0009";
const GIVEN: &str = "canary/given~token>0010";

const ALL: [&str; 10] = [
    READ,
    READ_AND_UNUSED,
    APPSECRET,
    TICKET,
    REFRESH_GIVEN,
    REFRESH_ASKED,
    REFRESH_LISTED,
    REFRESH_NEWER,
    MINTED,
    GIVEN,
];

/// A secret as it is repeated: the text between the quotes of a JSON string, and what must not be seen of it.
#[derive(Clone, Debug)]
struct Echo {
    sent: String,
    unseen: Vec<String>,
}

impl Echo {
    fn of(sent: String) -> Self {
        let decoded: String = serde_json::from_str(&format!("\"{sent}\"")).unwrap();
        Self {
            unseen: vec![sent.clone(), decoded],
            sent,
        }
    }

    /// The characters at its ends may hold bits of what is around the secret.
    fn of_base64(encoded: &str) -> Self {
        let encoded = encoded.trim_end_matches('=');
        Self {
            sent: encoded.to_owned(),
            unseen: vec![encoded[4..encoded.len() - 4].to_owned()],
        }
    }
}

/// The forms in which a secret may come back.
fn echoes(secret: &str) -> Vec<Echo> {
    let each = |of: fn(u8) -> String| -> String { secret.bytes().map(of).collect() };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric();
    let mut echoes = vec![
        Echo::of(secret.to_owned()),
        Echo::of(each(|byte| format!("\\u{byte:04x}"))),
        Echo::of(secret.replace('/', "\\/").replace('=', "\\u003D")),
        Echo::of(each(|byte| format!("%{byte:02X}"))),
        Echo::of(
            secret
                .bytes()
                .map(|byte| match byte {
                    byte if is_plain(byte) => char::from(byte).to_string(),
                    byte => format!("%{byte:02x}"),
                })
                .collect(),
        ),
        // JSON in a string of JSON.
        Echo::of(each(|byte| format!("\\\\u{byte:04x}"))),
    ];
    for before in ["", "a", "ab"] {
        let text = format!("{before}{secret}z");
        echoes.push(Echo::of_base64(&BASE64_STANDARD.encode(&text)));
        echoes.push(Echo::of_base64(&BASE64_URL_SAFE_NO_PAD.encode(&text)));
    }
    echoes
}

/// Answers well while nothing is to be repeated, and then with that wherever there is room for it.
async fn api(echo: Arc<Mutex<Option<String>>>) -> Server {
    Server::start(move |request| {
        let echo = echo.lock().unwrap();
        match &*echo {
            None => Reply::Json(good(request)),
            Some(echo) => Reply::Status(200, repeating(request, echo)),
        }
    })
    .await
}

fn endpoint(request: &Request) -> &str {
    request.path.rsplit('/').next().unwrap()
}

fn good(request: &Request) -> Value {
    match endpoint(request) {
        "api_authorizer_token" => match request.body()["authorizer_refresh_token"].as_str() {
            Some(REFRESH_LISTED) => json!({
                "authorizer_access_token": MINTED,
                "authorizer_refresh_token": REFRESH_NEWER,
            }),
            _ => json!({"errcode": 61023}),
        },
        "api_get_authorizer_list" => json!({
            "list": [{"authorizer_appid": appid(5), "refresh_token": format!("{REFRESH_LISTED}\n")}],
        }),
        _ => json!({"errcode": 0}),
    }
}

fn repeating(request: &Request, echo: &str) -> String {
    let (one, two) = (appid(1), appid(2));
    match endpoint(request) {
        "batchgetenvid" => format!(
            r#"{{"relation_data":[{{"appid":"{one}","env_list":["<{echo}>"]}}],
                "err_list":[{{"appid":"{two}","errmsg":"<{echo}>"}}]}}"#
        ),
        "batchshareenv" => format!(
            r#"{{"msg_info_list":[{{"appid":"{one}","url":"https://u?<{echo}>"}}],
                "err_list":[{{"appid":"{two}","errmsg":"<{echo}>"}}]}}"#
        ),
        "getenvinfo" => format!(r#"{{"info_list":[{{"env":"<{echo}>","alias":"<{echo}>"}}]}}"#),
        "api_get_authorizer_list" => format!(r#"{{"list":[{{"authorizer_appid":"<{echo}>"}}]}}"#),
        "api_get_authorizer_info" => {
            format!(r#"{{"authorizer_info":{{"nick_name":"<{echo}>"}},"errcode":"0"}}"#)
        }
        "describecloudbaserunenvs" => {
            format!(r#"{{"env_list":[{{"env_id":"<{echo}>","region":"<{echo}>"}}]}}"#)
        }
        "usecloudaccesstoken" => {
            format!(r#"{{"open":true,"api_whitelist":["<{echo}>"],"version":1}}"#)
        }
        "getscflist" => format!(
            r#"{{"functions":[{{"name":"f","status":"<{echo}>","status_reason":[{{"errcode":"<{echo}>"}}]}}]}}"#
        ),
        "batchuploadscf" => {
            format!(
                r#"{{"fail_env_list":[{{"env":"{}","errmsg":"<{echo}>"}}]}}"#,
                env()
            )
        }
        // No JSON, as from a gateway.
        "modifyenv" => format!(r#"<p>{{"token":"<{echo}>"#),
        _ => format!(r#"{{"errcode":40097,"errmsg":"<{echo}> rid: <{echo}>"}}"#),
    }
}

/// A client that gets to know every secret there is.
fn client(server: &Server, file: &std::path::Path) -> Client {
    let mut settings = server.settings();
    settings.max_retries = 0;
    settings.credentials = Credentials {
        component: vec![
            TokenSource::File {
                path: file.into(),
                origin: "the file".into(),
            },
            TokenSource::Value {
                token: format!(" {GIVEN}\n").into(),
                origin: "the value".into(),
            },
            TokenSource::MintComponent {
                appid: appid(777),
                appsecret: format!("{APPSECRET}\n").into(),
                verify_ticket: format!("{TICKET}\n").into(),
                origin: "the secrets".into(),
            },
        ],
        authorizer: vec![TokenSource::MintAuthorizer {
            component_appid: None,
            authorizer_appid: appid(5),
            refresh_token: Some(format!("{REFRESH_GIVEN}\n").into()),
            origin: "the refresh token".into(),
        }],
    };
    Client::new(settings)
}

/// A token that is fetched with a refresh token of the caller's.
async fn asked(client: &Client, operation: &Operation) -> Result<(), Error> {
    let refresh_token = REFRESH_ASKED.into();
    client
        .authorizer_token(operation, &appid(5), Some(&refresh_token))
        .await
        .map(|_| ())
}

/// What a caller gets of every call, as far as it can be printed.
async fn told(client: &Client, operation: &Operation) -> Vec<String> {
    let error = |error: &Error| format!("{error} {error:?} {error:#?} {}", error.detail());
    let mut told = Vec::new();
    let items = appids([1, 2]);
    let shares = client.query(operation, &items, None, Freshness::Fresh);
    for found in shares.await.into_values() {
        told.push(found.map_or_else(|refused| error(&refused), |envs| format!("{envs:?}")));
    }
    let outcomes = client.share(operation, &env(), &items, None).await;
    for outcome in outcomes.into_values() {
        told.push(outcome.map_or_else(|refused| error(&refused), |done| format!("{done:?}")));
    }
    let info = client.env_info(operation, None).await.unwrap();
    told.push(format!("{info:?}"));
    let kind = TokenKind::Component;
    let access = client.cloud_access(operation, &env(), kind).await;
    told.push(format!("{:?}", access.unwrap()));
    let list = client.authorizers(operation, None).await.unwrap();
    told.push(format!("{list:?}"));
    let about = client.authorizer_info(operation, None, &appid(5)).await;
    told.push(format!("{:?}", about.unwrap()));
    let hosting = client.hosting_envs(operation).await.unwrap();
    told.push(format!("{hosting:?}"));
    let quota = client.api_quota(operation, "/tcb/modifyenv", TokenKind::Component);
    told.push(error(&quota.await.unwrap_err()));
    let function = "f".parse().unwrap();
    let found = client.function(operation, &env(), &function).await;
    told.push(format!("{:?}", found.unwrap()));
    let deleted = client.delete_function(operation, &env(), &function).await;
    told.push(error(&deleted.unwrap_err()));
    let code = FunctionCode::new(b"PK\x03\x04".to_vec()).unwrap();
    let turn = client.upload_turn(operation).await.unwrap();
    let (network, targets) = (Network::default(), [(env(), None)].into());
    let uploaded = turn
        .upload(operation, &function, &code, &network, targets)
        .await;
    told.extend(uploaded.into_values().map(|one| error(&one.unwrap_err())));
    told.push(error(&client.component_envs(operation).await.unwrap_err()));
    told.push(error(&asked(client, operation).await.unwrap_err()));
    told
}

#[tokio::test]
async fn no_echo_is_told_in_any_form() {
    let traced = crate::traced();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("tokens.json");
    let tokens =
        json!({"component_access_token": READ, "authorizer_access_token": READ_AND_UNUSED});
    std::fs::write(&file, tokens.to_string()).unwrap();
    let echo = Arc::new(Mutex::new(None));
    let server = api(Arc::clone(&echo)).await;
    let client = client(&server, &file);
    let operation = operation();
    client.env_info(&operation, None).await.unwrap();
    asked(&client, &operation).await.unwrap();

    let mut unseen = Vec::new();
    let mut shown = String::new();
    for secret in ALL {
        for form in echoes(secret) {
            *echo.lock().unwrap() = Some(form.sent.clone());
            for told in told(&client, &operation).await {
                assert!(told.contains("***"), "{form:?}: {told}");
                writeln!(shown, "{told}").unwrap();
            }
            // Of an answer that is no JSON the log alone tells.
            let converted = client
                .convert(&operation, &env(), TokenKind::Component)
                .await;
            writeln!(shown, "{:?}", converted.unwrap_err()).unwrap();
            unseen.extend(form.unseen);
        }
    }
    let log = traced.0.lock().unwrap().clone();
    assert!(log.contains(r#"<p>{"token":"<***"#) || log.contains(r#"<p>{\"token\":\"<***"#));
    for text in [&shown, &log] {
        for part in &unseen {
            assert!(!text.contains(part), "{part} is seen");
        }
        assert!(!text.contains("canary"));
    }
}
