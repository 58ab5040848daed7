//! Where tokens come from, and what happens when one is refused.

use std::{path::PathBuf, time::Duration};

use cloudbase::wechat::{Class, Client, Credentials, Operation, TokenKind, TokenSource};
use futures_util::future::join_all;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::server::{Reply, Server, env, operation, value};

pub(crate) const ORIGIN: &str = "the provider attribute `x`";

/// Answers 42001 to every token but `good`.
async fn wanting(good: &'static str) -> Server {
    Server::start(move |request| {
        let errcode = if request.query == format!("access_token={good}") {
            0
        } else {
            42001
        };
        Reply::Json(json!({"errcode": errcode}))
    })
    .await
}

pub(crate) fn client(
    server: &Server,
    component: Vec<TokenSource>,
    authorizer: Vec<TokenSource>,
) -> Client {
    let mut settings = server.settings();
    settings.credentials = Credentials {
        component,
        authorizer,
    };
    Client::new(settings)
}

pub(crate) fn file(path: &std::path::Path) -> TokenSource {
    TokenSource::File {
        path: path.into(),
        origin: ORIGIN.into(),
    }
}

fn shell(script: String) -> TokenSource {
    TokenSource::Command {
        argv: vec!["/bin/sh".into(), "-c".into(), script],
        timeout: Duration::from_secs(30),
        withheld: &[],
        origin: ORIGIN.into(),
    }
}

/// A program that notes each run in `log` and prints what `json` holds at that time.
pub(crate) fn counting(log: &std::path::Path, json: &std::path::Path) -> TokenSource {
    shell(format!(
        "echo run >> '{}'; cat '{}'",
        log.display(),
        json.display()
    ))
}

pub(crate) fn runs(log: &std::path::Path) -> usize {
    std::fs::read_to_string(log)
        .unwrap_or_default()
        .lines()
        .count()
}

pub(crate) struct Files {
    _directory: tempfile::TempDir,
    pub(crate) json: PathBuf,
    pub(crate) log: PathBuf,
}

pub(crate) fn files(json: &str) -> Files {
    let directory = tempfile::tempdir().unwrap();
    let files = Files {
        json: directory.path().join("tokens.json"),
        log: directory.path().join("log"),
        _directory: directory,
    };
    std::fs::write(&files.json, json).unwrap();
    files
}

const BOTH: &str = r#"{"component_access_token":"canary-component-1","authorizer_access_token":"canary-authorizer-1"}"#;

#[tokio::test]
async fn the_first_source_that_yields_wins() {
    let files = files(r#"{"authorizer_access_token":"canary-authorizer-1"}"#);
    let server = Server::start(|_| Reply::Json(json!({"errcode": 0}))).await;
    let sources = vec![file(&files.json), value("canary-fallback", "elsewhere")];
    let client = client(&server, sources.clone(), sources);
    client
        .convert(&operation(), &env(), TokenKind::Authorizer)
        .await
        .unwrap();
    client
        .convert(&operation(), &env(), TokenKind::Component)
        .await
        .unwrap();
    let queries: Vec<String> = server
        .requests()
        .iter()
        .map(|request| request.query.clone())
        .collect();
    assert_eq!(
        queries,
        [
            "access_token=canary-authorizer-1",
            "access_token=canary-fallback"
        ]
    );
}

#[tokio::test]
async fn a_file_is_read_again_when_its_token_is_refused() {
    let files = files(r#"{"authorizer_access_token":"canary-old"}"#);
    let server = wanting("canary-new").await;
    let client = client(&server, vec![], vec![file(&files.json)]);
    let error = client.env_info(&operation(), None).await.unwrap_err();
    assert_eq!((error.class(), error.attempts()), (Class::Token, 1));
    assert!(error.detail().contains(ORIGIN), "{}", error.detail());
    assert!(
        error.detail().contains("has no newer one"),
        "{}",
        error.detail()
    );
    std::fs::write(&files.json, r#"{"authorizer_access_token":"canary-new"}"#).unwrap();
    client.env_info(&operation(), None).await.unwrap();
    assert_eq!(
        server.requests().len(),
        2,
        "the refused one is not sent again"
    );
}

#[tokio::test]
async fn a_newer_token_that_is_refused_too_ends_it() {
    let files = files(r#"{"authorizer_access_token":"canary-a"}"#);
    let path = files.json.clone();
    let server = Server::start(move |request| {
        let next = format!("{}x", request.query.trim_start_matches("access_token="));
        std::fs::write(&path, json!({"authorizer_access_token": next}).to_string()).unwrap();
        Reply::Json(json!({"errcode": 40001}))
    })
    .await;
    let client = client(&server, vec![], vec![file(&files.json)]);
    let error = client.env_info(&operation(), None).await.unwrap_err();
    assert_eq!((error.class(), error.attempts()), (Class::Token, 2));
    assert!(
        error.detail().contains("refused as well"),
        "{}",
        error.detail()
    );
    assert!(!error.detail().contains("canary"), "{}", error.detail());
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_file_that_can_not_be_used_is_named_and_not_quoted() {
    let server = Server::start(|_| Reply::Json(json!({"errcode": 0}))).await;
    let files = files("canary");
    for path in [
        files.json.clone(),
        files.json.with_file_name("missing.json"),
    ] {
        let client = client(&server, vec![], vec![file(&path)]);
        let error = client.env_info(&operation(), None).await.unwrap_err();
        assert_eq!(error.class(), Class::TokenSource);
        let text = format!("{error} {error:?} {}", error.detail());
        assert!(
            text.contains(path.to_str().unwrap()) && text.contains(ORIGIN),
            "{text}"
        );
        assert!(!text.contains("canary"), "{text}");
    }
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn one_run_of_a_command_yields_both_tokens_to_everybody() {
    let files = files(BOTH);
    let server = Server::start(|_| Reply::Json(json!({"errcode": 0}))).await;
    let command = counting(&files.log, &files.json);
    let client = client(&server, vec![command.clone()], vec![command]);
    let calls = (0..40).map(|n| {
        let kind = if n % 2 == 0 {
            TokenKind::Component
        } else {
            TokenKind::Authorizer
        };
        let client = client.clone();
        async move { client.convert(&operation(), &env(), kind).await }
    });
    assert!(
        join_all(calls)
            .await
            .into_iter()
            .all(|result| result.is_ok())
    );
    assert_eq!(runs(&files.log), 1);
}

#[tokio::test]
async fn a_refused_token_is_fetched_once_however_many_calls_it_failed() {
    let files = files(r#"{"component_access_token":"canary-component-old"}"#);
    let next = files.json.clone();
    let server = Server::start(move |request| {
        if request.query == "access_token=canary-component-new" {
            return Reply::Json(json!({"errcode": 0}));
        }
        std::fs::write(
            &next,
            r#"{"component_access_token":"canary-component-new"}"#,
        )
        .unwrap();
        Reply::After(
            Duration::from_millis(100),
            Box::new(Reply::Json(json!({"errcode": 42001}))),
        )
    })
    .await;
    let client = client(&server, vec![counting(&files.log, &files.json)], vec![]);
    let calls = (0..20).map(|_| {
        let client = client.clone();
        async move {
            client
                .convert(&operation(), &env(), TokenKind::Component)
                .await
        }
    });
    assert!(
        join_all(calls)
            .await
            .into_iter()
            .all(|result| result.is_ok())
    );
    assert_eq!(
        runs(&files.log),
        2,
        "once at first, once for all the refusals"
    );
}

#[tokio::test]
async fn a_failing_command_tells_its_standard_error_and_never_its_output() {
    let server = Server::start(|_| Reply::Json(json!({"errcode": 0}))).await;
    for script in [
        "echo canary; echo 'no vault here' >&2; exit 3",
        "echo canary; echo 'no vault here' >&2",
        "echo 'no vault here' >&2; kill -9 $$",
    ] {
        let client = client(&server, vec![], vec![shell(script.into())]);
        let error = client.env_info(&operation(), None).await.unwrap_err();
        assert_eq!(error.class(), Class::TokenSource);
        let text = format!("{error} {error:?} {}", error.detail());
        assert!(
            text.contains("no vault here") && text.contains(ORIGIN),
            "{text}"
        );
        assert!(!text.contains("canary"), "{text}");
    }
    // What it repeats of a secret that is known is not told, even if it does not look like one.
    let known = value("a/canary/1", "elsewhere");
    for echo in [
        "a/canary/1",
        "a%2Fcanary%2f1",
        "YS9jYW5hcnkvMQ==",
        r"a\/\u0063anary/1",
    ] {
        let script = format!("printf 'no %s here\n' '{echo}' >&2; exit 3");
        let client = client(&server, vec![known.clone()], vec![shell(script)]);
        let error = client.env_info(&operation(), None).await.unwrap_err();
        assert!(
            error.to_string().ends_with("it said: no *** here") || echo.ends_with("=="),
            "{error}"
        );
        let text = format!("{error} {error:?} {}", error.detail());
        assert!(
            !text.contains("canary") && !text.contains("jYW5hcnk"),
            "{text}"
        );
    }
    let missing = TokenSource::Command {
        argv: vec!["/nonexistent/program".into()],
        timeout: Duration::from_secs(1),
        withheld: &[],
        origin: ORIGIN.into(),
    };
    let error = client(&server, vec![], vec![missing])
        .env_info(&operation(), None)
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("/nonexistent/program"),
        "{error}"
    );
}

#[tokio::test]
async fn a_failing_command_is_not_run_again_for_each_call_that_is_queued() {
    let server = Server::start(|_| Reply::Json(json!({"errcode": 0}))).await;
    let files = files("");
    let command = counting(&files.log, &files.json);
    let client = client(&server, vec![command.clone()], vec![command]);
    for n in 0..10 {
        let kind = [TokenKind::Component, TokenKind::Authorizer][n % 2];
        let error = client.convert(&operation(), &env(), kind).await;
        let error = error.unwrap_err();
        assert_eq!(error.class(), Class::TokenSource);
        assert!(error.to_string().contains("not JSON"), "{error}");
    }
    assert_eq!(runs(&files.log), 1);
    // Later in the same run it may work again.
    std::fs::write(&files.json, BOTH).unwrap();
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(10)).await;
    tokio::time::resume();
    client.env_info(&operation(), None).await.unwrap();
    assert_eq!(runs(&files.log), 2);
}

#[tokio::test]
async fn a_child_that_holds_the_pipes_does_not_keep_a_token() {
    let server = Server::start(|_| Reply::Json(json!({"errcode": 0}))).await;
    let files = files(BOTH);
    let json = files.json.display();
    let started = std::time::Instant::now();
    let quick = [
        format!("sleep 3600 & cat '{json}'"),
        // A part of it is by a child that goes on.
        format!("(sleep 0.5; cat '{json}'; sleep 3600) & exit 0"),
        format!("(while sleep 0.02; do echo >&2; done) & cat '{json}'"),
    ];
    for script in quick {
        let client = client(&server, vec![], vec![shell(script.clone())]);
        let result = client.env_info(&operation(), None).await;
        assert!(result.is_ok(), "{script}: {result:?}");
    }
    let client = client(&server, vec![], vec![shell("sleep 3600 & exit 3".into())]);
    let error = client.env_info(&operation(), None).await.unwrap_err();
    assert!(error.to_string().contains("exit status: 3"), "{error}");
    assert!(started.elapsed() < Duration::from_secs(15));
}

/// Every program has this token, and the one of the file begins as editors of Windows begin a file.
#[tokio::test]
async fn a_byte_order_mark_is_skipped() {
    let server = wanting("canary-component-1").await;
    let marked = files(&format!("\u{feff}{BOTH}"));
    for source in [file(&marked.json), counting(&marked.log, &marked.json)] {
        let client = client(&server, vec![source], vec![]);
        client
            .convert(&operation(), &env(), TokenKind::Component)
            .await
            .unwrap();
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_token_file_that_is_no_file_is_an_error_at_once() {
    let server = Server::start(|_| Reply::Json(json!({"errcode": 0}))).await;
    let files = files("");
    let directory = files.json.parent().unwrap().to_owned();
    let pipe = directory.join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    for (path, words) in [
        (directory, "it is a directory"),
        (pipe, "it is not a regular file"),
        ("/dev/null".into(), "it is not a regular file"),
    ] {
        let client = client(&server, vec![], vec![file(&path)]);
        let operation = operation();
        let asked = client.env_info(&operation, None);
        let limit = Duration::from_secs(1);
        let error = tokio::time::timeout(limit, asked).await.unwrap();
        let error = error.unwrap_err();
        assert_eq!(error.class(), Class::TokenSource);
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn a_command_has_a_time_limit_and_ends_with_its_operation() {
    let server = Server::start(|_| Reply::Json(json!({"errcode": 0}))).await;
    let sleeping = |timeout| TokenSource::Command {
        argv: vec!["sleep".into(), "3600".into()],
        timeout,
        withheld: &[],
        origin: ORIGIN.into(),
    };
    let limited = client(&server, vec![], vec![sleeping(Duration::from_millis(100))]);
    let error = limited.env_info(&operation(), None).await.unwrap_err();
    assert_eq!(error.class(), Class::TokenSource);
    assert!(error.to_string().contains("longer than 100ms"), "{error}");

    let patient = client(&server, vec![], vec![sleeping(Duration::from_secs(3600))]);
    let cancel = CancellationToken::new();
    let cancelled = Operation::new(Duration::from_secs(3600), cancel.clone());
    let cancels = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        cancel.cancel();
    };
    let (result, ()) = tokio::join!(patient.env_info(&cancelled, None), cancels);
    assert_eq!(result.unwrap_err().class(), Class::Cancelled);
}

/// Waits until the process is gone, or dead and waiting to be collected.
#[cfg(target_os = "linux")]
async fn assert_ends(pid: &str) {
    let stat = format!("/proc/{pid}/stat");
    for _ in 0..500 {
        let runs = std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z "));
        if !runs {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    unreachable!("process {pid} still runs");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_command_ends_with_all_that_it_has_started() {
    let server = Server::start(|_| Reply::Json(json!({"errcode": 0}))).await;
    for (last, works) in [("wait", false), ("exit 3", false), ("cat \"$1\"", true)] {
        let files = files(BOTH);
        let script = format!("sleep 3600 & echo $! > \"$0\"; echo $$ >> \"$0\"; {last}");
        let paths = [&files.log, &files.json].map(|path| path.display().to_string());
        let command = TokenSource::Command {
            argv: ["/bin/sh".into(), "-c".into(), script]
                .into_iter()
                .chain(paths)
                .collect(),
            timeout: Duration::from_millis(500),
            withheld: &[],
            origin: ORIGIN.into(),
        };
        let client = client(&server, vec![], vec![command]);
        let result = client.env_info(&operation(), None).await;
        assert_eq!(result.is_ok(), works, "{last}: {result:?}");
        let pids = std::fs::read_to_string(&files.log).unwrap();
        assert_eq!(pids.lines().count(), 2);
        for pid in pids.lines() {
            assert_ends(pid).await;
        }
    }
}
