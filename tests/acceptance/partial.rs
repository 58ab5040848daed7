//! Some mini programs are refused.

use cloudbase::sandbox::{Effect, Endpoint, Fault, Options};
use serde_json::json;

use crate::support::{A, B, C, ENV, actions, many_appids, share};
use crate::workspace;

#[tokio::test(flavor = "multi_thread")]
async fn a_partial_create_is_untainted_and_completes_in_place() {
    let workspace = workspace!();
    workspace
        .sandbox
        .refuse_appid(Endpoint::Share, B, "main body not same");
    workspace.configure(&share(ENV, &[A, B], ""));

    let run = workspace.apply().await;
    let said = run.flat();
    assert!(
        said.contains("Warning: could not share environment"),
        "{said}"
    );
    assert!(said.contains(&format!("with mini program {B}")), "{said}");
    assert!(said.contains("main body not same"), "{said}");
    let resource = workspace.resource("cloudbase_env_share.test").await;
    assert!(resource["tainted"].is_null(), "{resource}");
    assert_eq!(resource["values"]["appids"], json!([B, A]));
    assert_eq!(resource["values"]["shares"][B]["status"], "failed");
    assert!(
        resource["values"]["shares"][B]["error"]
            .as_str()
            .unwrap()
            .contains("main body not same")
    );

    // The next plan adds the refused one in place, and destroys nothing.
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, "cloudbase_env_share.test"), ["update"]);
    let change = &plan["resource_changes"][0]["change"];
    assert_eq!(change["before"]["appids"], json!([A]));
    assert_eq!(change["after"]["appids"], json!([B, A]));

    workspace.sandbox.allow_appid(Endpoint::Share, B);
    workspace.sandbox.clear_calls();
    workspace.apply().await;
    assert_eq!(
        workspace.named(Endpoint::Share),
        [B],
        "only the refused one is sent"
    );
    assert_eq!(workspace.writes(), 1);
    workspace.assert_plan_is_empty().await;
}

/// The sandbox refuses by its own rule: the test says who belongs to whom, and not what is answered.
#[tokio::test(flavor = "multi_thread")]
async fn a_mini_program_of_another_legal_subject_is_named_with_what_helps() {
    let seed = json!({
        "behaviour": {"strict_subjects": true},
        "authorizers": [
            {"appid": A, "principal_name": "Tea House Ltd"},
            {"appid": B, "principal_name": "Coffee Ltd"},
        ],
    });
    let workspace = workspace!(Options {
        seed: Some(seed.to_string().parse().unwrap()),
        ..Options::default()
    });
    workspace.configure(&share(ENV, &[A], ""));
    workspace.apply().await;
    workspace.configure(&share(ENV, &[A, B], ""));
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, "cloudbase_env_share.test"), ["update"]);
    workspace.try_apply().await.fails_with(&[
        &format!("could not share environment {ENV} with mini program {B}"),
        "main body not same",
        "must belong to the same legal subject",
    ]);
    assert_eq!(workspace.sandbox.requests_sent(ENV, B, None), 0);
    assert_eq!(workspace.share().await["appids"], json!([A]));
    workspace.configure(&share(ENV, &[A], ""));
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn if_all_are_refused_nothing_is_created() {
    let workspace = workspace!();
    workspace
        .sandbox
        .refuse_appid(Endpoint::Share, A, "invalid appid");
    workspace.configure(&share(ENV, &[A], ""));
    workspace.try_apply().await.fails_with(&[
        &format!("Error: could not share environment {ENV} with mini program {A}"),
        "invalid appid",
        "Check the appid",
    ]);
    assert!(workspace.share().await.is_null());
}

/// What is refused for one reason is told once, as an error and as a warning.
#[tokio::test(flavor = "multi_thread")]
async fn forty_four_refusals_for_one_reason_are_one_diagnostic() {
    for accepted in [None, Some(A)] {
        let workspace = workspace!();
        let refused = many_appids(1, 44);
        for appid in &refused {
            workspace
                .sandbox
                .refuse_appid(Endpoint::Share, appid, "main body not same");
        }
        let mut appids: Vec<&str> = refused.iter().map(String::as_str).collect();
        appids.extend(accepted);
        workspace.configure(&share(ENV, &appids, ""));
        workspace.run(&["plan", "-out=plan"]).await.ok();
        let run = workspace.run(&["apply", "-no-color", "plan"]).await;
        let run = if accepted.is_some() {
            run.ok()
        } else {
            run.fails_with(&[])
        };
        let said = run.flat();
        let summary =
            format!("could not share environment {ENV} with 44 mini programs: main body not same");
        assert_eq!(said.matches("could not share").count(), 1, "{said}");
        assert!(said.contains(&summary), "{said}");
        assert!(said.contains("the same legal subject"), "{said}");
        assert!(!said.contains("permission set"), "{said}");
        for appid in &refused {
            assert!(said.contains(appid), "{appid}: {said}");
        }
        let lines = run.stdout.lines().count() + run.stderr.lines().count();
        assert!(lines <= 60, "{lines} lines: {}{}", run.stdout, run.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_addition_is_an_error_and_the_rest_is_done() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A], ""));
    workspace.apply().await;
    workspace
        .sandbox
        .refuse_appid(Endpoint::Share, C, "invalid appid");

    workspace.configure(&share(ENV, &[A, B, C], ""));
    workspace
        .try_apply()
        .await
        .fails_with(&[&format!("with mini program {C}"), "invalid appid"]);
    let resource = workspace.resource("cloudbase_env_share.test").await;
    assert!(resource["tainted"].is_null(), "{resource}");
    assert_eq!(resource["values"]["appids"], json!([B, A]));
    assert_eq!(resource["values"]["shares"][B]["status"], "pending");

    workspace.sandbox.allow_appid(Endpoint::Share, C);
    workspace.sandbox.clear_calls();
    workspace.apply().await;
    assert_eq!(workspace.named(Endpoint::Share), [C]);
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_half_done_destroy_keeps_exactly_what_remains() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace.apply().await;
    workspace.sandbox.approve_all();
    workspace.apply().await;
    workspace
        .sandbox
        .refuse_appid(Endpoint::Unshare, B, "system error");

    workspace.destroy().await.fails_with(&[
        &format!("could not stop sharing environment {ENV} with mini program {B}"),
        "system error",
    ]);
    let state = workspace.share().await;
    assert_eq!(state["appids"], json!([B]));
    assert_eq!(
        state["shares"],
        json!({ B: { "status": "bound", "confirm_url": null, "error": null, "requested_at": null } })
    );

    workspace.sandbox.allow_appid(Endpoint::Unshare, B);
    workspace.sandbox.clear_calls();
    workspace.destroy().await.ok();
    assert_eq!(workspace.named(Endpoint::Unshare), [B]);
    assert!(workspace.sandbox.bound().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_unshare_of_what_is_gone_counts_as_done() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A], ""));
    workspace.apply().await;
    workspace.sandbox.unbind(ENV, A, None);
    // Without a refresh the destroy does not know, and the API refuses to unshare nothing.
    let run = workspace
        .run(&["destroy", "-auto-approve", "-refresh=false", "-no-color"])
        .await;
    run.ok();
    assert!(workspace.share().await.is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_by_the_query_is_a_plan_warning() {
    let workspace = workspace!();
    workspace
        .sandbox
        .refuse_appid(Endpoint::Query, A, "invalid appid");
    workspace.configure(&share(ENV, &[A, B], ""));
    let run = workspace.run(&["plan", "-no-color"]).await.ok();
    let said = run.flat();
    assert!(
        said.contains("Warning: could not look up in advance"),
        "{said}"
    );
    assert!(said.contains(A) && said.contains("invalid appid"), "{said}");
    assert!(said.contains("1 to add"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mini_program_whose_query_fails_keeps_its_state() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace.apply().await;
    workspace.sandbox.approve_all();
    workspace.apply().await;
    let before = workspace.share().await;
    workspace
        .sandbox
        .refuse_appid(Endpoint::Query, A, "system error");

    let run = workspace.apply().await;
    assert!(
        run.flat()
            .contains(&format!("is shared with mini program {A}")),
        "{}",
        run.flat()
    );
    assert_eq!(workspace.share().await, before);
    assert_eq!(workspace.writes(), 1, "only the first share");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pending_share_stays_in_state_until_the_api_has_answered_about_it() {
    let workspace = workspace!();
    let provider = "provider \"cloudbase\" {\n  max_retries = 0\n}\n";
    workspace.configure(&format!("{provider}{}", share(ENV, &[A, B], "")));
    workspace.apply().await;

    // The query never lists what is pending, so that it cannot show that these are gone.
    for effect in [Effect::Busy, Effect::DailyCap, Effect::Reset] {
        workspace
            .sandbox
            .inject(Fault::new(effect).on(Endpoint::Unshare).always());
        let said = format!("could not stop sharing environment {ENV}");
        workspace.destroy().await.fails_with(&[&said]);
        assert_eq!(workspace.share().await["appids"], json!([B, A]));
        workspace.sandbox.clear_faults();
    }
    workspace.destroy().await.ok();
    assert!(workspace.sandbox.pending().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_the_api_does_not_withdraw_is_told() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A, B], ""));
    workspace.apply().await;
    workspace
        .sandbox
        .refuse_appid(Endpoint::Unshare, B, "not withdrawn");
    let said = workspace.destroy().await.ok().flat();
    let warning =
        format!("the request to share environment {ENV} with mini program {B} may still be open");
    assert!(said.contains(&warning), "{said}");
    assert!(said.contains("not withdrawn"), "{said}");
    assert!(workspace.share().await.is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_addition_tells_where_the_others_confirm() {
    let workspace = workspace!();
    workspace.configure(&share(ENV, &[A], ""));
    workspace.apply().await;
    workspace
        .sandbox
        .refuse_appid(Endpoint::Share, C, "invalid appid");
    workspace.configure(&share(ENV, &[A, B, C], ""));
    let run = workspace.try_apply().await;
    let pending = workspace.sandbox.pending();
    let pending = pending.iter().find(|pending| pending.appid == B);
    let url = pending.and_then(|pending| pending.url.as_deref()).unwrap();
    run.fails_with(&[&format!("with mini program {C}"), &format!("{B}: {url}")]);
}
