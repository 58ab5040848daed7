//! One model from another.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::de::from_value;
use super::ser::to_loose_value;
use super::value::ValueError;

/// What `model` holds as a model of another shape, such as a plan as the state that it comes to. Fields are
/// matched by name; errors say what does not fit, such as a value that is not known yet.
pub fn convert<M: Serialize + ?Sized, T: DeserializeOwned>(model: &M) -> Result<T, ValueError> {
    from_value(to_loose_value(model)?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde::Deserialize;

    use super::*;
    use crate::framework::Attr;

    #[derive(Serialize)]
    struct Plan {
        env: Attr<String>,
        appids: Attr<Vec<Attr<String>>>,
        note: Attr<String>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct State {
        env: String,
        appids: BTreeSet<String>,
        note: Option<String>,
    }

    fn plan(appid: Attr<String>) -> Plan {
        Plan {
            env: Attr::Known("e".to_owned()),
            appids: Attr::Known(vec![Attr::Known("b".to_owned()), appid]),
            note: Attr::Null,
        }
    }

    #[test]
    fn a_plan_becomes_a_state_if_it_is_known() {
        let state: State = convert(&plan(Attr::Known("a".to_owned()))).unwrap();
        let expected = State {
            env: "e".to_owned(),
            appids: ["a", "b"].map(str::to_owned).into(),
            note: None,
        };
        assert_eq!(state, expected);
        let error = convert::<_, State>(&plan(Attr::Unknown)).unwrap_err();
        assert_eq!(error.path.to_string(), "appids[1]");
    }
}
