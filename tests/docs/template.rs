//! Hand-written prose with generated parts.
//!
//! A template is Markdown. A line that is one of these comments is replaced:
//!
//! | comment | becomes |
//! |---|---|
//! | `<!-- schema -->` | the schema of the page's type |
//! | `<!-- signature -->` | how the page's function is called |
//! | `<!-- example PATH -->` | the file at `examples/PATH`, as a code block |
//! | `<!-- example PATH as NAME -->` | the same, with a first line that says which file it goes into |
//! | `<!-- import -->` | how to import, from the type's `import*.tf` and `import.sh` |
//! | `<!-- error codes -->` | the table of error codes |
//! | `<!-- assumptions -->` | the table of what is assumed of the API |
//! | `<!-- reading calls -->` | the calls that `doctor` makes |
//! | `<!-- needs -->` | the CLIs that have what the page's type or function is |
//! | `<!-- not in every OpenTofu -->` | what else the oldest OpenTofu lacks |
//! | `<!-- versions PRODUCT -->` | what each tested Terraform, or OpenTofu, can do |
//! | `<!-- WeChat's calls -->` | WeChat's names for the calls of the API, and which types make them |

use std::fs;

use cloudbase::framework::function::Signature;
use cloudbase::framework::schema::Schema;

use crate::cli::{Feature, Product};
use crate::kinds::DocumentedType;
use crate::{
    assumptions, error_table, functions, minima, root, schema_section, versions, wechat_apis,
};

/// What a page is about.
pub(crate) enum Subject<'a> {
    Function(&'a str, &'a Signature),
    Guide,
    Provider(&'a Schema),
    Type(&'a DocumentedType),
}

/// `template` with its comments replaced; `name` is for messages.
pub(crate) fn expand(name: &str, template: &str, subject: &Subject<'_>) -> String {
    let mut out = String::new();
    for line in template.lines() {
        let comment = line
            .strip_prefix("<!-- ")
            .and_then(|rest| rest.strip_suffix(" -->"));
        match comment {
            Some(directive) => out.push_str(&generated(name, directive, subject)),
            None => out.push_str(line),
        }
        if !out.ends_with('\n') || comment.is_none() {
            out.push('\n');
        }
    }
    out
}

fn generated(name: &str, directive: &str, subject: &Subject<'_>) -> String {
    match (directive, subject) {
        ("schema", Subject::Provider(schema)) => schema_section::section(schema),
        ("schema", Subject::Type(ty)) => schema_section::section(&ty.schema),
        ("import", Subject::Type(ty)) => import_section(ty),
        ("example", Subject::Function(function, _)) => code_block(&functions::example(function)),
        ("signature", Subject::Function(function, signature)) => {
            functions::section(function, signature)
        }
        ("error codes", _) => error_table::table(),
        ("assumptions", _) => assumptions::table(),
        ("reading calls", _) => assumptions::readings(),
        ("needs", Subject::Type(ty)) => minima::sentence(ty.kind.needs),
        ("needs", Subject::Function(..)) => minima::sentence(Feature::Functions),
        ("not in every OpenTofu", Subject::Provider(_)) => minima::not_in_every_opentofu(),
        ("WeChat's calls", _) => wechat_apis::table(),
        ("versions Terraform", _) => versions::table(Product::Terraform),
        ("versions OpenTofu", _) => versions::table(Product::OpenTofu),
        _ => match directive.strip_prefix("example ") {
            Some(example) => match example.split_once(" as ") {
                Some((path, name)) => named_code_block(path, name),
                None => code_block(example),
            },
            None => panic!("templates/{name}: `<!-- {directive} -->` means nothing on this page"),
        },
    }
}

fn code_block(path: &str) -> String {
    fenced(path, &example(path))
}

/// A block that says which file of the reader's it goes into: `tests/acceptance/pasted/` puts it there.
fn named_code_block(path: &str, name: &str) -> String {
    fenced(path, &format!("# {name}\n\n{}", example(path)))
}

fn example(path: &str) -> String {
    fs::read_to_string(root().join("examples").join(path))
        .unwrap_or_else(|error| panic!("examples/{path}: {error}"))
}

fn fenced(path: &str, text: &str) -> String {
    let language = match path.rsplit(['.', '/']).next() {
        Some("csv") => "csv",
        Some("Dockerfile") => "dockerfile",
        Some("json") => "json",
        Some("sh") => "shell",
        Some("tf" | "hcl") => "terraform",
        Some("yaml" | "yml") => "yaml",
        _ => panic!("examples/{path}: no such language"),
    };
    format!("```{language}\n{}\n```\n", text.trim_end())
}

fn import_section(ty: &DocumentedType) -> String {
    let folder = ty.examples();
    let identity = format!("{folder}/import-by-identity.tf");
    let by_identity = if root().join("examples").join(&identity).exists() {
        format!(
            "### By identity\n\nSince {}:\n\n{}\n",
            minima::both(Feature::ImportByIdentity),
            code_block(&identity)
        )
    } else {
        String::new()
    };
    let generated = format!(
        "### With a generated configuration\n\nTerraform can also write the resource block. Name the provider in the \
         `import` block: Terraform 1.16 looks for one of HashiCorp's otherwise.\n\n{}\n```shell\nterraform plan \
         -generate-config-out=generated.tf\n```\n\nTake the line `provider = cloudbase` out before the next plan: next to a \
         resource block it is an error.\n\n```shell\nsed '/provider *=/d' import.tf > imports.tf && rm import.tf\nterraform \
         apply\n```\n\n",
        named_code_block(&format!("{folder}/import-generated.tf"), "import.tf"),
    );
    format!(
        "## Import\n\n### With an import block\n\n{}\n{by_identity}{generated}### On the command line\n\nFor a resource \
         that the configuration has:\n\n{}\n{}",
        code_block(&format!("{folder}/import.tf")),
        code_block(&format!("{folder}/import-resource.tf")),
        code_block(&format!("{folder}/import.sh")),
    )
}

#[test]
fn prose_stays_and_comments_are_replaced() {
    let text = expand(
        "t",
        "# Codes\n\n<!-- error codes -->\n\nEnd.\n",
        &Subject::Guide,
    );
    assert!(text.starts_with("# Codes\n\n| errcode |"), "{text}");
    assert!(text.ends_with(" |\n\nEnd.\n"), "{text}");
}

#[test]
#[should_panic(expected = "`<!-- schema -->` means nothing on this page")]
fn a_comment_that_does_not_fit_the_page_is_refused() {
    expand("guides/t.md", "<!-- schema -->", &Subject::Guide);
}
