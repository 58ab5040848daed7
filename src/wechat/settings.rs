//! How a [`Client`](super::Client) is set up.

use std::{num::NonZeroUsize, time::Duration};

use super::{Appid, Backoff, BaseUrl, Credentials, Roots, TokenKind};

/// Everything a [`Client`](super::Client) is made from. [`Default`] has no credentials.
#[derive(Clone, Debug)]
pub struct ClientSettings {
    /// Where the API is.
    pub endpoint: BaseUrl,
    /// Whose certificates are trusted. Default [`Roots::PlatformAndBuiltIn`].
    pub roots: Roots,
    /// Whether the proxies are used that the environment or the platform names. An endpoint on this machine is never asked
    /// for through one. Default true.
    pub uses_proxies: bool,
    /// How long one HTTP attempt may take, from its first byte to the last one of the answer. Default 30 s.
    pub request_timeout: Duration,
    /// How often a call is repeated after its first attempt. Default 4.
    pub max_retries: u32,
    /// The waits between attempts at a busy or broken API. Default [`Backoff::TRANSIENT`].
    pub transient_backoff: Backoff,
    /// The waits between attempts when too many calls were made. Default [`Backoff::THROTTLED`].
    pub throttled_backoff: Backoff,
    /// How many appids one batch call carries at most. Default 50.
    pub batch_size: BatchSize,
    /// Whether one share or unshare call may be about several environments. Default true.
    pub batch_across_environments: bool,
    /// A ceiling over all calls of this client and its clones; `None` (the default) is no ceiling.
    pub requests_per_second: Option<RequestRate>,
    /// Where access tokens come from.
    pub credentials: Credentials,
    /// The appid of the third-party platform, for calls that name it where no source in `credentials` does: a token
    /// that is configured as it is says nothing of whose it is.
    pub component_appid: Option<Appid>,
    /// The `User-Agent` header; the default names this client and its version.
    pub user_agent: String,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            endpoint: BaseUrl::default(),
            roots: Roots::default(),
            uses_proxies: true,
            request_timeout: Duration::from_secs(30),
            max_retries: 4,
            transient_backoff: Backoff::TRANSIENT,
            throttled_backoff: Backoff::THROTTLED,
            batch_size: BatchSize::default(),
            batch_across_environments: true,
            requests_per_second: None,
            credentials: Credentials::default(),
            component_appid: None,
            user_agent: concat!("wechat-cloudbase-client/", env!("CARGO_PKG_VERSION")).into(),
        }
    }
}

/// A setting whose change can help against a failure. What it is called where the client is set up, only its owner
/// knows.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// [`ClientSettings::requests_per_second`]: there were too many calls.
    RequestRate,
    /// [`ClientSettings::request_timeout`]: no answer came within it.
    RequestTimeout,
    /// [`ClientSettings::roots`]: the API's certificate comes from none of them, or they can't be read.
    Roots,
    /// [`ClientSettings::component_appid`]: the call needs it.
    PlatformAppid,
    /// [`ClientSettings::credentials`]: no source yields this token.
    Token(TokenKind),
}

/// How many appids one batch call carries at most: 1 to 1000, default 50.
///
/// The documents publish no limit, so the default is a cautious one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchSize(NonZeroUsize);

/// The number is not a batch size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a batch size: give a whole number from 1 to 1000")]
pub struct InvalidBatchSize(i64);

impl BatchSize {
    const LARGEST: usize = 1000;

    /// The number of appids.
    pub const fn get(self) -> usize {
        self.0.get()
    }
}

impl TryFrom<i64> for BatchSize {
    type Error = InvalidBatchSize;

    fn try_from(number: i64) -> Result<Self, Self::Error> {
        usize::try_from(number)
            .ok()
            .filter(|&size| size <= Self::LARGEST)
            .and_then(NonZeroUsize::new)
            .map(Self)
            .ok_or(InvalidBatchSize(number))
    }
}

impl Default for BatchSize {
    fn default() -> Self {
        const FIFTY: NonZeroUsize = NonZeroUsize::MIN.saturating_add(49);
        Self(FIFTY)
    }
}

/// A ceiling on calls a second: finite and above zero. Fractions are allowed (`0.5` is one call every two seconds).
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct RequestRate(f64);

/// The number is not a rate.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error(
    "{0} is not a number of requests per second: give a number of 0.001 or more, or leave it unset"
)]
pub struct InvalidRequestRate(f64);

impl RequestRate {
    /// One call in 1000 s; anything slower is surely a mistake.
    const SLOWEST: f64 = 0.001;
    /// Beyond a million a second there is nothing to pace.
    const FASTEST: f64 = 1e6;

    /// Calls a second.
    pub const fn get(self) -> f64 {
        self.0
    }

    /// The time from the start of one call to the start of the next.
    pub fn interval(self) -> Duration {
        Duration::from_secs_f64(1.0 / self.0)
    }
}

impl TryFrom<f64> for RequestRate {
    type Error = InvalidRequestRate;

    fn try_from(number: f64) -> Result<Self, Self::Error> {
        if number.is_finite() && number >= Self::SLOWEST {
            Ok(Self(number.min(Self::FASTEST)))
        } else {
            Err(InvalidRequestRate(number))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batch_size_is_1_to_1000_and_50_by_default() {
        assert_eq!(BatchSize::default().get(), 50);
        for (good, size) in [(1, 1), (50, 50), (1000, 1000)] {
            assert_eq!(BatchSize::try_from(good).map(BatchSize::get), Ok(size));
        }
        for bad in [i64::MIN, -1, 0, 1001, i64::MAX] {
            assert!(BatchSize::try_from(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn request_rate_is_finite_and_positive() {
        assert_eq!(
            RequestRate::try_from(0.5).unwrap().interval(),
            Duration::from_secs(2)
        );
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY, f64::MIN_POSITIVE] {
            assert!(RequestRate::try_from(bad).is_err(), "{bad}");
        }
    }
}
