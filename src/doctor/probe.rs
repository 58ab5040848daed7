//! What only writing shows: shares one or two environments with a mini program, looks, and takes that back.

use super::consent::Consent;
use super::difference;
use super::examination::Examination;
use super::finding::Finding;
use super::leftovers::Leftovers;
use super::readings::Read;
use super::refusal;
use super::tokens::Asking;
use super::{Args, DoctorError};
use crate::wechat::assumptions::{
    FRESH_LINK, LINK_WITHOUT_ENV, MIXED_CALLS, PENDING_IS_NOT_LISTED, SHARE_HAS_LINK,
    UNSHARE_OF_PENDING,
};
use crate::wechat::documented::{Looked, QUERY, SHARE, Subject, UNSHARE};
use crate::wechat::{Appid, Class, EnvId, TokenKind, visible};

/// The list of links in the answer to a share.
const LINKS: &str = "msg_info_list[].url";

const ASKED_AGAIN: &str = "probe: query before the first share";

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
    is_free(query, &args.env, appid)?;
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
    let Some(query) = probe.query(ASKED_AGAIN).await else {
        return Ok(());
    };
    probe.examination.found(ASKED_AGAIN, Finding::works(""));
    is_free(&query, &args.env, appid)?;
    match args.env.as_slice() {
        [env] => probe.steps(env, None).await,
        [env, second] => probe.steps(env, Some(second)).await,
        _ => {}
    }
    probe.leftovers.take_back(probe.examination, asking).await;
    Ok(())
}

/// Whether the query says that none of the environments is shared with the mini program.
fn is_free(query: &Looked, envs: &[EnvId], appid: &Appid) -> Result<(), DoctorError> {
    if query.rows("err_list[]") > 0 {
        return Err(DoctorError::NotProbed(format!(
            "nothing was written: the query does not say what is shared with {appid}, and to take back a share that is in \
             use would cut the mini program off"
        )));
    }
    let listed = query.texts("relation_data[].env_list[]");
    match envs.iter().find(|env| listed.contains(&env.as_str())) {
        None => Ok(()),
        Some(env) => Err(DoctorError::NotProbed(format!(
            "nothing was written: {env} is shared with {appid}, and the probe would end that and cut the mini program off. \
             Name an environment and a mini program that have nothing to do with each other"
        ))),
    }
}

struct Probe<'p, 'o> {
    examination: &'p mut Examination<'o>,
    asking: &'p Asking,
    appid: &'p Appid,
    leftovers: Leftovers,
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
        let mut again = None;
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

    /// Shares in one call, and notes what may be there from then on.
    async fn share(&mut self, about: &str, envs: &[EnvId]) -> Option<Looked> {
        let operation = self.examination.operation();
        let answer = self
            .asking
            .client
            .share_once(&operation, envs, self.appid)
            .await;
        self.leftovers.note(envs, &answer);
        match answer {
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
        let answer = self.share(ABOUT, std::slice::from_ref(env)).await?;
        if let Some(refused) = self.refused(&answer) {
            self.leftovers.forget(env);
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
    async fn query(&mut self, about: &str) -> Option<Looked> {
        let subject = Subject {
            appid: Some(self.appid.clone()),
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
        let answer = self.query(about).await?;
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

    /// Shares both environments in one call. The answer is that of the second share of the first one, too; nothing if the
    /// call was refused.
    async fn both(&mut self, env: &EnvId, second: &EnvId) -> Option<Looked> {
        const ABOUT: &str = "probe: two environments in one call";
        self.examination.begin(ABOUT);
        let operation = self.examination.operation();
        let envs = [env.clone(), second.clone()];
        let answer = self
            .asking
            .client
            .share_once(&operation, &envs, self.appid)
            .await;
        self.leftovers.note(&envs, &answer);
        let answer = match answer {
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
                return None;
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
        Some(answer)
    }

    /// Compares the links of the first and the second share, which is sent unless `again` is its answer.
    async fn second_share(&mut self, env: &EnvId, first: &str, again: Option<Looked>) {
        const ABOUT: &str = "probe: a second share";
        self.examination.begin(ABOUT);
        let answer = match again {
            Some(answer) => answer,
            None => match self.share(ABOUT, std::slice::from_ref(env)).await {
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
