//! Programs that pages use besides the CLI.

use std::env;

use super::Cli;

/// Whether `program` is on PATH. If it is not, says that a part of the test is left out; with `CI=true` that is a failure.
pub(crate) fn has_program(cli: &Cli, program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).any(|folder| folder.join(program).is_file());
    if !found {
        cli.leaves_out(&format!("{program} is not on PATH"));
    }
    assert!(
        found || env::var("CI").as_deref() != Ok("true"),
        "{program} is not on PATH, and with CI=true what pages say has to run"
    );
    found
}
