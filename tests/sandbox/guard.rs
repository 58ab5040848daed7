//! What a web page in a browser on the same machine can't do.

use reqwest::{Method, header};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::client::{ENV, one, start};

/// The status of a request with these headers.
async fn status(method: Method, url: &str, headers: &[(header::HeaderName, &str)]) -> u16 {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut request = http.request(method, url).body("{\"all\": true}");
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn control_calls_of_other_web_pages_are_refused() {
    let (sandbox, client) = start().await;
    client.share_url(ENV, one()).await;
    let url = format!("{}/_sandbox/approve", sandbox.url());
    let json = (header::CONTENT_TYPE, "application/json");
    let own = sandbox.url();
    for (refused, headers) in [
        (403, vec![json.clone(), (header::HOST, "evil.example")]),
        (
            403,
            vec![json.clone(), (header::HOST, "localhost.evil.example:80")],
        ),
        (
            403,
            vec![json.clone(), (header::ORIGIN, "https://evil.example")],
        ),
        (403, vec![json.clone(), (header::ORIGIN, "null")]),
        (415, vec![]),
        (415, vec![(header::CONTENT_TYPE, "text/plain")]),
        (
            415,
            vec![(header::CONTENT_TYPE, "application/x-www-form-urlencoded")],
        ),
    ] {
        assert_eq!(
            status(Method::POST, &url, &headers).await,
            refused,
            "{headers:?}"
        );
    }
    let state = format!("{own}/_sandbox/state");
    let foreign = [(header::HOST, "evil.example")];
    assert_eq!(status(Method::GET, &state, &foreign).await, 403);
    assert_eq!(sandbox.bound().len(), 0, "nothing was decided");

    let charset = (header::CONTENT_TYPE, "application/json; charset=utf-8");
    assert_eq!(status(Method::POST, &url, &[charset]).await, 200);
    assert_eq!(sandbox.bound().len(), 1);
    for headers in [
        vec![json.clone(), (header::ORIGIN, own.as_str())],
        vec![json.clone(), (header::HOST, "localhost:1")],
        vec![json, (header::HOST, "[::1]")],
    ] {
        assert_eq!(
            status(Method::POST, &url, &headers).await,
            200,
            "{headers:?}"
        );
    }
    sandbox.stop().await;
}

#[tokio::test]
async fn only_the_page_itself_decides_and_it_is_in_no_frame() {
    let (sandbox, client) = start().await;
    let url = client.share_url(ENV, one()).await;
    let page = reqwest::get(&url).await.unwrap();
    for (name, value) in [
        ("content-security-policy", "frame-ancestors 'none'"),
        ("content-security-policy", "default-src 'none'"),
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
    ] {
        let sent = page.headers()[name].to_str().unwrap();
        assert!(sent.contains(value), "{name}: {sent}");
    }
    let own = sandbox.url();
    let own = own.trim_start_matches("http://");
    let decide = async |host: &str, origin: &str| {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = http
            .post(&url)
            .header("host", host)
            .header("origin", origin);
        let sent = request.body("decision=approve").send().await.unwrap();
        sent.status().as_u16()
    };
    assert_eq!(decide(own, "https://evil.example").await, 403);
    assert_eq!(decide("evil.example", "http://evil.example").await, 403);
    assert_eq!(sandbox.bound().len(), 0);
    assert_eq!(decide(own, &sandbox.url()).await, 200);
    assert_eq!(sandbox.bound().len(), 1);
    sandbox.stop().await;
}

/// What lists the links gives the right to decide away.
#[tokio::test]
async fn no_other_web_page_reads_the_inbox() {
    let (sandbox, client) = start().await;
    let url = client.share_url(ENV, one()).await;
    let inbox = format!("{}/", sandbox.url());
    let own = sandbox.url();
    for (expected, headers) in [
        (403, vec![(header::HOST, "evil.example")]),
        (403, vec![(header::HOST, "localhost.evil.example:80")]),
        (403, vec![(header::ORIGIN, "https://evil.example")]),
        (403, vec![(header::ORIGIN, "null")]),
        (200, vec![]),
        (200, vec![(header::HOST, "localhost:1")]),
        (200, vec![(header::HOST, "[::1]")]),
        (200, vec![(header::ORIGIN, own.as_str())]),
    ] {
        for method in [Method::GET, Method::HEAD] {
            let seen = status(method, &inbox, &headers).await;
            assert_eq!(seen, expected, "{headers:?}");
        }
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut request = http.get(&inbox);
        for (name, value) in &headers {
            request = request.header(name, *value);
        }
        let text = request.send().await.unwrap().text().await.unwrap();
        let id = url.rsplit('/').next().unwrap();
        assert_eq!(text.contains(id), expected == 200, "{headers:?}");
    }
    sandbox.stop().await;
}

/// The clock goes on to the next timer while everybody waits.
#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_end_the_head_of_its_request_is_cut_off() {
    let (sandbox, client) = start().await;
    let host = sandbox.url();
    let mut stream = tokio::net::TcpStream::connect(host.trim_start_matches("http://"))
        .await
        .unwrap();
    stream
        .write_all(b"POST /tcb/getenvinfo HTTP/1.1\r\nhost: ")
        .await
        .unwrap();
    let begun = tokio::time::Instant::now();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert_eq!(begun.elapsed().as_secs(), 30);
    assert_eq!(client.query(&[one()], None).await["errcode"], json!(0));
    sandbox.stop().await;
}
