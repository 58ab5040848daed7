//! Puts what is asked at about the same time into few calls: items in, one result for each item out.
//!
//! A [`Batcher`] has the windows in which items wait to be sent together; each operation has a ticket in those it waits
//! for; a [`Linger`] says how long a window stays open.

mod batcher;
mod call;
mod claims;
mod joiners;
mod linger;
#[cfg(test)]
mod tests;
mod ticket;

pub use self::{
    batcher::Batcher,
    call::{BatchCall, Results, Wanted},
    claims::Claims,
    linger::Linger,
};
