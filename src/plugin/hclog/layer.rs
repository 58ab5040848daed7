//! From `tracing` events to log lines.

use std::error::Error;
use std::fmt;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use serde_json::{Map, Number, Value};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::levels::{Levels, Module};
use super::line::Line;
use super::write_line;

/// Writes this program's events as log lines; those of dependencies are dropped at every level.
///
/// A line has the fields of the event and of the spans around it. Of two with the same name the
/// inner one counts. Spans themselves write nothing.
#[derive(Debug)]
pub struct HclogLayer<W> {
    levels: Levels,
    out: Mutex<W>,
}

impl<W: Write + Send + 'static> HclogLayer<W> {
    /// Writes to `out`, with one call for each line.
    pub fn new(levels: Levels, out: W) -> Self {
        Self {
            levels,
            out: Mutex::new(out),
        }
    }

    fn wants(&self, metadata: &Metadata<'_>) -> bool {
        // A span of any level is kept: it tells what a more severe event within it is about.
        Module::of(metadata.target())
            .is_some_and(|module| metadata.is_span() || *metadata.level() <= self.levels.of(module))
    }
}

impl<S, W> Layer<S> for HclogLayer<W>
where
    S: Subscriber + for<'lookup> LookupSpan<'lookup>,
    W: Write + Send + 'static,
{
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.wants(metadata) {
            Interest::always()
        } else {
            Interest::never()
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _context: Context<'_, S>) -> bool {
        self.wants(metadata)
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        let Some(module) = Module::of(metadata.target()) else {
            return;
        };
        let mut fields = Fields::default();
        if let Some(scope) = context.event_scope(event) {
            for span in scope.from_root() {
                if let Some(outer) = span.extensions().get::<Fields>() {
                    fields.0.extend(outer.0.clone());
                }
            }
        }
        // A span's field of this name is not the event's message.
        if let Some(outer) = fields.0.remove(MESSAGE) {
            fields.0.insert(format!("field_{MESSAGE}"), outer);
        }
        event.record(&mut fields);
        let message = match fields.0.remove(MESSAGE) {
            Some(Value::String(text)) => text,
            Some(other) => other.to_string(),
            None => String::new(),
        };
        let caller = metadata
            .file()
            .zip(metadata.line())
            .map(|(file, line)| format!("{file}:{line}"));
        let line = Line {
            level: *metadata.level(),
            module: module.name(),
            message,
            caller,
            time: SystemTime::now(),
            fields: fields.0,
        };
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        write_line(&mut *out, &line.render());
    }
}

/// The field that `tracing` gives to an event's text.
const MESSAGE: &str = "message";

/// Recorded fields as JSON values.
#[derive(Debug, Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn set(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        match Number::from_f64(value) {
            Some(number) => self.set(field, number),
            // JSON has no infinities.
            None => self.set(field, value.to_string()),
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.set(field, value.to_string());
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::io;
    use std::sync::Arc;

    use tracing::subscriber::with_default;
    use tracing_subscriber::layer::SubscriberExt;
    use tracing_subscriber::registry::Registry;

    use super::*;

    /// Remembers each call.
    #[derive(Clone, Default)]
    struct Calls(Arc<Mutex<Vec<Vec<u8>>>>);

    impl Write for Calls {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().push(bytes.to_owned());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn lines(level: &str, body: impl FnOnce()) -> Vec<Value> {
        let levels = Levels::read("cloudbase", |name| {
            (name == "TF_LOG").then(|| OsString::from(level))
        });
        let calls = Calls::default();
        let layer = HclogLayer::new(levels.unwrap(), calls.clone());
        with_default(Registry::default().with(layer), body);
        let calls = calls.0.lock().unwrap();
        // Each call must have been a whole line.
        calls
            .iter()
            .map(|call| serde_json::from_slice(call).unwrap())
            .collect()
    }

    #[test]
    fn levels_are_obeyed() {
        let logged = lines("INFO", || {
            tracing::error!("one");
            tracing::info!("two");
            tracing::debug!("three");
        });
        let messages: Vec<_> = logged.iter().map(|line| &line["@message"]).collect();
        assert_eq!(messages, ["one", "two"]);
        assert_eq!(logged[0]["@level"], "error");
        assert_eq!(logged[0]["@module"], "sdk.proto");
        let caller = logged[0]["@caller"].as_str().unwrap();
        assert!(caller.contains("layer.rs:"), "{caller}");
    }

    #[test]
    fn dependencies_are_never_logged() {
        let logged = lines("TRACE", || {
            tracing::error!(target: "h2::proto", "secret");
            tracing::trace!(target: "hyper_util::client", "secret");
            tracing::trace!("own");
        });
        assert_eq!(logged.len(), 1);
        assert_eq!(logged[0]["@message"], "own");
    }

    #[test]
    fn fields_of_spans_and_events_are_keys() {
        let logged = lines("ERROR", || {
            let outer =
                tracing::debug_span!("rpc", tf_rpc = "Apply", n = 1, late = 0, message = "m");
            let _outer = outer.enter();
            outer.record("late", 7);
            let inner = tracing::trace_span!("step", n = 2);
            let _inner = inner.enter();
            let error = io::Error::other("broken");
            tracing::error!(
                error = &error as &dyn Error,
                ok = false,
                ratio = 0.5,
                nan = f64::NAN,
                what = ?Some(1),
                "@level" = 3,
                "failed {}",
                "twice"
            );
        });
        let line = &logged[0];
        assert_eq!(line["@message"], "failed twice");
        assert_eq!(line["field_message"], "m");
        assert_eq!(line["tf_rpc"], "Apply");
        assert_eq!(line["n"], 2);
        assert_eq!(line["late"], 7);
        assert_eq!(line["error"], "broken");
        assert_eq!(line["ok"], false);
        assert_eq!(line["ratio"].as_f64(), Some(0.5));
        assert_eq!(line["nan"], "NaN");
        assert_eq!(line["what"], "Some(1)");
        assert_eq!(line["@level"], "error");
        assert_eq!(line["field_level"], 3);
    }
}
