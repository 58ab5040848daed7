//! A whole configuration that uses a sandbox: to paste, or written to a file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::handle::Sandbox;
use crate::hcl::quoted;

/// How a file begins that a sandbox has written.
const MARK: &str = "# Written by the sandbox of terraform-provider-cloudbase";

/// What is another with each run: the arguments of the provider.
const OF_THE_RUN: [&str; 3] = [
    "endpoint",
    "component_access_token",
    "authorizer_access_token",
];

/// Why the file was not written.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// There is a file of somebody else's, or one without the lines of the provider.
    #[error(
        "{} is there, and is not as a sandbox has written it: name another file, or move that one away",
        .0.display()
    )]
    NotOurs(PathBuf),
    /// The system refused.
    #[error("cannot write the configuration to {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// One environment, shared with two mini programs of one merchant, and the links to confirm at.
///
/// Endpoint and tokens are in it: they are invented, and good for this run of the sandbox alone.
pub(super) fn configuration(sandbox: &Sandbox) -> String {
    let endpoint = quoted(&sandbox.url());
    let component = quoted(&sandbox.component_token());
    let authorizer = quoted(&sandbox.authorizer_token());
    format!(
        r#"terraform {{
  required_providers {{
    cloudbase = {{
      source = "wxopen/cloudbase"
    }}
  }}
}}

# Invented, and good for this run of the sandbox alone. Real tokens do not go into a file like this.
provider "cloudbase" {{
  endpoint                = {endpoint}
  component_access_token  = {component}
  authorizer_access_token = {authorizer}
}}

# The environment of one merchant, shared with that merchant's mini programs.
resource "cloudbase_env_share" "tea_house" {{
  env    = "tea-house-7gfwxe92efb3aa38"
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}}

# Where the administrators of the mini programs confirm.
output "confirm_urls" {{
  value = {{
    for appid, share in cloudbase_env_share.tea_house.shares : appid => share.confirm_url
    if share.status == "pending"
  }}
}}
"#
    )
}

/// Writes it to `path`, with the folders above. In a file that an earlier sandbox has written, the address and the tokens are
/// renewed, and the rest stays, whatever somebody has made of it.
///
/// Errors: another file is there, that one has lost the lines to renew, or the system refuses.
pub(super) fn write(sandbox: &Sandbox, path: &Path) -> Result<(), ConfigurationError> {
    let failed = |source| ConfigurationError::Io {
        path: path.to_owned(),
        source,
    };
    let fresh = format!(
        "{MARK}, which renews the lines of this run.\n{}",
        configuration(sandbox)
    );
    let text = match fs::read_to_string(path) {
        Ok(there) => {
            renewed(&there, &fresh).ok_or_else(|| ConfigurationError::NotOurs(path.to_owned()))?
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => fresh,
        Err(error) => return Err(failed(error)),
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, text).map_err(failed)
}

/// What `there` becomes: its lines, but the address and the tokens of `fresh`. None if it is not ours to change.
fn renewed(there: &str, fresh: &str) -> Option<String> {
    if !there.starts_with(MARK) {
        return None;
    }
    let mut text = there.to_owned();
    for name in OF_THE_RUN {
        let line = |text: &str| {
            let mut lines = text.lines();
            lines
                .find(|line| line.trim_start().starts_with(&format!("{name} ")))
                .map(str::to_owned)
        };
        text = text.replacen(&line(&text)?, &line(fresh)?, 1);
    }
    Some(text)
}

/// Whether Terraform has a state beside the file at `path`, which an earlier sandbox has left then.
pub(super) fn has_state_beside(path: &Path) -> bool {
    path.with_file_name("terraform.tfstate").exists()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::Options;

    #[tokio::test]
    async fn what_somebody_has_made_of_the_file_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("main.tf");
        let first = Sandbox::start(Options::default()).await.unwrap();
        write(&first, &path).unwrap();
        assert!(!has_state_beside(&path));
        let written = fs::read_to_string(&path).unwrap();
        let edited = written.replace("tea_house", "garden") + "# more\n";
        fs::write(&path, &edited).unwrap();
        fs::write(folder.path().join("terraform.tfstate"), "{}").unwrap();
        assert!(has_state_beside(&path));

        let second = Sandbox::start(Options::default()).await.unwrap();
        write(&second, &path).unwrap();
        let renewed = edited
            .replace(&first.url(), &second.url())
            .replace(&first.component_token(), &second.component_token())
            .replace(&first.authorizer_token(), &second.authorizer_token());
        assert_eq!(fs::read_to_string(&path).unwrap(), renewed);

        let without = renewed.replace("endpoint ", "# endpoint ");
        fs::write(&path, &without).unwrap();
        assert!(write(&second, &path).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), without);
    }

    #[tokio::test]
    async fn a_file_of_an_earlier_sandbox_is_renewed_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/main.tf");
        for _ in 0..2 {
            let sandbox = Sandbox::start(Options::default()).await.unwrap();
            write(&sandbox, &path).unwrap();
            let text = fs::read_to_string(&path).unwrap();
            assert!(text.starts_with(MARK), "{text}");
            assert!(text.contains(&configuration(&sandbox)), "{text}");
            assert!(text.contains(&format!("\"{}\"", sandbox.url())), "{text}");
        }
        fs::write(&path, "# mine\n").unwrap();
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let error = write(&sandbox, &path).unwrap_err().to_string();
        assert!(
            error.contains("is not as a sandbox has written it"),
            "{error}"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), "# mine\n");

        let error = write(&sandbox, folder.path()).unwrap_err().to_string();
        assert!(error.starts_with("cannot write the configuration to "));
    }
}
