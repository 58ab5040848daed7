//! Every page that there should be.

use std::collections::BTreeMap;
use std::fs;

use cloudbase::framework::Provider;

use crate::functions::{self, functions};
use crate::kinds::{DocumentedType, KINDS, provider, types};
use crate::template::{Subject, expand};
use crate::{files_below, root, wechat_apis};

/// The pages by path under `docs/`.
pub(crate) fn pages() -> BTreeMap<String, String> {
    let templates = root().join("templates");
    let read = |name: &str| fs::read_to_string(templates.join(name)).ok();
    let mut used = Vec::new();
    let mut pages = BTreeMap::new();

    for ty in types() {
        let name = format!("{}/{}.md", ty.kind.folder, ty.short_name());
        let body = read(&name).unwrap_or_else(|| default_body(&ty));
        pages.insert(name.clone(), type_page(&name, &body, &ty));
        used.push(name);
    }

    for (function, signature) in functions() {
        let name = format!("functions/{function}.md");
        let body = read(&name).unwrap_or_else(functions::default_body);
        let page = format!(
            "{}\n# {function} (Function)\n\n{}\n\n{}",
            front_matter(&format!("{function} Function"), signature.summary),
            signature.description,
            expand(&name, &body, &Subject::Function(function, &signature)),
        );
        pages.insert(name.clone(), page);
        used.push(name);
    }

    let schema = provider().schema();
    let index = read("index.md").expect("templates/index.md is there");
    let head = front_matter("cloudbase Provider", &schema.block.description);
    let body = expand("index.md", &index, &Subject::Provider(&schema));
    let text = format!(
        "{head}\n# cloudbase Provider\n\n{}\n\n{body}",
        schema.block.description
    );
    pages.insert("index.md".to_owned(), text);
    used.push("index.md".to_owned());

    for name in files_below(&templates) {
        if name.starts_with("guides/") {
            let text = read(&name).expect("a template can be read");
            pages.insert(name.clone(), expand(&name, &text, &Subject::Guide));
        } else {
            assert!(
                used.contains(&name),
                "templates/{name} is about a type that the provider does not have"
            );
        }
    }
    pages
}

/// What a page is where nothing has been written by hand.
fn default_body(ty: &DocumentedType) -> String {
    let mut body = format!(
        "## Example Usage\n\n<!-- example {}/{} -->\n\n<!-- schema -->\n",
        ty.examples(),
        ty.kind.example
    );
    let import = root()
        .join("examples")
        .join(ty.examples())
        .join("import.sh");
    if import.exists() {
        body.push_str("\n<!-- import -->\n");
    }
    body
}

fn type_page(name: &str, body: &str, ty: &DocumentedType) -> String {
    let title = format!("{} ({})", ty.name, ty.kind.title);
    let description = &ty.schema.block.description;
    format!(
        "{}\n# {title}\n\n{description}\n\n{}\n{}",
        front_matter(&format!("{} {}", ty.name, ty.kind.title), description),
        wechat_apis::line(ty),
        expand(name, body, &Subject::Type(ty)),
    )
}

/// Source: registry, "Provider documentation": `page_title` and `description` of a page.
fn front_matter(title: &str, description: &str) -> String {
    let first = description.split("\n\n").next().unwrap_or(description);
    format!("---\npage_title: \"{title}\"\ndescription: |-\n  {first}\n---\n")
}

#[test]
fn every_type_has_a_page_and_every_page_its_front_matter() {
    let pages = pages();
    for ty in types() {
        let name = format!("{}/{}.md", ty.kind.folder, ty.short_name());
        assert!(pages.contains_key(&name), "{name}");
    }
    let folders: Vec<_> = KINDS.iter().map(|kind| kind.folder).collect();
    for (name, text) in &pages {
        let known = match name.split_once('/') {
            Some((folder, _)) => {
                ["functions", "guides"].contains(&folder) || folders.contains(&folder)
            }
            None => name == "index.md",
        };
        assert!(known, "{name}: the registry has no such folder");
        let head = text
            .strip_prefix("---\n")
            .and_then(|text| text.split_once("\n---\n"));
        let (head, body) = head.unwrap_or_else(|| panic!("{name} has no front matter"));
        assert!(
            head.contains("page_title: \"") && head.contains("\ndescription: |-\n  "),
            "{name}: page_title and description are missing"
        );
        assert!(
            body.starts_with("\n# "),
            "{name}: no title after the front matter"
        );
        // Source: registry, "Provider documentation", storage limits.
        assert!(text.len() < 500_000, "{name} is {} bytes", text.len());
    }
    assert!(pages.len() <= 1000, "{} pages", pages.len());
}

#[test]
fn every_attribute_of_the_provider_block_is_on_the_index_page() {
    let index = &pages()["index.md"];
    for attribute in provider().schema().block.attributes {
        assert!(index.contains(&format!("\n- `{}` (", attribute.name)));
    }
}
