//! The embedded stand-in of the WeChat API: an HTTP server with state and faults.
//!
//! It is for acceptance tests, for `demo`, and for people who try the provider without an account.
//! It shares no code with the client in `wechat`: both were written from the documents, so that each
//! checks the other. Where the documents are silent, the item that decides says what was chosen.
//!
//! ```
//! use cloudbase::sandbox::{Effect, Endpoint, Fault, Options, Sandbox};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::start(Options::default()).await?;
//! sandbox.inject(Fault::new(Effect::Busy).on(Endpoint::Share).times(2));
//! // … let a provider share at sandbox.url() with sandbox.component_token() …
//! sandbox.approve("test-env-6gni9ity244a6ea3", "wx5fe6bb43205e9e07");
//! assert_eq!(sandbox.calls_to(Endpoint::Share).len(), 0);
//! sandbox.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! # What it does
//!
//! | endpoint | token | behaviour |
//! |---|---|---|
//! | `/componenttcb/batchshareenv` | component | a pair waits for its administrator and gets a URL; asked for again it gets a fresh one, a bound pair too, which stays bound |
//! | `/componenttcb/batchunshareenv` | component | removes bound and pending pairs; anything else is a row in `err_list` |
//! | `/componenttcb/batchgetenvid` | component | lists bound pairs only; an empty row for an appid without |
//! | `/tcb/modifyenv` | either | marks the environment converted |
//! | `/tcb/getenvinfo` | authorizer | environments of the state; an unknown one is an empty list |
//! | `/tcb/usecloudaccesstoken` | either | reads and writes an environment's whitelist of open APIs; a write with a version that is out of date is 40097 |
//! | `/componenttcb/describeenvs` | component | the same environments |
//! | `/componenttcb/describecloudbaserunenvs` | component | those of them that are for cloud hosting |
//! | `/cgi-bin/openapi/quota/get` | either | caps of an endpoint that the token is for, and its calls since the start |
//! | `/componenttcb/batchuploadscf` | component | makes a function in each environment, one that is there is a row in `fail_env_list`; `Creating` for a time, then `Active` |
//! | `/componenttcb/batchuploadscfcode` | component | gives each environment's function new code, one that is not there is a row in `fail_list` |
//! | `/componenttcb/getscflist` | component | the functions of one environment, a page of 20 |
//! | `/componenttcb/deletescf` | component | deletes one; one that is not there is -501000 |
//! | `/cgi-bin/component/api_component_token` | – | a new token; the old one works five minutes more |
//! | `/cgi-bin/component/api_authorizer_token` | component | a new token for a refresh token |
//! | `/cgi-bin/component/api_get_authorizer_list` | component | one page, `count` up to 500 |
//! | `/cgi-bin/component/api_get_authorizer_info` | component | permission sets granted, and the legal subject |
//!
//! Business errors are HTTP 200 with `errcode` and an `errmsg` that ends in a rid. `source_type` absent
//! and 0 are the same, 1 is apart, others are 40097. Every well-formed environment id may be shared and
//! converted, with any mini programs, unless it is to be strict about environments, authorizers or legal
//! subjects. [`Behaviour`] has what else can be chosen.
//!
//! # Pages
//!
//! A confirmation URL is a page with two buttons, and `/` lists what waits, for this machine's own addresses only. They
//! are in Chinese or English, as `Accept-Language` or `?lang=` say.
//!
//! # Control path
//!
//! Bodies are JSON, with the Content-Type that says so; a wrong one is 400 with `error` and changes nothing. A
//! call that a web page of another origin sends, or that is addressed to a name other than `localhost`, is 403.
//!
//! | request | body | effect |
//! |---|---|---|
//! | `GET /_sandbox/state` | | everything: behaviour, tokens, shares, environments, refusals, quotas, faults |
//! | `GET /_sandbox/calls` | | the API calls so far, without control calls and confirmation pages |
//! | `DELETE /_sandbox/calls` | | forgets them |
//! | `GET /_sandbox/faults` | | faults that are armed |
//! | `POST /_sandbox/faults` | `{"effect", "endpoint", "appid", "env", "action", "after_work", "times", "at_calls"}` | injects a [`Fault`]; all but `effect` may be left out; `"times": null` is always |
//! | `DELETE /_sandbox/faults` | | disarms all |
//! | `POST /_sandbox/bind` | `{"env", "appid", "source_type"}` | binds a pair without asking |
//! | `POST /_sandbox/unbind` | `{"env", "appid", "source_type"}` | takes a bound or pending pair away; answers `found` |
//! | `POST /_sandbox/approve` | `{"env", "appid"}` or `{"all": true}` | the administrator approves; answers how many were `decided` |
//! | `POST /_sandbox/refuse` | `{"env", "appid"}` or `{"all": true}` | the administrator refuses; the same answer |
//! | `POST /_sandbox/confirm` | `{"mode": "auto"}`, `"manual"`, `"after=2s"` | who confirms from now on |
//! | `POST /_sandbox/tokens` | `{"kind": "component", "action": …}` | `kind` also `authorizer`; `action` is `"expire"`, `{"expire_in": "10s"}`, `{"expire_after_calls": 3}` or `{"rotate": {"grace": "5m"}}`; answers the `token` that is valid then |
//! | `POST /_sandbox/quotas` | `{"endpoint", "per_minute", "per_day"}` | caps calls (45011, 45009); without `endpoint` over all |
//! | `POST /_sandbox/latency` | `{"endpoint", "latency": "250ms"}` | calls take so long; without `endpoint` those that have no time of their own |
//! | `POST /_sandbox/refusals` | `{"on": "share", "appid", "errmsg"}` | share, unshare or query puts this into `err_list` |
//! | `DELETE /_sandbox/refusals` | `{"on": "share", "appid"}` | undoes that |
//! | `POST /_sandbox/behaviour` | any fields of [`Behaviour`], such as `{"empty_rows": false}` | settings that stay, the others as they are; sets of mini programs are merged (`{"wx…": true}`, `false` takes one out) or replaced (`["wx…"]`) |
//! | `POST /_sandbox/envs` | `{"env", "alias", "source_type", …}` | adds or replaces an [`Environment`] |
//! | `DELETE /_sandbox/envs` | `{"env"}` | removes one |
//! | `POST /_sandbox/functions` | `{"env", "name", "status", "reason", …}` | adds or replaces a [`Function`], as if made outside |
//! | `DELETE /_sandbox/functions` | `{"env", "name"}` | removes one; answers `found` |
//! | `POST /_sandbox/authorizers` | `{"appid", "refresh_token", "permission_sets", "principal_name", "nick_name"}` | adds or replaces an [`Authorizer`] |
//! | `POST /_sandbox/cloud_access` | `{"env", "api_whitelist"}`, `{"open": false}` | somebody else writes a whitelist, or switches the account's WeChat tokens on or off |
//!
//! Endpoints are named `share`, `unshare`, `query`, `convert`, `env_info`, `describe_envs`, `hosting_envs`, `api_quota`,
//! `upload_function`, `upload_function_code`, `function_list`, `delete_function`, `component_token`,
//! `authorizer_token`, `authorizer_list`, `authorizer_info`, `use_cloud_access_token`. Effects without fields:
//! `busy`, `system_error`, `minute_cap`, `daily_cap`, `token_expired`, `token_invalid`,
//! `permission_not_granted`, `empty_body`, `truncated_json`, `garbage`, `reset`, `cut`, `null_lists`,
//! `missing_lists`, `missing_errcode`. With fields: `{"errcode": {"code", "message"}}`,
//! `{"http": {"status", "body"}}`, `{"ip_not_allowed": {"ip"}}`, `{"hang": "2s"}`, `{"slow": "2s"}`,
//! `{"field": {"path": "info_list[].alias", "value": 7}}`, `{"content_type": "text/html"}`, `{"mangled_appid": "wx…"}`, `{"other_env": "…"}`,
//! `{"added_row": {"list": "err_list", "row": {"appid", "errmsg"}}}`. See [`Effect`]; the form of a seed file is in [`seed`].

mod answer;
mod app;
mod appids;
pub mod args;
mod behaviour;
mod calls;
mod cloud_access;
mod configuration;
mod confirm;
mod connection;
mod control;
pub mod durations;
mod endpoint;
mod endpoints;
mod environments;
mod faults;
mod functions;
mod guard;
mod handle;
mod introduction;
mod mixed_calls;
mod options;
mod pages;
mod platform;
mod quotas;
mod request;
pub mod seed;
mod serve;
mod server;
mod shares;
mod state;
mod tokens;

pub use args::{Args, RunError, run, run_until};
pub use behaviour::Behaviour;
pub use calls::Call;
pub use cloud_access::{CloudAccess, Whitelist};
pub use configuration::ConfigurationError;
pub use confirm::Confirm;
pub use endpoint::Endpoint;
pub use environments::Environment;
pub use faults::{Effect, Fault};
pub use functions::Function;
pub use handle::{Sandbox, StartError};
pub use mixed_calls::MixedCalls;
pub use options::Options;
pub use platform::{Authorizer, Component};
pub use quotas::Quota;
pub use seed::{Seed, SeedError};
pub use shares::Pending;
pub use tokens::{GRACE, TokenKind, TokenSeen};
