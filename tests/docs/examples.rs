//! Every type has examples, those of it that can be imported say how, and every page shows them.

use cloudbase::framework::{Provider, Server};
use cloudbase::proto::tfplugin6 as pb;
use cloudbase::proto::tfplugin6::provider_server::Provider as _;
use cloudbase::provider::ADDRESS;
use tonic::Request;

use crate::functions::{self, functions};
use crate::kinds::{DocumentedType, KINDS, provider, types};
use crate::pages::pages;
use crate::{files_below, root};

#[test]
fn every_type_has_its_example_and_its_page_shows_it() {
    let pages = pages();
    for ty in types() {
        let path = format!("{}/{}", ty.examples(), ty.kind.example);
        let example = std::fs::read_to_string(root().join("examples").join(&path))
            .unwrap_or_else(|error| panic!("examples/{path}: {error}"));
        assert!(
            example.contains(&ty.name),
            "examples/{path} is about something else"
        );
        let page = &pages[&format!("{}/{}.md", ty.kind.folder, ty.short_name())];
        assert!(
            page.contains(example.trim_end()),
            "the page of {} does not show examples/{path}",
            ty.name
        );
    }
}

#[test]
fn every_function_has_its_example_and_its_page_shows_it() {
    let pages = pages();
    for (function, _) in functions() {
        let path = functions::example(function);
        let example = std::fs::read_to_string(root().join("examples").join(&path))
            .unwrap_or_else(|error| panic!("examples/{path}: {error}"));
        let called = format!("provider::cloudbase::{function}(");
        assert!(example.contains(&called), "examples/{path}");
        let page = &pages[&format!("functions/{function}.md")];
        assert!(page.contains(example.trim_end()), "{function}");
    }
}

#[test]
fn examples_are_about_types_that_exist() {
    let types = types();
    for file in files_below(&root().join("examples")) {
        let mut parts = file.split('/');
        let (folder, name) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        if ["provider", "guides"].contains(&folder) {
            continue;
        }
        if folder == "functions" {
            assert!(
                functions().iter().any(|(function, _)| *function == name),
                "examples/{file}: the provider has no such function"
            );
            continue;
        }
        assert!(
            KINDS.iter().any(|kind| kind.folder == folder),
            "examples/{file}: no such kind"
        );
        assert!(
            types
                .iter()
                .any(|ty| ty.kind.folder == folder && ty.name == name),
            "examples/{file}: the provider has no such type"
        );
    }
}

#[test]
fn every_example_is_shown_on_a_page() {
    let pages = pages();
    for file in files_below(&root().join("examples")) {
        let example = std::fs::read_to_string(root().join("examples").join(&file)).unwrap();
        assert!(
            pages.values().any(|page| page.contains(example.trim_end())),
            "no page shows examples/{file}"
        );
    }
}

#[tokio::test]
async fn import_is_documented_where_and_only_where_it_works() {
    let pages = pages();
    let server = configured().await;
    let types_of_provider = provider().types();
    let identities = types_of_provider.identity_schemas();
    for ty in types().iter().filter(|ty| ty.kind.folder == "resources") {
        let importable = is_importable(&server, ty).await;
        for file in [
            "import.tf",
            "import-generated.tf",
            "import-resource.tf",
            "import.sh",
        ] {
            let path = format!("examples/{}/{file}", ty.examples());
            assert_eq!(root().join(&path).exists(), importable, "{path}");
        }
        let by_identity = format!("examples/{}/import-by-identity.tf", ty.examples());
        let has_identity = identities.iter().any(|(name, _)| *name == ty.name);
        assert_eq!(
            root().join(&by_identity).exists(),
            has_identity,
            "{by_identity}"
        );
        let page = &pages[&format!("resources/{}.md", ty.short_name())];
        assert_eq!(page.contains("\n## Import\n"), importable, "{}", ty.name);
    }
}

/// The provider with an empty configuration.
async fn configured() -> Server<impl Provider> {
    let schema = provider().schema();
    let nulls: serde_json::Map<_, _> = schema
        .block
        .attributes
        .iter()
        .map(|attribute| (attribute.name.to_owned(), serde_json::Value::Null))
        .collect();
    let server = Server::new(provider(), ADDRESS);
    let request = pb::configure_provider::Request {
        config: Some(pb::DynamicValue {
            json: serde_json::Value::Object(nulls).to_string().into_bytes(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let answer = server
        .configure_provider(Request::new(request))
        .await
        .unwrap();
    assert_eq!(answer.into_inner().diagnostics, []);
    server
}

/// Whether the type says of a malformed id that it is malformed, not that there is no import.
async fn is_importable(server: &Server<impl Provider>, ty: &DocumentedType) -> bool {
    let request = pb::import_resource_state::Request {
        type_name: ty.name.clone(),
        id: "not an id".to_owned(),
        ..Default::default()
    };
    let answer = server
        .import_resource_state(Request::new(request))
        .await
        .unwrap();
    let diagnostics = answer.into_inner().diagnostics;
    match diagnostics.as_slice() {
        [one] if one.summary == "invalid import id" => true,
        [one] if one.summary == format!("{} cannot be imported", ty.name) => false,
        other => panic!("{}: {other:?}", ty.name),
    }
}
