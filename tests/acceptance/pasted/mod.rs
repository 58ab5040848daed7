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
    /// The headings that this is about; none for the whole page.
    sections: &'static [&'static str],
    /// What the CLI has to have.
    needs: Option<Feature>,
    /// What the sandbox knows at the start.
    seed: Json,
    /// Whether the page says that it is a whole configuration.
    is_whole: bool,
    /// Whether something is left to do at the end, which the page says.
    ends_with_changes: bool,
}

/// What is followed by section, and begins with nothing.
const READMES: [&str; 2] = ["README.md", "README.zh-CN.md"];

/// The page whose first example is beside every other page's.
const INDEX: &str = "docs/index.md";

impl Setting {
    fn of(sections: &'static [&'static str]) -> Self {
        Self {
            sections,
            needs: None,
            seed: json!({}),
            is_whole: false,
            ends_with_changes: false,
        }
    }

    fn needs(self, feature: Feature) -> Self {
        Self {
            needs: Some(feature),
            ..self
        }
    }

    /// Adds fields to the seed.
    fn seed(self, seed: Json) -> Self {
        Self { seed, ..self }
    }

    /// Begins without the first example.
    fn whole(self) -> Self {
        Self {
            is_whole: true,
            ..self
        }
    }

    fn leaves_changes(self) -> Self {
        Self {
            ends_with_changes: true,
            ..self
        }
    }
}

/// What the sandbox knows, unless a setting says something else of a field.
fn common_seed() -> Json {
    json!({
        "component": {
            "appid": "wx3c9f1e7a5b2d8046",
            "appsecret": "an invented secret",
            "verify_ticket": "ticket@@@invented",
        },
        "authorizers": [
            {
                "appid": "wx5fe6bb43205e9e07",
                "refresh_token": "refreshtoken@@@invented",
                "permission_sets": [18, 49],
            },
            { "appid": "wx075cf85bf347b6df", "permission_sets": [18] },
        ],
        "envs": [
            { "env": "tea-house-7gfwxe92efb3aa38", "alias": "tea-house" },
            { "env": "book-shop-1g5fhz2k9c0d7e61", "alias": "book-shop" },
        ],
    })
}

/// One test for each page.
macro_rules! pages {
    ($($test:ident: $page:literal $(, $settings:expr)?;)*) => {
        const PAGES: &[&str] = &[$($page),*];

        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                follow($page, &[$(&$settings)?]).await;
            }
        )*
    };
}

fn page() -> Setting {
    Setting::of(&[])
}

/// Everybody confirms at once.
fn all_confirm() -> Json {
    json!({ "confirm": "auto" })
}

/// Everybody confirms while Terraform waits.
fn confirmed_soon() -> Json {
    json!({ "confirm": "after=2s" })
}

/// What the examples import.
fn there_already() -> Json {
    json!({
        "shares": [{
            "env": "tea-house-7gfwxe92efb3aa38",
            "appids": ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"],
        }]
    })
}

/// The sections about importing; in the others everybody confirms at once, so that no wait is long.
fn imports() -> [Setting; 4] {
    [
        page().seed(all_confirm()),
        Setting::of(&["With an import block", "On the command line"]).seed(there_already()),
        Setting::of(&["By identity"])
            .needs(Feature::ImportByIdentity)
            .seed(there_already()),
        // A line has to be taken out first.
        Setting::of(&["With a generated configuration"])
            .seed(there_already())
            .leaves_changes(),
    ]
}

pages! {
    readme: "README.md", [Setting::of(&["Quick start"]).leaves_changes()];
    readme_in_chinese: "README.zh-CN.md", [Setting::of(&["快速开始"]).leaves_changes()];
    index: "docs/index.md";
    convert_env: "docs/actions/convert_env.md", [page().needs(Feature::Actions)];
    resend_confirmations: "docs/actions/resend_confirmations.md", [page().needs(Feature::Actions)];
    authorizers: "docs/data-sources/authorizers.md";
    component_envs: "docs/data-sources/component_envs.md";
    data_env: "docs/data-sources/env.md";
    env_shares: "docs/data-sources/env_shares.md",
        [Setting::of(&["Importing what is there"]).needs(Feature::ImportForEach).seed(there_already())];
    envs: "docs/data-sources/envs.md";
    authorizer_token: "docs/ephemeral-resources/authorizer_token.md", [page().needs(Feature::EphemeralResources)];
    component_token: "docs/ephemeral-resources/component_token.md", [page().needs(Feature::EphemeralResources)];
    parse_share_id: "docs/functions/parse_share_id.md", [page().needs(Feature::Functions)];
    share_id: "docs/functions/share_id.md", [page().needs(Feature::Functions)];
    confirmation_page: "docs/functions/confirmation_page.md", [page().needs(Feature::Functions)];
    qr_svg: "docs/functions/qr_svg.md", [page().needs(Feature::Functions)];
    cookbook: "docs/guides/cookbook.md", [
        Setting::of(&["Merchants from a file"]).needs(Feature::Functions),
        Setting::of(&["Several platforms"]).whole(),
    ];
    brownfield: "docs/guides/brownfield.md", [
        // An output goes.
        Setting::of(&["With a data source"]).needs(Feature::ImportForEach).leaves_changes(),
        Setting::of(&["With a query"]).needs(Feature::Query),
    ];
    pipeline: "docs/guides/pipeline.md";
    changes: "docs/guides/changes.md", [
        page().seed(all_confirm()),
        Setting::of(&["The side that takes", "Two resources that have the same shares"]).seed(there_already()),
        Setting::of(&["The side that gives", "With a `removed` block"])
            .needs(Feature::RemovedBlocks)
            .seed(all_confirm()),
        Setting::of(&["From a `terraform_data`"]).needs(Feature::MovedBetweenTypes).seed(there_already()),
        // Everything is destroyed.
        Setting::of(&["Destroying after a rename that was never applied"]).seed(all_confirm()).leaves_changes(),
    ];
    confirmation: "docs/guides/confirmation.md", [
        // Terraform's own resource is replaced once more, as the page says.
        Setting::of(&["Waiting in the same apply"]).seed(confirmed_soon()).leaves_changes(),
        // Without the variable the confirmation is removed again.
        Setting::of(&["Waiting in a second apply"]).leaves_changes(),
    ];
    fleets: "docs/guides/fleets.md";
    installing: "docs/guides/installing.md";
    partial_failure: "docs/guides/partial-failure.md";
    sandbox: "docs/guides/sandbox.md", [
        // It is a module, whose variables the tests set.
        Setting::of(&["Testing a module"]).leaves_changes(),
        Setting::of(&["Without the sandbox"]).needs(Feature::MockProvider).leaves_changes(),
    ];
    tokens: "docs/guides/tokens.md";
    zh_quickstart: "docs/guides/zh-quickstart.md", [page().whole().leaves_changes()];
    list_env_share: "docs/list-resources/env_share.md", [page().needs(Feature::Query)];
    env_conversion: "docs/resources/env_conversion.md", imports();
    env_share: "docs/resources/env_share.md", imports();
    env_share_confirmation: "docs/resources/env_share_confirmation.md", imports();
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
async fn follow(page: &str, settings: &[&[Setting]]) {
    let settings: Vec<&Setting> = settings.iter().copied().flatten().collect();
    let Some(cli) = Cli::find() else { return };
    let parts = parts_of(page);
    for heading in settings.iter().flat_map(|one| one.sections) {
        assert!(
            parts.iter().any(|part| part.heading == *heading),
            "{page} has no section {heading}"
        );
    }
    for part in &parts {
        follow_part(&cli, page, part, &settings).await;
    }
}

async fn follow_part(cli: &Cli, page: &str, part: &Part, settings: &[&Setting]) {
    let heading = part.heading.as_str();
    let of_section = settings.iter().find(|one| one.sections.contains(&heading));
    let of_page = || settings.iter().find(|one| one.sections.is_empty());
    let setting = of_section.or_else(of_page);
    if let Some(feature) = setting.and_then(|setting| setting.needs)
        && !cli.offers_part(feature)
    {
        return;
    }
    let mut seed = common_seed();
    for (field, value) in setting
        .iter()
        .filter_map(|one| one.seed.as_object())
        .flatten()
    {
        seed[field] = value.clone();
    }
    let options = Options {
        seed: Some(serde_json::from_value(seed).expect("a seed")),
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.expect("the sandbox starts");
    let mut folder = Folder::new(cli, &sandbox);
    eprintln!("{page}, {:?}", part.heading);
    let is_whole = page == INDEX || setting.is_some_and(|setting| setting.is_whole);
    if part.beside_the_first && !is_whole {
        let first = Step::Write {
            file: "main.tf".to_owned(),
            text: first_example(),
        };
        folder.follow(&first).await;
        folder.apply_what_is_there().await;
    }
    for step in &part.steps {
        folder.follow(step).await;
    }
    folder.apply_what_is_there().await;
    if folder.has_configuration().await && !setting.is_some_and(|setting| setting.ends_with_changes)
    {
        folder.assert_nothing_to_do().await;
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
