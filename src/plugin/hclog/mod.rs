//! Log lines in the form that go-plugin hosts read from standard error (`log_entry.go`).
//!
//! Each is a JSON object on one line. The host takes `@level`, `@message` and `@timestamp` out of
//! it and shows every other key as a key and value.

mod layer;
mod levels;
mod line;
mod panic_hook;

use std::ffi::OsString;
use std::io::{self, Write};

use tracing::subscriber::{SetGlobalDefaultError, set_global_default};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::Registry;

pub use layer::HclogLayer;
pub use levels::Levels;
pub use panic_hook::log_panics;

/// Logs this process's events to standard error, if the environment asks for it.
///
/// `provider` is the provider's name, such as `cloudbase`; see [`Levels::read`] for the variables.
/// With none of them set nothing is installed, and every log statement costs next to nothing.
///
/// Fails if the process already has a global `tracing` subscriber.
pub fn install(
    provider: &str,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<(), SetGlobalDefaultError> {
    match Levels::read(provider, variable) {
        Some(levels) => {
            set_global_default(Registry::default().with(HclogLayer::new(levels, io::stderr())))
        }
        None => Ok(()),
    }
}

/// Writes one line with one call, so that lines of several threads do not mix.
///
/// An error has nowhere to go: this is where errors are told, and the host that would read them is
/// gone.
fn write_line(out: &mut impl Write, line: &[u8]) {
    out.write_all(line).and_then(|()| out.flush()).ok();
}
