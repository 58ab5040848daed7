//! One call, made once, and its answer looked at.

use serde_json::{Value, json};

use super::{
    call::{Documented, Subject},
    calls::{SHARE, UNSHARE},
    form::Form,
};
use crate::wechat::{Appid, Client, EnvId, Error, Operation, auth::Call, http::envelope};

/// An answer that refuses nothing as a whole.
pub struct Looked {
    /// How it differs from the documents.
    pub form: Form,
    answer: Value,
}

/// It may hold tokens and links.
impl std::fmt::Debug for Looked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Looked")
            .field("form", &self.form)
            .finish_non_exhaustive()
    }
}

impl Looked {
    /// The texts at a path as [`Field::path`](super::Field::path) has it, in the order of the answer. They are as they came.
    pub fn texts(&self, path: &str) -> Vec<&str> {
        let found = self.values(path).into_iter();
        found.filter_map(Value::as_str).collect()
    }

    /// The same, if nothing at all is in the way: each list is a list, each row has the field, and each value is a text. An
    /// empty list has no texts; nothing stands for an answer that does not tell.
    pub fn whole_texts(&self, path: &str) -> Option<Vec<&str>> {
        let mut values = vec![&self.answer];
        for step in path.split('.') {
            let name = step.trim_end_matches("[]");
            let fields = values.into_iter().map(|value| value.get(name));
            let fields: Vec<&Value> = fields.collect::<Option<_>>()?;
            values = if step.ends_with("[]") {
                let lists: Vec<_> = fields
                    .into_iter()
                    .map(Value::as_array)
                    .collect::<Option<_>>()?;
                lists.into_iter().flatten().collect()
            } else {
                fields
            };
        }
        values.into_iter().map(Value::as_str).collect()
    }

    /// Whether a list has a row with all these texts.
    pub fn has_row(&self, list: &str, texts: &[(&str, &str)]) -> bool {
        let is_it = |row: &&Value| {
            let mut texts = texts.iter();
            texts.all(|(name, text)| row.get(name).and_then(Value::as_str) == Some(text))
        };
        self.values(list).iter().any(is_it)
    }

    /// The whole numbers at a path, those sent as text as well.
    pub fn numbers(&self, path: &str) -> Vec<i64> {
        let number = |value: &Value| {
            let text = || value.as_str()?.trim().parse().ok();
            value.as_i64().or_else(text)
        };
        self.values(path).into_iter().filter_map(number).collect()
    }

    /// How many rows a list has.
    pub fn rows(&self, list: &str) -> usize {
        self.values(list).len()
    }

    fn values(&self, path: &str) -> Vec<&Value> {
        let mut values = vec![&self.answer];
        for step in path.split('.') {
            let name = step.trim_end_matches("[]");
            let fields = values.into_iter().filter_map(|value| value.get(name));
            values = if step.ends_with("[]") {
                fields.filter_map(Value::as_array).flatten().collect()
            } else {
                fields.collect()
            };
        }
        values
    }
}

impl Client {
    /// Makes a reading call about `subject`. It is repeated only as often as [`ClientSettings::max_retries`] allows.
    ///
    /// Errors: those of the call. What it is [wanting](Documented::wants) is left out of the request.
    ///
    /// [`ClientSettings::max_retries`]: crate::wechat::ClientSettings::max_retries
    pub async fn look(
        &self,
        operation: &Operation,
        what: &Documented,
        subject: &Subject,
    ) -> Result<Looked, Error> {
        let body = (what.body)(subject).unwrap_or_else(|_| json!({}));
        self.looked(operation, what, &what.call(body, false)).await
    }

    /// Shares each environment with one mini program, in one call, without asking before or after what is shared. Each
    /// such call asks the mini program's administrator.
    pub async fn share_once(
        &self,
        operation: &Operation,
        envs: &[EnvId],
        appid: &Appid,
    ) -> Result<Looked, Error> {
        let call = SHARE.call(data(envs, appid), true);
        self.looked(operation, &SHARE, &call).await
    }

    /// Ends what [`Client::share_once`] began.
    pub async fn unshare_once(
        &self,
        operation: &Operation,
        env: &EnvId,
        appid: &Appid,
    ) -> Result<Looked, Error> {
        let call = UNSHARE.call(data(std::slice::from_ref(env), appid), true);
        self.looked(operation, &UNSHARE, &call).await
    }

    async fn looked(
        &self,
        operation: &Operation,
        what: &Documented,
        call: &Call,
    ) -> Result<Looked, Error> {
        let answer = envelope::tree(self.call(operation, call).await?)
            // The API took it, whatever it says about that.
            .map_err(|error| error.maybe_applied(call.writes))?;
        if what.has_secrets {
            self.hide_tokens(&answer);
        }
        let form = Form::of(&answer, what.fields);
        Ok(Looked { form, answer })
    }

    /// From now on no token of the answer is shown, be it repeated by another one.
    fn hide_tokens(&self, value: &Value) {
        match value {
            Value::Array(rows) => rows.iter().for_each(|row| self.hide_tokens(row)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value {
                        Value::String(text) if name.contains("token") => {
                            self.wire().secrets().add(&[text.as_str().into()]);
                        }
                        other => self.hide_tokens(other),
                    }
                }
            }
            _ => {}
        }
    }
}

fn data(envs: &[EnvId], appid: &Appid) -> Value {
    let data: Vec<Value> = envs
        .iter()
        .map(|env| json!({"env": env, "appids": [appid]}))
        .collect();
    json!({ "data": data })
}
