//! What every rpc has in common: a request id in the log, how it went, and panics caught.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use futures_util::stream::{self, BoxStream, Stream};
use futures_util::{FutureExt, StreamExt};
use tokio_util::task::AbortOnDropHandle;
use tonic::{Response, Status};
use tracing::Instrument;

use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::proto::tfplugin6 as pb;

/// A response that can carry an error instead of a result.
pub(super) trait Answer {
    /// The response that says only this.
    fn failed(diagnostics: Diagnostics) -> Self;

    /// How many errors and warnings it carries.
    fn counts(&self) -> (usize, usize);
}

macro_rules! answers {
    ($($message:path),* $(,)?) => {$(
        impl Answer for $message {
            fn failed(diagnostics: Diagnostics) -> Self {
                Self { diagnostics: diagnostics.to_proto(), ..Self::default() }
            }

            fn counts(&self) -> (usize, usize) {
                let error = pb::diagnostic::Severity::Error;
                let errors = self.diagnostics.iter().filter(|d| d.severity() == error).count();
                (errors, self.diagnostics.len() - errors)
            }
        }
    )*};
}

// Messages that consist of diagnostics alone have nothing for `..default()` to fill.
#[allow(clippy::needless_update)]
mod with_diagnostics {
    use super::{Answer, Diagnostics, pb};

    answers![
        pb::apply_resource_change::Response,
        pb::close_ephemeral_resource::Response,
        pb::configure_provider::Response,
        pb::configure_state_store::Response,
        pb::delete_state::Response,
        pb::generate_resource_config::Response,
        pb::get_functions::Response,
        pb::get_metadata::Response,
        pb::get_provider_schema::Response,
        pb::get_resource_identity_schemas::Response,
        pb::get_states::Response,
        pb::import_resource_state::Response,
        pb::lock_state::Response,
        pb::move_resource_state::Response,
        pb::open_ephemeral_resource::Response,
        pb::plan_action::Response,
        pb::plan_resource_change::Response,
        pb::read_data_source::Response,
        pb::read_resource::Response,
        pb::renew_ephemeral_resource::Response,
        pb::unlock_state::Response,
        pb::upgrade_resource_identity::Response,
        pb::upgrade_resource_state::Response,
        pb::validate_action_config::Response,
        pb::validate_data_resource_config::Response,
        pb::validate_ephemeral_resource_config::Response,
        pb::validate_list_resource_config::Response,
        pb::validate_provider_config::Response,
        pb::validate_resource_config::Response,
        pb::validate_state_store::Response,
        pb::write_state_bytes::Response,
    ];
}

impl Answer for pb::stop_provider::Response {
    fn failed(diagnostics: Diagnostics) -> Self {
        Self {
            error: first_summary(&diagnostics),
        }
    }

    fn counts(&self) -> (usize, usize) {
        (usize::from(!self.error.is_empty()), 0)
    }
}

impl Answer for pb::call_function::Response {
    fn failed(diagnostics: Diagnostics) -> Self {
        let error = pb::FunctionError {
            text: first_summary(&diagnostics),
            ..Default::default()
        };
        Self {
            result: None,
            error: Some(error),
        }
    }

    fn counts(&self) -> (usize, usize) {
        (usize::from(self.error.is_some()), 0)
    }
}

fn first_summary(diagnostics: &Diagnostics) -> String {
    diagnostics
        .iter()
        .map(|diagnostic| diagnostic.summary.clone())
        .next()
        .unwrap_or_default()
}

/// Runs `work` for the rpc `name`, and answers with what it makes, or with an error if it panics.
///
/// A gRPC status is never an answer: for some rpcs core would lose state over it (plugin
/// protocol, "ApplyResourceChange").
pub(super) async fn answer<R: Answer>(
    name: &'static str,
    address: &'static str,
    type_name: &str,
    work: impl Future<Output = R> + Send,
) -> Result<Response<R>, Status> {
    Ok(Response::new(
        logged(name, address, type_name, work, R::failed, R::counts).await,
    ))
}

/// Runs `work` for the streaming rpc `name`, and returns what it has to say at its end, or an error
/// if it panics.
pub(super) async fn diagnose(
    name: &'static str,
    address: &'static str,
    type_name: &str,
    work: impl Future<Output = Diagnostics> + Send,
) -> Diagnostics {
    logged(
        name,
        address,
        type_name,
        work,
        std::convert::identity,
        Diagnostics::counts,
    )
    .await
}

/// What `work` for the rpc `name` returns, or an error if it panics.
pub(super) fn catch_panic<R>(name: &str, work: impl FnOnce() -> R) -> Result<R, Diagnostic> {
    std::panic::catch_unwind(AssertUnwindSafe(work)).map_err(|panic| panicked(name, panic.as_ref()))
}

/// Starts `work` beside a stream that it feeds, and ends the stream with what `last` makes of its
/// outcome. Dropping the stream ends the work.
pub(super) fn ending_with_outcome<T: Send + 'static>(
    stream: impl Stream<Item = T> + Send + 'static,
    work: impl Future<Output = Diagnostics> + Send + 'static,
    last: impl FnOnce(Diagnostics) -> Option<T> + Send + 'static,
) -> BoxStream<'static, T> {
    let work = AbortOnDropHandle::new(tokio::spawn(work));
    let end = async move {
        let outcome = work.await.unwrap_or_else(|error| {
            Diagnostic::error("the operation was ended early", error.to_string()).into()
        });
        stream::iter(last(outcome))
    };
    stream.chain(end.into_stream().flatten()).boxed()
}

async fn logged<R>(
    name: &'static str,
    address: &'static str,
    type_name: &str,
    work: impl Future<Output = R> + Send,
    failed: impl FnOnce(Diagnostics) -> R,
    counts: impl FnOnce(&R) -> (usize, usize),
) -> R {
    let span = tracing::error_span!(
        "rpc",
        tf_rpc = name,
        tf_req_id = tracing::field::Empty,
        tf_provider_addr = address,
        tf_proto_version = "6.11",
        tf_resource_type = tracing::field::Empty,
    );
    if !span.is_disabled() {
        span.record("tf_req_id", format!("{:032x}", fastrand::u128(..)));
        if !type_name.is_empty() {
            span.record("tf_resource_type", type_name);
        }
    }
    async move {
        tracing::trace!("received request");
        let started = Instant::now();
        let response = match AssertUnwindSafe(work).catch_unwind().await {
            Ok(response) => response,
            Err(panic) => failed(panicked(name, panic.as_ref()).into()),
        };
        let (errors, warnings) = counts(&response);
        tracing::trace!(
            tf_req_duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            diagnostic_error_count = errors,
            diagnostic_warning_count = warnings,
            "served request"
        );
        response
    }
    .instrument(span)
    .await
}

fn panicked(rpc: &str, panic: &(dyn Any + Send)) -> Diagnostic {
    let message = panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned());
    tracing::error!(panic = %message, "panic in an rpc handler");
    Diagnostic::error(
        format!("the provider panicked in {rpc}: {message}"),
        "This is a mistake in the provider. Terraform keeps the state it had. Please report it \
         with the log of a run with TF_LOG=trace.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_an_error_diagnostic() {
        let work = async { panic!("planted") };
        let response: Response<pb::read_resource::Response> =
            answer("ReadResource", "test", "x", work).await.unwrap();
        let diagnostics = &response.get_ref().diagnostics;
        assert_eq!(diagnostics.len(), 1);
        assert_eq!(diagnostics[0].severity(), pb::diagnostic::Severity::Error);
        assert!(diagnostics[0].summary.contains("planted"));
    }
}
