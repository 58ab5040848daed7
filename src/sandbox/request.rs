//! Reading the fields of a request body, with the API's own code for each way it can be wrong.

use serde_json::{Map, Value};

use super::answer::Refusal;
use super::mixed_calls::MixedCalls;

/// The JSON object of a request.
#[derive(Clone, Copy)]
pub(super) struct Body<'a>(&'a Map<String, Value>);

impl<'a> Body<'a> {
    /// Anything but an object is 47001.
    pub(super) fn of(value: &'a Value) -> Result<Self, Refusal> {
        value.as_object().map(Self).ok_or_else(Refusal::data_format)
    }

    /// A text that has to be there: absent or null is 40101, another type 47001.
    pub(super) fn text(self, name: &str) -> Result<&'a str, Refusal> {
        self.optional_text(name)?
            .ok_or_else(|| Refusal::missing_parameter(name))
    }

    /// A text that may be left out.
    pub(super) fn optional_text(self, name: &str) -> Result<Option<&'a str>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refusal::data_format()),
        }
    }

    /// A number that may be left out.
    pub(super) fn optional_integer(self, name: &str) -> Result<Option<i64>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value.as_i64().map(Some).ok_or_else(Refusal::data_format),
        }
    }

    /// A boolean that has to be there.
    pub(super) fn boolean(self, name: &str) -> Result<bool, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Err(Refusal::missing_parameter(name)),
            Some(value) => value.as_bool().ok_or_else(Refusal::data_format),
        }
    }

    /// A list of texts that has to be there and may be empty.
    pub(super) fn texts(self, name: &str) -> Result<Vec<String>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Err(Refusal::missing_parameter(name)),
            Some(Value::Array(items)) => items
                .iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect::<Option<_>>()
                .ok_or_else(Refusal::data_format),
            Some(_) => Err(Refusal::data_format()),
        }
    }

    /// A list that has to be there and not be empty (empty is 40097).
    pub(super) fn list(self, name: &str) -> Result<&'a [Value], Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Err(Refusal::missing_parameter(name)),
            Some(Value::Array(items)) if items.is_empty() => Err(Refusal::invalid_args()),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(Refusal::data_format()),
        }
    }

    /// `appids`: a list of texts, each once, in the order of the request.
    pub(super) fn appids(self) -> Result<Vec<&'a str>, Refusal> {
        let mut seen = std::collections::HashSet::new();
        let mut appids = Vec::new();
        for item in self.list("appids")? {
            let appid = item.as_str().ok_or_else(Refusal::data_format)?;
            if seen.insert(appid) {
                appids.push(appid);
            }
        }
        Ok(appids)
    }

    /// `source_type`: absent means 0, cloud development; 1 is cloud hosting; others are 40097.
    pub(super) fn source_type(self) -> Result<i64, Refusal> {
        match self.optional_integer("source_type")? {
            None => Ok(0),
            Some(known @ (0 | 1)) => Ok(known),
            Some(_) => Err(Refusal::invalid_args()),
        }
    }
}

/// One entry of `data` in share and unshare.
pub(super) struct Batch<'a> {
    pub(super) env: &'a str,
    pub(super) appids: Vec<&'a str>,
}

/// What of `data` in share and unshare is looked at.
pub(super) fn batches(body: Body<'_>, mixed_calls: MixedCalls) -> Result<Vec<Batch<'_>>, Refusal> {
    let looked_at = match mixed_calls {
        MixedCalls::FirstOnly => 1,
        MixedCalls::Accepts | MixedCalls::Refuses => usize::MAX,
    };
    let batches: Vec<Batch<'_>> = body
        .list("data")?
        .iter()
        .take(looked_at)
        .map(|item| {
            let item = Body::of(item)?;
            let env = item.text("env")?;
            if !is_env(env) {
                return Err(Refusal::invalid_args());
            }
            Ok(Batch {
                env,
                appids: item.appids()?,
            })
        })
        .collect::<Result<_, Refusal>>()?;
    let is_mixed = batches.windows(2).any(|two| two[0].env != two[1].env);
    if is_mixed && mixed_calls == MixedCalls::Refuses {
        return Err(Refusal::invalid_args());
    }
    Ok(batches)
}

/// `wx` and sixteen lower-case letters or digits.
pub(super) fn is_appid(text: &str) -> bool {
    text.strip_prefix("wx").is_some_and(|rest| {
        rest.len() == 16
            && rest
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    })
}

/// Letters, digits and hyphens, at least one.
pub(super) fn is_env(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// What a call is about, read leniently: the call log and fault filters want it of bad calls too.
#[derive(Clone, Debug, Default)]
pub(super) struct Subject {
    /// Each once.
    pub(super) envs: Vec<String>,
    pub(super) appids: Vec<String>,
    /// Environment and mini program, of objects that name both.
    pub(super) pairs: Vec<(String, String)>,
    pub(super) source_type: Option<i64>,
    /// `get` or `set`, of a call that has both.
    pub(super) action: Option<String>,
}

impl Subject {
    pub(super) fn of(body: &Value) -> Self {
        let mut subject = Self {
            source_type: body.get("source_type").and_then(Value::as_i64),
            action: body
                .get("action")
                .and_then(Value::as_str)
                .map(str::to_owned),
            ..Self::default()
        };
        subject.take(body);
        for item in body
            .get("data")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            subject.take(item);
        }
        subject
    }

    fn take(&mut self, object: &Value) {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        self.appids
            .extend(object.get("authorizer_appid").and_then(text));
        let appids = object.get("appids").and_then(Value::as_array);
        let appids = appids.into_iter().flatten().filter_map(text);
        let before = self.appids.len();
        self.appids.extend(appids);
        let envs = object.get("envs").and_then(Value::as_array);
        for env in envs.into_iter().flatten().filter_map(text) {
            if !self.envs.contains(&env) {
                self.envs.push(env);
            }
        }
        let Some(env) = object.get("env").and_then(text) else {
            return;
        };
        let named = self.appids[before..].iter();
        self.pairs
            .extend(named.map(|appid| (env.clone(), appid.clone())));
        if !self.envs.contains(&env) {
            self.envs.push(env);
        }
    }
}
