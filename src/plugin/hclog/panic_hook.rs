//! Panics as log lines.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io;
use std::panic::{self, PanicHookInfo};
use std::time::SystemTime;

use serde_json::Map;
use tracing::Level;

use super::line::Line;
use super::write_line;

/// Has every panic of the process logged to standard error as an error, whatever the log level.
///
/// The default would print several lines of plain text, which a host shows at DEBUG, one by one. A
/// panic within an rpc becomes a diagnostic as well, so the process goes on.
pub fn log_panics() {
    panic::set_hook(Box::new(|info| {
        // Nothing is captured unless RUST_BACKTRACE asks for it.
        let line = describe(info, &Backtrace::capture());
        write_line(&mut io::stderr().lock(), &line.render());
    }));
}

fn describe(info: &PanicHookInfo<'_>, backtrace: &Backtrace) -> Line {
    let payload = info.payload();
    let message = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("(no message)");
    let mut fields = Map::new();
    if backtrace.status() == BacktraceStatus::Captured {
        fields.insert("backtrace".into(), backtrace.to_string().into());
    }
    if let Some(name) = std::thread::current().name() {
        fields.insert("thread".into(), name.into());
    }
    let location = info.location().map(ToString::to_string);
    let place = location.as_deref().unwrap_or("an unknown place");
    Line {
        level: Level::ERROR,
        module: "provider",
        message: format!("panicked at {place}: {message}"),
        caller: location,
        time: SystemTime::now(),
        fields,
    }
}
