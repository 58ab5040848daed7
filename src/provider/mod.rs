//! The `cloudbase` provider: its configuration, and a folder (or one file) for each object of the API that Terraform
//! works with.

pub mod advice;
pub mod config;
#[doc(hidden)]
pub mod fuzz;

mod api_errors;
mod api_quota;
mod asked;
mod attributes;
mod auth_function;
mod authorizers;
mod claims;
mod confirm_urls;
mod confirmation_page;
mod deadline;
mod env;
mod env_share;
mod env_share_confirmation;
mod ledger;
mod moment;
mod not_known;
mod open_api_access;
mod outcomes;
mod request_times;
mod timeouts;
mod token_kind;
mod tokens;
mod validators;

use async_trait::async_trait;

use crate::framework::provider::ConfigureRequest;
use crate::framework::schema::Schema;
use crate::framework::{Configured, Diagnostics, Provider, ResourceType, Types};
use crate::wechat::{Client, EnvId};

/// The address under which Terraform knows the provider.
pub const ADDRESS: &str = "registry.terraform.io/wxopen/cloudbase";

/// The provider.
pub struct Cloudbase {
    env_vars: config::EnvVars,
}

/// What every operation works with.
#[derive(Debug)]
pub struct Session {
    /// The API, with the credentials and limits of the `provider` block.
    pub client: Client,
    confirm_urls: confirm_urls::ConfirmUrls,
    ledger: ledger::Ledger,
    request_times: request_times::RequestTimes,
    whitelists: claims::Claims<EnvId>,
    functions: claims::Claims<auth_function::Place>,
}

impl Session {
    fn new(client: Client, serves_several_walks: bool, max_requests: Option<u64>) -> Self {
        Self {
            client,
            confirm_urls: confirm_urls::ConfirmUrls::default(),
            ledger: ledger::Ledger::new(serves_several_walks, max_requests),
            request_times: request_times::RequestTimes::default(),
            whitelists: claims::Claims::new(serves_several_walks),
            functions: claims::Claims::new(serves_several_walks),
        }
    }
}

impl Cloudbase {
    /// The provider, with the fallbacks for its configuration from `env_vars`.
    pub fn new(env_vars: config::EnvVars) -> Self {
        Self { env_vars }
    }
}

#[async_trait]
impl Provider for Cloudbase {
    type Config = config::Config;
    type Session = Session;

    fn schema(&self) -> Schema {
        config::schema()
    }

    fn types(&self) -> Types<Session> {
        Types::new()
            .resource(ResourceType::new(auth_function::AuthFunction).with_identity())
            .resource(ResourceType::new(env::EnvConversion).with_identity())
            .resource(
                ResourceType::new(env_share::EnvShare)
                    .with_identity()
                    .with_move_state()
                    .with_list(env_share::EnvShareList),
            )
            .resource(
                ResourceType::new(env_share_confirmation::EnvShareConfirmation).with_identity(),
            )
            .resource(ResourceType::new(open_api_access::OpenApiAccess).with_identity())
            .data_source(env::Env)
            .data_source(env_share::EnvShares)
            .data_source(env::Envs)
            .data_source(env::ComponentEnvs)
            .data_source(env::HostingEnvs)
            .data_source(api_quota::Quota)
            .data_source(authorizers::Authorizers)
            .data_source(open_api_access::OpenApiAccessData)
            .action(env::ConvertEnv)
            .action(env_share::ResendConfirmations)
            .ephemeral(tokens::ComponentToken)
            .ephemeral(tokens::AuthorizerToken)
            .function(env_share::functions::MakeShareId)
            .function(env_share::functions::ParseShareId)
            .function(confirmation_page::MakeConfirmationPage)
            .function(confirmation_page::MakeQrSvg)
    }

    async fn validate(&self, config: config::Config) -> Diagnostics {
        let mut wrong = config::settings(&config, &self.env_vars)
            .err()
            .unwrap_or_default();
        wrong.extend(config::max_confirmation_requests(&config).err());
        wrong
    }

    async fn configure(&self, request: ConfigureRequest<config::Config>) -> Configured<Session> {
        if let Some(error) = config::too_old(&request.terraform_version) {
            return Configured::failed(error);
        }
        let max_requests = match config::max_confirmation_requests(&request.config) {
            Ok(max_requests) => max_requests,
            Err(error) => return Configured::failed(error),
        };
        match config::settings(&request.config, &self.env_vars) {
            Ok(settings) => {
                let diagnostics = config::readable_by_everyone(&settings.credentials).await;
                let client = Client::new(settings);
                Configured {
                    session: Some(Session::new(
                        client,
                        request.serves_several_walks,
                        max_requests,
                    )),
                    diagnostics,
                }
            }
            Err(diagnostics) => Configured::failed(diagnostics),
        }
    }
}
