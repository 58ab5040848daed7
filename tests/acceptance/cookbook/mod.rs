//! The recipes of the guides "Cookbook", "In a pipeline" and "Taking over what is shared already", with the very
//! files that they show. A folder of `examples/guides/cookbook` has its tests in the file of the same name.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::support::Workspace;

mod adopt;
mod alarms;
mod chat;
mod faq;
mod from_curl;
mod links;
mod merchants;
mod others;
mod plan_file;
mod platforms;
mod whole_merchant;

const TEA_HOUSE: &str = "tea-house-7gfwxe92efb3aa38";
const BOOK_SHOP: &str = "book-shop-1g5fhz2k9c0d7e61";
/// The mini program of the book shop.
const D: &str = "wx8a1c3f0be2d94c57";

const ASKS: &str = "administrators of mini programs will be asked to confirm";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/guides/cookbook")
}

fn example(path: &str) -> String {
    fs::read_to_string(folder().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The file that a block of a page goes into, by its first line.
fn file_name(text: &str) -> Option<&str> {
    let name = text.lines().next()?.strip_prefix("# ")?;
    let is_one = name.contains('.') && !name.contains(' ');
    is_one.then_some(name)
}

/// A text with something in it replaced, which has to be there.
fn with(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "`{from}` is not in {text}");
    text.replace(from, to)
}

impl Workspace {
    /// An empty folder but for the requirement of the provider and its configuration.
    fn empty(&self) {
        self.configure("provider \"cloudbase\" {}\n");
    }

    /// Puts examples where the page says: by their first lines, else under their own names.
    fn put(&self, examples: &[&str]) {
        for path in examples {
            let own = Path::new(path).file_name().unwrap().to_str().unwrap();
            let text = example(path);
            self.write_file(file_name(&text).unwrap_or(own), &text);
        }
    }

    fn write_file(&self, name: &str, text: &str) {
        let file = self.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn read_file(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Runs a script that is shown on a page.
    async fn run_example(&self, path: &str) -> crate::support::Run {
        self.shell(&example(path)).await
    }

    async fn output(&self, name: &str) -> Json {
        let run = self.run(&["output", "-json", name]).await.ok();
        serde_json::from_str(&run.stdout).unwrap()
    }

    /// Every share in state, as `ENVIRONMENT APPID STATUS`, in order.
    fn shares(&self) -> Vec<String> {
        let state = self.state_file();
        let mut all = Vec::new();
        for resource in state["resources"].as_array().into_iter().flatten() {
            if resource["type"] != "cloudbase_env_share" {
                continue;
            }
            for instance in resource["instances"].as_array().unwrap() {
                let attributes = &instance["attributes"];
                let env = attributes["env"].as_str().unwrap();
                for (appid, share) in attributes["shares"].as_object().unwrap() {
                    all.push(format!(
                        "{env} {appid} {}",
                        share["status"].as_str().unwrap()
                    ));
                }
            }
        }
        all.sort();
        all
    }
}

#[test]
fn every_recipe_has_its_tests_and_they_use_all_its_files() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/acceptance/cookbook");
    let mut recipes = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let recipe = entry.unwrap().path();
        let name = recipe.file_name().unwrap().to_str().unwrap().to_owned();
        let test = fs::read_to_string(tests.join(format!("{name}.rs")))
            .unwrap_or_else(|error| panic!("the recipe {name} has no test: {error}"));
        for file in files_below(&recipe) {
            let path = file.strip_prefix(folder()).unwrap().to_str().unwrap();
            assert!(
                test.contains(&format!("\"{path}\"")),
                "no test of {name} uses {path}"
            );
        }
        recipes += 1;
    }
    assert!(recipes >= 9, "only {recipes} recipes");
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found
}
