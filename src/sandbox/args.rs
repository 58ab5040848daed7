//! The `sandbox` subcommand: its flags, and what it says and does.

use std::future::Future;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::configuration::{self, ConfigurationError};
use super::confirm::Confirm;
use super::durations;
use super::handle::{Sandbox, StartError};
use super::introduction::introduce;
use super::mixed_calls::MixedCalls;
use super::options::Options;
use super::seed::{Seed, SeedError};

/// Flags of `terraform-provider-cloudbase sandbox`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Address to listen on; port 0 is a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,

    /// Listen on an address that other machines can reach, too. Whoever reaches it has full control
    #[arg(long)]
    pub allow_remote: bool,

    /// Who confirms shares: auto, manual or after=DURATION [default: manual, or as the seed says]
    #[arg(long, value_name = "WHO")]
    pub confirm: Option<Confirm>,

    /// Time every API call takes at least, e.g. 250ms
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = durations::parse)]
    pub latency: Duration,

    /// How share and unshare calls with several environments are taken [default: accepts, or as
    /// the seed says]
    #[arg(long, value_name = "HOW")]
    pub mixed_calls: Option<MixedCalls>,

    /// JSON file with what exists at the start [default: what the documentation's examples are about]
    #[arg(long, value_name = "FILE")]
    pub seed: Option<PathBuf>,

    /// Write a whole configuration that uses this sandbox to FILE, or renew the address and the tokens in it
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
}

/// Why the subcommand ended with an error.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The address is not a loopback one.
    #[error(
        "{0} can be reached from other machines, and whoever reaches the sandbox controls it: \
         listen on 127.0.0.1, or add --allow-remote"
    )]
    Remote(SocketAddr),
    /// The seed was not taken.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// The sandbox did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// `--write` was not done.
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    /// Nothing could be printed, or Ctrl-C not be waited for.
    #[error("the sandbox has to stop: {0}")]
    Io(#[from] io::Error),
}

/// Runs a sandbox until Ctrl-C, telling `out` how to use it.
pub async fn run(args: Args, out: &mut (impl Write + Send)) -> Result<(), RunError> {
    run_until(args, out, tokio::signal::ctrl_c()).await
}

/// Runs a sandbox until `end` is ready, telling `out` how to use it.
///
/// Errors: a remote address without `--allow-remote`, a bad seed, an address that cannot be had,
/// a file that cannot be written, or `out` not taking the text.
pub async fn run_until(
    args: Args,
    out: &mut (impl Write + Send),
    end: impl Future<Output = io::Result<()>> + Send,
) -> Result<(), RunError> {
    if !args.listen.ip().is_loopback() && !args.allow_remote {
        return Err(RunError::Remote(args.listen));
    }
    let seed = match &args.seed {
        Some(path) => Seed::read(path)?,
        None => Seed::example_world()?,
    };
    let options = Options {
        listen: args.listen,
        confirm: args.confirm,
        latency: args.latency,
        mixed_calls: args.mixed_calls,
        seed: Some(seed),
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await?;
    if let Some(path) = &args.write {
        configuration::write(&sandbox, path)?;
    }
    introduce(&sandbox, args.write.as_deref(), out)?;
    let ended = end.await;
    sandbox.stop().await;
    Ok(ended?)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        args: Args,
    }

    fn parse(flags: &[&str]) -> Result<Args, clap::Error> {
        Cli::try_parse_from(["sandbox"].iter().chain(flags)).map(|cli| cli.args)
    }

    #[test]
    fn flags_have_defaults_and_forms() {
        let args = parse(&[]).unwrap();
        assert_eq!(args.listen, SocketAddr::from(([127, 0, 0, 1], 0)));
        assert_eq!((args.confirm, args.latency), (None, Duration::ZERO));
        let args = parse(&["--confirm", "after=1m30s", "--latency=250ms"]).unwrap();
        assert_eq!(args.confirm, Some(Confirm::After(Duration::from_secs(90))));
        assert_eq!(args.latency, Duration::from_millis(250));
        let args = parse(&["--mixed-calls", "first_only"]).unwrap();
        assert_eq!(args.mixed_calls, Some(MixedCalls::FirstOnly));
        let error = parse(&["--confirm", "later"]).unwrap_err().to_string();
        assert!(error.contains("auto, manual and after=DURATION"), "{error}");
    }

    #[tokio::test]
    async fn it_says_how_to_be_used_and_stops() {
        let mut out = Vec::new();
        run_until(parse(&[]).unwrap(), &mut out, async { Ok(()) })
            .await
            .unwrap();
        let text = String::from_utf8(out).unwrap();
        for part in [
            "address  http://127.0.0.1:",
            "confirm  manual",
            "      source = \"wxopen/cloudbase\"",
            "    component_access_token  = \"",
            "export CLOUDBASE_AUTHORIZER_ACCESS_TOKEN='",
            "/_sandbox/state",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[tokio::test]
    async fn without_a_seed_it_knows_the_examples_of_the_documentation_and_with_one_nothing_else() {
        let seed = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(seed.path(), "{}").unwrap();
        let of_example = format!(
            "COMPONENT_APPID='{}'",
            Seed::example_world().unwrap().component.unwrap().appid
        );
        for (flags, knows) in [
            (vec![], true),
            (vec!["--seed", seed.path().to_str().unwrap()], false),
        ] {
            let mut out = Vec::new();
            run_until(parse(&flags).unwrap(), &mut out, async { Ok(()) })
                .await
                .unwrap();
            let text = String::from_utf8(out).unwrap();
            assert_eq!(text.contains(&of_example), knows, "{text}");
        }
    }

    #[tokio::test]
    async fn it_writes_the_configuration_that_it_would_print() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop/main.tf");
        let text = |flags: &[&str]| {
            let args = parse(flags).unwrap();
            async {
                let mut out = Vec::new();
                run_until(args, &mut out, async { Ok(()) }).await.unwrap();
                String::from_utf8(out).unwrap()
            }
        };
        let written = text(&["--write", path.to_str().unwrap()]).await;
        assert!(written.contains(path.to_str().unwrap()), "{written}");
        assert!(!written.contains("required_providers"), "{written}");
        let file = std::fs::read_to_string(&path).unwrap();
        let printed = text(&[]).await;
        for line in file.lines().filter(|line| line.contains("tea_house")) {
            assert!(printed.contains(line), "{line} in {printed}");
        }

        assert!(!written.contains("earlier sandbox"), "{written}");
        std::fs::write(path.with_file_name("terraform.tfstate"), "{}").unwrap();
        let again = text(&["--write", path.to_str().unwrap()]).await;
        assert!(again.contains("from an earlier sandbox"), "{again}");

        std::fs::write(&path, "mine").unwrap();
        let args = parse(&["--write", path.to_str().unwrap()]).unwrap();
        let mut out = Vec::new();
        let error = run_until(args, &mut out, async { Ok(()) }).await;
        assert!(error.unwrap_err().to_string().contains("name another file"));
        assert_eq!(out, b"");
    }

    #[tokio::test]
    async fn other_machines_are_let_in_only_when_asked_for() {
        let args = parse(&["--listen", "0.0.0.0:0"]).unwrap();
        let error = run_until(args, &mut Vec::new(), async { Ok(()) })
            .await
            .unwrap_err();
        assert!(error.to_string().contains("--allow-remote"), "{error}");
        let args = parse(&["--listen", "0.0.0.0:0", "--allow-remote"]).unwrap();
        run_until(args, &mut Vec::new(), async { Ok(()) })
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn a_bad_seed_file_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(
            file.path(),
            r#"{"shares": [{"env": "a", "appids": ["x"]}]}"#,
        )
        .unwrap();
        let path = file.path().to_str().unwrap();
        let args = parse(&["--seed", path]).unwrap();
        let error = run_until(args, &mut Vec::new(), async { Ok(()) })
            .await
            .unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains(path) && text.contains("shares[0].appids[0]"),
            "{text}"
        );
    }
}
