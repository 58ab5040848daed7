//! What each CLI can do: the table that the other tests and the pages go by is held to what is seen.
//!
//! A feature that a CLI has must work, and one that it lacks must fail, so that a minimum that is too
//! high is found as well as one that is too low. Write-only arguments are looked at with the corner
//! provider, since no type here has any.

use std::fs;

use cloudbase::sandbox::Options;

use crate::support::{A, B, C, Cli, ENV, Feature, OTHER_ENV, Workspace, actions, share};

#[tokio::test(flavor = "multi_thread")]
async fn each_is_there_from_the_version_on_that_the_table_says() {
    let Some(cli) = Cli::find() else { return };
    let mut wrong = Vec::new();
    for &feature in Feature::ALL {
        if feature == Feature::WriteOnly {
            continue;
        }
        let workspace = Workspace::start(cli.clone(), Options::default()).await;
        let works = workspace.does(feature).await;
        cli.saw(feature, works);
        if works != cli.has(feature) {
            wrong.push((feature, works));
        }
    }
    assert!(wrong.is_empty(), "with {cli}: {wrong:?}");
}

impl Workspace {
    /// Uses `feature` in an empty workspace: whether that works, and does what it is for.
    async fn does(&self, feature: Feature) -> bool {
        match feature {
            Feature::Basics => {
                self.sandbox.bind(ENV, A, None);
                // Terraform 1.16 looks for a provider of HashiCorp's otherwise.
                let id = format!("id = \"{ENV}/{A}\"\n  provider = cloudbase");
                let data =
                    format!("data \"cloudbase_env_shares\" \"test\" {{\n  appids = [{A:?}]\n}}\n");
                self.configure(&import(&data, &id));
                let generate = ["plan", "-generate-config-out=generated.tf"];
                self.works(&generate).await && self.path().join("generated.tf").is_file()
            }
            Feature::Tests => self.passes("run \"plan\" {\n  command = plan\n}\n").await,
            Feature::MockProvider => {
                let passes = self.passes("mock_provider \"cloudbase\" {}\nrun \"all\" {}\n");
                passes.await && self.sandbox.calls().is_empty()
            }
            Feature::RemovedBlocks => {
                self.configure(&share(ENV, &[A], ""));
                self.apply().await;
                let kept = "lifecycle {\n    destroy = false\n  }";
                self.configure(&format!(
                    "removed {{\n  from = cloudbase_env_share.test\n  {kept}\n}}\n"
                ));
                let forgotten = self.try_apply().await.code == 0;
                forgotten && self.share().await.is_null() && !self.sandbox.pending().is_empty()
            }
            Feature::ImportForEach => {
                self.sandbox.bind(ENV, A, None);
                let resource = share(ENV, &[A], "for_each = toset([\"one\"])");
                self.configure(&format!(
                    "{resource}import {{\n  for_each = toset([\"one\"])\n  to = cloudbase_env_share.test[each.key]\n  id = \"{ENV}/{A}\"\n}}\n"
                ));
                self.plans_no_change("cloudbase_env_share.test[\"one\"]")
                    .await
            }
            Feature::Functions => {
                self.configure(&format!(
                    "output \"id\" {{\n  value = provider::cloudbase::share_id({ENV:?}, [{A:?}])\n}}\n"
                ));
                let said = self.run(&["plan", "-no-color"]).await;
                said.code == 0 && said.stdout.contains(&format!("\"{ENV}/{A}\""))
            }
            Feature::MovedBetweenTypes => {
                self.sandbox.bind(ENV, A, None);
                self.configure(&format!(
                    "resource \"terraform_data\" \"test\" {{\n  input = {{ env = {ENV:?}, appids = [{A:?}] }}\n}}\n"
                ));
                self.apply().await;
                let moved =
                    "moved {\n  from = terraform_data.test\n  to   = cloudbase_env_share.test\n}\n";
                self.configure(&(share(ENV, &[A], "") + moved));
                self.plans_no_change("cloudbase_env_share.test").await
            }
            Feature::WalkIsTold => self.is_told_that_it_applies().await,
            Feature::EphemeralResources => {
                self.configure(
                    "variable \"token\" {\n  type = string\n  default = null\n  ephemeral = true\n}\n\
                     ephemeral \"cloudbase_component_token\" \"this\" {}\n",
                );
                self.works(&["plan"]).await
            }
            Feature::WriteOnly => unreachable!("no type here has one"),
            Feature::ImportByIdentity => {
                self.sandbox.bind(ENV, A, None);
                let identity =
                    format!("identity = {{\n    env = {ENV:?}\n    appids = [{A:?}]\n  }}");
                self.configure(&import(&share(ENV, &[A], ""), &identity));
                self.plans_no_change("cloudbase_env_share.test").await
            }
            Feature::StateIdentities => {
                self.configure(&share(ENV, &[A], ""));
                self.apply().await;
                let run = self.run(&["state", "identities", "-json"]).await;
                run.code == 0 && run.stdout.contains(A)
            }
            Feature::Query => {
                self.sandbox.bind(ENV, A, None);
                self.configure("");
                let list = format!(
                    "list \"cloudbase_env_share\" \"all\" {{\n  provider = cloudbase\n  config {{\n    appids = [{A:?}]\n  }}\n}}\n"
                );
                self.write("all.tfquery.hcl", &list);
                let run = self.run(&["query", "-no-color"]).await;
                run.code == 0 && run.stdout.contains(A)
            }
            Feature::Actions => {
                let trigger = "lifecycle {\n    action_trigger {\n      events = [after_create]\n      actions = [action.cloudbase_convert_env.test]\n    }\n  }";
                self.configure(&format!(
                    "{}action \"cloudbase_convert_env\" \"test\" {{\n  config {{\n    env = {ENV:?}\n  }}\n}}\n",
                    share(ENV, &[A], trigger)
                ));
                self.try_apply().await;
                self.sandbox.converted() == [ENV]
            }
            Feature::OneProcessForTests => self.runs_share_a_process().await,
            Feature::InitWithOverride => self.initialises().await,
        }
    }

    /// Whether a plan works, has the resource at `address`, and would leave it as it is.
    async fn plans_no_change(&self, address: &str) -> bool {
        if !self.works(&["plan", "-out=plan"]).await {
            return false;
        }
        let shown = self.run(&["show", "-json", "plan"]).await.ok();
        let plan = serde_json::from_str(&shown.stdout).expect("show -json prints JSON");
        actions(&plan, address) == ["no-op"]
    }

    async fn works(&self, arguments: &[&str]) -> bool {
        self.run(&[arguments, &["-no-color"]].concat()).await.code == 0
    }

    /// Whether `test` passes with this file and one share.
    async fn passes(&self, file: &str) -> bool {
        self.configure(&share(ENV, &[A], ""));
        self.write("all.tftest.hcl", file);
        self.works(&["test"]).await
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).expect("the file is written");
    }

    /// Only a provider that knows that it applies says that an environment *turned out* different.
    async fn is_told_that_it_applies(&self) -> bool {
        let late = |env: &str, version: u32| {
            format!(
                "resource \"terraform_data\" \"env\" {{\n  input = {env:?}\n  triggers_replace = {version}\n}}\n\
                 resource \"cloudbase_env_share\" \"test\" {{\n  env = terraform_data.env.output\n  appids = [{A:?}]\n}}\n"
            )
        };
        self.configure(&late(ENV, 1));
        self.apply().await;
        self.configure(&late(OTHER_ENV, 2));
        let said = self.try_apply().await.flat();
        said.contains("`env` of an existing share turned out different")
    }

    /// Whether `init` leaves the overridden provider alone. Where it would look instead, there is nothing.
    async fn initialises(&self) -> bool {
        let file = self.path().join("cli.tfrc");
        let text = fs::read_to_string(&file).expect("it is there");
        let empty = "filesystem_mirror {\n    path = \"empty\"\n  }";
        fs::write(&file, text.replace("direct {}", empty)).expect("it is written");
        fs::create_dir(self.path().join("empty")).expect("it is made");
        self.configure("");
        self.works(&["init"]).await
    }

    /// What a run passes on to another resource is refused by a process that compares plans, as one
    /// for a single walk does.
    async fn runs_share_a_process(&self) -> bool {
        let resource = |name: &str| {
            format!(
                "variable {name:?} {{\n  type = list(string)\n}}\n\
                 resource \"cloudbase_env_share\" {name:?} {{\n  env = {ENV:?}\n  appids = var.{name}\n}}\n"
            )
        };
        self.configure(&(resource("a") + &resource("b")));
        let run = |name: &str, a: &[&str], b: &[&str]| {
            format!("run {name:?} {{\n  variables {{\n    a = {a:?}\n    b = {b:?}\n  }}\n}}\n")
        };
        let file = "provider \"cloudbase\" {}\n".to_owned()
            + &run("first", &[A, B], &[C])
            + &run("passed_on", &[A], &[B, C]);
        self.write("all.tftest.hcl", &file);
        self.works(&["test"]).await
    }
}

/// An `import` block for a share, beside `resource`.
fn import(resource: &str, more: &str) -> String {
    format!("{resource}import {{\n  to = cloudbase_env_share.test\n  {more}\n}}\n")
}
