//! A provider process beside a sandbox, and values to give it.

use cloudbase::framework::value::Value;
use cloudbase::sandbox::{Options, Sandbox};

use crate::core::{Core, Failed, Instance, Said};
use crate::plugin_host::{LaunchOptions, PluginHost};

/// An environment.
pub(crate) const ENV: &str = "test-env-6gni9ity244a6ea3";
/// Another environment.
pub(crate) const OTHER_ENV: &str = "prod-env-7gfwxe92efb3aa38";
/// Mini programs.
pub(crate) const A: &str = "wx5fe6bb43205e9e07";
pub(crate) const B: &str = "wx075cf85bf347b6df";
pub(crate) const C: &str = "wxaaaaaaaaaaaaaaa1";

/// A process and the API it talks to. Dropping it kills the process.
pub(crate) struct Rig {
    pub(crate) sandbox: Sandbox,
    pub(crate) host: PluginHost,
    pub(crate) core: Core,
}

impl Rig {
    /// A process that has not been configured.
    pub(crate) async fn unconfigured() -> Self {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let host = PluginHost::launch(LaunchOptions::default()).await;
        let core = Core::start(host.provider()).await;
        Self {
            sandbox,
            host,
            core,
        }
    }

    /// A configured process.
    pub(crate) async fn start() -> Self {
        Self::start_with([]).await
    }

    /// A process configured with further arguments.
    pub(crate) async fn start_with<'a>(
        arguments: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Self {
        let rig = Self::unconfigured().await;
        rig.configure(arguments).await.unwrap().nothing();
        rig
    }

    /// What Terraform does before each walk: it configures the process anew. What the process has
    /// read serves one walk, so that changes behind its back are seen from here on.
    pub(crate) async fn next_walk(&self) {
        self.configure([]).await.unwrap().nothing();
    }

    /// The same, with a batch size.
    pub(crate) async fn next_walk_in_batches_of(&self, size: i64) {
        let size = [("batch_size", Value::integer(size))];
        self.configure(size).await.unwrap().nothing();
    }

    /// Configures it with one argument that is not known yet.
    pub(crate) async fn configure_unknown(&self, argument: &str) {
        let unknown = [(argument, Value::Unknown)];
        self.configure(unknown).await.unwrap().nothing();
    }

    /// Configures the process for the sandbox.
    pub(crate) async fn configure<'a>(
        &self,
        arguments: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Result<Said, Failed> {
        let mut all = self.arguments().to_vec();
        all.extend(arguments);
        self.core.configure(all).await
    }

    /// Configures the process for one walk alone, so that the provider knows what belongs to one run.
    pub(crate) async fn one_walk(&self) {
        let configured = self.core.configure_for_one_walk(self.arguments()).await;
        configured.unwrap().nothing();
    }

    /// Where the sandbox is, and its tokens.
    fn arguments(&self) -> [(&'static str, Value); 3] {
        [
            ("endpoint", Value::string(self.sandbox.url())),
            (
                "component_access_token",
                Value::string(self.sandbox.component_token()),
            ),
            (
                "authorizer_access_token",
                Value::string(self.sandbox.authorizer_token()),
            ),
        ]
    }

    /// A `cloudbase_env_share` that does not exist yet.
    pub(crate) fn share(&self) -> Instance {
        Instance::new(&self.core, "cloudbase_env_share")
    }

    /// The pairs that are bound, as (env, appid).
    pub(crate) fn bound(&self) -> Vec<(String, String)> {
        self.sandbox
            .bound()
            .into_iter()
            .map(|(env, appid, _)| (env, appid))
            .collect()
    }

    /// Ends the process as Terraform does, which fails the test if it has died before.
    pub(crate) async fn finish(self) {
        let exit = self.host.shutdown().await;
        assert!(exit.status.success(), "{exit:?}");
    }
}

/// A set of texts.
pub(crate) fn texts(texts: &[&str]) -> Value {
    Value::set(texts.iter().map(|text| Value::string(*text)).collect())
}

/// The configuration of a `cloudbase_env_share`.
pub(crate) fn share_config(instance: &Instance, env: &str, appids: &[&str]) -> Value {
    instance.config([("env", Value::string(env)), ("appids", texts(appids))])
}

/// The same, with a confirmation trigger.
pub(crate) fn share_config_with_trigger(
    instance: &Instance,
    env: &str,
    appids: &[&str],
    trigger: &str,
) -> Value {
    instance.config([
        ("env", Value::string(env)),
        ("appids", texts(appids)),
        ("confirmation_trigger", Value::string(trigger)),
    ])
}

/// One entry of `shares`: `(status, confirm_url is there, error)`.
pub(crate) fn share_of(state: &Value, appid: &str) -> (String, bool, Option<String>) {
    let Value::Map(shares) = state.attribute("shares") else {
        panic!("no shares in {state:?}");
    };
    let share = &shares[appid];
    let text = |name| share.attribute(name).as_str().map(str::to_owned);
    (
        text("status").expect("a status"),
        text("confirm_url").is_some(),
        text("error"),
    )
}

/// The status of one share.
pub(crate) fn status(state: &Value, appid: &str) -> String {
    share_of(state, appid).0
}

/// The appids of a state.
pub(crate) fn appids(state: &Value) -> Vec<String> {
    let Value::Set(appids) = state.attribute("appids") else {
        panic!("no appids in {state:?}");
    };
    appids
        .iter()
        .filter_map(|appid| appid.as_str().map(str::to_owned))
        .collect()
}
