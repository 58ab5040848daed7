//! Every fault as a client sees it, and whether the work behind the answer was done.

use std::time::{Duration, Instant};

use cloudbase::sandbox::{Effect, Endpoint, Fault, Quota, Sandbox};
use serde_json::{Value, json};

use crate::client::{Client, ENV, errcode, one, other, start};

/// What came of a share of [`one`].
#[derive(Debug, PartialEq)]
enum Seen {
    /// HTTP status, Content-Type and body.
    Answer(u16, String, String),
    /// The connection broke before the head of an answer.
    NoAnswer,
    /// It broke within the body.
    HalfAnswer,
}

impl Seen {
    fn json(&self) -> Value {
        match self {
            Self::Answer(200, _, body) => serde_json::from_str(body).unwrap(),
            other => panic!("not a JSON answer: {other:?}"),
        }
    }
}

async fn share(sandbox: &Sandbox, client: &Client) -> Seen {
    let url = client.url(Endpoint::Share, &sandbox.component_token());
    let body = json!({"data": [{"env": ENV, "appids": [one()]}]}).to_string();
    let Ok(response) = client.post(&url, &body).await else {
        return Seen::NoAnswer;
    };
    let status = response.status().as_u16();
    let kind = response.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    match response.bytes().await {
        Ok(body) => Seen::Answer(status, kind, String::from_utf8_lossy(&body).into_owned()),
        Err(_) => Seen::HalfAnswer,
    }
}

/// Injects the fault for one share, and checks that exactly an `after_work` one did the work.
async fn struck(effect: Effect, after_work: bool) -> Seen {
    let (sandbox, client) = start().await;
    let fault = Fault::new(effect.clone()).on(Endpoint::Share);
    sandbox.inject(if after_work {
        fault.after_work()
    } else {
        fault
    });
    let seen = share(&sandbox, &client).await;
    let asked = sandbox.requests_sent(ENV, one(), None);
    assert_eq!(
        asked,
        u64::from(after_work),
        "{effect:?}, after_work: {after_work}"
    );
    let call = &sandbox.calls()[0];
    assert_eq!(
        (call.worked, call.fault.as_ref()),
        (after_work, Some(&effect))
    );
    assert_eq!(
        errcode(&share(&sandbox, &client).await.json()),
        0,
        "once only"
    );
    seen
}

#[tokio::test]
async fn faults_with_an_errcode() {
    let coded = Effect::Errcode {
        code: -501_000,
        message: "TcbCode: [SoldOut]".to_owned(),
    };
    for (effect, code) in [
        (Effect::Busy, -1),
        (Effect::SystemError, -1000),
        (Effect::MinuteCap, 45011),
        (Effect::DailyCap, 45009),
        (Effect::TokenExpired, 42001),
        (Effect::TokenInvalid, 40014),
        (Effect::PermissionNotGranted, 61007),
        (coded, -501_000),
    ] {
        for after_work in [false, true] {
            let answer = struck(effect.clone(), after_work).await.json();
            assert_eq!(errcode(&answer), code);
            assert!(answer["errmsg"].as_str().unwrap().contains(" rid: "));
        }
    }
    let ip = Effect::IpNotAllowed {
        ip: "203.0.113.7".to_owned(),
    };
    let answer = struck(ip, false).await.json();
    assert!(
        answer["errmsg"]
            .as_str()
            .unwrap()
            .contains("requestIP: 203.0.113.7")
    );
}

#[tokio::test]
async fn faults_that_are_no_json() {
    for after_work in [false, true] {
        let http = Effect::Http {
            status: 502,
            body: "<h1>Bad Gateway</h1>".to_owned(),
        };
        let Seen::Answer(502, _, body) = struck(http, after_work).await else {
            panic!("no 502")
        };
        assert_eq!(body, "<h1>Bad Gateway</h1>");
        let Seen::Answer(200, _, body) = struck(Effect::EmptyBody, after_work).await else {
            panic!("no answer")
        };
        assert_eq!(body, "");
        for effect in [Effect::TruncatedJson, Effect::Garbage] {
            let Seen::Answer(200, _, body) = struck(effect, after_work).await else {
                panic!("no answer")
            };
            assert!(!body.is_empty());
            assert!(serde_json::from_str::<Value>(&body).is_err(), "{body}");
        }
    }
}

#[tokio::test]
async fn faults_that_break_the_connection() {
    for after_work in [false, true] {
        assert_eq!(struck(Effect::Reset, after_work).await, Seen::NoAnswer);
        assert_eq!(struck(Effect::Cut, after_work).await, Seen::HalfAnswer);
        let hang = Effect::Hang(Duration::from_millis(40));
        let began = Instant::now();
        assert_eq!(struck(hang, after_work).await, Seen::NoAnswer);
        assert!(began.elapsed() >= Duration::from_millis(40));
    }
}

#[tokio::test]
async fn a_reset_is_a_reset_and_not_a_close() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (sandbox, _) = start().await;
    sandbox.inject(Fault::new(Effect::Reset));
    let url = sandbox.url();
    let host = url.strip_prefix("http://").unwrap();
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let path = Endpoint::Query.path();
    let request = format!("POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: 2\r\n\r\n{{}}");
    stream.write_all(request.as_bytes()).await.unwrap();
    let error = stream.read(&mut [0; 64]).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn faults_that_change_a_real_answer() {
    let kind = Effect::ContentType("text/html; charset=gbk".to_owned());
    let Seen::Answer(200, kind, body) = struck(kind, true).await else {
        panic!("no answer")
    };
    assert_eq!(kind, "text/html; charset=gbk");
    assert_eq!(errcode(&serde_json::from_str(&body).unwrap()), 0);

    let nulls = struck(Effect::NullLists, true).await.json();
    assert_eq!(
        nulls,
        json!({
            "errcode": 0, "errmsg": "ok", "err_list": null, "msg_info_list": null
        })
    );
    let missing = struck(Effect::MissingLists, true).await.json();
    assert_eq!(missing, json!({"errcode": 0, "errmsg": "ok"}));
    let bare = struck(Effect::MissingErrcode, true).await.json();
    assert!(bare.get("errcode").is_none() && bare.get("errmsg").is_none());
    assert_eq!(bare["msg_info_list"][0]["appid"], one());

    let began = Instant::now();
    let slow = struck(Effect::Slow(Duration::from_millis(40)), true)
        .await
        .json();
    assert_eq!(slow["msg_info_list"][0]["appid"], one());
    assert!(began.elapsed() >= Duration::from_millis(40));
}

#[tokio::test]
async fn faults_that_change_the_rows_of_a_real_answer() {
    let answer = struck(Effect::MangledAppid(one().to_owned()), true)
        .await
        .json();
    let shorter = &one()[..one().len() - 1];
    assert_eq!(answer["msg_info_list"][0]["appid"], shorter);
    assert_eq!(errcode(&answer), 0);
    let row = json!({"appid": "wx0", "errmsg": "invalid appid"});
    for list in ["err_list", "a_new_list"] {
        let added = Effect::AddedRow {
            list: list.to_owned(),
            row: row.clone(),
        };
        let answer = struck(added, true).await.json();
        assert_eq!(answer[list], json!([row]));
        assert_eq!(answer["msg_info_list"][0]["appid"], one());
    }

    let (sandbox, client) = start().await;
    sandbox.bind(ENV, one(), None);
    sandbox.inject(Fault::new(Effect::MangledAppid(one().to_owned())).on(Endpoint::Query));
    let answer = client.query(&[one(), other()], None).await;
    assert_eq!(
        answer["relation_data"],
        json!([{"appid": shorter, "env_list": [ENV]}, {"appid": other(), "env_list": []}])
    );
}

#[tokio::test]
async fn refusals_can_name_an_environment_that_was_not_asked_about() {
    let (sandbox, client) = start().await;
    for endpoint in [Endpoint::Share, Endpoint::Unshare, Endpoint::Query] {
        sandbox.refuse_appid(endpoint, one(), "no");
        sandbox.inject(Fault::new(Effect::OtherEnv("prod-2".to_owned())).on(endpoint));
    }
    let rows = json!([{"env": "prod-2", "appid": one(), "errmsg": "no"}]);
    let answer = client.share(ENV, &[one(), other()], None).await;
    assert_eq!((errcode(&answer), &answer["err_list"]), (0, &rows));
    assert_eq!(answer["msg_info_list"][0]["appid"], other());
    assert_eq!(sandbox.pending()[0].env, ENV, "only the answer is changed");
    let answer = client.unshare(ENV, &[one(), other()], None).await;
    assert_eq!((errcode(&answer), &answer["err_list"]), (0, &rows));
    assert!(sandbox.pending().is_empty());
    let answer = client.query(&[one()], None).await;
    let bare = json!([{"appid": one(), "errmsg": "no"}]);
    assert_eq!(answer["err_list"], bare, "its rows have no environment");
    let told = struck(Effect::OtherEnv("prod-2".to_owned()), true).await;
    assert_eq!(told.json()["err_list"], json!([]));
}

#[tokio::test]
async fn a_gateway_says_what_it_is_told_to_before_or_after_the_work() {
    for after_work in [false, true] {
        let body = r#"{"code":403,"message":"blocked by policy"}"#;
        let gateway = Effect::Http {
            status: 200,
            body: body.to_owned(),
        };
        let Seen::Answer(200, _, seen) = struck(gateway, after_work).await else {
            panic!("no answer")
        };
        assert_eq!(seen, body);
    }
}

#[tokio::test]
async fn a_fault_strikes_only_what_it_is_meant_for() {
    let (sandbox, client) = start().await;
    sandbox.inject(
        Fault::new(Effect::Busy)
            .on(Endpoint::Share)
            .naming_appid(other())
            .always(),
    );
    sandbox.inject(
        Fault::new(Effect::SystemError)
            .naming_env("prod-2")
            .times(2),
    );
    assert_eq!(errcode(&client.query(&[other()], None).await), 0);
    assert_eq!(errcode(&client.share(ENV, &[one()], None).await), 0);
    for _ in 0..3 {
        assert_eq!(
            errcode(&client.share(ENV, &[one(), other()], None).await),
            -1
        );
    }
    let mut codes = Vec::new();
    for _ in 0..3 {
        codes.push(errcode(&client.unshare("prod-2", &[one()], None).await));
    }
    assert_eq!(codes, [-1000, -1000, 0]);
    sandbox.clear_faults();
    assert_eq!(
        errcode(&client.share(ENV, &[one(), other()], None).await),
        0
    );
}

#[tokio::test]
async fn a_script_strikes_at_chosen_calls() {
    let (sandbox, client) = start().await;
    sandbox.inject(
        Fault::new(Effect::MinuteCap)
            .on(Endpoint::Query)
            .at_calls([2, 4]),
    );
    let mut codes = Vec::new();
    for _ in 0..5 {
        codes.push(errcode(&client.query(&[one()], None).await));
    }
    assert_eq!(codes, [0, 45011, 0, 45011, 0]);
}

#[tokio::test]
async fn quotas_count_by_endpoint_or_over_all() {
    let (sandbox, client) = start().await;
    let cap = |endpoint, per_minute, per_day| Quota {
        endpoint,
        per_minute,
        per_day,
    };
    sandbox.set_quota(cap(Some(Endpoint::Query), Some(1), None));
    assert_eq!(errcode(&client.query(&[one()], None).await), 0);
    assert_eq!(errcode(&client.query(&[one()], None).await), 45011);
    assert_eq!(errcode(&client.share(ENV, &[one()], None).await), 0);
    sandbox.set_quota(cap(None, None, Some(1)));
    assert_eq!(errcode(&client.share(ENV, &[one()], None).await), 0);
    assert_eq!(errcode(&client.share(ENV, &[one()], None).await), 45009);
    assert_eq!(
        sandbox.requests_sent(ENV, one(), None),
        2,
        "a capped call does nothing"
    );
}

#[tokio::test]
async fn latency_is_of_one_endpoint_or_of_the_rest() {
    let (sandbox, client) = start().await;
    sandbox.set_latency(Some(Endpoint::Query), Duration::from_millis(60));
    let began = Instant::now();
    client.query(&[one()], None).await;
    assert!(began.elapsed() >= Duration::from_millis(60));
    let call = &sandbox.calls()[0];
    assert!(call.answered_at.unwrap() - call.at >= Duration::from_millis(60));
    sandbox.set_latency(None, Duration::from_millis(60));
    sandbox.set_latency(Some(Endpoint::Query), Duration::ZERO);
    let began = Instant::now();
    client.share(ENV, &[one()], None).await;
    assert!(began.elapsed() >= Duration::from_millis(60));
}

#[tokio::test]
async fn stopping_does_not_wait_for_what_hangs() {
    let (sandbox, client) = start().await;
    sandbox.inject(Fault::new(Effect::Hang(Duration::from_secs(3600))));
    let url = client.url(Endpoint::Query, &sandbox.component_token());
    let hanging = tokio::spawn(async move { client.post(&url, "{}").await.is_err() });
    sandbox.wait_for_calls(Endpoint::Query, 1).await;
    let base = sandbox.url();
    sandbox.stop().await;
    assert!(
        hanging.await.unwrap(),
        "the caller sees a broken connection"
    );
    let address = base.strip_prefix("http://").unwrap();
    assert!(
        tokio::net::TcpStream::connect(address).await.is_err(),
        "nobody listens any more"
    );
}

#[tokio::test]
async fn a_field_is_set_or_left_out_in_every_row() {
    let (sandbox, client) = start().await;
    let answer = async |path: &str, value: Option<Value>| {
        let path = path.to_owned();
        sandbox.inject(Fault::new(Effect::Field { path, value }).on(Endpoint::Share));
        client.share(ENV, &[one(), other()], None).await
    };
    let set = answer("msg_info_list[].env", Some(json!({"x": 1}))).await;
    for row in 0..2 {
        assert_eq!(set["msg_info_list"][row]["env"], json!({"x": 1}));
    }
    assert_eq!(answer("errcode", Some(json!("0"))).await["errcode"], "0");
    let missing = answer("msg_info_list[].url", None).await;
    for row in 0..2 {
        assert!(missing["msg_info_list"][row]["appid"].is_string());
        assert!(missing["msg_info_list"][row].get("url").is_none());
    }
    assert!(
        answer("msg_info_list", None)
            .await
            .get("msg_info_list")
            .is_none()
    );
    // Where nothing is there is nothing to set.
    assert_eq!(errcode(&answer("no.such[].field", Some(json!(1))).await), 0);

    for (text, value) in [
        (r#"{"effect":{"field":{"path":"a"}}}"#, None),
        (
            r#"{"effect":{"field":{"path":"a","value":null}}}"#,
            Some(Value::Null),
        ),
    ] {
        let fault: Fault = serde_json::from_str(text).unwrap();
        let path = "a".to_owned();
        assert_eq!(fault.effect, Effect::Field { path, value });
        let again = serde_json::to_string(&fault).unwrap();
        assert_eq!(serde_json::from_str::<Fault>(&again).unwrap(), fault);
    }
}
