//! The root certificates that the API's certificate may come from.

use std::{path::PathBuf, sync::Arc};

use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};

/// Whose certificates are trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Roots {
    /// The platform's roots and those of the browsers, which are built in: a machine, or a container, without a store of
    /// its own is no reason to fail.
    #[default]
    PlatformAndBuiltIn,
    /// Nothing but the certificates in these PEM files and folders.
    Only {
        /// A file.
        file: Option<PathBuf>,
        /// Folders of files.
        folders: Vec<PathBuf>,
    },
}

/// The TLS settings of a client that trusts `roots`, if it is to meet any certificate at all. It reads files.
pub(super) fn client_config(roots: Option<&Roots>) -> Result<ClientConfig, String> {
    let store = roots.map_or_else(|| Ok(RootCertStore::empty()), Roots::store)?;
    let crypto = Arc::new(aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(crypto)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    Ok(config.with_root_certificates(store).with_no_client_auth())
}

impl Roots {
    fn store(&self) -> Result<RootCertStore, String> {
        let mut store = RootCertStore::empty();
        let mut errors = Vec::new();
        let found = match self {
            Self::PlatformAndBuiltIn => {
                store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
                // What can't be read of the platform's is missed by the certificates that need it, which name it.
                rustls_native_certs::load_native_certs().certs
            }
            Self::Only { file, folders } => {
                let mut found = rustls_native_certs::load_certs_from_paths(file.as_deref(), None);
                for folder in folders {
                    let in_folder =
                        rustls_native_certs::load_certs_from_paths(None, Some(folder.as_path()));
                    found.certs.extend(in_folder.certs);
                    found.errors.extend(in_folder.errors);
                }
                errors = found.errors;
                found.certs
            }
        };
        let (added, _) = store.add_parsable_certificates(found);
        if let Self::Only { file, folders } = self
            && added == 0
        {
            let places = file.iter().chain(folders).map(|path| path.display());
            let places: Vec<String> = places.map(|place| place.to_string()).collect();
            let places = places.join(", ");
            return Err(match errors.first() {
                Some(error) => format!("no root certificate in {places}: {error}"),
                None => format!("no root certificate in {places}"),
            });
        }
        Ok(store)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(file: Option<&str>, folders: &[&str]) -> Roots {
        Roots::Only {
            file: file.map(PathBuf::from),
            folders: folders.iter().map(PathBuf::from).collect(),
        }
    }

    #[test]
    fn the_built_in_ones_are_there_whatever_the_platform_has() {
        let store = Roots::default().store().unwrap();
        assert!(store.len() >= webpki_roots::TLS_SERVER_ROOTS.len());
    }

    #[test]
    fn where_places_are_named_they_alone_count_and_have_to_hold_something() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        let path = file.to_str().unwrap();
        let missing = only(Some(path), &[]).store().unwrap_err();
        assert!(missing.contains(path), "{missing}");

        std::fs::write(&file, "no certificate").unwrap();
        let empty = only(Some(path), &[]).store().unwrap_err();
        assert_eq!(empty, format!("no root certificate in {path}"));

        let ca = rcgen::generate_simple_self_signed(["a.test".to_owned()]).unwrap();
        std::fs::write(&file, ca.cert.pem()).unwrap();
        assert_eq!(only(Some(path), &[]).store().unwrap().len(), 1);
        let one_missing = only(Some(path), &["/nonexistent"]).store().unwrap();
        assert_eq!(one_missing.len(), 1);
        let of_folder = only(None, &[folder.path().to_str().unwrap()])
            .store()
            .unwrap();
        assert_eq!(of_folder.len(), 1);
    }
}
