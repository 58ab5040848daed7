//! `provider::cloudbase::confirmation_page` and `qr_svg` in outputs.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::support::{A, B, ENV, OTHER_ENV, Workspace, share};
use crate::workspace;

const PAGE: &str = "output \"page\" {
  value = provider::cloudbase::confirmation_page([cloudbase_env_share.test], { names = { (\"wx5fe6bb43205e9e07\") = \"茶馆\" } })
}
output \"codes\" {
  value = {
    for appid, share in cloudbase_env_share.test.shares : appid => provider::cloudbase::qr_svg(share.confirm_url)
    if share.confirm_url != null
  }
}
";

async fn raw(workspace: &Workspace, output: &str) -> String {
    let run = workspace.run(&["output", "-raw", output]).await.ok();
    run.stdout
}

fn links(page: &str) -> Vec<&str> {
    let links = page.split(" href=\"").skip(1);
    links.map(|link| link.split('"').next().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_unknown_until_the_links_are_and_changes_when_they_do() {
    let workspace = workspace!(needs Functions);
    workspace.configure(&format!("{}{PAGE}", share(ENV, &[A, B], "")));
    workspace.run(&["validate", "-no-color"]).await.ok();
    let plan = workspace.plan().await;
    let change = &plan["output_changes"]["page"];
    assert_eq!(change["after_unknown"], true, "{change}");

    workspace.apply().await;
    let page = raw(&workspace, "page").await;
    assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
    assert!(page.ends_with("</html>"), "{page}");
    assert!(
        page.contains("<bdi>茶馆</bdi>") && page.contains(B),
        "{page}"
    );
    let share = workspace.resource("cloudbase_env_share.test").await;
    let shares = &share["values"]["shares"];
    // In the order of the appids.
    let urls = [B, A].map(|appid| shares[appid]["confirm_url"].as_str().unwrap());
    assert_eq!(links(&page), urls);
    let state = workspace.state().await;
    for appid in [A, B] {
        let code = state["values"]["outputs"]["codes"]["value"][appid].as_str();
        assert!(page.contains(code.unwrap()), "{page}");
    }
    workspace.assert_plan_is_empty().await;

    workspace.sandbox.approve(ENV, B);
    workspace.apply().await;
    let page = raw(&workspace, "page").await;
    assert!(!page.contains(B) && page.contains(A), "{page}");
    workspace.sandbox.approve_all();
    workspace.apply().await;
    let page = raw(&workspace, "page").await;
    assert!(
        page.contains("目前没有待确认的共享") && !page.contains(A),
        "{page}"
    );
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_some_that_are_known_is_unknown_as_a_whole() {
    let workspace = workspace!(needs Functions);
    let hcl = |envs: &[&str]| {
        format!(
            "resource \"cloudbase_env_share\" \"test\" {{\n  for_each = toset({envs:?})\n  env = each.key\n  \
             appids = [{A:?}]\n}}\n\
             output \"page\" {{\n  value = provider::cloudbase::confirmation_page(values(cloudbase_env_share.test), {{}})\n}}\n\
             output \"same\" {{\n  value = provider::cloudbase::confirmation_page(\n    \
             [for share in cloudbase_env_share.test : share], {{}})\n}}\n"
        )
    };
    workspace.configure(&hcl(&[ENV]));
    workspace.apply().await;
    let before = raw(&workspace, "page").await;
    workspace.configure(&hcl(&[ENV, OTHER_ENV]));
    let plan = workspace.plan().await;
    for output in ["page", "same"] {
        let change = &plan["output_changes"][output];
        assert_eq!(change["after_unknown"], true, "{change}");
        assert_eq!(change["before"], json!(before), "{change}");
    }
    workspace.apply().await;
    let page = raw(&workspace, "page").await;
    assert_eq!(links(&page).len(), 2, "{page}");
    assert_eq!(raw(&workspace, "same").await, page);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_option_is_an_error_before_there_is_a_share() {
    let workspace = workspace!(needs Functions);
    for (options, says) in [
        (
            "{ titel = \"x\" }",
            "`options.titel`: unknown field `titel`",
        ),
        (
            "{ names = \"x\" }",
            "`options.names`: expected a map, found a string",
        ),
        ("\"x\"", "`options`: "),
    ] {
        workspace.configure(&format!(
            "{}output \"page\" {{\n  value = provider::cloudbase::confirmation_page([cloudbase_env_share.test], {options})\n}}\n",
            share(ENV, &[A], "")
        ));
        let run = workspace.run(&["validate", "-no-color"]).await;
        run.fails_with(&["Invalid function argument", says]);
    }
    assert_eq!(workspace.sandbox.calls().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_makes_pages_for_all_and_for_each() {
    let workspace = workspace!(needs Functions);
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples/functions/confirmation_page/function.tf");
    workspace.configure(&fs::read_to_string(path).unwrap());
    workspace.apply().await;
    let all = raw(&workspace, "confirmation_page").await;
    assert_eq!(links(&all).len(), 3, "{all}");
    assert!(all.contains("<title>待确认的环境共享</title>"), "{all}");
    let state = workspace.state().await;
    let pages = &state["values"]["outputs"]["confirmation_pages"]["value"];
    for (merchant, name, count) in [
        ("tea_house", "山间茶馆外卖", 2),
        ("book_shop", "河畔书店", 1),
    ] {
        let page = pages[merchant].as_str().unwrap();
        assert_eq!(links(page).len(), count, "{page}");
        assert!(page.contains(&format!("<bdi>{name}</bdi>")), "{page}");
    }
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_with_a_count_is_a_list_of_shares() {
    let workspace = workspace!(needs Functions);
    workspace.configure(&format!(
        "{}output \"page\" {{\n  value = provider::cloudbase::confirmation_page(cloudbase_env_share.test[*], {{}})\n}}\n",
        share(ENV, &[A], "count = 1")
    ));
    workspace.apply().await;
    assert_eq!(links(&raw(&workspace, "page").await).len(), 1);
}
