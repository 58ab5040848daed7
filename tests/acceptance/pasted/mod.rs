//! README and the pages, done as they say: every block of HCL and every command is pasted into an empty folder, in the
//! order of the page, and runs against the sandbox.
//!
//! A block goes into the file that its first line names, or is added to the configuration; `page.rs` has the rules. What is
//! pasted without a command after it is applied. Where a page ends, nothing may be left to do.
//!
//! Where a page starts the sandbox, its reader has nothing yet but a CLI and the sources, the build of which is left out.
//! Elsewhere the provider is installed, the variables of a sandbox are set, and the first example of the documentation has
//! been applied, which is a whole configuration.

mod folder;
mod page;

use std::fs;
use std::path::{Path, PathBuf};

use cloudbase::sandbox::{Options, Sandbox, Seed};
use serde_json::{Value as Json, json};

use crate::support::{Cli, Feature, has_program};
use folder::Folder;
use page::{Part, Step, parts};

/// What is followed by section, and begins with nothing.
const READMES: [&str; 2] = ["README.md", "README.zh-CN.md"];

/// The page whose first example is beside every other page's.
const INDEX: &str = "docs/index.md";

/// What a page, or a section of one, needs beyond an empty folder and the sandbox that readers have.
struct Setting {
    /// The headings that this is about; none for the whole page.
    sections: &'static [&'static str],
    /// What the CLI has to have.
    needs: Option<Feature>,
    /// Fields of the sandbox's seed in place of those of the example world.
    seed: Json,
    /// Whether the page says that it is a whole configuration.
    is_whole: bool,
    /// Whether the page says to paste the variables that the sandbox prints.
    takes_variables: bool,
    /// Whether the page says how the provider gets to where the CLI finds it.
    is_about_installing: bool,
    end: End,
}

/// What is there when a page has been followed.
#[derive(Clone, Copy, PartialEq)]
enum End {
    /// A plan has nothing to do.
    NothingToDo,
    /// Everything was destroyed.
    Nothing,
    /// There is more to do, as the page says.
    MoreToDo,
}

impl Setting {
    fn of(sections: &'static [&'static str]) -> Self {
        Self {
            sections,
            needs: None,
            seed: json!({}),
            is_whole: false,
            takes_variables: false,
            is_about_installing: false,
            end: End::NothingToDo,
        }
    }

    fn needs(self, feature: Feature) -> Self {
        Self {
            needs: Some(feature),
            ..self
        }
    }

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

    fn takes_variables(self) -> Self {
        Self {
            takes_variables: true,
            ..self
        }
    }

    /// Begins where the CLI does not find the provider, so that the first example has not been applied.
    fn about_installing(self) -> Self {
        Self {
            is_about_installing: true,
            ..self
        }
    }

    fn ends(self, end: End) -> Self {
        Self { end, ..self }
    }
}

fn page() -> Setting {
    Setting::of(&[])
}

/// What the sandbox knows that readers start, but for the fields of `changes`.
fn seed(changes: Option<&Setting>) -> Seed {
    let world = include_str!("../../../src/sandbox/example_world.json");
    let mut world: Json = serde_json::from_str(world).expect("it is JSON");
    for (field, value) in changes
        .iter()
        .filter_map(|one| one.seed.as_object())
        .flatten()
    {
        world[field] = value.clone();
    }
    serde_json::from_value(world).expect("it is a seed")
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

/// Everybody confirms at once.
fn all_confirm() -> Json {
    json!({ "confirm": "auto" })
}

/// Everybody confirms while Terraform waits.
fn confirmed_soon() -> Json {
    json!({ "confirm": "after=2s" })
}

/// The other side has shared, or the script, or somebody before.
fn there_already() -> Json {
    json!({
        "shares": [{
            "env": "tea-house-7gfwxe92efb3aa38",
            "appids": ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"],
        }]
    })
}

/// The sections about importing; in the others everybody confirms at once, so that no wait is long.
fn imports() -> [Setting; 2] {
    [
        page().seed(all_confirm()),
        Setting::of(&["By identity"]).needs(Feature::ImportByIdentity),
    ]
}

pages! {
    readme: "README.md", [Setting::of(&["Quick start"]).ends(End::Nothing)];
    readme_in_chinese: "README.zh-CN.md", [Setting::of(&["先在沙箱里走一遍"]).ends(End::Nothing)];
    index: "docs/index.md";
    convert_env: "docs/actions/convert_env.md", [page().needs(Feature::Actions)];
    resend_confirmations: "docs/actions/resend_confirmations.md", [page().needs(Feature::Actions)];
    api_quota: "docs/data-sources/api_quota.md";
    authorizers: "docs/data-sources/authorizers.md";
    component_envs: "docs/data-sources/component_envs.md";
    data_env: "docs/data-sources/env.md";
    env_shares: "docs/data-sources/env_shares.md",
        [Setting::of(&["Importing what is there"]).needs(Feature::ImportForEach)];
    envs: "docs/data-sources/envs.md";
    hosting_envs: "docs/data-sources/hosting_envs.md";
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
        Setting::of(&["With a data source"]).needs(Feature::ImportForEach).ends(End::MoreToDo),
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
        Setting::of(&["Destroying after a rename that was never applied"]).seed(all_confirm()).ends(End::Nothing),
    ];
    confirmation: "docs/guides/confirmation.md", [
        // Terraform's own resource is replaced once more, as the page says.
        Setting::of(&["Waiting in the same apply"]).seed(confirmed_soon()).ends(End::MoreToDo),
        // Without the variable the confirmation is removed again.
        Setting::of(&["Waiting in a second apply"]).ends(End::MoreToDo),
    ];
    doctor: "docs/guides/doctor.md", [page().whole()];
    fleets: "docs/guides/fleets.md";
    // The last section ends with a plan of the first example, which has not been applied.
    installing: "docs/guides/installing.md", [page().about_installing().ends(End::MoreToDo)];
    partial_failure: "docs/guides/partial-failure.md";
    sandbox: "docs/guides/sandbox.md", [
        // It is a module, whose variables the tests set.
        Setting::of(&["Testing a module"]).ends(End::MoreToDo),
        Setting::of(&["Without the sandbox"]).needs(Feature::MockProvider).ends(End::MoreToDo),
    ];
    tokens: "docs/guides/tokens.md", [
        Setting::of(&["From a variable or an attribute", "Minted", "Several merchants"])
            .needs(Feature::EphemeralResources),
    ];
    zh_quickstart: "docs/guides/zh-quickstart.md", [page().whole().takes_variables()];
    list_env_share: "docs/list-resources/env_share.md", [page().needs(Feature::Query)];
    auth_function: "docs/resources/auth_function.md", imports();
    env_conversion: "docs/resources/env_conversion.md", imports();
    env_share: "docs/resources/env_share.md", imports();
    env_share_confirmation: "docs/resources/env_share_confirmation.md", imports();
    open_api_access: "docs/resources/open_api_access.md", imports();
    data_open_api_access: "docs/data-sources/open_api_access.md";
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
    if !programs_are_there(cli, part) {
        return;
    }
    let options = Options {
        seed: Some(seed(setting.copied())),
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.expect("the sandbox starts");
    eprintln!("{page}, {:?}", part.heading);
    let mut folder = if part.starts_the_sandbox() {
        Folder::empty(cli, setting.is_some_and(|setting| setting.takes_variables))
    } else {
        Folder::beside(cli, &sandbox)
    };
    let is_installed = !setting.is_some_and(|setting| setting.is_about_installing);
    if is_installed && !part.starts_the_sandbox() {
        folder.install();
    }
    let is_whole = page == INDEX || setting.is_some_and(|setting| setting.is_whole);
    if part.beside_the_first && !is_whole {
        folder.put("main.tf", &first_example());
        if is_installed {
            folder.apply().await;
        }
    }
    for step in &part.steps {
        folder.follow(step).await;
    }
    folder.apply_what_is_there().await;
    if !folder.has_configuration().await {
        return;
    }
    match setting.map_or(End::NothingToDo, |setting| setting.end) {
        End::NothingToDo => folder.assert_nothing_to_do().await,
        End::Nothing => folder.assert_nothing_is_left().await,
        End::MoreToDo => {}
    }
}

/// Whether the machine has what the commands of a part need beside a shell.
fn programs_are_there(cli: &Cli, part: &Part) -> bool {
    let commands = part.commands();
    let mut needed = ["curl", "jq"].into_iter();
    needed.all(|program| !commands.contains(&format!("{program} ")) || has_program(cli, program))
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
