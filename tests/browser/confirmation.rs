//! The sandbox's pages: what an administrator sees, and what a press of a button does.

use cloudbase::sandbox::{Authorizer, Confirm, Endpoint, Environment, Options, Sandbox};
use serde_json::json;

use crate::chromium::{Browser, Language, Screen};

const ENV: &str = "tea-house-7gfwxe92efb3aa38";
const APPID: &str = "wx5fe6bb43205e9e07";

/// As small as a finger hits.
const FINGER: f64 = 44.0;
/// As far apart as a finger does not hit the other one.
const APART: f64 = 16.0;

/// What to press on a page, by what it does.
const APPROVE: &str = "button[value=approve]";
const REFUSE: &str = "button[value=refuse]";

/// Headings in both languages.
struct Headings {
    question: &'static str,
    approved: &'static str,
    approved_before: &'static str,
    refused: &'static str,
    empty: &'static str,
}

fn headings(language: Language) -> Headings {
    match language {
        Language::English => Headings {
            question: "Share this environment?",
            approved: "Approved",
            approved_before: "Already approved",
            refused: "Refused",
            empty: "Nothing is waiting",
        },
        Language::Chinese => Headings {
            question: "是否同意环境共享？",
            approved: "已同意",
            approved_before: "此前已同意",
            refused: "已拒绝",
            empty: "暂无待确认的申请",
        },
    }
}

/// A sandbox that knows names for `ENV` and `APPID`.
async fn sandbox() -> Sandbox {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    sandbox.put_environment(Environment {
        alias: Some("湖畔茶馆（正式）".to_owned()),
        ..Environment::new(ENV)
    });
    sandbox.put_authorizer(Authorizer {
        nick_name: Some("湖畔茶馆点单".to_owned()),
        principal_name: Some("湖畔茶馆餐饮有限公司".to_owned()),
        ..Authorizer::new(APPID)
    });
    sandbox
}

/// Asks for a share as the API's client does; returns the confirmation URL.
async fn share(sandbox: &Sandbox, env: &str, appid: &str, source_type: i64) -> String {
    let path = Endpoint::Share.path();
    let url = format!(
        "{}{path}?access_token={}",
        sandbox.url(),
        sandbox.component_token()
    );
    let body = json!({"data": [{"env": env, "appids": [appid]}], "source_type": source_type});
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = http.post(url).body(body.to_string()).send().await.unwrap();
    let answer: serde_json::Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    answer["msg_info_list"][0]["url"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// Opens one of each size and language in turn, and a name for its pictures.
fn all() -> impl Iterator<Item = (Screen, Language, String)> {
    Screen::ALL.into_iter().flat_map(|screen| {
        Language::ALL.into_iter().map(move |language| {
            (
                screen,
                language,
                format!("{}-{}", screen.name(), language.tag()),
            )
        })
    })
}

/// What holds of every page: it fits, it is whole without anything from elsewhere, and it says what it is.
async fn is_sound(browser: &Browser, sandbox: &Sandbox) {
    assert!(browser.overflow().await <= 0.0, "nobody scrolls sideways");
    assert_eq!(
        browser.count("script").await,
        0,
        "it is whole without a script"
    );
    assert_eq!(browser.console().await, [""; 0]);
    let own = sandbox.url();
    for request in browser.requests().await {
        let (_, url) = request.split_once(' ').unwrap();
        assert!(url.starts_with(&own), "{request}");
    }
    let banner = browser.text("header strong").await;
    assert!(
        banner.contains("not WeChat") || banner.contains("不是微信"),
        "{banner}"
    );
    for link in browser.frames("a").await {
        assert!(link.height() >= FINGER, "{link:?}");
    }
}

#[tokio::test]
async fn the_buttons_cannot_be_mistaken_for_each_other() {
    for (screen, language, name) in all() {
        let Some(browser) = Browser::open(screen, language).await else {
            return;
        };
        let sandbox = sandbox().await;
        browser.go(&share(&sandbox, ENV, APPID, 0).await).await;
        browser.picture(&format!("question-{name}")).await;
        assert_eq!(browser.text("h1").await, headings(language).question);
        let table = browser.text("dl").await;
        for part in [
            "湖畔茶馆（正式）",
            ENV,
            "湖畔茶馆点单",
            APPID,
            "湖畔茶馆餐饮有限公司",
        ] {
            assert!(table.contains(part), "{part} in {table}");
        }
        let buttons = browser.frames("button").await;
        let [approve, refuse] = buttons[..] else {
            panic!("{buttons:?}");
        };
        assert!(
            approve.height() >= FINGER && refuse.height() >= FINGER,
            "{buttons:?}"
        );
        assert!(
            approve.width() >= FINGER && refuse.width() >= FINGER,
            "{buttons:?}"
        );
        assert!(approve.distance(&refuse) >= APART, "{buttons:?}");
        let (width, height) = screen.size();
        assert!(
            approve.bottom.max(refuse.bottom) <= f64::from(height),
            "in sight: {buttons:?}"
        );
        assert!(
            approve.right.max(refuse.right) <= f64::from(width),
            "in sight: {buttons:?}"
        );
        let filled = browser.style(APPROVE, "backgroundColor").await;
        let outlined = browser.style(REFUSE, "backgroundColor").await;
        assert_ne!(filled, outlined);
        assert_eq!(outlined, "rgba(0, 0, 0, 0)");
        assert_ne!(filled, browser.style(REFUSE, "borderTopColor").await);
        is_sound(&browser, &sandbox).await;
        sandbox.stop().await;
    }
}

#[tokio::test]
async fn a_press_on_approve_binds_once() {
    for (screen, language, name) in all() {
        let Some(browser) = Browser::open(screen, language).await else {
            return;
        };
        let sandbox = sandbox().await;
        let url = share(&sandbox, ENV, APPID, 0).await;
        let words = headings(language);
        browser.go(&url).await;
        browser.follow(APPROVE).await;
        assert_eq!(sandbox.bound(), [(ENV.to_owned(), APPID.to_owned(), 0)]);
        assert_eq!(browser.text("h1").await, words.approved);
        browser.picture(&format!("approved-{name}")).await;
        is_sound(&browser, &sandbox).await;

        browser.reload().await;
        assert_eq!(browser.text("h1").await, words.approved);
        let requests = browser.requests().await;
        assert_eq!(requests.len(), 1, "{requests:?}");
        assert!(
            requests[0].starts_with("GET "),
            "nothing is posted again: {requests:?}"
        );

        // Chromium shows the page as it was, though it was told not to keep it. A press there decides nothing.
        browser.back().await;
        assert_eq!(browser.url().await, url);
        if browser.count(REFUSE).await > 0 {
            browser.follow(REFUSE).await;
        }
        assert_eq!(browser.text("h1").await, words.approved_before);
        assert_eq!(browser.count("button").await, 0);
        assert_eq!(sandbox.bound().len(), 1);
        browser.picture(&format!("approved-before-{name}")).await;
        is_sound(&browser, &sandbox).await;
        sandbox.stop().await;
    }
}

#[tokio::test]
async fn a_press_on_refuse_shares_nothing() {
    for (screen, language, name) in all() {
        let Some(browser) = Browser::open(screen, language).await else {
            return;
        };
        let sandbox = sandbox().await;
        let url = share(&sandbox, ENV, APPID, 1).await;
        browser.go(&url).await;
        browser.follow(REFUSE).await;
        assert_eq!(browser.text("h1").await, headings(language).refused);
        assert_eq!((sandbox.bound(), sandbox.pending()), (vec![], vec![]));
        browser.picture(&format!("refused-{name}")).await;
        is_sound(&browser, &sandbox).await;
        sandbox.stop().await;
    }
}

#[tokio::test]
async fn no_key_decides_unless_a_button_has_the_focus() {
    let Some(browser) = Browser::open(Screen::Desktop, Language::English).await else {
        return;
    };
    let sandbox = sandbox().await;
    browser.go(&share(&sandbox, ENV, APPID, 0).await).await;
    assert_eq!(
        browser
            .run("return document.activeElement.tagName", json!([]))
            .await,
        "BODY"
    );
    browser.press("\u{E007} ").await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(browser.text("h1").await, "Share this environment?");
    assert_eq!((sandbox.bound().len(), sandbox.pending().len()), (0, 1));

    let focus = "document.querySelector(arguments[0]).focus()";
    browser.run(focus, json!([REFUSE])).await;
    browser.leaving(browser.press("\u{E007}")).await;
    assert_eq!(browser.text("h1").await, "Refused");
    assert_eq!((sandbox.bound().len(), sandbox.pending().len()), (0, 0));
    sandbox.stop().await;
}

#[tokio::test]
async fn one_gets_from_the_inbox_to_the_decision_and_back() {
    for (screen, language, name) in all() {
        let Some(browser) = Browser::open(screen, language).await else {
            return;
        };
        let sandbox = sandbox().await;
        let words = headings(language);
        browser.go(&sandbox.url()).await;
        assert_eq!(browser.text("h1").await, words.empty);
        assert_eq!(browser.count(".requests").await, 0);
        browser.picture(&format!("inbox-0-{name}")).await;
        is_sound(&browser, &sandbox).await;

        share(&sandbox, ENV, APPID, 0).await;
        browser.reload().await;
        browser.picture(&format!("inbox-1-{name}")).await;
        is_sound(&browser, &sandbox).await;
        browser.follow(".requests a").await;
        browser.follow(APPROVE).await;
        assert_eq!(browser.text("h1").await, words.approved);
        assert_eq!(sandbox.bound().len(), 1);
        browser.follow("nav a").await;
        assert_eq!(browser.text("h1").await, words.empty);
        assert_eq!(browser.count(".requests").await, 1, "what was decided");
        let decided = browser.text(".requests").await;
        assert!(decided.contains(words.approved), "{decided}");
        browser.picture(&format!("inbox-decided-{name}")).await;
        is_sound(&browser, &sandbox).await;
        sandbox.stop().await;
    }
}

/// Without a script, a page can load itself again only.
#[tokio::test]
async fn an_empty_inbox_shows_by_itself_what_comes() {
    let Some(browser) = Browser::open(Screen::Desktop, Language::English).await else {
        return;
    };
    let sandbox = sandbox().await;
    browser.go(&sandbox.url()).await;
    share(&sandbox, ENV, APPID, 0).await;
    let mut tries = 0;
    while browser.count(".requests a").await == 0 {
        tries += 1;
        assert!(tries < 100, "it reloads every five seconds");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(
        browser.count("meta[http-equiv]").await,
        0,
        "and not any more"
    );
    sandbox.stop().await;
}

#[tokio::test]
async fn many_requests_and_long_names_fit() {
    let alias = "a-very-long-alias-without-a-place-to-break-".repeat(6);
    for (screen, language, name) in all() {
        let Some(browser) = Browser::open(screen, language).await else {
            return;
        };
        let sandbox = sandbox().await;
        for number in 0..30 {
            let env = format!("merchant-{}-6gni9ity244a6ea3", number / 4);
            let appid = format!("wx{number:016x}");
            if number % 3 > 0 {
                sandbox.put_authorizer(Authorizer {
                    nick_name: Some(format!("小程序 {number}")),
                    principal_name: (number % 3 == 1).then(|| "湖畔茶馆餐饮有限公司".to_owned()),
                    ..Authorizer::new(&appid)
                });
            }
            share(&sandbox, &env, &appid, i64::from(number % 8 >= 4)).await;
        }
        browser.go(&sandbox.url()).await;
        assert_eq!(browser.count(".requests a").await, 30);
        assert_eq!(browser.count("section").await, 8);
        browser.picture(&format!("inbox-30-{name}")).await;
        is_sound(&browser, &sandbox).await;

        sandbox.put_environment(Environment {
            alias: Some(format!("{alias}\u{202E}<script>alert(1)</script>")),
            ..Environment::new(ENV)
        });
        sandbox.put_authorizer(Authorizer {
            nick_name: Some("很长的小程序名称".repeat(12)),
            principal_name: Some("W".repeat(200)),
            ..Authorizer::new(APPID)
        });
        browser.go(&share(&sandbox, ENV, APPID, 1).await).await;
        browser.picture(&format!("long-{name}")).await;
        is_sound(&browser, &sandbox).await;
        browser.go(&sandbox.url()).await;
        browser.picture(&format!("inbox-long-{name}")).await;
        is_sound(&browser, &sandbox).await;
        sandbox.stop().await;
    }
}

#[tokio::test]
async fn what_is_read_has_contrast() {
    for scheme in ["light", "dark"] {
        let Some(browser) = Browser::open(Screen::Phone, Language::Chinese).await else {
            return;
        };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        browser.command("Emulation.setEmulatedMedia", media).await;
        let sandbox = sandbox().await;
        let url = share(&sandbox, ENV, APPID, 0).await;
        browser.go(&url).await;
        browser.picture(&format!("question-{scheme}")).await;
        has_contrast(&browser).await;
        browser.go(&sandbox.url()).await;
        has_contrast(&browser).await;
        sandbox.refuse(ENV, APPID);
        browser.reload().await;
        browser.picture(&format!("inbox-{scheme}")).await;
        has_contrast(&browser).await;
        sandbox.stop().await;
    }
}

/// 4.5 : 1 for every text, as WCAG 2.2 wants it at level AA.
async fn has_contrast(browser: &Browser) {
    let body = "
        const numbers = color => color.match(/[\\d.]+/g).map(Number);
        const behind = element => {
            for (; element; element = element.parentElement) {
                const [r, g, b, a = 1] = numbers(getComputedStyle(element).backgroundColor);
                if (a === 1) return [r, g, b];
            }
            return [255, 255, 255];
        };
        const light = rgb => rgb.slice(0, 3).map(c => c / 255)
            .map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
            .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
        return [...document.body.querySelectorAll('*')]
            .filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
            .map(element => {
                const [a, b] = [light(numbers(getComputedStyle(element).color)), light(behind(element))];
                return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), element.outerHTML];
            });";
    let texts = browser.run(body, json!([])).await;
    let texts = texts.as_array().unwrap();
    assert!(texts.len() > 5, "{texts:?}");
    for text in texts {
        assert!(text[0].as_f64().unwrap() >= 4.5, "{text}");
    }
}

#[tokio::test]
async fn the_other_language_is_a_click_away_and_stays() {
    let Some(browser) = Browser::open(Screen::Phone, Language::English).await else {
        return;
    };
    let sandbox = sandbox().await;
    let url = share(&sandbox, ENV, APPID, 0).await;
    browser.go(&url).await;
    browser.follow("a[hreflang=zh-CN]").await;
    assert_eq!(
        browser.attribute("html", "lang").await.as_deref(),
        Some("zh-CN")
    );
    let words = headings(Language::Chinese);
    assert_eq!(browser.text("h1").await, words.question);
    browser.follow(APPROVE).await;
    assert_eq!(browser.text("h1").await, words.approved);
    browser.follow("a[hreflang=en]").await;
    assert_eq!(browser.text("h1").await, "Approved");
    browser.follow("a[hreflang=zh-CN]").await;
    browser.follow("nav a").await;
    assert_eq!(browser.text("h1").await, words.empty);
    browser.follow(".requests a").await;
    assert_eq!(browser.text("h1").await, words.approved_before);
    sandbox.stop().await;
}

#[tokio::test]
async fn a_share_that_was_confirmed_meanwhile_is_not_decided_again() {
    let Some(browser) = Browser::open(Screen::Desktop, Language::English).await else {
        return;
    };
    let sandbox = sandbox().await;
    let delay = std::time::Duration::from_millis(900);
    sandbox.set_confirm(Confirm::After(delay));
    browser.go(&share(&sandbox, ENV, APPID, 0).await).await;
    assert_eq!(browser.text("h1").await, "Share this environment?");
    tokio::time::sleep(delay).await;
    browser.follow(REFUSE).await;
    assert_eq!(browser.text("h1").await, "Already approved");
    assert_eq!(sandbox.bound().len(), 1);
    sandbox.stop().await;
}
