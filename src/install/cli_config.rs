//! What a CLI configuration says that passes an implied mirror by.
//!
//! The files are found as both CLIs find them, and searched for words rather than parsed: what is
//! found is for a warning that says "may".

use std::fs;
use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::package::SOURCE;
use super::platform::{Conventions, Platform};
use crate::hcl::quoted_path;

/// A file that says something of how providers are installed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) file: PathBuf,
    /// It has a `provider_installation` block: implied mirrors are not used then.
    pub(super) has_rules: bool,
    /// The block names the mirror.
    pub(super) names_mirror: bool,
    /// It has a development override for this provider, which wins over every mirror.
    pub(super) overrides: bool,
}

/// What the files of this user say. One that can't be read says nothing.
pub(super) fn findings(
    platform: Platform,
    environment: &Environment,
    mirror: &Path,
) -> Vec<Finding> {
    let files = files(platform, environment).into_iter();
    files
        .filter_map(|file| {
            let text = fs::read_to_string(&file).ok()?;
            let finding = read(file, &text, mirror);
            (finding.has_rules || finding.overrides).then_some(finding)
        })
        .collect()
}

/// The files that one CLI or the other may read.
fn files(platform: Platform, environment: &Environment) -> Vec<PathBuf> {
    // Then they read no other.
    if let Some(file) = &environment.cli_config_file {
        return vec![file.clone()];
    }
    let (mut files, folders) = if platform.conventions() == Conventions::Windows {
        let data = environment.app_data.iter();
        (
            data.clone()
                .flat_map(|data| ["terraform.rc", "tofu.rc"].map(|name| data.join(name)))
                .collect(),
            data.map(|data| data.join("terraform.d")).collect(),
        )
    } else {
        let home = environment.home.iter();
        let opentofu = environment.xdg_config_home.iter();
        let opentofu = opentofu.map(|config| config.join("opentofu"));
        (
            home.clone()
                .flat_map(|home| [".terraformrc", ".tofurc"].map(|name| home.join(name)))
                .chain(opentofu.clone().map(|folder| folder.join("tofurc")))
                .collect::<Vec<_>>(),
            home.map(|home| home.join(".terraform.d"))
                .chain(opentofu)
                .collect::<Vec<_>>(),
        )
    };
    for folder in folders {
        files.extend(files_in(&folder));
    }
    files
}

/// Those that the CLIs read from the folder of their configuration, sorted.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.to_string_lossy();
            name.ends_with(".tfrc") || name.ends_with(".tfrc.json")
        })
        .collect();
    files.sort();
    files
}

fn read(file: PathBuf, text: &str, mirror: &Path) -> Finding {
    let text = without_comments(text);
    let overridden = text.split("dev_overrides").skip(1).any(|rest| {
        // What stands between the braces are only names and paths.
        let block = rest.split('}').next().unwrap_or_default();
        block.contains(&format!("{SOURCE}\""))
    });
    Finding {
        file,
        has_rules: text.contains("provider_installation"),
        names_mirror: text.contains(&quoted_path(mirror)),
        overrides: overridden,
    }
}

/// The text without comments; what looks like one within quotes is none.
fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let taken = if first == '#' || rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else {
            let length = if first == '"' {
                quoted_length(rest)
            } else {
                first.len_utf8()
            };
            kept.push_str(&rest[..length]);
            length
        };
        rest = &rest[taken..];
    }
    kept
}

/// How long the string at the start of `text` is, with its quotes.
fn quoted_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::super::platform::{LINUX, WINDOWS};
    use super::*;

    fn of(text: &str) -> (bool, bool, bool) {
        let finding = read("file".into(), text, Path::new("/mirror"));
        (finding.has_rules, finding.names_mirror, finding.overrides)
    }

    #[test]
    fn blocks_are_found() {
        let rules = "provider_installation {\n  direct {}\n}\n";
        assert_eq!(of(rules), (true, false, false));
        let mirror =
            "provider_installation {\n  filesystem_mirror {\n    path = \"/mirror\"\n  }\n}";
        assert_eq!(of(mirror), (true, true, false));
        let json = r#"{"provider_installation": [{"direct": [{}]}]}"#;
        assert_eq!(of(json), (true, false, false));
        assert!(!of("plugin_cache_dir = \"/mirror\"\n").0);
    }

    #[test]
    fn only_overrides_of_this_provider_count() {
        let overrides = |entries: &str| {
            let text = format!("provider_installation {{\n dev_overrides {{\n{entries}\n}} }}");
            of(&text).2
        };
        assert!(overrides(r#""wxopen/cloudbase" = "/x""#));
        assert!(overrides(
            r#""a/b" = "/b", "registry.terraform.io/wxopen/cloudbase" = "/x""#
        ));
        assert!(!overrides(r#""wxopen/cloudbase-next" = "/x""#));
        assert!(!overrides(r#"# "wxopen/cloudbase" = "/x""#));
        let elsewhere = "dev_overrides { } filesystem_mirror { include = [\"wxopen/cloudbase\"] }";
        assert!(!of(elsewhere).2);
    }

    #[test]
    fn comments_say_nothing() {
        for comment in [
            "# provider_installation {}\n",
            "a = 1 // provider_installation {}",
            "/* provider_installation {\n */",
            "/* provider_installation",
        ] {
            assert!(!of(comment).0, "{comment}");
        }
        let url = "host \"x\" { services = { a = \"https://x\" } } provider_installation {}";
        assert!(of(url).0, "what is quoted is no comment");
        let hash = r##"a = "\"#" provider_installation {}"##;
        assert!(of(hash).0);
    }

    #[test]
    fn the_files_are_those_that_the_clis_read() {
        let home = tempfile::tempdir().unwrap();
        let config = home.path().join(".terraform.d");
        fs::create_dir(&config).unwrap();
        for name in ["b.tfrc", "a.tfrc.json", "credentials.json", "c.tf"] {
            fs::write(config.join(name), "").unwrap();
        }
        let mut environment = Environment {
            home: Some(home.path().to_owned()),
            app_data: Some("/data".into()),
            xdg_config_home: Some("/config".into()),
            ..Environment::default()
        };
        assert_eq!(
            files(LINUX, &environment),
            [
                home.path().join(".terraformrc"),
                home.path().join(".tofurc"),
                "/config/opentofu/tofurc".into(),
                config.join("a.tfrc.json"),
                config.join("b.tfrc"),
            ]
        );
        assert_eq!(
            files(WINDOWS, &environment),
            ["/data/terraform.rc", "/data/tofu.rc"].map(PathBuf::from)
        );
        environment.cli_config_file = Some("/only.tfrc".into());
        assert_eq!(
            files(LINUX, &environment),
            [PathBuf::from("/only.tfrc")],
            "a file that is named is the only one"
        );
    }
}
