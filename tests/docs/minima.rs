//! Which version of each CLI the pages say is needed: what the table of features says.

use std::fs;

use crate::cli::Feature;
use crate::functions::functions;
use crate::kinds::types;
use crate::pages::pages;
use crate::root;

/// Features without a row of their own on the first page: what types need is in their rows, and the others
/// are no gain to users of this provider. The page of versions has all.
const NOT_LISTED: [Feature; 7] = [
    Feature::Basics,
    Feature::Functions,
    Feature::EphemeralResources,
    Feature::Query,
    Feature::Actions,
    Feature::WriteOnly,
    Feature::OneProcessForTests,
];

/// The cells for a feature in the table of types.
fn cells(feature: Feature) -> [String; 2] {
    let terraform = feature.terraform();
    let opentofu = feature.opentofu();
    [
        format!("1.{terraform}"),
        opentofu.map_or_else(|| "–".to_owned(), |minor| format!("1.{minor}")),
    ]
}

/// `Terraform 1.8, OpenTofu 1.8`.
pub(crate) fn both(feature: Feature) -> String {
    let terraform = feature.terraform();
    match feature.opentofu() {
        Some(opentofu) => format!("Terraform 1.{terraform}, OpenTofu 1.{opentofu}"),
        None => format!("Terraform 1.{terraform}, not in OpenTofu"),
    }
}

/// The first line of a page.
pub(crate) fn sentence(feature: Feature) -> String {
    let terraform = feature.terraform();
    let words = feature.words();
    match feature.opentofu() {
        Some(opentofu) => {
            format!(
                "This needs {words}: Terraform 1.{terraform} or OpenTofu 1.{opentofu}, or later.\n"
            )
        }
        None => {
            format!(
                "This needs {words}: Terraform 1.{terraform} or later. OpenTofu does not have that.\n"
            )
        }
    }
}

/// A row of the table of types for each feature that the oldest OpenTofu lacks and users may want.
pub(crate) fn not_in_every_opentofu() -> String {
    let listed = Feature::ALL.iter().filter(|feature| {
        !NOT_LISTED.contains(feature) && feature.opentofu() != Feature::Basics.opentofu()
    });
    let lines: Vec<_> = listed
        .map(|&feature| {
            let [terraform, opentofu] = cells(feature);
            format!("| CLI | {} | {terraform} | {opentofu} |", feature.words())
        })
        .collect();
    lines.join("\n")
}

#[test]
fn the_table_of_types_has_the_minima_of_the_table_of_features() {
    let index = fs::read_to_string(root().join("templates/index.md")).expect("the first page");
    let mut needs: Vec<_> = types()
        .iter()
        .map(|ty| {
            let link = format!("({}/{}.md)", ty.kind.folder, ty.short_name());
            (link, ty.kind.needs)
        })
        .collect();
    let functions = functions().into_iter();
    needs.extend(functions.map(|(name, _)| (format!("(functions/{name}.md)"), Feature::Functions)));
    for (link, feature) in needs {
        let mut rows = index.lines().filter(|line| line.contains(&link));
        let row = rows.next().unwrap_or_else(|| panic!("no row of {link}"));
        let [terraform, opentofu] = cells(feature);
        let end = format!(" | {terraform} | {opentofu} |");
        assert!(row.ends_with(&end), "not `{end}`: {row}");
    }
}

#[test]
fn the_oldest_clis_are_the_same_wherever_they_are_named() {
    let [terraform, opentofu] = cells(Feature::Basics);
    let index = fs::read_to_string(root().join("templates/index.md")).expect("the first page");
    let said =
        format!("Terraform\nbefore {terraform} and OpenTofu before {opentofu} are not supported");
    assert!(index.contains(&said), "templates/index.md: {said}");
    let readme = fs::read_to_string(root().join("README.md")).expect("the read-me");
    for said in [
        format!(
            "[Terraform](https://developer.hashicorp.com/terraform/install) {terraform} or later"
        ),
        format!("[OpenTofu](https://opentofu.org/docs/intro/install) {opentofu} or later"),
    ] {
        assert!(readme.contains(&said), "README.md: {said}");
    }
}

#[test]
fn the_page_of_what_not_every_cli_has_begins_with_that() {
    let pages = pages();
    let mut seen = 0;
    for (name, text) in &pages {
        let feature = match name.split_once('/').map(|(folder, _)| folder) {
            Some("functions") => Feature::Functions,
            Some(folder) => {
                let types = types();
                let Some(ty) = types.iter().find(|ty| ty.kind.folder == folder) else {
                    continue;
                };
                ty.kind.needs
            }
            None => continue,
        };
        if feature == Feature::Basics {
            continue;
        }
        let before = text.split("\n## ").next().unwrap_or_default();
        assert!(before.contains(&sentence(feature)), "{name}: {before}");
        seen += 1;
    }
    assert!(seen >= 7, "only {seen} pages");
}
