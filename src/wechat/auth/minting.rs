//! Fetches tokens: `api_component_token` and `api_authorizer_token`.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::Call;
use super::{Lease, TokenKind, document};
use crate::wechat::{
    Appid, Class, Client, Error, Operation, Setting,
    http::{Accepted, AnswerLimit, Integer, Secrecy, Secrets, envelope},
};

/// How long a token lives when the API doesn't say; the documents give two hours.
const DEFAULT_LIFE: u64 = 7200;

/// The errcode of a refresh token that is empty or not valid any more.
const REFRESH_TOKEN_INVALID: i64 = 61023;

/// What this process has minted of one kind: once, and once more when the token was refused. Renewing one whose time is
/// up does not count.
#[derive(Debug, Default)]
pub(in crate::wechat) struct Minted {
    last: Option<Lease>,
    count: u32,
    /// A failure that stays: the same secrets would only be refused again, and there is a daily cap.
    refusal: Option<Error>,
    /// How often in a row no answer could be read.
    unreadable: u32,
}

/// So often in a row no answer may be readable: each of these calls may have minted a token nevertheless, and so ended
/// the ones before it.
const UNREADABLE: u32 = 3;

/// Whether to mint.
#[derive(Debug)]
pub(in crate::wechat) enum Permission {
    /// The token minted earlier will do.
    Use(Lease),
    /// Go ahead; whether it counts.
    Mint { counts: bool },
}

impl Minted {
    pub(in crate::wechat) fn ask(
        &mut self,
        refused: bool,
        origin: &str,
    ) -> Result<Permission, Error> {
        if let Some(refusal) = &self.refusal {
            return Err(refusal.clone());
        }
        if refused {
            self.last = None;
        }
        match &self.last {
            Some(last) if last.is_fresh() => Ok(Permission::Use(last.clone())),
            Some(_) => Ok(Permission::Mint { counts: false }),
            None if self.count < 2 => Ok(Permission::Mint { counts: true }),
            None => Err(Error::new(
                Class::Token,
                format!("the tokens fetched with {origin} were refused twice; no more are fetched"),
            )
            .next_step(
                "Look for another process that fetches tokens of the same account: each one it fetches makes earlier \
                 ones end.",
            )),
        }
    }

    pub(in crate::wechat) fn done(&mut self, counts: bool, result: &Result<Lease, Error>) {
        match result {
            Ok(lease) => {
                self.count += u32::from(counts);
                self.last = Some(lease.clone());
                self.unreadable = 0;
            }
            Err(error) if error.class() == Class::Malformed => {
                self.unreadable += 1;
                if self.unreadable >= UNREADABLE {
                    self.refusal = Some(error.clone());
                }
            }
            Err(error) if is_final(error) => self.refusal = Some(error.clone()),
            Err(_) => {}
        }
    }
}

/// Whether asking again would end the same way. A refused component token does not count: it is not what an authorizer
/// token is minted with, nor does a cap that is used up: the run remembers that, and tells it shorter.
fn is_final(error: &Error) -> bool {
    match error.class() {
        Class::Token | Class::Exhausted => false,
        class => error.errcode().is_some() && !class.is_retryable(),
    }
}

impl Client {
    /// `api_component_token`. It takes no token.
    pub(in crate::wechat) async fn mint_component(
        &self,
        operation: &Operation,
        appid: &Appid,
        appsecret: &SecretString,
        verify_ticket: &SecretString,
        origin: &str,
    ) -> Result<Lease, Error> {
        let call = Call {
            path: "/cgi-bin/component/api_component_token",
            token: None,
            body: json!({
                "component_appid": appid,
                "component_appsecret": appsecret.expose_secret().trim(),
                "component_verify_ticket": verify_ticket.expose_secret().trim(),
            })
            .into(),
            answers: const { &[document::key(TokenKind::Component)] },
            limit: AnswerLimit::SMALL,
            writes: false,
            secrecy: Secrecy::Yields,
        };
        self.call(operation, &call)
            .await
            .and_then(|answer| lease(TokenKind::Component, answer, origin, self.wire().secrets()))
            .map_err(|error| {
                // Without a token in the call, 40001 is about the AppSecret.
                let class = if error.class() == Class::Token {
                    Class::Caller
                } else {
                    error.class()
                };
                error.with_class(class).subject(format!(
                    "fetching a component access token for {appid} ({origin})"
                ))
            })
    }

    /// `api_authorizer_token`, with the component access token.
    pub(in crate::wechat) async fn mint_authorizer(
        &self,
        operation: &Operation,
        component_appid: Option<&Appid>,
        authorizer_appid: &Appid,
        refresh_token: Option<&SecretString>,
        origin: &str,
    ) -> Result<Lease, Error> {
        let subject = |error: Error| {
            error.subject(format!(
                "fetching an authorizer access token for {authorizer_appid} ({origin})"
            ))
        };
        self.wire().secrets().add(refresh_token);
        let component_appid = self.component_appid(component_appid).map_err(subject)?;
        let configured =
            match refresh_token.filter(|token| !token.expose_secret().trim().is_empty()) {
                None => None,
                Some(token) => {
                    let minted = self
                        .exchange(operation, component_appid, authorizer_appid, token, origin)
                        .await;
                    match minted {
                        // It changes when the account withdraws its authorisation and grants it again.
                        Err(error) if error.errcode() == Some(REFRESH_TOKEN_INVALID) => {
                            Some((token, error))
                        }
                        other => return other.map_err(subject),
                    }
                }
            };
        let found = self
            .look_up_refresh_token(operation, component_appid, authorizer_appid)
            .await
            .map_err(subject)?;
        match configured {
            Some((token, error)) if token.expose_secret().trim() == found.expose_secret() => {
                Err(subject(error))
            }
            _ => self
                .exchange(operation, component_appid, authorizer_appid, &found, origin)
                .await
                .map_err(subject),
        }
    }

    async fn exchange(
        &self,
        operation: &Operation,
        component_appid: &Appid,
        authorizer_appid: &Appid,
        refresh_token: &SecretString,
        origin: &str,
    ) -> Result<Lease, Error> {
        let call = Call {
            path: "/cgi-bin/component/api_authorizer_token",
            token: Some(TokenKind::Component),
            body: json!({
                "component_appid": component_appid,
                "authorizer_appid": authorizer_appid,
                "authorizer_refresh_token": refresh_token.expose_secret().trim(),
            })
            .into(),
            answers: const { &[document::key(TokenKind::Authorizer)] },
            limit: AnswerLimit::SMALL,
            writes: false,
            secrecy: Secrecy::Yields,
        };
        let answer = self.call(operation, &call).await?;
        lease(TokenKind::Authorizer, answer, origin, self.wire().secrets())
    }

    async fn look_up_refresh_token(
        &self,
        operation: &Operation,
        component_appid: &Appid,
        authorizer_appid: &Appid,
    ) -> Result<SecretString, Error> {
        let authorizers = self.authorizers(operation, Some(component_appid)).await?;
        let found = authorizers
            .into_iter()
            .find(|authorizer| authorizer.appid == authorizer_appid.as_str());
        match found.map(|authorizer| authorizer.refresh_token) {
            Some(Some(token)) => Ok(token),
            Some(None) => Err(Error::new(
                Class::Caller,
                format!("the list of authorizers has no refresh token for {authorizer_appid}"),
            )
            .meaning("Its authorisation code was never exchanged.")
            .next_step("Exchange it, or have the account authorise the platform once more.")),
            None => Err(Error::new(
                Class::Caller,
                format!("{authorizer_appid} is not in the list of accounts that authorised {component_appid}"),
            )
            .next_step("Have the account authorise the platform, or check both appids.")),
        }
    }

    /// The appid of the third-party platform: the given one, or that of the credentials.
    pub(in crate::wechat) fn component_appid<'a>(
        &'a self,
        given: Option<&'a Appid>,
    ) -> Result<&'a Appid, Error> {
        given
            .or_else(|| self.settings().credentials.component_appid())
            .or(self.settings().component_appid.as_ref())
            .ok_or_else(|| {
                Error::new(
                    Class::Caller,
                    "the appid of the third-party platform is not configured",
                )
                .with_setting(Setting::PlatformAppid)
            })
    }
}

/// The keys of the tokens are those of a token file.
#[derive(Deserialize)]
struct Payload {
    #[serde(default)]
    component_access_token: Option<SecretString>,
    #[serde(default)]
    authorizer_access_token: Option<SecretString>,
    /// Not needed, and not to be shown either.
    #[serde(default)]
    authorizer_refresh_token: Option<SecretString>,
    #[serde(default)]
    expires_in: Integer,
}

/// The token of an answer.
fn lease(
    kind: TokenKind,
    answer: Accepted,
    origin: &str,
    secrets: &Secrets,
) -> Result<Lease, Error> {
    let payload: Payload = envelope::payload(answer)?;
    secrets.add(&payload.component_access_token);
    secrets.add(&payload.authorizer_access_token);
    secrets.add(&payload.authorizer_refresh_token);
    let token = match kind {
        TokenKind::Component => payload.component_access_token,
        TokenKind::Authorizer => payload.authorizer_access_token,
    };
    let token = token
        .as_ref()
        .map_or("", |token| token.expose_secret().trim());
    if token.is_empty() {
        return Err(Error::new(Class::Malformed, "the answer has no token"));
    }
    let life = payload.expires_in.get();
    let life = life
        .and_then(|life| u64::try_from(life).ok())
        .filter(|&life| life > 0);
    let life = Duration::from_secs(life.unwrap_or(DEFAULT_LIFE));
    Ok(Lease::new(kind, SecretString::from(token), origin).expiring(life))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minted(token: &str) -> Result<Lease, Error> {
        let answer = json!({"component_access_token": token, "expires_in": 7200});
        lease(
            TokenKind::Component,
            answer.into(),
            "the test",
            &Secrets::default(),
        )
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_used_until_shortly_before_its_end_and_renewing_it_does_not_count() {
        let mut state = Minted::default();
        assert!(matches!(
            state.ask(false, "x"),
            Ok(Permission::Mint { counts: true })
        ));
        state.done(true, &minted("1"));
        for _ in 0..5 {
            tokio::time::advance(Duration::from_secs(6800)).await;
            assert!(matches!(state.ask(false, "x"), Ok(Permission::Use(_))));
            tokio::time::advance(Duration::from_secs(200)).await;
            assert!(matches!(
                state.ask(false, "x"),
                Ok(Permission::Mint { counts: false })
            ));
            state.done(false, &minted("2"));
        }
        assert!(matches!(
            state.ask(true, "x"),
            Ok(Permission::Mint { counts: true })
        ));
        state.done(true, &minted("3"));
        assert_eq!(state.ask(true, "x").unwrap_err().class(), Class::Token);
    }

    #[test]
    fn an_answer_without_a_token_or_with_an_odd_life() {
        let lease = |answer: serde_json::Value| {
            lease(
                TokenKind::Component,
                answer.into(),
                "the test",
                &Secrets::default(),
            )
        };
        for bad in [
            json!({}),
            json!({"component_access_token": ""}),
            json!({"component_access_token": 5}),
        ] {
            assert_eq!(lease(bad).unwrap_err().class(), Class::Malformed);
        }
        for life in [
            json!(null),
            json!("x"),
            json!(-1),
            json!(0),
            json!(u64::MAX),
            json!(i64::MAX),
        ] {
            let lease = lease(json!({"component_access_token": "a", "expires_in": life}));
            assert!(lease.unwrap().is_fresh(), "{life}");
        }
    }
}
