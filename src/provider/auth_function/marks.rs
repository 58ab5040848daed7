//! What a `cloudbase_auth_function` keeps in its private data.

use serde::{Deserialize, Serialize};

use crate::framework::private::Private;
use crate::provider::ledger::ObjectId;
use crate::wechat::CodeHash;

/// The private data, as JSON.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Marks {
    /// Which object it is, since it was created or last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) object: Option<ObjectId>,
    /// In a plan, which one it is. If Terraform replaces the object, it comes back with the second plan, that of the new
    /// object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) plan: Option<ObjectId>,
    /// In the plan of a new object, the one that it replaces: Terraform destroys that one with the private data of the new
    /// one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) replaces: Option<ObjectId>,
    /// In a plan, the hash of the code at that time. Terraform 1.16 is the first to hand it over when it plans once more
    /// during an apply; the ones before find out by themselves that the file has changed, and say so in their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<CodeHash>,
}

impl Marks {
    /// Reads private data; anything that is not readable marks nothing.
    pub(super) fn read(private: &Private) -> Self {
        serde_json::from_slice(&private.0).unwrap_or_default()
    }

    /// The marks of an object that is there.
    pub(super) fn of(object: ObjectId) -> Self {
        Self {
            object: Some(object),
            ..Self::default()
        }
    }

    /// What tells the instance of a plan from others: its object, or the one that it replaces, or its earlier plan.
    pub(super) fn instance(&self) -> ObjectId {
        let known = self.object.as_ref().or(self.replaces.as_ref());
        known
            .or(self.plan.as_ref())
            .cloned()
            .unwrap_or_else(ObjectId::new)
    }

    /// The object that is there: this one, or with the plan of a replacement, the one that is replaced.
    pub(super) fn there(&self) -> Option<&ObjectId> {
        self.object.as_ref().or(self.replaces.as_ref())
    }

    /// The marks of a plan of `instance`, to follow these; `is_new` where it is that of a new object.
    pub(super) fn planned(&self, instance: ObjectId, is_new: bool, code: Option<CodeHash>) -> Self {
        let (object, replaces) = if is_new {
            (None, self.there().cloned())
        } else {
            (self.object.clone(), None)
        };
        Self {
            object,
            plan: Some(instance),
            replaces,
            code,
        }
    }

    /// As private data.
    pub(super) fn write(&self) -> Private {
        // Plain text fields always come to JSON.
        Private(serde_json::to_vec(self).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_of_a_replacement_is_of_the_same_instance_and_knows_what_is_there() {
        let object = ObjectId::new();
        let there = Marks::of(object.clone());
        let first = there.planned(there.instance(), false, None);
        let second = Marks::read(&first.planned(first.instance(), true, None).write());
        assert_eq!(second.object, None);
        assert_eq!(
            (second.instance(), second.there()),
            (object.clone(), Some(&object))
        );
        // Planned again in the apply, with what the second plan has returned.
        let again = second.planned(second.instance(), true, None);
        assert_eq!(again.there(), Some(&object));
    }

    #[test]
    fn the_plan_of_a_new_object_has_an_instance_of_its_own() {
        let none = Marks::read(&Private::default());
        let instance = none.instance();
        assert_ne!(instance, none.instance());
        let planned = none.planned(instance.clone(), true, None);
        assert_eq!((planned.instance(), planned.there()), (instance, None));
    }
}
