//! The handle of a running sandbox: what tests and `demo` do behind Terraform's back.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::app::App;
use super::behaviour::Behaviour;
use super::calls::Call;
use super::confirm::Confirm;
use super::endpoint::Endpoint;
use super::environments::Environment;
use super::faults::Fault;
use super::functions::Function;
use super::options::Options;
use super::platform::{Authorizer, Component};
use super::quotas::Quota;
use super::seed::SeedError;
use super::serve::serve;
use super::server::router;
use super::shares::{Pair, Pending};
use super::state::{Shared, State};
use super::tokens::TokenKind;

/// How long [`Sandbox::stop`] waits for answers under way.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken or not ours.
    #[error("the sandbox cannot listen on {address}: {source}")]
    Listen {
        /// As asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The seed makes no sense.
    #[error(transparent)]
    Seed(#[from] SeedError),
}

/// A running stand-in of the WeChat API. Dropping it stops it, without waiting.
#[derive(Debug)]
pub struct Sandbox {
    shared: Shared,
    stopping: CancellationToken,
    server: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Listens and serves in the background, on the current Tokio runtime.
    ///
    /// Errors: the address cannot be had, or the seed is not valid.
    pub async fn start(mut options: Options) -> Result<Self, StartError> {
        let seed = options.seed.take().unwrap_or_default();
        seed.check()?;
        let failed = |source| StartError::Listen {
            address: options.listen,
            source,
        };
        let listener = TcpListener::bind(options.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;

        let state = State::new(url_of(address), &options, seed, Instant::now());
        let shared = Shared::new(state);
        let stopping = CancellationToken::new();
        let app = App {
            shared: shared.clone(),
            stopping: stopping.clone(),
        };
        let server = serve(listener, router(app), stopping.clone());
        let server = Some(tokio::spawn(server));
        Ok(Self {
            shared,
            stopping,
            server,
        })
    }

    /// Stops listening, ends what hangs, and waits up to two seconds for answers under way.
    pub async fn stop(mut self) {
        self.stopping.cancel();
        if let Some(server) = self.server.take() {
            let abort = server.abort_handle();
            if tokio::time::timeout(LAST_ANSWERS, server).await.is_err() {
                abort.abort();
            }
        }
    }

    /// The base URL, `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn url(&self) -> String {
        self.shared.lock().url.clone()
    }

    // Tokens.

    /// A component token that is valid now. If the latest one is dead, a new one.
    pub fn component_token(&self) -> String {
        self.shared
            .lock()
            .token(TokenKind::Component, Instant::now())
    }

    /// A token of the first authorizer that is valid now. If the latest one is dead, a new one.
    pub fn authorizer_token(&self) -> String {
        self.shared
            .lock()
            .token(TokenKind::Authorizer, Instant::now())
    }

    /// Issues a new token and returns it. The old one works for `grace` more (the real API gives
    /// [`GRACE`](super::GRACE), five minutes), then it is 40001.
    pub fn rotate_token(&self, kind: TokenKind, grace: Duration) -> String {
        self.shared.lock().rotate(kind, grace, Instant::now())
    }

    /// From now on every token of this kind issued so far is 42001.
    pub fn expire_tokens(&self, kind: TokenKind) {
        self.shared.lock().tokens.end(kind, Instant::now());
    }

    /// Tokens of this kind issued so far live for `life` more, unless they end sooner; then 42001.
    pub fn expire_tokens_in(&self, kind: TokenKind, life: Duration) {
        self.shared.lock().tokens.end(kind, Instant::now() + life);
    }

    /// Living tokens of this kind take so many calls more, each; then 42001.
    pub fn expire_tokens_after_calls(&self, kind: TokenKind, calls: u64) {
        self.shared
            .lock()
            .tokens
            .limit_calls(kind, calls, Instant::now());
    }

    /// Life of the tokens issued from now on.
    pub fn set_token_life(&self, life: Duration) {
        self.shared.lock().tokens.life = life;
    }

    /// What `api_component_token` takes.
    pub fn component(&self) -> Component {
        self.shared.lock().platform.component.clone()
    }

    /// The merchants behind the platform.
    pub fn authorizers(&self) -> Vec<Authorizer> {
        self.shared.lock().platform.authorizers.clone()
    }

    /// Adds a merchant, or replaces the one with the same appid.
    pub fn put_authorizer(&self, authorizer: Authorizer) {
        self.shared.lock().platform.put_authorizer(authorizer);
    }

    // Calls.

    /// The API calls so far, oldest first; confirmation pages and control calls are not among them.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.lock().calls.all()
    }

    /// The calls to one endpoint.
    pub fn calls_to(&self, endpoint: Endpoint) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(|call| call.endpoint == endpoint);
        calls
    }

    /// Waits until the log holds `count` calls to `endpoint`; they may still be under way.
    pub async fn wait_for_calls(&self, endpoint: Endpoint, count: usize) {
        loop {
            let arrived = self.shared.arrived.notified();
            tokio::pin!(arrived);
            // From here on no arrival is missed, not even one before the await.
            arrived.as_mut().enable();
            if self.shared.lock().calls.count(endpoint) >= count {
                return;
            }
            arrived.await;
        }
    }

    /// Forgets the calls so far.
    pub fn clear_calls(&self) {
        self.shared.lock().calls.clear();
    }

    // Shares. `source_type`: `None` and 0 are cloud development, 1 is cloud hosting.

    /// Binds a pair, whatever it was, without an API call.
    pub fn bind(&self, env: &str, appid: &str, source_type: impl Into<Option<i64>>) {
        self.shared
            .lock()
            .shares
            .bind(&pair(env, appid, source_type));
    }

    /// Takes a bound or pending pair away; `false` when there was none.
    pub fn unbind(&self, env: &str, appid: &str, source_type: impl Into<Option<i64>>) -> bool {
        self.shared
            .lock()
            .shares
            .remove(&pair(env, appid, source_type))
    }

    /// The administrator approves; `false` when nothing waits. Whichever `source_type` it has.
    pub fn approve(&self, env: &str, appid: &str) -> bool {
        self.shared.lock().decide(env, appid, true, Instant::now())
    }

    /// The administrator refuses; `false` when nothing waits. Whichever `source_type` it has.
    pub fn refuse(&self, env: &str, appid: &str) -> bool {
        self.shared.lock().decide(env, appid, false, Instant::now())
    }

    /// Approves everything that waits and returns how many shares that were.
    pub fn approve_all(&self) -> usize {
        self.shared.lock().approve_all(Instant::now())
    }

    /// Shares that wait for their administrator, sorted by appid.
    pub fn pending(&self) -> Vec<Pending> {
        self.shared.lock().pending(Instant::now())
    }

    /// Bound shares as (env, appid, `source_type` 0 or 1), sorted by appid.
    pub fn bound(&self) -> Vec<(String, String, i64)> {
        let bound = self.shared.lock().bound(Instant::now());
        bound
            .into_iter()
            .map(|pair| (pair.env, pair.appid, pair.source_type))
            .collect()
    }

    /// How often the administrator was asked for this pair, also after it is gone again.
    pub fn requests_sent(
        &self,
        env: &str,
        appid: &str,
        source_type: impl Into<Option<i64>>,
    ) -> u64 {
        self.shared
            .lock()
            .shares
            .requests_sent(&pair(env, appid, source_type))
    }

    /// Who confirms shares now.
    pub fn confirm(&self) -> Confirm {
        self.shared.lock().confirm
    }

    /// Who confirms shares from now on.
    pub fn set_confirm(&self, confirm: Confirm) {
        self.shared.lock().confirm = confirm;
    }

    // Behaviour.

    /// How the sandbox behaves now.
    pub fn behaviour(&self) -> Behaviour {
        self.shared.lock().behaviour.clone()
    }

    /// Changes how it behaves from the next call on: `behave(|now| now.empty_rows = false)`.
    /// Calls wait for `change`, which must not ask this sandbox for anything.
    pub fn behave(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.shared.lock().behaviour);
    }

    // Environments.

    /// Adds an environment, or replaces the one with the same id.
    pub fn put_environment(&self, environment: Environment) {
        self.shared.lock().environments.put(environment);
    }

    /// Removes an environment from the lists; `false` when there was none.
    pub fn remove_environment(&self, env: &str) -> bool {
        self.shared.lock().environments.remove(env)
    }

    /// Environments that were converted, sorted.
    pub fn converted(&self) -> Vec<String> {
        self.shared.lock().environments.converted()
    }

    // What environments may call with the WeChat token.

    /// The whitelist of an environment, in the order in which it was sent, and its version.
    pub fn whitelist(&self, env: &str) -> (Vec<String>, i64) {
        let whitelist = self.shared.lock().cloud_access.of(env);
        (whitelist.api_whitelist, whitelist.version)
    }

    /// Writes it from outside, also with what it has already: the version moves.
    pub fn set_whitelist(&self, env: &str, api_whitelist: &[&str]) {
        let entries = api_whitelist
            .iter()
            .map(|&entry| entry.to_owned())
            .collect();
        self.shared.lock().cloud_access.set(env, entries);
    }

    /// Whether the account may use its WeChat tokens.
    pub fn cloud_tokens_open(&self) -> bool {
        self.shared.lock().cloud_access.open
    }

    /// Switches the WeChat tokens of the account on or off.
    pub fn set_cloud_tokens_open(&self, open: bool) {
        self.shared.lock().cloud_access.open = open;
    }

    // Functions.

    /// The functions there are, sorted by environment and name.
    pub fn functions(&self) -> Vec<Function> {
        let mut state = self.shared.lock();
        state.functions.settle(Instant::now());
        state.functions.all().cloned().collect()
    }

    /// Adds a function, or replaces the one of the same environment and name, as if made outside.
    pub fn put_function(&self, function: Function) {
        self.shared.lock().functions.put(function, Instant::now());
    }

    /// Removes a function, as if outside; `false` when there was none.
    pub fn remove_function(&self, env: &str, name: &str) -> bool {
        self.shared.lock().functions.remove(env, name)
    }

    // Things that go wrong.

    /// Injects a fault; several strike in the order of their injection.
    pub fn inject(&self, fault: Fault) {
        self.shared.lock().faults.inject(fault);
    }

    /// Disarms every fault.
    pub fn clear_faults(&self) {
        self.shared.lock().faults.clear();
    }

    /// Share, unshare or query (`on`) puts `errmsg` for this appid into `err_list`. Another
    /// endpoint has no such list, so that it is of no effect there.
    pub fn refuse_appid(&self, on: Endpoint, appid: &str, errmsg: &str) {
        self.shared
            .lock()
            .refusals
            .insert((on, appid.to_owned()), errmsg.to_owned());
    }

    /// Undoes [`Sandbox::refuse_appid`].
    pub fn allow_appid(&self, on: Endpoint, appid: &str) {
        self.shared.lock().refusals.remove(&(on, appid.to_owned()));
    }

    /// Caps calls; replaces the caps of the same endpoint and counts anew.
    pub fn set_quota(&self, quota: Quota) {
        self.shared.lock().quotas.set(quota);
    }

    /// Time calls take at least, before their work: of one endpoint, or of all that have none of
    /// their own. A caller that goes away meanwhile has nothing done.
    pub fn set_latency(&self, endpoint: Option<Endpoint>, latency: Duration) {
        self.shared.lock().latency.insert(endpoint, latency);
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stopping.cancel();
    }
}

fn pair(env: &str, appid: &str, source_type: impl Into<Option<i64>>) -> Pair {
    Pair::new(env, appid, source_type.into().unwrap_or(0))
}

/// An unspecified address is one to listen on, not one to call.
fn url_of(address: SocketAddr) -> String {
    let host = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => "127.0.0.1".to_owned(),
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) if ip.is_unspecified() => "[::1]".to_owned(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    format!("http://{host}:{}", address.port())
}
