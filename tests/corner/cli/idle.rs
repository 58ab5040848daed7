//! The resource that does nothing.

use crate::cli::workspace;

#[tokio::test]
async fn objects_that_are_nowhere_are_in_the_state_until_they_are_destroyed() {
    let workspace = workspace!();
    let members = |list: &str| {
        format!("resource \"corner_idle\" \"a\" {{\n  name = \"a\"\n  members = {list}\n}}\n")
    };
    for (list, action) in [(r#"["x", "y"]"#, "create"), (r#"["z"]"#, "update")] {
        workspace.configure(&members(list));
        let changed = workspace.converge().await;
        let expected = ("corner_idle.a".to_owned(), action.to_owned());
        assert_eq!(changed, [expected]);
    }
    let destroy = ["destroy", "-auto-approve", "-no-color"];
    workspace.works(&destroy).await;
    assert!(workspace.resources().await.is_empty());
    let store = workspace.file("store.json");
    assert!(!store.exists(), "nothing was written but the state");
}
