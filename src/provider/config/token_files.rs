//! Token files that others may read.

use crate::framework::{AttributePath, Diagnostic, Diagnostics};
use crate::wechat::{Credentials, TokenSource};

/// A warning for each token file that every user of the machine may read. What is not there yet, or can't be looked at, is
/// told when a token is needed.
pub(in crate::provider) async fn readable_by_everyone(credentials: &Credentials) -> Diagnostics {
    let mut said = Diagnostics::new();
    let sources = credentials.component.iter().chain(&credentials.authorizer);
    for source in sources {
        if let TokenSource::File { path, origin } = source
            && let Ok(about) = tokio::fs::metadata(path).await
            && is_open(&about)
        {
            let path = path.display();
            let warning = Diagnostic::warning(
                format!("every user of this machine may read the token file {path}"),
                format!(
                    "It comes from {origin}. Whoever reads it can call the API as the platform. Take the permission \
                     away, for example with `chmod 600 {path}`, and have the program that writes it create it so."
                ),
            );
            said.push(if origin.contains("attribute") {
                warning.at(AttributePath::root("token_file"))
            } else {
                warning
            });
        }
    }
    said
}

/// Whether others than its owner and its group may read it. A group may have been made for just that.
#[cfg(unix)]
fn is_open(about: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;

    about.is_file() && about.permissions().mode() & 0o004 != 0
}

/// Elsewhere there is no mode, and who may read it is not said by the file alone.
#[cfg(not(unix))]
fn is_open(_about: &std::fs::Metadata) -> bool {
    false
}
