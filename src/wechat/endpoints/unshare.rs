//! unshareCloudbaseEnv, `POST /componenttcb/batchunshareenv`: ends the sharing of one environment to mini programs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{
    batch_write::BatchWrite,
    err_list::{self, ErrRow},
    verdicts::Verdicts,
};
use crate::wechat::{
    Appid, Client, EnvId, Error,
    coalesce::Writes,
    http::{Accepted, Rows, envelope},
};

/// The kind of write.
#[derive(Debug)]
pub(in crate::wechat) struct Unshare;

#[derive(Deserialize)]
struct Payload {
    #[serde(default)]
    err_list: Rows<ErrRow>,
}

impl BatchWrite for Unshare {
    type Outcome = ();

    const PATH: &'static str = "/componenttcb/batchunshareenv";

    const LISTS: &'static [&'static str] = &["err_list"];

    fn subject(env: &EnvId, appid: &Appid) -> String {
        format!("unsharing environment {env} from mini program {appid}")
    }

    fn read(
        answer: Accepted,
        sent: &BTreeSet<Appid>,
    ) -> Result<BTreeMap<Appid, Result<(), Error>>, Error> {
        let payload: Payload = envelope::payload(answer)?;
        let refusals = payload
            .err_list
            .into_iter()
            .map(|row| row.verdict(|refusal| refusal));
        let verdicts = Verdicts::of(Self::PATH, refusals.collect(), sent);
        let mut outcomes = verdicts.unanswered_errors();
        for (appid, refusals) in verdicts.known {
            let outcome = match err_list::joined(refusals) {
                None => Ok(()),
                Some(error) => Err(error.next_step(
                    "Run it again. If it stays, look in the mini program's cloud console whether it still has the \
                     environment.",
                )),
            };
            outcomes.insert(appid, outcome);
        }
        Ok(outcomes)
    }

    fn writes(client: &Client) -> &Writes<()> {
        client.unshares()
    }

    /// The query does not list what is pending, so that it cannot show that an unshare took effect; to repeat one is
    /// harmless.
    fn seen(_listed: bool) -> Option<()> {
        None
    }
}
