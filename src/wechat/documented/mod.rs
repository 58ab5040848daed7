//! Calls as WeChat's documents describe them: whom they are made for, and which fields their answers have.
//!
//! The client reads what it needs and lets the rest be. Here an answer is looked at as a whole and compared with the
//! documents, without anything of it being kept but the names of its fields: `calls.rs` is the table, `field.rs` what
//! stands in it, `form.rs` the comparison, `ask.rs` one call without a repetition.

mod ask;
mod call;
mod calls;
mod field;
mod form;

pub use self::{
    ask::Looked,
    call::{Documented, Subject, Wanting},
    calls::{
        AUTHORIZER_INFO, AUTHORIZER_LIST, DESCRIBE_ENVS, ENV_INFO, HOSTING_ENVS, QUERY, READINGS,
        SHARE, UNSHARE,
    },
    field::{Field, Kind},
    form::Form,
};
