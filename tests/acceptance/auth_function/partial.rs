//! Some environments work and others do not.

use std::time::Duration;

use cloudbase::sandbox::{Effect, Endpoint, Environment, Fault, Function};

use super::{
    ADDRESS, NAME, THIRD_ENV, envs_of, function, hash, impatient, statuses, values, with_code,
    write_zip, writes,
};
use crate::support::{ENV, OTHER_ENV, actions};
use crate::workspace;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_a_warning_and_is_added_by_the_next_apply() {
    let workspace = workspace!();
    // Both calls say so, each in its own words.
    workspace
        .sandbox
        .put_function(Function::new(OTHER_ENV, NAME));
    workspace.sandbox.behave(|now| {
        for env in [ENV, OTHER_ENV] {
            let words = Some("not of this platform rid: 1-2-3".to_owned());
            now.refused_functions.insert(env.to_owned(), words);
        }
    });
    write_zip(&workspace, "one");
    workspace.configure(&function(&[ENV, OTHER_ENV, THIRD_ENV], ""));
    let run = workspace.apply().await;
    let said = run.flat();
    for words in [
        "Warning: could not upload function cloudbase_auth to 2 environments: not of this platform",
        ENV,
        OTHER_ENV,
        "not tainted",
    ] {
        assert!(said.contains(words), "`{words}` is not in {said}");
    }
    assert_eq!(said.matches("Warning: could not").count(), 1, "{said}");
    let state = values(&workspace).await;
    assert_eq!(state["functions"][THIRD_ENV]["status"], "Active");
    for env in [ENV, OTHER_ENV] {
        assert_eq!(state["functions"][env]["status"], "failed");
        let error = state["functions"][env]["error"].as_str().unwrap();
        assert!(error.contains("not of this platform"), "{error}");
    }

    workspace
        .sandbox
        .behave(|now| now.refused_functions.clear());
    workspace.sandbox.clear_calls();
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, ADDRESS), ["update"]);
    let before = &plan["resource_changes"][0]["change"]["before"]["envs"];
    // One that has a function stays in state, so that a destroy knows of it.
    assert_eq!(before, &serde_json::json!([THIRD_ENV, OTHER_ENV]));
    let functions = &plan["resource_changes"][0]["change"]["before"]["functions"];
    assert_eq!(functions[OTHER_ENV]["status"], "failed");
    workspace.run(&["apply", "plan"]).await.ok();
    assert_eq!(envs_of(&workspace, Endpoint::UploadFunction), [[ENV]]);
    assert_eq!(
        envs_of(&workspace, Endpoint::UploadFunctionCode),
        [[OTHER_ENV]]
    );
    assert_eq!(with_code(&workspace, "one").len(), 3);
    workspace.assert_plan_is_empty().await;
}

/// Without a refresh, what failed is still in state.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_refresh_only_what_failed_is_sent_again() {
    let workspace = workspace!();
    workspace.sandbox.behave(|now| {
        now.refused_functions
            .insert(ENV.to_owned(), Some("no".to_owned()));
    });
    write_zip(&workspace, "one");
    workspace.configure(&function(&[ENV, OTHER_ENV], ""));
    workspace.apply().await;
    workspace
        .sandbox
        .behave(|now| now.refused_functions.clear());
    workspace.sandbox.clear_calls();
    workspace
        .run(&["apply", "-auto-approve", "-refresh=false"])
        .await
        .ok();
    assert_eq!(envs_of(&workspace, Endpoint::UploadFunction), [[ENV]]);
    assert_eq!(writes(&workspace), 1);
    assert_eq!(statuses(&workspace, &[ENV, OTHER_ENV]).await, ["Active"; 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_all_are_refused_it_is_an_error_and_nothing_is_in_state() {
    let workspace = workspace!();
    workspace.sandbox.behave(|now| {
        for env in [ENV, OTHER_ENV] {
            now.refused_functions
                .insert(env.to_owned(), Some("no such thing rid: 1-2-3".to_owned()));
        }
    });
    write_zip(&workspace, "one");
    workspace.configure(&function(&[ENV, OTHER_ENV], ""));
    let run = workspace.apply_json().await;
    assert_ne!(run.code, 0);
    let errors = run.errors();
    assert_eq!(errors.len(), 1, "{}", run.stdout);
    assert!(
        errors[0].summary.contains("2 environments: no such thing"),
        "{}",
        errors[0].summary
    );
    assert!(errors[0].detail.contains(ENV) && errors[0].detail.contains("rid: 1-2-3"));
    assert!(
        workspace.state_file()["resources"]
            .as_array()
            .is_none_or(Vec::is_empty)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_fails_later_is_told_with_its_reason_and_sent_again() {
    let workspace = workspace!();
    workspace.sandbox.behave(|now| {
        now.function_creation = Duration::from_millis(500);
        let reason = "no entry file in the package";
        now.failing_functions
            .insert(ENV.to_owned(), Some(reason.to_owned()));
    });
    write_zip(&workspace, "one");
    workspace.configure(&function(&[ENV, OTHER_ENV], ""));
    let run = workspace.apply().await;
    let said = run.flat();
    for words in [
        "could not upload function cloudbase_auth to environment test-env",
        "its status is CreateFailed: ResourceNotFound.File: no entry file in the package",
        "at its top",
    ] {
        assert!(said.contains(words), "`{words}` is not in {said}");
    }
    workspace
        .sandbox
        .behave(|now| now.failing_functions.clear());
    workspace.sandbox.clear_calls();
    workspace.apply().await;
    assert_eq!(envs_of(&workspace, Endpoint::UploadFunctionCode), [[ENV]]);
    assert_eq!(writes(&workspace), 1);
    assert_eq!(statuses(&workspace, &[ENV, OTHER_ENV]).await, ["Active"; 2]);
    workspace.assert_plan_is_empty().await;

    // One that fails by itself is seen by the refresh, and stays in state until the code is sent again.
    let mut failed = Function::new(ENV, NAME);
    failed.status = "UpdateFailed".to_owned();
    failed.reason = Some("gone wrong".to_owned());
    workspace.sandbox.put_function(failed);
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, ADDRESS), ["update"]);
    let change = &plan["resource_changes"][0]["change"];
    assert_eq!(change["before"]["functions"][ENV]["status"], "UpdateFailed");
    workspace.run(&["apply", "plan"]).await.ok();
    workspace.assert_plan_is_empty().await;
}

/// Right after an upload, the list may still have the function as it was.
#[tokio::test(flavor = "multi_thread")]
async fn a_status_from_before_the_upload_is_not_taken_for_what_came_of_it() {
    let workspace = workspace!();
    let before = Function::new(ENV, NAME);
    workspace.sandbox.put_function(before.clone());
    // So that the first look finds nothing settled, whenever it comes.
    workspace
        .sandbox
        .behave(|now| now.function_creation = Duration::from_secs(3600));
    write_zip(&workspace, "one");
    workspace.configure(&impatient(&[ENV], ""));
    let list = async {
        while workspace.calls(Endpoint::UploadFunctionCode).is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        workspace.sandbox.put_function(before.clone());
        tokio::time::sleep(Duration::from_millis(1600)).await;
        let mut failed = before.clone();
        "UpdateFailed".clone_into(&mut failed.status);
        "2021-07-29 16:00:00".clone_into(&mut failed.mod_time);
        workspace.sandbox.put_function(failed);
    };
    let (run, ()) = tokio::join!(workspace.try_apply(), list);
    run.fails_with(&["its status is UpdateFailed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_active_in_time_stays_in_state_with_a_warning() {
    let workspace = workspace!();
    workspace
        .sandbox
        .behave(|now| now.function_creation = Duration::from_secs(3600));
    write_zip(&workspace, "one");
    workspace.configure(&function(&[ENV], "timeouts = { create = \"3s\" }"));
    let run = workspace.apply().await;
    let said = run.flat();
    assert!(
        said.contains("was uploaded and is not known to be active"),
        "{said}"
    );
    assert!(said.contains(&format!("{ENV}: Creating")), "{said}");
    assert_eq!(statuses(&workspace, &[ENV]).await, ["Creating"]);
    assert!(!workspace.state_file().to_string().contains("tainted"));
    workspace.assert_plan_is_empty().await;
    workspace.sandbox.put_function(Function::new(ENV, NAME));
    workspace
        .run(&["apply", "-refresh-only", "-auto-approve"])
        .await
        .ok();
    assert_eq!(statuses(&workspace, &[ENV]).await, ["Active"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_fails_is_an_error_with_the_state_that_is_there() {
    let workspace = workspace!();
    write_zip(&workspace, "one");
    workspace.configure(&function(&[ENV, OTHER_ENV], ""));
    workspace.apply().await;
    workspace.sandbox.behave(|now| {
        now.refused_functions
            .insert(ENV.to_owned(), Some("no".to_owned()));
    });
    write_zip(&workspace, "two");
    let run = workspace.try_apply().await;
    run.fails_with(&[
        "could not upload function cloudbase_auth to environment",
        ENV,
    ]);
    assert_eq!(
        statuses(&workspace, &[ENV, OTHER_ENV]).await,
        ["failed", "Active"]
    );
    workspace
        .sandbox
        .behave(|now| now.refused_functions.clear());
    workspace.sandbox.clear_calls();
    workspace.apply().await;
    assert_eq!(envs_of(&workspace, Endpoint::UploadFunctionCode), [[ENV]]);
    assert_eq!(with_code(&workspace, "two").len(), 2);

    // Where none takes it, everything is as it was.
    workspace
        .sandbox
        .inject(Fault::new(Effect::PermissionNotGranted).on(Endpoint::UploadFunctionCode));
    write_zip(&workspace, "three");
    workspace.try_apply().await.fails_with(&["errcode 61007"]);
    assert_eq!(
        values(&workspace).await["source_hash"],
        hash("two").as_str()
    );
    assert_eq!(statuses(&workspace, &[ENV, OTHER_ENV]).await, ["Active"; 2]);
    workspace.apply().await;
    assert_eq!(with_code(&workspace, "three").len(), 2);
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destroy_deletes_no_function_that_did_not_take_the_code_and_says_so() {
    let workspace = workspace!();
    write_zip(&workspace, "one");
    let policy = "deletion_policy = \"delete\"";
    workspace.configure(&function(&[ENV, OTHER_ENV], policy));
    workspace.apply().await;
    workspace.sandbox.behave(|now| {
        now.refused_functions
            .insert(ENV.to_owned(), Some("no".to_owned()));
    });
    write_zip(&workspace, "two");
    assert_ne!(workspace.try_apply().await.code, 0);
    workspace
        .run(&["apply", "-refresh-only", "-auto-approve"])
        .await
        .ok();
    assert_eq!(
        statuses(&workspace, &[ENV, OTHER_ENV]).await,
        ["failed", "Active"]
    );
    let run = workspace.destroy().await.ok();
    assert!(run.flat().contains(&format!(
        "function {NAME} is not deleted where it did not take the code"
    )));
    let left: Vec<_> = workspace.sandbox.functions();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].env, ENV);
    assert_eq!(envs_of(&workspace, Endpoint::DeleteFunction), [[OTHER_ENV]]);
}

/// One that was never there, and one that is gone later.
#[tokio::test(flavor = "multi_thread")]
async fn an_environment_that_does_not_exist_is_in_no_plans_way() {
    let workspace = workspace!();
    for env in [ENV, OTHER_ENV] {
        workspace.sandbox.put_environment(Environment::new(env));
    }
    workspace.sandbox.behave(|now| now.strict_envs = true);
    write_zip(&workspace, "one");
    workspace.configure(&function(&[ENV, OTHER_ENV, THIRD_ENV], ""));
    workspace.apply().await;
    assert_eq!(statuses(&workspace, &[THIRD_ENV]).await, ["failed"]);
    workspace.configure(&function(&[ENV, OTHER_ENV], ""));
    workspace.apply().await;
    assert_eq!(statuses(&workspace, &[ENV, OTHER_ENV]).await, ["Active"; 2]);

    workspace.sandbox.remove_environment(OTHER_ENV);
    let run = workspace.run(&["plan", "-no-color"]).await.ok();
    let said = run.flat();
    assert!(
        said.contains(&format!("could not read whether function {NAME} is in")),
        "{said}"
    );
    assert!(said.contains("take it out of `envs`"), "{said}");
    workspace.configure(&function(&[ENV], ""));
    workspace.apply().await;
    workspace.assert_plan_is_empty().await;
    workspace.destroy().await.ok();
    assert_eq!(workspace.calls(Endpoint::DeleteFunction).len(), 0);
}

/// Shops of the one environment are not cut off for another one that refuses the function.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_deleted_where_an_upload_of_the_same_update_fails() {
    let workspace = workspace!();
    write_zip(&workspace, "one");
    let policy = "deletion_policy = \"delete\"";
    workspace.configure(&function(&[ENV], policy));
    workspace.apply().await;
    workspace.sandbox.clear_calls();
    workspace.sandbox.behave(|now| {
        now.refused_functions
            .insert(OTHER_ENV.to_owned(), Some("no".to_owned()));
    });
    workspace.configure(&function(&[OTHER_ENV], policy));
    workspace.try_apply().await.fails_with(&[
        "could not upload function cloudbase_auth to environment",
        "Nothing was deleted",
        &format!("the function of: {ENV}"),
    ]);
    assert!(workspace.calls(Endpoint::DeleteFunction).is_empty());
    let state = values(&workspace).await;
    assert_eq!(state["envs"], serde_json::json!([ENV]));
    assert_eq!(state["functions"][ENV]["status"], "Active");

    workspace
        .sandbox
        .behave(|now| now.refused_functions.clear());
    workspace.apply().await;
    assert_eq!(with_code(&workspace, "one"), [OTHER_ENV]);
    assert_eq!(envs_of(&workspace, Endpoint::DeleteFunction), [[ENV]]);
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_fails_keeps_what_remains() {
    let workspace = workspace!();
    write_zip(&workspace, "one");
    let policy = "deletion_policy = \"delete\"";
    workspace.configure(&impatient(&[ENV, OTHER_ENV], policy));
    workspace.apply().await;
    let mut fault = Fault::new(Effect::DailyCap)
        .on(Endpoint::DeleteFunction)
        .always();
    fault.env = Some(ENV.to_owned());
    workspace.sandbox.inject(fault);
    let run = workspace.destroy().await;
    run.fails_with(&[
        "could not delete function cloudbase_auth in environment",
        ENV,
        "45009",
    ]);
    assert_eq!(values(&workspace).await["envs"], serde_json::json!([ENV]));
    workspace.sandbox.clear_faults();
    workspace.destroy().await.ok();
    assert!(workspace.sandbox.functions().is_empty());
}
