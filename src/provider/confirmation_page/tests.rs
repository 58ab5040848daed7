//! The page as the function makes it.

use std::collections::{BTreeMap, BTreeSet};

use super::function::MakeConfirmationPage;
use super::qr::QrCode;
use crate::framework::function::{Function as _, FunctionError};
use crate::framework::value::Value;

const A: &str = "wx5fe6bb43205e9e07";
const B: &str = "wx075cf85bf347b6df";
const ENV: &str = "test-env-6gni9ity244a6ea3";
const LINK: &str = "https://mp.weixin.qq.com/confirm?id=1&x=2";

/// Every element that a page has. There is no `script`, no `img`, no `iframe`, no `link`, no `form` among them.
const ELEMENTS: &[&str] = &[
    "!DOCTYPE",
    "a",
    "article",
    "bdi",
    "body",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "head",
    "header",
    "html",
    "li",
    "main",
    "meta",
    "ol",
    "p",
    "path",
    "rect",
    "section",
    "span",
    "style",
    "svg",
    "title",
    "ul",
];

fn share(status: &str, url: Option<&str>) -> Value {
    Value::object([
        ("status", Value::string(status)),
        ("confirm_url", url.map_or(Value::Null, Value::string)),
        ("error", Value::Null),
    ])
}

fn env_share(env: &str, shares: &[(&str, Value)]) -> Value {
    let shares = shares.iter().cloned();
    let shares = shares.map(|(appid, share)| (appid.to_owned(), share));
    Value::object([
        ("env", Value::string(env)),
        ("shares", Value::Map(shares.collect())),
    ])
}

/// One open request.
fn open(env: &str, appid: &str, url: &str) -> Value {
    env_share(env, &[(appid, share("pending", Some(url)))])
}

fn call(shares: Vec<Value>, options: Value) -> Result<Value, FunctionError> {
    MakeConfirmationPage.call(vec![Value::List(shares), options])
}

fn page(shares: Vec<Value>, options: &[(&str, Value)]) -> String {
    let page = call(shares, Value::object(options.iter().cloned())).unwrap();
    page.as_str().unwrap().to_owned()
}

fn plain(shares: Vec<Value>) -> String {
    page(shares, &[])
}

fn named(name: &str, of: &[&str]) -> Value {
    Value::object(of.iter().map(|id| (*id, Value::string(name))))
}

/// The elements of a page that is well-formed: each is closed in its turn, and attributes are quoted.
fn elements(page: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    let mut within = Vec::new();
    for part in page.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        // Selectors have it.
        assert!(tag == "style" || !text.contains('>'), "{part}");
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(within.pop(), Some(name), "{part}");
            continue;
        }
        let name = tag.split([' ', '/']).next().unwrap();
        found.insert(name);
        if !matches!(name, "!DOCTYPE" | "meta") && !tag.ends_with('/') {
            within.push(name);
        }
    }
    assert_eq!(within, [""; 0]);
    found
}

/// The attributes `name` of a page, as they are written.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    let parts = page.split(start.as_str()).skip(1);
    parts.map(|part| part.split('"').next().unwrap()).collect()
}

#[test]
fn an_open_request_has_its_names_its_link_and_its_code() {
    let page = page(
        vec![open(ENV, A, LINK)],
        &[
            ("from", Value::string("云上小店")),
            ("note", Value::string("请于工作时间联系我们。")),
            ("names", named("山间茶馆", &[A, B])),
            ("env_names", named("茶馆生产环境", &[ENV, "another"])),
        ],
    );
    for text in [
        "<title>请确认小程序与云环境的共享</title>",
        "<p class=\"from\"><bdi>云上小店</bdi></p>",
        "云上小店申请将以下云环境共享给您的小程序",
        "请于工作时间联系我们。",
        "<bdi>山间茶馆</bdi>",
        "<bdi>茶馆生产环境</bdi>",
        "待确认：1 项 <span lang=\"en\">1 open request</span>",
        &format!("<code>{A}</code>"),
        &format!("<code>{ENV}</code>"),
        "<code class=\"url\">https://mp.weixin.qq.com/confirm?id=1&amp;x=2</code>",
        "<a href=\"https://mp.weixin.qq.com/confirm?id=1&amp;x=2\" rel=\"noreferrer\">",
        &QrCode::of(LINK).unwrap().svg(),
    ] {
        assert!(page.contains(text), "`{text}` is not in {page}");
    }
    assert!(!page.contains("another"), "{page}");
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"zh-Hans\">"));
}

#[test]
fn without_names_there_are_ids() {
    let page = plain(vec![open(ENV, A, LINK)]);
    assert!(page.contains("服务商申请将以下云环境"), "{page}");
    assert!(page.contains("Your service provider asks"), "{page}");
    assert_eq!(page.matches(A).count(), 1, "{page}");
    assert!(!page.contains("<bdi>"), "{page}");
    // A title takes the place of both of ours.
    let titled = super::tests::page(
        vec![open(ENV, A, LINK)],
        &[("title", Value::string("云环境共享"))],
    );
    assert!(titled.contains("<title>云环境共享</title>"), "{titled}");
    assert!(!titled.contains("请确认小程序"), "{titled}");
}

#[test]
fn text_is_text_wherever_it_comes_from() {
    let evil = "</style></title><script>alert(\"1\")</script><img src='x' onerror=alert(1)>&amp;";
    let shares = vec![
        open(ENV, A, evil),
        open(ENV, B, "https://example.com/\"><script>alert(1)</script>"),
    ];
    let text = || Value::string(evil);
    let page = page(
        shares,
        &[
            ("title", text()),
            ("from", text()),
            ("note", text()),
            ("names", named(evil, &[A, B])),
            ("env_names", named(evil, &[ENV])),
        ],
    );
    let known: BTreeSet<_> = ELEMENTS.iter().copied().collect();
    assert!(elements(&page).is_subset(&known), "{page}");
    let escaped = "&lt;/style&gt;&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;\
                   &lt;img src='x' onerror=alert(1)&gt;&amp;amp;";
    // The title twice, who asks in seven sentences and by itself, the note, two names, an environment, a link.
    assert_eq!(
        page.matches(escaped).count(),
        2 + 7 + 1 + 2 + 1 + 1,
        "{page}"
    );
    assert_eq!(
        attributes(&page, "href"),
        ["https://example.com/%22%3E%3Cscript%3Ealert(1)%3C/script%3E"]
    );
}

#[test]
fn ids_that_are_none_are_refused() {
    for (shares, place, says) in [
        (
            open("<script>", A, LINK),
            "`shares[0].env`",
            "is not an environment id",
        ),
        (
            open(ENV, "<script>", LINK),
            "`shares[0].shares[\"<script>\"]`",
            "is not an appid",
        ),
        (
            env_share(ENV, &[(A, share("<script>", None))]),
            "`shares[0].shares[\"wx5fe6bb43205e9e07\"].status`",
            "unknown variant",
        ),
        (
            env_share(ENV, &[(A, Value::Null)]),
            "`shares[0].shares[\"wx5fe6bb43205e9e07\"]`",
            "null",
        ),
        (Value::Null, "`shares[0]`", "null"),
        (
            Value::object([("env", Value::string(ENV)), ("shares", Value::Null)]),
            "`shares[0].shares`",
            "null",
        ),
    ] {
        let error = call(vec![shares], Value::object([])).unwrap_err();
        assert_eq!(error.argument, Some(0));
        assert!(error.text.starts_with(place), "{}", error.text);
        assert!(error.text.contains(says), "{}", error.text);
    }
}

#[test]
fn options_that_are_none_are_refused_by_name() {
    for (options, says) in [
        (
            named("x", &["titel"]),
            "`options.titel`: unknown field `titel`, expected one of `title`",
        ),
        (
            Value::object([("from", Value::integer(1))]),
            "`options.from`: expected a string, found a number",
        ),
        (Value::Null, "`options`"),
        (Value::string("x"), "`options`"),
    ] {
        for shares in [Value::List(vec![open(ENV, A, LINK)]), Value::Unknown] {
            let call = MakeConfirmationPage.call(vec![shares, options.clone()]);
            let error = call.unwrap_err();
            assert_eq!(error.argument, Some(1));
            assert!(error.text.starts_with(says), "{}", error.text);
        }
    }
}

#[test]
fn only_web_addresses_are_linked() {
    for link in [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://user:word@example.com/",
        "https://example.com/\u{7}",
        "tel:10086",
    ] {
        let page = plain(vec![open(ENV, A, link)]);
        assert!(attributes(&page, "href").is_empty(), "{page}");
        assert!(!page.contains("<svg"), "{page}");
        assert!(
            page.contains("not a web address that is safe to open"),
            "{page}"
        );
        assert!(!page.contains('\u{7}'), "{page}");
        let shown = link.replace('\u{7}', "\\u{7}");
        assert!(page.contains(&shown), "{page}");
    }
}

#[test]
fn a_request_without_a_link_is_listed_and_says_so() {
    for url in [None, Some("")] {
        let page = plain(vec![env_share(ENV, &[(A, share("pending", url))])]);
        assert!(page.contains(A), "{page}");
        assert!(
            page.contains("尚无确认链接，请联系服务商重新发送。"),
            "{page}"
        );
        assert!(
            page.contains("ask your service provider to send it again"),
            "{page}"
        );
        assert!(
            attributes(&page, "href").is_empty() && !page.contains("<svg"),
            "{page}"
        );
    }
}

#[test]
fn a_link_that_no_code_holds_is_still_a_link() {
    let long = format!("https://example.com/{}", "a".repeat(2400));
    let page = plain(vec![open(ENV, A, &long)]);
    assert_eq!(attributes(&page, "href"), [long]);
    assert!(
        page.contains("too long for a QR code") && !page.contains("<svg"),
        "{page}"
    );
}

#[test]
fn where_nothing_is_open_it_says_so() {
    let done = env_share(
        ENV,
        &[(A, share("bound", None)), (B, share("failed", Some(LINK)))],
    );
    for shares in [vec![], vec![env_share(ENV, &[])], vec![done.clone()]] {
        let page = plain(shares);
        assert!(
            page.contains("<title>目前没有待确认的共享</title>"),
            "{page}"
        );
        assert!(
            page.contains("Nothing is waiting for confirmation"),
            "{page}"
        );
        for absent in [A, B, ENV, "请确认", "<svg", "href"] {
            assert!(!page.contains(absent), "{absent} is in {page}");
        }
    }
    let titled = page(vec![done], &[("title", Value::string("T"))]);
    assert!(titled.contains("<h1><bdi>T</bdi></h1>"), "{titled}");
    assert!(titled.contains("目前没有待确认的共享"), "{titled}");
}

#[test]
fn the_order_is_that_of_environments_and_appids() {
    let entries = [
        ("env-b", A, "https://example.com/3"),
        ("env-a", A, "https://example.com/2"),
        ("env-c", B, "https://example.com/4"),
        ("env-a", B, "https://example.com/1"),
        // One pair twice, as two instances may have it, with two links.
        ("env-c", B, "https://example.com/5"),
    ];
    let shares: Vec<_> = entries.iter().map(|(e, a, l)| open(e, a, l)).collect();
    let page = plain(shares.clone());
    let expected: Vec<_> = (1..=5)
        .map(|n| format!("https://example.com/{n}"))
        .collect();
    assert_eq!(attributes(&page, "href"), expected);
    assert_eq!(page.matches("<h2>").count(), 3, "{page}");

    for turn in 1..shares.len() {
        let mut other = shares.clone();
        other.rotate_left(turn);
        assert_eq!(plain(other), page);
    }
    let mut reversed = shares.clone();
    reversed.reverse();
    // What is there twice is shown once.
    reversed.extend(shares);
    assert_eq!(plain(reversed), page);
}

#[test]
fn two_hundred_requests_are_all_there() {
    let appids: Vec<_> = (0..200).map(|number| format!("wx{number:016x}")).collect();
    let links: Vec<_> = (0..200)
        .map(|n| format!("https://example.com/{n:03}"))
        .collect();
    let shares = appids.iter().zip(&links).enumerate();
    let shares = shares.map(|(n, (appid, link))| open(&format!("env-{:03}", n / 2), appid, link));
    let page = plain(shares.collect());
    assert_eq!(attributes(&page, "href"), links);
    assert_eq!(page.matches("<article>").count(), 200);
    assert_eq!(page.matches("<h2>").count(), 100);
    let codes: BTreeSet<_> = page.split("<svg").skip(1).collect();
    assert_eq!(codes.len(), 200, "each has a code of its own");
    assert!(page.len() < 1_000_000, "{} bytes", page.len());
}

#[test]
fn nothing_comes_from_elsewhere_and_nothing_runs() {
    let page = plain(vec![open(ENV, A, LINK), open(ENV, B, "javascript:x")]);
    let known: BTreeSet<_> = ELEMENTS.iter().copied().collect();
    assert!(elements(&page).is_subset(&known), "{page}");
    for forbidden in ["src=", "url(", "@import", " on", "srcset", "xlink", "<base"] {
        // Words may begin with it, attributes may not.
        let tags = page.split('<').map(|part| part.split('>').next().unwrap());
        let mut tags = tags.filter(|tag| !tag.starts_with("meta"));
        assert!(
            !tags.any(|tag| tag.contains(forbidden)),
            "{forbidden}: {page}"
        );
    }
    let style = page.split_once("<style>").unwrap().1.split_once("</style>");
    let style = style.unwrap().0;
    assert!(
        !style.contains("url(") && !style.contains("@import"),
        "{style}"
    );
    let policy = attributes(&page, "content");
    assert!(policy[0].starts_with("default-src 'none'; style-src 'unsafe-inline'"));
    let addresses: BTreeMap<_, _> = page
        .match_indices("://")
        .map(|(at, _)| {
            (
                page[..at].rsplit(['"', '>']).next().unwrap(),
                &page[at..at + 20],
            )
        })
        .collect();
    assert_eq!(
        addresses,
        BTreeMap::from([
            ("http", "://www.w3.org/2000/s"),
            ("https", "://mp.weixin.qq.com/")
        ])
    );
}

#[test]
fn every_tag_of_a_language_is_one_of_two() {
    let page = plain(vec![open(ENV, A, LINK), open(ENV, B, "javascript:x")]);
    let languages: BTreeSet<_> = attributes(&page, "lang").into_iter().collect();
    assert_eq!(languages, BTreeSet::from(["en", "zh-Hans"]));
}

#[test]
fn unknown_for_unknown() {
    let unknown = [
        Value::Unknown,
        Value::List(vec![Value::Unknown]),
        Value::List(vec![
            open(ENV, A, LINK),
            env_share(ENV, &[(B, Value::Unknown)]),
        ]),
        Value::List(vec![env_share(
            ENV,
            &[(
                A,
                Value::object([
                    ("status", Value::string("pending")),
                    ("confirm_url", Value::Unknown),
                    ("error", Value::Null),
                ]),
            )],
        )]),
    ];
    for shares in unknown {
        let result = MakeConfirmationPage.call(vec![shares, Value::object([])]);
        assert_eq!(result, Ok(Value::Unknown));
    }
    let known = || Value::List(vec![open(ENV, A, LINK)]);
    let names = Value::object([(A, Value::Unknown)]);
    for options in [
        Value::Unknown,
        Value::object([("title", Value::Unknown)]),
        Value::object([("names", names)]),
    ] {
        let result = MakeConfirmationPage.call(vec![known(), options]);
        assert_eq!(result, Ok(Value::Unknown));
    }
}
