//! What is run.

use std::env;
use std::str::FromStr;
use std::time::Duration;

/// What is run; lists are written `10,50`.
pub(crate) struct Settings {
    /// `FLEET_ENVS`: how many environments, a resource each.
    pub(crate) envs: usize,
    /// `FLEET_PARALLELISM`: the CLI's `-parallelism`.
    pub(crate) parallelism: Vec<usize>,
    /// `FLEET_LATENCY_MS`: what each answer of the API takes.
    pub(crate) latency: Vec<Duration>,
    /// `FLEET_LINKS`: whether shares have to be confirmed, `true` or `false`.
    pub(crate) links: Vec<bool>,
}

impl Settings {
    /// As the environment says, and where it does not, a thousand environments.
    pub(crate) fn from_environment() -> Self {
        let latency = list("FLEET_LATENCY_MS", &[0, 80]);
        Self {
            envs: list("FLEET_ENVS", &[1000])[0],
            parallelism: list("FLEET_PARALLELISM", &[10, 50]),
            latency: latency.into_iter().map(Duration::from_millis).collect(),
            links: list("FLEET_LINKS", &[true, false]),
        }
    }

    /// Enough to see that it works.
    pub(crate) fn smallest() -> Self {
        Self {
            envs: 3,
            parallelism: vec![10],
            latency: vec![Duration::ZERO],
            links: vec![true, false],
        }
    }
}

fn list<T: FromStr + Clone>(name: &str, default: &[T]) -> Vec<T> {
    let Ok(text) = env::var(name) else {
        return default.to_vec();
    };
    let wrong = |part: &str| panic!("{name}: {part:?} is not what it takes");
    text.split(',')
        .map(|part| part.trim().parse().unwrap_or_else(|_| wrong(part)))
        .collect()
}
