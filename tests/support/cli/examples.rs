//! What examples need: where one is shown, the page says so.

use super::Feature;

/// Parts of paths of examples that not every CLI reads, and what they need.
pub(crate) const EXAMPLES: &[(&str, Feature)] = &[
    ("changes/from_terraform_data.tf", Feature::MovedBetweenTypes),
    ("changes/merge.tf", Feature::RemovedBlocks),
    ("changes/give.tf", Feature::RemovedBlocks),
    ("import_all.tf", Feature::ImportForEach),
    ("cookbook/links/page.tf", Feature::Functions),
    ("cookbook/links/pages.sh", Feature::Functions),
    ("cookbook/adopt/import.tf", Feature::ImportForEach),
    ("cookbook/adopt/import.sh", Feature::ImportForEach),
    ("cookbook/adopt/found.tfquery.hcl", Feature::Query),
    ("cookbook/adopt/query.sh", Feature::Query),
    ("functions/", Feature::Functions),
    ("sandbox/mocked.tftest.hcl", Feature::MockProvider),
    ("list-resources/", Feature::Query),
    ("ephemeral-resources/", Feature::EphemeralResources),
    // Their variables are ephemeral.
    ("provider/token_variable.tf", Feature::EphemeralResources),
    ("tokens/component.tf", Feature::EphemeralResources),
    ("tokens/merchants.tf", Feature::EphemeralResources),
    ("import-by-identity.tf", Feature::ImportByIdentity),
    ("actions/", Feature::Actions),
];
