//! Undoing it.

use std::fs;

use crate::home::{Home, VERSION, assert_has, tree, write};

#[test]
fn nothing_is_left_of_an_installation() {
    let home = Home::new();
    home.install(&[]).ok();
    let files = home.installed();
    let said = home.install(&["--remove"]).ok();
    for file in files {
        assert_has(&said, &[&format!("  removed  {}\n", file.display())]);
    }
    assert!(tree(&home.path()).is_empty(), "{:?}", tree(&home.path()));

    let said = home.install(&["--remove"]).ok();
    assert_has(&said, &["There is nothing to remove.", VERSION]);
    assert!(home.path().is_dir());
}

#[test]
fn other_versions_and_other_files_stay() {
    let home = Home::new();
    home.install(&[]).ok();
    let [file, _] = home.installed();
    let versions = file.ancestors().nth(3).unwrap();
    let older = versions.join("0.0.9/some_platform/terraform-provider-cloudbase_v0.0.9");
    let notes = file.ancestors().nth(2).unwrap().join("notes.txt");
    let settings = home.config().join("settings.tfrc");
    for other in [&older, &notes, &settings] {
        write(other, "not ours");
    }
    let said = home.install(&["--remove"]).ok();
    assert_has(&said, &["still has: 0.0.9."]);
    assert!(!file.exists());
    for other in [&older, &notes, &settings] {
        assert_eq!(fs::read_to_string(other).unwrap(), "not ours");
    }
    let package = file.parent().unwrap();
    assert!(!package.exists(), "an empty one counts as a version");
}

#[test]
fn another_build_is_removed_only_by_force() {
    let home = Home::new();
    home.install(&[]).ok();
    let [first, second] = home.installed();
    fs::write(&second, "another build").unwrap();
    let error = home.install(&["--remove"]).failed();
    assert_has(&error, &[second.to_str().unwrap(), "--force", "removed"]);
    assert!(first.exists() && second.exists(), "all or nothing");
    home.install(&["--remove", "--force"]).ok();
    assert!(tree(&home.path()).is_empty());
}
