//! Start-up: from spawning the process to its handshake line, its memory there, and its size.
//!
//! `cargo bench --bench startup`. A plan starts the provider three times, an apply four.

#![allow(clippy::print_stdout, clippy::expect_used, clippy::cast_precision_loss)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P521_SHA512};

const RUNS: usize = 41;
const BINARY: &str = env!("CARGO_BIN_EXE_terraform-provider-cloudbase");

fn main() {
    // `cargo test --benches` only wants to know that it builds and runs.
    let runs = if std::env::args().any(|arg| arg == "--bench") {
        RUNS
    } else {
        1
    };
    let key = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).expect("a P-521 key");
    let certificate = CertificateParams::new(vec!["localhost".to_owned()])
        .expect("a subject name")
        .self_signed(&key)
        .expect("a certificate");
    let certificate = pem(certificate.der());
    let mut times = Vec::new();
    let mut memory = Vec::new();
    for _ in 0..runs {
        let (time, kilobytes) = start(&certificate);
        times.push(time);
        memory.extend(kilobytes);
    }
    times.sort();
    memory.sort_unstable();
    let last = times.len() - 1;
    println!(
        "start to handshake line, {runs} runs: median {:?}, fastest {:?}, slowest {:?}",
        times[runs / 2],
        times[0],
        times[last]
    );
    if let Some(median) = memory.get(memory.len() / 2) {
        println!(
            "resident memory there: median {:.1} MB",
            f64::from(*median) / 1024.0
        );
    }
    let size = fs::metadata(BINARY).expect("the binary is there").len();
    println!("size of the binary: {:.1} MB", size as f64 / 1e6);
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(64)
        .map(String::from_utf8_lossy)
        .collect();
    format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        lines.join("\n")
    )
}

/// Starts the provider as a host does; the time to its line, and its resident memory in KiB where
/// the system tells it.
fn start(certificate: &str) -> (Duration, Option<u32>) {
    let started = Instant::now();
    let mut child = Command::new(BINARY)
        .env(
            "TF_PLUGIN_MAGIC_COOKIE",
            "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
        )
        .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
        .env("PLUGIN_CLIENT_CERT", certificate)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let mut line = String::new();
    let stdout = child.stdout.take().expect("standard output is piped");
    BufReader::new(stdout)
        .read_line(&mut line)
        .expect("a handshake line");
    let time = started.elapsed();
    assert!(line.starts_with("1|6|"), "{line}");
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let resident = status.lines().find_map(|line| {
        line.strip_prefix("VmRSS:")?
            .trim()
            .strip_suffix(" kB")?
            .parse()
            .ok()
    });
    child.kill().expect("the process is ours");
    child.wait().expect("the process ends");
    (time, resident)
}
