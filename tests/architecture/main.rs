//! What holds of the source tree as a whole: which module may know which, how long a file may be,
//! and that the protocol description is complete.

// Test code that clippy does not know for it, since it stands outside a test function.
#![allow(clippy::unwrap_used)]

mod circles;
mod paths;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto, MessageOptions};

/// Modules of the library that are held apart, each with those it may name. `proto` stands for the
/// generated messages.
const ARROWS: &[(&str, &[&str])] = &[
    ("framework", &["ordered", "proto"]),
    ("plugin", &["proto"]),
    ("provider", &["framework", "ordered", "wechat"]),
    ("sandbox", &["hcl"]),
    ("wechat", &["ordered"]),
    ("ordered", &[]),
    ("demo", &["hcl", "sandbox"]),
    ("doctor", &["provider", "wechat"]),
    ("install", &["hcl"]),
    ("hcl", &[]),
];

/// What the binary's own files may name.
const MAIN: &[&str] = &[
    "framework",
    "plugin",
    "provider",
    "sandbox",
    "demo",
    "doctor",
    "install",
];

/// Without its tests.
const LONGEST_FILE: usize = 400;

/// One file has all rpcs, so that none is forgotten.
const LONG_FILE: &str = "src/framework/server/service.rs";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below `folder`, sorted.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The file without comments and without the contents of string literals, so that only code is
/// left. Line breaks stay.
fn code_of(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let taken = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) = raw_string(rest, code.chars().last()) {
            length
        } else if first == '"' {
            quoted(rest)
        } else if let Some(length) = character(rest) {
            length
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        code.extend(rest[..taken].chars().filter(|c| *c == '\n'));
        rest = &rest[taken..];
    }
    code
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of a raw string literal at the start of `text`, if there is one.
fn raw_string(text: &str, before: Option<char>) -> Option<usize> {
    if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let after = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let body = after[hashes..].strip_prefix('"')?;
    let start = text.len() - body.len();
    let end = format!("\"{}", "#".repeat(hashes));
    Some(
        body.find(&end)
            .map_or(text.len(), |at| start + at + end.len()),
    )
}

fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a character literal at the start of `text`; a lifetime is none.
fn character(text: &str) -> Option<usize> {
    let mut chars = text.strip_prefix('\'')?.char_indices();
    let (_, first) = chars.next()?;
    if first == '\\' {
        let body = &text[1..];
        return body[2..].find('\'').map(|at| at + 4);
    }
    let (at, next) = chars.next()?;
    (next == '\'').then_some(at + 2)
}

/// The modules of the library that `code` names: `crate::x`, `cloudbase::x`, `{x, …}` after either,
/// and `super::…::x` that climbs out of the file's own module.
fn modules_named(code: &str, depth: usize, all: &BTreeSet<&str>) -> BTreeSet<String> {
    let words = words(code);
    let mut named = BTreeSet::new();
    let mut at = 0;
    while at < words.len() {
        let mut after = at;
        let leads_to_root = match words[at] {
            "crate" | "cloudbase" => words.get(at + 1) == Some(&"::"),
            "super" => {
                let mut steps = 1;
                while words.get(after + 1) == Some(&"::") && words.get(after + 2) == Some(&"super")
                {
                    steps += 1;
                    after += 2;
                }
                steps >= depth && words.get(after + 1) == Some(&"::")
            }
            _ => false,
        };
        if leads_to_root {
            named.extend(first_names(&words[after + 2..]));
        }
        at = after + 1;
    }
    named.retain(|name| all.contains(name.as_str()));
    named
}

/// Identifiers, `::`, braces and commas; everything else is dropped.
fn words(code: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let length = if first.is_alphanumeric() || first == '_' {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        if !first.is_whitespace() {
            words.push(&rest[..length]);
        }
        rest = &rest[length..];
    }
    words
}

/// The first name of a path, or of each path in a group.
fn first_names(words: &[&str]) -> Vec<String> {
    if words.first() != Some(&"{") {
        return words.first().map(ToString::to_string).into_iter().collect();
    }
    let mut names = Vec::new();
    let mut depth = 0;
    let mut fresh = false;
    for word in words {
        match *word {
            "{" => {
                depth += 1;
                fresh = depth == 1;
            }
            "}" if depth == 1 => break,
            "}" => depth -= 1,
            "," => fresh = depth == 1,
            name => {
                if fresh {
                    names.push(name.to_owned());
                }
                fresh = false;
            }
        }
    }
    names
}

/// The module of the library a file belongs to, and how deep below the root it is.
fn place(file: &Path) -> (String, usize) {
    let source = root().join("src");
    let path = file.strip_prefix(source).unwrap().with_extension("");
    let parts: Vec<_> = path.iter().map(|part| part.to_str().unwrap()).collect();
    let depth = match parts.last() {
        Some(&"mod") => parts.len() - 1,
        _ => parts.len(),
    };
    (parts[0].to_owned(), depth)
}

#[test]
fn modules_know_only_those_they_may() {
    let mut all: BTreeSet<&str> = ARROWS.iter().map(|(module, _)| *module).collect();
    all.insert("proto");
    let allowed: BTreeMap<&str, &[&str]> = ARROWS
        .iter()
        .copied()
        .chain([("main", MAIN), ("bin", MAIN)])
        .collect();
    let mut wrong = Vec::new();
    for file in rust_files(&root().join("src")) {
        let (module, depth) = place(&file);
        if module == "lib" || module == "proto" {
            continue;
        }
        // What is neither of these belongs to the binary: a subcommand of its own.
        let allowed = allowed.get(module.as_str()).copied().unwrap_or(MAIN);
        let code = code_of(&fs::read_to_string(&file).unwrap());
        for named in modules_named(&code, depth, &all) {
            if named != module && !allowed.contains(&named.as_str()) {
                wrong.push(format!("{} names {named}", file.display()));
            }
        }
    }
    assert_eq!(wrong, [""; 0], "ARCHITECTURE.md says which may know which");
}

/// The client's words are the API's: what a failure means in a configuration is for the provider to
/// say (`src/provider/advice.rs`).
const TERRAFORMS_WORDS: &[&str] = &[
    "apply",
    "attribute",
    "attributes",
    "hcl",
    "opentofu",
    "plan",
    "plans",
    "provider",
    "providers",
    "terraform",
    "tofu",
];

/// What all variables are called that the provider reads.
const VARIABLES: &str = "cloudbase_";

/// WeChat's own name of a function, which begins like those.
const FUNCTION: &str = "cloudbase_auth";

/// Those of Terraform's words that `text` has in code, comments and strings.
fn terraforms_words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .map(str::to_lowercase)
        .filter(|word| {
            let is_variable = word.starts_with(VARIABLES) && word != FUNCTION;
            TERRAFORMS_WORDS.contains(&word.as_str()) || is_variable
        })
        .collect()
}

#[test]
fn the_client_has_no_word_of_terraform() {
    let wrong: Vec<_> = rust_files(&root().join("src/wechat"))
        .into_iter()
        .flat_map(|file| {
            let words = terraforms_words(&fs::read_to_string(&file).unwrap());
            words.into_iter().map(move |word| (file.clone(), word))
        })
        .collect();
    assert_eq!(wrong, []);
}

#[test]
fn files_are_short() {
    let length = |file: &PathBuf| {
        let text = fs::read_to_string(file).unwrap();
        let code = text.split("#[cfg(test)]\nmod").next().unwrap();
        code.lines().count()
    };
    let long: Vec<_> = rust_files(&root().join("src"))
        .into_iter()
        .filter(|file| length(file) > LONGEST_FILE && !file.ends_with(LONG_FILE))
        .collect();
    assert!(long.is_empty(), "over {LONGEST_FILE} lines: {long:?}");
}

/// How much of everything a protocol description declares.
#[derive(Debug, Default, PartialEq)]
struct Size {
    rpcs: usize,
    messages: usize,
    fields: usize,
    enums: usize,
    enum_values: usize,
}

impl Size {
    fn of(file: &FileDescriptorProto) -> Self {
        let mut size = Self {
            rpcs: file
                .service
                .iter()
                .map(|service| service.method.len())
                .sum(),
            ..Self::default()
        };
        file.message_type.iter().for_each(|m| size.add_message(m));
        file.enum_type.iter().for_each(|e| size.add_enum(e));
        size
    }

    fn add_message(&mut self, message: &DescriptorProto) {
        // A map field is written as one field; its entry type is protoc's own.
        if message
            .options
            .as_ref()
            .is_some_and(MessageOptions::map_entry)
        {
            return;
        }
        self.messages += 1;
        self.fields += message.field.len();
        message.nested_type.iter().for_each(|m| self.add_message(m));
        message.enum_type.iter().for_each(|e| self.add_enum(e));
    }

    fn add_enum(&mut self, declared: &EnumDescriptorProto) {
        self.enums += 1;
        self.enum_values += declared.value.len();
    }
}

#[test]
fn the_protocol_is_whole() {
    let files = protox::compile(["tfplugin6.proto"], [root().join("proto")]).unwrap();
    let file = files
        .file
        .iter()
        .find(|file| file.package() == "tfplugin6")
        .unwrap();
    // Terraform 1.16's tfplugin6.proto, version 6.11.
    let whole = Size {
        rpcs: 36,
        messages: 143,
        fields: 296,
        enums: 5,
        enum_values: 20,
    };
    assert_eq!(Size::of(file), whole);
}

mod the_checks_themselves {
    use super::*;

    fn named(code: &str, depth: usize) -> Vec<String> {
        let all = BTreeSet::from([
            "framework",
            "plugin",
            "proto",
            "provider",
            "sandbox",
            "wechat",
        ]);
        modules_named(&code_of(code), depth, &all)
            .into_iter()
            .collect()
    }

    #[test]
    fn every_way_to_name_a_module_is_seen() {
        for code in [
            "use crate::wechat::Client;",
            "let x = cloudbase::wechat::Client::new();",
            "use crate::{framework_like, wechat};",
            "use crate::{\n    a::{b, c},\n    wechat::{Client},\n};",
            "use super::super::wechat;",
            "pub(in crate::wechat) fn x() {}",
        ] {
            assert_eq!(named(code, 2), ["wechat"], "{code}");
        }
    }

    #[test]
    fn words_of_terraform_are_seen_as_words_only() {
        let text = "// The Provider\n/// `HCL`\nlet x = \"terraform-x, CLOUDBASE_TOKEN_FILE\";";
        let words = ["provider", "hcl", "terraform", "cloudbase_token_file"];
        assert_eq!(terraforms_words(text), words);
        let text =
            "// applies to providence: what is planned; the CloudBase\nlet my_plan = cloudbase;";
        assert_eq!(terraforms_words(text), [""; 0]);
    }

    #[test]
    fn comments_strings_and_own_names_are_not() {
        for code in [
            "// crate::wechat\n",
            "/// [`crate::wechat`]\nstruct A;",
            "/* /* crate::wechat */ crate::wechat */",
            r#"let x = "crate::wechat \" crate::wechat";"#,
            "let x = r#\"crate::wechat \" \"#;",
            "use super::wechat;",
            "use crate::a::{wechat, sandbox};",
            "let lifetime: &'a str = x; let c = '\"';",
        ] {
            assert!(named(code, 2).is_empty(), "{code}");
        }
        assert_eq!(named("let c = '\"'; use crate::wechat;", 2), ["wechat"]);
    }
}
