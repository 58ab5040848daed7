//! What only writing shows: shares one or two environments with a mini program, looks, and takes that back.

use super::consent::Consent;
use super::difference;
use super::examination::Examination;
use super::finding::Finding;
use super::leftovers::Leftovers;
use super::readings::Read;
use super::refusal;
use super::tokens::Asking;
use super::vacancy;
use super::{Args, DoctorError};
use crate::wechat::assumptions::{
    FRESH_LINK, LINK_WITHOUT_ENV, MIXED_CALLS, PENDING_IS_NOT_LISTED, SHARE_HAS_LINK,
    UNSHARE_OF_PENDING,
};
use crate::wechat::documented::{Looked, QUERY, SHARE, Subject, UNSHARE};
use crate::wechat::{Appid, Class, EnvId, Error, SourceType, TokenKind, visible};

/// The list of links in the answer to a share.
const LINKS: &str = "msg_info_list[].url";

/// The `source_type` of environments of cloud hosting.
const CLOUD_HOSTING: SourceType = SourceType::new(1);

const ASKED_AGAIN: &str = "probe: query before the first share";
const ASKED_OF_HOSTING: &str = "probe: the same for cloud hosting";

/// Probes, if somebody agrees and nobody is harmed. What it has shared is taken back, whatever happens.
///
/// Errors: the query lists one of the pairs, or does not say. Nothing is written then.
pub(super) async fn probe(
    examination: &mut Examination<'_>,
    asking: &Asking,
    args: &Args,
    consent: Consent,
    read: &Read,
) -> Result<(), DoctorError> {
    let Some(appid) = &args.appid else {
        return Ok(());
    };
    if examination.is_over() || !asking.has(TokenKind::Component) {
        return Ok(());
    }
    let Some(query) = read.of(&QUERY) else {
        let why = "without the query nobody can tell whether it would cut a mini program off; nothing was written";
        examination.say("probe", Finding::skipped(why));
        return Ok(());
    };
    // Nobody is asked about what would be refused.
    vacancy::is_free(query, &args.env, appid)?;
    let cancel = examination.cancel.clone();
    let is_given = consent.is_given(&mut examination.screen, &cancel, &args.env, appid);
    if !is_given.await {
        examination.screen.line("Nothing was written.");
        return Ok(());
    }
    let mut probe = Probe {
        examination,
        asking,
        appid,
        leftovers: Leftovers::new(appid),
    };
    // It may have been confirmed while the question stood there.
    probe.examination.begin(ASKED_AGAIN);
    let Some(query) = probe.query(ASKED_AGAIN, None).await else {
        return Ok(());
    };
    probe.examination.found(ASKED_AGAIN, Finding::works(""));
    vacancy::is_free(&query, &args.env, appid)?;
    // Without a kind, no document says that the query has environments of cloud hosting.
    probe.examination.begin(ASKED_OF_HOSTING);
    let hosting = Some(CLOUD_HOSTING);
    let Some(query) = probe.query(ASKED_OF_HOSTING, hosting).await else {
        return Ok(());
    };
    probe
        .examination
        .found(ASKED_OF_HOSTING, Finding::works(""));
    vacancy::is_free(&query, &args.env, appid)?;
    match args.env.as_slice() {
        [env] => probe.steps(env, None).await,
        [env, second] => probe.steps(env, Some(second)).await,
        _ => {}
    }
    probe.leftovers.take_back(probe.examination, asking).await;
    Ok(())
}

struct Probe<'p, 'o> {
    examination: &'p mut Examination<'o>,
    asking: &'p Asking,
    appid: &'p Appid,
    leftovers: Leftovers,
}

/// What has become of the call with two environments.
enum Both {
    /// None was sent, or it was refused, so that nobody was asked by it.
    NobodyAsked,
    /// It is a second share of the first environment, too.
    Answered(Looked),
    /// The administrator may have been asked by it.
    Unclear,
}

impl Probe<'_, '_> {
    /// The steps, as far as they lead.
    async fn steps(&mut self, env: &EnvId, second: Option<&EnvId>) {
        let Some(first_link) = self.first_share(env).await else {
            return;
        };
        let is_listed = self.is_pending_listed(env).await;
        if self.examination.is_over() {
            return;
        }
        let mut again = Both::NobodyAsked;
        if let Some(second) = second {
            again = self.both(env, second).await;
        }
        if self.examination.is_over() {
            return;
        }
        self.second_share(env, &first_link, again).await;
        if self.examination.is_over() {
            return;
        }
        self.unshare_of_pending(env, is_listed).await;
    }

    /// Shares in one call, and notes what may be there from then on. No share is sent without that.
    async fn send(&mut self, envs: &[EnvId]) -> Result<Looked, Error> {
        let operation = self.examination.operation();
        let client = &self.asking.client;
        let answer = client.share_once(&operation, envs, self.appid).await;
        self.leftovers.note(envs, &answer);
        answer
    }

    /// The answer to a share; nothing if it failed, which is said.
    async fn share(&mut self, about: &str, env: &EnvId) -> Option<Looked> {
        match self.send(std::slice::from_ref(env)).await {
            Ok(answer) => Some(answer),
            Err(error) => {
                self.examination
                    .found(about, refusal::of_call(&SHARE, &error));
                None
            }
        }
    }

    /// The link of the first share; nothing if that leads no further.
    async fn first_share(&mut self, env: &EnvId) -> Option<String> {
        const ABOUT: &str = "probe: share";
        self.examination.begin(ABOUT);
        let answer = self.share(ABOUT, env).await?;
        if let Some(refused) = self.refused(&answer) {
            let named = [("appid", self.appid.as_str()), ("env", env.as_str())];
            // A row about others says nothing of this pair, and a link says that it waits.
            if answer.has_row("err_list[]", &named) && answer.rows("msg_info_list[]") == 0 {
                self.leftovers.forget(env);
            }
            self.examination.found(ABOUT, refused);
            return None;
        }
        let link = answer.texts(LINKS).first().map(ToString::to_string);
        let found = match &link {
            Some(_) if answer.form.adds.contains("msg_info_list[].env") => {
                let words =
                    "the link is told together with its environment, which the documents have not";
                Finding::differs(&LINK_WITHOUT_ENV, words)
            }
            Some(_) => difference::of_form(&answer.form),
            None => Finding::differs(
                &SHARE_HAS_LINK,
                "accepted without a link, so that the rest can't be probed: it is in effect at once, or waits without one",
            ),
        };
        self.examination.found(ABOUT, found);
        link
    }

    /// Why the mini program was refused by name, if it was.
    fn refused(&self, answer: &Looked) -> Option<Finding> {
        let words = answer.texts("err_list[].errmsg");
        let rows = answer.rows("err_list[]");
        (rows > 0).then(|| {
            // The words are the API's; a link among them would be somebody's.
            let words: Vec<_> = words.into_iter().filter(|words| !words.contains("://")).collect();
            let words = visible(&words.join("; ")).into_owned();
            Finding::missing(format!(
                "{} was refused: {words}. Sharing needs its permission set 18, and the same legal subject for all mini \
                 programs of an environment",
                self.appid
            ))
            .in_public("the mini program was refused by name")
        })
    }

    /// What the query says now, on the line that has begun; nothing if it does not answer, which is said.
    async fn query(&mut self, about: &str, source_type: Option<SourceType>) -> Option<Looked> {
        let subject = Subject {
            appid: Some(self.appid.clone()),
            source_type,
            ..Subject::default()
        };
        let operation = self.examination.operation();
        match self.asking.client.look(&operation, &QUERY, &subject).await {
            Ok(answer) => Some(answer),
            Err(error) => {
                self.examination
                    .found(about, refusal::of_call(&QUERY, &error));
                None
            }
        }
    }

    async fn is_listed(&mut self, about: &str, env: &EnvId) -> Option<bool> {
        let answer = self.query(about, None).await?;
        let listed = answer.texts("relation_data[].env_list[]");
        Some(listed.contains(&env.as_str()))
    }

    async fn is_pending_listed(&mut self, env: &EnvId) -> Option<bool> {
        const ABOUT: &str = "probe: is a pending share listed";
        self.examination.begin(ABOUT);
        let is_listed = self.is_listed(ABOUT, env).await?;
        let found = if is_listed {
            Finding::differs(
                &PENDING_IS_NOT_LISTED,
                "yes, unless the administrator confirmed within the moment in between",
            )
        } else {
            Finding::works("no, as assumed")
        };
        self.examination.found(ABOUT, found);
        Some(is_listed)
    }

    /// Shares both environments in one call.
    async fn both(&mut self, env: &EnvId, second: &EnvId) -> Both {
        const ABOUT: &str = "probe: two environments in one call";
        self.examination.begin(ABOUT);
        let answer = match self.send(&[env.clone(), second.clone()]).await {
            Ok(answer) => answer,
            Err(error) => {
                let mut found = refusal::of_call(&SHARE, &error);
                if error.class() == Class::Caller && error.errcode().is_some() {
                    let words = format!("no: the call was refused, {}", error.happened());
                    found = Finding::differs(&MIXED_CALLS, words).in_public(format!(
                        "no, errcode {}",
                        error.errcode().unwrap_or_default()
                    ));
                }
                self.examination.found(ABOUT, found);
                return if Leftovers::may_have_shared(&error) {
                    Both::Unclear
                } else {
                    Both::NobodyAsked
                };
            }
        };
        let links = answer.texts(LINKS).len();
        let found = match (answer.rows("err_list[]"), links) {
            (0, 2..) if answer.form.adds.contains("msg_info_list[].env") => Finding::differs(
                &LINK_WITHOUT_ENV,
                "yes, and each link is told together with its environment, which the documents have not",
            ),
            (0, 2..) => Finding::works(
                "yes, with a link for each; nothing tells which link is whose, as assumed",
            ),
            (0, 1) => Finding::differs(
                &MIXED_CALLS,
                "no: there is one link for two environments, so that only one was looked at",
            ),
            (0, _) => Finding::failed("it can't be told: the call was accepted without a link"),
            _ => Finding::failed("it can't be told: one of the two was refused by name"),
        };
        self.examination.found(ABOUT, found);
        Both::Answered(answer)
    }

    /// Compares the links of the first and the second share, which is sent unless `again` was one.
    async fn second_share(&mut self, env: &EnvId, first: &str, again: Both) {
        const ABOUT: &str = "probe: a second share";
        self.examination.begin(ABOUT);
        let answer = match again {
            Both::Answered(answer) => answer,
            Both::Unclear => {
                let why = "the call with both may have asked the administrator a second time";
                return self.examination.found(ABOUT, Finding::skipped(why));
            }
            Both::NobodyAsked => match self.share(ABOUT, env).await {
                Some(answer) => answer,
                None => return,
            },
        };
        let links = answer.texts(LINKS);
        let found = if links.contains(&first) {
            Finding::differs(&FRESH_LINK, "the same link as before")
        } else if links.is_empty() {
            let how = if answer.rows("err_list[]") > 0 {
                "refused"
            } else {
                "accepted without a link"
            };
            Finding::differs(&FRESH_LINK, how)
        } else {
            Finding::works("another link than before, as assumed")
        };
        self.examination.found(ABOUT, found);
    }

    async fn unshare_of_pending(&mut self, env: &EnvId, was_listed: Option<bool>) {
        const AFTERWARDS: &str = "probe: is it gone then";
        const ABOUT: &str = "probe: unsharing what is pending";
        self.examination.begin(ABOUT);
        match self.unshare(ABOUT, env).await {
            None => return,
            Some(false) => {
                let words = "refused by name: it stays until the administrator answers";
                return self
                    .examination
                    .found(ABOUT, Finding::differs(&UNSHARE_OF_PENDING, words));
            }
            Some(true) => self.leftovers.taken_back(env),
        }
        self.examination
            .found(ABOUT, Finding::works("accepted, as assumed"));

        self.examination.begin(AFTERWARDS);
        let Some(is_listed) = self.is_listed(AFTERWARDS, env).await else {
            return;
        };
        let Some(is_accepted) = self.unshare(AFTERWARDS, env).await else {
            return;
        };
        let found = match (is_listed, is_accepted, was_listed) {
            (true, ..) => {
                self.leftovers.add(env);
                Finding::differs(&UNSHARE_OF_PENDING, "no: the query lists it")
            }
            (false, false, _) => Finding::works("yes: unsharing it once more is refused"),
            (false, true, Some(true)) => Finding::works("yes: the query does not list it any more"),
            (false, true, _) => {
                Finding::works("it can't be told: unsharing it once more is accepted, too")
            }
        };
        self.examination.found(AFTERWARDS, found);
    }

    /// Whether an unshare was accepted, or refused by name; nothing if it failed, which is said.
    async fn unshare(&mut self, about: &str, env: &EnvId) -> Option<bool> {
        let operation = self.examination.operation();
        let answer = self
            .asking
            .client
            .unshare_once(&operation, env, self.appid)
            .await;
        match answer {
            Ok(answer) => Some(answer.rows("err_list[]") == 0),
            Err(error) => {
                self.examination
                    .found(about, refusal::of_call(&UNSHARE, &error));
                None
            }
        }
    }
}
