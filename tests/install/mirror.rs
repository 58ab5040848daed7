//! A filesystem mirror that the user names.

use std::fs;

use crate::home::{BINARY, Home, assert_has, files_in, tree, write};

#[test]
fn a_mirror_is_filled_and_its_configuration_shown() {
    let home = Home::new();
    let mirror = home.work().join("mirror");
    // By a relative path, as the CLI is run elsewhere.
    let said = home.install(&["--mirror", "mirror"]).ok();
    for file in files_in(&mirror) {
        assert!(fs::read(&file).unwrap() == fs::read(BINARY).unwrap());
        assert_has(&said, &[file.to_str().unwrap()]);
    }
    let providers =
        "\"registry.terraform.io/wxopen/cloudbase\", \"registry.opentofu.org/wxopen/cloudbase\"";
    assert_has(
        &said,
        &[
            "  provider_installation {\n    filesystem_mirror {\n      path    = \"",
            &format!("{:?}\n", mirror.display().to_string()),
            &format!("include = [{providers}]\n"),
            &format!("exclude = [{providers}]\n"),
        ],
    );
    assert!(!said.contains("Note:"), "it hides nothing: {said}");
    assert!(tree(&home.path()).is_empty());
}

#[test]
fn a_mirror_is_emptied_and_stays() {
    let home = Home::new();
    let mirror = home.work().join("mirror");
    home.install(&["--mirror", "mirror"]).ok();
    let said = home.install(&["--remove", "--mirror", "mirror"]).ok();
    assert_eq!(said.matches("  removed  ").count(), 2, "{said}");
    assert!(mirror.is_dir() && tree(&mirror).is_empty());
    assert!(!said.contains("names this mirror"), "{said}");

    let names_it = format!(
        "provider_installation {{ filesystem_mirror {{ path = {:?} }} }}",
        mirror.display().to_string()
    );
    write(&home.rc(), &names_it);
    let said = home.install(&["--remove", "--mirror", "mirror"]).ok();
    assert_has(&said, &["nothing to remove", home.rc().to_str().unwrap()]);
}
