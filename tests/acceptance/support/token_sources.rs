//! Access tokens from files and programs.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::Workspace;

impl Workspace {
    /// No access token in the environment any more.
    pub(crate) fn unset_tokens(&mut self) {
        self.unset("CLOUDBASE_COMPONENT_ACCESS_TOKEN");
        self.unset("CLOUDBASE_AUTHORIZER_ACCESS_TOKEN");
    }

    /// Where [`Workspace::write_tokens`] writes.
    pub(crate) fn token_file(&self) -> PathBuf {
        self.path().join("tokens.json")
    }

    /// Writes a token file. It appears as a whole and for its owner only, as a careful program would replace it.
    pub(crate) fn write_tokens(&self, component: &str, authorizer: &str) {
        let tokens =
            json!({ "component_access_token": component, "authorizer_access_token": authorizer });
        let new = self.path().join("tokens.json.new");
        fs::write(&new, tokens.to_string()).expect("the token file is written");
        #[cfg(unix)]
        set_mode(&new, 0o600);
        fs::rename(new, self.token_file()).expect("the token file is replaced");
    }

    /// A program that does `script`, after it has noted its arguments as a line of `runs`.
    #[cfg(unix)]
    pub(crate) fn write_program(&self, script: &str) -> String {
        let program = self.path().join("tokens.sh");
        let folder = self.path().display();
        let text =
            format!("#!/bin/sh\ncd '{folder}' || exit 1\necho \"run: $*\" >> runs\n{script}\n");
        fs::write(&program, text).expect("the program is written");
        set_mode(&program, 0o700);
        program.display().to_string()
    }

    /// How the program was run since `runs` was removed, a line each.
    pub(crate) fn program_runs(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path().join("runs")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Forgets the runs so far.
    pub(crate) fn clear_program_runs(&self) {
        // It may not have run.
        let _ = fs::remove_file(self.path().join("runs"));
    }
}

#[cfg(unix)]
pub(crate) fn set_mode(file: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;

    fs::set_permissions(file, fs::Permissions::from_mode(mode)).expect("the mode is set");
}
