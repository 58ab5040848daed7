//! Asking before anything is written.

use std::io::{self, BufRead, IsTerminal};

use tokio_util::sync::CancellationToken;

use super::screen::Screen;
use super::{Args, DoctorError};
use crate::wechat::{Appid, EnvId};

/// How it is known whether a probe is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Consent {
    /// By an answer at the terminal.
    Asked,
    /// It was given beforehand.
    Given,
}

impl Consent {
    /// Nothing without a probe. Without a terminal nobody can be asked.
    pub(super) fn of(args: &Args) -> Result<Option<Self>, DoctorError> {
        match (args.probe_writes, args.yes) {
            (false, _) => Ok(None),
            (true, true) => Ok(Some(Self::Given)),
            (true, false) if io::stdin().is_terminal() => Ok(Some(Self::Asked)),
            (true, false) => Err(DoctorError::Usage(
                "--probe-writes asks before it writes, and standard input is no terminal: add --yes if you agree"
                    .to_owned(),
            )),
        }
    }

    /// Says what will be done to whom, and whether it is to be done.
    pub(super) async fn is_given(
        self,
        screen: &mut Screen<'_>,
        cancel: &CancellationToken,
        envs: &[EnvId],
        appid: &Appid,
    ) -> bool {
        screen.line(&announcement(envs, appid));
        if self == Self::Given {
            return true;
        }
        screen.write("Type yes to go on: ");
        // A thread that nobody waits for: it is left behind in `read` when it is interrupted.
        let answer = tokio::task::spawn_blocking(|| {
            let mut line = String::new();
            io::stdin().lock().read_line(&mut line).map(|_| line)
        });
        tokio::select! {
            answer = answer => answer.is_ok_and(|line| line.is_ok_and(|line| line.trim() == "yes")),
            () = cancel.cancelled() => false,
        }
    }
}

fn announcement(envs: &[EnvId], appid: &Appid) -> String {
    let (shares, asked) = match envs {
        [first, second] => (
            format!(
                "share {first} with {appid}, share it again together with {second}, and take both back"
            ),
            format!("up to twice about {first} and once about {second}"),
        ),
        envs => {
            let env = envs.first().map_or("", EnvId::as_str);
            (
                format!("share {env} with {appid}, share it again, and take it back"),
                "up to twice".to_owned(),
            )
        }
    };
    format!(
        "\nThe probe writes to the API. It will {shares}.\n\
         - The administrator of {appid} is asked {asked}. Tell them beforehand: there is nothing to confirm.\n\
         - A request that somebody else has sent for the same and that still waits is lost: the API does not show it.\n\
         - If the administrator confirms meanwhile, the mini program has the environment until the probe takes it back."
    )
}
