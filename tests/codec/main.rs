//! Properties of the value codec: what goes out comes back, and whatever comes in does no harm.
// Test code that clippy does not know for it, since it stands outside a test function.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod hostile;
mod models;
mod numbers;
mod round_trip;
mod strategies;
