//! The sandbox from outside, with a client that knows nothing but HTTP.

// Marked as tests so that clippy lets them unwrap outside test functions too.
#[cfg(test)]
mod client;
#[cfg(test)]
mod clock;
mod cloud_access;
#[cfg(test)]
mod control;
#[cfg(test)]
mod endpoints;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod guard;
#[cfg(test)]
mod mixed_calls;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod seed;
#[cfg(test)]
mod strict;
#[cfg(test)]
mod tokens;
