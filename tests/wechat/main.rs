//! The WeChat client against a stand-in that answers byte for byte what a test tells it to.

#![allow(
    clippy::unwrap_used,
    reason = "in a test an error is a failure, also outside the test function"
)]

mod bounds;
mod certificates;
mod coalescing;
mod errors;
mod functions;
mod limits;
mod lost_answers;
mod minting;
mod mixed_calls;
mod pacing;
#[path = "../support/private_authority.rs"]
mod private_authority;
mod requests;
mod run_memory;
mod server;
mod tokens;
mod verdicts;
mod waiters;
mod whitelists;
