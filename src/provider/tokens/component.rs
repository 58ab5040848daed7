//! The ephemeral resource `cloudbase_component_token`: the platform's access token, for whatever
//! else in the configuration needs it.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::issued::{self, ExposedSecret};
use crate::framework::ephemeral::{EphemeralResource, Opened, Renewed};
use crate::framework::schema::Schema;
use crate::framework::{Attr, AttributePath, Context, Private};
use crate::provider::{Session, deadline};
use crate::wechat::TokenKind;

/// The ephemeral resource type.
pub(in crate::provider) struct ComponentToken;

/// The token.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::provider) struct Token {
    token: Attr<ExposedSecret>,
    expires_at: Attr<String>,
}

#[async_trait]
impl EphemeralResource for ComponentToken {
    type Result = Token;
    type Session = Session;

    fn type_name(&self) -> &'static str {
        "cloudbase_component_token"
    }

    fn schema(&self) -> Schema {
        Schema::new(
            "The component access token that the provider itself uses, from wherever its \
             configuration takes it. It is in no plan and no state.",
            issued::results("The component access token."),
        )
    }

    async fn open(&self, context: Context<Session>, _: Token) -> Opened<Token> {
        let operation = deadline::operation(&context, deadline::READ);
        let client = &context.session.client;
        let token = client.access_token(&operation, TokenKind::Component).await;
        let asked = "get the component access token";
        issued::opened(
            token,
            asked,
            AttributePath::default(),
            |token, expires_at| Token { token, expires_at },
        )
    }

    async fn renew(&self, _: Context<Session>, private: Private) -> Renewed {
        issued::renewed(&private)
    }
}
