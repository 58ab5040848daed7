//! The inputs that fuzzing begins with, run once.

#![cfg(test)]

use std::fs;
use std::path::Path;

use cloudbase::{framework, provider, wechat};

/// Runs a target over its corpus.
fn run(target: &str, fuzz: fn(&[u8]) -> bool) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let (mut good, mut bad) = (0, 0);
    for entry in fs::read_dir(&folder).unwrap() {
        let file = entry.unwrap().path();
        println!("{}", file.display());
        if fuzz(&fs::read(file).unwrap()) {
            good += 1;
        } else {
            bad += 1;
        }
    }
    assert!(good > 0 && bad > 0, "{good} good ones, {bad} bad ones");
}

#[test]
fn answers() {
    run("answer", wechat::fuzz::answer);
}

#[test]
fn durations() {
    run("duration", framework::fuzz::duration);
}

#[test]
fn json_values() {
    run("json_value", framework::fuzz::json_value);
}

#[test]
fn message_pack() {
    run("message_pack", framework::fuzz::message_pack);
}

#[test]
fn share_ids() {
    run("share_id", provider::fuzz::share_id);
}
