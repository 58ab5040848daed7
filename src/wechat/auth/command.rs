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
    for (name, _) in std::env::vars_os().filter(|(name, _)| is_of_the_host(name)) {
        command.env_remove(name);
    }
    let (mut child, _group) = ProcessGroup::spawn(&mut command)
        .map_err(|error| failed(format!("it can't be started: {error}")))?;
    let mut output = Pipe::new(child.stdout.take());
    let mut errors = Pipe::new(child.stderr.take());
    let finished = finished(&mut child, &mut output, &mut errors);
    let status = match tokio::time::timeout(timeout, finished).await {
        Ok(finished) => finished.map_err(|error| failed(error.to_string()))?,
        Err(_) => {
            let limit = humantime::format_duration(timeout);
            return Err(failed(format!("it took longer than {limit}")));
        }
    };
    let (output, errors) = (output.text, errors.text);
    // Standard output may hold tokens and is never shown; standard error is for people.
    if !status.success() {
        return Err(failed(format!("{status}{}", said(&errors, secrets))));
    }
    if output.len() as u64 > LARGEST {
        return Err(failed("it printed more than 1 MiB".to_owned()));
    }
    Document::parse(&output).map_err(|what| {
        failed(format!(
            "what it printed can't be used: {what}{}",
            said(&errors, secrets)
        ))
    })
}

/// Whether a variable is what Terraform and this process have between them: with it a program could take part in that,
/// or be taken for a plugin itself. Windows takes no account of case.
fn is_of_the_host(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_uppercase();
    name.starts_with("TF_PLUGIN_") || name.starts_with("PLUGIN_")
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
        let mut some = [0; 8192];
        let count = pipe.read(&mut some).await?;
        if count == 0 {
            self.pipe = None;
        }
        let room = (LARGEST + 1).saturating_sub(self.text.len() as u64);
        let kept = usize::try_from(room).map_or(count, |room| room.min(count));
        self.text.extend_from_slice(&some[..kept]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_host_has_given_this_process_is_its_own() {
        for name in [
            "TF_PLUGIN_MAGIC_COOKIE",
            "PLUGIN_CLIENT_CERT",
            "Plugin_Unix_Socket_Dir",
            "TF_PLUGIN_CACHE_DIR",
        ] {
            assert!(is_of_the_host(OsStr::new(name)), "{name}");
        }
        for name in ["PATH", "TF_LOG", "TF_VAR_plugin", "MY_PLUGIN_X", "PLUGIN"] {
            assert!(!is_of_the_host(OsStr::new(name)), "{name}");
        }
    }
}
