//! The sandbox from outside, with a client that knows nothing but HTTP.

mod client;
mod endpoints;
mod seed;
