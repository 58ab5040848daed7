//! Why the process could not serve.

use std::io::{self, Write};
use std::path::PathBuf;

/// Why serving did not start, or broke off. The process exits with status 1 on any of them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The host's magic cookie is missing or wrong: a person, not a host, ran the binary.
    #[error("{}", REFUSAL)]
    NotLaunchedByHost,
    /// An environment variable of the host's contract cannot be used.
    #[error(
        "the environment variable {name} {problem}. It is set by the program that starts the \
         plugin; unset it, or set it as that program would"
    )]
    Variable {
        /// The variable's name.
        name: &'static str,
        /// What is wrong with it, to follow the name in a sentence.
        problem: String,
    },
    /// No private unix socket could be made.
    #[error("cannot make a private socket in {}: {source}. Set TMPDIR to a directory with a short path that this user may write to", directory.display())]
    Socket {
        /// The directory that was tried last.
        directory: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// No port of the host's range is free on 127.0.0.1.
    #[error("no port from {first} to {last} is free on 127.0.0.1: {source}")]
    Port {
        /// The lowest port that was tried.
        first: u16,
        /// The highest port that was tried.
        last: u16,
        /// What the operating system said about the last one.
        source: io::Error,
    },
    /// The throw-away server certificate could not be made.
    #[error("cannot make the server's throw-away certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The TLS set-up was refused by rustls.
    #[error("cannot set up TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// The first line could not be handed to the host.
    #[error("cannot write the address of the plugin to standard output: {0}")]
    Announce(#[source] io::Error),
    /// The operating system refused a signal handler or the event loop.
    #[error("cannot set up the process: {0}")]
    Process(#[source] io::Error),
    /// The gRPC server broke off.
    #[error("the gRPC server broke off: {0}")]
    Server(#[from] tonic::transport::Error),
}

/// The first three lines are go-plugin's own (`server.go`), which people search for.
const REFUSAL: &str = "\
This binary is a plugin. These are not meant to be executed directly.
Please execute the program that consumes these plugins, which will
load any plugins automatically
Run it with --help to see what it can do by itself.";

impl ServeError {
    /// Writes what a person is to read, with a final newline: the refusal as it is, anything else
    /// after `Error: `. The caller hands in standard error and exits with status 1.
    pub fn explain(&self, out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::NotLaunchedByHost => writeln!(out, "{self}"),
            other => writeln!(out, "Error: {other}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(error: &ServeError) -> String {
        let mut out = Vec::new();
        error.explain(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn refusal_starts_with_the_lines_of_go_plugin() {
        let text = explained(&ServeError::NotLaunchedByHost);
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(
            lines[..3],
            [
                "This binary is a plugin. These are not meant to be executed directly.",
                "Please execute the program that consumes these plugins, which will",
                "load any plugins automatically",
            ]
        );
        assert!(lines[3].contains("--help"), "{}", lines[3]);
        assert_eq!(lines.len(), 4);
    }

    #[test]
    fn a_bad_variable_is_named() {
        let error = ServeError::Variable {
            name: "PLUGIN_CLIENT_CERT",
            problem: "holds no certificate".into(),
        };
        let text = explained(&error);
        assert!(
            text.starts_with("Error: the environment variable PLUGIN_CLIENT_CERT holds no"),
            "{text}"
        );
    }
}
