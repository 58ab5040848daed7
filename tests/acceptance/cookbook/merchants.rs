//! Merchants from a table.

use std::fs;

use cloudbase::sandbox::Endpoint;

use super::{BOOK_SHOP, D, TEA_HOUSE, example, with};
use crate::support::{A, B, Workspace};
use crate::workspace;

/// The recipe with the CSV file.
pub(super) const FROM_CSV: &[&str] = &[
    "merchants/merchants.csv",
    "merchants/rows_csv.tf",
    "merchants/shares.tf",
];

fn pending() -> [String; 3] {
    [(BOOK_SHOP, D), (TEA_HOUSE, B), (TEA_HOUSE, A)]
        .map(|(env, appid)| format!("{env} {appid} pending"))
}

async fn from_csv(csv: &[u8]) -> Option<Workspace> {
    let cli = crate::support::Cli::find()?;
    let workspace = Workspace::start(cli, cloudbase::sandbox::Options::default()).await;
    workspace.empty();
    workspace.put(FROM_CSV);
    fs::write(workspace.path().join("merchants.csv"), csv).unwrap();
    Some(workspace)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_csv_and_a_yaml_file_say_the_same() {
    let workspace = workspace!();
    workspace.empty();
    workspace.put(FROM_CSV);
    workspace.apply().await;
    assert_eq!(workspace.shares(), pending());
    assert_eq!(workspace.named(Endpoint::Share), [B, A, D]);

    // The file goes away, and nothing changes.
    fs::remove_file(workspace.path().join("merchants.csv")).unwrap();
    workspace.put(&["merchants/merchants.yaml", "merchants/rows_yaml.tf"]);
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_excel_writes_is_the_same_table() {
    let excel = with(&example("merchants/merchants.csv"), "\n", "\r\n");
    let excel = with(&excel, &format!(",{A},"), &format!(", {A} ,"));
    let excel = format!("\u{feff}{excel},,\r\n,,\r\n");
    let Some(workspace) = from_csv(excel.as_bytes()).await else {
        return;
    };
    workspace.apply().await;
    assert_eq!(workspace.shares(), pending());

    // It is that function that makes the difference.
    let rows = example("merchants/rows_csv.tf");
    let file = "file(\"${path.module}/merchants.csv\")";
    let naive = with(&rows, &format!("trimprefix({file}, \"\\ufeff\")"), file);
    workspace.write_file("rows.tf", &naive);
    let run = workspace.run(&["plan", "-no-color"]).await;
    run.fails_with(&["does not have an attribute named \"environment\""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_in_the_table_are_found_in_the_plan() {
    let table = example("merchants/merchants.csv");
    let twice = format!("{table}{TEA_HOUSE},{A},Tea House again\n");
    let twice_said =
        format!("The environment {TEA_HOUSE} has the same mini program twice: {A}, {B}, {A}.");
    let short = with(&table, D, "wx8a1c3f0be2d94c5");
    let short_said = "\"wx8a1c3f0be2d94c5\" is not an appid";
    for (csv, said) in [(twice, twice_said.as_str()), (short, short_said)] {
        let Some(workspace) = from_csv(csv.as_bytes()).await else {
            return;
        };
        let run = workspace.run(&["plan", "-no-color"]).await;
        run.fails_with(&[said]);
        workspace.try_apply().await.fails_with(&[said]);
        assert_eq!(workspace.writes(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_another_encoding_is_refused() {
    // The name of the book shop in GBK.
    let gbk = b"environment,appid,name\nbook-shop-1g5fhz2k9c0d7e61,wx8a1c3f0be2d94c57,\xd0\xa1\xca\xe9\xb5\xea\n";
    let Some(workspace) = from_csv(gbk).await else {
        return;
    };
    let run = workspace.run(&["plan", "-no-color"]).await;
    run.fails_with(&["not valid UTF-8"]);
}
