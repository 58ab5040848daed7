//! What the API's documents forbid, and a sandbox only where it is asked for.

use cloudbase::sandbox::{Authorizer, Endpoint, Environment, Options, Sandbox};
use serde_json::{Value, json};

use crate::client::{Client, ENV, errcode, one, other};

const THIRD: &str = "wx3333333333333333";
const FOURTH: &str = "wx4444444444444444";

async fn seeded(seed: &str) -> (Sandbox, Client) {
    let options = Options {
        seed: Some(seed.parse().unwrap()),
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.unwrap();
    let client = Client::of(&sandbox);
    (sandbox, client)
}

fn pending(sandbox: &Sandbox) -> Vec<(String, String)> {
    let pending = sandbox.pending().into_iter();
    pending.map(|share| (share.env, share.appid)).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = pairs
        .iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
    owned.collect()
}

/// A row of `err_list` in share and unshare.
fn row(env: &str, appid: &str, errmsg: &str) -> Value {
    json!({"env": env, "appid": appid, "errmsg": errmsg})
}

const STRANGER: &str = "component is not authorized by this account";

#[tokio::test]
async fn a_mini_program_that_has_not_authorised_the_platform_is_refused() {
    let (sandbox, client) = seeded(
        r#"{
        "behaviour": {"strict_authorizers": true},
        "authorizers": [
            {"appid": "wx5fe6bb43205e9e07"},
            {"appid": "wx3333333333333333", "permission_sets": [49]}
        ]}"#,
    )
    .await;
    let answer = client.share(ENV, &[one(), other(), THIRD], None).await;
    assert_eq!(errcode(&answer), 0);
    let no_set = row(ENV, THIRD, "api is unauthorized to component");
    assert_eq!(
        answer["err_list"],
        json!([row(ENV, other(), STRANGER), no_set])
    );
    assert_eq!(pending(&sandbox), pairs(&[(ENV, one())]));
    assert_eq!(sandbox.requests_sent(ENV, other(), None), 0);

    // Set 18 is for sharing alone.
    for appid in [other(), THIRD] {
        sandbox.bind(ENV, appid, None);
    }
    let answer = client.query(&[other(), THIRD], None).await;
    let stranger = json!({"appid": other(), "errmsg": STRANGER});
    assert_eq!(answer["err_list"], json!([stranger]));
    assert_eq!(
        answer["relation_data"],
        json!([{"appid": THIRD, "env_list": [ENV]}])
    );
    let answer = client.unshare(ENV, &[other(), THIRD], None).await;
    assert_eq!(answer["err_list"], json!([row(ENV, other(), STRANGER)]));
    assert_eq!(sandbox.bound(), [(ENV.to_owned(), other().to_owned(), 0)]);

    sandbox.put_authorizer(Authorizer::new(other()));
    assert_eq!(client.envs_of(other(), None).await, [ENV]);
    client
        .control("POST", "behaviour", r#"{"strict_authorizers": false}"#)
        .await;
    let answer = client.share(ENV, &[THIRD, FOURTH], None).await;
    assert_eq!(answer["err_list"], json!([]));
}

#[tokio::test]
async fn the_mini_programs_of_an_environment_have_one_legal_subject() {
    let (sandbox, client) = seeded(
        r#"{
        "behaviour": {"strict_subjects": true},
        "authorizers": [
            {"appid": "wx5fe6bb43205e9e07", "principal_name": "Tea House Ltd"},
            {"appid": "wx075cf85bf347b6df", "principal_name": "Coffee Ltd"},
            {"appid": "wx3333333333333333", "principal_name": "Tea House Ltd"},
            {"appid": "wx4444444444444444"}
        ]}"#,
    )
    .await;
    let refused = json!([row(ENV, other(), "main body not same")]);
    // Within one call, while the first one waits, and when it is bound.
    let answer = client.share(ENV, &[one(), other()], None).await;
    assert_eq!((errcode(&answer), &answer["err_list"]), (0, &refused));
    assert_eq!(answer["msg_info_list"].as_array().unwrap().len(), 1);
    let answer = client.share(ENV, &[other()], None).await;
    assert_eq!(answer["err_list"], refused);
    sandbox.approve(ENV, one());
    let answer = client.share(ENV, &[other()], Some(1)).await;
    assert_eq!(answer["err_list"], refused);
    assert_eq!(pending(&sandbox), []);
    assert_eq!(sandbox.requests_sent(ENV, other(), None), 0);

    // The same subject, one that nobody knows, and another environment.
    let unlisted = "wx5555555555555555";
    let answer = client.share(ENV, &[THIRD, FOURTH, unlisted], None).await;
    assert_eq!(answer["err_list"], json!([]));
    let answer = client.share("prod-2", &[other()], None).await;
    assert_eq!(answer["err_list"], json!([]));
    assert_eq!(pending(&sandbox).len(), 4);

    let all = [one(), THIRD, FOURTH, unlisted];
    assert_eq!(client.unshare(ENV, &all, None).await["err_list"], json!([]));
    let answer = client.share(ENV, &[other()], None).await;
    assert_eq!(answer["err_list"], json!([]));
    let tea = json!([row(ENV, one(), "main body not same")]);
    assert_eq!(client.share(ENV, &[one()], None).await["err_list"], tea);
    client
        .control("POST", "behaviour", r#"{"strict_subjects": false}"#)
        .await;
    let answer = client.share(ENV, &[one()], None).await;
    assert_eq!(answer["err_list"], json!([]));
    assert_eq!(
        pending(&sandbox),
        pairs(&[("prod-2", other()), (ENV, other()), (ENV, one())])
    );
}

#[tokio::test]
async fn the_subject_is_what_the_authorizer_says() {
    let (sandbox, client) = seeded("{}").await;
    let put = json!({"appid": one(), "principal_name": "Tea House Ltd"}).to_string();
    assert_eq!(client.control("POST", "authorizers", &put).await.0, 200);
    let body = json!({"component_appid": sandbox.component().appid, "authorizer_appid": one()});
    let token = sandbox.component_token();
    let info = client.call(Endpoint::AuthorizerInfo, &token, &body).await;
    assert_eq!(info["authorizer_info"]["principal_name"], "Tea House Ltd");
}

#[tokio::test]
async fn a_strict_environment_is_known_as_what_it_is() {
    let (sandbox, client) = seeded(
        r#"{
        "behaviour": {"strict_envs": true},
        "envs": [{"env": "dev-1", "source_type": 0}, {"env": "host-1", "source_type": 1},
                 {"env": "any-1"}]
        }"#,
    )
    .await;
    for (env, source_type) in [
        ("dev-1", None),
        ("dev-1", Some(0)),
        ("host-1", Some(1)),
        ("any-1", None),
        ("any-1", Some(1)),
    ] {
        let answer = client.share(env, &[one()], source_type).await;
        assert_eq!(answer["err_list"], json!([]), "{env} {source_type:?}");
    }
    let before = sandbox.pending();
    assert_eq!(before.len(), 4);
    for (env, source_type) in [("dev-1", Some(1)), ("host-1", None), ("host-1", Some(0))] {
        let refused = json!([row(env, one(), "invalid env")]);
        let answer = client.share(env, &[one()], source_type).await;
        assert_eq!(answer["err_list"], refused, "{env} {source_type:?}");
        let answer = client.unshare(env, &[one()], source_type).await;
        assert_eq!(answer["err_list"], refused, "{env} {source_type:?}");
    }
    assert_eq!(sandbox.pending(), before);

    // A conversion names no kind, and the lists do not say which an environment is of.
    let token = sandbox.component_token();
    for env in ["dev-1", "host-1"] {
        let body = json!({"env": env});
        let answer = client.call(Endpoint::Convert, &token, &body).await;
        assert_eq!(errcode(&answer), 0, "{env}");
    }
    assert_eq!(sandbox.converted(), ["dev-1", "host-1"]);
    let envs = client
        .call(Endpoint::DescribeEnvs, &token, &json!({}))
        .await;
    assert_eq!(envs["info_list"][1]["env"], "dev-1");
    assert!(envs["info_list"][1].get("source_type").is_none(), "{envs}");

    sandbox.behave(|now| now.strict_envs = false);
    let answer = client.share("dev-1", &[one()], Some(1)).await;
    assert_eq!(answer["err_list"], json!([]));
    assert_eq!(sandbox.pending().len(), 5);
}

#[tokio::test]
async fn nothing_is_strict_unless_it_is_asked_for() {
    let (sandbox, client) = seeded("{}").await;
    for (appid, subject) in [(one(), "Tea House Ltd"), (other(), "Coffee Ltd")] {
        sandbox.put_authorizer(Authorizer {
            permission_sets: Vec::new(),
            principal_name: Some(subject.to_owned()),
            ..Authorizer::new(appid)
        });
    }
    sandbox.put_environment(Environment {
        source_type: Some(1),
        ..Environment::new(ENV)
    });
    let answer = client.share(ENV, &[one(), other(), THIRD], None).await;
    assert_eq!(answer["err_list"], json!([]));
    assert_eq!(sandbox.pending().len(), 3);
}
