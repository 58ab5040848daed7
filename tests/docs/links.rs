//! Links between pages lead somewhere.

use std::collections::{BTreeMap, BTreeSet};

use crate::pages::pages;

#[test]
fn links_between_pages_resolve() {
    let pages = pages();
    let anchors: BTreeMap<&str, BTreeSet<String>> = pages
        .iter()
        .map(|(name, text)| (name.as_str(), anchors(text)))
        .collect();
    let mut checked = 0;
    for (name, text) in &pages {
        for link in links(text) {
            if link.contains("://") {
                assert!(link.starts_with("https://"), "{name}: {link}");
                continue;
            }
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() {
                name.clone()
            } else {
                resolve(name, path)
            };
            let there = anchors.get(target.as_str());
            let there =
                there.unwrap_or_else(|| panic!("{name}: {link}: there is no page {target}"));
            assert!(
                anchor.is_empty() || there.contains(anchor),
                "{name}: {link}: {target} has no such heading, only {there:?}"
            );
            checked += 1;
        }
    }
    assert!(checked > 20, "only {checked} links were found");
}

/// The targets of `[text](target)` outside code.
pub(crate) fn links(text: &str) -> Vec<&str> {
    prose(text)
        .flat_map(|line| {
            line.split("](")
                .skip(1)
                .filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
        })
        .collect()
}

/// The lines outside code blocks.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    text.lines().filter(move |line| {
        let fence = line.starts_with("```");
        if fence {
            in_code = !in_code;
        }
        !in_code && !fence
    })
}

/// The ids that headings get, and those set by hand.
pub(crate) fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose(text)
        .filter(|line| line.starts_with('#'))
        .map(|line| slug(line.trim_start_matches('#').trim()));
    let set = prose(text).filter_map(|line| {
        let (id, _) = line.strip_prefix("<a id=\"")?.split_once('"')?;
        Some(id.to_owned())
    });
    headings.chain(set).collect()
}

/// As GitHub and the registry make ids of headings.
fn slug(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            '-' | '_' => Some(c),
            c => c.is_alphanumeric().then_some(c),
        })
        .collect()
}

fn resolve(from: &str, path: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            ".." => {
                parts.pop();
            }
            "." => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[test]
fn links_and_headings_are_found_outside_code() {
    let text =
        "# What it is\n[a](b.md#c) and [d](#e)\n```sh\n# no\n[x](y)\n```\n<a id=\"f\"></a>\n";
    assert_eq!(links(text), ["b.md#c", "#e"]);
    let found = anchors(text);
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["f", "what-it-is"]);
    assert_eq!(resolve("guides/a.md", "../index.md"), "index.md");
    assert_eq!(resolve("index.md", "guides/a.md"), "guides/a.md");
}
