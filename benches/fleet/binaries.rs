//! The two providers: the one that is measured, and the one that does nothing.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;

const PROVIDER: &str = "terraform-provider-cloudbase";
const CORNER: &str = "terraform-provider-corner";

/// Where they are.
pub(crate) struct Binaries {
    pub(crate) provider: PathBuf,
    pub(crate) corner: PathBuf,
}

impl Binaries {
    /// Has cargo build both as this bench was built. Where no cargo has started it, they have to be
    /// in the folders where cargo puts them.
    pub(crate) fn get() -> Self {
        env::var_os("CARGO").map_or_else(Self::beside, |cargo| Self::build(&cargo))
    }

    fn build(cargo: &OsStr) -> Self {
        let mut command = Command::new(cargo);
        command
            .args(["build", "--bin", PROVIDER, "--example", CORNER])
            .args(["--message-format", "json-render-diagnostics"])
            .current_dir(env!("CARGO_MANIFEST_DIR"));
        // `cargo test --benches` has a debug build at hand, and nobody reads its times.
        if !cfg!(debug_assertions) {
            command.arg("--release");
        }
        let output = command.output().expect("cargo runs");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let executable = |name: &str| {
            said.lines()
                .filter_map(|line| serde_json::from_str::<Json>(line).ok())
                .filter(|message| message["target"]["name"] == name)
                .find_map(|message| message["executable"].as_str().map(PathBuf::from))
                .unwrap_or_else(|| panic!("cargo does not say where {name} is"))
        };
        Self {
            provider: executable(PROVIDER),
            corner: executable(CORNER),
        }
    }

    fn beside() -> Self {
        let own = env::current_exe().expect("the bench is a file");
        let folder = own.parent().and_then(Path::parent).expect("a folder");
        let file = |name: &str| format!("{name}{}", env::consts::EXE_SUFFIX);
        let binaries = Self {
            provider: folder.join(file(PROVIDER)),
            corner: folder.join("examples").join(file(CORNER)),
        };
        for binary in [&binaries.provider, &binaries.corner] {
            assert!(
                binary.is_file(),
                "{} is missing: run `cargo bench --bench fleet`",
                binary.display()
            );
        }
        binaries
    }
}
