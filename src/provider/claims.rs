//! Which resource instance manages which thing, as far as one process can know.
//!
//! Two instances that write the same whitelist, or the same function, undo each other's work with each apply, and the end
//! of one takes what the other one wants. Terraform compares no instance with another. As with the ledger of shares, plans
//! and applies are noted, and reads are not.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::ledger::ObjectId;

/// What a plan does with a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It has it, or gets it.
    Manages,
    /// It gives it up, and does not leave it as it is.
    Ends,
}

/// What does not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Conflict {
    /// Two manage it.
    ManagedTwice,
    /// One ends it, and another manages it.
    EndedWhileManaged,
}

/// Who has which of the things that are told apart by a `K`, for one configuration of the provider.
#[derive(Debug)]
pub(super) struct Claims<K> {
    state: Mutex<State<K>>,
    /// Whether it serves several walks; then one object is planned more than once, and a plan says
    /// nothing about other instances.
    serves_several_walks: bool,
}

#[derive(Debug)]
struct State<K> {
    planned: HashMap<K, Vec<(ObjectId, Role)>>,
    applied: HashMap<K, ObjectId>,
    is_applying: bool,
}

impl<K: Clone + Eq + Hash> Claims<K> {
    /// Nobody has any. `serves_several_walks` as
    /// [`ConfigureRequest`](crate::framework::provider::ConfigureRequest) has it.
    pub(super) fn new(serves_several_walks: bool) -> Self {
        Self {
            state: Mutex::new(State {
                planned: HashMap::new(),
                applied: HashMap::new(),
                is_applying: false,
            }),
            serves_several_walks,
        }
    }

    /// Notes the plan of one instance, `id`, and says whether it goes together with the others. In an
    /// apply nothing is compared.
    pub(super) fn plan(&self, thing: &K, id: &ObjectId, role: Role) -> Option<Conflict> {
        let mut state = self.lock();
        if self.serves_several_walks || state.is_applying {
            return None;
        }
        let all = state.planned.entry(thing.clone()).or_default();
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
    pub(super) fn take(&self, thing: &K, object: &ObjectId) -> bool {
        let mut state = self.lock();
        state.is_applying = true;
        let holder = state.applied.entry(thing.clone());
        *holder.or_insert_with(|| object.clone()) == *object
    }

    /// The object, if it is known, gives it up. Whether no other has written it in this process.
    pub(super) fn end(&self, thing: &K, object: Option<&ObjectId>) -> bool {
        let mut state = self.lock();
        state.is_applying = true;
        match state.applied.get(thing) {
            Some(holder) if Some(holder) != object => false,
            _ => {
                state.applied.remove(thing);
                true
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<K>> {
        // Nothing in here panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_plans_of_one_thing_do_not_go_together() {
        let claims = Claims::new(false);
        let (one, other) = (ObjectId::new(), ObjectId::new());
        assert_eq!(claims.plan(&"e", &one, Role::Manages), None);
        // The second plan of a replacement is of the same instance.
        assert_eq!(claims.plan(&"e", &one, Role::Manages), None);
        let found = claims.plan(&"e", &other, Role::Manages);
        assert_eq!(found, Some(Conflict::ManagedTwice));
        let found = claims.plan(&"e", &other, Role::Ends);
        assert_eq!(found, Some(Conflict::EndedWhileManaged));
        let found = claims.plan(&"e", &one, Role::Ends);
        assert_eq!(found, None, "all are destroyed");
    }

    #[test]
    fn nothing_is_compared_in_an_apply_or_over_several_walks() {
        let claims = Claims::new(true);
        let (one, other) = (ObjectId::new(), ObjectId::new());
        for id in [&one, &other] {
            assert_eq!(claims.plan(&"e", id, Role::Manages), None);
        }
        let claims = Claims::new(false);
        assert!(claims.take(&"e", &one));
        for id in [&one, &other] {
            assert_eq!(claims.plan(&"e", id, Role::Manages), None);
        }
    }

    #[test]
    fn who_has_written_it_has_it_until_the_end() {
        let claims = Claims::new(false);
        let (one, other) = (ObjectId::new(), ObjectId::new());
        assert!(claims.take(&"e", &one));
        assert!(claims.take(&"e", &one));
        assert!(!claims.take(&"e", &other));
        assert!(!claims.end(&"e", Some(&other)));
        assert!(!claims.end(&"e", None));
        assert!(claims.end(&"e", Some(&one)));
        assert!(claims.take(&"e", &other));
    }
}
