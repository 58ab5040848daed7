//! Runs a token command.

use std::{process::Stdio, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    process::Command,
};

use super::document::{Document, LARGEST};
use crate::wechat::{Class, Error, http::Secrets};

/// How much of what the program says about a failure is shown.
const SHOWN: usize = 2000;

/// Runs the program and reads the JSON it prints. Dropping the future kills the program.
pub(in crate::wechat) async fn run(
    argv: &[String],
    timeout: Duration,
    origin: &str,
    secrets: &Secrets,
) -> Result<Document, Error> {
    let failed = |what: String| {
        let program = argv.first().map_or("", String::as_str);
        Error::new(
            Class::TokenSource,
            format!("the token command {program:?} of {origin} failed: {what}"),
        )
        .next_step(
            "Run it by hand: it has to print the JSON {\"component_access_token\": …, \"authorizer_access_token\": …} \
             on its standard output and end with status 0.",
        )
    };
    let Some((program, arguments)) = argv.split_first() else {
        return Err(failed("it is empty".to_owned()));
    };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| failed(format!("it can't be started: {error}")))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let finished = async {
        tokio::try_join!(all_of(stdout), all_of(stderr), child.wait())
            .map_err(|error| failed(error.to_string()))
    };
    let Ok(finished) = tokio::time::timeout(timeout, finished).await else {
        return Err(failed(format!(
            "it took longer than {}",
            humantime::format_duration(timeout)
        )));
    };
    let (stdout, stderr, status) = finished?;
    // Standard output may hold tokens and is never shown; standard error is for people.
    if !status.success() {
        return Err(failed(format!("{status}{}", said(&stderr, secrets))));
    }
    if stdout.len() as u64 > LARGEST {
        return Err(failed("it printed more than 1 MiB".to_owned()));
    }
    Document::parse(&stdout).map_err(|what| {
        failed(format!(
            "what it printed can't be used: {what}{}",
            said(&stderr, secrets)
        ))
    })
}

/// Everything a pipe yields; what is beyond the limit is read, so that the program is not blocked, and dropped.
async fn all_of(pipe: Option<impl AsyncRead + Unpin>) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    if let Some(mut pipe) = pipe {
        (&mut pipe).take(LARGEST + 1).read_to_end(&mut text).await?;
        tokio::io::copy(&mut pipe, &mut tokio::io::sink()).await?;
    }
    Ok(text)
}

/// A program may echo what it handles, as a shell does under `set -x`. Whatever is as long as a token and
/// made of the same characters is left out.
fn without_secrets(text: &str) -> String {
    /// Tokens and secrets of this API have 32 characters and more; words of a message have fewer.
    const SHORTEST: usize = 24;
    let of_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '@' | '=' | '+');
    let mut shown = String::new();
    let mut run = String::new();
    for character in text.chars().map(Some).chain([None]) {
        match character {
            Some(character) if of_token(character) => run.push(character),
            other => {
                shown.push_str(if run.len() >= SHORTEST { "***" } else { &run });
                run.clear();
                shown.extend(other);
            }
        }
    }
    shown
}

fn said(stderr: &[u8], secrets: &Secrets) -> String {
    let text = String::from_utf8_lossy(stderr);
    let flat: Vec<&str> = text.split_whitespace().collect();
    let flat: String = flat
        .join(" ")
        .chars()
        .filter(|character| !character.is_control())
        .collect();
    // Known secrets first: cut off they could not be told any more.
    let flat: String = secrets.scrub(&flat).chars().take(SHOWN).collect();
    let flat = without_secrets(&flat);
    if flat.is_empty() {
        String::new()
    } else {
        format!("; it said: {flat}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_token_is_not_repeated() {
        let token = "60_ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghij";
        let stderr = format!("+ echo {{\"component_access_token\":\"{token}\"}} >/srv/tokens.json");
        let said = said(stderr.as_bytes(), &Secrets::default());
        assert!(!said.contains("ABCDEF"), "{said}");
        assert!(said.contains("component_access_token\":\"***\""), "{said}");
        assert!(said.contains("/srv/tokens.json"), "{said}");
    }
}
