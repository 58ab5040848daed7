//! `cloudbase_auth_function`: one function over a set of environments.

mod announced;
mod code;
mod faults;
mod import;
mod lifecycle;
mod partial;
mod two_instances;

use std::fs;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use cloudbase::sandbox::{Endpoint, Function};
use serde_json::Value as Json;

use crate::support::{Workspace, provider};

const ADDRESS: &str = "cloudbase_auth_function.test";
const NAME: &str = "cloudbase_auth";
const FILE: &str = "function.zip";
const THIRD_ENV: &str = "book-shop-1g5fhz2k9c0d7e61";

const WRITES: [Endpoint; 3] = [
    Endpoint::UploadFunction,
    Endpoint::UploadFunctionCode,
    Endpoint::DeleteFunction,
];

/// The resource with these arguments.
fn function(envs: &[&str], more: &str) -> String {
    format!(
        "resource \"cloudbase_auth_function\" \"test\" {{\n  envs = {envs:?}\n  source = {FILE:?}\n  {more}\n}}\n"
    )
}

/// The same, with a provider that gives up early.
fn impatient(envs: &[&str], more: &str) -> String {
    let provider = provider("  max_retries = 1\n  request_timeout = \"3s\"");
    format!("{provider}{}", function(envs, more))
}

/// Writes what begins like a zip file, and has these words.
fn write_zip(workspace: &Workspace, words: &str) {
    fs::write(workspace.path().join(FILE), zip(words)).unwrap();
}

fn zip(words: &str) -> Vec<u8> {
    [b"PK\x03\x04", words.as_bytes()].concat()
}

/// The SHA-256 that Terraform's `filebase64sha256` gives, worked out by another implementation.
fn hash(words: &str) -> String {
    BASE64_STANDARD.encode(aws_lc_rs::digest::digest(
        &aws_lc_rs::digest::SHA256,
        &zip(words),
    ))
}

/// Of each call to `endpoint` the environments.
fn envs_of(workspace: &Workspace, endpoint: Endpoint) -> Vec<Vec<String>> {
    let calls = workspace.calls(endpoint);
    calls.into_iter().map(|call| call.envs).collect()
}

/// How many calls changed, or could have changed, something.
fn writes(workspace: &Workspace) -> usize {
    WRITES
        .iter()
        .map(|&endpoint| workspace.calls(endpoint).len())
        .sum()
}

async fn values(workspace: &Workspace) -> Json {
    workspace.resource(ADDRESS).await["values"].take()
}

/// The status of the function in each of `envs` that the state has.
async fn statuses(workspace: &Workspace, envs: &[&str]) -> Vec<Json> {
    let values = values(workspace).await;
    envs.iter()
        .map(|env| values["functions"][env]["status"].clone())
        .collect()
}

/// The environments that have the function, with the code of these words.
fn with_code(workspace: &Workspace, words: &str) -> Vec<String> {
    let has = |function: &Function| function.code.as_ref() == Some(&hash(words));
    let functions = workspace.sandbox.functions();
    functions
        .into_iter()
        .filter(|function| has(function) && function.name == NAME)
        .map(|function| function.env)
        .collect()
}
