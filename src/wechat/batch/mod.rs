//! Puts what is asked at about the same time into few calls.

pub(in crate::wechat) mod bisect;
pub(in crate::wechat) mod waiters;
