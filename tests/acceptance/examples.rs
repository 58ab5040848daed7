//! The examples are valid.

use std::fs;
use std::path::Path;

use crate::workspace;

#[tokio::test(flavor = "multi_thread")]
async fn every_example_validates() {
    let workspace = workspace!();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut seen = 0;
    for kind in ["provider", "resources", "data-sources"] {
        let folder = examples.join(kind);
        let folders: Vec<_> = if kind == "provider" {
            vec![folder]
        } else {
            fs::read_dir(&folder)
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .collect()
        };
        for folder in folders {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_none_or(|extension| extension != "tf") {
                    continue;
                }
                let mut hcl = fs::read_to_string(&path).unwrap();
                // An import block needs the resource it imports to.
                if path.file_name().is_some_and(|name| name == "import.tf") {
                    hcl += &fs::read_to_string(path.with_file_name("resource.tf")).unwrap();
                }
                let target = workspace.path().join("main.tf");
                if hcl.contains("required_providers") {
                    fs::write(&target, hcl).unwrap();
                } else {
                    workspace.configure(&hcl);
                }
                let run = workspace.run(&["validate", "-no-color"]).await;
                assert_eq!(run.code, 0, "{}: {}", path.display(), run.flat());
                let run = workspace
                    .run(&["fmt", "-check", &path.display().to_string()])
                    .await;
                assert_eq!(run.code, 0, "{} is not formatted", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen >= 4, "only {seen} examples were found");
    assert!(workspace.sandbox.calls().is_empty());
}
