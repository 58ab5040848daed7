//! `terraform query`: the list resource `cloudbase_env_share`, and configuration generated from
//! what it finds (Terraform `internal/plugin6/grpc_provider.go`, `ListResource`).

use std::time::Duration;

use cloudbase::framework::Value;
use cloudbase::proto::tfplugin6 as pb;
use cloudbase::sandbox::{Effect, Endpoint, Fault};
use tokio::time::timeout;
use tonic::Streaming;

use crate::answer::drain;
use crate::core::{Core, Failed, Said, dynamic, sort, undynamic, within};
use crate::rig::{A, B, C, ENV, OTHER_ENV, Rig, texts};

const NAME: &str = "cloudbase_env_share";
/// The limit that core sends where the user gives none.
const DEFAULT_LIMIT: i64 = 100;

/// One result, as core keeps it.
struct Found {
    identity: Value,
    display_name: String,
    /// Null where it was not asked for.
    object: Value,
}

fn request(core: &Core, config: &Value, limit: i64, objects: bool) -> pb::list_resource::Request {
    pb::list_resource::Request {
        type_name: NAME.to_owned(),
        config: Some(dynamic(config, &core.lists[NAME].ty())),
        include_resource_object: objects,
        limit,
    }
}

fn config<'a>(core: &Core, arguments: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    core.lists[NAME].config(arguments)
}

async fn validate(core: &Core, config: &Value) -> Result<Said, Failed> {
    let request = pb::validate_list_resource_config::Request {
        type_name: NAME.to_owned(),
        config: Some(dynamic(config, &core.lists[NAME].ty())),
        include_resource_object: None,
        limit: None,
    };
    let response = within(core.client().validate_list_resource_config(request)).await;
    sort(response.diagnostics, Some(config))
}

async fn events(
    core: &Core,
    config: &Value,
    limit: i64,
    objects: bool,
) -> Vec<pb::list_resource::Event> {
    let request = request(core, config, limit, objects);
    drain(core.client().list_resource(request).await)
        .await
        .unwrap()
}

/// What core takes from the stream: results up to the limit, and nothing after an error.
async fn query(
    core: &Core,
    config: &Value,
    limit: i64,
    objects: bool,
) -> (Vec<Found>, Result<Said, Failed>) {
    validate(core, config).await.unwrap().nothing();
    let mut found = Vec::new();
    let mut said = Vec::new();
    for event in events(core, config, limit, objects).await {
        said.extend(event.diagnostic.clone());
        if sort(event.diagnostic.clone(), Some(config)).is_err() {
            break;
        }
        let identity = core.identities[NAME].received(event.identity.as_ref());
        if identity.is_null() {
            assert!(!event.diagnostic.is_empty(), "an event says something");
            continue;
        }
        assert!(identity.is_wholly_known(), "{identity:?}");
        assert!(!event.display_name.is_empty());
        let object = undynamic(event.resource_object.as_ref(), &core.resource(NAME).ty());
        assert_eq!(object.is_null(), !objects, "an object only when asked for");
        found.push(Found {
            identity,
            display_name: event.display_name,
            object,
        });
    }
    assert!(found.len() <= usize::try_from(limit).unwrap());
    (found, sort(said, None))
}

fn envs(found: &[Found]) -> Vec<&str> {
    found
        .iter()
        .filter_map(|one| one.identity.attribute("env").as_str())
        .collect()
}

fn bind_three(rig: &Rig) {
    for (env, appid) in [(ENV, A), (ENV, B), (OTHER_ENV, A), ("third-env", C)] {
        rig.sandbox.bind(env, appid, None);
    }
    rig.sandbox.bind("hosted-env", A, 1);
}

#[tokio::test]
async fn one_result_comes_for_each_environment() {
    let rig = Rig::start().await;
    bind_three(&rig);
    let all = config(&rig.core, [("appids", texts(&[A, B, C]))]);
    let (found, said) = query(&rig.core, &all, DEFAULT_LIMIT, false).await;
    said.unwrap().nothing();
    assert_eq!(envs(&found), [OTHER_ENV, ENV, "third-env"]);
    let shared = &found[1];
    let expected = Value::List(vec![Value::string(B), Value::string(A)]);
    assert_eq!(shared.identity.attribute("appids"), &expected);
    assert!(shared.display_name.contains(ENV) && shared.display_name.contains('2'));

    let one = config(
        &rig.core,
        [("appids", texts(&[A, B, C])), ("env", Value::string(ENV))],
    );
    let (found, _) = query(&rig.core, &one, DEFAULT_LIMIT, false).await;
    assert_eq!(envs(&found), [ENV]);
    let hosted = config(
        &rig.core,
        [("appids", texts(&[A])), ("source_type", Value::integer(1))],
    );
    let (found, _) = query(&rig.core, &hosted, DEFAULT_LIMIT, false).await;
    assert_eq!(envs(&found), ["hosted-env"]);
    assert_eq!(
        found[0].identity.attribute("source_type"),
        &Value::integer(1)
    );
    let nothing = config(&rig.core, [("appids", texts(&["wxbbbbbbbbbbbbbbb1"]))]);
    let (found, said) = query(&rig.core, &nothing, DEFAULT_LIMIT, false).await;
    said.unwrap().nothing();
    assert!(found.is_empty());
}

/// What `terraform query -generate-config-out` goes on to do.
#[tokio::test]
async fn what_is_found_is_imported_and_its_generated_configuration_plans_empty() {
    let rig = Rig::start().await;
    bind_three(&rig);
    let mut all = Vec::new();
    for arguments in [
        vec![("appids", texts(&[A, B, C]))],
        vec![("appids", texts(&[A])), ("source_type", Value::integer(1))],
        vec![("appids", texts(&[A])), ("source_type", Value::integer(0))],
    ] {
        let config = config(&rig.core, arguments);
        all.extend(query(&rig.core, &config, DEFAULT_LIMIT, true).await.0);
    }
    assert_eq!(all.len(), 6);
    for found in all {
        let mut share = rig.share();
        share
            .import_by_identity(&found.identity)
            .await
            .unwrap()
            .nothing();
        assert_eq!(share.state, found.object, "as imported and read");
        assert_eq!(share.identity, found.identity);
        let ty = rig.core.resource(NAME).ty();
        let request = pb::generate_resource_config::Request {
            type_name: NAME.to_owned(),
            state: Some(dynamic(&found.object, &ty)),
        };
        let response = within(rig.core.client().generate_resource_config(request)).await;
        sort(response.diagnostics, None).unwrap().nothing();
        let generated = undynamic(response.config.as_ref(), &ty);
        assert!(generated.attribute("shares").is_null(), "it is computed");
        share.validate(&generated).await.unwrap().nothing();
        share.assert_settled(&generated).await;
    }
    assert_eq!(rig.sandbox.calls_to(Endpoint::Share).len(), 0);
    rig.finish().await;
}

#[tokio::test]
async fn no_more_come_than_are_wanted_and_no_more_is_asked() {
    let rig = Rig::start_with([("batch_size", Value::integer(1))]).await;
    bind_three(&rig);
    let all = config(&rig.core, [("appids", texts(&[A, B, C]))]);
    for limit in 1..=3 {
        rig.next_walk_in_batches_of(1).await;
        rig.sandbox.clear_calls();
        let found = events(&rig.core, &all, limit, true).await;
        assert_eq!(i64::try_from(found.len()).unwrap(), limit);
        assert_eq!(rig.sandbox.calls().len(), 3, "each mini program once");
    }
    assert_eq!(events(&rig.core, &all, 50, true).await.len(), 3);
}

/// Core does not count an event without a result.
#[tokio::test]
async fn a_warning_takes_no_place_of_a_result() {
    let rig = Rig::start().await;
    bind_three(&rig);
    rig.sandbox.refuse_appid(Endpoint::Query, C, "not today");
    let all = config(&rig.core, [("appids", texts(&[A, B, C]))]);
    for limit in 1..=2 {
        rig.next_walk().await;
        let (found, said) = query(&rig.core, &all, limit, false).await;
        assert!(said.unwrap().warnings(1).contains(C));
        assert_eq!(i64::try_from(found.len()).unwrap(), limit);
    }
}

#[tokio::test]
async fn errors_come_as_events() {
    let rig = Rig::start_with([("max_retries", Value::integer(0))]).await;
    bind_three(&rig);
    let all = config(&rig.core, [("appids", texts(&[A]))]);
    rig.sandbox
        .inject(Fault::new(Effect::PermissionNotGranted).on(Endpoint::Query));
    let (found, said) = query(&rig.core, &all, DEFAULT_LIMIT, false).await;
    assert!(found.is_empty());
    assert!(said.unwrap_err().text().contains("61007"));
    // Without a provider configuration, too.
    let other = Rig::unconfigured().await;
    let (found, said) = query(&other.core, &all, DEFAULT_LIMIT, false).await;
    assert!(found.is_empty());
    assert!(said.unwrap_err().text().contains("not been configured"));
}

#[tokio::test]
async fn configuration_that_is_not_known_is_validated_but_not_listed() {
    let rig = Rig::start().await;
    bind_three(&rig);
    let partly = Value::set(vec![Value::string(A), Value::Unknown]);
    for arguments in [
        vec![("appids", Value::Unknown)],
        vec![("appids", partly)],
        vec![("appids", texts(&[A])), ("env", Value::Unknown)],
        vec![("appids", texts(&[A])), ("source_type", Value::Unknown)],
    ] {
        let unknown = config(&rig.core, arguments);
        let (found, said) = query(&rig.core, &unknown, DEFAULT_LIMIT, false).await;
        assert!(found.is_empty());
        let said = said.unwrap_err().text();
        assert!(said.contains("known"), "{said}");
        assert!(!said.contains("mistake in the provider"), "{said}");
    }
    assert_eq!(rig.sandbox.calls().len(), 0);
    let with_null = Value::set(vec![Value::string(A), Value::Null]);
    // What is wrong is said at validation.
    for (arguments, says) in [
        // A missing `config` block is one in which everything is left out.
        (vec![], "`appids` is null"),
        (
            vec![("appids", with_null.clone())],
            "an element of `appids` is null",
        ),
        (
            vec![
                ("appids", texts(&[A])),
                ("source_type", Value::Number("1.5".parse().unwrap())),
            ],
            "`source_type` is not a whole number",
        ),
        (vec![("appids", texts(&[]))], "appids"),
        (vec![("appids", texts(&["nonsense"]))], "nonsense"),
        (
            vec![("appids", texts(&[A])), ("env", Value::string("no id"))],
            "no id",
        ),
    ] {
        let wrong = config(&rig.core, arguments);
        let failed = validate(&rig.core, &wrong).await.unwrap_err();
        assert!(failed.text().contains(says), "{}", failed.text());
    }
    // What was unknown then is looked at again before anything is asked.
    for appids in [Value::Null, with_null] {
        let wrong = config(&rig.core, [("appids", appids)]);
        let events = events(&rig.core, &wrong, DEFAULT_LIMIT, false).await;
        let said = events.into_iter().flat_map(|event| event.diagnostic);
        let said = sort(said.collect(), Some(&wrong)).unwrap_err().text();
        assert!(said.contains("is null"), "{said}");
        assert!(!said.contains("mistake in the provider"), "{said}");
    }
    assert_eq!(rig.sandbox.calls().len(), 0);
}

#[tokio::test]
async fn a_query_that_is_given_up_is_ended_and_the_process_goes_on() {
    let rig = Rig::start().await;
    bind_three(&rig);
    let all = config(&rig.core, [("appids", texts(&[A]))]);
    rig.sandbox
        .inject(Fault::new(Effect::Hang(Duration::from_secs(600))).on(Endpoint::Query));
    let mut client = rig.core.client();
    let request = request(&rig.core, &all, DEFAULT_LIMIT, false);
    let stream: Streaming<_> = client.list_resource(request).await.unwrap().into_inner();
    rig.sandbox.wait_for_calls(Endpoint::Query, 1).await;
    drop(stream);
    // The next one is not kept waiting by what hangs.
    let next = query(&rig.core, &all, DEFAULT_LIMIT, false);
    let (found, said) = timeout(Duration::from_secs(20), next).await.unwrap();
    said.unwrap().nothing();
    assert_eq!(found.len(), 2);
    assert!(rig.host.is_serving().await.unwrap());
    rig.finish().await;
}

#[tokio::test]
async fn stop_ends_a_query() {
    let rig = Rig::start().await;
    let all = config(&rig.core, [("appids", texts(&[A]))]);
    rig.sandbox
        .inject(Fault::new(Effect::Hang(Duration::from_secs(600))).on(Endpoint::Query));
    let core = rig.core.clone();
    let listing = tokio::spawn(async move { query(&core, &all, DEFAULT_LIMIT, false).await });
    rig.sandbox.wait_for_calls(Endpoint::Query, 1).await;
    within(
        rig.core
            .client()
            .stop_provider(pb::stop_provider::Request {}),
    )
    .await;
    let (found, said) = timeout(Duration::from_secs(20), listing)
        .await
        .unwrap()
        .unwrap();
    assert!(found.is_empty());
    said.unwrap_err();
    rig.finish().await;
}
