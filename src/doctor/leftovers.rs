//! What a probe has shared, and taking it back.

use std::time::Duration;

use super::examination::Examination;
use super::finding::Finding;
use super::tokens::Asking;
use crate::wechat::documented::Looked;
use crate::wechat::{Appid, Class, EnvId, Error};

/// How often it is tried to take one back.
const TRIES: u32 = 3;

/// What is waited before it is tried again.
const PAUSE: Duration = Duration::from_secs(1);

/// Environments that may be shared with the mini program of the probe, as far as the API has let on.
pub(super) struct Leftovers {
    appid: Appid,
    envs: Vec<EnvId>,
    /// Whether the API was seen to take a share back: then it refuses by name what is not there.
    takes_back: bool,
}

impl Leftovers {
    pub(super) fn new(appid: &Appid) -> Self {
        Self {
            appid: appid.clone(),
            envs: Vec::new(),
            takes_back: false,
        }
    }

    /// Whether a share that failed so may have been done all the same. What the API has refused was not; to be told to try
    /// again is no refusal.
    pub(super) fn may_have_shared(error: &Error) -> bool {
        let try_again = matches!(error.class(), Class::Transient | Class::Throttled);
        try_again || error.may_have_been_applied()
    }

    /// Notes what a share that was sent may have done.
    pub(super) fn note(&mut self, envs: &[EnvId], answer: &Result<Looked, Error>) {
        let may_be_there = match answer {
            Ok(_) => true,
            Err(error) => Self::may_have_shared(error),
        };
        if may_be_there {
            for env in envs {
                self.add(env);
            }
        }
    }

    /// It is there, or may be.
    pub(super) fn add(&mut self, env: &EnvId) {
        if !self.envs.contains(env) {
            self.envs.push(env.clone());
        }
    }

    /// It was never there.
    pub(super) fn forget(&mut self, env: &EnvId) {
        self.envs.retain(|one| one != env);
    }

    /// The API has taken it back.
    pub(super) fn taken_back(&mut self, env: &EnvId) {
        self.takes_back = true;
        self.forget(env);
    }

    /// Takes all of it back, also when the examination is over, and says what is left.
    pub(super) async fn take_back(mut self, examination: &mut Examination<'_>, asking: &Asking) {
        const ABOUT: &str = "probe: taking back";
        examination.begin(ABOUT);
        for env in self.envs.clone() {
            self.take_one_back(&env, asking).await;
        }
        let found = if self.envs.is_empty() {
            Finding::works("nothing is left of what the probe has shared")
        } else {
            let envs: Vec<&str> = self.envs.iter().map(EnvId::as_str).collect();
            let (envs, appid) = (envs.join(" and "), &self.appid);
            Finding::failed(format!(
                "{envs} may still be shared with {appid}, or wait for its administrator, who should refuse it. One that \
                 waits cannot be imported; if it is confirmed, import it as a cloudbase_env_share and destroy that"
            ))
            .in_public(format!("not done for {} environments", self.envs.len()))
        };
        examination.found(ABOUT, found);
    }

    async fn take_one_back(&mut self, env: &EnvId, asking: &Asking) {
        let operation = Examination::last_operation();
        for _ in 0..TRIES {
            let answer = asking
                .client
                .unshare_once(&operation, env, &self.appid)
                .await;
            match answer {
                Ok(answer) if answer.rows("err_list[]") == 0 => return self.taken_back(env),
                Ok(_) if self.takes_back => return self.forget(env),
                Err(error) if error.class().is_retryable() => tokio::time::sleep(PAUSE).await,
                Ok(_) | Err(_) => return,
            }
        }
    }
}
