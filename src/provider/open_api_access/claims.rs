//! Which resource instance manages the whitelist of which environment, as far as one process can know.
//!
//! Each instance writes the whole whitelist, so that two of one environment would undo each other's work
//! with each apply, and the end of one would put back a whitelist that the other does not want. Terraform
//! compares no instance with another. As with the ledger of shares, plans and applies are noted, and
//! reads are not.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::provider::ledger::ObjectId;
use crate::wechat::EnvId;

/// What a plan does with the whitelist of an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It has it, or gets it.
    Manages,
    /// It gives it up, and puts back what it found.
    Ends,
}

/// What does not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Conflict {
    /// Two manage it.
    ManagedTwice,
    /// One puts back what it found, and another manages it.
    EndedWhileManaged,
}

/// Who has which whitelist, for one configuration of the provider.
#[derive(Debug)]
pub(in crate::provider) struct Claims {
    state: Mutex<State>,
    /// Whether it serves several walks; then one object is planned more than once, and a plan says
    /// nothing about other instances.
    serves_several_walks: bool,
}

#[derive(Debug, Default)]
struct State {
    planned: HashMap<EnvId, Vec<(ObjectId, Role)>>,
    applied: HashMap<EnvId, ObjectId>,
    is_applying: bool,
}

impl Claims {
    /// Nobody has any. `serves_several_walks` as
    /// [`ConfigureRequest`](crate::framework::provider::ConfigureRequest) has it.
    pub(in crate::provider) fn new(serves_several_walks: bool) -> Self {
        Self {
            state: Mutex::default(),
            serves_several_walks,
        }
    }

    /// Notes the plan of one instance, `id`, and says whether it goes together with the others. In an
    /// apply nothing is compared.
    pub(super) fn plan(&self, env: &EnvId, id: &ObjectId, role: Role) -> Option<Conflict> {
        let mut state = self.lock();
        if self.serves_several_walks || state.is_applying {
            return None;
        }
        let all = state.planned.entry(env.clone()).or_default();
        all.retain(|(other, _)| other != id);
        let conflict = all.iter().find_map(|(_, other)| match (role, other) {
            (Role::Manages, Role::Manages) => Some(Conflict::ManagedTwice),
            (Role::Ends, Role::Ends) => None,
            _ => Some(Conflict::EndedWhileManaged),
        });
        all.push((id.clone(), role));
        conflict
    }

    /// The object is about to write it. Whether no other has in this process.
    pub(super) fn take(&self, env: &EnvId, object: &ObjectId) -> bool {
        let mut state = self.lock();
        state.is_applying = true;
        let holder = state.applied.entry(env.clone());
        *holder.or_insert_with(|| object.clone()) == *object
    }

    /// The object, if it is known, gives it up. Whether no other has written it in this process.
    pub(super) fn end(&self, env: &EnvId, object: Option<&ObjectId>) -> bool {
        let mut state = self.lock();
        state.is_applying = true;
        match state.applied.get(env) {
            Some(holder) if Some(holder) != object => false,
            _ => {
                state.applied.remove(env);
                true
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing in here panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env() -> EnvId {
        "e".parse().unwrap()
    }

    #[test]
    fn two_plans_of_one_environment_do_not_go_together() {
        let claims = Claims::new(false);
        let (one, other) = (ObjectId::new(), ObjectId::new());
        assert_eq!(claims.plan(&env(), &one, Role::Manages), None);
        // The second plan of a replacement is of the same instance.
        assert_eq!(claims.plan(&env(), &one, Role::Manages), None);
        let found = claims.plan(&env(), &other, Role::Manages);
        assert_eq!(found, Some(Conflict::ManagedTwice));
        let found = claims.plan(&env(), &other, Role::Ends);
        assert_eq!(found, Some(Conflict::EndedWhileManaged));
        let found = claims.plan(&env(), &one, Role::Ends);
        assert_eq!(found, None, "all are destroyed");
    }

    #[test]
    fn nothing_is_compared_in_an_apply_or_over_several_walks() {
        let claims = Claims::new(true);
        let (one, other) = (ObjectId::new(), ObjectId::new());
        for id in [&one, &other] {
            assert_eq!(claims.plan(&env(), id, Role::Manages), None);
        }
        let claims = Claims::new(false);
        assert!(claims.take(&env(), &one));
        for id in [&one, &other] {
            assert_eq!(claims.plan(&env(), id, Role::Manages), None);
        }
    }

    #[test]
    fn who_has_written_it_has_it_until_the_end() {
        let claims = Claims::new(false);
        let (one, other) = (ObjectId::new(), ObjectId::new());
        assert!(claims.take(&env(), &one));
        assert!(claims.take(&env(), &one));
        assert!(!claims.take(&env(), &other));
        assert!(!claims.end(&env(), Some(&other)));
        assert!(!claims.end(&env(), None));
        assert!(claims.end(&env(), Some(&one)));
        assert!(claims.take(&env(), &other));
    }
}
