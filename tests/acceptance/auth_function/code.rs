//! The file: its hash in the plan, its changes, and that it is nowhere else.

use std::fs;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use cloudbase::sandbox::Endpoint;

use super::{ADDRESS, FILE, envs_of, function, hash, values, with_code, write_zip, writes, zip};
use crate::secrets::assert_clean;
use crate::support::{ENV, OTHER_ENV, actions};
use crate::workspace;

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_file_is_a_planned_update_that_sends_code_to_all() {
    let workspace = workspace!();
    write_zip(&workspace, "one");
    workspace.configure(&function(&[ENV, OTHER_ENV], ""));
    workspace.apply().await;
    workspace.sandbox.clear_calls();
    write_zip(&workspace, "two");
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, ADDRESS), ["update"]);
    let change = &plan["resource_changes"][0]["change"];
    assert_eq!(change["before"]["source_hash"], hash("one").as_str());
    assert_eq!(change["after"]["source_hash"], hash("two").as_str());
    assert_eq!(writes(&workspace), 0);
    workspace.run(&["apply", "plan"]).await.ok();
    assert_eq!(
        envs_of(&workspace, Endpoint::UploadFunctionCode),
        [[OTHER_ENV, ENV]]
    );
    assert_eq!(writes(&workspace), 1);
    assert_eq!(with_code(&workspace, "two"), [OTHER_ENV, ENV]);
    workspace.assert_plan_is_empty().await;

    // The same file elsewhere sends nothing.
    workspace.sandbox.clear_calls();
    fs::rename(workspace.path().join(FILE), workspace.path().join("b.zip")).unwrap();
    workspace.configure(&function(&[ENV, OTHER_ENV], "").replace(FILE, "b.zip"));
    workspace.apply().await;
    assert_eq!(writes(&workspace), 0);
    assert_eq!(values(&workspace).await["source"], "b.zip");
}

/// A file that is made during the apply need not be there; one that is there is looked at.
#[tokio::test(flavor = "multi_thread")]
async fn the_plan_looks_at_a_file_whose_hash_is_given() {
    let workspace = workspace!();
    let given = format!("source_hash = {:?}", hash("one"));
    workspace.configure(&function(&[ENV], &given));
    let plan = || workspace.run(&["plan", "-no-color"]);
    plan().await.ok();
    write_zip(&workspace, "two");
    plan().await.fails_with(&[
        "is not the file of `source_hash`",
        &hash("one"),
        &hash("two"),
    ]);
    let file = workspace.path().join(FILE);
    fs::write(&file, "exports.main = () => {}").unwrap();
    plan().await.fails_with(&["it is not a zip file"]);
    let mut large = zip("");
    large.resize((20 << 20) + 1, 0);
    fs::write(&file, &large).unwrap();
    plan().await.fails_with(&["it has 20971521 bytes"]);
    write_zip(&workspace, "one");
    plan().await.ok();
    assert_eq!(writes(&workspace), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn terraform_s_own_hash_is_the_same_one() {
    let workspace = workspace!();
    write_zip(&workspace, "one");
    workspace.configure(&function(&[ENV], ""));
    workspace.apply().await;
    let given = format!("source_hash = filebase64sha256({FILE:?})");
    workspace.configure(&function(&[ENV], &given));
    workspace.assert_plan_is_empty().await;
    // With it the plan does not need the file where nothing is to be sent.
    let given = format!("source_hash = {:?}", hash("one"));
    workspace.configure(&function(&[ENV], &given));
    fs::remove_file(workspace.path().join(FILE)).unwrap();
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_another_hash_than_the_planned_one_is_not_sent() {
    let workspace = workspace!();
    write_zip(&workspace, "one");
    let given = format!("source_hash = {:?}", hash("one"));
    workspace.configure(&function(&[ENV], &given));
    workspace.plan().await;
    write_zip(&workspace, "two");
    let run = workspace.run(&["apply", "-no-color", "plan"]).await;
    run.fails_with(&[
        "is not the file that was planned",
        &hash("one"),
        &hash("two"),
        "Nothing was sent",
    ]);
    assert_eq!(writes(&workspace), 0);
    assert!(workspace.resource(ADDRESS).await.is_null());
}

/// Terraform compares the plan that it makes while it applies with the first one.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changes_after_the_plan_is_not_sent() {
    let workspace = workspace!();
    write_zip(&workspace, "one");
    workspace.configure(&function(&[ENV], ""));
    workspace.plan().await;
    write_zip(&workspace, "two");
    let run = workspace.run(&["apply", "-no-color", "plan"]).await;
    run.fails_with(&["source_hash"]);
    assert_eq!(writes(&workspace), 0);

    workspace.apply().await;
    workspace.sandbox.clear_calls();
    write_zip(&workspace, "three");
    workspace.plan().await;
    workspace.sandbox.clear_calls();
    write_zip(&workspace, "four");
    let run = workspace.run(&["apply", "-no-color", "plan"]).await;
    run.fails_with(&["source_hash"]);
    assert_eq!(writes(&workspace), 0);
    assert_eq!(with_code(&workspace, "two"), [ENV]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_uploaded_is_an_error_of_the_plan() {
    let workspace = workspace!();
    workspace.configure(&function(&[ENV], ""));
    let plan = || workspace.run(&["plan", "-no-color"]);
    let at_source = format!("source = {FILE:?}");
    plan().await.fails_with(&[
        "could not read \"function.zip\"",
        "No such file",
        &at_source,
    ]);
    let file = workspace.path().join(FILE);
    fs::create_dir(&file).unwrap();
    plan().await.fails_with(&["it is not a file", &at_source]);
    fs::remove_dir(&file).unwrap();
    fs::write(&file, "exports.main = () => {}").unwrap();
    plan()
        .await
        .fails_with(&["it is not a zip file", &at_source]);

    let mut large = zip("");
    large.resize((20 << 20) + 1, 0);
    fs::write(&file, &large).unwrap();
    plan().await.fails_with(&[
        "it has 20971521 bytes",
        "the API takes 20971520 at most",
        &at_source,
    ]);
    // The limit may be meant of the base64.
    large.truncate(16 << 20);
    fs::write(&file, &large).unwrap();
    let said = plan().await.ok().flat();
    assert!(said.contains("may be too large"), "{said}");

    write_zip(&workspace, "one");
    workspace.configure(&function(&[ENV], "source_hash = \"00ff\""));
    plan()
        .await
        .fails_with(&["invalid `source_hash`", "filebase64sha256"]);
    assert_eq!(writes(&workspace), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_is_not_known_yet_has_no_hash_yet() {
    let workspace = workspace!();
    let made = "resource \"terraform_data\" \"made\" {\n  input = \"function.zip\"\n}\n";
    let resource = function(&[ENV], "").replace("\"function.zip\"", "terraform_data.made.output");
    workspace.configure(&format!("{made}{resource}"));
    let plan = workspace.plan().await;
    let changes = plan["resource_changes"].as_array().unwrap();
    let change = changes
        .iter()
        .find(|one| one["address"] == ADDRESS)
        .unwrap();
    assert_eq!(change["change"]["after_unknown"]["source_hash"], true);
    write_zip(&workspace, "one");
    workspace.run(&["apply", "plan"]).await.ok();
    assert_eq!(
        values(&workspace).await["source_hash"],
        hash("one").as_str()
    );
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_largest_file_is_sent_and_its_bytes_are_in_no_log_and_no_state() {
    let mut workspace = workspace!();
    workspace.set("TF_LOG", "TRACE");
    let words = "canary-of-the-code-".repeat(200);
    write_zip(&workspace, &words);
    workspace.configure(&function(&[ENV], ""));
    let mut runs = vec![workspace.run(&["plan", "-out=plan"]).await.ok()];
    runs.push(workspace.run(&["apply", "plan"]).await.ok());
    assert!(runs.iter().any(|run| run.stderr.contains("batchuploadscf")));
    assert_eq!(with_code(&workspace, &words), [ENV]);
    let encoded = BASE64_STANDARD.encode(zip(&words));
    fs::remove_file(workspace.path().join(FILE)).unwrap();
    let canaries = ["canary-of-the-code".to_owned(), encoded[..64].to_owned()];
    assert_clean(&workspace, runs, &canaries);

    workspace.unset("TF_LOG");
    let mut large = zip("large");
    large.resize(20 << 20, 7);
    fs::write(workspace.path().join(FILE), &large).unwrap();
    workspace.apply().await;
    let calls = workspace.calls(Endpoint::UploadFunctionCode);
    assert_eq!(
        calls[0].body["zipfile"],
        format!("({} characters)", (20_u32 << 20).div_ceil(3) * 4)
    );
    workspace.assert_plan_is_empty().await;
}
