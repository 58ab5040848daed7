//! How a sandbox starts.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::confirm::Confirm;
use super::mixed_calls::MixedCalls;
use super::seed::Seed;

/// How to start a [`Sandbox`](super::Sandbox). All of it can be changed while it runs.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen; default `127.0.0.1:0`, a free port.
    pub listen: SocketAddr,
    /// Who confirms shares. `None`, the default: as the seed says, else [`Confirm::Manual`], as
    /// with the real API.
    pub confirm: Option<Confirm>,
    /// Time every API call takes at least, but for endpoints to which the seed gives a time of
    /// their own. Zero, the default: as the seed says, else none.
    pub latency: Duration,
    /// How calls with several environments are taken. `None`, the default: as the seed says, else
    /// [`MixedCalls::Accepts`].
    pub mixed_calls: Option<MixedCalls>,
    /// What exists at the start; default nothing but one authorizer.
    pub seed: Option<Seed>,
    /// Life of tokens, unless the seed says; default two hours.
    pub token_life: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            confirm: None,
            latency: Duration::ZERO,
            mixed_calls: None,
            seed: None,
            token_life: Duration::from_secs(2 * 60 * 60),
        }
    }
}
