//! What a run leaves out, and what it has seen: a line each in the file that the variable `CLI_REPORT`
//! names. A test harness has no word for "not applicable", and keeps to itself what a test that passes prints
//! with a macro; so what is left out is written to standard error directly.

use std::collections::BTreeSet;
use std::env;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::{Cli, Feature};

/// There is no CLI at all.
pub(super) fn nothing_to_drive() {
    let text =
        b"SKIPPED: all tests that drive a CLI, since neither terraform nor tofu is on PATH\n";
    let written = std::io::stderr().write_all(text);
    written.expect("standard error is there");
}

/// This test is about `feature`.
pub(super) fn not_applicable(cli: &Cli, feature: Feature) {
    line("not applicable", &test(), &needs(cli, feature));
}

/// A part of this test is about `feature`.
pub(super) fn left_out(cli: &Cli, feature: Feature) {
    line("left out in part", &test(), &needs(cli, feature));
}

/// This test is not for `cli`, and why.
pub(super) fn not_for(cli: &Cli, why: &str) {
    line("not applicable", &test(), &format!("{why}, this is {cli}"));
}

/// A part of this test is not for `cli`, and why.
pub(super) fn left_out_because(cli: &Cli, why: &str) {
    line(
        "left out in part",
        &test(),
        &format!("{why}, this is {cli}"),
    );
}

/// Whether `feature` works with `cli`.
pub(super) fn seen(cli: &Cli, feature: Feature, works: bool) {
    let works = if works { "yes" } else { "no" };
    append("feature", feature.words(), &format!("{works}: {cli}"));
}

fn needs(cli: &Cli, feature: Feature) -> String {
    let since = match feature.since(cli.product) {
        Some(minor) => format!("{} 1.{minor}", cli.product.name()),
        None => format!("Terraform 1.{}", feature.terraform()),
    };
    format!("{} needs {since}, this is {cli}", feature.words())
}

/// The running test: its thread has its name.
fn test() -> String {
    thread::current().name().unwrap_or("a test").to_owned()
}

/// Says it, once, and writes it down.
fn line(kind: &str, about: &str, more: &str) {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let text = format!("{kind}: {about}: {more}\n");
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    if said.insert(text.clone()) {
        let written = std::io::stderr().write_all(text.as_bytes());
        written.expect("standard error is there");
        append(kind, about, more);
    }
}

/// Appends a line at once, so that those of tests that run side by side do not mix.
fn append(kind: &str, about: &str, more: &str) {
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
