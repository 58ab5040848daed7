//! Names of this machine.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Resolves names that have to be this machine's own: what goes there is not encrypted. `localhost` and names below it
/// are so by RFC 6761, section 6.3, but nothing keeps a resolver from saying otherwise.
#[derive(Debug)]
pub(super) struct LoopbackDns;

impl Resolve for LoopbackDns {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let addresses: Vec<_> = found.collect();
            if let Some(other) = addresses.iter().find(|address| !address.ip().is_loopback()) {
                let (name, other) = (name.as_str(), other.ip());
                return Err(
                    format!("{name} resolves to {other}, which is not a loopback address").into(),
                );
            }
            let addresses: Addrs = Box::new(addresses.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_addresses_of_this_machine_are_given() {
        let resolve = |name: &str| LoopbackDns.resolve(name.parse().unwrap());
        let here = resolve("localhost").await.unwrap();
        assert!(here.into_iter().all(|address| address.ip().is_loopback()));
        // As a resolver may say of a name below `localhost`.
        let refused = resolve("192.0.2.7").await.map(|_| ()).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "192.0.2.7 resolves to 192.0.2.7, which is not a loopback address"
        );
    }
}
