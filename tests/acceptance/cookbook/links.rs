//! The links of those who have not confirmed, as a table and as pages.

use serde_json::{Value as Json, json};

use super::merchants::FROM_CSV;
use super::{BOOK_SHOP, D, TEA_HOUSE};
use crate::support::{A, B, Workspace, has_program};
use crate::workspace;

/// What a CSV reader makes of the output, but for its byte order mark.
async fn table(workspace: &Workspace) -> Json {
    let run = workspace.run(&["output", "-raw", "confirm_links"]).await;
    let text = run.ok().stdout;
    assert!(text.starts_with('\u{feff}') && text.ends_with('\n'));
    let elsewhere = workspace.path().join("reader");
    std::fs::create_dir_all(&elsewhere).unwrap();
    std::fs::write(elsewhere.join("links.csv"), text).unwrap();
    let hcl =
        "output \"rows\" {\n  value = csvdecode(trimprefix(file(\"links.csv\"), \"\\ufeff\"))\n}\n";
    std::fs::write(elsewhere.join("main.tf"), hcl).unwrap();
    let folder = "-chdir=reader";
    workspace
        .run(&[folder, "apply", "-auto-approve"])
        .await
        .ok();
    let run = workspace.run(&[folder, "output", "-json", "rows"]).await;
    serde_json::from_str(&run.ok().stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_a_table_to_mail() {
    let workspace = workspace!();
    workspace.empty();
    workspace.put(FROM_CSV);
    workspace.put(&["links/links.tf"]);
    let names = ["Tea \"House\", 2nd floor", "=cmd|' /C calc'!A0", "小书店"];
    let rows = [(TEA_HOUSE, A), (TEA_HOUSE, B), (BOOK_SHOP, D)];
    let rows = rows.iter().zip(names).map(|((env, appid), name)| {
        let name = name.replace('"', "\"\"");
        format!("{env},{appid},\"{name}\"\n")
    });
    let csv = format!("environment,appid,name\n{}", rows.collect::<String>());
    workspace.write_file("merchants.csv", &csv);
    workspace.apply().await;

    let link = |appid: &str| {
        let pending = workspace.sandbox.pending().into_iter();
        let mut of = pending.filter(|one| one.appid == appid);
        of.next().unwrap().url.unwrap()
    };
    let row = |name: &str, env: &str, appid: &str| json!({ "name": name, "environment": env, "appid": appid, "link": link(appid) });
    // The second name is no formula any more.
    let (tea, delivery, books) = (
        row(names[0], TEA_HOUSE, A),
        row("'=cmd|' /C calc'!A0", TEA_HOUSE, B),
        row(names[2], BOOK_SHOP, D),
    );
    assert_eq!(table(&workspace).await, json!([tea, delivery, books]));
    workspace.assert_plan_is_empty().await;

    workspace.sandbox.approve(TEA_HOUSE, A);
    workspace.sandbox.clear_calls();
    workspace.apply().await;
    assert_eq!(table(&workspace).await, json!([delivery, books]));
    workspace.sandbox.approve_all();
    workspace.apply().await;
    assert_eq!(table(&workspace).await, json!([]));
    assert_eq!(workspace.writes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_merchant_has_a_page_of_its_own() {
    let workspace = workspace!(needs Functions);
    if !has_program(workspace.cli(), "jq") {
        return;
    }
    workspace.empty();
    workspace.put(FROM_CSV);
    workspace.put(&["links/page.tf"]);
    workspace.run_example("links/pages.sh").await.ok();
    let link = |appid: &str| {
        let pending = workspace.sandbox.pending().into_iter();
        let mut of = pending.filter(|one| one.appid == appid);
        format!(" href=\"{}\"", of.next().unwrap().url.unwrap())
    };
    let (tea, delivery, books) = (link(A), link(B), link(D));
    let all = workspace.read_file("confirm.html");
    let tea_house = workspace.read_file(&format!("{TEA_HOUSE}.html"));
    let book_shop = workspace.read_file(&format!("{BOOK_SHOP}.html"));
    for (page, links) in [
        (&all, [true, true, true]),
        (&tea_house, [true, true, false]),
        (&book_shop, [false, false, true]),
    ] {
        assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
        let found = [&tea, &delivery, &books].map(|link| page.contains(link.as_str()));
        assert_eq!(found, links, "{page}");
    }
    assert!(book_shop.contains("小书店") && !book_shop.contains("Tea House"));
    assert!(tea_house.contains("Tea House, delivery"));
    workspace.assert_plan_is_empty().await;

    // Who has nothing to confirm has no page.
    workspace.sandbox.approve(BOOK_SHOP, D);
    std::fs::remove_file(workspace.path().join(format!("{BOOK_SHOP}.html"))).unwrap();
    workspace.run_example("links/pages.sh").await.ok();
    assert!(!workspace.path().join(format!("{BOOK_SHOP}.html")).exists());
    assert!(!workspace.read_file("confirm.html").contains(&books));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_beginning_of_a_formula_is_made_a_text() {
    let workspace = workspace!();
    workspace.empty();
    workspace.put(FROM_CSV);
    workspace.put(&["links/links.tf"]);
    for (name, cell) in [
        ("=1", "'=1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@a", "'@a"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        // What is after the beginning stays.
        ("a=b+c-d@e", "a=b+c-d@e"),
    ] {
        let row = json!([{ "environment": BOOK_SHOP, "appid": D, "name": name }]);
        workspace.write_file("rows.tf", &format!("locals {{\n  rows = {row}\n}}\n"));
        workspace.apply().await;
        assert_eq!(table(&workspace).await[0]["name"], cell);
    }
}
