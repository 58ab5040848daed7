//! A whole configuration that uses a sandbox: to paste, or written to a file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::handle::Sandbox;
use crate::hcl::quoted;

/// How a file begins that may be written over.
const MARK: &str = "# Written by the sandbox of terraform-provider-cloudbase";

/// Why the file was not written.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// There is a file of somebody else's.
    #[error(
        "{} is there, and was not written by a sandbox: name another file, or move that one away",
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

/// Writes it to `path`, with the folders above. A file that an earlier sandbox has written is replaced, since its address
/// and tokens are gone.
///
/// Errors: another file is there, or the system refuses.
pub(super) fn write(sandbox: &Sandbox, path: &Path) -> Result<(), ConfigurationError> {
    let failed = |source| ConfigurationError::Io {
        path: path.to_owned(),
        source,
    };
    match fs::read(path) {
        Ok(text) if !text.starts_with(MARK.as_bytes()) => {
            return Err(ConfigurationError::NotOurs(path.to_owned()));
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let text = format!("{MARK}, which replaces it.\n{}", configuration(sandbox));
    fs::write(path, text).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::Options;

    #[tokio::test]
    async fn a_file_of_an_earlier_sandbox_is_replaced_and_no_other() {
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
        assert!(error.contains("was not written by a sandbox"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "# mine\n");

        let error = write(&sandbox, folder.path()).unwrap_err().to_string();
        assert!(error.starts_with("cannot write the configuration to "));
    }
}
