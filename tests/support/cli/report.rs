//! What a run leaves out, and what it has seen: a line each, on standard output and in the file that
//! the variable `CLI_REPORT` names. A test harness has no word for "not applicable".

use std::env;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::thread;

use super::{Cli, Feature, Product};

/// This test is about `feature`.
pub(super) fn not_applicable(cli: &Cli, feature: Feature) {
    line("not applicable", &test(), &needs(cli, feature));
}

/// A part of this test is about `feature`.
pub(super) fn left_out(cli: &Cli, feature: Feature) {
    line("left out in part", &test(), &needs(cli, feature));
}

/// This test is about two versions.
pub(super) fn no_other(cli: &Cli) {
    let why = format!("no other version is there than {cli}; tests/terraform/run has more");
    line("not applicable", &test(), &why);
}

/// Whether `feature` works with `cli`.
pub(super) fn seen(cli: &Cli, feature: Feature, works: bool) {
    let works = if works { "yes" } else { "no" };
    line("feature", feature.words(), &format!("{works}: {cli}"));
}

fn needs(cli: &Cli, feature: Feature) -> String {
    let since = match cli.product {
        Product::Terraform => Some(feature.terraform()),
        Product::OpenTofu => feature.opentofu(),
    };
    let since = match since {
        Some(minor) => format!("{} 1.{minor}", cli.product.name()),
        None => "Terraform".to_owned(),
    };
    format!("{} needs {since}, this is {cli}", feature.words())
}

/// The running test: its thread has its name.
fn test() -> String {
    thread::current().name().unwrap_or("a test").to_owned()
}

/// Appends a line at once, so that those of tests that run side by side do not mix.
fn line(kind: &str, about: &str, more: &str) {
    println!("{kind}: {about}: {more}");
    if let Some(file) = env::var_os("CLI_REPORT") {
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(&file)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        file.write_all(format!("{kind}\t{about}\t{more}\n").as_bytes())
            .expect("the report is written");
    }
}
