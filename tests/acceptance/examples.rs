//! The examples are valid, formatted, and do what the pages that show them say.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cloudbase::sandbox::{Confirm, Endpoint, Options, Seed};
use serde_json::json;

use crate::support::{A, B, EXAMPLES, Feature, Workspace, actions};
use crate::workspace;

const PROD: &str = "tea-house-7gfwxe92efb3aa38";

/// The module that examples call.
const MODULE: &str = "share";

/// What belongs together in more than one file, and is run as a whole by the tests in `cookbook/`.
const COOKBOOK: &str = "guides/cookbook/";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

fn example(path: &str) -> String {
    fs::read_to_string(folder().join(path)).unwrap()
}

/// Every file below `folder` whose name ends in `.tf`.
fn configurations(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(configurations(&path));
        } else if path.extension().is_some_and(|extension| extension == "tf") {
            found.push(path);
        }
    }
    found
}

/// Whether the example at `path` calls the module in the folder `module` beside it.
fn calls_module(path: &Path, module: &str) -> bool {
    let hcl = fs::read_to_string(path).unwrap();
    hcl.contains(&format!("source = \"./{module}\"\n"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_validates() {
    let workspace = workspace!();
    let mut seen = 0;
    for path in configurations(&folder()) {
        let name = path.strip_prefix(folder()).unwrap().to_string_lossy();
        if name.starts_with(COOKBOOK) {
            continue;
        }
        let mut needs = EXAMPLES.iter().filter(|(part, _)| name.contains(part));
        if needs.any(|(_, feature)| !workspace.cli().offers_part(*feature)) {
            continue;
        }
        let hcl = fs::read_to_string(&path).unwrap();
        if hcl.contains("required_providers") {
            fs::write(workspace.path().join("main.tf"), hcl).unwrap();
        } else {
            workspace.configure(&hcl);
        }
        // A module that it uses is in a folder beside it.
        if calls_module(&path, MODULE) {
            let module = format!("{MODULE}/main.tf");
            fs::create_dir_all(workspace.path().join(MODULE)).unwrap();
            fs::copy(path.with_file_name(&module), workspace.path().join(&module)).unwrap();
            workspace.run(&["get", "-no-color"]).await.ok();
        }
        let run = workspace.run(&["validate", "-no-color"]).await;
        assert_eq!(run.code, 0, "{}: {}", path.display(), run.flat());
        seen += 1;
    }
    assert!(seen >= 15, "only {seen} examples were found");
    assert!(workspace.sandbox.calls().is_empty());

    // Without functions of providers, their calls are not even read.
    if !workspace.cli().offers_part(Feature::Functions) {
        return;
    }
    let examples = folder().display().to_string();
    let run = workspace
        .run(&["fmt", "-check", "-diff", "-recursive", &examples])
        .await;
    assert_eq!(run.code, 0, "not formatted: {}", run.stdout);
}

#[test]
fn the_seed_of_the_sandbox_guide_is_one() {
    let seed = Seed::read(&folder().join("guides/sandbox/seed.json")).unwrap();
    assert_eq!(seed.confirm, Some(Confirm::After(Duration::from_secs(2))));
}

#[tokio::test(flavor = "multi_thread")]
async fn merchants_get_their_open_requests_by_name() {
    let workspace = workspace!();
    workspace.configure(&example("resources/cloudbase_env_share/merchants.tf"));
    workspace.apply().await;
    let open = output(&workspace, "open_requests").await;
    assert_eq!(
        open["tea_house"].as_object().map(serde_json::Map::len),
        Some(2),
        "{open}"
    );

    assert_eq!(workspace.sandbox.approve_all(), 3);
    workspace.apply().await;
    assert_eq!(output(&workspace, "open_requests").await, json!({}));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shared_already_is_imported_by_a_data_source() {
    const FIRST: &str = "wxd4b82f60c1e7a935";
    const SECOND: &str = "wx19e6a3c07f5d2b48";
    let workspace = workspace!(needs ImportForEach);
    for (env, appid) in [(PROD, FIRST), (PROD, SECOND), ("test-env", FIRST)] {
        workspace.sandbox.bind(env, appid, None);
    }
    workspace.configure(&example("data-sources/cloudbase_env_shares/import_all.tf"));
    workspace.apply().await;
    let address = format!("cloudbase_env_share.existing[\"{PROD}\"]");
    let imported = workspace.resource(&address).await;
    assert_eq!(imported["values"]["appids"], json!([SECOND, FIRST]));
    assert_eq!(workspace.writes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_is_converted_and_then_shared() {
    let workspace = workspace!();
    workspace.configure(&example("resources/cloudbase_env_conversion/resource.tf"));
    workspace.apply().await;
    assert_eq!(workspace.sandbox.converted(), [PROD]);
    let calls = workspace.sandbox.calls();
    let first = |endpoint| calls.iter().position(|call| call.endpoint == endpoint);
    assert!(
        first(Endpoint::Convert) < first(Endpoint::Share),
        "{calls:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_are_asked_before_the_wait() {
    let workspace = workspace!();
    fs::write(
        workspace.path().join("ask-administrators.sh"),
        "echo \"$CONFIRM_URLS\" > asked.json\n",
    )
    .unwrap();
    workspace.configure(&example("guides/confirmation/notify.tf"));
    let approve = async {
        // Only once they have been asked do the administrators approve.
        let asked = workspace.path().join("asked.json");
        while !fs::read_to_string(&asked).is_ok_and(|text| text.ends_with("}\n")) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let urls: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(&asked).unwrap()).unwrap();
        assert_eq!(workspace.sandbox.approve_all(), 2);
        urls
    };
    let (_, urls) = tokio::join!(workspace.apply(), approve);
    for appid in [A, B] {
        assert!(urls[appid].as_str().unwrap().starts_with("http"), "{urls}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_and_waiting_can_be_two_runs() {
    let workspace = workspace!();
    workspace.configure(&example("guides/confirmation/two_steps.tf"));
    workspace.apply().await;
    let urls = output(&workspace, "confirm_urls").await;
    assert_eq!(urls.as_object().map(serde_json::Map::len), Some(2));
    workspace.sandbox.approve_all();
    workspace
        .run(&["apply", "-auto-approve", "-no-color", "-var", "wait=true"])
        .await
        .ok();
    assert_eq!(
        workspace.calls(Endpoint::Share).len(),
        1,
        "asks nobody again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn changing_the_trigger_asks_those_that_are_pending() {
    let workspace = workspace!();
    let hcl = example("resources/cloudbase_env_share/confirmation_trigger.tf");
    workspace.configure(&hcl);
    workspace.apply().await;
    workspace.sandbox.approve(PROD, A);
    workspace.sandbox.clear_calls();
    workspace.configure(&hcl.replace("second round", "third round"));
    workspace.apply().await;
    assert_eq!(workspace.named(Endpoint::Share), [B]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_postcondition_fails_the_apply_and_taints_nothing() {
    let workspace = workspace!(refusing_b());
    workspace.configure(&example("guides/partial-failure/postcondition.tf"));
    let refused = format!("{B}: ");
    workspace
        .try_apply()
        .await
        .fails_with(&["Resource postcondition failed", &refused]);
    let share = workspace.resource("cloudbase_env_share.tea_house").await;
    assert!(share["tainted"].is_null(), "{share}");

    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, "cloudbase_env_share.tea_house"), ["update"]);
    workspace.sandbox.allow_appid(Endpoint::Share, B);
    workspace.sandbox.clear_calls();
    workspace.apply().await;
    assert_eq!(workspace.named(Endpoint::Share), [B]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_warns_and_is_in_the_json() {
    let workspace = workspace!(refusing_b());
    workspace.configure(&example("guides/partial-failure/check.tf"));
    let said = workspace.apply().await.flat();
    assert!(said.contains("Check block assertion failed"), "{said}");
    let check = &workspace.state().await["checks"][0];
    assert_eq!(check["status"], "fail", "{check}");
}

fn refusing_b() -> Options {
    let seed =
        json!({ "refusals": [{ "on": "share", "appid": B, "errmsg": "main body not same" }] });
    Options {
        seed: Some(serde_json::from_value(seed).unwrap()),
        ..Options::default()
    }
}

async fn output(workspace: &Workspace, name: &str) -> serde_json::Value {
    let run = workspace.run(&["output", "-json", name]).await.ok();
    serde_json::from_str(&run.stdout).unwrap()
}
