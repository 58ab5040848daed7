//! batchuUloadCloudFunction (sic), `POST /componenttcb/batchuploadscf`, makes a function in several environments;
//! uploadCloudFunctionCode, `POST /componenttcb/batchuploadscfcode`, gives new code to one that is there.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{Mutex, MutexGuard};

use super::{function_code::FunctionCode, function_list::FoundFunction};
use crate::ordered::Ordered as _;
use crate::wechat::{
    Class, Client, EnvId, Error, FunctionName, Operation, TokenKind,
    auth::Call,
    http::{
        Accepted, AnswerLimit, Body, Integer, Rows, ServerMessage, envelope,
        payload::null_as_default, wire::Failed,
    },
};

/// One upload at a time: each holds a file of up to 20 MiB, and its text of up to 27 MiB.
#[derive(Debug, Default)]
pub(in crate::wechat) struct Uploads(Mutex<()>);

/// Leave to hold a function's code and to upload it. Nobody else has one until it is dropped.
#[derive(Debug)]
pub struct UploadTurn<'a> {
    client: &'a Client,
    _turn: MutexGuard<'a, ()>,
}

/// Where a function that is made runs. The documents call both optional and say no more of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// Id of a VPC.
    pub vpc: Option<String>,
    /// Id of a subnet.
    pub subnet: Option<String>,
}

/// Which of the two calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Upload {
    /// There is no such function yet.
    New,
    /// There is one, which gets the code.
    Code,
}

/// An environment, and what was found there before.
type Targets = BTreeMap<EnvId, Option<FoundFunction>>;

/// Per environment, what came of it.
type Outcomes = BTreeMap<EnvId, Result<(), Error>>;

#[derive(Deserialize)]
struct Payload {
    /// Of `batchuploadscf`.
    #[serde(default)]
    fail_env_list: Rows<Row>,
    /// Of `batchuploadscfcode`. Either list is read of either call.
    #[serde(default)]
    fail_list: Rows<Row>,
}

#[derive(Deserialize)]
struct Row {
    #[serde(default, deserialize_with = "null_as_default")]
    env: String,
    /// Of the one list.
    #[serde(default, deserialize_with = "null_as_default")]
    errmsg: String,
    /// Of the other.
    #[serde(default, deserialize_with = "null_as_default")]
    errormsg: String,
    /// Not documented; read in case it is sent one day.
    #[serde(default)]
    errcode: Integer,
}

impl Client {
    /// Waits until nobody else uploads.
    ///
    /// Errors: `operation` ends before.
    pub async fn upload_turn(&self, operation: &Operation) -> Result<UploadTurn<'_>, Error> {
        let turn = operation.run(self.uploads().0.lock()).await?;
        Ok(UploadTurn {
            client: self,
            _turn: turn,
        })
    }
}

impl UploadTurn<'_> {
    /// Uploads `code` as the function `name`: to environments without such a function as a new one, which runs in
    /// `network`, and to the others as the new code of theirs. `targets` says what was found in each.
    ///
    /// One call carries as many environments as one about appids carries appids. What came of it is told for each
    /// environment. After a lost answer the environments are looked at, and only those are sent again that show no
    /// effect: no function, or one that was not changed since it was found.
    pub async fn upload(
        &self,
        operation: &Operation,
        name: &FunctionName,
        code: &FunctionCode,
        network: &Network,
        targets: Targets,
    ) -> Outcomes {
        let (there, absent): (Vec<_>, Vec<_>) =
            targets.into_iter().partition(|(_, found)| found.is_some());
        let most = self.client.settings().batch_size.get();
        let request = Request {
            client: self.client,
            operation,
            name,
            code,
            network,
        };
        let mut outcomes = Outcomes::new();
        for (upload, targets) in [(Upload::New, absent), (Upload::Code, there)] {
            for some in targets.chunks(most) {
                let some = some.iter().cloned().collect();
                outcomes.extend(request.send(upload, some).await);
            }
        }
        for (env, outcome) in &mut outcomes {
            if let Err(error) = outcome {
                let subject = format!("uploading function {name} to environment {env}");
                *error = error.clone().subject(subject);
            }
        }
        outcomes
    }
}

/// What is the same in every call of one upload.
struct Request<'a> {
    client: &'a Client,
    operation: &'a Operation,
    name: &'a FunctionName,
    code: &'a FunctionCode,
    network: &'a Network,
}

impl Request<'_> {
    /// Sends until there is an answer, or no attempt is left.
    async fn send(&self, upload: Upload, mut open: Targets) -> Outcomes {
        let mut outcomes = Outcomes::new();
        let mut attempts = self.client.attempts();
        let mut once_open = false;
        while !open.is_empty() {
            let call = self.call(upload, &open);
            let sent = self
                .client
                .attempt(self.operation, &call, &|| true, &mut attempts)
                .await;
            let read = sent.and_then(|answer| {
                read(answer, &open).map_err(|error| error.maybe_applied(true).into())
            });
            let failed: Failed = match read {
                Ok(read) => {
                    outcomes.extend(read);
                    return outcomes;
                }
                Err(failed) => failed,
            };
            drop(call);
            once_open |= failed.error.may_have_been_applied();
            let error = failed.error.maybe_applied(once_open);
            let paused = attempts
                .pause(self.operation, error.clone(), failed.retry_after)
                .await;
            if (once_open || paused.is_ok()) && self.operation.check().is_ok() {
                let settled = self.look(&open, &error).await;
                open.retain(|env, _| !settled.contains_key(env));
                outcomes.extend(settled);
            }
            if let Err(error) = paused {
                outcomes.extend(open.into_keys().map(|env| (env, Err(error.clone()))));
                return outcomes;
            }
        }
        outcomes
    }

    /// Looks at environments of an upload that failed with `error`: what is settled, be it that it took effect or that
    /// this can't be found out. A file is not sent again without a look.
    async fn look(&self, open: &Targets, error: &Error) -> Outcomes {
        let mut settled = Outcomes::new();
        for (env, before) in open {
            match self.client.function(self.operation, env, self.name).await {
                Ok(now) if took_effect(before.as_ref(), now.as_ref()) => {
                    settled.insert(env.clone(), Ok(()));
                }
                Ok(_) => {}
                Err(look) => {
                    let words = format!(
                        "Whether it took effect could not be looked up: {}",
                        look.happened()
                    );
                    settled.insert(env.clone(), Err(error.clone().note(words)));
                }
            }
        }
        settled
    }

    fn call(&self, upload: Upload, targets: &Targets) -> Call {
        let path = match upload {
            Upload::New => "/componenttcb/batchuploadscf",
            Upload::Code => "/componenttcb/batchuploadscfcode",
        };
        let envs: Vec<_> = targets.keys().collect();
        let mut about = json!({"functionname": self.name, "envs": envs});
        if upload == Upload::New {
            for (field, value) in [
                ("vpcid", &self.network.vpc),
                ("subnetid", &self.network.subnet),
            ] {
                if let Some(value) = value {
                    about[field] = json!(value);
                }
            }
        }
        let text = self.text(&about);
        about["zipfile"] = format!("({} characters of base64)", self.code.base64_len()).into();
        let limit = AnswerLimit::of_batch(targets.len());
        let body = Body::Large { about, text };
        let lists = &["fail_env_list", "fail_list"];
        Call::write(path, TokenKind::Component, body, lists, limit)
    }

    /// The body as it is sent: `about` with the file, of which no more than one copy is made.
    fn text(&self, about: &Value) -> Bytes {
        const FIELD: &str = ",\"zipfile\":\"";
        const END: &str = "\"}";
        let head = about.to_string();
        let head = head.trim_end_matches('}');
        let length = head.len() + FIELD.len() + self.code.base64_len() + END.len();
        let mut text = String::with_capacity(length);
        text.push_str(head);
        text.push_str(FIELD);
        self.code.write_base64(&mut text);
        text.push_str(END);
        text.into()
    }
}

/// Whether an upload shows: there is a function now where there was none, or it was changed since.
fn took_effect(before: Option<&FoundFunction>, now: Option<&FoundFunction>) -> bool {
    match (before, now) {
        (None, now) => now.is_some(),
        (Some(_), None) => false,
        (Some(before), Some(now)) => now.mod_time.is_some() && now.mod_time != before.mod_time,
    }
}

/// Reads an answer for the environments that were sent. One that no row names was taken; a row that names none of them
/// may be about any.
fn read(answer: Accepted, sent: &Targets) -> Result<Outcomes, Error> {
    let Payload {
        fail_env_list,
        fail_list,
    } = envelope::payload(answer)?;
    let mut refused: BTreeMap<&EnvId, Error> = BTreeMap::new();
    let mut stray: Option<Error> = None;
    for row in fail_env_list.into_iter().chain(fail_list) {
        let env = row.env.trim().to_owned();
        let Some(error) = row.refusal() else { continue };
        match sent.keys().find(|sent| sent.as_str() == env) {
            Some(env) => _ = refused.entry(env).or_insert(error),
            None => stray = stray.or(Some(error)),
        }
    }
    let mut outcome = |env: &EnvId| match (refused.remove(env), &stray) {
        (Some(error), _) => Err(error),
        (None, Some(stray)) => Err(stray.clone().maybe_applied(true).note(
            "The answer refuses an environment that was not in the request, which may be this one.",
        )),
        (None, None) => Ok(()),
    };
    Ok(sent
        .keys()
        .map(|env| (env.clone(), outcome(env)))
        .into_map())
}

impl Row {
    /// Why an environment was refused. A row that says errcode 0 refuses nothing.
    fn refusal(self) -> Option<Error> {
        let words = if self.errmsg.is_empty() {
            &self.errormsg
        } else {
            &self.errmsg
        };
        let message = ServerMessage::parse(words);
        match self.errcode.get() {
            Some(0) => None,
            Some(errcode) => Some(Error::refused(errcode, message).with_class(Class::Item)),
            None => Some(Error::env_refused(message)),
        }
    }
}
