//! Lists that are kept by hand name everything there is.

use cloudbase::sandbox::Endpoint;

use crate::kinds::{DocumentedType, types};
use crate::root;

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The rows of all tables that begin with `kind`.
fn rows<'a>(text: &'a str, kind: &str) -> Vec<&'a str> {
    let start = format!("| {kind} ");
    text.lines()
        .filter(|line| line.starts_with(&start))
        .collect()
}

/// What such rows call a kind of type.
fn word(ty: &DocumentedType) -> String {
    let title = ty.kind.title.to_ascii_lowercase();
    match title.strip_suffix(" resource") {
        Some(word) => word.to_owned(),
        None => title,
    }
}

#[test]
fn every_type_has_its_row_in_the_readme_and_on_the_first_page() {
    let (readme, index) = (read("README.md"), read("templates/index.md"));
    for ty in types() {
        let word = word(&ty);
        let named = format!("`{}`", ty.name);
        let linked = format!("({}/{}.md)", ty.kind.folder, ty.short_name());
        for (file, text, name) in [
            ("README.md", &readme, named),
            ("templates/index.md", &index, linked),
        ] {
            let is_there = rows(text, &word).iter().any(|row| row.contains(&name));
            assert!(is_there, "{file} has no row of the {word} {}", ty.name);
        }
    }
}

#[test]
fn every_endpoint_is_in_the_sandboxs_table_and_in_both_lists_of_names() {
    let (module, guide) = (
        read("src/sandbox/mod.rs"),
        read("templates/guides/sandbox.md"),
    );
    for endpoint in Endpoint::ALL {
        let row = format!("//! | `{}` |", endpoint.path());
        assert!(module.contains(&row), "src/sandbox/mod.rs: {row}");
        let name = serde_json::to_value(endpoint).expect("a name");
        let name = format!("`{}`", name.as_str().expect("text"));
        for (file, text) in [
            ("src/sandbox/mod.rs", &module),
            ("templates/guides/sandbox.md", &guide),
        ] {
            let list = text.split("Endpoints are named").nth(1);
            let list = list.unwrap_or_else(|| panic!("{file} has no list of endpoints"));
            let list = list.split("\n\n").next().unwrap_or_default();
            assert!(list.contains(&name), "{file} does not name {name}");
        }
    }
}
