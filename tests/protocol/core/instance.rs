//! One resource instance: refresh, plan and import in core's order, with core's checks
//! (Terraform `internal/terraform/node_resource_abstract_instance.go`).

use cloudbase::framework::value::{Type, Value, json};
use cloudbase::proto::tfplugin6 as pb;

use super::diagnostics::{Failed, Said, sort};
use super::identity::{IdentitySchema, identity_with, planned_identity};
use super::provider::{Core, capabilities, dynamic, undynamic, within};
use super::schema::Block;
use super::{at_path, plan_violations, proposed_new, unknown_paths, write_only_violations};

/// What a plan does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    NoOp,
    Create,
    Update,
    Replace,
    Delete,
}

/// A plan that core has accepted.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) action: Action,
    pub(crate) config: Value,
    /// What the provider planned; of a replacement, for the new object.
    pub(crate) planned: Value,
    /// `planned_private`; of a replacement, for the new object.
    pub(crate) private: Vec<u8>,
    /// `planned_identity`, null if there is none; of a replacement, that of the new object.
    pub(crate) identity: Value,
    pub(crate) said: Said,
}

/// A resource instance and its state.
#[derive(Clone)]
pub(crate) struct Instance {
    pub(super) core: Core,
    pub(super) name: String,
    pub(super) schema: Block,
    ty: Type,
    version: i64,
    /// Null when there is no object.
    pub(crate) state: Value,
    /// The private data stored with the state.
    pub(crate) private: Vec<u8>,
    /// The identity stored with the state, null if there is none.
    pub(crate) identity: Value,
    pub(super) identity_schema: Option<IdentitySchema>,
    /// Whether the next plan has to replace it.
    pub(crate) tainted: bool,
}

impl Instance {
    /// An instance that does not exist yet.
    pub(crate) fn new(core: &Core, name: &str) -> Self {
        let (version, schema) = core.resources[name].clone();
        Self {
            core: core.clone(),
            name: name.to_owned(),
            ty: schema.ty(),
            schema,
            version,
            state: Value::Null,
            private: Vec::new(),
            identity: Value::Null,
            identity_schema: core.identities.get(name).cloned(),
            tainted: false,
        }
    }

    /// A configuration of it.
    pub(crate) fn config<'a>(
        &self,
        arguments: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Value {
        self.schema.config(arguments)
    }

    // Fields of messages are optional.
    #[allow(clippy::unnecessary_wraps)]
    pub(super) fn sent(&self, value: &Value) -> Option<pb::DynamicValue> {
        Some(dynamic(value, &self.ty))
    }

    pub(super) fn sent_identity(&self, identity: &Value) -> Option<pb::ResourceIdentityData> {
        self.identity_schema.as_ref()?.sent(identity)
    }

    #[track_caller]
    pub(super) fn identified(
        &self,
        data: Option<&pb::ResourceIdentityData>,
        object: &Value,
    ) -> Value {
        identity_with(self.identity_schema.as_ref(), data, object)
    }

    #[track_caller]
    pub(super) fn received(&self, value: Option<&pb::DynamicValue>) -> Value {
        let value = undynamic(value, &self.ty);
        assert_eq!(write_only_violations(&self.schema, &value), [""; 0]);
        value
    }

    /// `ValidateResourceConfig`.
    pub(crate) async fn validate(&self, config: &Value) -> Result<Said, Failed> {
        let request = pb::validate_resource_config::Request {
            type_name: self.name.clone(),
            config: self.sent(config),
            client_capabilities: Some(capabilities(false)),
        };
        let response = within(self.core.client().validate_resource_config(request)).await;
        sort(response.diagnostics, Some(config))
    }

    /// Upgrades and reads what is in state, as every plan does before anything else.
    pub(crate) async fn refresh(&mut self) -> Result<Said, Failed> {
        if self.state.is_null() {
            return Ok(Said::default());
        }
        self.upgrade().await?;
        self.read().await
    }

    async fn upgrade(&mut self) -> Result<Said, Failed> {
        let Ok(stored) = json::encode(&self.state, &self.ty) else {
            panic!("the state cannot be stored: {:?}", self.state);
        };
        let request = pb::upgrade_resource_state::Request {
            type_name: self.name.clone(),
            version: self.version,
            raw_state: Some(pb::RawState {
                json: stored,
                ..Default::default()
            }),
        };
        let response = within(self.core.client().upgrade_resource_state(request)).await;
        let said = sort(response.diagnostics, None)?;
        let upgraded = self.received(response.upgraded_state.as_ref());
        assert_eq!(
            unknown_paths(&upgraded),
            [""; 0],
            "invalid resource state upgrade"
        );
        assert_eq!(upgraded, self.state, "an upgrade from the same version");
        Ok(said)
    }

    /// `ReadResource`.
    pub(crate) async fn read(&mut self) -> Result<Said, Failed> {
        let request = pb::read_resource::Request {
            type_name: self.name.clone(),
            current_state: self.sent(&self.state),
            private: self.private.clone(),
            client_capabilities: Some(capabilities(false)),
            current_identity: self.sent_identity(&self.identity),
            provider_meta: None,
        };
        let response = within(self.core.client().read_resource(request)).await;
        assert_eq!(response.deferred, None, "deferral was not allowed");
        // Core keeps the old object if there is an error.
        let said = sort(response.diagnostics, None)?;
        let new = self.received(response.new_state.as_ref());
        assert_eq!(
            unknown_paths(&new),
            [""; 0],
            "provider produced invalid object"
        );
        self.identity = self.identified(response.new_identity.as_ref(), &new);
        self.state = new;
        self.private = response.private;
        if self.state.is_null() {
            self.private.clear();
            self.tainted = false;
        }
        Ok(said)
    }

    /// Refreshes and plans, as `terraform plan` does; `config` null destroys.
    pub(crate) async fn plan(&mut self, config: &Value) -> Result<Plan, Failed> {
        let mut said = self.refresh().await?;
        let mut plan = self.plan_only(config).await?;
        said.0.append(&mut plan.said.0);
        Ok(Plan { said, ..plan })
    }

    /// Plans without looking first (`-refresh=false`).
    pub(crate) async fn plan_only(&self, config: &Value) -> Result<Plan, Failed> {
        self.plan_in_walk(config, false).await
    }

    /// The same, in the walk of an apply or of a plan.
    pub(crate) async fn plan_in_walk(
        &self,
        config: &Value,
        applying: bool,
    ) -> Result<Plan, Failed> {
        if config.is_null() {
            return self.plan_destroy(applying).await;
        }
        let mut said = self.validate(config).await?;
        // A tainted object is planned as if it were not there.
        let prior = if self.tainted {
            &Value::Null
        } else {
            &self.state
        };
        let (prior_private, prior_identity) = if self.tainted {
            (&[][..], &Value::Null)
        } else {
            (&self.private[..], &self.identity)
        };
        let (planned, private, identity, replacing, more) = self
            .plan_change(config, prior, prior_private, prior_identity, applying)
            .await?;
        said.0.extend(more.0);
        let mut plan = Plan {
            action: match () {
                () if self.tainted => Action::Replace,
                () if prior.is_null() => Action::Create,
                () if replacing => Action::Replace,
                () if planned == *prior => Action::NoOp,
                () => Action::Update,
            },
            config: config.clone(),
            planned,
            private,
            identity,
            said,
        };
        if replacing {
            let (planned, private, identity, _, _) = self
                .plan_change(
                    config,
                    &Value::Null,
                    &plan.private,
                    &plan.identity,
                    applying,
                )
                .await?;
            plan = Plan {
                planned,
                private,
                identity,
                ..plan
            };
        }
        Ok(plan)
    }

    async fn plan_change(
        &self,
        config: &Value,
        prior: &Value,
        prior_private: &[u8],
        prior_identity: &Value,
        applying: bool,
    ) -> Result<(Value, Vec<u8>, Value, bool, Said), Failed> {
        let proposed = proposed_new(&self.schema, prior, config);
        let request = pb::plan_resource_change::Request {
            type_name: self.name.clone(),
            prior_state: self.sent(prior),
            proposed_new_state: self.sent(&proposed),
            config: self.sent(config),
            prior_private: prior_private.to_vec(),
            prior_identity: self.sent_identity(prior_identity),
            client_capabilities: Some(capabilities(applying)),
            ..Default::default()
        };
        let response = within(self.core.client().plan_resource_change(request)).await;
        assert!(!response.legacy_type_system, "that is for the old SDK only");
        assert_eq!(response.deferred, None, "deferral was not asked for");
        let said = sort(response.diagnostics, Some(config))?;
        let planned = self.received(response.planned_state.as_ref());
        assert_eq!(
            plan_violations(&self.schema, prior, config, &planned),
            [""; 0],
            "provider produced invalid plan: {planned:?}"
        );
        let mut replacing = false;
        for path in &response.requires_replace {
            let (before, after) = (at_path(prior, path), at_path(&planned, path));
            assert!(
                prior.is_null() || before.is_some() || after.is_some(),
                "requires_replace leads nowhere: {path:?}"
            );
            replacing |= !prior.is_null() && (before != after || after == Some(Value::Unknown));
        }
        let identity = planned_identity(
            self.identity_schema.as_ref(),
            response.planned_identity.as_ref(),
            prior.is_null() || replacing,
        );
        Ok((planned, response.planned_private, identity, replacing, said))
    }

    async fn plan_destroy(&self, applying: bool) -> Result<Plan, Failed> {
        let request = pb::plan_resource_change::Request {
            type_name: self.name.clone(),
            prior_state: self.sent(&self.state),
            proposed_new_state: self.sent(&Value::Null),
            config: self.sent(&Value::Null),
            prior_private: self.private.clone(),
            prior_identity: self.sent_identity(&self.identity),
            client_capabilities: Some(capabilities(applying)),
            ..Default::default()
        };
        let response = within(self.core.client().plan_resource_change(request)).await;
        let said = sort(response.diagnostics, None)?;
        let planned = self.received(response.planned_state.as_ref());
        assert!(planned.is_null(), "a destroy plans nothing: {planned:?}");
        Ok(Plan {
            action: Action::Delete,
            config: Value::Null,
            planned,
            private: response.planned_private,
            identity: planned_identity(
                self.identity_schema.as_ref(),
                response.planned_identity.as_ref(),
                false,
            ),
            said,
        })
    }

    /// Refreshes, plans and applies.
    pub(crate) async fn converge(&mut self, config: &Value) -> Result<Action, Failed> {
        let plan = self.plan(config).await?;
        self.apply(&plan).await?;
        Ok(plan.action)
    }

    /// Asserts that nothing is left to do for `config`.
    pub(crate) async fn assert_settled(&mut self, config: &Value) {
        match self.plan(config).await {
            Ok(plan) => {
                assert_eq!(
                    plan.action,
                    Action::NoOp,
                    "there is still a difference: {:?} planned for {:?}",
                    plan.planned,
                    self.state
                );
                plan.said.nothing();
            }
            Err(failed) => panic!("the plan failed: {}", failed.text()),
        }
    }

    /// `ImportResourceState` by id, then `ReadResource`, as both the command and the block do.
    pub(crate) async fn import(&mut self, id: &str) -> Result<Said, Failed> {
        self.import_as(id, &Value::Null).await
    }

    /// The same by identity, as the block does.
    pub(crate) async fn import_by_identity(&mut self, identity: &Value) -> Result<Said, Failed> {
        self.import_as("", identity).await
    }

    async fn import_as(&mut self, id: &str, identity: &Value) -> Result<Said, Failed> {
        assert!(self.state.is_null(), "there is an object already");
        let request = pb::import_resource_state::Request {
            type_name: self.name.clone(),
            id: id.to_owned(),
            client_capabilities: Some(capabilities(false)),
            identity: self.sent_identity(identity),
        };
        let response = within(self.core.client().import_resource_state(request)).await;
        assert_eq!(response.deferred, None, "deferral was not allowed");
        sort(response.diagnostics, None)?;
        let [imported] = response.imported_resources.as_slice() else {
            panic!(
                "one object is imported, not {:?}",
                response.imported_resources
            );
        };
        assert_eq!(imported.type_name, self.name);
        let state = self.received(imported.state.as_ref());
        assert!(!state.is_null(), "import returned null");
        assert_eq!(unknown_paths(&state), [""; 0], "an imported object");
        self.identity = self.identified(imported.identity.as_ref(), &state);
        self.state = state;
        self.private.clone_from(&imported.private);
        let said = self.read().await?;
        assert!(
            !self.state.is_null(),
            "cannot import non-existent remote object"
        );
        Ok(said)
    }
}
