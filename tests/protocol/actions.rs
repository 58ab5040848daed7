//! Actions, as core runs them (Terraform `internal/plugin6/grpc_provider.go`, `InvokeAction`).

use std::time::Duration;

use cloudbase::framework::Value;
use cloudbase::proto::tfplugin6 as pb;
use cloudbase::proto::tfplugin6::invoke_action::event::Type as Event;
use cloudbase::sandbox::{Effect, Endpoint, Fault, TokenSeen};

use crate::answer::drain;
use crate::core::{Core, Failed, Said, capabilities, dynamic, sort, within};
use crate::rig::{A, B, C, ENV, Rig, texts};

const CONVERT: &str = "cloudbase_convert_env";
const RESEND: &str = "cloudbase_resend_confirmations";

async fn validate(core: &Core, name: &str, config: &Value) -> Result<Said, Failed> {
    let request = pb::validate_action_config::Request {
        type_name: name.to_owned(),
        config: Some(dynamic(config, &core.actions[name].ty())),
    };
    let response = within(core.client().validate_action_config(request)).await;
    sort(response.diagnostics, Some(config))
}

async fn plan(core: &Core, name: &str, config: &Value) -> Result<Said, Failed> {
    validate(core, name, config).await?;
    let request = pb::plan_action::Request {
        action_type: name.to_owned(),
        config: Some(dynamic(config, &core.actions[name].ty())),
        client_capabilities: Some(capabilities(false)),
    };
    let response = within(core.client().plan_action(request)).await;
    assert_eq!(response.deferred, None, "deferral was not allowed");
    sort(response.diagnostics, Some(config))
}

/// Invokes what is planned: the lines of progress, and how it ended.
async fn invoke(core: &Core, name: &str, config: &Value) -> (Vec<String>, Result<Said, Failed>) {
    let request = pb::invoke_action::Request {
        action_type: name.to_owned(),
        config: Some(dynamic(config, &core.actions[name].ty())),
        client_capabilities: Some(capabilities(false)),
    };
    let events = drain(core.client().invoke_action(request).await);
    let events = events.await.unwrap();
    let mut lines = Vec::new();
    let mut completed = None;
    for event in events {
        assert!(completed.is_none(), "nothing comes after `completed`");
        match event.r#type.expect("core panics on an empty event") {
            Event::Progress(progress) => lines.push(progress.message),
            Event::Completed(end) => completed = Some(end),
        }
    }
    let end = completed.expect("the last event is `completed`");
    (lines, sort(end.diagnostics, Some(config)))
}

fn resend(core: &Core, appids: Value) -> Value {
    core.actions[RESEND].config([("env", Value::string(ENV)), ("appids", appids)])
}

#[tokio::test]
async fn converting_says_how_it_goes() {
    let rig = Rig::start().await;
    for (token, seen) in [
        (None, TokenSeen::Component),
        (Some("component"), TokenSeen::Component),
        (Some("authorizer"), TokenSeen::Authorizer),
    ] {
        rig.sandbox.clear_calls();
        let token = token.map_or(Value::Null, Value::string);
        let config =
            rig.core.actions[CONVERT].config([("env", Value::string(ENV)), ("token", token)]);
        plan(&rig.core, CONVERT, &config).await.unwrap().nothing();
        assert_eq!(rig.sandbox.calls().len(), 0, "a plan does nothing");
        let (lines, said) = invoke(&rig.core, CONVERT, &config).await;
        said.unwrap().nothing();
        assert!(!lines.is_empty() && lines.iter().all(|line| line.contains(ENV)));
        let calls = rig.sandbox.calls();
        assert_eq!(calls.len(), 1);
        assert_eq!(
            (calls[0].endpoint, calls[0].token),
            (Endpoint::Convert, seen)
        );
    }
    assert_eq!(rig.sandbox.converted(), [ENV]);
    rig.finish().await;
}

#[tokio::test]
async fn resending_shows_fresh_urls_and_leaves_the_bound_alone() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    let appids = crate::rig::share_config(&share, ENV, &[A, B, C]);
    share.converge(&appids).await.unwrap();
    assert!(rig.sandbox.approve(ENV, A));
    let stale: Vec<_> = rig.sandbox.pending().into_iter().map(|p| p.url).collect();
    rig.sandbox.clear_calls();

    let config = resend(&rig.core, texts(&[A, B, C]));
    plan(&rig.core, RESEND, &config).await.unwrap().nothing();
    let (lines, said) = invoke(&rig.core, RESEND, &config).await;
    said.unwrap().nothing();
    assert_eq!(lines.len(), 3, "{lines:?}");
    for pending in rig.sandbox.pending() {
        assert!(!stale.contains(&pending.url), "the URL is a fresh one");
        let url = pending.url.unwrap();
        let line = lines.iter().find(|line| line.contains(&pending.appid));
        assert!(line.unwrap().contains(&url), "{lines:?}");
    }
    assert!(
        lines
            .iter()
            .any(|line| line.contains(A) && line.contains("bound"))
    );
    let shares = rig.sandbox.calls_to(Endpoint::Share);
    assert_eq!(shares.len(), 1);
    assert_eq!(shares[0].appids, [B, C]);
    assert_eq!(rig.sandbox.requests_sent(ENV, A, None), 1);
    assert_eq!(rig.sandbox.requests_sent(ENV, B, None), 2);
    rig.finish().await;
}

/// As an `action_trigger` on `after_update` has it: the run of the update asks whom it has not asked.
#[tokio::test]
async fn after_an_update_those_of_earlier_runs_are_asked_again() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    let config = crate::rig::share_config(&share, ENV, &[A]);
    share.converge(&config).await.unwrap();
    let config = crate::rig::share_config(&share, ENV, &[A, B]);
    let plan = share.plan(&config).await.unwrap();
    rig.one_walk().await;
    share.apply(&plan).await.unwrap();

    let (lines, said) = invoke(&rig.core, RESEND, &resend(&rig.core, texts(&[A, B]))).await;
    said.unwrap().nothing();
    assert_eq!(lines.len(), 2, "{lines:?}");
    for line in &lines {
        let says_so = line.contains("in this run");
        assert_eq!(says_so, line.starts_with(B), "{lines:?}");
    }
    assert_eq!(rig.sandbox.requests_sent(ENV, A, None), 2);
    assert_eq!(rig.sandbox.requests_sent(ENV, B, None), 1);
    rig.finish().await;
}

#[tokio::test]
async fn errors_come_when_it_is_completed() {
    let rig = Rig::start_with([("max_retries", Value::integer(0))]).await;
    // One of two is refused: the other is asked, and the error names the one.
    rig.sandbox.refuse_appid(Endpoint::Share, B, "not today");
    let config = resend(&rig.core, texts(&[A, B]));
    let (lines, said) = invoke(&rig.core, RESEND, &config).await;
    assert!(lines.len() == 1 && lines[0].contains(A), "{lines:?}");
    let said = said.unwrap_err().text();
    assert!(said.contains(B) && !said.contains(A), "{said}");

    // Not knowing who is bound, nobody is asked.
    rig.sandbox.clear_calls();
    rig.sandbox
        .inject(Fault::new(Effect::PermissionNotGranted).on(Endpoint::Query));
    let (lines, said) = invoke(&rig.core, RESEND, &config).await;
    assert!(lines.is_empty());
    assert!(said.unwrap_err().text().contains("61007"));
    assert_eq!(rig.sandbox.calls_to(Endpoint::Share).len(), 0);

    rig.sandbox
        .inject(Fault::new(Effect::Busy).on(Endpoint::Convert));
    let config = rig.core.actions[CONVERT].config([("env", Value::string(ENV))]);
    let (_, said) = invoke(&rig.core, CONVERT, &config).await;
    assert!(said.unwrap_err().text().contains(ENV));
    let (_, said) = invoke(&rig.core, CONVERT, &config).await;
    said.unwrap().nothing();

    let other = Rig::unconfigured().await;
    let (lines, said) = invoke(&other.core, CONVERT, &config).await;
    assert!(lines.is_empty());
    assert!(said.unwrap_err().text().contains("not been configured"));
}

#[tokio::test]
async fn what_is_unknown_is_planned_but_not_invoked() {
    let rig = Rig::start().await;
    let partly = Value::set(vec![Value::string(A), Value::Unknown]);
    for (name, config) in [
        (
            CONVERT,
            rig.core.actions[CONVERT].config([("env", Value::Unknown)]),
        ),
        (RESEND, resend(&rig.core, Value::Unknown)),
        (RESEND, resend(&rig.core, partly)),
    ] {
        plan(&rig.core, name, &config).await.unwrap().nothing();
        let (_, said) = invoke(&rig.core, name, &config).await;
        let said = said.unwrap_err().text();
        assert!(said.contains("known"), "{said}");
    }
    assert_eq!(rig.sandbox.calls().len(), 0);
}

#[tokio::test]
async fn wrong_configuration_is_refused_at_validation() {
    let rig = Rig::unconfigured().await;
    let convert = |env: &str, token: &str| {
        let arguments = [("env", Value::string(env)), ("token", Value::string(token))];
        (CONVERT, rig.core.actions[CONVERT].config(arguments))
    };
    for ((name, config), says) in [
        (convert("no id", "component"), "no id"),
        (convert(ENV, "both"), "both"),
        ((RESEND, resend(&rig.core, texts(&[]))), "appids"),
        (
            (RESEND, resend(&rig.core, texts(&["nonsense"]))),
            "nonsense",
        ),
    ] {
        let failed = validate(&rig.core, name, &config).await.unwrap_err();
        assert!(failed.text().contains(says), "{}", failed.text());
        assert!(failed.0[0].attribute.is_some(), "it points at the argument");
    }
}

/// Whatever it was when it was validated, it is looked at again before anything is sent.
#[tokio::test]
async fn null_arguments_are_refused_by_validation_plan_and_invocation() {
    let rig = Rig::start().await;
    let with_null = Value::set(vec![Value::string(A), Value::Null]);
    let no_env = [("env", Value::Null), ("appids", texts(&[A]))];
    for (name, config, says) in [
        (
            CONVERT,
            rig.core.actions[CONVERT].config([]),
            "`env` is null",
        ),
        (
            RESEND,
            rig.core.actions[RESEND].config(no_env),
            "`env` is null",
        ),
        (RESEND, resend(&rig.core, Value::Null), "`appids` is null"),
        (
            RESEND,
            resend(&rig.core, with_null),
            "an element of `appids` is null",
        ),
    ] {
        let valid = validate(&rig.core, name, &config).await;
        let request = pb::plan_action::Request {
            action_type: name.to_owned(),
            config: Some(dynamic(&config, &rig.core.actions[name].ty())),
            client_capabilities: Some(capabilities(true)),
        };
        let planned = within(rig.core.client().plan_action(request)).await;
        let planned = sort(planned.diagnostics, Some(&config));
        let (lines, invoked) = invoke(&rig.core, name, &config).await;
        assert_eq!(lines, [""; 0]);
        for outcome in [valid, planned, invoked] {
            let failed = outcome.unwrap_err();
            assert_eq!(failed.0.len(), 1, "{}", failed.text());
            assert_eq!(failed.0[0].summary, says);
            assert!(failed.0[0].attribute.is_some(), "it points at the argument");
        }
    }
    assert_eq!(rig.sandbox.calls().len(), 0);
    rig.finish().await;
}

#[tokio::test]
async fn stop_ends_an_action() {
    let rig = Rig::start().await;
    let hang = Fault::new(Effect::Hang(Duration::from_secs(600)));
    rig.sandbox.inject(hang.on(Endpoint::Convert));
    let config = rig.core.actions[CONVERT].config([("env", Value::string(ENV))]);
    let core = rig.core.clone();
    let invoking = tokio::spawn(async move { invoke(&core, CONVERT, &config).await });
    rig.sandbox.wait_for_calls(Endpoint::Convert, 1).await;
    let stop = pb::stop_provider::Request {};
    within(rig.core.client().stop_provider(stop)).await;
    let ended = tokio::time::timeout(Duration::from_secs(20), invoking).await;
    let (_, said) = ended.unwrap().unwrap();
    said.unwrap_err();
    rig.finish().await;
}
