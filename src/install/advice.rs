//! What users are told beside what was done: how to use it, and what may be in the way.
//!
//! Each is a paragraph of whole lines, to be set apart by a blank line.

use std::collections::BTreeSet;
use std::path::Path;

use super::cli_config::Finding;
use super::environment::Environment;
use super::lock_file::{self, Locked};
use super::package::{HOSTS, SOURCE, VERSION, address};
use super::platform::{Conventions, Platform};
use crate::hcl::quoted_path;

/// What an implied mirror does beside offering a version.
pub(super) const REGISTRY_IS_HIDDEN: &str = "\
Note: while any version is in that folder, init takes wxopen/cloudbase from there only. What a
registry has is not seen. `install --remove` ends that.
";

/// After removing.
pub(super) const INIT_AGAIN: &str = "\
Configurations that were initialised with it need `terraform init` (or `tofu init`) again.
";

/// Versions that were there before; there has to be one.
pub(super) fn beside(others: &BTreeSet<String>) -> String {
    format!("Beside it: {}.\n", listed(others))
}

/// How a configuration asks for this version.
pub(super) fn required_providers() -> String {
    format!(
        "\
In a configuration, with the version pinned:

  terraform {{
    required_providers {{
      cloudbase = {{
        source  = \"{SOURCE}\"
        version = \"{VERSION}\"
      }}
    }}
  }}

Then run `terraform init` or `tofu init`. Without `version` they take the newest that they find.
"
    )
}

/// The file, or files, that a CLI configuration is written in.
pub(super) fn where_to_write(platform: Platform, environment: &Environment) -> String {
    match &environment.cli_config_file {
        Some(file) => file.display().to_string(),
        None if platform.conventions() == Conventions::Windows => {
            r"%APPDATA%\terraform.rc (OpenTofu: %APPDATA%\tofu.rc)".to_owned()
        }
        None => "~/.terraformrc (OpenTofu: ~/.tofurc)".to_owned(),
    }
}

/// The CLI configuration for a mirror.
pub(super) fn cli_configuration(mirror: &Path, file: &str) -> String {
    format!(
        "The CLI looks there if {file} has:\n\n  provider_installation {{\n{}  }}\n",
        rules(mirror, "    ")
    )
}

/// What in a `provider_installation` block has this provider, and no other, come from a mirror.
fn rules(mirror: &Path, indent: &str) -> String {
    let path = quoted_path(mirror);
    let addresses = HOSTS
        .map(|host| format!("\"{}\"", address(host)))
        .join(", ");
    format!(
        "{indent}filesystem_mirror {{\n\
         {indent}  path    = {path}\n\
         {indent}  include = [{addresses}]\n\
         {indent}}}\n\
         {indent}direct {{\n\
         {indent}  exclude = [{addresses}]\n\
         {indent}}}\n"
    )
}

/// What to do about lock files.
pub(super) fn lock_files(entries: &[Locked]) -> String {
    if entries.is_empty() {
        return format!(
            "\
Where a configuration has a {} with another version, run `terraform init -upgrade` (or
`tofu init -upgrade`). Where it has another build of this version, init says that the checksum
does not match: remove the provider's block from that file, and run init again.
",
            lock_file::NAME
        );
    }
    entries.iter().map(of_entry).collect()
}

fn of_entry(entry: &Locked) -> String {
    let file = entry.file.display();
    let address = &entry.address;
    let cli = cli(address);
    match entry.version.as_deref() {
        Some(version) if version != VERSION => format!(
            "{file} has {address} {version}.\nRun `{cli} init -upgrade` to go to {VERSION}.\n"
        ),
        _ => format!(
            "{file} has {address} already.\n\
             If init says that its checksum does not match, remove the block `provider \"{address}\"` \
             from that file,\nand run `{cli} init`.\n"
        ),
    }
}

/// The CLI that writes an address into lock files.
fn cli(address: &str) -> &'static str {
    let [_, opentofu] = HOSTS;
    if address.starts_with(opentofu) {
        "tofu"
    } else {
        "terraform"
    }
}

/// The warnings of what a file says that passes the mirror by. `named`: the user has named the
/// mirror, so that a configuration for it was shown.
pub(super) fn warnings(finding: &Finding, mirror: &Path, named: bool) -> Vec<String> {
    let file = finding.file.display();
    let mut all = Vec::new();
    if finding.overrides {
        all.push(format!(
            "Warning: {file} has a development override of {SOURCE}.\n\
             It may be used instead of what is installed: remove it from `dev_overrides`.\n"
        ));
    }
    if finding.has_rules && !finding.names_mirror {
        all.push(if named {
            format!(
                "Warning: {file} has a `provider_installation` block.\n\
                 Only one may be there: put what is shown above into that one.\n"
            )
        } else {
            format!(
                "Warning: {file} has a `provider_installation` block.\n\
                 The CLI may not look in {folder} then. Put this into the block, in place of a `direct` block without `exclude`:\n\n{rules}",
                folder = mirror.display(),
                rules = rules(mirror, "  "),
            )
        });
    }
    all
}

/// After removing: other versions, one at least, are there still.
pub(super) fn still_there(mirror: &Path, others: &BTreeSet<String>) -> String {
    format!(
        "{} still has: {}.\nWhile one is there, init takes {SOURCE} from there only.\n",
        mirror.display(),
        listed(others)
    )
}

/// After removing: a CLI configuration names a mirror that has this provider no more.
pub(super) fn names_emptied_mirror(finding: &Finding) -> String {
    format!(
        "{} names this mirror: take its `filesystem_mirror` block out, and the `exclude` that \
         goes with it.\n",
        finding.file.display()
    )
}

fn listed(versions: &BTreeSet<String>) -> String {
    versions
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}
