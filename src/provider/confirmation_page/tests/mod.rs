//! The page as the function makes it.

mod arguments;
mod contents;
mod safety;

use std::collections::BTreeSet;

use super::function::MakeConfirmationPage;
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
