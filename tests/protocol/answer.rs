//! Answers of rpcs, whatever their messages.

use std::future::Future;
use std::time::Duration;

use cloudbase::proto::tfplugin6 as pb;
use tokio::time::timeout;
use tonic::{Code, Response, Status, Streaming};

/// How an rpc was answered.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Without an error.
    Fine,
    /// With these errors.
    Errors(Vec<String>),
    /// With a gRPC status.
    Status(Code),
}

impl Answer {
    /// Whether this is a refusal that core understands.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Errors(_) | Self::Status(Code::Unimplemented))
    }
}

/// After this long an rpc is taken to hang.
const HANG: Duration = Duration::from_secs(20);

/// Waits for an rpc, and fails the test if it hangs.
pub(crate) async fn in_time<R>(name: &str, rpc: impl Future<Output = R>) -> R {
    match timeout(HANG, rpc).await {
        Ok(response) => response,
        Err(elapsed) => panic!("{name} hangs: {elapsed}"),
    }
}

/// Whether there is an error among the diagnostics.
pub(crate) fn judge(diagnostics: &[pb::Diagnostic]) -> Answer {
    let errors: Vec<_> = diagnostics
        .iter()
        .filter(|d| d.severity() == pb::diagnostic::Severity::Error)
        .map(|d| d.summary.clone())
        .collect();
    if errors.is_empty() {
        Answer::Fine
    } else {
        assert!(errors.iter().all(|summary| !summary.is_empty()));
        Answer::Errors(errors)
    }
}

/// Every message of a stream.
pub(crate) async fn drain<M>(
    response: Result<Response<Streaming<M>>, Status>,
) -> Result<Vec<M>, Status> {
    let mut stream = response?.into_inner();
    let mut all = Vec::new();
    while let Some(message) = stream.message().await? {
        all.push(message);
    }
    Ok(all)
}
