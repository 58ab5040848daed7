//! The `doctor` subcommand: asks the API what the provider would ask, once, and says what works, what is missing, and
//! where the API differs from what the client assumes of it.
//!
//! Nothing is written unless `--probe-writes` says so. Every line is kept for a report without secrets at the end.
//!
//! | file | what |
//! |---|---|
//! | `arguments`, `consent` | what it is told, and what it asks for |
//! | `examination` | what all steps work with: the client, the lines said so far |
//! | `tokens`, `readings`, `probe` | the steps |
//! | `vacancy` | whether a probe would cut nobody off |
//! | `leftovers` | what a probe has shared, and taking it back |
//! | `environment` | what several readings say together |
//! | `refusal`, `difference` | a failed call, and an answer, in words |
//! | `finding`, `report`, `screen` | one line, all lines, and where they go |

mod arguments;
mod consent;
mod difference;
mod environment;
mod error;
mod examination;
mod finding;
mod leftovers;
mod probe;
mod readings;
mod refusal;
mod report;
mod screen;
mod tokens;
mod vacancy;

use std::future::Future;
use std::io::{self, Write};

use tokio_util::sync::CancellationToken;

use crate::provider::config::{self, Config, EnvVars};
use consent::Consent;
use examination::Examination;
use screen::Screen;

pub use arguments::Args;
pub use error::DoctorError;

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All that was asked works, as assumed.
    Works,
    /// Credentials or permissions are missing, or the API could not be reached.
    Lacks,
    /// The API differs from what the client assumes of it, and nothing is missing.
    Differs,
}

/// Examines the API with the credentials of `env_vars`, and tells `out`. Ends early when `stop` is ready; what was shared
/// is taken back first.
///
/// Errors: arguments that do not go together, a pair that a probe must not touch, `stop`, or `out` not taking the text.
pub async fn run(
    args: Args,
    env_vars: &EnvVars,
    out: &mut (dyn Write + Send),
    stop: impl Future<Output = io::Result<()>> + Send + 'static,
) -> Result<Outcome, DoctorError> {
    args.check()?;
    let consent = Consent::of(&args)?;
    let mut screen = Screen::new(out);
    let provider_block = Config::of_token_command(args.token_command.clone());
    let settings = match config::settings(&provider_block, env_vars) {
        Ok(settings) => settings,
        Err(wrong) => {
            for one in &wrong {
                screen.line(&format!("{}: {}", one.summary, one.detail));
            }
            screen.end()?;
            return Ok(Outcome::Lacks);
        }
    };

    let cancel = CancellationToken::new();
    let stopping = cancel.clone();
    // It is left behind when the work is done first.
    tokio::spawn(async move {
        if stop.await.is_ok() {
            stopping.cancel();
        }
    });
    screen.line(&format!(
        "Asking {}. {}\n",
        settings.endpoint,
        if args.probe_writes {
            "It is written to only after you have agreed."
        } else {
            "Nothing is written."
        }
    ));
    let host = report::shown_host(&settings.endpoint);
    let mut examination = Examination::new(screen, cancel);
    let subject = args.subject(&settings);
    let refused = match tokens::find(&mut examination, settings, args.mint).await {
        Some(client) => {
            let read = readings::ask_all(&mut examination, &client, &args, subject).await;
            environment::look(&mut examination, &args, &read);
            match consent {
                Some(consent) => probe::probe(&mut examination, &client, &args, consent, &read)
                    .await
                    .err(),
                None => None,
            }
        }
        None => None,
    };
    report::write(&mut examination, &host, &args);
    examination.end()?;
    refused.map_or_else(|| Ok(examination.outcome()), Err)
}
