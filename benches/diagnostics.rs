//! How long the provider takes to tell what is wrong with many mini programs, for each operation that
//! tells it of each one by itself. Ten times as many should take ten times as long. The service is
//! called in this process; the API is the sandbox, whose part of the time is linear.
//!
//! `cargo bench --bench diagnostics`.

#![allow(
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

use std::time::{Duration, Instant};

use cloudbase::framework::value::{Type, Value, msgpack};
use cloudbase::framework::{Provider as _, Server};
use cloudbase::proto::tfplugin6 as pb;
use cloudbase::proto::tfplugin6::provider_server::Provider as _;
use cloudbase::provider::config::EnvVars;
use cloudbase::provider::{ADDRESS, Cloudbase};
use cloudbase::sandbox::{Endpoint, Options, Sandbox};
use tokio::runtime::Runtime;
use tonic::Request;

const TYPE: &str = "cloudbase_env_share";
const ENV: &str = "test-env-6gni9ity244a6ea3";

fn main() {
    // `cargo test --benches` only wants to know that it builds and runs.
    let sizes: &[usize] = if std::env::args().any(|arg| arg == "--bench") {
        &[1_000, 10_000, 100_000]
    } else {
        &[10]
    };
    let runtime = Runtime::new().expect("a runtime");
    let times: Vec<_> = sizes
        .iter()
        .map(|&size| runtime.block_on(all_operations(size)))
        .collect();
    for (i, operation) in ["validate", "plan", "create", "destroy"].iter().enumerate() {
        print!("{operation:>9}:");
        for (of_size, size) in times.iter().zip(sizes) {
            print!("  {size} in {:.1?}", of_size[i]);
        }
        for pair in times.windows(2) {
            let ratio = pair[1][i].as_secs_f64() / pair[0][i].as_secs_f64();
            print!("  ×{ratio:.1}");
        }
        println!();
    }
}

/// Validates `count` malformed appids, then plans, creates and destroys with as many that the API
/// refuses.
async fn all_operations(count: usize) -> [Duration; 4] {
    let rig = Rig::start().await;
    let malformed: Vec<_> = (0..count).map(|i| format!("{i:016x}")).collect();
    let appids: Vec<_> = (0..count).map(|i| format!("wx{i:016x}")).collect();
    for appid in &appids {
        for endpoint in [Endpoint::Query, Endpoint::Share, Endpoint::Unshare] {
            rig.sandbox.refuse_appid(endpoint, appid, "no such appid");
        }
    }
    let validate = rig.validate(&malformed, count).await;
    rig.configure().await;
    let plan = rig.plan(&appids, count).await;
    rig.configure().await;
    let create = rig.create(&appids, count).await;
    rig.configure().await;
    let destroy = rig.destroy(&appids, count).await;
    rig.sandbox.stop().await;
    [validate, plan, create, destroy]
}

struct Rig {
    sandbox: Sandbox,
    service: Server<Cloudbase>,
    config_ty: Type,
    ty: Type,
}

impl Rig {
    async fn start() -> Self {
        let sandbox = Sandbox::start(Options::default()).await.expect("a sandbox");
        let (url, token) = (sandbox.url(), sandbox.component_token());
        let environment = EnvVars::new(move |name| match name {
            "CLOUDBASE_ENDPOINT" => Some(url.clone()),
            "CLOUDBASE_COMPONENT_ACCESS_TOKEN" => Some(token.clone()),
            _ => None,
        });
        let provider = Cloudbase::new(environment);
        let config_ty = provider.schema().ty();
        let service = Server::new(provider, ADDRESS);
        let share = [
            ("status", Type::String),
            ("confirm_url", Type::String),
            ("error", Type::String),
        ];
        let ty = Type::object([
            ("env", Type::String),
            ("appids", Type::set(Type::String)),
            ("source_type", Type::Number),
            ("confirmation_trigger", Type::String),
            ("deletion_policy", Type::String),
            ("shares", Type::map(Type::object(share))),
        ]);
        Self {
            sandbox,
            service,
            config_ty,
            ty,
        }
    }

    /// What Terraform does before each walk.
    async fn configure(&self) {
        let arguments = Value::object([("batch_size", Value::integer(1000))]);
        let request = pb::configure_provider::Request {
            terraform_version: "1.14.0".to_owned(),
            config: Some(encoded(arguments, &self.config_ty)),
            ..Default::default()
        };
        let answer = self.service.configure_provider(Request::new(request));
        let answer = answer.await.expect("an answer").into_inner();
        assert_eq!(answer.diagnostics, []);
    }

    fn object(&self, appids: &[String], shares: Value) -> pb::DynamicValue {
        let appids = appids.iter().map(Value::string).collect();
        let object = Value::object([
            ("env", Value::string(ENV)),
            ("appids", Value::set(appids)),
            ("shares", shares),
        ]);
        encoded(object, &self.ty)
    }

    async fn validate(&self, appids: &[String], count: usize) -> Duration {
        let request = pb::validate_resource_config::Request {
            type_name: TYPE.to_owned(),
            config: Some(self.object(appids, Value::Null)),
            ..Default::default()
        };
        let started = Instant::now();
        let answer = self.service.validate_resource_config(Request::new(request));
        let answer = answer.await.expect("an answer").into_inner();
        told(&answer.diagnostics, count, started)
    }

    async fn plan(&self, appids: &[String], count: usize) -> Duration {
        let request = pb::plan_resource_change::Request {
            type_name: TYPE.to_owned(),
            prior_state: Some(encoded(Value::Null, &self.ty)),
            proposed_new_state: Some(self.object(appids, Value::Unknown)),
            config: Some(self.object(appids, Value::Null)),
            ..Default::default()
        };
        let started = Instant::now();
        let answer = self.service.plan_resource_change(Request::new(request));
        let answer = answer.await.expect("an answer").into_inner();
        // One more announces whom the apply asks.
        told(&answer.diagnostics, count + 1, started)
    }

    async fn create(&self, appids: &[String], count: usize) -> Duration {
        let request = pb::apply_resource_change::Request {
            type_name: TYPE.to_owned(),
            prior_state: Some(encoded(Value::Null, &self.ty)),
            planned_state: Some(self.object(appids, Value::Unknown)),
            config: Some(self.object(appids, Value::Null)),
            ..Default::default()
        };
        self.apply(request, count).await
    }

    async fn destroy(&self, appids: &[String], count: usize) -> Duration {
        let share = Value::object([
            ("status", Value::string("bound")),
            ("confirm_url", Value::Null),
            ("error", Value::Null),
        ]);
        let shares = appids.iter().map(|appid| (appid.clone(), share.clone()));
        let request = pb::apply_resource_change::Request {
            type_name: TYPE.to_owned(),
            prior_state: Some(self.object(appids, Value::Map(shares.collect()))),
            planned_state: Some(encoded(Value::Null, &self.ty)),
            config: Some(encoded(Value::Null, &self.ty)),
            ..Default::default()
        };
        self.apply(request, count).await
    }

    async fn apply(&self, request: pb::apply_resource_change::Request, count: usize) -> Duration {
        let started = Instant::now();
        let answer = self.service.apply_resource_change(Request::new(request));
        let answer = answer.await.expect("an answer").into_inner();
        told(&answer.diagnostics, count, started)
    }
}

fn encoded(value: Value, ty: &Type) -> pb::DynamicValue {
    let value = value.conform(ty).expect("a value of the type");
    pb::DynamicValue {
        msgpack: msgpack::encode(&value, ty).expect("the value's encoding"),
        json: Vec::new(),
    }
}

/// The time since `started`, at which `count` diagnostics have been told.
fn told(diagnostics: &[pb::Diagnostic], count: usize, started: Instant) -> Duration {
    let time = started.elapsed();
    let first = diagnostics.first().map(|d| (&d.summary, &d.detail));
    assert_eq!(diagnostics.len(), count, "the first of them: {first:?}");
    time
}
