//! Every reading call, once.

use super::Args;
use super::difference;
use super::examination::Examination;
use super::finding::Finding;
use super::refusal;
use super::tokens::Asking;
use crate::wechat::TokenKind;
use crate::wechat::documented::{
    AUTHORIZER_LIST, DESCRIBE_ENVS, Documented, Looked, READINGS, Subject, Wanting,
};

/// The answers that there were, by the path of the call.
#[derive(Default)]
pub(super) struct Read(Vec<(&'static str, Looked)>);

impl Read {
    /// What a call answered, if it was made and not refused.
    pub(super) fn of(&self, call: &Documented) -> Option<&Looked> {
        let answer = self.0.iter().find(|(path, _)| *path == call.path);
        answer.map(|(_, looked)| looked)
    }
}

/// Makes each call that there is a token for, in the order of the table. Whom nobody named is taken from what is listed.
pub(super) async fn ask_all(
    examination: &mut Examination<'_>,
    asking: &Asking,
    args: &Args,
    mut subject: Subject,
) -> Read {
    let mut read = Read::default();
    for call in READINGS {
        if examination.is_over() {
            return read;
        }
        examination.begin(call.path);
        let found = if asking.has(call.token) {
            ask(
                examination,
                asking,
                call,
                &narrowed(call, args, &subject),
                &mut read,
            )
            .await
        } else {
            Finding::skipped(format!("it takes the {}", call.token))
        };
        examination.found(call.path, found);
        complete(&mut subject, &read);
    }
    read
}

async fn ask(
    examination: &Examination<'_>,
    asking: &Asking,
    call: &'static Documented,
    subject: &Subject,
    read: &mut Read,
) -> Finding {
    if let Some(wanting) = call.wants(subject) {
        return Finding::skipped(match wanting {
            Wanting::Platform => "it needs the platform's appid: set CLOUDBASE_COMPONENT_APPID",
            Wanting::Env => "it needs an environment: name one with --env",
            Wanting::Appid => "it needs a mini program: name one with --appid",
        });
    }
    let operation = examination.operation();
    match asking.client.look(&operation, call, subject).await {
        Ok(looked) => {
            let found = difference::of_reading(call, subject, &looked);
            read.0.push((call.path, looked));
            found
        }
        Err(error) if read.0.is_empty() => refusal::of_call(call, &error),
        Err(error) => refusal::of_call_among_others(call, &error),
    }
}

/// An account's own environments are not the platform's: without a name, all of them are asked for.
fn narrowed(call: &Documented, args: &Args, subject: &Subject) -> Subject {
    let mut subject = subject.clone();
    if call.token == TokenKind::Authorizer {
        subject.env = args.env.first().cloned();
    }
    subject
}

/// Takes the first mini program and the first environment that are listed, where nobody named one.
fn complete(subject: &mut Subject, read: &Read) {
    let first = |call: &Documented, path: &str| {
        let texts = read.of(call).map(|looked| looked.texts(path));
        texts.unwrap_or_default().first().map(ToString::to_string)
    };
    if subject.appid.is_none() {
        let first = first(&AUTHORIZER_LIST, "list[].authorizer_appid");
        subject.appid = first.and_then(|appid| appid.parse().ok());
    }
    if subject.env.is_none() {
        let first = first(&DESCRIBE_ENVS, "info_list[].env");
        subject.env = first.and_then(|env| env.parse().ok());
    }
}
