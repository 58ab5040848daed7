//! The confirmation URLs that this process has come across.
//!
//! The API says a URL once, in the answer to the share. The resource that waits for confirmations
//! repeats it in its error, if the share was sent by the same process.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::wechat::{Appid, EnvId};

/// URLs by environment and mini program.
#[derive(Debug, Default)]
pub(super) struct ConfirmUrls(Mutex<HashMap<(EnvId, Appid), String>>);

impl ConfirmUrls {
    /// Keeps the URL at which the share of `env` with `appid` is confirmed, in place of any before.
    pub(super) fn remember(&self, env: &EnvId, appid: &Appid, url: &str) {
        let mut urls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        urls.insert((env.clone(), appid.clone()), url.to_owned());
    }

    /// The URL for this pair, if it is known.
    pub(super) fn find(&self, env: &EnvId, appid: &Appid) -> Option<String> {
        let urls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        urls.get(&(env.clone(), appid.clone())).cloned()
    }
}
