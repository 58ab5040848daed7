//! The pages of provider functions.

use std::fmt::Write as _;

use cloudbase::framework::function::{Parameter, Signature};
use cloudbase::framework::{Provider, Type};

use crate::kinds::provider;
use crate::schema_section::type_words;

/// Every function, by name.
pub(crate) fn functions() -> Vec<(&'static str, Signature)> {
    provider().types().signatures()
}

/// The example of a function, as a path under `examples/`.
pub(crate) fn example(function: &str) -> String {
    format!("functions/{function}/function.tf")
}

/// What a page is where nothing has been written by hand.
pub(crate) fn default_body() -> String {
    "## Example Usage\n\n<!-- example -->\n\n<!-- signature -->\n".to_owned()
}

/// The section that says how a function is called.
pub(crate) fn section(function: &str, signature: &Signature) -> String {
    let short = |p: &Parameter| format!("{} {}", p.name, type_words(&p.ty).to_lowercase());
    let mut parameters: Vec<_> = signature.parameters.iter().map(short).collect();
    if let Some(rest) = &signature.variadic {
        parameters.push(format!("{}...", short(rest)));
    }
    let deprecated = signature
        .deprecated
        .map(|instead| format!("~> **Deprecated** {instead}\n\n"));
    let mut out = format!(
        "{}## Signature\n\n```text\n{function}({}) {}\n```\n\n## Arguments\n\n",
        deprecated.unwrap_or_default(),
        parameters.join(", "),
        type_words(&signature.returns).to_lowercase()
    );
    let all = signature.parameters.iter().chain(&signature.variadic);
    for (index, parameter) in all.enumerate() {
        let variadic = if index < signature.parameters.len() {
            ""
        } else {
            ", variadic"
        };
        writeln!(
            out,
            "{}. `{}` ({}{variadic}) {}",
            index + 1,
            parameter.name,
            type_words(&parameter.ty),
            parameter.description
        )
        .expect("text can be written");
    }
    if let Type::Object(attributes) = &signature.returns {
        out.push_str("\n## Result\n\nAn object:\n\n");
        for (name, ty) in attributes {
            writeln!(out, "- `{name}` ({})", type_words(ty)).expect("text can be written");
        }
    }
    out
}

#[test]
fn every_function_says_what_it_does() {
    for (function, signature) in functions() {
        assert!(!signature.summary.is_empty(), "{function}");
        assert!(signature.description.ends_with('.'), "{function}");
        for parameter in signature.parameters.iter().chain(&signature.variadic) {
            let description = parameter.description;
            assert!(description.ends_with('.'), "{function}: {}", parameter.name);
        }
    }
}

#[test]
fn a_section_has_the_call_and_its_arguments() {
    let signature = Signature {
        parameters: vec![Parameter::new("id", Type::String, "An id.")],
        variadic: Some(Parameter::new("more", Type::set(Type::String), "More.")),
        returns: Type::object([("env", Type::String)]),
        summary: "Parses.",
        description: "Parses an id.",
        deprecated: Some("Use an index instead."),
    };
    let expected = "~> **Deprecated** Use an index instead.\n\n## Signature\n\n```text\nparse(id string, more set of string...) object\n```\n\n\
        ## Arguments\n\n1. `id` (String) An id.\n2. `more` (Set of String, variadic) \
        More.\n\n## Result\n\nAn object:\n\n- `env` (String)\n";
    assert_eq!(section("parse", &signature), expected);
}
