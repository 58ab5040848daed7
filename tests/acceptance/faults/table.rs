//! Every fault the sandbox can inject, and what the provider makes of it.

use std::time::Duration;

use cloudbase::sandbox::{Effect, Fault};

/// Longer than `request_timeout` in these tests.
const TOO_LONG: Duration = Duration::from_secs(4);

/// What the caller knows after a call that a fault has struck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// An errcode: nothing was done (unless the fault struck after the work).
    Refused,
    /// Nothing that tells whether it was done.
    Lost,
    /// The real answer, in an unusual form.
    Odd,
}

/// One row: a fault, and the words its error has to have if the call does not succeed in the end.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) effect: Effect,
    pub(crate) answer: Answer,
    /// What happened, and what to do next.
    pub(crate) says: [&'static str; 2],
}

fn row(name: &'static str, effect: Effect, answer: Answer, says: [&'static str; 2]) -> Row {
    Row {
        name,
        effect,
        answer,
        says,
    }
}

/// Every fault.
pub(crate) fn rows() -> Vec<Row> {
    [refusals(), broken()].concat()
}

/// The errcodes.
fn refusals() -> Vec<Row> {
    use Answer::{Lost, Refused};
    use Effect as E;
    let later = "again";
    let token = "Supply a current token";
    let code = |code, message: &str| E::Errcode {
        code,
        message: message.to_owned(),
    };
    let ip = || E::IpNotAllowed {
        ip: "203.0.113.9".to_owned(),
    };
    vec![
        row("busy", E::Busy, Refused, ["errcode -1", later]),
        row(
            "system-error",
            E::SystemError,
            Refused,
            ["errcode -1000", later],
        ),
        row(
            "minute-cap",
            E::MinuteCap,
            Refused,
            ["errcode 45011", "requests_per_second"],
        ),
        row(
            "daily-cap",
            E::DailyCap,
            Refused,
            ["errcode 45009", "clear_quota"],
        ),
        row(
            "token-expired",
            E::TokenExpired,
            Refused,
            ["errcode 42001", token],
        ),
        row(
            "token-invalid",
            E::TokenInvalid,
            Refused,
            ["errcode 40014", token],
        ),
        row("ip", ip(), Refused, ["203.0.113.9", "IP whitelist"]),
        row(
            "permission",
            E::PermissionNotGranted,
            Refused,
            ["errcode 61007", "18"],
        ),
        row(
            "tcb",
            code(-501_000, "[LimitExceeded] no"),
            Refused,
            ["LimitExceeded", "TcbCode"],
        ),
        row(
            "tcb-time-out",
            code(-501_002, "timed out"),
            Lost,
            ["errcode -501002", later],
        ),
        row(
            "unheard-of",
            code(123_456, "hm"),
            Refused,
            ["errcode 123456", "return codes"],
        ),
    ]
}

/// Those on the way.
fn broken() -> Vec<Row> {
    use Answer::{Lost, Odd, Refused};
    use Effect as E;
    let later = "again";
    let http = |status, body: &str| E::Http {
        status,
        body: body.to_owned(),
    };
    vec![
        row("502", http(502, "<html>"), Lost, ["HTTP status 502", later]),
        row(
            "404",
            http(404, "no"),
            Refused,
            ["HTTP status 404", "proxy"],
        ),
        row("empty", E::EmptyBody, Lost, ["empty", later]),
        row(
            "policy",
            http(200, r#"{"code":403,"message":"blocked by policy"}"#),
            Lost,
            ["has no `errcode`", later],
        ),
        row("truncated", E::TruncatedJson, Lost, ["cut off", later]),
        row("garbage", E::Garbage, Lost, ["web page", later]),
        row(
            "reset",
            E::Reset,
            Lost,
            ["no answer from", "Check the network"],
        ),
        row("cut", E::Cut, Lost, ["no answer from", "Check the network"]),
        row(
            "hang",
            E::Hang(TOO_LONG),
            Lost,
            ["no answer from", "request_timeout"],
        ),
        row("slow", E::Slow(Duration::from_millis(100)), Odd, ["", ""]),
        row(
            "content-type",
            E::ContentType("text/html".into()),
            Odd,
            ["", ""],
        ),
        row("null-lists", E::NullLists, Odd, ["", ""]),
        row("missing-lists", E::MissingLists, Odd, ["", ""]),
        row("missing-errcode", E::MissingErrcode, Odd, ["", ""]),
    ]
}

/// When a fault strikes the calls of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Times {
    /// Only the first one of the apply.
    Once,
    /// All of them, until it is cleared.
    Always,
}

impl Row {
    /// Whether it can strike before its work as well as after it. Odd answers are real ones.
    pub(crate) fn moments(&self) -> &'static [bool] {
        match self.answer {
            Answer::Odd => &[true],
            Answer::Refused | Answer::Lost => &[false, true],
        }
    }

    /// The fault, on `endpoint`.
    pub(crate) fn fault(
        &self,
        endpoint: cloudbase::sandbox::Endpoint,
        after_work: bool,
        times: Times,
    ) -> Fault {
        let mut fault = Fault::new(self.effect.clone()).on(endpoint);
        fault.after_work = after_work;
        match times {
            Times::Once => fault,
            Times::Always => fault.always(),
        }
    }
}
