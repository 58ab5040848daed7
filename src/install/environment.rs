//! What the surroundings of the process say: its variables, its folder, its own file.

use std::env;
use std::path::PathBuf;

use super::platform::Platform;

/// The variables that decide where the CLIs look. One that is empty counts as not set, as it does
/// for them.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `HOME`.
    pub home: Option<PathBuf>,
    /// `APPDATA`, on Windows. The CLIs ask the system for the folder; the variable names the same.
    pub app_data: Option<PathBuf>,
    /// `XDG_CONFIG_HOME`, if absolute: the specification has others ignored.
    pub xdg_config_home: Option<PathBuf>,
    /// `XDG_DATA_HOME`, likewise.
    pub xdg_data_home: Option<PathBuf>,
    /// `TF_CLI_CONFIG_FILE`, or the older `TERRAFORM_CONFIG`.
    pub cli_config_file: Option<PathBuf>,
}

impl Environment {
    /// That of this process.
    pub fn of_process() -> Self {
        let path = |name| {
            let value = env::var_os(name).filter(|value| !value.is_empty());
            value.map(PathBuf::from)
        };
        let absolute = |name| path(name).filter(|path| path.is_absolute());
        Self {
            home: path("HOME"),
            app_data: path("APPDATA"),
            xdg_config_home: absolute("XDG_CONFIG_HOME"),
            xdg_data_home: absolute("XDG_DATA_HOME"),
            cli_config_file: path("TF_CLI_CONFIG_FILE").or_else(|| path("TERRAFORM_CONFIG")),
        }
    }
}

/// What `install` takes from its surroundings.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The program to install.
    pub binary: PathBuf,
    /// What it was built for.
    pub platform: Platform,
    /// The variables.
    pub environment: Environment,
    /// Where it is run, to look for a lock file; none if that folder is gone.
    pub working_folder: Option<PathBuf>,
}

impl Setting {
    /// The setting of this process, which installs its own file, `binary`.
    pub fn of_process(binary: PathBuf) -> Self {
        Self {
            binary,
            platform: Platform::of_build(),
            environment: Environment::of_process(),
            working_folder: env::current_dir().ok(),
        }
    }
}
