//! What is written in Chinese keeps up with the English it is written from.

use std::collections::BTreeSet;

use cloudbase::wechat::error_codes;

use crate::links::{anchors, links};
use crate::pages::pages;
use crate::root;

const GUIDE: &str = "guides/zh-quickstart.md";

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// A code block, as lines without comments and blank ones.
#[derive(Debug, PartialEq)]
struct Block {
    language: String,
    lines: Vec<String>,
}

impl Block {
    fn is_in(&self, other: &Self) -> bool {
        self.language == other.language
            && other
                .lines
                .windows(self.lines.len().max(1))
                .any(|lines| lines == self.lines)
    }
}

/// The code blocks of a page; HCL goes by two names.
fn blocks(text: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut is_open = false;
    for line in text.lines() {
        match (line.strip_prefix("```"), is_open) {
            (Some(language), false) => {
                let language = match language {
                    "hcl" => "terraform",
                    "console" => "shell",
                    language => language,
                };
                found.push(Block {
                    language: language.to_owned(),
                    lines: Vec::new(),
                });
                is_open = true;
            }
            (Some(_), true) => is_open = false,
            (None, true) => {
                let block = found.last_mut().expect("a block is open");
                block.lines.extend(code(line));
            }
            (None, false) => {}
        }
    }
    found
}

/// A line without its comment; none if that is all.
fn code(line: &str) -> Option<String> {
    let line = if line.trim_start().starts_with('#') {
        ""
    } else {
        line.split(" # ").next().unwrap_or_default()
    };
    let line = line.trim_end();
    (!line.is_empty()).then(|| line.to_owned())
}

#[test]
fn each_readme_links_to_the_other() {
    for (file, line) in [
        ("README.md", "English | [简体中文](README.zh-CN.md)"),
        ("README.zh-CN.md", "[English](README.md) | 简体中文"),
    ] {
        let text = read(file);
        let there = text.lines().take(5).any(|one| one == line);
        assert!(there, "{file} has no line `{line}` at its top");
    }
}

#[test]
fn what_the_chinese_readme_has_people_run_is_in_the_english_one_or_in_the_guide() {
    let chinese = blocks(&read("README.zh-CN.md"));
    let mut known = blocks(&read("README.md"));
    known.extend(blocks(&pages()[GUIDE]));
    assert!(chinese.len() >= 5, "only {} blocks", chinese.len());
    for block in chinese {
        let is_known = known.iter().any(|other| block.is_in(other));
        assert!(is_known, "README.zh-CN.md alone has {block:#?}");
    }
}

#[test]
fn both_readmes_have_the_same_types() {
    let types = |file: &str| -> BTreeSet<String> {
        let kinds = [
            "resource ",
            "data source ",
            "ephemeral ",
            "list ",
            "action ",
            "function",
        ];
        read(file)
            .lines()
            .filter_map(|line| line.strip_prefix("| "))
            .filter(|row| kinds.iter().any(|kind| row.starts_with(kind)))
            .filter_map(|row| Some(row.split_once(" |")?.0.to_owned()))
            .collect()
    };
    let (english, chinese) = (types("README.md"), types("README.zh-CN.md"));
    assert!(english.len() > 8, "{english:?}");
    assert_eq!(english, chinese);
}

#[test]
fn links_of_the_chinese_readme_lead_somewhere() {
    let (text, pages) = (read("README.zh-CN.md"), pages());
    let mut checked = 0;
    for link in links(&text)
        .into_iter()
        .filter(|link| !link.contains("://"))
    {
        let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
        let page = file.strip_prefix("docs/").and_then(|page| pages.get(page));
        let is_there = match page {
            Some(page) => anchor.is_empty() || anchors(page).contains(anchor),
            None => anchor.is_empty() && root().join(file).exists(),
        };
        assert!(is_there, "README.zh-CN.md: {link}");
        checked += 1;
    }
    assert!(checked > 8, "only {checked} links");
}

#[test]
fn the_guide_has_wechats_words_of_each_code_as_the_table_of_codes_does() {
    let guide = &pages()[GUIDE];
    let mut checked = 0;
    for line in guide.lines() {
        let mut cells = line.split(" | ");
        let code = cells
            .next()
            .and_then(|cell| cell.strip_prefix("| `")?.strip_suffix('`'));
        let Some(code) = code.and_then(|code| code.parse::<i64>().ok()) else {
            continue;
        };
        let known = error_codes::all().find(|(known, _)| *known == code);
        let (_, explained) = known.unwrap_or_else(|| panic!("{code} is not in the table"));
        assert_eq!(cells.next(), explained.original, "{code}");
        checked += 1;
    }
    assert!(checked > 8, "only {checked} codes");
}

#[test]
fn the_first_page_links_to_the_guide() {
    assert!(pages()["index.md"].contains("- [快速开始](guides/zh-quickstart.md)\n"));
}

#[test]
fn blocks_are_compared_without_comments() {
    let block = |text: &str| blocks(text).pop().expect("a block");
    let english = block("```hcl\n# merchants\na = 1 # one\n\nb = 2\nc = 3\n```\n");
    assert!(block("```terraform\n# 商家\na = 1\nb = 2\n```\n").is_in(&english));
    assert!(!block("```terraform\na = 2\n```\n").is_in(&english));
    assert!(!block("```shell\na = 1\n```\n").is_in(&english));
}
