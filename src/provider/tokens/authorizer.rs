//! The ephemeral resource `cloudbase_authorizer_token`: an access token on behalf of one merchant,
//! for whatever else in the configuration needs it.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::issued::{self, ExposedSecret};
use crate::framework::ephemeral::{EphemeralResource, Opened, Renewed};
use crate::framework::schema::{Attribute, Relation, Schema};
use crate::framework::{Attr, AttributePath, Context, Private};
use crate::provider::{Session, deadline, validators};
use crate::wechat::{Appid, TokenKind};

/// The ephemeral resource type.
pub(in crate::provider) struct AuthorizerToken;

/// Arguments and token.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::provider) struct Opening {
    appid: Option<Appid>,
    refresh_token: Option<ExposedSecret>,
    token: Attr<ExposedSecret>,
    expires_at: Attr<String>,
}

#[async_trait]
impl EphemeralResource for AuthorizerToken {
    type Result = Opening;
    type Session = Session;

    fn type_name(&self) -> &'static str {
        "cloudbase_authorizer_token"
    }

    fn schema(&self) -> Schema {
        let mut attributes = vec![
            Attribute::string(
                "appid",
                "Appid of the merchant's account. A token for it is fetched with the component \
                 access token, each time it is opened. Left out, it is the token that the \
                 provider itself uses.",
            )
            .validate(validators::appid()),
            Attribute::string(
                "refresh_token",
                "The account's `authorizer_refresh_token`. Without it, it is looked up in the \
                 platform's list of authorizers.",
            )
            .sensitive()
            .relation(Relation::requires(&["appid"]).because(
                "A refresh token belongs to one account. Add its `appid`, or remove \
                 `refresh_token` to get the token that the provider itself uses.",
            )),
        ];
        attributes.extend(issued::results("The authorizer access token."));
        Schema::new(
            "An access token on behalf of one merchant. It is in no plan and no state. To fetch \
             one by `appid`, the provider needs the platform's own appid, in `component.appid` or \
             its environment variable.",
            attributes,
        )
    }

    async fn open(&self, context: Context<Session>, arguments: Opening) -> Opened<Opening> {
        let operation = deadline::operation(&context, deadline::READ);
        let client = &context.session.client;
        let Opening {
            appid,
            refresh_token,
            ..
        } = arguments;
        let (token, asked) = if let Some(appid) = &appid {
            let refresh_token = refresh_token.as_ref().map(ExposedSecret::secret);
            let token = client
                .authorizer_token(&operation, appid, refresh_token)
                .await;
            (token, format!("get an authorizer access token for {appid}"))
        } else {
            let token = client.access_token(&operation, TokenKind::Authorizer).await;
            (token, "get the authorizer access token".to_owned())
        };
        let path = AttributePath::root("appid");
        issued::opened(token, &asked, path, |token, expires_at| Opening {
            appid,
            refresh_token,
            token,
            expires_at,
        })
    }

    async fn renew(&self, _: Context<Session>, private: Private) -> Renewed {
        issued::renewed(&private)
    }
}
