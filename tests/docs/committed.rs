//! `docs/` is what comes of its sources.

use std::fs;

use crate::pages::pages;
use crate::{files_below, root};

const REGENERATE: &str = "write the pages anew with `BLESS=1 cargo test --test docs`";

#[test]
fn the_pages_are_up_to_date() {
    let folder = root().join("docs");
    let pages = pages();
    let bless = std::env::var("BLESS").is_ok_and(|value| value == "1");
    let mut wrong = Vec::new();
    for (name, text) in &pages {
        let path = folder.join(name);
        let present = fs::read_to_string(&path).ok();
        if present.as_ref() == Some(text) {
            continue;
        }
        if bless {
            fs::create_dir_all(path.parent().expect("a page is in a folder")).unwrap();
            fs::write(&path, text).unwrap();
            continue;
        }
        wrong.push(match present {
            Some(present) => format!("docs/{name}: {}", first_difference(&present, text)),
            None => format!("docs/{name} is missing"),
        });
    }
    for name in files_below(&folder) {
        if pages.contains_key(&name) {
            continue;
        }
        if bless {
            fs::remove_file(folder.join(&name)).unwrap();
        } else {
            wrong.push(format!("docs/{name} is about nothing that exists"));
        }
    }
    assert!(wrong.is_empty(), "{REGENERATE}:\n{}", wrong.join("\n"));
}

fn first_difference(present: &str, wanted: &str) -> String {
    let mut present = present.lines();
    let mut wanted = wanted.lines();
    let mut number = 0;
    loop {
        number += 1;
        match (present.next(), wanted.next()) {
            (Some(a), Some(b)) if a == b => {}
            (None, None) => return "line ends differ".to_owned(),
            (a, b) => {
                let show = |line: Option<&str>| line.unwrap_or("(the end)").to_owned();
                return format!(
                    "line {number} is `{}`, and should be `{}`",
                    show(a),
                    show(b)
                );
            }
        }
    }
}

#[test]
fn a_difference_is_told_by_its_line() {
    assert_eq!(
        first_difference("a\nb\n", "a\nc\n"),
        "line 2 is `b`, and should be `c`"
    );
    assert_eq!(
        first_difference("a\n", "a\nc\n"),
        "line 2 is `(the end)`, and should be `c`"
    );
}
