//! getShareCloudbaseEnv, `POST /componenttcb/batchgetenvid`: which environments are shared with mini programs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::json;

use super::{
    bisect::Bisect,
    err_list::{self, ErrRow},
    pair::About,
    read_cache::Version,
    verdicts::{Row, Verdicts},
};
use crate::ordered::Ordered as _;
use crate::wechat::{
    Appid, Class, Client, Error, Operation, SourceType, TokenKind,
    auth::Call,
    batch::{BatchCall, Wanted},
    http::{Accepted, AnswerLimit, Rows, envelope, payload::null_as_default},
};

const PATH: &str = "/componenttcb/batchgetenvid";

pub(in crate::wechat) const LISTS: &[&str] = &["relation_data", "err_list"];

/// The environments each appid was found to have, or why that is not known.
///
/// The ids are as the API sent them: one that is not a well-formed [`EnvId`](crate::wechat::EnvId) is kept all the same.
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
    #[serde(default)]
    relation_data: Rows<Relation>,
    #[serde(default)]
    err_list: Rows<ErrRow>,
}

#[derive(Deserialize)]
struct Relation {
    #[serde(default, deserialize_with = "null_as_default")]
    appid: String,
    #[serde(default)]
    env_list: Rows<Option<String>>,
}

/// What one row says of a mini program.
#[derive(Clone, Debug)]
enum Said {
    Has(Vec<String>),
    Refused(Error),
}

impl Relation {
    fn verdict(self) -> Row<Said> {
        let envs: Vec<String> = self.env_list.into_iter().flatten().collect();
        Row {
            env: String::new(),
            appid: self.appid,
            words: format!("has {}", envs.join(", ")),
            verdict: (!envs.is_empty()).then_some(Said::Has(envs)),
        }
    }
}

/// What an answer says.
#[derive(Debug)]
pub(in crate::wechat) struct Found {
    pub(in crate::wechat) shares: Shares,
    /// Those that a row which names nobody of the call may be about: to be asked about again.
    pub(in crate::wechat) unanswered: BTreeSet<Appid>,
}

/// Queries as the batcher sends them.
#[derive(Clone, Debug)]
pub(in crate::wechat) struct Query(pub(in crate::wechat) Client);

impl BatchCall for Query {
    type Key = Option<SourceType>;
    type Item = Appid;
    type Slot = Appid;
    type Output = BTreeSet<String>;
    type Freshness = Freshness;
    type Version = Version;

    const KIND: &'static str = PATH;

    const WRITES: bool = false;

    fn slot(appid: &Appid) -> Appid {
        appid.clone()
    }

    fn known(
        &self,
        source: &Option<SourceType>,
        appid: &Appid,
        how: Freshness,
    ) -> Option<BTreeSet<String>> {
        self.0.read_cache().get(*source, appid, how)
    }

    fn version(&self) -> Version {
        self.0.read_cache().version()
    }

    fn will_do(&self, appid: &Appid, version: Version, how: Freshness) -> bool {
        self.0.read_cache().will_do(appid, version, how)
    }

    async fn ready(&self, operation: &Operation) -> Result<(), Error> {
        let token = self.0.token(operation, TokenKind::Component);
        token.await.map(|_| ())
    }

    async fn send(
        &self,
        operation: &Operation,
        source: &Option<SourceType>,
        version: Version,
        appids: BTreeSet<Appid>,
        _wanted: &dyn Wanted<Appid>,
    ) -> Shares {
        let shares = self.0.query_batch(operation, &appids, *source).await;
        for (appid, found) in &shares {
            if let Ok(envs) = found {
                self.0
                    .read_cache()
                    .put(*source, appid, version, envs.clone());
            }
        }
        shares
    }
}

impl Client {
    /// The environments shared with mini programs. Every appid asked about has an entry in the result; one without any
    /// share has an empty set.
    ///
    /// Queries that are asked for at about the same time go out together, and all but [`Freshness::Fresh`] ones take what
    /// this client has read before, as long as it has not written to the mini program since.
    pub async fn query(
        &self,
        operation: &Operation,
        appids: &BTreeSet<Appid>,
        source: Option<SourceType>,
        freshness: Freshness,
    ) -> Shares {
        let (batcher, call) = (self.queries(), Query(self.clone()));
        let appids = appids.iter().cloned();
        let asked = batcher.ask(&call, operation, &source, appids, freshness);
        let mut shares = asked.await;
        self.memory().tell_once(PATH, &mut shares);
        let about = |(appid, found): (Appid, Result<_, Error>)| {
            let found = found.map_err(|error| error.subject(subject(&appid)));
            (appid, found)
        };
        shares.into_iter().map(about).into_map()
    }

    /// Asks about at most a batch of appids. The errors name the appid they are about.
    pub(in crate::wechat) async fn query_batch(
        &self,
        operation: &Operation,
        appids: &BTreeSet<Appid>,
        source: Option<SourceType>,
    ) -> Shares {
        let mut shares = Shares::new();
        let mut bisect = Bisect::new(appids.clone());
        let mut alone = BTreeSet::new();
        while let Some(group) = bisect.next() {
            match self.query_group(operation, &group, source).await {
                Ok(found) => {
                    bisect.accepted(&group);
                    shares.extend(found.shares);
                    // Alone, a mini program is answered: whatever the answer says is about it.
                    bisect.ask_again(found.unanswered);
                }
                Err(error) => {
                    let is_alone = group.len() == 1 && error.class() == Class::Caller;
                    for appid in bisect.refused(group, &error) {
                        if is_alone {
                            alone.insert(appid.clone());
                        }
                        let error = error.clone().subject(subject(&appid));
                        shares.insert(appid, Err(error));
                    }
                }
            }
        }
        blame(&bisect, &mut shares, &alone);
        shares
    }

    async fn query_group(
        &self,
        operation: &Operation,
        appids: &BTreeSet<Appid>,
        source: Option<SourceType>,
    ) -> Result<Found, Error> {
        let mut body = json!({ "appids": appids });
        if let Some(source) = source {
            body["source_type"] = json!(source);
        }
        let call = Call::read(
            PATH,
            TokenKind::Component,
            body,
            LISTS,
            AnswerLimit::of_batch(appids.len()),
        );
        let answer = self.call(operation, &call).await?;
        read(answer, appids)
    }
}

/// The refusals of `alone` are about those mini programs, not about the call, where others were accepted.
pub(in crate::wechat) fn blame<I: About, T>(
    bisect: &Bisect<I>,
    outcomes: &mut BTreeMap<I, Result<T, Error>>,
    alone: &BTreeSet<I>,
) {
    for item in alone.iter().filter(|item| bisect.blames_the_item(item)) {
        if let Some(Err(error)) = outcomes.get_mut(item) {
            *error = error.clone().with_class(Class::Item);
        }
    }
}

pub(in crate::wechat) fn read(answer: Accepted, asked: &BTreeSet<Appid>) -> Result<Found, Error> {
    let payload: Payload = envelope::payload(answer)?;
    let relations = payload.relation_data.into_iter().map(Relation::verdict);
    let refusals = payload
        .err_list
        .into_iter()
        .map(|row| row.verdict(Said::Refused));
    let verdicts = Verdicts::of(PATH, relations.chain(refusals).collect(), asked);
    let shares = verdicts.known.into_iter().map(|(appid, said)| {
        let (mut envs, mut errors) = (BTreeSet::new(), Vec::new());
        for said in said {
            match said {
                Said::Has(more) => envs.extend(more),
                Said::Refused(error) => errors.push(error),
            }
        }
        // One that no row mentions has no share: the documents show no row for it.
        let found = match err_list::joined(errors) {
            None => Ok(envs),
            Some(error) => Err(error.subject(subject(&appid))),
        };
        (appid, found)
    });
    Ok(Found {
        shares: shares.into_map(),
        unanswered: verdicts.unanswered.into_keys().into_set(),
    })
}

/// The subject of an error about one appid.
pub(in crate::wechat) fn subject(appid: &Appid) -> String {
    format!("querying the environments shared with mini program {appid}")
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const A: &str = "wx5fe6bb43205e9e07";
    const B: &str = "wx075cf85bf347b6df";

    fn shares(answer: Value) -> BTreeMap<String, Result<Vec<String>, String>> {
        let asked = [A, B].iter().map(|appid| appid.parse().unwrap()).collect();
        read(answer.into(), &asked)
            .unwrap()
            .shares
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
            (json!({"errcode": 0}), expected(Ok(&[]), Ok(&[]))),
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
                json!({"err_list": [{"appid": B, "errmsg": "invalid appid rid: a-b-c"}]}),
                expected(Ok(&[]), Err("invalid appid")),
            ),
            (
                json!({"err_list": [{"appid": B, "errcode": "0", "errmsg": "ok"}]}),
                expected(Ok(&[]), Ok(&[])),
            ),
            // A row without an environment is no verdict, whomever it names.
            (
                json!({"relation_data": [{"appid": "wx5fe6bb43205e9e7", "env_list": []}, {"env_list": null}]}),
                expected(Ok(&[]), Ok(&[])),
            ),
            // A row that names nobody of the call is of the only one without a row.
            (
                json!({"relation_data": [{"appid": "wx5fe6bb43205e9e7", "env_list": ["x"]}, {"appid": B, "env_list": []}]}),
                expected(Ok(&["x"]), Ok(&[])),
            ),
            (
                json!({"relation_data": [{"appid": A, "env_list": ["x"]}], "err_list": [{"appid": "wx075cf85bf347b6d", "errmsg": "invalid appid"}]}),
                expected(Ok(&["x"]), Err("invalid appid")),
            ),
        ] {
            assert_eq!(shares(answer.clone()), expected, "{answer}");
        }
    }

    #[test]
    fn a_list_of_the_wrong_type_is_an_error() {
        let asked = BTreeSet::from([A.parse().unwrap()]);
        assert!(read(json!({"relation_data": 7}).into(), &asked).is_err());
    }

    #[test]
    fn a_row_that_may_be_about_either_leaves_both_to_be_asked_about_again() {
        let asked = [A, B].iter().map(|appid| appid.parse().unwrap()).collect();
        for answer in [
            json!({"relation_data": [{"appid": "wx5fe6bb43205e9e7", "env_list": ["x"]}]}),
            json!({"err_list": [{"appid": "wx5fe6bb43205e9e7", "errmsg": "invalid appid"}]}),
        ] {
            let found = read(answer.into(), &asked).unwrap();
            assert_eq!(found.unanswered, asked);
            assert!(found.shares.is_empty());
        }
    }
}
