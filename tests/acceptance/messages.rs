//! Whole messages, as snapshots in `snapshots/`: a changed one is seen whole in review. They are taken from
//! what the real CLI prints with `-json`; `INSTA_UPDATE=always` writes them anew.

use std::collections::HashSet;
use std::time::Duration;

use cloudbase::sandbox::{Effect, Endpoint, Fault};
use insta::assert_snapshot;
use serde_json::Value as Json;

use crate::open_api_access::access;
use crate::support::{A, B, C, ENV, Feature, OTHER_ENV, Workspace, provider, share};
use crate::workspace;

/// The diagnostics of a command, one after the other, without what differs from run to run.
async fn said(workspace: &Workspace, arguments: &[&str]) -> String {
    let (command, more) = arguments.split_first().expect("a command");
    let arguments = [&[*command, "-json", "-parallelism=1"], more].concat();
    let run = workspace.run(&arguments).await;
    let lines = run
        .stdout
        .lines()
        .filter_map(|line| serde_json::from_str::<Json>(line).ok());
    let diagnostics = lines.filter(|line| line["type"] == "diagnostic");
    let texts = diagnostics.map(|line| {
        let one = &line["diagnostic"];
        let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
        let address = one["address"].as_str().map(|at| format!("\n[{at}]"));
        let (severity, summary, detail) = (text("severity"), text("summary"), text("detail"));
        format!(
            "{severity}: {summary}{}\n{detail}\n",
            address.unwrap_or_default()
        )
    });
    // Of the CLI's own settings for the test.
    let texts = texts.filter(|text| !text.contains("Provider development overrides"));
    let mut texts: Vec<_> = texts.collect();
    if !workspace.cli().has(Feature::WalkIsTold) {
        // Planned again in the apply, it warns again.
        let mut seen = HashSet::new();
        texts.retain(|text| seen.insert(text.clone()));
    }
    let all = texts.join("\n");
    let all = all.replace(&workspace.sandbox.url(), "http://sandbox");
    let all = all.replace(workspace.cli().product.registry(), "registry.terraform.io");
    without(&without(&all, "rid: "), "read at ")
}

/// The text with the words after `label` left out.
fn without(text: &str, label: &str) -> String {
    let mut parts = text.split(label);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest =
            part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || ['-', ':'].contains(&c));
        out.push_str(label);
        out.push('…');
        out.push_str(rest);
    }
    out
}

async fn apply(workspace: &Workspace) -> String {
    said(workspace, &["apply", "-auto-approve"]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_that_is_wrong() {
    let workspace = workspace!();
    workspace.configure(&format!(
        "{}{}",
        provider("token_file = \"t\"\ntoken_command = [\"t\"]\nbatch_size = 0"),
        share(ENV, &[A], "")
    ));
    assert_snapshot!("wrong_provider", said(&workspace, &["plan"]).await);
    let timeouts = "timeouts = { create = \"0s\", read = \"soon\" }";
    let wrong = share("_", &["wx"], &format!("source_type = 1.5\n{timeouts}"));
    workspace.configure(&wrong);
    assert_snapshot!("wrong_resource", said(&workspace, &["plan"]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_asks_and_one_that_ends() {
    let workspace = workspace!();
    workspace.sandbox.bind(ENV, C, None);
    workspace.configure(&share(ENV, &[A, C], ""));
    assert_snapshot!("plan_asks", said(&workspace, &["plan"]).await);
    workspace.apply().await;
    workspace.configure(&share(OTHER_ENV, &[A, B], ""));
    assert_snapshot!("plan_ends", said(&workspace, &["plan"]).await);
    workspace.configure(&share(ENV, &[C], "deletion_policy = \"abandon\""));
    assert_snapshot!("plan_abandons", said(&workspace, &["plan"]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_may_be_asked() {
    let workspace = workspace!();
    let limit = provider("max_confirmation_requests = 2");
    workspace.configure(&format!("{limit}{}", share(ENV, &[A, B, C], "")));
    assert_snapshot!("plan_over_limit", said(&workspace, &["plan"]).await);
    workspace.sandbox.bind(ENV, C, None);
    workspace.configure(&format!(
        "{}{}",
        provider("max_confirmation_requests = 0"),
        share(ENV, &[C], "")
    ));
    workspace.apply().await;
    let late = format!(
        "resource \"terraform_data\" \"late\" {{\n  input = [{A:?}, {C:?}]\n}}\n{}",
        share(ENV, &[], "").replace("[]", "terraform_data.late.output")
    );
    workspace.configure(&format!(
        "{}{late}",
        provider("max_confirmation_requests = 0")
    ));
    assert_snapshot!("apply_over_limit", apply(&workspace).await);
    let triggers = format!("confirmation_triggers = {{ {B} = \"again\" }}");
    workspace.configure(&share(ENV, &[A], &triggers));
    assert_snapshot!("trigger_outside", said(&workspace, &["plan"]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_that_do_not_go_together() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace.apply().await;
    // The one planned last reports the conflict. Without the dependency Terraform plans either one first.
    let after = "depends_on = [cloudbase_env_share.test]";
    let other = share(ENV, &[B], after).replace("\"test\"", "\"other\"");
    workspace.configure(&format!("{}{other}", share(ENV, &[A], "")));
    assert_snapshot!("conflict", said(&workspace, &["plan"]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals() {
    let workspace = workspace!();
    let refuse = |appid, words| {
        workspace
            .sandbox
            .refuse_appid(Endpoint::Share, appid, words);
    };
    refuse(B, "main body not same");
    refuse(C, "invalid env");
    workspace.configure(&share(ENV, &[A, B, C], ""));
    assert_snapshot!("refused_in_create", apply(&workspace).await);
    assert_snapshot!("refused_in_update", apply(&workspace).await);
    workspace.configure(&share(ENV, &[A, B, C], "on_refusal = \"warn\""));
    assert_snapshot!("refused_in_update_warns", apply(&workspace).await);
    workspace
        .sandbox
        .refuse_appid(Endpoint::Unshare, A, "no luck");
    workspace.sandbox.approve_all();
    assert_snapshot!(
        "refused_in_destroy",
        said(&workspace, &["destroy", "-auto-approve"]).await
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_fails() {
    let workspace = workspace!();
    let one = |effect: Effect| Fault::new(effect).on(Endpoint::Share).times(100);
    workspace.configure(&format!(
        "{}{}",
        provider("max_retries = 1"),
        share(ENV, &[A, B], "")
    ));
    workspace.sandbox.inject(one(Effect::PermissionNotGranted));
    assert_snapshot!("call_without_permission", apply(&workspace).await);
    workspace.sandbox.clear_faults();
    workspace.sandbox.inject(one(Effect::DailyCap));
    assert_snapshot!("call_over_daily_cap", apply(&workspace).await);
    workspace.sandbox.clear_faults();
    workspace.sandbox.inject(one(Effect::Busy));
    assert_snapshot!("call_to_busy_api", apply(&workspace).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn time_that_runs_out() {
    let workspace = workspace!();
    let slow = |latency| {
        workspace
            .sandbox
            .set_latency(Some(Endpoint::Query), latency);
    };
    let limits = "timeouts = { create = \"1s\", read = \"1s\", update = \"1s\", delete = \"1s\" }";
    workspace.configure(&share(ENV, &[A], limits));
    // Others look up once more in the apply, in the time of a plan.
    if workspace.cli().offers_part(Feature::WalkIsTold) {
        workspace.run(&["plan", "-out=plan"]).await.ok();
        slow(Duration::from_secs(5));
        assert_snapshot!("time_of_create", said(&workspace, &["apply", "plan"]).await);
        slow(Duration::ZERO);
    }
    workspace.apply().await;
    slow(Duration::from_secs(5));
    assert_snapshot!("time_of_read", said(&workspace, &["plan"]).await);
    slow(Duration::ZERO);
    let latency = Duration::from_secs(15);
    workspace
        .sandbox
        .set_latency(Some(Endpoint::Unshare), latency);
    assert_snapshot!(
        "time_of_delete",
        said(&workspace, &["destroy", "-auto-approve"]).await
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_are_missing_and_refused() {
    let mut workspace = workspace!();
    workspace.configure(&share(ENV, &[A], ""));
    workspace.set("CLOUDBASE_COMPONENT_ACCESS_TOKEN", "wrong");
    // Others meet the refusal in the plan that is part of the apply.
    if workspace.cli().offers_part(Feature::WalkIsTold) {
        assert_snapshot!("token_refused", apply(&workspace).await);
    }
    workspace.unset("CLOUDBASE_COMPONENT_ACCESS_TOKEN");
    assert_snapshot!("token_missing", apply(&workspace).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn whitelists_that_others_have_written() {
    let workspace = workspace!();
    workspace.sandbox.set_whitelist(ENV, &["/wxa/old"]);
    workspace.configure(&access(ENV, &["/wxa/new"], ""));
    assert_snapshot!(
        "whitelist_that_loses",
        said(&workspace, &["plan", "-out=plan"]).await
    );
    workspace.run(&["apply", "plan"]).await.ok();
    assert_snapshot!(
        "whitelist_put_back",
        said(&workspace, &["plan", "-destroy"]).await
    );
    workspace.sandbox.set_cloud_tokens_open(false);
    workspace.configure(&access(ENV, &["/wxa/newer"], ""));
    assert_snapshot!(
        "whitelist_switched_off",
        said(&workspace, &["plan", "-out=plan"]).await
    );
    workspace.sandbox.set_whitelist(ENV, &["/wxa/theirs"]);
    assert_snapshot!(
        "whitelist_changed",
        said(&workspace, &["apply", "plan"]).await
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn people_who_do_not_confirm_and_an_import_of_what_is_not_there() {
    let workspace = workspace!();
    let confirmation = "resource \"cloudbase_env_share_confirmation\" \"test\" {\n  env = cloudbase_env_share.test.env\n  appids = cloudbase_env_share.test.appids\n  timeouts = { create = \"1s\" }\n}\n";
    workspace.configure(&format!("{}{confirmation}", share(ENV, &[A], "")));
    let unconfirmed = apply(&workspace).await;
    assert_snapshot!("confirmation_in_vain", without(&unconfirmed, "/confirm/"));
    workspace.configure(&format!(
        "import {{\n  to = cloudbase_env_share.other\n  id = \"{OTHER_ENV}/{A}\"\n}}\n{}",
        share(OTHER_ENV, &[A], "").replace("\"test\"", "\"other\"")
    ));
    assert_snapshot!("import_of_nothing", said(&workspace, &["plan"]).await);
}
