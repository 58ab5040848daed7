//! Nothing that is put into the page is more than text, and nothing comes from elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::{A, B, ELEMENTS, ENV, LINK, attributes, elements, named, open, page, plain};
use crate::framework::value::Value;

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
