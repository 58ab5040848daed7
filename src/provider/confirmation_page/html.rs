//! The page.

use std::collections::BTreeSet;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::link::Link;
use super::options::Options;
use super::qr::QrCode;
use super::requests::Request;
use super::words::{self, Both};

const STYLE: &str = include_str!("style.css");

/// Nothing runs and nothing is fetched, whatever a name or a link says.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The whole of the page.
pub(super) fn page(requests: &BTreeSet<Request>, options: &Options) -> String {
    let ours = if requests.is_empty() {
        words::nothing_open()
    } else {
        words::title()
    };
    let markup = html! {
        (DOCTYPE)
        html lang="zh-Hans" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                // The links are for one person each: neither the next site nor a search engine is told.
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                // Digits of an appid are no telephone number.
                meta name="format-detection" content="telephone=no";
                title { (options.title().unwrap_or(&ours.zh)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    (heading(&ours, options))
                    @if requests.is_empty() {
                        div.lead {
                            @if options.title().is_some() { (paragraphs(&ours)) }
                            (paragraphs(&words::nothing_to_do()))
                        }
                        (note(options))
                    } @else {
                        div.lead { (paragraphs(&words::lead(options.from()))) }
                        (note(options))
                        ol.steps { @for step in words::steps() { li { (paragraphs(&step)) } } }
                        p.count { (inline(&words::count(requests.len()))) }
                        (environments(requests, options))
                        footer {
                            ul { @for note in words::notes(options.from()) { li { (paragraphs(&note)) } } }
                        }
                    }
                }
            }
        }
    };
    markup.into_string()
}

fn heading(ours: &Both, options: &Options) -> Markup {
    html! {
        header {
            @if let Some(from) = options.from() { p.from { bdi { (from) } } }
            @if let Some(title) = options.title() {
                h1 { bdi { (title) } }
            } @else {
                h1 { (ours.zh) }
                p.subtitle lang="en" { (ours.en) }
            }
        }
    }
}

fn note(options: &Options) -> Markup {
    html! {
        @if let Some(note) = options.note() { p.note dir="auto" { (note) } }
    }
}

/// A section for each environment, with its requests.
fn environments(requests: &BTreeSet<Request>, options: &Options) -> Markup {
    let requests: Vec<_> = requests.iter().collect();
    html! {
        @for of_env in requests.chunk_by(|a, b| a.env == b.env) {
            @if let Some(first) = of_env.first() {
                section {
                    h2 {
                        span.label { (inline(&words::env())) }
                        @match options.env_name(&first.env) {
                            Some(name) => bdi { (name) },
                            None => code { (first.env) },
                        }
                    }
                    @for request in of_env { (entry(request, options)) }
                }
            }
        }
    }
}

fn entry(request: &Request, options: &Options) -> Markup {
    let from = options.from();
    html! {
        article {
            @match options.name(&request.appid) {
                Some(name) => {
                    h3 { span.label { (inline(&words::mini_program())) } bdi { (name) } }
                }
                None => {
                    h3 { span.label { (inline(&words::unnamed())) } code { (request.appid) } }
                }
            }
            dl {
                @if options.name(&request.appid).is_some() {
                    (field(&words::appid(), &html! { code { (request.appid) } }))
                }
                (field(&words::env_id(), &html! { code { (request.env) } }))
                @match &request.link {
                    Some(Link::Web(url)) => (field(&words::link(), &html! { code.url { (url) } })),
                    Some(Link::Unsafe(text)) => {
                        (field(&words::link(), &html! { code.url { bdi { (text) } } }))
                    }
                    None => {}
                }
            }
            @match &request.link {
                Some(Link::Web(url)) => (ways(url)),
                Some(Link::Unsafe(_)) => div.warning { (paragraphs(&words::not_linked(from))) },
                None => div.warning { (paragraphs(&words::no_link(from))) },
            }
        }
    }
}

/// How a link is followed: by scanning it, or by opening it.
fn ways(url: &str) -> Markup {
    html! {
        // First, as it is all that one needs who reads this on a phone.
        p.open { a href=(url) rel="noreferrer" { (inline(&words::open())) } }
        @match QrCode::of(url) {
            Ok(code) => {
                figure {
                    div.code role="img" aria-label=(words::scan().zh) { (PreEscaped(code.svg())) }
                    figcaption { (inline(&words::scan())) }
                }
            }
            Err(_) => div.warning { (paragraphs(&words::no_code())) },
        }
    }
}

fn field(label: &Both, value: &Markup) -> Markup {
    html! { div { dt { (inline(label)) } dd { (value) } } }
}

/// Chinese, and English in its own paragraph.
fn paragraphs(both: &Both) -> Markup {
    html! { p { (both.zh) } p lang="en" { (both.en) } }
}

/// Chinese, and English behind it, where they differ.
fn inline(both: &Both) -> Markup {
    html! { (both.zh) @if both.en != both.zh { " " span lang="en" { (both.en) } } }
}
