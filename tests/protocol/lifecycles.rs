//! `cloudbase_env_conversion`, `cloudbase_env_share_confirmation` and `cloudbase_open_api_access` from plan to end.

use cloudbase::framework::Value;
use cloudbase::sandbox::{Effect, Endpoint, Fault, TokenSeen};

use crate::core::{Action, Instance};
use crate::rig::{A, B, ENV, OTHER_ENV, Rig, texts};

const PRIVATE: &[u8] = b"kept for Terraform";

fn conversion(rig: &Rig) -> Instance {
    Instance::new(&rig.core, "cloudbase_env_conversion")
}

fn confirmation(rig: &Rig) -> Instance {
    Instance::new(&rig.core, "cloudbase_env_share_confirmation")
}

fn convert(of: &Instance, env: &str, token: Option<&str>) -> Value {
    let token = token.map_or(Value::Null, Value::string);
    of.config([("env", Value::string(env)), ("token", token)])
}

fn whitelist(of: &Instance, env: &str, entries: &[&str]) -> Value {
    of.config([
        ("env", Value::string(env)),
        ("api_whitelist", texts(entries)),
    ])
}

fn confirm(of: &Instance, env: &str, appids: &[&str], timeout: Option<&str>) -> Value {
    let timeouts = timeout.map_or(Value::Null, |t| {
        Value::object([("create", Value::string(t))])
    });
    of.config([
        ("env", Value::string(env)),
        ("appids", texts(appids)),
        ("timeouts", timeouts),
    ])
}

#[tokio::test]
async fn a_conversion_from_create_to_delete() {
    let rig = Rig::start().await;
    let mut instance = conversion(&rig);
    let config = convert(&instance, ENV, None);
    let plan = instance.plan(&config).await.unwrap();
    assert_eq!(plan.action, Action::Create);
    assert_eq!(plan.planned.attribute("token").as_str(), Some("component"));
    assert_eq!(rig.sandbox.calls().len(), 0, "planning asks nothing");
    instance.apply(&plan).await.unwrap().nothing();
    assert_eq!(rig.sandbox.converted(), [ENV]);
    instance.private = PRIVATE.to_vec();
    instance.assert_settled(&config).await;
    assert_eq!(instance.private, PRIVATE);

    // The token is changed in place, and converts nothing again.
    let config = convert(&instance, ENV, Some("authorizer"));
    let plan = instance.plan(&config).await.unwrap();
    assert_eq!(plan.action, Action::Update);
    instance.apply(&plan).await.unwrap().nothing();
    instance.assert_settled(&config).await;
    assert_eq!(rig.sandbox.calls_to(Endpoint::Convert).len(), 1);
    assert_eq!(instance.private, PRIVATE);

    // Another environment replaces, with the token that is configured now.
    let config = convert(&instance, OTHER_ENV, Some("authorizer"));
    let plan = instance.plan(&config).await.unwrap();
    assert_eq!(plan.action, Action::Replace);
    instance.apply(&plan).await.unwrap().nothing();
    instance.assert_settled(&config).await;
    let calls = rig.sandbox.calls_to(Endpoint::Convert);
    assert_eq!(calls.len(), 2);
    assert!(matches!(calls[0].token, TokenSeen::Component));
    assert!(matches!(calls[1].token, TokenSeen::Authorizer));

    // Its destruction warns, and undoes nothing.
    let plan = instance.plan(&Value::Null).await.unwrap();
    assert_eq!(plan.action, Action::Delete);
    let said = plan.said.clone().warnings(1);
    assert!(
        said.contains(OTHER_ENV) && said.contains("stays converted"),
        "{said}"
    );
    instance.apply(&plan).await.unwrap().nothing();
    assert!(instance.state.is_null());
    assert_eq!(rig.sandbox.converted().len(), 2);
    assert_eq!(rig.sandbox.calls_to(Endpoint::Convert).len(), 2);
    rig.finish().await;
}

#[tokio::test]
async fn a_conversion_is_imported_by_its_environment() {
    let rig = Rig::start().await;
    let mut instance = conversion(&rig);
    instance.import(ENV).await.unwrap().nothing();
    instance
        .assert_settled(&convert(&instance.clone(), ENV, None))
        .await;
    let failed = conversion(&rig).import("not an id").await.unwrap_err();
    assert!(failed.text().contains("not an id"), "{}", failed.text());
    assert_eq!(rig.sandbox.calls().len(), 0);
}

#[tokio::test]
async fn a_conversion_that_is_refused_leaves_nothing() {
    let rig = Rig::start().await;
    let refusal = Effect::Errcode {
        code: -601_018,
        message: "refused".to_owned(),
    };
    rig.sandbox
        .inject(Fault::new(refusal).on(Endpoint::Convert));
    let mut instance = conversion(&rig);
    let config = convert(&instance, ENV, None);
    let failed = instance.converge(&config).await.unwrap_err();
    assert!(failed.text().contains(ENV), "{}", failed.text());
    assert!(instance.state.is_null() && !instance.tainted);
    instance.converge(&config).await.unwrap();
    instance.assert_settled(&config).await;
}

#[tokio::test]
async fn a_confirmation_from_create_to_gone() {
    let rig = Rig::start().await;
    for appid in [A, B] {
        rig.sandbox.bind(ENV, appid, None);
    }
    let mut instance = confirmation(&rig);
    let config = confirm(&instance, ENV, &[A], Some("1m"));
    let plan = instance.plan(&config).await.unwrap();
    assert_eq!(plan.action, Action::Create);
    instance.apply(&plan).await.unwrap().nothing();
    instance.private = PRIVATE.to_vec();
    instance.assert_settled(&config).await;
    assert_eq!(instance.private, PRIVATE);

    // `timeouts` changes in place, and nothing is waited for again.
    for timeout in [Some("2m"), None, Some("90s")] {
        let config = confirm(&instance, ENV, &[A], timeout);
        rig.sandbox.clear_calls();
        let plan = instance.plan(&config).await.unwrap();
        assert_eq!(plan.action, Action::Update);
        let asked = rig.sandbox.calls().len();
        instance.apply(&plan).await.unwrap().nothing();
        assert_eq!(rig.sandbox.calls().len(), asked);
        instance.assert_settled(&config).await;
    }
    assert_eq!(instance.private, PRIVATE);

    // Another set replaces.
    let config = confirm(&instance, ENV, &[A, B], Some("90s"));
    let plan = instance.plan(&config).await.unwrap();
    assert_eq!(plan.action, Action::Replace);
    instance.apply(&plan).await.unwrap().nothing();
    instance.assert_settled(&config).await;

    // One that is not bound any more makes it gone.
    assert!(rig.sandbox.unbind(ENV, B, None));
    rig.next_walk().await;
    instance.refresh().await.unwrap().nothing();
    assert!(instance.state.is_null() && instance.identity.is_null());
    assert_eq!(instance.plan(&config).await.unwrap().action, Action::Create);

    let config = confirm(&instance, ENV, &[A], None);
    instance.converge(&config).await.unwrap();
    rig.sandbox.clear_calls();
    instance.converge(&Value::Null).await.unwrap();
    assert!(instance.state.is_null());
    assert_eq!(
        rig.bound(),
        [(ENV.to_owned(), A.to_owned())],
        "delete forgets only"
    );
    rig.finish().await;
}

#[tokio::test]
async fn a_confirmation_waits_for_the_administrator() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    share
        .converge(&crate::rig::share_config(&share, ENV, &[A]))
        .await
        .unwrap();
    let mut instance = confirmation(&rig);
    let config = confirm(&instance, ENV, &[A], Some("1m"));
    let plan = instance.plan(&config).await.unwrap();
    rig.sandbox.clear_calls();
    let waiting = tokio::spawn(async move {
        let said = instance.apply(&plan).await;
        (instance, said)
    });
    rig.sandbox.wait_for_calls(Endpoint::Query, 1).await;
    assert!(rig.sandbox.approve(ENV, A));
    let (mut instance, said) = waiting.await.unwrap();
    said.unwrap().nothing();
    rig.next_walk().await;
    instance.assert_settled(&config).await;
}

#[tokio::test]
async fn a_confirmation_that_times_out_names_who_is_missing_and_leaves_nothing() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    share
        .converge(&crate::rig::share_config(&share, ENV, &[A]))
        .await
        .unwrap();
    let url = rig.sandbox.pending()[0].url.clone().unwrap();
    let mut instance = confirmation(&rig);
    let config = confirm(&instance, ENV, &[A], Some("100ms"));
    let failed = instance.converge(&config).await.unwrap_err().text();
    assert!(failed.contains(A) && failed.contains(&url), "{failed}");
    assert!(instance.state.is_null() && !instance.tainted);
}

#[tokio::test]
async fn a_confirmation_is_imported_and_reading_finds_out_whether_it_holds() {
    let rig = Rig::start().await;
    rig.sandbox.bind(ENV, A, None);
    let mut instance = confirmation(&rig);
    instance
        .import(&format!("{ENV}/{A}"))
        .await
        .unwrap()
        .nothing();
    let config = confirm(&instance, ENV, &[A], None);
    instance.assert_settled(&config).await;
    let failed = confirmation(&rig).import(ENV).await.unwrap_err();
    assert!(failed.text().contains("ENV/APPID"), "{}", failed.text());
}

#[tokio::test]
async fn a_whitelist_from_create_to_what_was_before() {
    let rig = Rig::start().await;
    for env in [ENV, OTHER_ENV] {
        rig.sandbox.set_whitelist(env, &["/old"]);
    }
    let mut instance = Instance::new(&rig.core, "cloudbase_open_api_access");
    let config = whitelist(&instance, ENV, &["/a"]);
    let plan = instance.plan(&config).await.unwrap();
    assert_eq!(plan.action, Action::Create);
    assert!(plan.planned.attribute("enabled").is_unknown());
    let said = plan.said.clone().warnings(1);
    assert!(said.contains("/old"), "{said}");
    let said = instance.apply(&plan).await.unwrap().warnings(1);
    assert!(said.contains("/old") && said.contains(ENV), "{said}");
    assert_eq!(rig.sandbox.whitelist(ENV).0, ["/a"]);
    rig.next_walk().await;
    instance.assert_settled(&config).await;

    // In place, and what is not touched stays known.
    let config = whitelist(&instance, ENV, &["/b", "/a"]);
    let plan = instance.plan(&config).await.unwrap();
    assert_eq!(plan.action, Action::Update);
    assert_eq!(plan.planned.attribute("enabled"), &Value::Bool(true));
    instance.apply(&plan).await.unwrap().nothing();
    rig.next_walk().await;
    instance.assert_settled(&config).await;

    // Another environment replaces: the old one gets back what it had.
    let config = whitelist(&instance, OTHER_ENV, &["/b"]);
    let plan = instance.plan(&config).await.unwrap();
    assert_eq!(plan.action, Action::Replace);
    instance.apply(&plan).await.unwrap();
    assert_eq!(rig.sandbox.whitelist(ENV).0, ["/old"]);
    assert_eq!(rig.sandbox.whitelist(OTHER_ENV).0, ["/b"]);
    rig.next_walk().await;
    instance.assert_settled(&config).await;

    let plan = instance.plan(&Value::Null).await.unwrap();
    let said = plan.said.clone().warnings(1);
    assert!(said.contains("/old") && said.contains("/b"), "{said}");
    instance.apply(&plan).await.unwrap().nothing();
    assert!(instance.state.is_null());
    assert_eq!(rig.sandbox.whitelist(OTHER_ENV).0, ["/old"]);
    rig.finish().await;
}
