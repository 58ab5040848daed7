//! The lowest Terraform that works.
//!
//! There is no such check of OpenTofu. Up to 1.11 it says its own version, which may be that of a
//! Terraform, from 1.12 on that of a Terraform (1.12.6 says `1.13.0`); nothing tells the two apart. What is
//! older than 1.6 is a Terraform, as the first OpenTofu was 1.6.

use crate::framework::Diagnostic;

/// Older ones fail on nested attributes that are left out.
const LOWEST: (u64, u64) = (1, 6);

/// The error about a Terraform that is too old. What says no version is taken for new enough.
pub(in crate::provider) fn too_old(version: &str) -> Option<Diagnostic> {
    let mut parts = version.split('.').map(|part| part.parse::<u64>().ok());
    let (major, minor) = (parts.next()??, parts.next()??);
    let (lowest_major, lowest_minor) = LOWEST;
    ((major, minor) < LOWEST).then(|| {
        Diagnostic::error(
            format!("Terraform {version} is too old for this provider"),
            format!(
                "Use Terraform {lowest_major}.{lowest_minor} or later, or OpenTofu 1.8 or later."
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_before_the_lowest_are_refused_by_name() {
        for old in ["1.5.7", "1.0.3", "0.15.5"] {
            let error = too_old(old).unwrap();
            assert!(error.summary.contains(old), "{error:?}");
            assert!(error.detail.contains("Terraform 1.6"), "{error:?}");
            assert!(error.detail.contains("OpenTofu 1.8"), "{error:?}");
        }
        for fine in ["1.6.0", "1.16.0-rc2", "1.11.4", "2.0.0", "", "dev", "0"] {
            assert_eq!(too_old(fine), None, "{fine}");
        }
    }
}
