//! Arguments that are wrong, and such as are not known yet.

use super::{A, B, ENV, LINK, call, env_share, named, open, share};
use crate::framework::function::Function as _;
use crate::framework::value::Value;
use crate::provider::confirmation_page::function::MakeConfirmationPage;

#[test]
fn ids_that_are_none_are_refused() {
    for (shares, place, says) in [
        (
            open("<script>", A, LINK),
            "`shares[0].env`",
            "is not an environment id",
        ),
        (
            open(ENV, "<script>", LINK),
            "`shares[0].shares[\"<script>\"]`",
            "is not an appid",
        ),
        (
            env_share(ENV, &[(A, share("<script>", None))]),
            "`shares[0].shares[\"wx5fe6bb43205e9e07\"].status`",
            "unknown variant",
        ),
        (
            env_share(ENV, &[(A, Value::Null)]),
            "`shares[0].shares[\"wx5fe6bb43205e9e07\"]`",
            "null",
        ),
        (Value::Null, "`shares[0]`", "null"),
        (
            Value::object([("env", Value::string(ENV)), ("shares", Value::Null)]),
            "`shares[0].shares`",
            "null",
        ),
    ] {
        let error = call(vec![shares], Value::object([])).unwrap_err();
        assert_eq!(error.argument, Some(0));
        assert!(error.text.starts_with(place), "{}", error.text);
        assert!(error.text.contains(says), "{}", error.text);
    }
}

#[test]
fn options_that_are_none_are_refused_by_name() {
    for (options, says) in [
        (
            named("x", &["titel"]),
            "`options.titel`: unknown field `titel`, expected one of `title`",
        ),
        (
            Value::object([("from", Value::integer(1))]),
            "`options.from`: expected a string, found a number",
        ),
        (Value::Null, "`options`"),
        (Value::string("x"), "`options`"),
    ] {
        for shares in [Value::List(vec![open(ENV, A, LINK)]), Value::Unknown] {
            let call = MakeConfirmationPage.call(vec![shares, options.clone()]);
            let error = call.unwrap_err();
            assert_eq!(error.argument, Some(1));
            assert!(error.text.starts_with(says), "{}", error.text);
        }
    }
}

#[test]
fn unknown_for_unknown() {
    let unknown = [
        Value::Unknown,
        Value::List(vec![Value::Unknown]),
        Value::List(vec![
            open(ENV, A, LINK),
            env_share(ENV, &[(B, Value::Unknown)]),
        ]),
        Value::List(vec![env_share(
            ENV,
            &[(
                A,
                Value::object([
                    ("status", Value::string("pending")),
                    ("confirm_url", Value::Unknown),
                    ("error", Value::Null),
                ]),
            )],
        )]),
    ];
    for shares in unknown {
        let result = MakeConfirmationPage.call(vec![shares, Value::object([])]);
        assert_eq!(result, Ok(Value::Unknown));
    }
    let known = || Value::List(vec![open(ENV, A, LINK)]);
    let names = Value::object([(A, Value::Unknown)]);
    for options in [
        Value::Unknown,
        Value::object([("title", Value::Unknown)]),
        Value::object([("names", names)]),
    ] {
        let result = MakeConfirmationPage.call(vec![known(), options]);
        assert_eq!(result, Ok(Value::Unknown));
    }
}
