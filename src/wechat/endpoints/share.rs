//! shareCloudbaseEnv, `POST /componenttcb/batchshareenv`: shares one environment with mini programs.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use serde::Deserialize;
use url::Url;

use super::{
    batch_write::{BatchWrite, Outcomes, Writes},
    err_list::{self, ErrRow},
    mixing::Mixing,
    pair::Pair,
    verdicts::{Row, Verdicts},
};
use crate::ordered::Ordered as _;
use crate::wechat::{
    Appid, Class, Client, EnvId, Error, Operation, SourceType,
    batch::Batcher,
    http::{Accepted, Rows, envelope, payload::null_as_default, visible},
};

/// What came of sharing an environment to one mini program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShareOutcome {
    /// The mini program's administrator has to confirm the share at this address; it takes effect after that.
    AwaitingConfirmation {
        /// The address, from `msg_info_list`.
        url: String,
    },
    /// Accepted, without an address to confirm at: ask the query whether it is bound.
    NoUrl,
    /// As [`ShareOutcome::NoUrl`], where what was sent in its place is no web address that could be shown as one.
    UnusableUrl,
    /// The answer was lost or left it open, and the query says that the environment is shared with this mini program.
    AlreadyBound,
}

/// The kind of write.
#[derive(Debug)]
pub(in crate::wechat) struct Share;

#[derive(Deserialize)]
struct Payload {
    #[serde(default)]
    err_list: Rows<ErrRow>,
    /// Missing from older documents and from every sample.
    #[serde(default)]
    msg_info_list: Rows<MsgInfo>,
}

/// It names no environment, which is why a mini program stands in a call once.
#[derive(Deserialize)]
struct MsgInfo {
    #[serde(default, deserialize_with = "null_as_default")]
    appid: String,
    #[serde(default, deserialize_with = "null_as_default")]
    url: String,
}

/// What one row says of a mini program.
#[derive(Clone, Debug)]
enum Said {
    Confirm(String),
    /// An address was sent, and is not one.
    ConfirmNowhere,
    Refused(Error),
}

impl MsgInfo {
    fn verdict(self) -> Row<Said> {
        let url = self.url.trim().to_owned();
        let mut words = format!("to be confirmed at {url}");
        let verdict = if url.is_empty() {
            None
        } else if is_web_address(&url) {
            Some(Said::Confirm(url))
        } else {
            "to be confirmed, but not at a web address".clone_into(&mut words);
            tracing::warn!(
                appid = &*visible(&self.appid),
                url = &*visible(&url),
                "what the answer has as an address to confirm at is no web address"
            );
            Some(Said::ConfirmNowhere)
        };
        Row {
            env: String::new(),
            appid: self.appid,
            words,
            verdict,
        }
    }
}

/// Whether people may be sent there: a link of http or https, of which nothing is hidden and nothing else is a part.
/// The parser takes blanks and line breaks, and leaves them out.
fn is_web_address(text: &str) -> bool {
    let is_plain = !text.contains(char::is_whitespace) && matches!(visible(text), Cow::Borrowed(_));
    is_plain
        && Url::parse(text)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// One that has an address awaits its confirmation, whatever else is said: without the address nobody could confirm.
fn outcome(pair: &Pair, said: Vec<Said>) -> Result<ShareOutcome, Error> {
    let mut url = None;
    let mut nowhere = false;
    let mut refusals = Vec::new();
    for said in said {
        match said {
            Said::Confirm(address) => url = Some(address),
            Said::ConfirmNowhere => nowhere = true,
            Said::Refused(error) => refusals.push(error),
        }
    }
    match (url, err_list::joined(refusals)) {
        (None, None) if nowhere => Ok(ShareOutcome::UnusableUrl),
        (None, None) => Ok(ShareOutcome::NoUrl),
        (None, Some(error)) => Err(error),
        (Some(url), refusal) => {
            if let Some(error) = refusal {
                tracing::warn!(
                    env = pair.env.as_str(),
                    appid = pair.appid.as_str(),
                    error = error.happened(),
                    "the share has an address to confirm at, and was refused in the same answer"
                );
            }
            Ok(ShareOutcome::AwaitingConfirmation { url })
        }
    }
}

impl Client {
    /// Shares an environment with mini programs. Every appid asked about has an entry in the result.
    ///
    /// Shares that are asked for at about the same time go out together, also of several environments.
    pub async fn share(
        &self,
        operation: &Operation,
        env: &EnvId,
        appids: &BTreeSet<Appid>,
        source: Option<SourceType>,
    ) -> BTreeMap<Appid, Result<ShareOutcome, Error>> {
        self.write::<Share>(operation, env, appids, source).await
    }
}

impl BatchWrite for Share {
    type Outcome = ShareOutcome;

    /// The links of an answer name no environment.
    type Slot = Appid;

    const PATH: &'static str = "/componenttcb/batchshareenv";

    const LISTS: &'static [&'static str] = &["err_list", "msg_info_list"];

    fn slot(pair: &Pair) -> Appid {
        pair.appid.clone()
    }

    fn subject(Pair { env, appid }: &Pair) -> String {
        format!("sharing environment {env} with mini program {appid}")
    }

    fn read(answer: Accepted, sent: &BTreeSet<Pair>) -> Result<Outcomes<Self>, Error> {
        let payload: Payload = envelope::payload(answer)?;
        let confirmations = payload.msg_info_list.into_iter().map(MsgInfo::verdict);
        let refusals = payload
            .err_list
            .into_iter()
            .map(|row| row.verdict(Said::Refused));
        let verdicts = Verdicts::of(Self::PATH, confirmations.chain(refusals).collect(), sent);
        let mut outcomes = verdicts.unanswered_errors();
        for (pair, said) in verdicts.known {
            let outcome = outcome(&pair, said);
            outcomes.insert(pair, outcome);
        }
        Ok(outcomes)
    }

    fn batcher(client: &Client) -> &Batcher<Writes<Self>> {
        client.shares()
    }

    fn mixing(client: &Client) -> &Mixing {
        client.mixed_shares()
    }

    fn seen(listed: bool) -> Option<ShareOutcome> {
        listed.then_some(ShareOutcome::AlreadyBound)
    }

    fn is_silent(outcome: &Result<ShareOutcome, Error>) -> bool {
        matches!(outcome, Ok(ShareOutcome::NoUrl))
    }

    /// What waits for its confirmation is not listed either. To send it again would ask its administrator twice, so that
    /// it is suspected only where the answer has something for one environment and nothing for any other.
    fn suspects(silent: BTreeMap<Pair, bool>, heard: usize) -> BTreeSet<Pair> {
        if heard == 1 {
            silent.into_keys().into_set()
        } else {
            BTreeSet::new()
        }
    }

    /// A code for "try again" does not say that nothing was done either.
    fn is_looked_up(error: &Error) -> bool {
        error.may_have_been_applied()
            || matches!(error.class(), Class::Transient | Class::Throttled)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const A: &str = "wx5fe6bb43205e9e07";
    const B: &str = "wx075cf85bf347b6df";

    fn pair(appid: &str) -> Pair {
        Pair {
            env: "e".parse().unwrap(),
            appid: appid.parse().unwrap(),
        }
    }

    fn outcomes(answer: Value) -> [Result<ShareOutcome, String>; 2] {
        let sent = [A, B].into_iter().map(pair).collect();
        let read = Share::read(answer.into(), &sent).unwrap();
        assert_eq!(read.len(), 2);
        [A, B].map(|appid| {
            read[&pair(appid)]
                .clone()
                .map_err(|error| error.errmsg().unwrap_or_default().to_owned())
        })
    }

    fn awaiting(url: &str) -> ShareOutcome {
        ShareOutcome::AwaitingConfirmation {
            url: url.to_owned(),
        }
    }

    #[test]
    fn only_a_link_that_hides_nothing_is_a_web_address() {
        for good in [
            "https://mp.weixin.qq.com/a?b=c&d=%E2%80%AE#e",
            "http://127.0.0.1:8080/confirm/7",
            "HTTPS://例子.cn/环境",
        ] {
            assert!(is_web_address(good), "{good}");
        }
        for bad in [
            "mp.weixin.qq.com/a",
            "/confirm/7",
            "https://",
            "ftp://u/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://u/a b",
            "https://u/\nError: x",
            "htt\tps://u/",
            "https://u/\u{1b}]8;;x",
            "https://u/\u{202e}moc",
            "https://u/\u{200b}",
        ] {
            assert!(!is_web_address(bad), "{bad:?}");
        }
    }

    #[test]
    fn rows_of_all_shapes() {
        let no_url = || Ok::<_, String>(ShareOutcome::NoUrl);
        for (answer, expected) in [
            (json!({"errcode": 0}), [no_url(), no_url()]),
            (
                json!({"err_list": null, "msg_info_list": null}),
                [no_url(), no_url()],
            ),
            (
                json!({"msg_info_list": [{"appid": A, "url": "https://u"}, {"appid": B, "url": ""}]}),
                [Ok(awaiting("https://u")), no_url()],
            ),
            (
                json!({"msg_info_list": [{"appid": A, "url": "javascript:alert(1)"}, {"appid": B, "url": " http://u "}]}),
                [Ok(ShareOutcome::UnusableUrl), Ok(awaiting("http://u"))],
            ),
            (
                json!({"msg_info_list": [{"appid": A, "url": "https://u?\u{202e}"}], "err_list": [{"appid": A, "errmsg": "no"}]}),
                [Err("no".to_owned()), no_url()],
            ),
            (
                json!({"msg_info_list": [{"appid": B, "url": "https://u"}], "err_list": [{"env": "other", "appid": A, "errmsg": "invalid appid"}]}),
                [Err("invalid appid".to_owned()), Ok(awaiting("https://u"))],
            ),
            (
                json!({"err_list": [{"appid": A, "errcode": 0, "errmsg": "ok"}, {"appid": B, "errcode": "0"}]}),
                [no_url(), no_url()],
            ),
            // In both lists: the address counts.
            (
                json!({"msg_info_list": [{"appid": A, "url": "https://u"}], "err_list": [{"appid": A, "errmsg": "shared already"}]}),
                [Ok(awaiting("https://u")), no_url()],
            ),
            // A mangled row is of the only one without a row.
            (
                json!({"msg_info_list": [{"appid": "wx5fe6bb43205e9e7", "url": "https://u"}], "err_list": [{"appid": B, "errmsg": "no"}]}),
                [Ok(awaiting("https://u")), Err("no".to_owned())],
            ),
            (
                json!({"msg_info_list": [{"appid": A, "url": "https://u"}], "err_list": [{"appid": "wx075cf85bf347b6d", "errmsg": "no"}]}),
                [Ok(awaiting("https://u")), Err("no".to_owned())],
            ),
        ] {
            assert_eq!(outcomes(answer.clone()), expected, "{answer}");
        }
    }

    #[test]
    fn a_row_that_may_be_about_either_leaves_both_unanswered() {
        let sent = [A, B].into_iter().map(pair).collect();
        for (answer, words) in [
            (
                json!({"err_list": [{"appid": "wx5fe6bb43205e9e7", "errmsg": "invalid appid rid: a-b-c"}]}),
                r#""wx5fe6bb43205e9e7" (invalid appid)"#,
            ),
            (
                json!({"msg_info_list": [{"appid": "wx5fe6bb43205e9e7", "url": "https://u"}]}),
                r#""wx5fe6bb43205e9e7" (to be confirmed at https://u)"#,
            ),
        ] {
            for outcome in Share::read(answer.into(), &sent).unwrap().into_values() {
                let error = outcome.unwrap_err();
                assert_eq!(error.class(), Class::Unanswered);
                assert!(error.happened().ends_with(words), "{error}");
                assert!(error.may_have_been_applied() && !error.class().is_retryable());
                assert!(!error.detail().contains("was lost"), "{}", error.detail());
            }
        }
    }
}
