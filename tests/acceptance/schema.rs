//! `terraform providers schema -json`: what documentation tools and editors go by.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::support::Feature;
use crate::workspace;

/// The surface, written by hand: each type with its attributes.
const RESOURCES: [(&str, &[&str]); 5] = [
    (
        "cloudbase_auth_function",
        &[
            "deletion_policy",
            "envs",
            "functions",
            "name",
            "source",
            "source_hash",
            "subnet_id",
            "timeouts",
            "vpc_id",
        ],
    ),
    ("cloudbase_env_conversion", &["env", "token"]),
    (
        "cloudbase_env_share",
        &[
            "appids",
            "confirmation_trigger",
            "confirmation_triggers",
            "deletion_policy",
            "env",
            "on_refusal",
            "shares",
            "source_type",
            "timeouts",
        ],
    ),
    (
        "cloudbase_env_share_confirmation",
        &["appids", "env", "source_type", "timeouts"],
    ),
    (
        "cloudbase_open_api_access",
        &["api_whitelist", "enabled", "env", "token"],
    ),
];
const DATA_SOURCES: [(&str, &[&str]); 8] = [
    (
        "cloudbase_api_quota",
        &[
            "component_rate_limit",
            "daily_limit",
            "path",
            "rate_limit",
            "remaining",
            "token",
            "used",
        ],
    ),
    (
        "cloudbase_authorizers",
        &["authorizers", "component_appid", "permissions"],
    ),
    ("cloudbase_component_envs", &["envs"]),
    (
        "cloudbase_env",
        &[
            "alias",
            "create_time",
            "env",
            "package_id",
            "package_name",
            "status",
            "update_time",
        ],
    ),
    (
        "cloudbase_env_shares",
        &["appids", "appids_by_env", "errors", "shares", "source_type"],
    ),
    ("cloudbase_envs", &["envs"]),
    ("cloudbase_hosting_envs", &["envs"]),
    (
        "cloudbase_open_api_access",
        &["api_whitelist", "enabled", "env", "token", "version"],
    ),
];
const EPHEMERAL_RESOURCES: [(&str, &[&str]); 2] = [
    (
        "cloudbase_authorizer_token",
        &["appid", "expires_at", "refresh_token", "token"],
    ),
    ("cloudbase_component_token", &["expires_at", "token"]),
];
const PROVIDER: [&str; 13] = [
    "authorizer",
    "authorizer_access_token",
    "batch_across_environments",
    "batch_size",
    "component",
    "component_access_token",
    "endpoint",
    "max_confirmation_requests",
    "max_retries",
    "request_timeout",
    "requests_per_second",
    "token_command",
    "token_file",
];
const SENSITIVE: [&str; 8] = [
    "cloudbase_authorizer_token.refresh_token",
    "cloudbase_authorizer_token.token",
    "cloudbase_component_token.token",
    "provider.authorizer.refresh_token",
    "provider.authorizer_access_token",
    "provider.component.appsecret",
    "provider.component.verify_ticket",
    "provider.component_access_token",
];

fn keys(object: &Json) -> Vec<&str> {
    let object = object.as_object().expect("an object");
    let mut keys: Vec<_> = object.keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// Asserts that a block and everything in it is described, and collects what is sensitive.
fn walk(path: &str, block: &Json, sensitive: &mut Vec<String>) {
    let described = |of: &Json| of["description"].as_str().is_some_and(|d| d.len() > 5);
    let attributes = block["attributes"].as_object().into_iter().flatten();
    for (name, attribute) in attributes {
        let path = format!("{path}.{name}");
        assert!(described(attribute), "{path} is not described");
        if attribute["sensitive"] == true {
            sensitive.push(path.clone());
        }
        walk(&path, &attribute["nested_type"], sensitive);
    }
    let blocks = block["block_types"].as_object().into_iter().flatten();
    for (name, nested) in blocks {
        let path = format!("{path}.{name}");
        assert!(described(&nested["block"]), "{path} is not described");
        walk(&path, &nested["block"], sensitive);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_surface_is_there_and_described() {
    let workspace = workspace!();
    workspace.configure("");
    let run = workspace.run(&["providers", "schema", "-json"]).await.ok();
    let all: Json = serde_json::from_str(&run.stdout).expect("JSON");
    let registry = workspace.cli().product.registry();
    let found = &all["provider_schemas"][format!("{registry}/wxopen/cloudbase")];
    let mut sensitive = Vec::new();

    for (kind, expected) in [
        ("resource_schemas", &RESOURCES[..]),
        ("data_source_schemas", &DATA_SOURCES[..]),
        ("ephemeral_resource_schemas", &EPHEMERAL_RESOURCES[..]),
    ] {
        if kind == "ephemeral_resource_schemas"
            && !workspace.cli().offers_part(Feature::EphemeralResources)
        {
            continue;
        }
        let expected: BTreeMap<_, _> = expected.iter().copied().collect();
        let names: Vec<_> = expected.keys().copied().collect();
        assert_eq!(keys(&found[kind]), names, "{kind}");
        for (name, attributes) in expected {
            let schema = &found[kind][name];
            assert_eq!(schema["version"], 0, "{name}");
            let block = &schema["block"];
            let description = block["description"].as_str();
            assert!(description.is_some_and(|d| d.len() > 20), "{name}");
            assert_eq!(keys(&block["attributes"]), attributes, "{name}");
            walk(name, block, &mut sensitive);
        }
    }
    let provider = &found["provider"]["block"];
    assert!(provider["description"].as_str().is_some());
    assert_eq!(keys(&provider["attributes"]), PROVIDER);
    walk("provider", provider, &mut sensitive);

    let mut expected = SENSITIVE.to_vec();
    if !workspace.cli().has(Feature::EphemeralResources) {
        expected.retain(|path| path.starts_with("provider."));
    }
    sensitive.sort();
    assert_eq!(sensitive, expected);

    if !workspace.cli().offers_part(Feature::Functions) {
        return;
    }
    assert_eq!(
        keys(&found["functions"]),
        ["confirmation_page", "parse_share_id", "qr_svg", "share_id"]
    );
    for (name, parameters) in [
        ("confirmation_page", &["shares", "options"][..]),
        ("parse_share_id", &["id"]),
        ("qr_svg", &["text"]),
        ("share_id", &["env", "appids"]),
    ] {
        let function = &found["functions"][name];
        assert!(function["summary"].as_str().is_some_and(|s| s.len() > 10));
        assert!(
            function["description"]
                .as_str()
                .is_some_and(|d| d.len() > 20)
        );
        let given = function["parameters"].as_array().expect("parameters");
        let names: Vec<_> = given.iter().map(|p| p["name"].as_str().unwrap()).collect();
        assert_eq!(names, parameters, "{name}");
        assert!(given.iter().all(|p| p["description"].is_string()), "{name}");
    }
}
