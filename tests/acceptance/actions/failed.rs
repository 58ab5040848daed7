//! Actions that fail: what is said, and what becomes of the share that triggers them.

use cloudbase::sandbox::{Effect, Endpoint, Fault, TokenKind};

use super::{CONVERT, RESEND, convert, invoke, of_action, progress, resend, trigger, triggering};
use crate::secrets::assert_clean;
use crate::support::{A, B, ENV, actions, share};
use crate::workspace;

const ADDRESS: &str = "cloudbase_env_share.test";

fn not_granted(endpoint: Endpoint) -> Fault {
    Fault::new(Effect::PermissionNotGranted).on(endpoint)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_refusal_names_the_mini_program_and_the_others_are_asked() {
    let workspace = workspace!(needs Actions);
    workspace.configure(&(share(ENV, &[A, B], "") + &resend()));
    workspace.apply().await;
    let before = workspace.share().await;
    workspace
        .sandbox
        .refuse_appid(Endpoint::Share, B, "main body not same");
    let run = invoke(&workspace, RESEND).await;
    assert_eq!(run.code, 1);
    let said = progress(&run, RESEND);
    assert!(said.len() == 1 && said[0].starts_with(A), "{said:?}");
    let errors = run.errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    let said = format!("{} {}", errors[0].summary, errors[0].detail);
    for text in [ENV, B, "main body not same"] {
        assert!(said.contains(text), "`{text}` is not in: {said}");
    }
    assert!(!said.contains(A), "{said}");
    assert_eq!(of_action(&run, "action_errored", RESEND).len(), 1);
    assert!(of_action(&run, "action_complete", RESEND).is_empty());
    assert_eq!(workspace.share().await, before, "no resource is touched");
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_shared_after_a_conversion_that_failed() {
    let workspace = workspace!(needs Actions);
    let before = [trigger("before_create", CONVERT, "")];
    workspace.configure(&triggering(&[A], &before));
    workspace.sandbox.inject(not_granted(Endpoint::Convert));
    let run = workspace.apply_json().await;
    assert_eq!(run.code, 1);
    let errors = run.errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    // Before 1.16 Terraform has a summary of its own.
    let said = format!("{} {}", errors[0].summary, errors[0].detail);
    assert!(
        said.contains(&format!("could not convert environment {ENV}")) && said.contains("61007"),
        "{said}"
    );
    assert_eq!(of_action(&run, "action_errored", CONVERT).len(), 1);
    assert!(workspace.calls(Endpoint::Share).is_empty());
    assert!(workspace.share().await.is_null());

    // The next run does both.
    workspace.apply_json().await.ok();
    assert_eq!(workspace.sandbox.converted(), [ENV]);
    assert_eq!(workspace.named(Endpoint::Share), [A]);
}

/// Terraform invokes an action for an event. What failed is not made up for by the next run.
#[tokio::test(flavor = "multi_thread")]
async fn a_share_stays_after_an_action_that_failed_behind_it() {
    let workspace = workspace!(needs Actions);
    let after = [trigger("after_create", CONVERT, "")];
    workspace.configure(&triggering(&[A], &after));
    workspace.sandbox.inject(not_granted(Endpoint::Convert));
    let run = workspace.apply_json().await;
    assert_eq!(run.code, 1);
    assert!(run.flat().contains("61007"), "{}", run.flat());
    let share = workspace.resource(ADDRESS).await;
    assert!(share["tainted"].is_null(), "{share}");
    assert_eq!(share["values"]["shares"][A]["status"], "pending");
    let plan = workspace.plan().await;
    assert_eq!(actions(&plan, ADDRESS), ["no-op"]);
    assert!(plan["action_invocations"].is_null(), "{plan}");
    assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 1);

    // By hand it can be.
    invoke(&workspace, CONVERT).await.ok();
    assert_eq!(workspace.sandbox.converted(), [ENV]);
    assert_eq!(workspace.calls(Endpoint::Share).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_is_told_without_the_token() {
    let mut workspace = workspace!(needs Actions);
    workspace.set("TF_LOG", "TRACE");
    let canaries = [
        workspace.sandbox.component_token(),
        workspace.sandbox.authorizer_token(),
    ];
    workspace.configure(&(convert() + &share(ENV, &[A], "") + &resend()));
    let apply = workspace.apply().await;
    let well = invoke(&workspace, RESEND).await.ok();
    workspace
        .sandbox
        .rotate_token(TokenKind::Component, std::time::Duration::ZERO);
    let badly = invoke(&workspace, CONVERT).await;
    assert_eq!(badly.code, 1);
    let detail = &badly.errors()[0].detail;
    assert!(
        detail.contains("CLOUDBASE_COMPONENT_ACCESS_TOKEN"),
        "{detail}"
    );
    assert!(workspace.sandbox.converted().is_empty());
    assert_clean(&workspace, vec![apply, well, badly], &canaries);
}
