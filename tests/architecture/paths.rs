//! What ARCHITECTURE.md points at is there.

use std::fs;

use super::root;

/// The texts in backticks that are paths from the root of the repository.
fn paths(text: &str) -> Vec<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted
        .filter(|path| {
            let folder = path.split('/').next().unwrap();
            let is_pattern = path.contains(['<', ' ', '*']);
            path.contains('/') && !is_pattern && root().join(folder).is_dir()
        })
        .collect()
}

#[test]
fn every_path_of_the_architecture_exists() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let missing: Vec<_> = paths(&text)
        .into_iter()
        .filter(|path| !root().join(path).exists())
        .collect();
    assert_eq!(missing, [""; 0]);
    assert!(paths(&text).len() > 20);
}

#[test]
fn paths_are_told_from_other_words() {
    let text = "`src/lib.rs` and `cargo test`, `a/b`, `src/<x>/y.rs`, `tests/docs/`";
    assert_eq!(paths(text), ["src/lib.rs", "tests/docs/"]);
}
