//! What a plan says of functions that are in use.

use cloudbase::sandbox::{Effect, Endpoint, Fault, Function};

use super::{NAME, THIRD_ENV, function, impatient, with_code, write_zip, writes};
use crate::support::{ENV, OTHER_ENV};
use crate::workspace;

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_names_where_code_is_replaced_that_it_does_not_manage() {
    let workspace = workspace!();
    write_zip(&workspace, "one");
    workspace.configure(&function(&[ENV, OTHER_ENV], ""));
    let said = workspace.run(&["plan", "-no-color"]).await.ok().flat();
    assert!(!said.contains("Warning: function"), "{said}");

    workspace
        .sandbox
        .put_function(Function::new(OTHER_ENV, NAME));
    let will = "Warning: function cloudbase_auth is there already, and its code will be replaced";
    let plan = workspace
        .run(&["plan", "-no-color", "-out=plan"])
        .await
        .ok();
    let said = plan.flat();
    for words in [will, &format!("Environments: {OTHER_ENV}.")] {
        assert!(said.contains(words), "`{words}` is not in {said}");
    }
    assert_eq!(writes(&workspace), 0);
    // The apply has it, too: it is the first to know where a plan could not.
    let apply = workspace.run(&["apply", "-no-color", "plan"]).await.ok();
    let said = apply.flat();
    for words in [
        "was there already, and its code was replaced",
        &format!("Environments: {OTHER_ENV}."),
    ] {
        assert!(said.contains(words), "`{words}` is not in {said}");
    }
    assert!(!said.contains("will be replaced"), "{said}");

    // Its own ones are no news, and one that is added is.
    write_zip(&workspace, "two");
    workspace
        .sandbox
        .put_function(Function::new(THIRD_ENV, NAME));
    workspace.configure(&function(&[ENV, OTHER_ENV, THIRD_ENV], ""));
    let said = workspace.apply().await.flat();
    for words in [
        will,
        "its code was replaced",
        &format!("Environments: {THIRD_ENV}."),
    ] {
        assert!(said.contains(words), "`{words}` is not in {said}");
    }
    assert_eq!(with_code(&workspace, "two").len(), 3);
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_could_not_look_is_a_warning_only() {
    let workspace = workspace!();
    write_zip(&workspace, "one");
    workspace.configure(&impatient(&[ENV], ""));
    let fault = Fault::new(Effect::PermissionNotGranted).on(Endpoint::FunctionList);
    workspace.sandbox.inject(fault.always());
    let said = workspace.run(&["plan", "-no-color"]).await.ok().flat();
    for words in [
        "Warning: could not look up in advance whether function cloudbase_auth is in environment",
        "The apply looks again.",
        "61007",
    ] {
        assert!(said.contains(words), "`{words}` is not in {said}");
    }
}
