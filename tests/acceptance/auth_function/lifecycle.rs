//! From nothing to nothing, with both policies.

use std::time::Duration;

use cloudbase::sandbox::{Endpoint, Function, TokenSeen};

use super::{
    ADDRESS, NAME, THIRD_ENV, envs_of, function, hash, statuses, values, with_code, write_zip,
    writes,
};
use crate::support::{ENV, OTHER_ENV, actions};
use crate::workspace;

#[tokio::test(flavor = "multi_thread")]
async fn absent_functions_are_uploaded_in_one_call_and_waited_for() {
    let workspace = workspace!();
    workspace
        .sandbox
        .behave(|now| now.function_creation = Duration::from_millis(1500));
    write_zip(&workspace, "one");
    let network = "vpc_id = \"vpc-1\"\n  subnet_id = \"subnet-1\"";
    workspace.configure(&function(&[ENV, OTHER_ENV], network));
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, ADDRESS), ["create"]);
    let after = &plan["resource_changes"][0]["change"]["after"];
    assert_eq!(after["source_hash"], hash("one").as_str());
    assert_eq!(envs_of(&workspace, Endpoint::FunctionList).len(), 2);
    assert_eq!(writes(&workspace), 0, "a plan sends nothing");
    workspace.sandbox.clear_calls();

    workspace.run(&["apply", "-no-color", "plan"]).await.ok();
    let uploads = workspace.calls(Endpoint::UploadFunction);
    assert_eq!(uploads.len(), 1, "{uploads:?}");
    assert_eq!(uploads[0].token, TokenSeen::Component);
    assert_eq!(uploads[0].envs, [OTHER_ENV, ENV]);
    let body = &uploads[0].body;
    assert_eq!(
        (&body["functionname"], &body["vpcid"], &body["subnetid"]),
        (&NAME.into(), &"vpc-1".into(), &"subnet-1".into())
    );
    assert!(workspace.calls(Endpoint::UploadFunctionCode).is_empty());
    let lists = envs_of(&workspace, Endpoint::FunctionList);
    assert!(
        lists.len() >= 6,
        "once before, and until it is active: {lists:?}"
    );
    for call in workspace.calls(Endpoint::FunctionList) {
        assert_eq!(call.body["searchkey"], NAME);
    }
    assert_eq!(with_code(&workspace, "one"), [OTHER_ENV, ENV]);
    assert_eq!(statuses(&workspace, &[ENV, OTHER_ENV]).await, ["Active"; 2]);
    let values = values(&workspace).await;
    assert_eq!(values["source_hash"], hash("one").as_str());
    assert_eq!(
        (&values["name"], &values["deletion_policy"]),
        (&NAME.into(), &"keep".into())
    );
    workspace.sandbox.clear_calls();
    workspace.assert_plan_is_empty().await;
    assert_eq!(workspace.calls(Endpoint::FunctionList).len(), 2);
    assert_eq!(writes(&workspace), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_is_there_gets_the_code_and_another_name_does_not_count() {
    let workspace = workspace!();
    workspace.sandbox.put_function(Function::new(ENV, NAME));
    // More than a page, all of which the search finds first.
    for number in 0..25 {
        let name = format!("a_{NAME}_{number}");
        workspace.sandbox.put_function(Function::new(ENV, &name));
        workspace
            .sandbox
            .put_function(Function::new(OTHER_ENV, &name));
    }
    write_zip(&workspace, "one");
    workspace.configure(&function(
        &[ENV, OTHER_ENV, THIRD_ENV],
        "vpc_id = \"vpc-1\"",
    ));
    workspace.apply().await;
    assert_eq!(
        envs_of(&workspace, Endpoint::UploadFunction),
        [[THIRD_ENV, OTHER_ENV]]
    );
    assert_eq!(envs_of(&workspace, Endpoint::UploadFunctionCode), [[ENV]]);
    let code = &workspace.calls(Endpoint::UploadFunctionCode)[0].body;
    assert!(code["vpcid"].is_null(), "{code}");
    assert_eq!(with_code(&workspace, "one"), [THIRD_ENV, OTHER_ENV, ENV]);
    assert_eq!(workspace.sandbox.functions().len(), 53);
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_environments_than_a_batch_take_several_calls() {
    let workspace = workspace!();
    write_zip(&workspace, "one");
    let resource = function(&[ENV, OTHER_ENV, THIRD_ENV], "");
    workspace.configure(&format!(
        "provider \"cloudbase\" {{\n  batch_size = 2\n}}\n{resource}"
    ));
    workspace.apply().await;
    assert_eq!(
        envs_of(&workspace, Endpoint::UploadFunction),
        [vec![THIRD_ENV, OTHER_ENV], vec![ENV]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn environments_come_and_go_in_place_and_functions_stay() {
    let workspace = workspace!();
    write_zip(&workspace, "one");
    workspace.configure(&function(&[ENV, OTHER_ENV], ""));
    workspace.apply().await;
    workspace.sandbox.clear_calls();

    workspace.configure(&function(&[OTHER_ENV, THIRD_ENV], ""));
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, ADDRESS), ["update"]);
    let change = &plan["resource_changes"][0]["change"];
    assert_eq!(change["after"]["functions"][OTHER_ENV]["status"], "Active");
    assert_eq!(change["after_unknown"]["functions"][THIRD_ENV], true);
    let run = workspace.run(&["apply", "-no-color", "plan"]).await.ok();
    assert!(!run.flat().contains("Warning: function"), "{}", run.flat());
    assert_eq!(envs_of(&workspace, Endpoint::UploadFunction), [[THIRD_ENV]]);
    assert_eq!(writes(&workspace), 1);
    assert_eq!(with_code(&workspace, "one"), [THIRD_ENV, OTHER_ENV, ENV]);
    assert_eq!(
        values(&workspace).await["envs"].as_array().unwrap().len(),
        2
    );
    workspace.assert_plan_is_empty().await;

    let plan = workspace.run(&["plan", "-destroy", "-no-color"]).await.ok();
    let said = plan.flat();
    assert!(
        said.contains("function cloudbase_auth stays where it is"),
        "{said}"
    );
    workspace.sandbox.clear_calls();
    workspace.destroy().await.ok();
    assert_eq!(writes(&workspace), 0);
    assert_eq!(workspace.sandbox.functions().len(), 3);
    assert!(workspace.resource(ADDRESS).await.is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_other_policy_what_is_removed_is_deleted_and_the_plan_warns() {
    let workspace = workspace!();
    write_zip(&workspace, "one");
    workspace.configure(&function(&[ENV, OTHER_ENV], ""));
    workspace.apply().await;
    workspace.sandbox.clear_calls();
    let policy = "deletion_policy = \"delete\"";
    workspace.configure(&function(&[ENV, OTHER_ENV], policy));
    workspace.apply().await;
    assert_eq!(writes(&workspace), 0, "a policy sends nothing");

    workspace.configure(&function(&[ENV], policy));
    let run = workspace.run(&["plan", "-no-color"]).await.ok();
    let said = run.flat();
    for words in [
        "Warning: function cloudbase_auth will be deleted",
        OTHER_ENV,
        "cut off",
    ] {
        assert!(said.contains(words), "`{words}` is not in {said}");
    }
    workspace.apply().await;
    assert_eq!(envs_of(&workspace, Endpoint::DeleteFunction), [[OTHER_ENV]]);
    let call = &workspace.calls(Endpoint::DeleteFunction)[0].body;
    assert_eq!(call["functionname"], NAME);

    // One that somebody else has deleted is deleted.
    workspace.configure(&function(&[ENV, OTHER_ENV], policy));
    workspace.apply().await;
    workspace.sandbox.remove_function(OTHER_ENV, NAME);
    workspace.sandbox.clear_calls();
    let run = workspace.run(&["plan", "-destroy", "-no-color"]).await.ok();
    assert!(run.flat().contains("will be deleted"), "{}", run.flat());
    workspace
        .run(&["destroy", "-auto-approve", "-refresh=false"])
        .await
        .ok();
    let mut deleted = envs_of(&workspace, Endpoint::DeleteFunction).concat();
    deleted.sort();
    assert_eq!(deleted, [OTHER_ENV, ENV]);
    assert!(workspace.sandbox.functions().is_empty());
    assert!(workspace.resource(ADDRESS).await.is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_name_replaces_it_and_says_what_becomes_of_the_old_one() {
    let workspace = workspace!();
    write_zip(&workspace, "one");
    workspace.configure(&function(&[ENV], ""));
    workspace.apply().await;
    workspace.configure(&function(&[ENV], "name = \"other\""));
    let run = workspace
        .run(&["plan", "-no-color", "-out=plan"])
        .await
        .ok();
    let said = run.flat();
    assert!(said.contains("must be replaced"), "{said}");
    assert!(said.contains("cloudbase_auth stays where it is"), "{said}");
    workspace.run(&["apply", "plan"]).await.ok();
    let names: Vec<_> = workspace
        .sandbox
        .functions()
        .into_iter()
        .map(|one| one.name)
        .collect();
    assert_eq!(names, [NAME, "other"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_alone_sends_nothing_and_the_plan_says_so() {
    let workspace = workspace!();
    write_zip(&workspace, "one");
    workspace.configure(&function(&[ENV], ""));
    workspace.apply().await;
    workspace.sandbox.clear_calls();
    workspace.configure(&function(&[ENV], "subnet_id = \"subnet-1\""));
    let run = workspace.apply().await;
    let said = run.flat();
    assert!(
        said.contains("changing `subnet_id` does not change functions"),
        "{said}"
    );
    assert_eq!(writes(&workspace), 0);
    workspace.assert_plan_is_empty().await;
    // One that has to be made anew gets it.
    workspace.sandbox.remove_function(ENV, NAME);
    workspace.apply().await;
    assert_eq!(
        workspace.calls(Endpoint::UploadFunction)[0].body["subnetid"],
        "subnet-1"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_outside_is_planned_again_and_other_code_is_not_seen() {
    let workspace = workspace!();
    write_zip(&workspace, "one");
    workspace.configure(&function(&[ENV, OTHER_ENV], ""));
    workspace.apply().await;
    let mut other = Function::new(OTHER_ENV, NAME);
    other.code = Some("another".to_owned());
    workspace.sandbox.put_function(other);
    workspace.assert_plan_is_empty().await;

    workspace.sandbox.remove_function(ENV, NAME);
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, ADDRESS), ["update"]);
    workspace.sandbox.clear_calls();
    workspace.apply().await;
    assert_eq!(envs_of(&workspace, Endpoint::UploadFunction), [[ENV]]);
    assert_eq!(writes(&workspace), 1);

    workspace.sandbox.remove_function(ENV, NAME);
    workspace.sandbox.remove_function(OTHER_ENV, NAME);
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, ADDRESS), ["create"]);
}
