//! `moved` blocks that change the resource type (Terraform
//! `internal/refactoring/cross_provider_move.go`).

use cloudbase::framework::Value;
use cloudbase::framework::value::json;
use cloudbase::proto::tfplugin6 as pb;
use serde_json::{Value as Json, json};

use crate::core::{Failed, Instance, sort, undynamic, unknown_paths, within};
use crate::rig::{A, B, ENV, Rig, appids, share_config, status, texts};

const NAME: &str = "cloudbase_env_share";
const TERRAFORM: &str = "terraform.io/builtin/terraform";

fn request(
    address: &str,
    source: &str,
    version: i64,
    state: &str,
) -> pb::move_resource_state::Request {
    pb::move_resource_state::Request {
        source_provider_address: address.to_owned(),
        source_type_name: source.to_owned(),
        source_schema_version: version,
        source_state: Some(pb::RawState {
            json: state.as_bytes().to_vec(),
            ..Default::default()
        }),
        target_type_name: NAME.to_owned(),
        ..Default::default()
    }
}

/// Moves state to an unconfigured process, with core's checks; what it becomes is in state then.
async fn moved(rig: &Rig, request: pb::move_resource_state::Request) -> Result<Instance, Failed> {
    let response = within(rig.core.client().move_resource_state(request)).await;
    sort(response.diagnostics, None)?.nothing();
    let mut share = rig.share();
    share.state = undynamic(
        response.target_state.as_ref(),
        &rig.core.resource(NAME).ty(),
    );
    assert!(!share.state.is_null());
    assert_eq!(unknown_paths(&share.state), [""; 0]);
    share.private = response.target_private;
    let identity = rig.core.identities[NAME].received(response.target_identity.as_ref());
    assert!(identity.is_wholly_known() && !identity.is_null());
    share.identity = identity;
    Ok(share)
}

/// State of a `terraform_data` with this input.
fn data(input: &Json, ty: &Json) -> String {
    let value = json!({ "value": input, "type": ty });
    json!({ "id": "5b1c", "input": value, "output": value, "triggers_replace": null }).to_string()
}

fn described(appids: &[&str], source_type: Option<i64>) -> String {
    let mut input = json!({ "env": ENV, "appids": appids });
    let mut ty = json!({ "env": "string", "appids": ["tuple", vec!["string"; appids.len()]] });
    if let Some(source_type) = source_type {
        input["source_type"] = json!(source_type);
        ty["source_type"] = json!("number");
    }
    data(&input, &json!(["object", ty]))
}

#[tokio::test]
async fn a_terraform_data_becomes_the_shares_that_are_there() {
    let rig = Rig::unconfigured().await;
    rig.sandbox.bind(ENV, A, None);
    rig.sandbox.bind(ENV, B, 1);
    let mut share = moved(
        &rig,
        request(TERRAFORM, "terraform_data", 0, &described(&[A], None)),
    )
    .await
    .unwrap();
    let mut hosted = moved(
        &rig,
        request(TERRAFORM, "terraform_data", 0, &described(&[B, A], Some(1))),
    )
    .await
    .unwrap();
    // The walk that plans is in another process, or at least configures.
    rig.next_walk().await;
    share
        .assert_settled(&share_config(&share.clone(), ENV, &[A]))
        .await;
    assert_eq!(status(&share.state, A), "bound");

    // One of the two was never shared: it goes, and is planned as an addition.
    hosted.refresh().await.unwrap().nothing();
    assert_eq!(appids(&hosted.state), [B]);
    let config = hosted.config([
        ("env", Value::string(ENV)),
        ("appids", texts(&[B])),
        ("source_type", Value::integer(1)),
    ]);
    hosted.assert_settled(&config).await;
    rig.finish().await;
}

#[tokio::test]
async fn the_same_type_at_another_address_is_taken_as_it_is() {
    let rig = Rig::start().await;
    let mut share = rig.share();
    let config = share_config(&share, ENV, &[A, B]);
    share.converge(&config).await.unwrap();
    assert!(rig.sandbox.approve(ENV, A));
    share.refresh().await.unwrap().nothing();
    let stored = json::encode(&share.state, &rig.core.resource(NAME).ty()).unwrap();
    let stored = String::from_utf8(stored).unwrap();
    for address in [
        "registry.terraform.io/example/cloudbase",
        "registry.opentofu.org/wxopen/cloudbase",
    ] {
        let request = pb::move_resource_state::Request {
            source_private: share.private.clone(),
            ..request(address, NAME, 0, &stored)
        };
        let mut new = moved(&rig, request).await.unwrap();
        assert_eq!(new.private, share.private, "it is the same object");
        assert_eq!(new.state, share.state);
        assert_eq!(new.identity, share.identity);
        // Pending stays pending, with its URL.
        new.assert_settled(&config).await;
        assert_eq!(new.state, share.state);
    }
    assert_eq!(rig.sandbox.requests_sent(ENV, B, None), 1);
    rig.finish().await;
}

/// Terraform 1.15 and OpenTofu 1.11 ask for a move where only the provider's source address has changed.
#[tokio::test]
async fn every_type_comes_from_another_address_as_it_is() {
    let rig = Rig::unconfigured().await;
    let share = json!({
        "appids": [A], "confirmation_trigger": null, "deletion_policy": null, "env": ENV, "source_type": 1,
        "shares": { A: { "confirm_url": null, "error": null, "status": "bound" } },
    });
    let function = json!({
        "name": "cloudbase_auth", "envs": [ENV], "source": "a.zip",
        "source_hash": "hznHbmgfkAkjuQDJ3w73XPQh05yrtUZQxLmtGbanbYU=", "vpc_id": null, "subnet_id": null,
        "deletion_policy": "delete", "timeouts": null,
        "functions": { ENV: { "status": "Active", "error": null } },
    });
    let states = [
        (NAME, share),
        ("cloudbase_auth_function", function),
        (
            "cloudbase_env_share_confirmation",
            json!({ "appids": [A], "env": ENV, "source_type": null, "timeouts": { "create": "1h" } }),
        ),
        (
            "cloudbase_env_conversion",
            json!({ "env": ENV, "token": "component" }),
        ),
        (
            "cloudbase_open_api_access",
            json!({ "env": ENV, "token": "component", "api_whitelist": ["/a"], "enabled": true }),
        ),
    ];
    let types: Vec<&str> = states.iter().map(|(name, _)| *name).collect();
    let mut known: Vec<&str> = rig.core.resources.keys().map(String::as_str).collect();
    known.sort_unstable();
    let mut tried = types.clone();
    tried.sort_unstable();
    assert_eq!(tried, known);
    for (name, state) in states {
        let request = pb::move_resource_state::Request {
            target_type_name: name.to_owned(),
            source_private: b"kept".to_vec(),
            ..request(
                "registry.opentofu.org/wxopen/cloudbase",
                name,
                0,
                &state.to_string(),
            )
        };
        let response = within(rig.core.client().move_resource_state(request)).await;
        sort(response.diagnostics, None).unwrap().nothing();
        let ty = rig.core.resource(name).ty();
        let moved = undynamic(response.target_state.as_ref(), &ty);
        assert_eq!(
            moved,
            json::decode(state.to_string().as_bytes(), &ty).unwrap()
        );
        assert_eq!(response.target_private, b"kept");
        assert!(response.target_identity.is_some(), "{name}");
    }
    rig.finish().await;
}

#[tokio::test]
async fn anything_else_is_refused_with_what_can_be_moved() {
    let rig = Rig::unconfigured().await;
    let stranger = "registry.terraform.io/example/other";
    let good = described(&[A], None);
    let text = data(&json!("text"), &json!("string"));
    let bad_appid = described(&["nonsense"], None);
    let surplus = data(
        &json!({ "env": ENV, "appids": [A], "surplus": 1 }),
        &json!("dynamic"),
    );
    let says_both = ["terraform_data", NAME];
    let cases: [(&str, &str, i64, &str, &[&str]); 10] = [
        (stranger, "other_share", 0, "{}", &says_both),
        (stranger, "terraform_data", 0, &good, &says_both),
        (stranger, "cloudbase_env_conversion", 0, "{}", &says_both),
        (stranger, NAME, 7, "{}", &["7"]),
        (stranger, NAME, 0, "{\"surplus\":1}", &["surplus"]),
        (stranger, NAME, 0, "not JSON", &["JSON"]),
        (TERRAFORM, "terraform_data", 0, &text, &["env", "appids"]),
        (TERRAFORM, "terraform_data", 0, &bad_appid, &["nonsense"]),
        (TERRAFORM, "terraform_data", 0, &surplus, &["surplus"]),
        (TERRAFORM, "terraform_data", 0, "{}", &["input"]),
    ];
    for (address, source, version, state, says) in cases {
        let Err(failed) = moved(&rig, request(address, source, version, state)).await else {
            panic!("{source} of {address} was moved: {state}");
        };
        let said = failed.text();
        assert!(said.contains(source), "it names the source: {said}");
        for text in says {
            assert!(said.contains(text), "`{text}` is not in: {said}");
        }
    }
    let empty = data(&json!({ "env": ENV, "appids": [] }), &json!("dynamic"));
    let Err(failed) = moved(&rig, request(TERRAFORM, "terraform_data", 0, &empty)).await else {
        panic!("shares to nobody were moved");
    };
    assert!(failed.text().contains("appids"), "{}", failed.text());

    for target in [
        "cloudbase_env_conversion",
        "cloudbase_env_share_confirmation",
    ] {
        let request = pb::move_resource_state::Request {
            target_type_name: target.to_owned(),
            ..request(TERRAFORM, "terraform_data", 0, &good)
        };
        let response = within(rig.core.client().move_resource_state(request)).await;
        let failed = sort(response.diagnostics, None).unwrap_err();
        assert!(failed.text().contains(target), "{}", failed.text());
        assert_eq!(response.target_state, None);
    }
    rig.finish().await;
}
