//! Installing.

use std::io::Write;
use std::path::Path;

use super::advice;
use super::arguments::Args;
use super::cli_config;
use super::environment::Setting;
use super::error::InstallError;
use super::folders::{self, Mirror};
use super::lock_file;
use super::package::{self, HOSTS, VERSION};
use super::placement::{self, Found};

/// Puts the program into the mirror, once for the registry of each CLI, and says how to use it.
pub(super) fn add(args: &Args, setting: &Setting, out: &mut dyn Write) -> Result<(), InstallError> {
    let platform = setting.platform;
    let mirror = match &args.mirror {
        Some(folder) => Mirror::named(folder)?,
        None => folders::chosen(platform, &setting.environment, Path::is_dir)?,
    };
    let mut places = Vec::new();
    for host in HOSTS {
        let place = mirror.folder.join(package::file(host, platform));
        let found = placement::look(&setting.binary, &place)?;
        if found == Found::Other && !args.force {
            return Err(InstallError::OtherBuild {
                path: place,
                with_force: "replaced",
            });
        }
        places.push((place, found));
    }

    writeln!(
        out,
        "Version {VERSION} for {platform}, for Terraform and for OpenTofu:\n"
    )?;
    for (place, found) in places {
        if found != Found::Same && !args.dry_run {
            placement::put(&setting.binary, &place)?;
        }
        let done = match found {
            Found::Nothing => "installed",
            Found::Same => "unchanged",
            Found::Other => "replaced ",
        };
        writeln!(out, "  {done}  {}", place.display())?;
    }

    for paragraph in next_steps(args, setting, &mirror) {
        write!(out, "\n{paragraph}")?;
    }
    out.flush()?;
    Ok(())
}

/// What the user is told beside what was done.
fn next_steps(args: &Args, setting: &Setting, mirror: &Mirror) -> Vec<String> {
    let Setting {
        platform,
        environment,
        ..
    } = setting;
    let named = args.mirror.is_some();
    let mut told = Vec::new();
    let others = mirror.other_versions();
    if !others.is_empty() {
        told.push(advice::beside(&others));
    }
    if named {
        let file = advice::where_to_write(*platform, environment);
        told.push(advice::cli_configuration(&mirror.folder, &file));
    }
    told.push(advice::required_providers());
    if !named {
        told.push(advice::REGISTRY_IS_HIDDEN.to_owned());
    }
    let locked = setting.working_folder.as_deref().map(lock_file::entries);
    told.push(advice::lock_files(&locked.unwrap_or_default()));
    for finding in cli_config::findings(*platform, environment, &mirror.folder) {
        told.extend(advice::warnings(&finding, &mirror.folder, named));
    }
    told
}
