//! Import by id and by identity.

use cloudbase::sandbox::{Endpoint, Function};

use super::{ADDRESS, NAME, envs_of, function, hash, values, with_code, write_zip, writes};
use crate::support::{ENV, OTHER_ENV};
use crate::workspace;

#[tokio::test(flavor = "multi_thread")]
async fn after_an_import_the_code_is_uploaded_once() {
    let workspace = workspace!();
    for env in [ENV, OTHER_ENV] {
        workspace.sandbox.put_function(Function::new(env, NAME));
    }
    write_zip(&workspace, "one");
    workspace.configure(&function(&[ENV, OTHER_ENV], ""));
    let id = format!("{ENV},{OTHER_ENV}");
    workspace.run(&["import", ADDRESS, &id]).await.ok();
    assert_eq!(writes(&workspace), 0);
    assert!(values(&workspace).await["source_hash"].is_null());
    let run = workspace
        .run(&["plan", "-no-color", "-out=plan"])
        .await
        .ok();
    let said = run.flat();
    assert!(
        said.contains("function cloudbase_auth gets the code of `source`"),
        "{said}"
    );
    workspace.run(&["apply", "plan"]).await.ok();
    assert_eq!(
        envs_of(&workspace, Endpoint::UploadFunctionCode),
        [[OTHER_ENV, ENV]]
    );
    assert_eq!(with_code(&workspace, "one").len(), 2);
    assert_eq!(
        values(&workspace).await["source_hash"],
        hash("one").as_str()
    );
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_name_is_part_of_the_id_and_what_is_not_there_is_an_error() {
    let workspace = workspace!();
    workspace.sandbox.put_function(Function::new(ENV, "other"));
    write_zip(&workspace, "one");
    workspace.configure(&function(&[ENV], "name = \"other\""));
    let workspace = &workspace;
    let import =
        |id: String| async move { workspace.run(&["import", "-no-color", ADDRESS, &id]).await };
    import(ENV.to_owned())
        .await
        .fails_with(&[&format!("environment {ENV} has no function cloudbase_auth")]);
    for id in ["not an id", "a/b/c", "1/env", "env,"] {
        import(id.to_owned())
            .await
            .fails_with(&["invalid import id", "NAME/ENV[,ENV…]"]);
    }
    import(format!("other/{ENV}")).await.ok();
    assert_eq!(values(workspace).await["name"], "other");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_imported_by_its_identity() {
    let workspace = workspace!(needs ImportByIdentity);
    workspace.sandbox.put_function(Function::new(ENV, NAME));
    write_zip(&workspace, "one");
    let import =
        format!("import {{\n  to = {ADDRESS}\n  identity = {{\n    envs = [{ENV:?}]\n  }}\n}}\n");
    workspace.configure(&format!("{}{import}", function(&[ENV], "")));
    workspace.apply().await;
    let identity = &workspace.resource(ADDRESS).await["identity"];
    assert_eq!(identity, &serde_json::json!({"name": NAME, "envs": [ENV]}));
    workspace.assert_plan_is_empty().await;
}
