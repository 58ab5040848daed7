//! Caps on how often an endpoint may be called: 45011 by the minute, 45009 by the day.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::answer::Refusal;
use super::endpoint::Endpoint;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Caps for one endpoint, or for all calls together when `endpoint` is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// Which calls are counted.
    #[serde(default)]
    pub endpoint: Option<Endpoint>,
    /// Calls in a minute; further ones answer 45011. `None`: no cap.
    #[serde(default)]
    pub per_minute: Option<u64>,
    /// Calls in a day; further ones answer 45009. `None`: no cap.
    #[serde(default)]
    pub per_day: Option<u64>,
}

/// Calls since a window began; it begins with its first call.
#[derive(Clone, Copy, Debug)]
struct Window {
    began: Instant,
    calls: u64,
}

impl Window {
    /// Counts one call against `cap`; `false` when the cap was reached already.
    fn admit(slot: &mut Option<Self>, length: Duration, cap: Option<u64>, now: Instant) -> bool {
        let Some(cap) = cap else { return true };
        let window = slot.get_or_insert(Self {
            began: now,
            calls: 0,
        });
        if now.duration_since(window.began) >= length {
            *window = Self {
                began: now,
                calls: 0,
            };
        }
        window.calls += 1;
        window.calls <= cap
    }
}

#[derive(Debug)]
struct Counted {
    quota: Quota,
    minute: Option<Window>,
    day: Option<Window>,
}

/// The caps in force and what has been used of them.
#[derive(Debug, Default)]
pub(super) struct Quotas {
    caps: BTreeMap<Option<Endpoint>, Counted>,
    /// Calls to each endpoint since the start, which is its day.
    used: BTreeMap<Endpoint, u64>,
}

impl Quotas {
    /// Replaces the caps of the same endpoint; counting starts anew.
    pub(super) fn set(&mut self, quota: Quota) {
        self.caps.insert(
            quota.endpoint,
            Counted {
                quota,
                minute: None,
                day: None,
            },
        );
    }

    pub(super) fn all(&self) -> Vec<Quota> {
        self.caps.values().map(|counted| counted.quota).collect()
    }

    /// The caps of this endpoint alone.
    pub(super) fn of(&self, endpoint: Endpoint) -> Quota {
        let own = self.caps.get(&Some(endpoint));
        own.map(|counted| counted.quota).unwrap_or_default()
    }

    /// How many calls came to this endpoint.
    pub(super) fn used(&self, endpoint: Endpoint) -> u64 {
        self.used.get(&endpoint).copied().unwrap_or_default()
    }

    /// Counts a call; an error when a cap is exceeded, the daily one first.
    pub(super) fn admit(&mut self, endpoint: Endpoint, now: Instant) -> Result<(), Refusal> {
        *self.used.entry(endpoint).or_default() += 1;
        for scope in [None, Some(endpoint)] {
            let Some(counted) = self.caps.get_mut(&scope) else {
                continue;
            };
            let quota = counted.quota;
            if !Window::admit(&mut counted.day, DAY, quota.per_day, now) {
                return Err(Refusal::daily_cap());
            }
            if !Window::admit(&mut counted.minute, MINUTE, quota.per_minute, now) {
                return Err(Refusal::minute_cap());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_cap_ends_with_its_minute_and_a_daily_one_does_not() {
        let mut quotas = Quotas::default();
        let quota = Quota {
            endpoint: Some(Endpoint::Share),
            per_minute: Some(1),
            per_day: Some(3),
        };
        quotas.set(quota);
        let start = Instant::now();
        let code = |quotas: &mut Quotas, seconds| {
            let now = start + Duration::from_secs(seconds);
            quotas
                .admit(Endpoint::Share, now)
                .map_err(|refusal| refusal.code)
        };
        assert_eq!(code(&mut quotas, 0), Ok(()));
        assert_eq!(code(&mut quotas, 59), Err(45011));
        assert_eq!(code(&mut quotas, 60), Ok(()));
        assert_eq!(code(&mut quotas, 200), Err(45009));
        assert_eq!(code(&mut quotas, 86_400), Ok(()));
        assert_eq!(quotas.admit(Endpoint::Query, start), Ok(()));
    }
}
