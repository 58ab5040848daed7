//! The pages for people, as HTTP: what they say, in which language, and where they lead.

use cloudbase::sandbox::{Confirm, Sandbox};
use reqwest::redirect::Policy;
use reqwest::{Method, Response, header};
use serde_json::json;

use crate::client::{Client, ENV, one, other, start};

/// A request as it is, without following where it leads.
async fn send(method: Method, url: &str, body: &str, language: Option<&str>) -> Response {
    let http = reqwest::Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .build()
        .unwrap();
    let mut request = http.request(method, url).body(body.to_owned());
    if let Some(language) = language {
        request = request.header(header::ACCEPT_LANGUAGE, language);
    }
    request.send().await.unwrap()
}

/// Status and heading of a page.
async fn heading(url: &str) -> (u16, String) {
    let page = send(Method::GET, url, "", None).await;
    let status = page.status().as_u16();
    let text = page.text().await.unwrap();
    let (_, rest) = text.split_once("<h1>").unwrap();
    (status, rest.split_once("</h1>").unwrap().0.to_owned())
}

fn ok(heading: &str) -> (u16, String) {
    (200, heading.to_owned())
}

/// Presses a button; returns where that leads.
async fn press(url: &str, decision: &str) -> String {
    let form = format!("decision={decision}");
    let answer = send(Method::POST, url, &form, None).await;
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.headers()["referrer-policy"], "same-origin");
    let location = answer.headers()["location"].to_str().unwrap();
    let base = reqwest::Url::parse(url).unwrap();
    base.join(location).unwrap().to_string()
}

/// Names for the mini program of the samples and for the environment.
async fn name(client: &Client, alias: &str, nick_name: &str, principal_name: &str) {
    let env = json!({"env": ENV, "alias": alias}).to_string();
    assert_eq!(client.control("POST", "envs", &env).await.0, 200);
    let names = json!({"appid": one(), "nick_name": nick_name, "principal_name": principal_name})
        .to_string();
    let put = client.control("POST", "authorizers", &names);
    assert_eq!(put.await.0, 200);
}

#[tokio::test]
async fn a_link_decides_once_and_says_what_became_of_it() {
    let (sandbox, client) = start().await;
    let url = client.share_url(ENV, one()).await;
    assert_eq!(heading(&url).await, ok("Share this environment?"));
    assert_eq!(
        heading(&format!("{url}?done")).await,
        ok("Share this environment?")
    );
    let nonsense = send(Method::POST, &url, "decision=maybe", None).await;
    assert_eq!(nonsense.status(), 400);
    assert!(nonsense.text().await.unwrap().contains("decision=approve"));
    assert_eq!(sandbox.bound().len(), 0);

    let shown = press(&url, "approve").await;
    assert_eq!(client.envs_of(one(), None).await, [ENV]);
    assert_eq!(shown, format!("{url}?done"));
    assert_eq!(heading(&shown).await, ok("Approved"));
    assert_eq!(heading(&url).await, ok("Already approved"));
    assert_eq!(press(&url, "refuse").await, url);
    assert_eq!(heading(&url).await, ok("Already approved"));
    assert_eq!(client.envs_of(one(), None).await, [ENV]);

    let url = client.share_url(ENV, other()).await;
    let shown = press(&url, "refuse").await;
    assert_eq!(heading(&shown).await, ok("Refused"));
    assert_eq!(heading(&url).await, ok("Already refused"));
    assert_eq!(press(&url, "approve").await, url);
    assert_eq!(sandbox.bound().len(), 1);
    sandbox.stop().await;
}

#[tokio::test]
async fn a_link_that_is_void_says_why() {
    let (sandbox, client) = start().await;
    let old = client.share_url(ENV, one()).await;
    let new = client.share_url(ENV, one()).await;
    assert_eq!(
        heading(&old).await,
        (410, "Replaced by a newer link".to_owned())
    );
    assert_eq!(press(&old, "approve").await, old);
    assert_eq!(sandbox.bound().len(), 0);

    client.unshare(ENV, &[one()], None).await;
    assert_eq!(heading(&new).await, (410, "Withdrawn".to_owned()));
    assert_eq!(press(&new, "approve").await, new);
    assert_eq!(sandbox.bound().len(), 0);

    let unknown = format!("{new}0");
    assert_eq!(heading(&unknown).await, (404, "Unknown link".to_owned()));
    let decided = send(Method::POST, &unknown, "decision=approve", None).await;
    assert_eq!(decided.status(), 404);
    sandbox.stop().await;
}

#[tokio::test]
async fn what_confirms_itself_needs_no_decision_any_more() {
    let (sandbox, client) = start().await;
    sandbox.set_confirm(Confirm::After(std::time::Duration::from_millis(30)));
    let url = client.share_url(ENV, one()).await;
    while heading(&url).await == ok("Share this environment?") {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(heading(&url).await, ok("Already approved"));
    assert_eq!(press(&url, "refuse").await, url);
    assert_eq!(sandbox.bound().len(), 1);
    sandbox.stop().await;
}

#[tokio::test]
async fn each_page_is_in_the_language_of_its_reader() {
    let (sandbox, client) = start().await;
    let url = client.share_url(ENV, one()).await;
    let inbox = format!("{}/", sandbox.url());
    let unknown = format!("{url}0");
    let english = ("en", "not WeChat");
    let chinese = ("zh-CN", "这是沙箱，不是微信");
    for (query, header, (tag, text)) in [
        ("", None, english),
        ("", Some("zh-CN,zh;q=0.9,en;q=0.8"), chinese),
        ("", Some("en-US,en;q=0.9,zh;q=0.8"), english),
        ("", Some("en;q=0.1, zh-TW;q=0.3"), chinese),
        ("", Some("fr"), english),
        ("?lang=zh", Some("en"), chinese),
        ("?lang=en", Some("zh"), english),
        ("?lang=xx", Some("zh"), chinese),
    ] {
        for page in [&url, &inbox, &unknown] {
            let seen = send(Method::GET, &format!("{page}{query}"), "", header).await;
            assert_eq!(
                seen.headers()["content-language"],
                tag,
                "{page}{query} {header:?}"
            );
            assert_eq!(seen.headers()["vary"], "Accept-Language");
            let html = seen.text().await.unwrap();
            assert!(html.contains(&format!("<html lang=\"{tag}\">")), "{html}");
            assert!(html.contains(text), "{html}");
        }
    }
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let two_headers = http
        .get(&url)
        .header("accept-language", "en;q=0.5")
        .header("accept-language", "zh");
    let seen = two_headers.send().await.unwrap();
    assert_eq!(seen.headers()["content-language"], "zh-CN");

    let shown = press(&format!("{url}?lang=zh"), "approve").await;
    assert_eq!(
        shown,
        format!("{url}?lang=zh&done"),
        "what was chosen stays"
    );
    assert_eq!(heading(&shown).await, ok("已同意"));
    let html = client.get(&format!("{url}?lang=zh")).await.1;
    assert!(
        html.contains("href=\"/?lang=zh\"") && html.contains("href=\"?lang=en\""),
        "{html}"
    );
    sandbox.stop().await;
}

#[tokio::test]
async fn a_page_names_what_is_shared_with_whom() {
    let (sandbox, client) = start().await;
    let url = client.share_url(ENV, one()).await;
    let plain = client.get(&url).await.1;
    for part in [ENV, one(), "Cloud development"] {
        assert!(plain.contains(part), "{part} in {plain}");
    }
    assert!(!plain.contains("Legal subject"), "nobody knows it: {plain}");
    name(&client, "Tea, production", "Tea Orders", "Tea House Ltd").await;
    let named = client.get(&url).await.1;
    for part in [
        "Tea, production",
        ENV,
        "Tea Orders",
        one(),
        "Legal subject",
        "Tea House Ltd",
    ] {
        assert!(named.contains(part), "{part} in {named}");
    }
    let hosting = client.share(ENV, &[one()], Some(1)).await;
    let url = hosting["msg_info_list"][0]["url"].as_str().unwrap();
    assert!(client.get(url).await.1.contains("Cloud hosting"));
    assert!(
        client
            .get(&format!("{url}?lang=zh"))
            .await
            .1
            .contains("云托管")
    );
    sandbox.stop().await;
}

#[tokio::test]
async fn markup_in_names_is_shown_and_not_obeyed() {
    let (sandbox, client) = start().await;
    let text = |which: &str| format!("<script>alert('&{which}')</script>");
    name(&client, &text("a"), &text("b"), &text("c")).await;
    let url = client.share_url(ENV, one()).await;
    let inbox = format!("{}/", sandbox.url());
    let open = [client.get(&url).await.1, client.get(&inbox).await.1];
    sandbox.approve(ENV, one());
    let decided = [client.get(&url).await.1, client.get(&inbox).await.1];
    for (page, shown) in open.iter().chain(&decided).zip(["abc", "abc", "abc", "ab"]) {
        assert!(!page.contains("<script"), "{page}");
        for which in shown.chars() {
            let escaped = format!("&lt;script&gt;alert('&amp;{which}')&lt;/script&gt;");
            assert!(page.contains(&escaped), "{which} in {page}");
        }
    }
    sandbox.stop().await;
}

/// The links of the inbox to what is `open`, or was decided.
async fn links(sandbox: &Sandbox) -> Vec<String> {
    let html = send(Method::GET, &format!("{}/", sandbox.url()), "", None).await;
    let html = html.text().await.unwrap();
    let links = html.split("href=\"/confirm/").skip(1);
    links
        .map(|rest| {
            format!(
                "{}/confirm/{}",
                sandbox.url(),
                rest.split('"').next().unwrap()
            )
        })
        .collect()
}

#[tokio::test]
async fn the_inbox_has_what_waits_and_what_was_decided_lately() {
    let (sandbox, client) = start().await;
    let inbox = format!("{}/", sandbox.url());
    assert_eq!(heading(&inbox).await, ok("Nothing is waiting"));
    let empty = client.get(&inbox).await.1;
    assert!(
        empty.contains("cloudbase_env_share") && empty.contains("http-equiv=\"refresh\""),
        "{empty}"
    );
    sandbox.set_confirm(Confirm::Auto);
    let auto = client.get(&inbox).await.1;
    assert!(
        auto.contains("confirm: auto") && !auto.contains("cloudbase_env_share"),
        "{auto}"
    );
    sandbox.set_confirm(Confirm::Manual);

    // By environment, in whatever order they were asked for.
    let second = client.share_url("env-b", one()).await;
    let first = client.share_url("env-a", other()).await;
    let third = client.share_url("env-b", "wx9999999999999999").await;
    assert_eq!(
        links(&sandbox).await,
        [first.clone(), second.clone(), third.clone()]
    );
    let full = client.get(&inbox).await.1;
    assert_eq!(full.matches("<section").count(), 2, "{full}");
    assert!(
        full.contains("Waiting for a decision (3)") && !full.contains("http-equiv"),
        "{full}"
    );

    press(&second, "approve").await;
    press(&first, "refuse").await;
    assert_eq!(
        links(&sandbox).await,
        [third.clone(), first.clone(), second.clone()],
        "the latest first"
    );
    let lately = client.get(&inbox).await.1;
    let (_, lately) = lately.split_once("Recently decided").unwrap();
    let verdicts: Vec<_> = lately
        .matches("Approved")
        .chain(lately.matches("Refused"))
        .collect();
    assert_eq!(verdicts, ["Approved", "Refused"], "{lately}");

    // One that was taken back is nobody's decision.
    client.unshare("env-b", &["wx9999999999999999"], None).await;
    assert_eq!(links(&sandbox).await, [first.clone(), second.clone()]);
    assert_eq!(heading(&inbox).await, ok("Nothing is waiting"));

    // One that is in effect and was asked for again waits as well.
    let again = client.share_url("env-b", one()).await;
    assert_eq!(links(&sandbox).await, [again, first, second]);
    sandbox.stop().await;
}

#[tokio::test]
async fn the_inbox_keeps_ten_decisions_and_names_what_has_no_link() {
    let (sandbox, client) = start().await;
    for number in 0..12 {
        let url = client.share_url(ENV, &format!("wx{number:016}")).await;
        press(&url, "approve").await;
    }
    assert_eq!(links(&sandbox).await.len(), 10);
    let seed =
        r#"{"shares": [{"env": "a", "appids": ["wx5fe6bb43205e9e07"], "status": "pending"}]}"#;
    let seeded = Sandbox::start(cloudbase::sandbox::Options {
        seed: Some(seed.parse().unwrap()),
        ..Default::default()
    });
    let seeded = seeded.await.unwrap();
    let html = client.get(&format!("{}/", seeded.url())).await.1;
    assert!(html.contains(one()) && html.contains("no link"), "{html}");
    assert!(links(&seeded).await.is_empty());
    sandbox.stop().await;
}

#[tokio::test]
async fn the_page_is_no_part_of_the_api() {
    let (sandbox, client) = start().await;
    let url = client.share_url(ENV, one()).await;
    client.get(&format!("{}/", sandbox.url())).await;
    press(&url, "approve").await;
    assert_eq!(sandbox.calls().len(), 1);
    let info = json!({"component_appid": sandbox.component().appid, "authorizer_appid": one()});
    name(&client, "a", "Tea Orders", "Tea House Ltd").await;
    let token = sandbox.component_token();
    let endpoint = cloudbase::sandbox::Endpoint::AuthorizerInfo;
    let info = client.call(endpoint, &token, &info).await;
    assert_eq!(info["authorizer_info"]["nick_name"], "Tea Orders");
    sandbox.stop().await;
}
