//! What a provider has: kinds of types, and the types themselves.

use cloudbase::framework::Provider;
use cloudbase::framework::schema::Schema;
use cloudbase::provider::Cloudbase;
use cloudbase::provider::config::EnvVars;

use crate::cli::Feature;

/// A kind of type, as the registry and the provider's own list name it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    /// In `Types::schemas`.
    label: &'static str,
    /// Under `docs/` and `examples/`.
    pub(crate) folder: &'static str,
    /// In titles.
    pub(crate) title: &'static str,
    /// The example that every type has.
    pub(crate) example: &'static str,
    /// What a CLI has to have for it.
    pub(crate) needs: Feature,
}

/// Sources: registry, "Provider documentation" (folders of `docs/`), and the layout of `examples/`
/// that `tfplugindocs` reads.
pub(crate) const KINDS: &[Kind] = &[
    Kind {
        label: "resource",
        folder: "resources",
        title: "Resource",
        example: "resource.tf",
        needs: Feature::Basics,
    },
    Kind {
        label: "data",
        folder: "data-sources",
        title: "Data Source",
        example: "data-source.tf",
        needs: Feature::Basics,
    },
    Kind {
        label: "ephemeral",
        folder: "ephemeral-resources",
        title: "Ephemeral Resource",
        example: "ephemeral-resource.tf",
        needs: Feature::EphemeralResources,
    },
    Kind {
        label: "action",
        folder: "actions",
        title: "Action",
        example: "action.tf",
        needs: Feature::Actions,
    },
    Kind {
        label: "list",
        folder: "list-resources",
        title: "List Resource",
        example: "list-resource.tfquery.hcl",
        needs: Feature::Query,
    },
];

/// One type of the provider.
#[derive(Clone, Debug)]
pub(crate) struct DocumentedType {
    pub(crate) kind: Kind,
    /// `cloudbase_env_share`.
    pub(crate) name: String,
    pub(crate) schema: Schema,
}

impl DocumentedType {
    /// `env_share`.
    pub(crate) fn short_name(&self) -> &str {
        self.name
            .strip_prefix("cloudbase_")
            .expect("types of the provider begin with its name")
    }

    /// The folder under `examples/`.
    pub(crate) fn examples(&self) -> String {
        format!("{}/{}", self.kind.folder, self.name)
    }
}

/// The provider, without any environment variable.
pub(crate) fn provider() -> Cloudbase {
    Cloudbase::new(EnvVars::new(|_| None))
}

/// Every type of the provider.
pub(crate) fn types() -> Vec<DocumentedType> {
    let types = provider().types();
    let all: Vec<_> = types
        .schemas()
        .into_iter()
        .map(|(label, schema)| {
            let (label, name) = label.split_once(' ').expect("a kind and a name");
            let kind = KINDS.iter().find(|kind| kind.label == label);
            DocumentedType {
                kind: *kind.unwrap_or_else(|| {
                    panic!("`{label}` is a kind of type that tests/docs/kinds.rs does not know")
                }),
                name: name.to_owned(),
                schema: schema.clone(),
            }
        })
        .collect();
    assert!(!all.is_empty(), "the provider has no types");
    all
}
