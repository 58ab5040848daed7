//! `ApplyResourceChange`: before it, at it, and what core saves of it
//! (Terraform `internal/terraform/node_resource_abstract_instance.go`, `apply`).

use cloudbase::framework::value::Value;
use cloudbase::proto::tfplugin6 as pb;

use super::diagnostics::{Failed, Said, sort};
use super::instance::{Action, Instance, Plan};
use super::provider::within;
use super::{incompatibilities, unknown_paths};

impl Instance {
    /// Plans again in the apply walk, checks that the plan stands, and applies it. An error leaves
    /// in state what core would leave there.
    pub(crate) async fn apply(&mut self, plan: &Plan) -> Result<Said, Failed> {
        self.apply_as(plan, &plan.config).await
    }

    /// The same, with a configuration whose unknown values have become known since.
    pub(crate) async fn apply_as(&mut self, plan: &Plan, config: &Value) -> Result<Said, Failed> {
        assert_eq!(unknown_paths(config), [""; 0], "a configuration to apply");
        match plan.action {
            Action::NoOp => Ok(Said::default()),
            Action::Delete => {
                self.apply_change(&plan.private, &plan.identity, config, &Value::Null)
                    .await
            }
            Action::Replace => {
                // Core destroys the old object with the private data planned for the new one.
                let identity = self.identity.clone();
                self.apply_change(&plan.private, &identity, &Value::Null, &Value::Null)
                    .await?;
                self.apply_planned(plan, config).await
            }
            Action::Create | Action::Update => self.apply_planned(plan, config).await,
        }
    }

    async fn apply_planned(&mut self, plan: &Plan, config: &Value) -> Result<Said, Failed> {
        let last = self.plan_in_walk(config, true).await?;
        let expected = match plan.action {
            Action::Replace => Action::Create,
            action => action,
        };
        let settled = (expected, last.action) == (Action::Update, Action::NoOp);
        assert!(
            last.action == expected || settled,
            "inconsistent final plan: {:?} became {:?}",
            expected,
            last.action
        );
        assert_eq!(
            incompatibilities(&self.schema, &plan.planned, &last.planned),
            [""; 0],
            "provider produced inconsistent final plan"
        );
        if settled {
            return Ok(Said::default());
        }
        self.apply_change(&last.private, &last.identity, config, &last.planned)
            .await
    }

    /// `ApplyResourceChange`, and what core saves of it.
    async fn apply_change(
        &mut self,
        private: &[u8],
        identity: &Value,
        config: &Value,
        planned: &Value,
    ) -> Result<Said, Failed> {
        let creating = self.state.is_null();
        let request = pb::apply_resource_change::Request {
            type_name: self.name.clone(),
            prior_state: self.sent(&self.state),
            planned_state: self.sent(planned),
            config: self.sent(config),
            planned_private: private.to_vec(),
            planned_identity: self.sent_identity(identity),
            provider_meta: None,
        };
        let response = within(self.core.client().apply_resource_change(request)).await;
        assert!(!response.legacy_type_system, "that is for the old SDK only");
        let new = self.received(response.new_state.as_ref());
        let outcome = sort(
            response.diagnostics,
            Some(config).filter(|config| !config.is_null()),
        );
        assert_eq!(
            unknown_paths(&new),
            [""; 0],
            "provider returned invalid result object after apply"
        );
        if outcome.is_ok() {
            if planned.is_null() {
                assert!(new.is_null(), "non-null object after destroy: {new:?}");
            } else {
                assert!(!new.is_null(), "null object after apply");
                assert_eq!(
                    incompatibilities(&self.schema, planned, &new),
                    [""; 0],
                    "provider produced inconsistent result after apply"
                );
            }
        }
        let new_identity = self.identified(response.new_identity.as_ref(), &new);
        if outcome.is_ok() && !new.is_null() && !identity.is_null() {
            // The official framework's check, "Unexpected Identity Change".
            assert_eq!(*identity, new_identity, "another identity than was planned");
        }
        match (&outcome, new.is_null()) {
            // Core keeps what was there.
            (Err(_), true) => {}
            (Err(_), false) => {
                self.tainted |= creating;
                self.private = response.private;
                self.identity = new_identity;
                self.state = new;
            }
            (Ok(_), gone) => {
                self.tainted = false;
                self.private = if gone { Vec::new() } else { response.private };
                self.identity = new_identity;
                self.state = new;
            }
        }
        outcome
    }
}
