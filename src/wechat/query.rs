//! getShareCloudbaseEnv, `POST /componenttcb/batchgetenvid`: which environments are shared to mini programs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Appid, Class, Client, Error, Operation, SourceType, TokenKind,
    call::Call,
    envelope::{self, ErrRow, null_as_default},
    err_list,
    halving::Halving,
};

const PATH: &str = "/componenttcb/batchgetenvid";

/// The environments each appid was found to have, or why that is not known.
///
/// The ids are as the API sent them: one that is not a well-formed [`EnvId`](super::EnvId) is kept all the same.
pub type Shares = BTreeMap<Appid, Result<BTreeSet<String>, Error>>;

/// How new an answer has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// What this process has read about an appid will do, as long as it has not written to it since.
    Cached,
    /// As [`Freshness::Cached`], if it was read at most ten seconds ago: for deciding whether a share is needed.
    Recent,
    /// Always asks the API: for polls that wait for a person.
    Fresh,
}

#[derive(Deserialize)]
struct Payload {
    #[serde(default, deserialize_with = "null_as_default")]
    relation_data: Vec<Relation>,
    #[serde(default, deserialize_with = "null_as_default")]
    err_list: Vec<ErrRow>,
}

#[derive(Deserialize)]
struct Relation {
    #[serde(default, deserialize_with = "null_as_default")]
    appid: String,
    #[serde(default, deserialize_with = "null_as_default")]
    env_list: Vec<Option<String>>,
}

impl Client {
    /// Asks about at most a batch of appids. The errors name the appid they are about.
    pub(super) async fn query_batch(
        &self,
        operation: &Operation,
        appids: &BTreeSet<Appid>,
        source: Option<SourceType>,
    ) -> Shares {
        let mut shares = Shares::new();
        let mut halving = Halving::new(appids.clone());
        let mut alone = BTreeSet::new();
        while let Some(group) = halving.next() {
            match self.query_group(operation, &group, source).await {
                Ok(found) => {
                    halving.accepted();
                    shares.extend(found);
                }
                Err(error) => {
                    let is_alone = group.len() == 1 && error.class() == Class::Caller;
                    for appid in halving.refused(group, &error) {
                        if is_alone {
                            alone.insert(appid.clone());
                        }
                        let error = error.clone().subject(subject(&appid));
                        shares.insert(appid, Err(error));
                    }
                }
            }
        }
        if halving.blames_the_item() {
            blame(&mut shares, &alone);
        }
        shares
    }

    async fn query_group(
        &self,
        operation: &Operation,
        appids: &BTreeSet<Appid>,
        source: Option<SourceType>,
    ) -> Result<Shares, Error> {
        let mut body = json!({ "appids": appids });
        if let Some(source) = source {
            body["source_type"] = json!(source);
        }
        let call = Call::read(PATH, TokenKind::Component, body);
        let answer = self.call(operation, &call).await?;
        read(answer, appids)
    }
}

/// The refusals of `alone` are about those mini programs, not about the call.
pub(super) fn blame<T>(outcomes: &mut BTreeMap<Appid, Result<T, Error>>, alone: &BTreeSet<Appid>) {
    for (appid, outcome) in outcomes {
        if let Err(error) = outcome
            && alone.contains(appid)
        {
            *error = error.clone().with_class(Class::Item);
        }
    }
}

fn read(answer: Value, asked: &BTreeSet<Appid>) -> Result<Shares, Error> {
    let payload: Payload = envelope::payload(answer)?;
    // An appid that the answer does not mention has no share: the documents show no row for it.
    let mut shares: Shares = asked
        .iter()
        .map(|appid| (appid.clone(), Ok(BTreeSet::new())))
        .collect();
    for row in payload.relation_data {
        let appid = row.appid.trim().parse::<Appid>().ok();
        if let Some(Ok(envs)) = appid.and_then(|appid| shares.get_mut(&appid)) {
            envs.extend(row.env_list.into_iter().flatten());
        } else {
            tracing::warn!(
                path = PATH,
                appid = row.appid,
                "the answer has a relation_data row for a mini program that was not asked about; ignored"
            );
        }
    }
    for (appid, error) in err_list::attribute(PATH, payload.err_list, asked) {
        let error = error.subject(subject(&appid));
        shares.insert(appid, Err(error));
    }
    Ok(shares)
}

/// The subject of an error about one appid.
pub(super) fn subject(appid: &Appid) -> String {
    format!("querying the environments shared to mini program {appid}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "wx5fe6bb43205e9e07";
    const B: &str = "wx075cf85bf347b6df";

    fn shares(answer: Value) -> BTreeMap<String, Result<Vec<String>, String>> {
        let asked = [A, B].iter().map(|appid| appid.parse().unwrap()).collect();
        read(answer, &asked)
            .unwrap()
            .into_iter()
            .map(|(appid, found)| {
                let found = found
                    .map(|envs| envs.into_iter().collect())
                    .map_err(|error| error.errmsg().unwrap_or_default().to_owned());
                (appid.to_string(), found)
            })
            .collect()
    }

    fn expected(
        a: Result<&[&str], &str>,
        b: Result<&[&str], &str>,
    ) -> BTreeMap<String, Result<Vec<String>, String>> {
        [(A, a), (B, b)]
            .into_iter()
            .map(|(appid, found)| {
                let found = found
                    .map(|envs| envs.iter().map(|&env| env.to_owned()).collect())
                    .map_err(str::to_owned);
                (appid.to_owned(), found)
            })
            .collect()
    }

    #[test]
    fn rows_of_all_shapes() {
        for (answer, expected) in [
            (json!({}), expected(Ok(&[]), Ok(&[]))),
            (
                json!({"relation_data": null, "err_list": null}),
                expected(Ok(&[]), Ok(&[])),
            ),
            (
                json!({"relation_data": [{"appid": A, "env_list": null}]}),
                expected(Ok(&[]), Ok(&[])),
            ),
            (
                json!({"relation_data": [{"appid": A, "env_list": ["b", "a"]}, {"appid": A, "env_list": ["c", null]}]}),
                expected(Ok(&["a", "b", "c"]), Ok(&[])),
            ),
            (
                json!({"relation_data": [{"appid": A, "env_list": ["not an id!"]}]}),
                expected(Ok(&["not an id!"]), Ok(&[])),
            ),
            (
                json!({"relation_data": [{"appid": "wx5fe6bb43205e9e7", "env_list": ["x"]}, {"env_list": ["x"]}]}),
                expected(Ok(&[]), Ok(&[])),
            ),
            (
                json!({"err_list": [{"appid": B, "errmsg": "invalid appid rid: a-b-c"}]}),
                expected(Ok(&[]), Err("invalid appid")),
            ),
            (
                json!({"err_list": [{"env": "e", "appid": "wx5fe6bb43205e9e7", "errmsg": "invalid appid"}]}),
                expected(Ok(&[]), Ok(&[])),
            ),
        ] {
            assert_eq!(shares(answer.clone()), expected, "{answer}");
        }
    }

    #[test]
    fn a_list_of_the_wrong_type_is_an_error() {
        let asked = BTreeSet::from([A.parse().unwrap()]);
        assert!(read(json!({"relation_data": 7}), &asked).is_err());
    }
}
