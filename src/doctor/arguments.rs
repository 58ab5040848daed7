//! The flags of the `doctor` subcommand.

use super::error::DoctorError;
use crate::wechat::documented::Subject;
use crate::wechat::{Appid, ClientSettings, EnvId};

/// Flags of `terraform-provider-cloudbase doctor`.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(after_help = "\
Credentials come from the same variables as the provider's: CLOUDBASE_COMPONENT_ACCESS_TOKEN and the others.

Exit status: 0 if all works, 1 if credentials or permissions are missing or the API can't be reached, 2 if the arguments \
make no sense or a probe was refused, 3 if the API differs from what the provider assumes of it, 130 if interrupted.")]
pub struct Args {
    /// Ask about this environment [default: the first of the platform's]
    #[arg(long, value_name = "ENV")]
    pub env: Vec<EnvId>,

    /// Ask about this mini program [default: the first that has authorised the platform]
    #[arg(long, value_name = "APPID")]
    pub appid: Option<Appid>,

    /// Fetch tokens where nothing else gives one. The tokens in use before end within minutes
    #[arg(long)]
    pub mint: bool,

    /// Share --env with --appid and take it back, to see what the documents leave open. Asks first. A second --env also
    /// shows whether one call takes two environments
    #[arg(long, requires = "env", requires = "appid")]
    pub probe_writes: bool,

    /// Do not ask before --probe-writes
    #[arg(long, requires = "probe_writes")]
    pub yes: bool,

    /// Program that prints tokens, as the provider's `token_command`, with its arguments. Comes last
    #[arg(long, value_name = "PROGRAM", num_args = 1.., allow_hyphen_values = true)]
    pub token_command: Vec<String>,
}

impl Args {
    /// Whether the arguments go together.
    pub(super) fn check(&self) -> Result<(), DoctorError> {
        const OWN: [&str; 5] = ["--env", "--appid", "--mint", "--probe-writes", "--yes"];
        let of_program = self.token_command.iter();
        let own = |word: &&String| OWN.contains(&word.split('=').next().unwrap_or_default());
        if let Some(word) = of_program.skip(1).find(own) {
            return Err(DoctorError::Usage(format!(
                "{word} stands behind --token-command, where it would be an argument of the program: put --token-command \
                 and its program last"
            )));
        }
        match self.env.as_slice() {
            [] | [_] => Ok(()),
            [first, second] if self.probe_writes && first != second => Ok(()),
            [_, _] if self.probe_writes => Err(DoctorError::Usage(
                "both --env are the same environment: name two, or one".to_owned(),
            )),
            [_, _] => Err(DoctorError::Usage(
                "a second --env is for --probe-writes only: name one environment".to_owned(),
            )),
            _ => Err(DoctorError::Usage(
                "--env is there more than twice: name one environment, or two for --probe-writes"
                    .to_owned(),
            )),
        }
    }

    /// What is asked about, as far as it was said.
    pub(super) fn subject(&self, settings: &ClientSettings) -> Subject {
        Subject {
            platform: settings.component_appid.clone(),
            env: self.env.first().cloned(),
            appid: self.appid.clone(),
            source_type: None,
        }
    }
}
