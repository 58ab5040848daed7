//! Runs a token command.

use std::{
    ffi::OsStr,
    io,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    process::{Child, Command},
    time::Instant,
};

use super::{
    document::{Document, LARGEST},
    process_group::ProcessGroup,
    said::said,
};
use crate::wechat::{Class, Error, http::Secrets};

/// How long to wait for more of what a program has printed when it has ended. A child that it leaves behind may hold the
/// pipes for hours; what the program itself has written is there at once.
const MORE: Duration = Duration::from_millis(100);

/// Runs the program and reads the JSON it prints. Dropping the future kills the program, and what it has started.
pub(in crate::wechat) async fn run(
    argv: &[String],
    timeout: Duration,
    withheld: &[&str],
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
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    for (name, _) in std::env::vars_os() {
        if begins_with_one(&name, withheld) {
            command.env_remove(name);
        }
    }
    let (mut child, _group) = ProcessGroup::spawn(&mut command)
        .map_err(|error| failed(format!("it can't be started: {error}")))?;
    let mut output = Pipe::new(child.stdout.take());
    let mut errors = Pipe::new(child.stderr.take());
    let finished = finished(&mut child, &mut output, &mut errors);
    let Ok(finished) = tokio::time::timeout(timeout, finished).await else {
        let limit = humantime::format_duration(timeout);
        return Err(failed(format!("it took longer than {limit}")));
    };
    let status = finished.map_err(|error| failed(error.to_string()))?;
    let (output, errors) = (output.text, errors.text);
    // Standard output may hold tokens and is never shown; standard error is for people.
    if !status.success() {
        return Err(failed(format!("{status}{}", said(&errors, secrets))));
    }
    if output.len() > LARGEST {
        return Err(failed("it printed more than 1 MiB".to_owned()));
    }
    Document::parse(&output).map_err(|what| {
        failed(format!(
            "what it printed can't be used: {what}{}",
            said(&errors, secrets)
        ))
    })
}

/// Whether a variable's name begins with one of `prefixes`. Windows takes no account of case.
fn begins_with_one(name: &OsStr, prefixes: &[&str]) -> bool {
    let name = name.to_string_lossy().to_ascii_uppercase();
    prefixes.iter().any(|prefix| name.starts_with(prefix))
}

/// Waits until the program has ended and both pipes are closed; if a child of it holds them open, until there is a whole
/// document, or the program has failed.
async fn finished(
    child: &mut Child,
    output: &mut Pipe<impl AsyncRead + Unpin>,
    errors: &mut Pipe<impl AsyncRead + Unpin>,
) -> io::Result<ExitStatus> {
    let mut ended = None;
    let mut look = Instant::now();
    loop {
        if let Some(status) = ended
            && output.is_closed()
            && errors.is_closed()
        {
            return Ok(status);
        }
        tokio::select! {
            read = output.more(), if !output.is_closed() => read?,
            read = errors.more(), if !errors.is_closed() => read?,
            status = child.wait(), if ended.is_none() => {
                ended = Some(status?);
                look = Instant::now() + MORE;
            }
            () = tokio::time::sleep_until(look), if ended.is_some() => {
                if let Some(status) = ended
                    && (!status.success() || Document::parse(&output.text).is_ok())
                {
                    return Ok(status);
                }
                look = Instant::now() + MORE;
            }
        }
    }
}

/// What a pipe has yielded so far. What is beyond the limit is read, so that the program is not blocked, and dropped.
struct Pipe<R> {
    pipe: Option<R>,
    text: Vec<u8>,
}

/// How much of it is read at a time, and how much is kept: enough to tell that it is too much.
const CHUNK: usize = 8192;
const MOST: usize = LARGEST + 1;

impl<R: AsyncRead + Unpin> Pipe<R> {
    fn new(pipe: Option<R>) -> Self {
        Self {
            pipe,
            text: Vec::new(),
        }
    }

    fn is_closed(&self) -> bool {
        self.pipe.is_none()
    }

    /// Waits for some more. Nothing is lost if this is dropped.
    async fn more(&mut self) -> io::Result<()> {
        let Some(pipe) = &mut self.pipe else {
            return Ok(());
        };
        self.text.reserve(CHUNK);
        if pipe.read_buf(&mut self.text).await? == 0 {
            self.pipe = None;
        }
        self.text.truncate(MOST);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_withheld_by_the_beginning_of_their_names() {
        let withheld = |name: &str| begins_with_one(OsStr::new(name), &["HOST_", "MY_"]);
        for name in ["HOST_CERT", "Host_Cert", "MY_X", "MY_"] {
            assert!(withheld(name), "{name}");
        }
        for name in ["PATH", "XHOST_CERT", "HOST", ""] {
            assert!(!withheld(name), "{name}");
        }
    }
}
