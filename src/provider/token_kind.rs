//! Whose access token the API is asked with, as the attribute `token` has it.

use serde::{Deserialize, Serialize};

use super::validators;
use crate::framework::schema::Attribute;
use crate::wechat::TokenKind;

/// Whose access token asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Token {
    /// The platform's, for batch cloud development.
    #[default]
    Component,
    /// The merchant's, for ordinary cloud development.
    Authorizer,
}

impl From<Token> for TokenKind {
    fn from(token: Token) -> Self {
        match token {
            Token::Component => Self::Component,
            Token::Authorizer => Self::Authorizer,
        }
    }
}

/// `token` of what is done to an environment.
pub(super) fn of_environment() -> Attribute {
    attribute(
        "Whose access token to use: `component` (the default) for batch cloud development, \
         `authorizer` for ordinary cloud development.",
    )
}

/// `token`, which says more than an environment's kind of cloud development.
pub(super) fn attribute(description: &'static str) -> Attribute {
    Attribute::string("token", description)
        .validate(validators::one_of(&["component", "authorizer"]))
}
