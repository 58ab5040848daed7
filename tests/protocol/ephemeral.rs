//! Ephemeral tokens: open, renew and close (Terraform `internal/resources/ephemeral/`).

use std::time::{Duration, SystemTime};

use cloudbase::framework::Value;
use cloudbase::proto::tfplugin6 as pb;
use cloudbase::sandbox::Endpoint;

use crate::core::{Failed, Said, dynamic, plan_violations, sort, undynamic, unknown_paths, within};
use crate::rig::Rig;

const COMPONENT: &str = "cloudbase_component_token";
const AUTHORIZER: &str = "cloudbase_authorizer_token";

/// An opened value, as core keeps it.
struct Opened {
    result: Value,
    private: Option<Vec<u8>>,
    renew_at: Option<SystemTime>,
}

impl Opened {
    fn token(&self) -> &str {
        self.result.attribute("token").as_str().expect("a token")
    }

    fn expires_at(&self) -> Option<SystemTime> {
        let text = self.result.attribute("expires_at").as_str()?;
        Some(humantime::parse_rfc3339(text).unwrap())
    }
}

/// Validates and opens, with core's checks of the result, which is wholly known.
async fn open<'a>(
    rig: &Rig,
    name: &str,
    arguments: impl IntoIterator<Item = (&'a str, Value)>,
) -> Result<Opened, Failed> {
    let opened = open_in_plan(rig, name, arguments).await?;
    assert_eq!(unknown_paths(&opened.result), [""; 0]);
    Ok(opened)
}

/// The same, while the provider block may not be known.
async fn open_in_plan<'a>(
    rig: &Rig,
    name: &str,
    arguments: impl IntoIterator<Item = (&'a str, Value)>,
) -> Result<Opened, Failed> {
    let (opened, said) = open_and_hear(rig, name, arguments).await?;
    said.nothing();
    Ok(opened)
}

/// The same, with the warnings.
async fn open_and_hear<'a>(
    rig: &Rig,
    name: &str,
    arguments: impl IntoIterator<Item = (&'a str, Value)>,
) -> Result<(Opened, Said), Failed> {
    let schema = &rig.core.ephemerals[name];
    let config = schema.config(arguments);
    let request = pb::validate_ephemeral_resource_config::Request {
        type_name: name.to_owned(),
        config: Some(dynamic(&config, &schema.ty())),
    };
    let response = within(
        rig.core
            .client()
            .validate_ephemeral_resource_config(request),
    )
    .await;
    sort(response.diagnostics, Some(&config))?.nothing();
    let request = pb::open_ephemeral_resource::Request {
        type_name: name.to_owned(),
        config: Some(dynamic(&config, &schema.ty())),
        // As core sends them.
        client_capabilities: Some(pb::ClientCapabilities::default()),
    };
    let response = within(rig.core.client().open_ephemeral_resource(request)).await;
    assert_eq!(response.deferred, None, "deferral was not allowed");
    let said = sort(response.diagnostics, Some(&config))?;
    let result = undynamic(response.result.as_ref(), &schema.ty());
    assert_eq!(
        plan_violations(schema, &Value::Null, &config, &result),
        [""; 0],
        "provider produced invalid ephemeral resource instance"
    );
    let opened = Opened {
        result,
        private: response.private,
        renew_at: response.renew_at.map(|at| at.try_into().unwrap()),
    };
    Ok((opened, said))
}

async fn renew(
    rig: &Rig,
    name: &str,
    private: Option<Vec<u8>>,
) -> (pb::renew_ephemeral_resource::Response, Result<Said, Failed>) {
    let request = pb::renew_ephemeral_resource::Request {
        type_name: name.to_owned(),
        private,
    };
    let response = within(rig.core.client().renew_ephemeral_resource(request)).await;
    let said = sort(response.diagnostics.clone(), None);
    (response, said)
}

async fn close(rig: &Rig, name: &str, private: Option<Vec<u8>>) -> Result<Said, Failed> {
    let request = pb::close_ephemeral_resource::Request {
        type_name: name.to_owned(),
        private,
    };
    let response = within(rig.core.client().close_ephemeral_resource(request)).await;
    sort(response.diagnostics, None)
}

/// The provider's arguments for fetching tokens.
fn minting(rig: &Rig) -> Vec<(&'static str, Value)> {
    let component = rig.sandbox.component();
    let authorizer = rig.sandbox.authorizers().remove(0);
    vec![
        ("endpoint", Value::string(rig.sandbox.url())),
        (
            "component",
            Value::object([
                ("appid", Value::string(component.appid)),
                ("appsecret", Value::string(component.appsecret)),
                ("verify_ticket", Value::string(component.verify_ticket)),
            ]),
        ),
        (
            "authorizer",
            Value::object([
                ("appid", Value::string(authorizer.appid)),
                ("refresh_token", Value::Null),
            ]),
        ),
    ]
}

async fn minting_rig() -> Rig {
    let rig = Rig::unconfigured().await;
    rig.core.configure(minting(&rig)).await.unwrap().nothing();
    rig
}

#[tokio::test]
async fn configured_tokens_are_handed_out_and_never_end() {
    let rig = Rig::start().await;
    for (name, token) in [
        (COMPONENT, rig.sandbox.component_token()),
        (AUTHORIZER, rig.sandbox.authorizer_token()),
    ] {
        let opened = open(&rig, name, []).await.unwrap();
        assert_eq!(opened.token(), token);
        assert_eq!((opened.expires_at(), opened.renew_at), (None, None));
        close(&rig, name, opened.private).await.unwrap().nothing();
    }
    assert_eq!(rig.sandbox.calls().len(), 0);
    rig.finish().await;
}

#[tokio::test]
async fn a_minted_token_is_warned_of_before_its_end_and_never_minted_anew() {
    for name in [COMPONENT, AUTHORIZER] {
        let rig = minting_rig().await;
        let before = SystemTime::now();
        let opened = open(&rig, name, []).await.unwrap();
        let valid = match name {
            COMPONENT => rig.sandbox.component_token(),
            _ => rig.sandbox.authorizer_token(),
        };
        assert_eq!(opened.token(), valid);
        // Two hours, and some minutes' notice.
        let ends = opened.expires_at().expect("it is known when it ends");
        let renew_at = opened.renew_at.expect("a renewal is asked for");
        let life = ends.duration_since(before).unwrap();
        assert!((7100..=7300).contains(&life.as_secs()), "{life:?}");
        let notice = ends.duration_since(renew_at).unwrap();
        assert!((60..=900).contains(&notice.as_secs()), "{notice:?}");

        // A second one is the same: minting again would end the first.
        let again = open(&rig, name, []).await.unwrap();
        assert_eq!(again.token(), opened.token());

        let calls = rig.sandbox.calls().len();
        let (response, said) = renew(&rig, name, opened.private.clone()).await;
        let said = said.unwrap().warnings(1);
        let until = opened.result.attribute("expires_at").as_str().unwrap();
        assert!(said.contains(until), "{said}");
        assert!(!said.contains(opened.token()));
        assert_eq!(response.renew_at, None, "once is enough");
        assert_eq!(response.private, opened.private, "it is echoed");
        close(&rig, name, opened.private).await.unwrap().nothing();
        assert_eq!(rig.sandbox.calls().len(), calls, "nothing is minted");
        assert_eq!(rig.sandbox.calls_to(Endpoint::ComponentToken).len(), 1);
        rig.finish().await;
    }
}

#[tokio::test]
async fn a_token_of_a_named_account_echoes_its_arguments() {
    let rig = minting_rig().await;
    let authorizer = rig.sandbox.authorizers().remove(0);
    let secret = authorizer.refresh_token.clone().unwrap();
    for refresh_token in [Value::Null, Value::string(&*secret)] {
        rig.sandbox.clear_calls();
        let arguments = [
            ("appid", Value::string(&*authorizer.appid)),
            ("refresh_token", refresh_token.clone()),
        ];
        let opened = open(&rig, AUTHORIZER, arguments).await.unwrap();
        assert_eq!(
            opened.result.attribute("appid").as_str(),
            Some(&*authorizer.appid)
        );
        assert_eq!(opened.result.attribute("refresh_token"), &refresh_token);
        assert!(opened.renew_at.is_some());
        let lookups = usize::from(refresh_token.is_null());
        assert_eq!(
            rig.sandbox.calls_to(Endpoint::AuthorizerList).len(),
            lookups
        );
        assert_eq!(rig.sandbox.calls_to(Endpoint::AuthorizerToken).len(), 1);
    }
    // Wrong ones are errors that point at the argument and keep the secret.
    let wrong = "refreshtoken@@@canary-of-a-wrong-one";
    let stranger = [
        ("appid", Value::string("wxbbbbbbbbbbbbbbb1")),
        ("refresh_token", Value::string(wrong)),
    ];
    let Err(failed) = open(&rig, AUTHORIZER, stranger).await else {
        panic!("a token of an account that authorised nothing");
    };
    let said = failed.text();
    assert!(
        said.contains("wxbbbbbbbbbbbbbbb1") && !said.contains("canary"),
        "{said}"
    );
    assert!(failed.0[0].attribute.is_some());
    let malformed = [("appid", Value::string("nonsense"))];
    let Err(failed) = open(&rig, AUTHORIZER, malformed).await else {
        panic!("nonsense was opened");
    };
    assert!(failed.text().contains("nonsense"));
    rig.finish().await;
}

#[tokio::test]
async fn without_a_token_it_is_an_error_that_says_how_to_supply_one() {
    let rig = Rig::unconfigured().await;
    let Err(failed) = open(&rig, COMPONENT, []).await else {
        panic!("opened without a provider");
    };
    assert!(failed.text().contains("not been configured"));
    let endpoint = [("endpoint", Value::string(rig.sandbox.url()))];
    rig.core.configure(endpoint).await.unwrap().nothing();
    for (name, attribute) in [
        (COMPONENT, "component_access_token"),
        (AUTHORIZER, "authorizer_access_token"),
    ] {
        let Err(failed) = open(&rig, name, []).await else {
            panic!("opened without a token");
        };
        assert!(failed.text().contains(attribute), "{}", failed.text());
    }
    rig.finish().await;
}

/// A plan does not fail over it: by the time of the apply it is known.
#[tokio::test]
async fn a_token_that_is_not_known_yet_is_handed_out_as_unknown() {
    let rig = Rig::unconfigured().await;
    for (name, argument) in [
        (COMPONENT, "component_access_token"),
        (AUTHORIZER, "authorizer_access_token"),
        (COMPONENT, "endpoint"),
        (AUTHORIZER, "endpoint"),
    ] {
        rig.configure_unknown(argument).await;
        let opened = open_in_plan(&rig, name, []).await.unwrap();
        assert!(opened.result.attribute("token").is_unknown());
        assert!(opened.result.attribute("expires_at").is_unknown());
        assert_eq!(opened.renew_at, None);
        close(&rig, name, opened.private).await.unwrap().nothing();
    }
    assert_eq!(rig.sandbox.calls().len(), 0);
    rig.next_walk().await;
    open(&rig, COMPONENT, []).await.unwrap();
    rig.finish().await;
}

/// Tokens of short life are warned of at once, since Terraform shows no warning of a renewal.
#[tokio::test]
async fn a_token_that_ends_within_the_notice_is_warned_of_and_renewed_at_once() {
    for name in [COMPONENT, AUTHORIZER] {
        let rig = Rig::unconfigured().await;
        rig.sandbox.set_token_life(Duration::from_secs(200));
        rig.core.configure(minting(&rig)).await.unwrap().nothing();
        let (opened, said) = open_and_hear(&rig, name, []).await.unwrap();
        assert!(opened.renew_at.unwrap() <= SystemTime::now());
        let until = opened.result.attribute("expires_at").as_str().unwrap();
        let said = said.warnings(1);
        assert!(
            said.contains("less than 15 minutes left") && said.contains(until),
            "{said}"
        );
        rig.finish().await;
    }
}
