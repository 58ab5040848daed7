//! One call as the documents describe it.

use serde_json::Value;

use super::field::Field;
use crate::wechat::{
    Appid, EnvId, SourceType, TokenKind,
    auth::Call,
    http::{AnswerLimit, Secrecy},
};

/// What a call is made about. What is not known is left out.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// The third-party platform itself.
    pub platform: Option<Appid>,
    /// An environment.
    pub env: Option<EnvId>,
    /// A mini program.
    pub appid: Option<Appid>,
    /// The kind of environments that a query is about; none for those of mini programs.
    pub source_type: Option<SourceType>,
}

/// What a call can't be made without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanting {
    /// [`Subject::platform`].
    Platform,
    /// [`Subject::env`].
    Env,
    /// [`Subject::appid`].
    Appid,
}

/// A call, and what its answer should be.
#[derive(Debug)]
pub struct Documented {
    /// Where it goes.
    pub path: &'static str,
    /// The token it is made with.
    pub token: TokenKind,
    /// The permission set that an account has to have granted for it, as the documents say; none where they name none.
    pub permission_set: Option<i64>,
    /// The fields of its answer, beside `errcode` and `errmsg`.
    pub fields: &'static [Field],
    /// The fields of which an answer without an `errcode` has one.
    pub(super) answers: &'static [&'static str],
    pub(super) limit: AnswerLimit,
    pub(super) has_secrets: bool,
    pub(super) body: fn(&Subject) -> Result<Value, Wanting>,
}

impl Documented {
    /// What `subject` would have to have for this call.
    pub fn wants(&self, subject: &Subject) -> Option<Wanting> {
        (self.body)(subject).err()
    }

    /// The call as it is sent; `writes` says whether it changes something.
    pub(super) fn call(&self, body: Value, writes: bool) -> Call {
        let new = if writes { Call::write } else { Call::read };
        Call {
            secrecy: if self.has_secrets {
                Secrecy::Untraced
            } else {
                Secrecy::Open
            },
            ..new(self.path, self.token, body, self.answers, self.limit)
        }
    }
}
