//! What a `cloudbase_open_api_access` keeps in its private data.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::framework::private::Private;
use crate::provider::ledger::ObjectId;
use crate::wechat::EnvId;

/// The private data, as JSON.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Marks {
    /// Which object it is, since it was created or last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) object: Option<ObjectId>,
    /// The whitelist that was found when it was created. An imported one has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) found: Option<BTreeSet<String>>,
    /// In a plan of an object that is there, what it has. A replacement that is created first finds that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) has: Option<Has>,
    /// In a plan, which one it is. If Terraform replaces the object, it comes back with the second
    /// plan, that of the new object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) plan: Option<ObjectId>,
    /// In the plan of a new object, the marks of the one that it replaces: Terraform destroys that one
    /// with the private data of the new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) replaces: Option<Box<Self>>,
}

/// Which whitelist an object has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Has {
    pub(super) env: EnvId,
    pub(super) api_whitelist: BTreeSet<String>,
}

impl Marks {
    /// Reads private data; anything that is not readable marks nothing.
    pub(super) fn read(private: &Private) -> Self {
        serde_json::from_slice(&private.0).unwrap_or_default()
    }

    /// The marks of the object that is there: these, or with the plan of a replacement, those of the one
    /// that is replaced.
    pub(super) fn of_what_is_there(self) -> Self {
        match self.replaces {
            Some(replaced) => *replaced,
            None => self,
        }
    }

    /// The marks of the plan of a new object, of those that Terraform hands over with it: of the object
    /// that it replaces, or of an earlier plan of the same replacement.
    pub(super) fn of_new_object(self) -> Self {
        let is_there = self.object.is_some() || self.found.is_some();
        let replaces = self.replaces.clone().or_else(|| {
            is_there.then(|| {
                Box::new(Self {
                    plan: None,
                    ..self.clone()
                })
            })
        });
        Self {
            plan: self.plan,
            replaces,
            ..Self::default()
        }
    }

    /// What to put back one day, of an object that is created with this plan and has found `found`: where that is only
    /// what the object had that it replaces, it is what that one had found.
    pub(super) fn former_list(self, env: &EnvId, found: BTreeSet<String>) -> BTreeSet<String> {
        let Some(Self {
            found: Some(before),
            has: Some(has),
            ..
        }) = self.replaces.map(|replaced| *replaced)
        else {
            return found;
        };
        if has.env == *env && has.api_whitelist == found {
            before
        } else {
            found
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

    fn there() -> Marks {
        Marks {
            object: Some(ObjectId::new()),
            found: Some(BTreeSet::from(["/a".to_owned()])),
            has: Some(Has {
                env: "e-1".parse().unwrap(),
                api_whitelist: BTreeSet::from(["/mine".to_owned()]),
            }),
            plan: Some(ObjectId::new()),
            replaces: None,
        }
    }

    #[test]
    fn the_plan_of_a_replacement_has_the_marks_of_what_is_destroyed() {
        let before = there();
        let planned = Marks::read(&before.clone().of_new_object().write());
        assert_eq!((&planned.object, &planned.found), (&None, &None));
        assert_eq!(planned.plan, before.plan);
        // Planned again in the apply, with what the first plan has returned.
        let again = planned.of_new_object();
        let destroyed = again.of_what_is_there();
        assert_eq!(destroyed.found, before.found);
        assert_eq!(destroyed.object, before.object);
    }

    #[test]
    fn what_the_replaced_one_had_is_not_what_was_there_before() {
        let set = |entry: &str| BTreeSet::from([entry.to_owned()]);
        let planned = Marks::read(&there().of_new_object().write());
        let put_back = |env: &str, entry| {
            let planned = planned.clone();
            planned.former_list(&env.parse().unwrap(), set(entry))
        };
        assert_eq!(put_back("e-1", "/mine"), set("/a"));
        // It was put back first, or somebody else has changed it.
        assert_eq!(put_back("e-1", "/theirs"), set("/theirs"));
        assert_eq!(put_back("e-2", "/mine"), set("/mine"));
        let none = Marks::default().of_new_object();
        let found = none.former_list(&"e-1".parse().unwrap(), set("/mine"));
        assert_eq!(found, set("/mine"));
    }

    #[test]
    fn a_new_object_replaces_none() {
        let planned = Marks::read(&Private::default()).of_new_object();
        assert!(planned.replaces.is_none());
        assert!(planned.of_what_is_there().found.is_none());
    }
}
