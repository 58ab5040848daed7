//! What an answer has in other ways than the documents say.

use std::collections::BTreeSet;

use serde_json::Value;

use super::field::{Field, Kind};

/// What every answer may have.
const ENVELOPE: [&str; 2] = ["errcode", "errmsg"];

/// How an answer differs from the documents: paths of fields, never what is in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Fields that the documents have and it has not, in one row at least.
    pub lacks: BTreeSet<String>,
    /// Fields that it has and the documents have not.
    pub adds: BTreeSet<String>,
    /// Fields that hold something else than the documents say.
    pub of_another_kind: BTreeSet<String>,
    /// Lists without a row, and objects that are null, so that the fields in them were not seen.
    pub without_rows: BTreeSet<String>,
}

impl Form {
    /// Compares an answer with the fields that it should have.
    pub(super) fn of(answer: &Value, fields: &[Field]) -> Self {
        let mut form = Self::default();
        for field in fields {
            let steps: Vec<&str> = field.path.split('.').collect();
            form.follow(answer, "", &steps, field, fields);
        }
        form.find_others(answer, "", fields);
        form
    }

    /// Whether nothing differs.
    pub fn is_as_documented(&self) -> bool {
        self.lacks.is_empty() && self.adds.is_empty() && self.of_another_kind.is_empty()
    }

    /// Goes the rest of a field's path from the value at `at`.
    fn follow(&mut self, value: &Value, at: &str, steps: &[&str], field: &Field, all: &[Field]) {
        let Some((step, rest)) = steps.split_first() else {
            if !is_of_kind(value, field.kind) {
                self.of_another_kind.insert(at.to_owned());
            }
            return;
        };
        let name = step.trim_end_matches("[]");
        if name == "*" {
            return;
        }
        let path = joined(at, step);
        let Value::Object(object) = value else {
            // Said already of the field that leads here, or nothing is there.
            return;
        };
        let Some(there) = object.get(name) else {
            if is_expected(&path, all) {
                self.lacks.insert(path);
            }
            return;
        };
        match (there, step.ends_with("[]"), rest.is_empty()) {
            (Value::Null, false, _) if matches!(rest, [] | ["*"]) => {}
            (Value::Null, ..) => _ = self.without_rows.insert(path),
            (Value::Array(rows), true, _) => {
                if rows.is_empty() {
                    self.without_rows.insert(path.clone());
                }
                for row in rows {
                    if rest.is_empty() || row.is_object() {
                        self.follow(row, &path, rest, field, all);
                    } else {
                        self.of_another_kind.insert(path.clone());
                    }
                }
            }
            (Value::Object(_), false, false) | (_, false, true) => {
                self.follow(there, &path, rest, field, all);
            }
            _ => _ = self.of_another_kind.insert(path),
        }
    }

    /// Looks for fields that are in no document.
    fn find_others(&mut self, value: &Value, at: &str, fields: &[Field]) {
        match value {
            Value::Array(rows) => {
                for row in rows {
                    self.find_others(row, at, fields);
                }
            }
            Value::Object(object) => {
                for (name, value) in object {
                    if at.is_empty() && ENVELOPE.contains(&name.as_str()) {
                        continue;
                    }
                    let list = if value.is_array() { "[]" } else { "" };
                    let path = joined(at, &format!("{name}{list}"));
                    match known(&path, at, fields) {
                        Known::Not => _ = self.adds.insert(path),
                        Known::AsItIs => {}
                        Known::WithFields => self.find_others(value, &path, fields),
                    }
                }
            }
            _ => {}
        }
    }
}

/// What is known of a path that an answer has.
enum Known {
    Not,
    /// What is in it is not looked at.
    AsItIs,
    WithFields,
}

fn known(path: &str, at: &str, fields: &[Field]) -> Known {
    let bare = path.trim_end_matches("[]");
    let (mut is_any, mut has_fields) = (false, false);
    for field in fields {
        if field.path == joined(at, "*") {
            return Known::AsItIs;
        }
        let Some(rest) = field.path.strip_prefix(bare) else {
            continue;
        };
        match rest.trim_start_matches("[]") {
            "" => {
                is_any |= field.kind == Kind::Any;
                has_fields |= field.kind != Kind::Any;
            }
            deeper => has_fields |= deeper.starts_with('.'),
        }
    }
    match (has_fields, is_any) {
        (true, _) => Known::WithFields,
        (false, true) => Known::AsItIs,
        (false, false) => Known::Not,
    }
}

/// Whether a field, or a list or an object that leads to one, has to be there: a way to some field that has to be, and not
/// called optional itself.
fn is_expected(path: &str, fields: &[Field]) -> bool {
    match fields.iter().find(|field| field.path == path) {
        Some(field) => field.is_always_there,
        None => fields.iter().any(|field| {
            let rest = field.path.strip_prefix(path);
            field.is_always_there && rest.is_some_and(|rest| rest.starts_with('.'))
        }),
    }
}

fn is_of_kind(value: &Value, kind: Kind) -> bool {
    match (kind, value) {
        (Kind::Any, _)
        | (_, Value::Null)
        | (Kind::Number, Value::Number(_))
        | (Kind::Flag, Value::Bool(_)) => true,
        (Kind::Text, value) => value.is_string(),
        (Kind::Number, Value::String(text)) => text.trim().parse::<i64>().is_ok(),
        (Kind::Flag, Value::Number(number)) => matches!(number.as_i64(), Some(0 | 1)),
        _ => false,
    }
}

fn joined(at: &str, step: &str) -> String {
    if at.is_empty() {
        step.to_owned()
    } else {
        format!("{at}.{step}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::field::{any, flag, number, text};
    use super::*;

    const FIELDS: &[Field] = &[
        text("list[].env"),
        text("list[].alias").or_not(),
        number("list[].count"),
        text("list[].names[]"),
        any("list[].tags"),
        any("others[]").or_not(),
        text("others[].appid"),
        number("one.id"),
        flag("one.open"),
        any("free.*"),
    ];

    fn whole() -> Value {
        json!({
            "errcode": 0,
            "errmsg": "ok",
            "list": [{"env": "e", "alias": null, "count": "7", "names": ["a"], "tags": [{"x": 1}]}],
            "others": [{"appid": "a"}],
            "one": {"id": 7, "open": true},
            "free": {"x": {"y": 1}},
        })
    }

    /// Lacks, adds, of another kind.
    fn differences(answer: &Value) -> [Vec<String>; 3] {
        let form = Form::of(answer, FIELDS);
        let all = [form.lacks, form.adds, form.of_another_kind];
        all.map(|paths| paths.into_iter().collect())
    }

    #[test]
    fn an_answer_as_documented_has_no_difference() {
        let form = Form::of(&whole(), FIELDS);
        assert!(form.is_as_documented(), "{form:?}");
        assert!(form.without_rows.is_empty(), "{form:?}");
        let bare = json!({"list": [], "one": null, "free": null});
        let form = Form::of(&bare, FIELDS);
        assert!(form.is_as_documented(), "{form:?}");
        let empty: Vec<_> = form.without_rows.iter().map(String::as_str).collect();
        assert_eq!(empty, ["list[]", "one"]);
    }

    #[test]
    fn each_difference_is_named_where_it_is() {
        type Change = fn(&mut Value);
        let cases: &[(Change, [&[&str]; 3])] = &[
            (
                |a| drop(a["list"][0].as_object_mut().unwrap().remove("env")),
                [&["list[].env"], &[], &[]],
            ),
            (
                |a| drop(a["list"][0].as_object_mut().unwrap().remove("alias")),
                [&[], &[], &[]],
            ),
            (
                |a| drop(a.as_object_mut().unwrap().remove("list")),
                [&["list[]"], &[], &[]],
            ),
            (
                |a| drop(a.as_object_mut().unwrap().remove("others")),
                [&[], &[], &[]],
            ),
            (
                |a| drop(a.as_object_mut().unwrap().remove("one")),
                [&["one"], &[], &[]],
            ),
            (
                |a| a["list"][0]["more"] = json!({"deep": 1}),
                [&[], &["list[].more"], &[]],
            ),
            (
                |a| a["list"][0]["alias"] = json!(7),
                [&[], &[], &["list[].alias"]],
            ),
            (
                |a| a["list"][0]["count"] = json!("seven"),
                [&[], &[], &["list[].count"]],
            ),
            (
                |a| a["list"][0]["names"] = json!([{"x": 1}]),
                [&[], &["list[].names[].x"], &["list[].names[]"]],
            ),
            (|a| a["list"] = json!("none"), [&[], &[], &["list[]"]]),
            (|a| a["list"] = json!(["e"]), [&[], &[], &["list[]"]]),
            (|a| a["one"] = json!(7), [&[], &[], &["one"]]),
            (
                |a| a["one"]["open"] = json!("yes"),
                [&[], &[], &["one.open"]],
            ),
            (
                |a| a["others"][0]["env"] = json!("e"),
                [&[], &["others[].env"], &[]],
            ),
            (|a| a["news"] = json!([]), [&[], &["news[]"], &[]]),
            // A name that begins as a documented one does.
            (|a| a["lis"] = json!(1), [&[], &["lis"], &[]]),
        ];
        for (change, expected) in cases {
            let mut answer = whole();
            change(&mut answer);
            assert_eq!(&differences(&answer), expected, "{answer}");
        }
    }
}
