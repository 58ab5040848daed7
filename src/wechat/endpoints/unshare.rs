//! unshareCloudbaseEnv, `POST /componenttcb/batchunshareenv`: ends the sharing of one environment with mini programs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{
    batch_write::{BatchWrite, Outcomes, Writes},
    err_list::{self, ErrRow},
    mixing::Mixing,
    pair::Pair,
    verdicts::Verdicts,
};
use crate::ordered::Ordered as _;
use crate::wechat::{
    Appid, Client, EnvId, Error, Operation, SourceType,
    batch::Batcher,
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

impl Client {
    /// Ends the sharing of an environment with mini programs. Every appid asked about has an entry in the result.
    ///
    /// Unshares that are asked for at about the same time go out together, also of several environments.
    pub async fn unshare(
        &self,
        operation: &Operation,
        env: &EnvId,
        appids: &BTreeSet<Appid>,
        source: Option<SourceType>,
    ) -> BTreeMap<Appid, Result<(), Error>> {
        self.write::<Unshare>(operation, env, appids, source).await
    }
}

impl BatchWrite for Unshare {
    type Outcome = ();

    type Slot = Pair;

    const PATH: &'static str = "/componenttcb/batchunshareenv";

    const LISTS: &'static [&'static str] = &["err_list"];

    fn slot(pair: &Pair) -> Pair {
        pair.clone()
    }

    fn subject(Pair { env, appid }: &Pair) -> String {
        format!("unsharing environment {env} from mini program {appid}")
    }

    fn read(answer: Accepted, sent: &BTreeSet<Pair>) -> Result<Outcomes<Self>, Error> {
        let payload: Payload = envelope::payload(answer)?;
        let refusals = payload
            .err_list
            .into_iter()
            .map(|row| row.verdict(|refusal| refusal));
        let verdicts = Verdicts::of(Self::PATH, refusals.collect(), sent);
        let mut outcomes = verdicts.unanswered_errors();
        for (pair, refusals) in verdicts.known {
            let outcome = match err_list::joined(refusals) {
                None => Ok(()),
                Some(error) => Err(error.next_step(
                    "Try again. If the error persists, check in the mini program's cloud console whether it still has \
                     the environment.",
                )),
            };
            outcomes.insert(pair, outcome);
        }
        Ok(outcomes)
    }

    fn batcher(client: &Client) -> &Batcher<Writes<Self>> {
        client.unshares()
    }

    fn mixing(client: &Client) -> &Mixing {
        client.mixed_unshares()
    }

    /// The query does not list what is pending, so that it cannot show that an unshare took effect; to repeat one is
    /// harmless.
    fn seen(_listed: bool) -> Option<()> {
        None
    }

    fn is_silent(outcome: &Result<(), Error>) -> bool {
        outcome.is_ok()
    }

    /// Those that are still listed.
    fn suspects(silent: BTreeMap<Pair, bool>, _heard: usize) -> BTreeSet<Pair> {
        let listed = silent.into_iter().filter(|(_, listed)| *listed);
        listed.map(|(pair, _)| pair).into_set()
    }
}
