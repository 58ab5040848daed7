//! Faults to inject: what goes wrong, on which calls, before or after the work is done.

use std::time::Duration;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::answer::Refusal;
use super::durations;
use super::endpoint::Endpoint;
use super::request::Subject;

/// What goes wrong.
///
/// In JSON a name (`"busy"`) or an object with one field (`{"errcode": {"code": -501000,
/// "message": "…"}}`, `{"hang": "2s"}`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// errcode -1.
    Busy,
    /// errcode -1000.
    SystemError,
    /// errcode 45011.
    MinuteCap,
    /// errcode 45009.
    DailyCap,
    /// errcode 42001, though the token is good.
    TokenExpired,
    /// errcode 40014, though the token is good.
    TokenInvalid,
    /// errcode 61004, naming this address.
    IpNotAllowed {
        /// The caller's address as the platform sees it.
        ip: String,
    },
    /// errcode 61007: a permission set is not granted to the platform.
    PermissionNotGranted,
    /// Any other errcode.
    Errcode {
        /// `errcode`.
        code: i64,
        /// `errmsg`, to which a rid is added.
        message: String,
    },
    /// Another HTTP status, with this body.
    Http {
        /// HTTP status, 200 to 599; one that HTTP does not know becomes 502.
        #[serde(deserialize_with = "http_status")]
        status: u16,
        /// The body as it is.
        #[serde(default)]
        body: String,
    },
    /// HTTP 200 without a body.
    EmptyBody,
    /// The JSON ends in the middle; the HTTP message itself is whole.
    TruncatedJson,
    /// HTTP 200 with an HTML page.
    Garbage,
    /// The connection is reset before anything is answered.
    Reset,
    /// The connection is reset in the middle of the body.
    Cut,
    /// Nothing is said for so long, then the connection is reset.
    Hang(#[serde(with = "durations")] Duration),
    /// The work is done, and its answer comes so much later.
    Slow(#[serde(with = "durations")] Duration),
    /// The real answer under this Content-Type.
    ContentType(String),
    /// The real answer with null in place of every list.
    NullLists,
    /// The real answer without its lists.
    MissingLists,
    /// The real answer without `errcode` and `errmsg`.
    MissingErrcode,
    /// The real answer, in whose rows this appid has its last character missing, as in the
    /// documents' own sample.
    MangledAppid(String),
    /// The real answer, in whose `err_list` every row that has an environment names this one
    /// instead, as in the documents' own sample, where it is not the one that was asked about.
    OtherEnv(String),
    /// The real answer with this field, or without it: in every row, where a list leads to it.
    Field {
        /// The names that lead to it, such as `info_list[].alias`.
        path: String,
        /// What it holds; left out where the field is to be missing.
        #[serde(
            default,
            deserialize_with = "given",
            skip_serializing_if = "Option::is_none"
        )]
        value: Option<Value>,
    },
    /// The real answer with one row more in one of its lists.
    AddedRow {
        /// Such as `err_list`; made if it is not there.
        list: String,
        /// The row as it is.
        row: Value,
    },
}

/// Null is a value, too.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

fn http_status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let status = u16::deserialize(deserializer)?;
    if (200..=599).contains(&status) {
        return Ok(status);
    }
    Err(D::Error::custom(format!(
        "HTTP status {status} is not between 200 and 599"
    )))
}

impl Effect {
    /// These change a real answer, so that the work is always done.
    pub(super) fn needs_work(&self) -> bool {
        matches!(
            self,
            Self::Slow(_)
                | Self::ContentType(_)
                | Self::NullLists
                | Self::MissingLists
                | Self::MissingErrcode
                | Self::MangledAppid(_)
                | Self::OtherEnv(_)
                | Self::AddedRow { .. }
                | Self::Field { .. }
        )
    }

    /// The errcode this fault answers with, if it is of that sort.
    pub(super) fn refusal(&self) -> Option<Refusal> {
        Some(match self {
            Self::Busy => Refusal::busy(),
            Self::SystemError => Refusal::system_error(),
            Self::MinuteCap => Refusal::minute_cap(),
            Self::DailyCap => Refusal::daily_cap(),
            Self::TokenExpired => Refusal::token_expired(),
            Self::TokenInvalid => Refusal::token_invalid(),
            Self::IpNotAllowed { ip } => Refusal::ip_not_allowed(ip),
            Self::PermissionNotGranted => Refusal::permission_not_granted(),
            Self::Errcode { code, message } => Refusal::new(*code, message.clone()),
            _ => return None,
        })
    }
}

/// One fault: an [`Effect`] and the calls it strikes.
///
/// ```
/// use cloudbase::sandbox::{Effect, Endpoint, Fault};
///
/// // The second and third share that name this mini program do their work, then the answer is lost.
/// let fault = Fault::new(Effect::Reset)
///     .on(Endpoint::Share)
///     .naming_appid("wx5fe6bb43205e9e07")
///     .after_work()
///     .at_calls([2, 3]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What goes wrong.
    pub effect: Effect,
    /// Only calls to this endpoint; `None` any API call. Confirmation page and control path never.
    #[serde(default)]
    pub endpoint: Option<Endpoint>,
    /// Only calls that name this mini program.
    #[serde(default)]
    pub appid: Option<String>,
    /// Only calls that name this environment.
    #[serde(default)]
    pub env: Option<String>,
    /// Only calls with this `action` in their body: `get` or `set`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// The work is done first and only the answer is spoilt. Default: the work is not done.
    #[serde(default)]
    pub after_work: bool,
    /// How many calls it strikes; `None` every one. Default 1. Of no meaning with `at_calls`.
    #[serde(default = "once")]
    pub times: Option<u64>,
    /// Strikes exactly these of the calls it matches, counted from 1 since it was injected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub at_calls: Vec<u64>,
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "serde default of an optional field"
)]
fn once() -> Option<u64> {
    Some(1)
}

impl Fault {
    /// Strikes the next API call, whichever it is, before its work.
    pub fn new(effect: Effect) -> Self {
        Self {
            effect,
            endpoint: None,
            appid: None,
            env: None,
            action: None,
            after_work: false,
            times: Some(1),
            at_calls: Vec::new(),
        }
    }

    /// Only calls to this endpoint.
    #[must_use]
    pub fn on(mut self, endpoint: Endpoint) -> Self {
        self.endpoint = Some(endpoint);
        self
    }

    /// Only calls that name this mini program.
    #[must_use]
    pub fn naming_appid(mut self, appid: impl Into<String>) -> Self {
        self.appid = Some(appid.into());
        self
    }

    /// Only calls that name this environment.
    #[must_use]
    pub fn naming_env(mut self, env: impl Into<String>) -> Self {
        self.env = Some(env.into());
        self
    }

    /// Only calls with this `action`.
    #[must_use]
    pub fn of_action(mut self, action: impl Into<String>) -> Self {
        self.action = Some(action.into());
        self
    }

    /// The work is done, then the answer is spoilt.
    #[must_use]
    pub fn after_work(mut self) -> Self {
        self.after_work = true;
        self
    }

    /// Strikes the next `times` matching calls.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Strikes every matching call until the faults are cleared.
    #[must_use]
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    /// Strikes exactly these of the matching calls, counted from 1 since the injection.
    #[must_use]
    pub fn at_calls(mut self, calls: impl IntoIterator<Item = u64>) -> Self {
        self.at_calls = calls.into_iter().collect();
        self
    }

    fn matches(&self, endpoint: Endpoint, subject: &Subject) -> bool {
        self.endpoint.is_none_or(|wanted| wanted == endpoint)
            && (self.action.is_none() || self.action == subject.action)
            && self
                .appid
                .as_ref()
                .is_none_or(|appid| subject.appids.contains(appid))
            && self
                .env
                .as_ref()
                .is_none_or(|env| subject.envs.contains(env))
    }
}

#[derive(Debug)]
struct Armed {
    fault: Fault,
    /// Matching calls so far, struck or not.
    matched: u64,
    struck: u64,
}

impl Armed {
    fn strikes_now(&self) -> bool {
        if self.fault.at_calls.is_empty() {
            self.fault.times.is_none_or(|times| self.struck < times)
        } else {
            self.fault.at_calls.contains(&self.matched)
        }
    }

    fn is_spent(&self) -> bool {
        match self.fault.at_calls.iter().max() {
            Some(last) => self.matched >= *last,
            None => self.fault.times.is_some_and(|times| self.struck >= times),
        }
    }
}

/// The faults in force, oldest first.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Armed>);

impl Faults {
    pub(super) fn inject(&mut self, fault: Fault) {
        self.0.push(Armed {
            fault,
            matched: 0,
            struck: 0,
        });
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn armed(&self) -> Vec<Fault> {
        self.0.iter().map(|armed| armed.fault.clone()).collect()
    }

    /// The fault that strikes this call: the oldest of those that match. A call counts for every
    /// fault it matches, so that two faults for "the next call" strike one call after the other.
    pub(super) fn strike(&mut self, endpoint: Endpoint, subject: &Subject) -> Option<Fault> {
        let mut hit: Option<Fault> = None;
        for armed in &mut self.0 {
            if !armed.fault.matches(endpoint, subject) {
                continue;
            }
            armed.matched += 1;
            if hit.is_none() && armed.strikes_now() {
                armed.struck += 1;
                hit = Some(armed.fault.clone());
            }
        }
        self.0.retain(|armed| !armed.is_spent());
        hit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_faults_for_the_next_call_strike_one_after_the_other() {
        let mut faults = Faults::default();
        faults.inject(Fault::new(Effect::Busy));
        faults.inject(Fault::new(Effect::MinuteCap).times(2));
        let mut next = || {
            faults
                .strike(Endpoint::Share, &Subject::default())
                .map(|fault| fault.effect)
        };
        assert_eq!(next(), Some(Effect::Busy));
        assert_eq!(next(), Some(Effect::MinuteCap));
        assert_eq!(next(), Some(Effect::MinuteCap));
        assert_eq!(next(), None);
    }

    #[test]
    fn a_script_strikes_by_number_among_the_calls_that_match() {
        let mut faults = Faults::default();
        faults.inject(
            Fault::new(Effect::Busy)
                .on(Endpoint::Share)
                .at_calls([2, 4]),
        );
        let mut next = |endpoint| faults.strike(endpoint, &Subject::default()).is_some();
        assert!(!next(Endpoint::Share));
        assert!(!next(Endpoint::Query));
        assert!(next(Endpoint::Share));
        assert!(!next(Endpoint::Share));
        assert!(next(Endpoint::Share));
        assert!(!next(Endpoint::Share));
        assert!(faults.armed().is_empty());
    }

    #[test]
    fn json_of_a_fault_reads_back() {
        let fault = Fault::new(Effect::Hang(Duration::from_millis(1500))).on(Endpoint::Query);
        let text = serde_json::to_string(&fault).unwrap();
        assert!(text.contains(r#"{"hang":"1s500ms"}"#), "{text}");
        assert_eq!(serde_json::from_str::<Fault>(&text).unwrap(), fault);
        let coded = r#"{"effect":{"errcode":{"code":-501000,"message":"sold out"}},"times":null}"#;
        let fault: Fault = serde_json::from_str(coded).unwrap();
        assert_eq!(fault.times, None);
        assert_eq!(
            fault.effect.refusal().map(|refusal| refusal.code),
            Some(-501_000)
        );
    }
}
