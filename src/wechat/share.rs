//! shareCloudbaseEnv, `POST /componenttcb/batchshareenv`: shares one environment to mini programs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::{
    Appid, Client, EnvId, Error,
    batch_write::BatchWrite,
    coalesce::Writes,
    envelope::{self, ErrRow, null_as_default},
    err_list,
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
    /// The answer was lost, and the query says that the environment is shared to this mini program.
    AlreadyBound,
}

/// The kind of write.
#[derive(Debug)]
pub(super) struct Share;

#[derive(Deserialize)]
struct Payload {
    #[serde(default, deserialize_with = "null_as_default")]
    err_list: Vec<ErrRow>,
    /// Missing from older documents and from every sample.
    #[serde(default, deserialize_with = "null_as_default")]
    msg_info_list: Vec<MsgInfo>,
}

/// It names no environment, which is why a call is about one only.
#[derive(Deserialize)]
struct MsgInfo {
    #[serde(default, deserialize_with = "null_as_default")]
    appid: String,
    #[serde(default, deserialize_with = "null_as_default")]
    url: String,
}

impl BatchWrite for Share {
    type Outcome = ShareOutcome;

    const PATH: &'static str = "/componenttcb/batchshareenv";

    fn subject(env: &EnvId, appid: &Appid) -> String {
        format!("sharing environment {env} to mini program {appid}")
    }

    fn read(
        answer: Value,
        sent: &BTreeSet<Appid>,
    ) -> Result<BTreeMap<Appid, Result<ShareOutcome, Error>>, Error> {
        let payload: Payload = envelope::payload(answer)?;
        let mut outcomes: BTreeMap<Appid, Result<ShareOutcome, Error>> = sent
            .iter()
            .map(|appid| (appid.clone(), Ok(ShareOutcome::NoUrl)))
            .collect();
        for row in payload.msg_info_list {
            let appid = row.appid.trim().parse::<Appid>().ok();
            let Some(outcome) = appid.and_then(|appid| outcomes.get_mut(&appid)) else {
                tracing::warn!(
                    path = Self::PATH,
                    appid = row.appid,
                    "the answer's msg_info_list names a mini program that was not asked about; ignored"
                );
                continue;
            };
            let url = row.url.trim();
            if !url.is_empty() {
                *outcome = Ok(ShareOutcome::AwaitingConfirmation {
                    url: url.to_owned(),
                });
            }
        }
        for (appid, error) in err_list::attribute(Self::PATH, payload.err_list, sent) {
            outcomes.insert(appid, Err(error));
        }
        Ok(outcomes)
    }

    fn writes(client: &Client) -> &Writes<ShareOutcome> {
        client.shares()
    }

    fn seen(listed: bool) -> Option<ShareOutcome> {
        listed.then_some(ShareOutcome::AlreadyBound)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const A: &str = "wx5fe6bb43205e9e07";
    const B: &str = "wx075cf85bf347b6df";

    fn outcomes(answer: Value) -> [Result<ShareOutcome, String>; 2] {
        let sent = [A, B].iter().map(|appid| appid.parse().unwrap()).collect();
        let read = Share::read(answer, &sent).unwrap();
        assert_eq!(read.len(), 2);
        [A, B].map(|appid| {
            read[&appid.parse().unwrap()]
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
    fn rows_of_all_shapes() {
        let no_url = || Ok::<_, String>(ShareOutcome::NoUrl);
        for (answer, expected) in [
            (json!({}), [no_url(), no_url()]),
            (
                json!({"err_list": null, "msg_info_list": null}),
                [no_url(), no_url()],
            ),
            (
                json!({"msg_info_list": [{"appid": A, "url": "https://u"}, {"appid": B, "url": ""}]}),
                [Ok(awaiting("https://u")), no_url()],
            ),
            (
                json!({"msg_info_list": [{"appid": B, "url": "https://u"}], "err_list": [{"env": "other", "appid": A, "errmsg": "invalid appid"}]}),
                [Err("invalid appid".to_owned()), Ok(awaiting("https://u"))],
            ),
            (
                json!({"msg_info_list": [{"appid": "wx5fe6bb43205e9e7", "url": "https://u"}]}),
                [no_url(), no_url()],
            ),
        ] {
            assert_eq!(outcomes(answer.clone()), expected, "{answer}");
        }
    }
}
