//! Installing where the CLIs look by themselves.

use std::fs;

use crate::home::{BINARY, Home, VERSION, assert_has, tree, write};

#[test]
fn a_fresh_home_gets_the_file_for_both_clis() {
    let home = Home::new();
    let said = home.install(&[]).ok();
    for file in home.installed() {
        assert!(fs::read(&file).unwrap() == fs::read(BINARY).unwrap());
        assert_has(&said, &[&format!("  installed  {}\n", file.display())]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o755);
        }
    }
    let files = tree(&home.path());
    assert_eq!(files.iter().filter(|path| path.is_file()).count(), 2);
    assert_has(
        &said,
        &[
            "source  = \"wxopen/cloudbase\"",
            &format!("version = \"{VERSION}\""),
            "Note: while any version is in that folder",
            "`terraform init -upgrade`",
            ".terraform.lock.hcl",
        ],
    );
    assert!(!said.contains("Warning"), "{said}");
}

#[test]
fn twice_is_harmless() {
    let home = Home::new();
    home.install(&[]).ok();
    let written = |file| fs::metadata(file).unwrap().modified().unwrap();
    let before = home.installed().map(written);
    let said = home.install(&[]).ok();
    assert_eq!(said.matches("  unchanged  ").count(), 2, "{said}");
    assert_eq!(home.installed().map(written), before);
}

#[test]
fn another_build_of_this_version_is_replaced_only_by_force() {
    let home = Home::new();
    let [first, second] = home.installed();
    write(&second, "another build");
    for flags in [&[][..], &["--dry-run"]] {
        let error = home.install(flags).failed();
        assert_has(&error, &[second.to_str().unwrap(), "--force", "replaced"]);
    }
    assert_eq!(fs::read_to_string(&second).unwrap(), "another build");
    assert!(!first.exists(), "all or nothing");

    let said = home.install(&["--force"]).ok();
    assert_has(&said, &[&format!("  replaced   {}\n", second.display())]);
    assert!(fs::read(&second).unwrap() == fs::read(BINARY).unwrap());
    assert!(first.exists());
}

#[test]
fn another_version_lies_beside_it() {
    let home = Home::new();
    let [file, _] = home.installed();
    let versions = file.ancestors().nth(3).unwrap();
    let other = versions.join("0.0.9/some_platform/terraform-provider-cloudbase_v0.0.9");
    write(&other, "an older one");
    assert_has(&home.install(&[]).ok(), &["Beside it: 0.0.9."]);
    assert!(file.exists());
    assert_eq!(fs::read_to_string(other).unwrap(), "an older one");
}

#[test]
fn a_dry_run_says_the_same_and_writes_nothing() {
    let home = Home::new();
    let dry = home.install(&["--dry-run"]).ok();
    assert!(tree(&home.path()).is_empty());
    let rest = dry.strip_prefix("Dry run: nothing is written or removed.\n\n");
    assert_eq!(rest, Some(home.install(&[]).ok().as_str()));

    let installed = tree(&home.path());
    let dry = home.install(&["--remove", "--dry-run"]).ok();
    assert_eq!(tree(&home.path()), installed);
    let rest = dry.strip_prefix("Dry run: nothing is written or removed.\n\n");
    assert_eq!(rest, Some(home.install(&["--remove"]).ok().as_str()));
}

#[test]
#[cfg(unix)]
fn where_opentofu_follows_xdg_its_credentials_stay_in_force() {
    let home = Home::new();
    let config = home.path().join(".config");
    write(&config.join("opentofu/credentials.tfrc.json"), "{}");
    let variables = [("XDG_CONFIG_HOME", config.as_path())];
    home.install_with(&[], &variables).ok();
    assert!(!home.config().exists());
    let data = if cfg!(target_os = "macos") {
        "Library/Application Support/io.terraform/plugins"
    } else {
        ".local/share/terraform/plugins"
    };
    let [file, _] = crate::home::files_in(&home.path().join(data));
    assert!(file.exists());
    home.install_with(&["--remove"], &variables).ok();
    assert!(!file.exists());
}

#[test]
#[cfg(unix)]
fn what_cannot_be_done_is_named() {
    let home = Home::new();
    let nowhere = std::path::Path::new("");
    let error = home.install_with(&[], &[("HOME", nowhere)]).failed();
    assert_has(&error, &["HOME is not set", "--mirror DIR"]);

    write(&home.config(), "a file where a folder should be");
    let error = home.install(&[]).failed();
    assert_has(&error, &[home.config().to_str().unwrap(), "--mirror DIR"]);
}
