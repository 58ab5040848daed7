//! What each CLI can do, from what was seen when the acceptance tests were run with it.
//!
//! `tests/terraform/versions` lists the CLIs, and `tests/terraform/run --record` writes a file of each below
//! `tests/terraform/seen/`.

use std::collections::BTreeMap;
use std::fs;

use crate::cli::{EXAMPLES, Feature, Product};
use crate::pages::pages;
use crate::{files_below, root};

/// A CLI of the list.
struct Tested {
    product: Product,
    /// Such as `1.11.4`.
    version: String,
    /// Which tests are run with it.
    suite: String,
    /// Whether each feature works, by its words.
    seen: BTreeMap<String, bool>,
}

impl Tested {
    fn minor(&self) -> u64 {
        let parts = self.version.split('.').nth(1);
        let minor = parts.and_then(|minor| minor.parse().ok());
        minor.expect("a version of three numbers")
    }
}

/// The list, oldest first.
fn tested() -> Vec<Tested> {
    let folder = root().join("tests/terraform");
    let list = fs::read_to_string(folder.join("versions")).expect("the list is there");
    let rows = list.lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| {
        let columns: Vec<&str> = row.split_whitespace().collect();
        let (name, suite) = (columns[0], columns[3]);
        let (program, version) = name.split_once('-').expect("a program and its version");
        let seen = fs::read_to_string(folder.join("seen").join(name))
            .unwrap_or_else(|error| panic!("tests/terraform/run --record {name}: {error}"));
        let seen = seen.lines().map(|line| {
            let (works, feature) = line.split_once('\t').expect("two columns");
            (feature.to_owned(), works == "yes")
        });
        Tested {
            product: match program {
                "terraform" => Product::Terraform,
                "tofu" => Product::OpenTofu,
                other => panic!("{other} is no CLI"),
            },
            version: version.to_owned(),
            suite: suite.to_owned(),
            seen: seen.collect(),
        }
    })
    .collect()
}

/// The table of `product`: a row for each feature, a column for each version.
pub(crate) fn table(product: Product) -> String {
    let all = tested();
    let columns: Vec<&Tested> = all.iter().filter(|one| one.product == product).collect();
    let row = |words: &str, cell: &dyn Fn(&Tested) -> String| {
        let cells: Vec<_> = columns.iter().map(|one| cell(one)).collect();
        format!("| {words} | {} |\n", cells.join(" | "))
    };
    let mut text = row("", &|one| one.version.clone());
    text += &row("---", &|_| "---".to_owned());
    for feature in Feature::ALL {
        text += &row(feature.words(), &|one| {
            let works = one.seen[feature.words()];
            if works { "yes" } else { "–" }.to_owned()
        });
    }
    text += &row("tests that are run on each change", &|one| {
        let suite = one.suite.as_str();
        if suite == "record" { "–" } else { suite }.to_owned()
    });
    text
}

#[test]
fn what_was_seen_is_what_the_tests_go_by() {
    for one in tested() {
        for feature in Feature::ALL {
            let since = feature.since(one.product);
            let expected = since.is_some_and(|since| one.minor() >= since);
            let seen = one.seen.get(feature.words());
            assert_eq!(seen, Some(&expected), "{} {feature:?}", one.version);
        }
        assert_eq!(one.seen.len(), Feature::ALL.len(), "{}", one.version);
    }
}

/// What is run with most CLIs is there, whatever has been renamed.
#[test]
fn the_core_is_of_tests_that_exist() {
    let core = fs::read_to_string(root().join("tests/terraform/core")).expect("the core");
    let lines: Vec<_> = core.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(lines.len() > 20, "{lines:?}");
    for line in lines {
        let module = line.strip_suffix("::").expect("a module");
        let path = root()
            .join("tests/acceptance")
            .join(module.replace("::", "/"));
        let is_there = path.with_extension("rs").is_file() || path.join("mod.rs").is_file();
        assert!(is_there, "there is no {line}");
    }
}

#[test]
fn the_workflow_runs_the_oldest_and_the_newest_opentofu() {
    let workflow =
        fs::read_to_string(root().join(".github/workflows/ci.yml")).expect("it is there");
    let all = tested();
    let tofus: Vec<_> = all
        .iter()
        .filter(|one| one.product == Product::OpenTofu)
        .collect();
    let (first, last) = (&tofus[0].version, &tofus[tofus.len() - 1].version);
    let matrix = format!("version: [{first}, {last}]");
    assert!(workflow.contains(&matrix), "no `{matrix}`");
    let page = &pages()["guides/versions.md"];
    assert!(page.contains(&format!("with OpenTofu {first} and {last}")));
}

/// A reader who copies an example knows what it takes.
#[test]
fn a_page_says_what_its_examples_need() {
    let pages = pages();
    let mut checked = 0;
    for file in files_below(&root().join("examples")) {
        let example = fs::read_to_string(root().join("examples").join(&file)).unwrap();
        let needs = EXAMPLES.iter().filter(|(part, _)| file.contains(part));
        for (_, feature) in needs {
            let version = format!("1.{}", feature.terraform());
            for (name, page) in &pages {
                if page.contains(example.trim_end()) {
                    let says = page.contains(&format!("Terraform {version}"))
                        || page.contains(&format!("Terraform\n{version}"));
                    assert!(says, "{name} shows {file}, which needs Terraform {version}");
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 12, "only {checked}");
}
