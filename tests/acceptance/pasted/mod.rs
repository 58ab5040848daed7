//! README and the pages, done as they say: every block of HCL and every command is pasted into an empty folder, in the
//! order of the page, and runs against the sandbox with an installed provider.
//!
//! A block goes into the file that its first line names, or is added to the configuration; `page.rs` has the rules. What is
//! pasted without a command after it is applied. Where a page ends, nothing may be left to do. Every page stands beside
//! the first example of the documentation, which is a whole configuration.

mod folder;
mod page;

use std::fs;
use std::path::{Path, PathBuf};

use cloudbase::sandbox::{Options, Sandbox};
use serde_json::{Value as Json, json};

use crate::support::{Cli, Feature};
use folder::Folder;
use page::{Part, Step, parts};

/// What a page, or a section of one, needs beyond an empty folder and a sandbox that knows nothing.
struct Setting {
    /// The heading that this is about; empty for the whole page.
    section: &'static str,
    /// What the CLI has to have.
    needs: Option<Feature>,
    /// What the sandbox knows at the start.
    seed: Json,
    /// Whether something is left to do at the end, which the page says.
    ends_with_changes: bool,
}

/// What is followed by section, and begins with nothing.
const READMES: [&str; 2] = ["README.md", "README.zh-CN.md"];

/// The page whose first example is beside every other page's.
const INDEX: &str = "docs/index.md";

const NOTHING: Json = Json::Null;

const fn seeded(section: &'static str, seed: Json) -> Setting {
    Setting {
        section,
        needs: None,
        seed,
        ends_with_changes: false,
    }
}

const fn needs(section: &'static str, feature: Feature) -> Setting {
    Setting {
        section,
        needs: Some(feature),
        seed: NOTHING,
        ends_with_changes: false,
    }
}

const fn ends_with_changes(section: &'static str) -> Setting {
    Setting {
        section,
        needs: None,
        seed: NOTHING,
        ends_with_changes: true,
    }
}

impl Setting {
    fn and(self, seed: Json) -> Self {
        Self { seed, ..self }
    }

    fn with_changes_left(self) -> Self {
        Self {
            ends_with_changes: true,
            ..self
        }
    }
}

/// One test for each page.
macro_rules! pages {
    ($($test:ident: $page:literal $(, $setting:expr)*;)*) => {
        const PAGES: &[&str] = &[$($page),*];

        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                follow($page, &[$($setting),*]).await;
            }
        )*
    };
}

/// Everybody has confirmed already, or does so at once.
fn all_confirm() -> Json {
    json!({ "confirm": "auto" })
}

pages! {
    readme: "README.md", ends_with_changes("Quick start");
    index: "docs/index.md";
    convert_env: "docs/actions/convert_env.md", needs("", Feature::Actions);
    resend_confirmations: "docs/actions/resend_confirmations.md", needs("", Feature::Actions);
    authorizers: "docs/data-sources/authorizers.md";
    component_envs: "docs/data-sources/component_envs.md";
    data_env: "docs/data-sources/env.md";
    env_shares: "docs/data-sources/env_shares.md";
    envs: "docs/data-sources/envs.md";
    authorizer_token: "docs/ephemeral-resources/authorizer_token.md", needs("", Feature::EphemeralResources);
    component_token: "docs/ephemeral-resources/component_token.md", needs("", Feature::EphemeralResources);
    parse_share_id: "docs/functions/parse_share_id.md", needs("", Feature::Functions);
    share_id: "docs/functions/share_id.md", needs("", Feature::Functions);
    changes: "docs/guides/changes.md", seeded("", all_confirm());
    confirmation: "docs/guides/confirmation.md";
    fleets: "docs/guides/fleets.md";
    installing: "docs/guides/installing.md";
    partial_failure: "docs/guides/partial-failure.md";
    sandbox: "docs/guides/sandbox.md";
    tokens: "docs/guides/tokens.md";
    upgrading: "docs/guides/upgrading.md";
    list_env_share: "docs/list-resources/env_share.md", needs("", Feature::Query);
    env_conversion: "docs/resources/env_conversion.md";
    env_share: "docs/resources/env_share.md";
    env_share_confirmation: "docs/resources/env_share_confirmation.md";
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(page: &str) -> String {
    fs::read_to_string(root().join(page)).unwrap_or_else(|error| panic!("{page}: {error}"))
}

/// What is to be pasted of a page, part by part.
fn parts_of(page: &str) -> Vec<Part> {
    parts(&read(page), READMES.contains(&page))
}

/// The first example of the documentation.
fn first_example() -> String {
    let found = parts_of(INDEX)
        .into_iter()
        .flat_map(|part| part.steps)
        .find_map(|step| match step {
            Step::Write { text, .. } | Step::Add(text) => Some(text),
            Step::Run(_) | Step::Approve => None,
        });
    found.expect("the first page has an example")
}

/// Does what `page` says, and looks at where that leads.
async fn follow(page: &str, settings: &[Setting]) {
    let Some(cli) = Cli::find() else { return };
    let parts = parts_of(page);
    for setting in settings {
        assert!(
            setting.section.is_empty() || parts.iter().any(|part| part.heading == setting.section),
            "{page} has no section {}",
            setting.section
        );
    }
    for part in &parts {
        follow_part(&cli, page, part, settings).await;
    }
}

async fn follow_part(cli: &Cli, page: &str, part: &Part, settings: &[Setting]) {
    let of_section = settings.iter().find(|one| one.section == part.heading);
    let of_page = || settings.iter().find(|one| one.section.is_empty());
    let setting = of_section.or_else(of_page);
    if let Some(feature) = setting.and_then(|setting| setting.needs)
        && !cli.offers_part(feature)
    {
        return;
    }
    let seed = setting.map(|setting| setting.seed.clone());
    let seed = seed.filter(|seed| !seed.is_null());
    let options = Options {
        seed: seed.map(|seed| serde_json::from_value(seed).expect("a seed")),
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.expect("the sandbox starts");
    let tokens = [sandbox.component_token(), sandbox.authorizer_token()];
    let mut folder = Folder::new(cli, &sandbox.url(), tokens.each_ref().map(String::as_str));
    eprintln!("{page}, {:?}", part.heading);
    if page != INDEX && !READMES.contains(&page) {
        let first = Step::Write {
            file: "cloudbase.tf".to_owned(),
            text: first_example(),
        };
        folder.follow(&first).await;
    }
    for step in &part.steps {
        folder.follow(step).await;
    }
    folder.apply_what_is_there();
    if folder.has_configuration() && !setting.is_some_and(|setting| setting.ends_with_changes) {
        folder.assert_nothing_to_do();
    }
}

/// README and every page, by path from the root.
fn all_pages() -> Vec<String> {
    fn visit(folder: PathBuf, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("a folder of pages") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                visit(path, found);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let path = path.strip_prefix(root()).expect("below the root");
                found.push(path.display().to_string());
            }
        }
    }
    let mut found = vec!["README.md".to_owned()];
    if root().join("README.zh-CN.md").exists() {
        found.push("README.zh-CN.md".to_owned());
    }
    visit(root().join("docs"), &mut found);
    found.sort();
    found
}

#[test]
fn every_page_with_something_to_paste_is_followed() {
    for page in all_pages() {
        let has_steps = !parts_of(&page).is_empty();
        assert_eq!(
            PAGES.contains(&page.as_str()),
            has_steps,
            "{page}: {} in tests/acceptance/pasted/mod.rs",
            if has_steps { "it is not" } else { "it is" }
        );
    }
}
