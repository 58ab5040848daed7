//! Undoing it.

use std::io::Write;

use super::advice;
use super::arguments::Args;
use super::cli_config;
use super::environment::Setting;
use super::error::InstallError;
use super::folders::{self, Mirror};
use super::package::{self, HOSTS, VERSION};
use super::placement::{self, Found};

/// Takes this version out of the mirror, and says what is left.
pub(super) fn remove(
    args: &Args,
    setting: &Setting,
    out: &mut dyn Write,
) -> Result<(), InstallError> {
    let platform = setting.platform;
    let mirrors = match &args.mirror {
        Some(folder) => vec![Mirror::named(folder)?],
        // Which of them was chosen depends on what was there at that time.
        None => folders::implied(platform, &setting.environment)?,
    };
    let mut places = Vec::new();
    for mirror in &mirrors {
        for host in HOSTS {
            let place = mirror.folder.join(package::file(host, platform));
            match placement::look(&setting.binary, &place)? {
                Found::Nothing => {}
                Found::Other if !args.force => {
                    return Err(InstallError::OtherBuild {
                        path: place,
                        with_force: "removed",
                    });
                }
                Found::Same | Found::Other => places.push((place, mirror)),
            }
        }
    }

    if places.is_empty() {
        writeln!(
            out,
            "Version {VERSION} for {platform} is not installed in:\n"
        )?;
        for mirror in &mirrors {
            writeln!(out, "  {}", mirror.folder.display())?;
        }
        writeln!(out, "\nThere is nothing to remove.")?;
    } else {
        writeln!(out, "Version {VERSION} for {platform}:\n")?;
        for (place, mirror) in &places {
            if !args.dry_run {
                placement::take_away(place, &mirror.kept)?;
            }
            writeln!(out, "  removed  {}", place.display())?;
        }
        write!(out, "\n{}", advice::INIT_AGAIN)?;
    }
    for mirror in &mirrors {
        let others = mirror.other_versions();
        if !others.is_empty() {
            write!(out, "\n{}", advice::still_there(&mirror.folder, &others))?;
        } else if args.mirror.is_some() {
            let findings = cli_config::findings(platform, &setting.environment, &mirror.folder);
            for finding in findings.iter().filter(|finding| finding.names_mirror) {
                write!(out, "\n{}", advice::names_emptied_mirror(finding))?;
            }
        }
    }
    out.flush()?;
    Ok(())
}
