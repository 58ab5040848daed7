//! Two resources with one environment do not undo each other's work.

use super::{access, listed, named, sets};
use crate::support::{ENV, Feature, OTHER_ENV};
use crate::workspace;

fn two(first: &[&str], second: &[&str]) -> String {
    named("one", ENV, first, "") + &named("two", ENV, second, "")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_with_two_is_refused() {
    let workspace = workspace!();
    workspace.configure(&two(&["/a"], &["/b"]));
    let words =
        format!("environment {ENV} is in two resources of type `cloudbase_open_api_access`");
    let run = workspace.run(&["plan", "-no-color"]).await;
    run.fails_with(&[&words, "List all paths in one of them"]);
    assert_eq!(sets(&workspace), 0);

    // The second one comes later.
    workspace.configure(&named("one", ENV, &["/a"], ""));
    workspace.apply().await;
    workspace.configure(&two(&["/a"], &["/b"]));
    workspace
        .run(&["plan", "-no-color"])
        .await
        .fails_with(&[&words]);
    assert_eq!(listed(&workspace), ["/a"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_plan_could_know_is_refused_by_the_apply() {
    let workspace = workspace!();
    let late = "resource \"terraform_data\" \"late\" {\n  input = \"ENV\"\n}\n".replace("ENV", ENV);
    let unknown = |name: &str, path: &str| {
        named(name, ENV, &[path], "").replace(&format!("{ENV:?}"), "terraform_data.late.output")
    };
    workspace.configure(&(late + &unknown("one", "/a") + &unknown("two", "/b")));
    let run = workspace.try_apply().await;
    run.fails_with(&[&format!("environment {ENV} is in two resources")]);
    assert_eq!(sets(&workspace), 1);
}

/// Its old name puts back what it found, and its new name wants something else.
#[tokio::test(flavor = "multi_thread")]
async fn a_rename_without_a_moved_block_is_refused() {
    let workspace = workspace!();
    workspace.sandbox.set_whitelist(ENV, &["/old"]);
    workspace.configure(&named("one", ENV, &["/a"], ""));
    workspace.apply().await;
    workspace.configure(&named("two", ENV, &["/a"], ""));
    let run = workspace.run(&["plan", "-no-color"]).await;
    run.fails_with(&[
        &format!("the whitelist of environment {ENV} would be put back while another"),
        "add a `moved` block",
    ]);
    let moved = "moved {\n  from = cloudbase_open_api_access.one\n  to = cloudbase_open_api_access.two\n}\n";
    workspace.configure(&(named("two", ENV, &["/a"], "") + moved));
    workspace.apply().await;
    assert_eq!(sets(&workspace), 1, "only that of the create");
    workspace.destroy().await.ok();
    assert_eq!(listed(&workspace), ["/old"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_environment_of_one_that_is_there_stays_or_the_apply_stops() {
    let workspace = workspace!();
    workspace.configure(&access(ENV, &["/a"], ""));
    workspace.apply().await;
    workspace.sandbox.clear_calls();
    let late = |env: &str, path: &str| {
        let late = "resource \"terraform_data\" \"NAME\" {\n  input = \"ENV\"\n}\n";
        late.replace("ENV", env).replace("NAME", &path[1..])
            + &access(ENV, &[path], "").replace(
                &format!("{ENV:?}"),
                &format!("terraform_data.{}.output", &path[1..]),
            )
    };
    workspace.configure(&late(ENV, "/b"));
    let run = workspace.apply().await;
    assert!(
        run.flat()
            .contains("`env` of an existing whitelist is not known")
    );
    assert_eq!(listed(&workspace), ["/b"]);
    workspace.configure(&late(OTHER_ENV, "/c"));
    let run = workspace.try_apply().await;
    // Others do not tell that they apply, and stop by themselves where an update turns out to replace.
    if workspace.cli().offers_part(Feature::WalkIsTold) {
        run.fails_with(&["turned out"]);
    }
    assert_eq!(listed(&workspace), ["/b"]);
    assert!(workspace.sandbox.whitelist(OTHER_ENV).0.is_empty());
    assert_eq!(sets(&workspace), 1);
}
