//! Files of one folder do not know each other in a circle: each can be read after those it knows. A parent and its
//! children may, since a `mod.rs` shows what its folder has.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::{code_of, first_names, root, rust_files, words};

/// The modules of a folder, each with the files it is made of.
fn modules_of(folder: &Path) -> BTreeMap<String, Vec<PathBuf>> {
    let mut modules = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            modules.insert(name, rust_files(&path));
        } else if name != "mod" && path.extension().is_some_and(|extension| extension == "rs") {
            modules.insert(name, vec![path]);
        }
    }
    modules
}

/// Every folder below `folder`, itself included.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut all = vec![folder.to_owned()];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(folders(&path));
        }
    }
    all
}

/// The names that code uses of a module which it reaches by `climbs` times `super`, or by `path` from the root.
fn names_of(code: &str, climbs: usize, path: &[&str]) -> BTreeSet<String> {
    let words = words(code);
    let prefix = |start: &str, rest: &[&str]| -> Vec<String> {
        let mut prefix = vec![start.to_owned()];
        for part in rest {
            prefix.extend(["::".to_owned(), (*part).to_owned()]);
        }
        prefix.push("::".to_owned());
        prefix
    };
    let prefixes = [
        prefix("super", &vec!["super"; climbs - 1]),
        prefix("crate", path),
    ];
    let mut names = BTreeSet::new();
    for at in 0..words.len() {
        // `super` that follows another one is a part of a longer way.
        if at > 0 && words[at - 1] == "::" {
            continue;
        }
        for prefix in &prefixes {
            let rest = &words[at..];
            if rest.len() > prefix.len() && prefix.iter().zip(rest).all(|(a, b)| a == b) {
                names.extend(first_names(&rest[prefix.len()..]));
            }
        }
    }
    names
}

/// Which of its siblings each module of a folder knows.
fn known(folder: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let source = root().join("src");
    let path: Vec<_> = folder.strip_prefix(&source).unwrap().iter().collect();
    let path: Vec<&str> = path.iter().map(|part| part.to_str().unwrap()).collect();
    let modules = modules_of(folder);
    let siblings = |name: &str, file: &PathBuf| {
        let below = file.strip_prefix(folder).unwrap().iter().count();
        let is_mod = file.file_stem().is_some_and(|stem| stem == "mod");
        let text = fs::read_to_string(file).unwrap();
        let text = text.split("#[cfg(test)]\nmod").next().unwrap().to_owned();
        let mut names = names_of(&code_of(&text), below - usize::from(is_mod), &path);
        names.retain(|other| other != name && modules.contains_key(other));
        names
    };
    let known = modules.iter().map(|(name, files)| {
        let names = files.iter().flat_map(|file| siblings(name, file)).collect();
        (name.clone(), names)
    });
    known.collect()
}

/// A circle, if there is one, as the modules on it.
fn circle(known: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    fn visit(
        name: &str,
        known: &BTreeMap<String, BTreeSet<String>>,
        way: &mut Vec<String>,
        done: &mut BTreeSet<String>,
    ) -> bool {
        if let Some(at) = way.iter().position(|on_it| on_it == name) {
            way.drain(..at);
            return true;
        }
        if !done.insert(name.to_owned()) {
            return false;
        }
        way.push(name.to_owned());
        let found = known[name].iter().any(|next| visit(next, known, way, done));
        if !found {
            way.pop();
        }
        found
    }
    let mut done = BTreeSet::new();
    known.keys().find_map(|name| {
        let mut way = Vec::new();
        visit(name, known, &mut way, &mut done).then_some(way)
    })
}

#[test]
fn no_files_of_one_folder_know_each_other_in_a_circle() {
    let source = root().join("src");
    let all = folders(&source);
    let circles: Vec<_> = all
        .iter()
        .filter(|folder| **folder != source)
        .filter_map(|folder| Some((folder.clone(), circle(&known(folder))?)))
        .collect();
    assert_eq!(circles, []);
}

#[test]
fn no_folder_holds_nothing_but_a_mod_file() {
    let lonely: Vec<_> = folders(&root().join("src"))
        .into_iter()
        .filter(|folder| modules_of(folder).is_empty())
        .collect();
    assert!(lonely.is_empty(), "{lonely:?}");
}

#[test]
fn every_way_to_know_a_sibling_is_seen() {
    for (code, climbs) in [
        ("use super::a::B;", 1),
        ("use super::{c::D, a::{self, E}};", 1),
        ("let x = super::a::b();", 1),
        ("use super::super::a::B;", 2),
        ("use crate::f::g::a;", 1),
        ("use crate::f::g::{b, a::C};", 3),
    ] {
        assert!(names_of(code, climbs, &["f", "g"]).contains("a"), "{code}");
    }
    for code in [
        "use super::super::a;",
        "use crate::f::a;",
        "use super::b::a;",
    ] {
        assert!(!names_of(code, 1, &["f", "g"]).contains("a"), "{code}");
    }
    let known = |edges: &[(&str, &[&str])]| {
        let own = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        let edges = edges
            .iter()
            .map(|(name, names)| ((*name).to_owned(), own(names)));
        edges.collect::<BTreeMap<String, BTreeSet<String>>>()
    };
    assert_eq!(
        circle(&known(&[("a", &["b", "c"]), ("b", &["c"]), ("c", &[])])),
        None
    );
    let round = circle(&known(&[("a", &["b"]), ("b", &["c"]), ("c", &["b"])]));
    assert_eq!(round, Some(vec!["b".to_owned(), "c".to_owned()]));
}
