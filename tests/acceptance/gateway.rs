//! Something between here and the API that answers every call, in JSON and with status 200.

use cloudbase::sandbox::{Effect, Endpoint, Fault};

use crate::support::{A, B, ENV, Workspace, provider, share};
use crate::workspace;

/// What it says.
const BODIES: [&str; 2] = [r#"{"code":403,"message":"blocked by policy"}"#, "{}"];

fn gateway(workspace: &Workspace, body: &str, on: Option<Endpoint>, after_work: bool) {
    let mut fault = Fault::new(Effect::Http {
        status: 200,
        body: body.to_owned(),
    })
    .always();
    fault.endpoint = on;
    fault.after_work = after_work;
    workspace.sandbox.inject(fault);
}

fn configuration(appids: &[&str]) -> String {
    let arguments = provider("max_retries = 0");
    if appids.is_empty() {
        arguments
    } else {
        format!("{arguments}{}", share(ENV, appids, ""))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_created_and_nothing_destroyed_behind_it() {
    let workspace = workspace!();
    for body in BODIES {
        workspace.configure(&configuration(&[A, B]));
        gateway(&workspace, body, None, false);
        let run = workspace.try_apply().await;
        run.fails_with(&[ENV, A, B, "no `errcode`", "proxy"]);
        assert!(workspace.share().await.is_null(), "nothing is pending");
        assert_eq!(workspace.sandbox.requests_sent(ENV, A, None), 0);
    }

    workspace.sandbox.clear_faults();
    workspace.apply().await;
    workspace.sandbox.approve_all();
    workspace.apply().await;
    let before = workspace.share().await;
    for body in BODIES {
        gateway(&workspace, body, None, false);
        let run = workspace
            .run(&["destroy", "-auto-approve", "-no-color", "-refresh=false"])
            .await;
        run.fails_with(&[ENV, A, B, "no `errcode`"]);
        assert_eq!(workspace.share().await, before, "all of it remains");
        assert_eq!(workspace.sandbox.bound().len(), 2);
        // A refresh through it is an error, and forgets nothing.
        let run = workspace.run(&["plan", "-no-color"]).await;
        run.fails_with(&[A, "no `errcode`"]);
        assert_eq!(workspace.share().await, before);
        workspace.sandbox.clear_faults();
    }
    workspace.destroy().await.ok();
    assert!(workspace.sandbox.bound().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_that_took_effect_behind_it_is_found() {
    let workspace = workspace!(cloudbase::sandbox::Options {
        confirm: Some(cloudbase::sandbox::Confirm::Auto),
        ..cloudbase::sandbox::Options::default()
    });
    workspace.configure(&configuration(&[A, B]));
    gateway(&workspace, BODIES[0], Some(Endpoint::Share), true);
    workspace.apply().await;
    assert_eq!(workspace.calls(Endpoint::Share).len(), 1);
    for appid in [A, B] {
        assert_eq!(workspace.share().await["shares"][appid]["status"], "bound");
        assert_eq!(workspace.sandbox.requests_sent(ENV, appid, None), 1);
    }
    workspace.sandbox.clear_faults();
    workspace.assert_plan_is_empty().await;
}
