//! Pages for people, in Chromium without a window, at the size of a desk and of a phone.
//!
//! Pictures are taken where the variable `BROWSER_SCREENSHOTS` names a folder for them.

// The driver is started by a shell.
#![cfg(unix)]
// Clippy takes only what is under `cfg(test)` for a test.
#![cfg(test)]

mod chromium;
mod confirmation;
mod confirmation_page_function;
mod harness;
