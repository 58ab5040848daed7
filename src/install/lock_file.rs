//! What the lock file of a configuration says of this provider.

use std::fs;
use std::path::{Path, PathBuf};

use super::package::{HOSTS, address};

/// The name that both CLIs give it.
pub(super) const NAME: &str = ".terraform.lock.hcl";

/// A lock file that has this provider.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Locked {
    pub(super) file: PathBuf,
    /// The provider's address in there.
    pub(super) address: String,
    /// The version, if it can be read.
    pub(super) version: Option<String>,
}

/// The entries for this provider in the lock file of a folder.
pub(super) fn entries(folder: &Path) -> Vec<Locked> {
    let file = folder.join(NAME);
    let text = fs::read_to_string(&file).unwrap_or_default();
    HOSTS
        .into_iter()
        .map(address)
        .filter_map(|address| {
            let head = format!("provider \"{address}\"");
            // `init` writes one block after the other, and one line for each argument.
            let mut lines = text.lines().skip_while(|line| !line.starts_with(&head));
            lines.next()?;
            let version = lines
                .take_while(|line| !line.starts_with('}'))
                .find_map(|line| line.trim().strip_prefix("version"));
            let version = version.and_then(|rest| rest.split('"').nth(1));
            Some(Locked {
                file: file.clone(),
                version: version.map(str::to_owned),
                address,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(text: &str) -> Vec<(String, Option<String>)> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(NAME), text).unwrap();
        let entries = entries(folder.path()).into_iter();
        entries
            .map(|entry| (entry.address, entry.version))
            .collect()
    }

    #[test]
    fn the_entry_of_each_registry_is_found() {
        let terraform = "provider \"registry.terraform.io/wxopen/cloudbase\" {\n  version = \"0.0.9\"\n  hashes = [\n    \"h1:a=\",\n  ]\n}\n";
        let opentofu = "provider \"registry.opentofu.org/wxopen/cloudbase\" {\n  version     = \"0.1.0\"\n  constraints = \"0.1.0\"\n}\n";
        let found = versions(&format!("# made by init\n\n{terraform}\n{opentofu}"));
        let expected = [
            ("registry.terraform.io/wxopen/cloudbase", "0.0.9"),
            ("registry.opentofu.org/wxopen/cloudbase", "0.1.0"),
        ];
        let expected = expected.map(|(name, version)| (name.to_owned(), Some(version.to_owned())));
        assert_eq!(found, expected);
    }

    #[test]
    fn entries_of_others_do_not_count() {
        let other = "provider \"registry.terraform.io/wxopen/cloudbase-next\" {\n  version = \"1.0.0\"\n}\n";
        assert_eq!(versions(other), []);
        let torn = "provider \"registry.terraform.io/wxopen/cloudbase\" {\n}\nversion = \"2\"\n";
        assert_eq!(versions(torn)[0].1, None);
        assert_eq!(entries(Path::new("/nowhere")), []);
    }
}
