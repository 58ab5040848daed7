//! The files of a release, as the Terraform registry takes them ("Publishing providers", section "Preparing your
//! provider").

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::archive::{self, Entry};
use crate::dependencies::Dependencies;
use crate::target::Platform;
use crate::{Failure, checksums, notices, sbom, signature};

const NAME: &str = "terraform-provider-cloudbase";

/// What is in each archive beside the binary.
const TEXTS: [&str; 4] = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];

/// What to make.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A binary, as TRIPLE=FILE; by default all that `.ci/static` has built
    #[arg(long = "binary", value_name = "TRIPLE=FILE")]
    binaries: Vec<String>,
    /// Where to put the files; those of an earlier release are removed
    #[arg(long, default_value = "target/dist")]
    out: PathBuf,
    /// The RSA key to sign the checksums with, as gpg finds it
    #[arg(long, value_name = "ID")]
    gpg_key: Option<String>,
}

/// Makes them, and says which.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let root = root();
    let binaries = binaries(&root, &args.binaries)?;
    let dependencies = Dependencies::of(&root)?;
    let version = dependencies.version();
    fs::create_dir_all(&args.out)?;
    for file in made(&args.out)? {
        fs::remove_file(file)?;
    }

    let manifest = format!("{NAME}_{version}_manifest.json");
    fs::copy(
        root.join("terraform-registry-manifest.json"),
        args.out.join(&manifest),
    )?;
    let mut summed = vec![manifest];
    let notices = notices::text(&dependencies)?;
    for (platform, binary) in &binaries {
        let name = format!("{NAME}_{version}_{platform}.zip");
        let program = format!("{NAME}_v{version}{}", platform.exe_suffix());
        let mut entries = vec![Entry::program(program, fs::read(binary)?)];
        for text in TEXTS {
            entries.push(Entry::text(text, fs::read(root.join(text))?));
        }
        entries.push(Entry::text(
            "THIRD-PARTY-NOTICES.txt",
            notices.clone().into_bytes(),
        ));
        archive::write(&args.out.join(&name), entries)?;
        summed.push(name);
    }
    let sums = args.out.join(format!("{NAME}_{version}_SHA256SUMS"));
    fs::write(&sums, checksums::of(&args.out, &summed)?)?;
    let bill = args.out.join(format!("{NAME}_{version}_sbom.cdx.json"));
    fs::write(bill, sbom::text(&dependencies)?)?;
    match &args.gpg_key {
        Some(key) => signature::sign(&sums, key)?,
        None => {
            say("not signed: give --gpg-key ID; the registry takes no release without a signature");
        }
    }
    for file in made(&args.out)? {
        say(&file.display().to_string());
    }
    Ok(())
}

/// The files of a release in a folder, sorted.
fn made(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_string_lossy().starts_with(&format!("{NAME}_")) {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

#[expect(clippy::print_stdout, reason = "to the person who ran it")]
fn say(line: &str) {
    println!("{line}");
}

/// The repository.
fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_owned()
}

fn binaries(root: &Path, named: &[String]) -> Result<BTreeMap<Platform, PathBuf>, Failure> {
    let mut found = BTreeMap::new();
    for binary in named {
        let (triple, file) = binary
            .split_once('=')
            .ok_or_else(|| format!("{binary:?} is not TRIPLE=FILE"))?;
        let platform =
            Platform::of(triple).ok_or_else(|| format!("no archive is made for {triple}"))?;
        add(&mut found, platform, PathBuf::from(file))?;
    }
    if named.is_empty() {
        for (platform, file) in built(&root.join("target/static")) {
            add(&mut found, platform, file)?;
        }
    }
    if found.is_empty() {
        return Err("no binary has been built: run `.ci/static`".into());
    }
    Ok(found)
}

fn add(
    binaries: &mut BTreeMap<Platform, PathBuf>,
    platform: Platform,
    file: PathBuf,
) -> Result<(), Failure> {
    let name = platform.to_string();
    match binaries.insert(platform, file) {
        Some(other) => {
            Err(format!("there are two binaries for {name}: {}", other.display()).into())
        }
        None => Ok(()),
    }
}

/// The binaries below a target folder.
fn built(folder: &Path) -> Vec<(Platform, PathBuf)> {
    let triples = fs::read_dir(folder).into_iter().flatten().flatten();
    let built = triples.filter_map(|triple| {
        let platform = Platform::of(triple.file_name().to_str()?)?;
        let name = format!("{NAME}{}", platform.exe_suffix());
        let file = triple.path().join("release").join(name);
        file.is_file().then_some((platform, file))
    });
    built.collect()
}
