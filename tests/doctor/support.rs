//! A sandbox, and the doctor run against it.

use std::process::{Command, Stdio};

use cloudbase::sandbox::{Effect, Endpoint, Fault, Options, Sandbox};
use serde_json::{Value, json};

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_terraform-provider-cloudbase");

pub(crate) const PLATFORM: &str = "wx3c9f1e7a5b2d8046";
pub(crate) const SHOP: &str = "wx5fe6bb43205e9e07";
pub(crate) const OTHER_SHOP: &str = "wx075cf85bf347b6df";
pub(crate) const TEA: &str = "tea-house-7gfwxe92efb3aa38";
pub(crate) const BOOKS: &str = "book-shop-1g5fhz2k9c0d7e61";
pub(crate) const HOSTING: &str = "hosting-3gk8s6bd0f1c2a94";

/// What no output may have.
pub(crate) const SECRETS: [&str; 5] = [
    "component-token-canary",
    "authorizer-token-canary",
    "refresh-token-canary",
    "secret-canary",
    "ticket-canary",
];

/// What the doctor has said.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// What the line about `about` says, above the report. There has to be one.
    #[track_caller]
    pub(crate) fn line(&self, about: &str) -> &str {
        let lines = self.out.lines();
        let mut found = lines
            .take_while(|line| !line.starts_with("-----"))
            .filter_map(|line| Some(line.strip_prefix(about)?.trim_start()));
        let line = found.next();
        line.unwrap_or_else(|| panic!("no line about {about} in {}{}", self.out, self.err))
    }

    #[track_caller]
    pub(crate) fn assert_line(&self, about: &str, begins: &str) {
        let line = self.line(about);
        assert!(line.starts_with(begins), "{about} {line}\n{}", self.out);
    }

    /// The report.
    pub(crate) fn report(&self) -> &str {
        let (_, report) = self.out.split_once("----- report").unwrap();
        report
    }

    #[track_caller]
    pub(crate) fn ends_with(&self, code: i32) {
        assert_eq!(self.code, Some(code), "{}{}", self.out, self.err);
    }
}

pub(crate) fn seed() -> Value {
    json!({
        "component": {
            "appid": PLATFORM,
            "appsecret": "secret-canary",
            "verify_ticket": "ticket-canary",
        },
        "tokens": {
            "component": "component-token-canary",
            "authorizer": "authorizer-token-canary",
        },
        "authorizers": [
            {"appid": SHOP, "refresh_token": "refresh-token-canary", "permission_sets": [18, 49]},
            {"appid": OTHER_SHOP, "refresh_token": "refresh-token-canary-2", "permission_sets": [49]},
        ],
        "envs": [
            {"env": TEA, "alias": "tea-house"},
            {"env": BOOKS, "alias": "book-shop"},
            {"env": HOSTING, "alias": "hosting", "source_type": 1},
        ],
    })
}

/// A sandbox in which everything is as it should be, but for some fields of its seed.
pub(crate) async fn sandbox_with(changes: Value) -> Sandbox {
    let mut seed = seed();
    for (field, value) in changes.as_object().unwrap() {
        seed[field] = value.clone();
    }
    let options = Options {
        seed: Some(serde_json::from_value(seed).unwrap()),
        ..Options::default()
    };
    Sandbox::start(options).await.unwrap()
}

pub(crate) async fn sandbox() -> Sandbox {
    sandbox_with(json!({})).await
}

/// The doctor with no variable but those that name the sandbox.
pub(crate) fn without_tokens(sandbox: &Sandbox, arguments: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command
        .arg("doctor")
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("CLOUDBASE_ENDPOINT", sandbox.url())
        .env("CLOUDBASE_COMPONENT_APPID", PLATFORM)
        .stdin(Stdio::null());
    command
}

/// The same with both tokens.
pub(crate) fn doctor(sandbox: &Sandbox, arguments: &[&str]) -> Command {
    let mut command = without_tokens(sandbox, arguments);
    command
        .env(
            "CLOUDBASE_COMPONENT_ACCESS_TOKEN",
            sandbox.component_token(),
        )
        .env(
            "CLOUDBASE_AUTHORIZER_ACCESS_TOKEN",
            sandbox.authorizer_token(),
        );
    command
}

/// Runs it to its end. Whatever it says, it has no secret and no link.
#[track_caller]
pub(crate) fn run(command: &mut Command) -> Said {
    said(command.output().unwrap())
}

#[track_caller]
pub(crate) fn said(output: std::process::Output) -> Said {
    let said = Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    };
    let all = [said.out.as_str(), &said.err].concat();
    for secret in SECRETS {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
    assert!(!all.contains("/confirm"), "a link in {all}");
    if let Some((_, report)) = said.out.split_once("----- report") {
        for id in [
            PLATFORM, SHOP, OTHER_SHOP, TEA, BOOKS, HOSTING, "http", "rid",
        ] {
            assert!(!report.contains(id), "{id} in {report}");
        }
    }
    said
}

/// Every endpoint of the sandbox that changes something, or makes tokens.
pub(crate) const NOT_READING: &[&str] = &[
    "/componenttcb/batchshareenv",
    "/componenttcb/batchunshareenv",
    "/componenttcb/batchuploadscf",
    "/componenttcb/batchuploadscfcode",
    "/componenttcb/deletescf",
    "/tcb/modifyenv",
    "/cgi-bin/component/api_component_token",
    "/cgi-bin/component/api_authorizer_token",
];

/// The paths of all calls so far, in their order.
pub(crate) fn paths(sandbox: &Sandbox) -> Vec<&'static str> {
    let calls = sandbox.calls();
    calls.iter().map(|call| call.endpoint.path()).collect()
}

#[track_caller]
pub(crate) fn assert_nothing_written(sandbox: &Sandbox) {
    let paths = paths(sandbox);
    let wrote = paths.iter().find(|path| NOT_READING.contains(path));
    assert_eq!(wrote, None, "{paths:?}");
    let actions = sandbox.calls();
    let sets = actions.iter().any(|call| call.body["action"] == "set");
    assert!(!sets, "a whitelist was written");
}

pub(crate) fn always(sandbox: &Sandbox, endpoint: Endpoint, effect: Effect) {
    sandbox.inject(Fault::new(effect).on(endpoint).always());
}

/// A refusal with a code.
pub(crate) fn code(code: i64) -> Effect {
    Effect::Errcode {
        code,
        message: "refused".to_owned(),
    }
}

/// A field that is set, or missing.
pub(crate) fn field(path: &str, value: Option<Value>) -> Effect {
    Effect::Field {
        path: path.to_owned(),
        value,
    }
}
