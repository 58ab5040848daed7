//! What not every CLI can do, and since when each can: the one table, from which the tests know what
//! is applicable and the pages what to say.

use super::Product;

/// Makes the enum and its columns of one table.
macro_rules! features {
    ($($(#[$about:meta])* $name:ident: $words:literal, terraform $terraform:literal, opentofu $opentofu:expr;)*) => {
        /// Something that a CLI can or cannot do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Feature {
            $($(#[$about])* $name,)*
        }

        impl Feature {
            /// All of them, in the order of the page.
            pub(crate) const ALL: &[Self] = &[$(Self::$name),*];

            /// What the page calls it.
            pub(crate) const fn words(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }

            /// The first Terraform that has it: the 8 of 1.8.
            pub(crate) const fn terraform(self) -> u64 {
                match self { $(Self::$name => $terraform,)* }
            }

            /// The first version of `product` that has it, if one does.
            pub(crate) const fn since(self, product: Product) -> Option<u64> {
                match product {
                    Product::Terraform => Some(self.terraform()),
                    Product::OpenTofu => self.opentofu(),
                }
            }

            /// The first OpenTofu that has it, if one does. None is older than the oldest supported one.
            pub(crate) const fn opentofu(self) -> Option<u64> {
                match self { $(Self::$name => $opentofu,)* }
            }
        }
    };
}

features! {
    /// The oldest that are supported.
    Basics: "resources, data sources, `import` blocks, generated configuration", terraform 6, opentofu Some(8);
    Tests: "`terraform test`", terraform 6, opentofu Some(8);
    RemovedBlocks: "`removed` blocks with a `lifecycle`", terraform 7, opentofu Some(10);
    ImportForEach: "`for_each` in `import` blocks", terraform 7, opentofu Some(8);
    MockProvider: "`mock_provider` in tests", terraform 7, opentofu Some(8);
    Functions: "functions of providers", terraform 8, opentofu Some(8);
    MovedBetweenTypes: "`moved` from `terraform_data`", terraform 8, opentofu Some(10);
    /// `deferral_allowed` says which walk a plan is made in. The patches 0 to 3 of 1.11 are not believed: an
    /// OpenTofu of the same number says it in every walk.
    WalkIsTold: "the provider is told whether it plans or applies", terraform 9, opentofu None;
    EphemeralResources: "ephemeral resources and variables", terraform 10, opentofu Some(11);
    WriteOnly: "write-only arguments", terraform 11, opentofu Some(11);
    ImportByIdentity: "`import` blocks with an `identity`", terraform 12, opentofu Some(12);
    StateIdentities: "`terraform state identities`", terraform 12, opentofu None;
    Query: "list resources and `terraform query`", terraform 14, opentofu None;
    Actions: "actions", terraform 14, opentofu None;
    /// A `provider` block in a test file is one process for all runs of it.
    OneProcessForTests: "one provider process for all runs of a test file", terraform 13, opentofu None;
    InitWithOverride: "`terraform init` with a development override", terraform 15, opentofu None;
}
