//! What a step has at hand, and how a check passes or fails.

use std::fmt::Debug;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;

use super::error::{DemoError, Mismatch};
use super::keyboard::{Keyboard, Wish};
use super::recorded::{Plan, State};
use super::screen::Screen;
use super::setting::Pause;
use super::terraform::Terraform;
use super::workspace::Workspace;
use crate::sandbox::{Call, Endpoint, Sandbox};

/// Where the steps are played.
pub(super) struct Stage<'a> {
    pub(super) sandbox: Sandbox,
    pub(super) workspace: Workspace,
    pub(super) screen: Screen<'a>,
    terraform: Terraform,
    pause: Option<Pause>,
    stopping: CancellationToken,
    started: Instant,
    /// How long a person was waited for.
    waited: Duration,
    steps: usize,
    /// How many steps there are in all.
    of_steps: usize,
    checks: usize,
    /// How many calls the API had seen when the step began.
    calls_before: usize,
    /// The version of the CLI, once it has said so.
    version: Option<String>,
}

impl<'a> Stage<'a> {
    /// With `pause`, each further step waits for that, until `stopping` is cancelled.
    pub(super) fn new(
        sandbox: Sandbox,
        terraform: Terraform,
        workspace: Workspace,
        screen: Screen<'a>,
        of_steps: usize,
        pause: Option<Pause>,
        stopping: CancellationToken,
    ) -> Self {
        Self {
            sandbox,
            workspace,
            screen,
            terraform,
            pause,
            stopping,
            started: Instant::now(),
            waited: Duration::ZERO,
            steps: 0,
            of_steps,
            checks: 0,
            calls_before: 0,
            version: None,
        }
    }

    /// Says what is to come.
    pub(super) fn introduce(&mut self) -> Result<(), DemoError> {
        let name = self.terraform.name();
        self.screen.prose(&format!(
            "{name} shares the environment of each merchant with that merchant's mini programs. The API is a sandbox \
             on this machine."
        ))?;
        if self.pause.is_some() {
            self.screen.prose(&format!(
                "In a pause you may approve in a browser, too: {} lists what waits.",
                self.sandbox.url()
            ))?;
        }
        Ok(())
    }

    /// A new step begins; after the first, once the person at the keyboard wants it to.
    pub(super) async fn step(&mut self, heading: &str) -> Result<(), DemoError> {
        if let Some(pause) = self.pause.filter(|_| self.steps > 0) {
            self.wait(pause).await?;
        }
        self.steps += 1;
        self.calls_before = self.sandbox.calls().len();
        let number = format!("{}/{}", self.steps, self.of_steps);
        Ok(self.screen.heading(&number, heading)?)
    }

    async fn wait(&mut self, pause: Pause) -> Result<(), DemoError> {
        let since = Instant::now();
        // Before the words that ask for it, so that no key is lost that is pressed in answer.
        let keyboard = Keyboard::listen(pause).map_err(DemoError::Keyboard)?;
        self.screen.ask(pause)?;
        let wish = tokio::select! {
            () = self.stopping.cancelled() => Err(DemoError::Interrupted),
            wish = keyboard.wish() => wish.map_err(DemoError::Keyboard),
        };
        let echoed = matches!(wish, Ok(Wish::GoOn | Wish::Leave));
        self.screen.asked(pause, echoed)?;
        self.waited += since.elapsed();
        match wish? {
            Wish::GoOn => Ok(()),
            Wish::Leave | Wish::NoMore => Err(DemoError::Left { step: self.steps }),
        }
    }

    /// Runs the CLI in front of the audience; it has to end with `expected`.
    pub(super) async fn terraform(
        &mut self,
        arguments: &[&str],
        expected: i32,
    ) -> Result<(), DemoError> {
        let command = format!("{} {}", self.terraform.name(), arguments.join(" "));
        self.screen.command(&command)?;
        let status = self.terraform.run(arguments, &mut self.screen).await?;
        let meaning = match expected {
            0 if arguments.contains(&"-detailed-exitcode") => "nothing to do (exit status 0)",
            0 => "it worked (exit status 0)",
            2 => "there is something to do (exit status 2)",
            _ => "the exit status",
        };
        self.screen.gap()?;
        self.check(
            meaning,
            &format!("exit status {expected}"),
            &ended_with(status),
        )
    }

    /// The saved plan.
    pub(super) async fn plan(&self) -> Result<Plan, DemoError> {
        self.show(&["show", "-json", "plan"]).await
    }

    /// The state.
    pub(super) async fn recorded(&mut self) -> Result<State, DemoError> {
        let state: State = self.show(&["show", "-json"]).await?;
        if self.version.is_none() {
            self.version.clone_from(&state.terraform_version);
        }
        Ok(state)
    }

    async fn show<T: DeserializeOwned>(&self, arguments: &[&str]) -> Result<T, DemoError> {
        let json = self.terraform.capture(arguments).await?;
        serde_json::from_slice(&json).map_err(|error| DemoError::Recorded {
            command: format!("{} {}", self.terraform.name(), arguments.join(" ")),
            reason: error.to_string(),
        })
    }

    /// `what` is so if `seen` is what was `expected`; otherwise the demo ends here.
    pub(super) fn check<T, U>(
        &mut self,
        what: &str,
        expected: &T,
        seen: &U,
    ) -> Result<(), DemoError>
    where
        T: Debug,
        U: Debug + PartialEq<T>,
    {
        if seen == expected {
            self.checks += 1;
            return Ok(self.screen.passed(what)?);
        }
        Err(DemoError::Mismatch(Mismatch {
            step: self.steps,
            what: what.to_owned(),
            expected: format!("{expected:?}"),
            seen: format!("{seen:?}"),
        }))
    }

    /// The appids named in each call to `endpoint` that this step has caused.
    pub(super) fn named(&self, endpoint: Endpoint) -> Vec<Vec<String>> {
        let calls = self.calls().into_iter();
        let calls = calls.filter(|call| call.endpoint == endpoint);
        calls
            .map(|mut call| {
                call.appids.sort();
                call.appids
            })
            .collect()
    }

    /// The endpoints that change something and were called in this step.
    pub(super) fn writes(&self) -> Vec<Endpoint> {
        let mut writes: Vec<_> = self.calls().iter().map(|call| call.endpoint).collect();
        writes.retain(|endpoint| {
            matches!(
                endpoint,
                Endpoint::Share | Endpoint::Unshare | Endpoint::Convert
            )
        });
        writes
    }

    fn calls(&self) -> Vec<Call> {
        self.sandbox.calls().split_off(self.calls_before)
    }

    /// The last lines: how many checks passed, which calls the API saw, and how often an
    /// administrator was `asked`.
    pub(super) fn summary(&mut self, asked: u64) -> Result<(), DemoError> {
        let calls = self.sandbox.calls();
        let took = self.started.elapsed().saturating_sub(self.waited);
        self.screen.verdict(&format!(
            "All {} steps went as they should: {} checks in {:.1} s, with {} {}.",
            self.steps,
            self.checks,
            took.as_secs_f64(),
            self.terraform.name(),
            self.version.as_deref().unwrap_or("of an unknown version"),
        ))?;
        self.screen.line("Calls to the API:")?;
        for endpoint in Endpoint::ALL {
            let to_it = calls.iter().filter(|call| call.endpoint == *endpoint);
            let count = to_it.count();
            if count > 0 {
                self.screen.line(&format!("  {count:>3}  {endpoint}"))?;
            }
        }
        self.screen.prose(&format!(
            "Administrators were asked {asked} times, once for each new share."
        ))?;
        self.screen
            .prose("To play on by yourself: terraform-provider-cloudbase sandbox")?;
        Ok(())
    }

    /// Ends the sandbox and removes the folder. Returns `outcome`, or else that the folder is still
    /// there; where both went wrong the latter is only shown.
    pub(super) async fn leave(mut self, outcome: Result<(), DemoError>) -> Result<(), DemoError> {
        self.sandbox.stop().await;
        let removed = self.workspace.remove();
        match &outcome {
            // Of a step that somebody has ended there is nothing to look into.
            Ok(()) | Err(DemoError::Interrupted | DemoError::Closed) => {}
            Err(DemoError::Left { step }) if removed.is_ok() => {
                let text = format!("Ended after step {step}; nothing is left behind.");
                self.screen.prose(&text)?;
            }
            Err(_) => self.screen.reveal()?,
        }
        match (outcome, removed) {
            (Err(error), Err(still_there)) => {
                self.screen.line(&still_there.to_string())?;
                Err(error)
            }
            (outcome, removed) => outcome.and(removed),
        }
    }
}

fn ended_with(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exit status {code}"),
        None => status.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::demo::setting::Setting;
    use crate::sandbox::Options;

    #[tokio::test]
    async fn a_check_that_fails_is_an_error_that_shows_both_sides() {
        let mut out = Vec::new();
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let workspace = Workspace::create(Path::new("/nonexistent")).unwrap();
        let stopping = CancellationToken::new();
        let terraform = Terraform::new("terraform".into(), &workspace, &sandbox, stopping.clone());
        let setting = Setting {
            path: "".into(),
            binary: "".into(),
            colour: false,
            width: None,
            quiet: false,
            pause: None,
        };
        let mut stage = Stage::new(
            sandbox,
            terraform,
            workspace,
            Screen::new(&mut out, &setting),
            7,
            None,
            stopping,
        );
        stage.step("A step").await.unwrap();
        stage.check("numbers are equal", &2, &2).unwrap();
        let error = stage
            .check("no call was made", &Vec::<Endpoint>::new(), &stage.writes())
            .and_then(|()| stage.check("the list is short", &vec!["a"], &vec!["a", "b"]))
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "step 1 did not go as it should: the list is short\n  \
             expected: [\"a\"]\n  seen:     [\"a\", \"b\"]"
        );
        assert_eq!(stage.checks, 2, "only what passed is counted");
        let error = stage.leave(Err(error)).await.unwrap_err();
        assert!(matches!(error, DemoError::Mismatch(_)), "{error}");
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            "━━━ 1/7  A step\n  ✓ numbers are equal\n  ✓ no call was made\n"
        );
    }
}
