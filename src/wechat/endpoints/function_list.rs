//! getCloudFunctionList, `POST /componenttcb/getscflist`: the functions of one environment. Neither code nor hash is
//! listed.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::json;

use crate::wechat::{
    Class, Client, EnvId, Error, FunctionName, Operation, TokenKind,
    auth::Call,
    http::{AnswerLimit, Integer, Rows, ServerMessage, envelope, payload::null_as_default},
};

/// The page's default; no largest page is documented.
const PAGE: usize = 20;

/// More functions than this are not looked through.
const MOST: usize = 2000;

/// A function as the list has it. Texts are as the API sent them, `None` where it sent none or null.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundFunction {
    /// `Active`, `CreateFailed` and others: the documents have no list.
    pub status: Option<String>,
    /// Why it is in that status, a line each.
    pub reasons: Vec<String>,
    /// When it was last changed, as `YYYY-MM-DD hh:mm:ss` without a zone.
    pub mod_time: Option<String>,
}

impl FoundFunction {
    /// Whether it can be called.
    pub fn is_active(&self) -> bool {
        self.is("active")
    }

    /// Whether it has come to an end that is not good. The documents have `CreateFailed`; other words that end in
    /// `Failed` are taken for the same.
    pub fn has_failed(&self) -> bool {
        let status = self.status.as_deref().unwrap_or_default();
        status.to_ascii_lowercase().ends_with("failed")
    }

    /// Whether the API says anything of its status.
    pub fn is_told(&self) -> bool {
        self.status
            .as_deref()
            .is_some_and(|status| !status.is_empty())
    }

    fn is(&self, status: &str) -> bool {
        let own = self.status.as_deref();
        own.is_some_and(|own| own.eq_ignore_ascii_case(status))
    }

    /// The reasons in one line.
    pub fn reason(&self) -> Option<String> {
        (!self.reasons.is_empty()).then(|| self.reasons.join("; "))
    }

    /// It has failed, as an error.
    pub fn failure(&self) -> Error {
        let status = self.status.as_deref().unwrap_or_default();
        let reason = self
            .reason()
            .unwrap_or_else(|| "the API does not say why".to_owned());
        Error::new(Class::Caller, format!("its status is {status}: {reason}"))
            .meaning("The API took the code, and then could not make a function of it.")
            .next_step(
                "Check the zip file: the function's files have to be at its top, not in a folder, and its entry file \
                 has to be among them.",
            )
    }
}

#[derive(Deserialize)]
struct Payload {
    #[serde(default)]
    total_count: Integer,
    #[serde(default)]
    functions: Rows<Row>,
}

#[derive(Deserialize)]
struct Row {
    #[serde(default, deserialize_with = "null_as_default")]
    name: String,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    status_reason: Rows<Reason>,
    #[serde(default)]
    mod_time: Option<String>,
}

#[derive(Deserialize)]
struct Reason {
    #[serde(default, deserialize_with = "null_as_default")]
    errcode: String,
    #[serde(default, deserialize_with = "null_as_default")]
    errmsg: String,
}

impl Reason {
    fn words(self) -> String {
        let words = match (self.errcode.as_str(), self.errmsg.as_str()) {
            (code, "") => code.to_owned(),
            ("", message) => message.to_owned(),
            (code, message) => format!("{code}: {message}"),
        };
        ServerMessage::parse(&words).text().to_owned()
    }
}

impl From<Row> for FoundFunction {
    fn from(row: Row) -> Self {
        let reasons = row.status_reason.into_iter().map(Reason::words);
        Self {
            status: row
                .status
                .map(|status| ServerMessage::parse(&status).text().to_owned()),
            reasons: reasons.filter(|words| !words.is_empty()).collect(),
            mod_time: row.mod_time,
        }
    }
}

impl Client {
    /// The function of this name in `env`, if there is one.
    ///
    /// The search is by a part of the name, so that the list may have others, over several pages. A page that names
    /// nothing new is the last one, whatever total is claimed.
    pub async fn function(
        &self,
        operation: &Operation,
        env: &EnvId,
        name: &FunctionName,
    ) -> Result<Option<FoundFunction>, Error> {
        let subject = |error: Error| {
            error.subject(format!("looking for function {name} in environment {env}"))
        };
        let mut seen = HashSet::new();
        let mut offset = 0;
        loop {
            let call = Call::read(
                "/componenttcb/getscflist",
                TokenKind::Component,
                json!({"env": env, "offset": offset, "limit": PAGE, "searchkey": name}),
                &["functions"],
                AnswerLimit::of_batch(PAGE),
            );
            let answer = self.call(operation, &call).await.map_err(subject)?;
            let page: Payload = envelope::payload(answer).map_err(subject)?;
            let (rows, known) = (page.functions.len(), seen.len());
            offset += rows;
            for row in page.functions {
                if row.name == name.as_str() {
                    return Ok(Some(row.into()));
                }
                seen.insert(row.name);
            }
            let total = page.total_count.get();
            let total = total.and_then(|total| usize::try_from(total).ok());
            // Without a total a page that is not full is the last one.
            let more = total.map_or(rows >= PAGE, |total| offset < total);
            if seen.len() == known || !more {
                return Ok(None);
            }
            if seen.len() > MOST {
                return Err(subject(endless()));
            }
        }
    }
}

fn endless() -> Error {
    Error::new(
        Class::Malformed,
        format!("the list of functions goes on after {MOST} of them"),
    )
    .next_step("Check the endpoint and any proxy between here and the API.")
}
