//! What the environment says of the way to the API: root certificates and proxies, as other programs take them from it.

use std::env;

use hyper::Uri;
use url::Url;

use super::env_vars::EnvVars;
use crate::framework::{Diagnostic, Diagnostics};
use crate::wechat::Roots;

const CERT_FILE: &str = "SSL_CERT_FILE";
const CERT_DIR: &str = "SSL_CERT_DIR";
/// Those for https, which all endpoints are that are not on this machine, and those that count where they are empty or
/// not there. Of each, the first that is there counts, as the HTTP client has it.
const PROXIES: [[&str; 2]; 2] = [["HTTPS_PROXY", "https_proxy"], ["ALL_PROXY", "all_proxy"]];
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// Whose certificates are trusted: where the environment names some, they alone.
pub(super) fn roots(env_vars: &EnvVars) -> Roots {
    let file = env_vars.get(CERT_FILE);
    let folders = env_vars.get(CERT_DIR);
    if file.is_none() && folders.is_none() {
        return Roots::PlatformAndBuiltIn;
    }
    let folders = folders.iter().flat_map(env::split_paths);
    Roots::Only {
        file: file.map(Into::into),
        folders: folders
            .filter(|folder| !folder.as_os_str().is_empty())
            .collect(),
    }
}

/// Whether no proxy is to be used for any host.
pub(super) fn is_without_proxy(env_vars: &EnvVars) -> bool {
    let list = NO_PROXY.iter().find_map(|name| env_vars.get(name));
    list.is_some_and(|list| list.split(',').any(|host| host.trim() == "*"))
}

/// The HTTP client takes a proxy that it can't read for none, and would call the API directly.
pub(super) fn check_proxy(env_vars: &EnvVars, wrong: &mut Diagnostics) {
    let there = |names: &[&'static str; 2]| {
        let found = names
            .iter()
            .find_map(|name| Some((*name, env_vars.get_any(name)?)));
        found.filter(|(_, value)| !value.is_empty())
    };
    let Some((name, value)) = PROXIES.iter().find_map(there) else {
        return;
    };
    if let Err(reason) = proxy(&value) {
        // It may hold a password.
        wrong.push(Diagnostic::error(
            format!("invalid environment variable {name}"),
            format!(
                "It {reason}. Write the address of an HTTP proxy, such as `http://proxy.example:3128`, or unset it."
            ),
        ));
    }
}

/// By the rules of the HTTP client, which reads it once more, and those of URLs, which are stricter about ports.
fn proxy(text: &str) -> Result<(), String> {
    let uri: Uri = text
        .parse()
        .map_err(|error| format!("is not a URL ({error})"))?;
    let with_scheme = if text.contains("://") {
        text
    } else {
        &format!("http://{text}")
    };
    Url::parse(with_scheme).map_err(|error| format!("is not a URL ({error})"))?;
    if uri.host().is_none_or(str::is_empty) {
        return Err("names no host".to_owned());
    }
    match uri.scheme_str() {
        None | Some("http" | "https") => Ok(()),
        Some(other) => Err(format!("has the scheme {other:?}, which is not supported")),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn env_vars(set: &[(&'static str, &'static str)]) -> EnvVars {
        let set = set.to_vec();
        EnvVars::new(move |name| {
            let found = set.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn certificates_that_are_named_alone_count() {
        assert_eq!(roots(&env_vars(&[])), Roots::PlatformAndBuiltIn);
        let folders = env::join_paths(["/a", "/b"])
            .unwrap()
            .into_string()
            .unwrap();
        let folders: &'static str = folders.leak();
        let named = env_vars(&[(CERT_FILE, "/ca.pem"), (CERT_DIR, folders)]);
        assert_eq!(
            roots(&named),
            Roots::Only {
                file: Some(PathBuf::from("/ca.pem")),
                folders: vec![PathBuf::from("/a"), PathBuf::from("/b")],
            }
        );
    }

    #[test]
    fn a_proxy_that_cannot_be_read_is_an_error_without_its_password() {
        for good in [
            "http://proxy.example:3128",
            "https://u:p@proxy.example",
            "proxy.example:3128",
            "10.0.0.1:80",
        ] {
            let mut wrong = Diagnostics::new();
            check_proxy(&env_vars(&[("HTTPS_PROXY", good)]), &mut wrong);
            assert!(!wrong.has_error(), "{good}");
        }
        for bad in [
            "http://secret:hunter2@proxy.example:99999",
            "http://",
            "socks5://hunter2@proxy.example",
            "http://hunter2 proxy",
            "http://hunter2.example ",
            "http:///hunter2:3128",
        ] {
            for name in PROXIES.into_iter().flatten() {
                let mut wrong = Diagnostics::new();
                check_proxy(&env_vars(&[(name, bad)]), &mut wrong);
                let wrong = format!("{wrong:?}");
                assert!(wrong.contains(name), "{bad}: {wrong}");
                assert!(!wrong.contains("hunter2"), "{wrong}");
            }
        }
        let mut wrong = Diagnostics::new();
        // The first that is set counts.
        let first = env_vars(&[
            ("HTTPS_PROXY", "http://good.example"),
            ("ALL_PROXY", "http://"),
        ]);
        check_proxy(&first, &mut wrong);
        assert!(!wrong.has_error());
        let empty = env_vars(&[
            ("HTTPS_PROXY", ""),
            ("https_proxy", "http://"),
            ("all_proxy", "http://"),
        ]);
        check_proxy(&empty, &mut wrong);
        assert!(format!("{wrong:?}").contains("all_proxy"), "{wrong:?}");
    }

    #[test]
    fn no_proxy_of_a_star_is_for_every_host() {
        for (list, is_without) in [("*", true), ("a.example, *", true), ("*.example", false)] {
            let set = [("no_proxy", list)];
            assert_eq!(is_without_proxy(&env_vars(&set)), is_without, "{list}");
        }
        assert!(!is_without_proxy(&env_vars(&[])));
    }
}
