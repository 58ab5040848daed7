//! What is on the page, and in which order.

use std::collections::BTreeSet;

use super::{A, B, ENV, LINK, attributes, env_share, named, open, page, plain, share};
use crate::framework::value::Value;
use crate::provider::confirmation_page::qr::QrCode;

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
        "<title>请小程序管理员确认云环境共享</title>",
        "<p class=\"from\"><bdi>云上小店</bdi></p>",
        "\u{2068}云上小店\u{2069}申请将以下云环境共享给您的小程序",
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
fn a_latin_name_stands_apart_in_chinese() {
    let page = page(vec![open(ENV, A, LINK)], &[("from", Value::string("Acme"))]);
    for text in [
        "<p>\u{2068}Acme\u{2069} 申请将",
        "联系 \u{2068}Acme\u{2069}。",
        "\u{2068}Acme\u{2069} asks to share",
    ] {
        assert!(page.contains(text), "`{text}` is not in {page}");
    }
}

#[test]
fn without_names_there_are_ids() {
    let page = plain(vec![open(ENV, A, LINK)]);
    assert!(page.contains("服务商申请将以下云环境"), "{page}");
    assert!(page.contains("Your service provider asks"), "{page}");
    assert_eq!(page.matches(A).count(), 1, "{page}");
    assert!(!page.contains("<bdi>"), "{page}");
    // A title takes the place of both of ours.
    let titled = super::page(
        vec![open(ENV, A, LINK)],
        &[("title", Value::string("云环境共享"))],
    );
    assert!(titled.contains("<title>云环境共享</title>"), "{titled}");
    assert!(!titled.contains("请小程序管理员确认"), "{titled}");
}

#[test]
fn a_request_without_a_link_is_listed_and_says_so() {
    for url in [None, Some("")] {
        let page = plain(vec![env_share(ENV, &[(A, share("pending", url))])]);
        assert!(page.contains(A), "{page}");
        assert!(
            page.contains("尚无确认链接，请联系服务商重新发起申请。"),
            "{page}"
        );
        assert!(
            page.contains("ask your service provider for a new request"),
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
fn every_tag_of_a_language_is_one_of_two() {
    let page = plain(vec![open(ENV, A, LINK), open(ENV, B, "javascript:x")]);
    let languages: BTreeSet<_> = attributes(&page, "lang").into_iter().collect();
    assert_eq!(languages, BTreeSet::from(["en", "zh-Hans"]));
}
