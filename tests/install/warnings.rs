//! What may pass by what is installed, or stop it from being used.

use crate::home::{Home, VERSION, assert_has, write};

const RULES: &str = "provider_installation {\n  direct {}\n}\n";

#[test]
fn rules_that_do_not_name_the_folder_are_warned_of() {
    let home = Home::new();
    write(&home.rc(), RULES);
    let folder = format!("{:?}", home.config().join("plugins").display().to_string());
    let said = home.install(&[]).ok();
    let warning = format!(
        "Warning: {} has a `provider_installation` block.",
        home.rc().display()
    );
    assert_has(&said, &[&warning, &format!("    path    = {folder}\n")]);

    let said = home.install(&["--mirror", "mirror"]).ok();
    assert_has(&said, &[&warning, "Only one may be there"]);

    let named = format!("provider_installation {{ filesystem_mirror {{ path = {folder} }} }}");
    for harmless in [named.as_str(), "# provider_installation {}\n"] {
        write(&home.rc(), harmless);
        let said = home.install(&[]).ok();
        assert!(!said.contains("Warning"), "{said}");
    }
}

#[test]
fn an_override_is_warned_of() {
    let home = Home::new();
    let overriding = |provider: &str| {
        let rules = format!(
            "provider_installation {{\n dev_overrides {{\n \"{provider}\" = \"/x\"\n }}\n direct {{}}\n}}"
        );
        write(&home.config().join("development.tfrc"), &rules);
        home.install(&[]).ok()
    };
    assert_has(
        &overriding("wxopen/cloudbase"),
        &["development.tfrc has a development override of wxopen/cloudbase"],
    );
    let said = overriding("wxopen/other");
    assert!(!said.contains("development override"), "{said}");
}

#[test]
fn the_file_that_a_variable_names_is_the_one() {
    let home = Home::new();
    write(&home.rc(), RULES);
    let named = home.work().join("ci.tfrc");
    for variable in ["TF_CLI_CONFIG_FILE", "TERRAFORM_CONFIG"] {
        write(&named, "");
        let with = [(variable, named.as_path())];
        let said = home.install_with(&[], &with).ok();
        assert!(!said.contains("Warning"), "{said}");
        write(&named, RULES);
        let said = home.install_with(&[], &with).ok();
        assert_has(&said, &[&format!("Warning: {} has", named.display())]);
        let said = home.install_with(&["--mirror", "m"], &with).ok();
        assert_has(&said, &[&format!("if {} has:", named.display())]);
    }
}

#[test]
fn a_lock_file_is_named_with_what_to_do() {
    let home = Home::new();
    let lock = home.work().join(".terraform.lock.hcl");
    let locked = |version: &str| {
        let text = format!(
            "provider \"registry.terraform.io/wxopen/cloudbase\" {{\n  version = \"{version}\"\n}}\n"
        );
        write(&lock, &text);
        home.install(&[]).ok()
    };
    let name = lock.to_str().unwrap();
    let other = locked("0.0.1");
    assert_has(&other, &[name, "cloudbase 0.0.1.", "init -upgrade"]);
    let same = locked(VERSION);
    assert_has(&same, &[name, "checksum", "remove the block"]);
    assert!(!same.contains("-upgrade"), "it does not help: {same}");
}
