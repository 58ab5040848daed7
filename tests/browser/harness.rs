//! What the other tests rely on: that the browser is what it is said to be, that it tells of errors, and that it goes.

#[cfg(target_os = "linux")]
use std::fs;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::chromium::{Browser, Language, Screen};

/// An address on this machine that answers every request with `page`, and the heads of those.
async fn serve(page: &'static str) -> (String, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (sender, heads) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = vec![0; 4096];
            let length = stream.read(&mut head).await.unwrap();
            let head = String::from_utf8_lossy(&head[..length]).to_lowercase();
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{page}",
                page.len()
            );
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = sender.send(head);
        }
    });
    (url, heads)
}

#[tokio::test]
async fn it_has_the_size_and_the_language_that_were_asked_for() {
    let page = "<!doctype html><meta name=viewport content='width=device-width'><p>text";
    for (screen, language, accepted) in [
        (
            Screen::Desktop,
            Language::English,
            "accept-language: en-us,en;q=0.9\r\n",
        ),
        (
            Screen::Phone,
            Language::Chinese,
            "accept-language: zh-cn,zh;q=0.9\r\n",
        ),
    ] {
        let Some(browser) = Browser::open(screen, language).await else {
            return;
        };
        let (url, mut heads) = serve(page).await;
        browser.go(&url).await;
        let head = heads.recv().await.unwrap();
        assert!(head.contains(accepted), "{head}");
        let body = "return [innerWidth, innerHeight, navigator.language]";
        let (width, height) = screen.size();
        let seen = browser.run(body, json!([])).await;
        assert_eq!(seen, json!([width, height, language.tag()]));
        assert_eq!(browser.url().await, url);
    }
}

#[tokio::test]
async fn errors_and_requests_are_seen() {
    let Some(browser) = Browser::open(Screen::Phone, Language::English).await else {
        return;
    };
    let (url, _heads) = serve(
        "<!doctype html><meta name=viewport content='width=device-width'><link rel=icon href='data:,'><style>p { width: 900px; height: 10px; margin: 0 } \
         p + p { position: relative; top: -4px; left: 3px; color: #f00 }</style><p>one<p class=x>two\
         <script>console.error('wrong')</script><img src='//127.0.0.1:1/elsewhere.png'>",
    )
    .await;
    browser.go(&url).await;
    let console = browser.console().await;
    assert!(
        console.iter().any(|line| line.contains("wrong")),
        "{console:?}"
    );
    assert!(
        console.iter().any(|line| line.contains("ERR_UNSAFE_PORT")),
        "{console:?}"
    );
    let requests = browser.requests().await;
    assert_eq!(
        requests,
        [
            format!("GET {url}"),
            "GET http://127.0.0.1:1/elsewhere.png".to_owned()
        ]
    );
    assert!(browser.overflow().await > 0.0);
    let frames = browser.frames("p").await;
    assert_eq!((frames[0].width(), frames[0].height()), (900.0, 10.0));
    assert!(
        (frames[0].distance(&frames[1]) - -4.0).abs() < 0.01,
        "{frames:?}"
    );
    assert_eq!(browser.style("p + p", "color").await, "rgb(255, 0, 0)");
    assert_eq!(
        browser.attribute("p + p", "class").await.as_deref(),
        Some("x")
    );
    assert_eq!(
        (browser.count("p").await, browser.text("p").await),
        (2, "one".to_owned())
    );
}

/// Processes whose command line names this folder. They are asked of Linux alone.
#[cfg(target_os = "linux")]
fn processes_with(text: &str) -> Vec<String> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    entries
        .filter_map(|entry| fs::read(entry.path().join("cmdline")).ok())
        .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
        .filter(|line| line.contains(text))
        .collect()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn it_is_gone_after_a_test_that_panics() {
    let Some(browser) = Browser::open(Screen::Desktop, Language::English).await else {
        return;
    };
    let folder = browser.folder().to_owned();
    let name = folder.to_str().unwrap().to_owned();
    assert!(!processes_with(&name).is_empty());
    let test = tokio::spawn(async move {
        let _browser = browser;
        panic!("as a failing test does");
    });
    assert!(test.await.unwrap_err().is_panic());
    assert_eq!(processes_with(&name), [""; 0]);
    assert!(!folder.exists());
}
