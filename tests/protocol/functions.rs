//! Functions, on a process that was never configured (Terraform `internal/plugin6/grpc_provider.go`,
//! `CallFunction`).

use cloudbase::framework::value::{Type, Value};
use cloudbase::proto::tfplugin6 as pb;

use crate::core::{Core, dynamic, undynamic, within};
use crate::rig::{A, B, ENV, Rig, texts};

fn parameters(core: &Core, name: &str) -> Vec<Type> {
    let function = &core.functions[name];
    let types = function.parameters.iter();
    let types = types.chain(&function.variadic_parameter);
    types
        .map(|p| Type::from_json_bytes(&p.r#type).unwrap())
        .collect()
}

/// Calls with arguments in the protocol's form.
async fn call_raw(
    core: &Core,
    name: &str,
    arguments: Vec<pb::DynamicValue>,
) -> Result<Value, pb::FunctionError> {
    let request = pb::call_function::Request {
        name: name.to_owned(),
        arguments,
    };
    let response = within(core.client().call_function(request)).await;
    if let Some(error) = response.error {
        assert!(!error.text.is_empty());
        assert_eq!(response.result, None);
        return Err(error);
    }
    let returns = core.functions[name].r#return.as_ref().unwrap();
    let returns = Type::from_json_bytes(&returns.r#type).unwrap();
    let result = undynamic(response.result.as_ref(), &returns);
    assert!(!result.is_null());
    Ok(result)
}

async fn call(core: &Core, name: &str, arguments: &[Value]) -> Result<Value, pb::FunctionError> {
    let types = parameters(core, name);
    let arguments = arguments.iter().zip(&types);
    let arguments = arguments
        .map(|(value, ty)| dynamic(&value.clone().conform(ty).unwrap(), ty))
        .collect();
    call_raw(core, name, arguments).await
}

#[tokio::test]
async fn every_one_is_described_as_core_wants_it() {
    let rig = Rig::unconfigured().await;
    let names: Vec<_> = rig.core.functions.keys().collect();
    assert_eq!(
        names,
        ["confirmation_page", "parse_share_id", "qr_svg", "share_id"]
    );
    for (name, function) in &rig.core.functions {
        assert!(
            !function.summary.is_empty() && !function.description.is_empty(),
            "{name}"
        );
        let mut seen = std::collections::BTreeSet::new();
        for parameter in function
            .parameters
            .iter()
            .chain(&function.variadic_parameter)
        {
            assert!(seen.insert(&parameter.name), "{name}: twice");
            let identifier = |c: char| c.is_ascii_lowercase() || c == '_';
            assert!(parameter.name.chars().all(identifier));
            assert!(!parameter.description.is_empty());
        }
    }
    // What Terraform never calls answers the same.
    let request = pb::get_functions::Request {};
    let response = within(rig.core.client().get_functions(request)).await;
    let functions: std::collections::BTreeMap<_, _> = response.functions.into_iter().collect();
    assert_eq!(functions, rig.core.functions);
}

#[tokio::test]
async fn an_id_is_made_and_taken_apart_the_same_every_time() {
    let rig = Rig::unconfigured().await;
    let core = &rig.core;
    for _ in 0..2 {
        let made = call(core, "share_id", &[Value::string(ENV), texts(&[A, B])]).await;
        let id = Value::string(format!("{ENV}/{B},{A}"));
        assert_eq!(made.unwrap(), id);
        let parts = call(core, "parse_share_id", &[id]).await.unwrap();
        assert_eq!(parts.attribute("env").as_str(), Some(ENV));
        assert_eq!(parts.attribute("appids"), &texts(&[A, B]));
        assert!(parts.attribute("source_type").is_null());
    }
    let id = Value::string(format!("1/{ENV}/{A}"));
    for (source_type, made) in [
        (Value::integer(1), &id),
        (Value::integer(0), &Value::string(format!("{ENV}/{A}"))),
        (Value::Null, &Value::string(format!("{ENV}/{A}"))),
    ] {
        let arguments = [Value::string(ENV), texts(&[A]), source_type];
        let id = call(core, "share_id", &arguments).await.unwrap();
        assert_eq!(&id, made);
    }
    let parts = call(core, "parse_share_id", &[id]).await.unwrap();
    assert_eq!(parts.attribute("source_type"), &Value::integer(1));
    assert_eq!(rig.sandbox.calls().len(), 0);
    rig.finish().await;
}

/// No options.
fn none() -> Value {
    object(&[])
}

fn object(attributes: &[(&str, &str)]) -> Value {
    let attributes = attributes.iter();
    Value::object(attributes.map(|(name, text)| (*name, Value::string(*text))))
}

/// One environment, shared with one mini program that has this link to confirm at.
fn shares(confirm_url: Value) -> Value {
    let share = Value::object([
        ("status", Value::string("pending")),
        ("confirm_url", confirm_url),
        ("error", Value::Null),
    ]);
    Value::List(vec![Value::object([
        ("env", Value::string(ENV)),
        ("shares", Value::Map([(A.to_owned(), share)].into())),
    ])])
}

#[tokio::test]
async fn a_page_and_a_code_are_made_the_same_every_time() {
    let rig = Rig::unconfigured().await;
    let core = &rig.core;
    let link = || Value::string("https://example.com/confirm");
    let svg = call(core, "qr_svg", &[link()]).await.unwrap();
    let svg = svg.as_str().unwrap();
    assert!(svg.starts_with("<svg "), "{svg}");
    let arguments = [shares(link()), object(&[("from", "F"), ("title", "T")])];
    let page = call(core, "confirmation_page", &arguments).await.unwrap();
    let text = page.as_str().unwrap();
    assert!(
        text.contains("<title>T</title>") && text.contains(svg),
        "{text}"
    );
    assert_eq!(call(core, "confirmation_page", &arguments).await, Ok(page));
    // A map is as good as an object.
    let names = Value::Map([("title".to_owned(), Value::string("T"))].into());
    let of_strings = Type::map(Type::String);
    let options = Value::Dynamic(Box::new(of_strings), Box::new(names));
    let page = call(core, "confirmation_page", &[shares(link()), options]).await;
    assert!(page.unwrap().as_str().unwrap().contains("<title>T</title>"));
    rig.finish().await;
}

#[tokio::test]
async fn a_page_of_something_unknown_is_unknown() {
    let rig = Rig::unconfigured().await;
    let core = &rig.core;
    let link = || Value::string("https://example.com/confirm");
    for arguments in [
        [Value::Unknown, none()],
        [Value::List(vec![Value::Unknown]), none()],
        [shares(Value::Unknown), none()],
        [shares(link()), Value::Unknown],
        [shares(link()), Value::object([("title", Value::Unknown)])],
    ] {
        let page = call(core, "confirmation_page", &arguments).await;
        assert_eq!(page, Ok(Value::Unknown), "{arguments:?}");
    }
    rig.finish().await;
}

#[tokio::test]
async fn errors_say_which_argument() {
    let rig = Rig::unconfigured().await;
    let core = &rig.core;
    let half = Value::Number("0.5".parse().unwrap());
    for (name, arguments, argument, says) in [
        (
            "share_id",
            vec![Value::string("no id"), texts(&[A])],
            0,
            "no id",
        ),
        (
            "share_id",
            vec![Value::string(ENV), texts(&["wxno"])],
            1,
            "wxno",
        ),
        (
            "share_id",
            vec![Value::string(ENV), texts(&[])],
            1,
            "one appid",
        ),
        (
            "share_id",
            vec![Value::string(ENV), Value::set(vec![Value::Null])],
            1,
            "null",
        ),
        ("share_id", vec![Value::Null, texts(&[A])], 0, "env"),
        (
            "share_id",
            vec![Value::string(ENV), Value::Null],
            1,
            "appids",
        ),
        ("share_id", vec![Value::Unknown, texts(&[A])], 0, "env"),
        (
            "share_id",
            vec![Value::string(ENV), texts(&[A]), half],
            2,
            "source_type",
        ),
        (
            "parse_share_id",
            vec![Value::string("nonsense")],
            0,
            "ENV/APPID",
        ),
        ("confirmation_page", vec![Value::Null, none()], 0, "shares"),
        (
            "confirmation_page",
            vec![shares(Value::Null), Value::Null],
            1,
            "options",
        ),
        (
            "confirmation_page",
            vec![
                Value::List(vec![Value::object([
                    ("env", Value::Null),
                    ("shares", Value::Null),
                ])]),
                none(),
            ],
            0,
            "shares[0].env",
        ),
        (
            "confirmation_page",
            vec![shares(Value::Unknown), object(&[("titel", "x")])],
            1,
            "options.titel",
        ),
        ("qr_svg", vec![Value::string("")], 0, "empty"),
        ("qr_svg", vec![Value::string("x".repeat(2332))], 0, "2331"),
        ("qr_svg", vec![Value::Null], 0, "text"),
        ("parse_share_id", vec![Value::Null], 0, "id"),
    ] {
        let error = call(core, name, &arguments).await.unwrap_err();
        assert_eq!(error.function_argument, Some(argument), "{}", error.text);
        assert!(error.text.contains(says), "{}", error.text);
    }
    rig.finish().await;
}

#[tokio::test]
async fn calls_that_core_never_makes_are_refused() {
    let rig = Rig::unconfigured().await;
    let core = &rig.core;
    let text = || dynamic(&Value::string(ENV), &Type::String);
    for (name, count) in [
        ("share_id", 0),
        ("share_id", 1),
        ("parse_share_id", 0),
        ("parse_share_id", 2),
        ("confirmation_page", 1),
        ("confirmation_page", 3),
        ("qr_svg", 0),
        ("qr_svg", 2),
    ] {
        let arguments = (0..count).map(|_| text()).collect();
        let error = call_raw(core, name, arguments).await.unwrap_err();
        assert_eq!(error.function_argument, None);
        assert!(error.text.contains("argument"), "{}", error.text);
    }
    // A source type is one number.
    let number = || dynamic(&Value::integer(1), &Type::Number);
    let appids = || dynamic(&texts(&[A]), &Type::set(Type::String));
    let arguments = vec![text(), appids(), number(), number()];
    let error = call_raw(core, "share_id", arguments).await.unwrap_err();
    assert_eq!(error.function_argument, Some(3));
    assert!(error.text.contains("more than once"), "{}", error.text);
    // Of another type.
    let error = call_raw(core, "share_id", vec![text(), text()]).await;
    assert_eq!(error.unwrap_err().function_argument, Some(1));
    // OpenTofu's null.
    let null = pb::DynamicValue::default();
    let error = call_raw(core, "parse_share_id", vec![null]).await;
    assert_eq!(error.unwrap_err().function_argument, Some(0));
    let request = pb::call_function::Request {
        name: "no_such_function".to_owned(),
        arguments: Vec::new(),
    };
    let response = within(core.client().call_function(request)).await;
    assert!(response.error.unwrap().text.contains("no_such_function"));
    rig.finish().await;
}
