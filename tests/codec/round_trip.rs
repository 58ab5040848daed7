//! What is encoded comes back as it was, in both forms.

use cloudbase::framework::value::{Type, Value, json, msgpack};
use proptest::prelude::*;
use rmpv::Value as Pack;

use crate::strategies::{Holes, any_type, typed_value};

proptest! {
    #[test]
    fn values_survive_messagepack((ty, value) in typed_value(Holes::Any)) {
        let bytes = msgpack::encode(&value, &ty).unwrap();
        let back = msgpack::decode(&bytes, &ty).unwrap();
        prop_assert_eq!(&back, &value);
        // There is one form of each value only.
        prop_assert_eq!(msgpack::encode(&back, &ty).unwrap(), bytes);
    }

    #[test]
    fn known_values_survive_json((ty, value) in typed_value(Holes::None)) {
        prop_assert!(value.is_wholly_known());
        let bytes = json::encode(&value, &ty).unwrap();
        let back = json::decode(&bytes, &ty).unwrap();
        prop_assert_eq!(&back, &value);
        prop_assert_eq!(json::encode(&back, &ty).unwrap(), bytes);
    }

    #[test]
    fn values_that_json_does_not_have_are_refused((ty, value) in typed_value(Holes::Any)) {
        let written = json::encode(&value, &ty);
        prop_assert!(value.is_wholly_known() || written.is_err());
    }

    #[test]
    fn a_value_conforms_to_its_own_type((ty, value) in typed_value(Holes::Any)) {
        prop_assert_eq!(value.clone().conform(&ty), Ok(value));
    }

    #[test]
    fn a_value_of_another_type_is_refused_or_fits(
        (_, value) in typed_value(Holes::Any),
        other in any_type(),
    ) {
        if let Ok(bytes) = msgpack::encode(&value, &other) {
            prop_assert!(msgpack::decode(&bytes, &other).is_ok());
        }
    }

    #[test]
    fn types_survive_json(ty in any_type()) {
        prop_assert_eq!(Type::from_json_bytes(&ty.to_json_bytes()), Ok(ty));
    }

    #[test]
    fn the_order_in_which_a_set_or_object_comes_is_of_no_matter(
        (ty, value) in typed_value(Holes::Any),
    ) {
        let bytes = msgpack::encode(&value, &ty).unwrap();
        let mut pack = rmpv::decode::read_value(&mut bytes.as_slice()).unwrap();
        reverse(&mut pack, &ty);
        let mut reversed = Vec::new();
        rmpv::encode::write_value(&mut reversed, &pack).unwrap();
        prop_assert_eq!(msgpack::decode(&reversed, &ty).unwrap(), value);
    }

    /// {1: not null, 2: prefix, 3 and 4: bounds, 5 and 6: lengths}, each of them there or not, and
    /// keys that nobody knows yet.
    #[test]
    fn refinements_are_dropped(
        ty in any_type(),
        keys in proptest::sample::subsequence(vec![1_i64, 2, 3, 4, 5, 6, 7, 99], 0..=8),
        prefix in ".{0,64}",
        bound in any::<f64>(),
        length in any::<u32>(),
    ) {
        let refinements = keys.into_iter().map(|key| {
            let value = match key {
                1 => Pack::from(false),
                2 => Pack::from(prefix.as_str()),
                3 | 4 => Pack::Array(vec![Pack::from(bound), Pack::from(true)]),
                5 | 6 => Pack::from(length),
                _ => Pack::Nil,
            };
            (Pack::from(key), value)
        });
        let mut body = Vec::new();
        rmpv::encode::write_value(&mut body, &Pack::Map(refinements.collect())).unwrap();
        let unknown = Pack::Ext(12, body);
        let mut bytes = Vec::new();
        rmpv::encode::write_value(&mut bytes, &unknown).unwrap();
        prop_assert_eq!(msgpack::decode(&bytes, &ty), Ok(Value::Unknown));

        // Inside something else as well.
        let mut bytes = Vec::new();
        let list = Pack::Array(vec![unknown, Pack::Nil]);
        rmpv::encode::write_value(&mut bytes, &list).unwrap();
        let expected = Value::List(vec![Value::Unknown, Value::Null]);
        prop_assert_eq!(msgpack::decode(&bytes, &Type::list(ty)), Ok(expected));
    }

    /// Every extension whose body has a byte or none is an unknown value.
    #[test]
    fn short_extensions_are_unknown(ty in any_type(), kind: i8, body in proptest::option::of(any::<u8>())) {
        let mut bytes = Vec::new();
        let body = body.into_iter().collect();
        rmpv::encode::write_value(&mut bytes, &Pack::Ext(kind, body)).unwrap();
        prop_assert_eq!(msgpack::decode(&bytes, &ty), Ok(Value::Unknown));
    }
}

/// Turns around the elements of sets, and the entries of maps and objects.
fn reverse(pack: &mut Pack, ty: &Type) {
    match (pack, ty) {
        (Pack::Array(elements), Type::Set(element)) => {
            elements.reverse();
            for pack in elements {
                reverse(pack, element);
            }
        }
        (Pack::Array(elements), Type::List(element)) => {
            for pack in elements {
                reverse(pack, element);
            }
        }
        (Pack::Array(elements), Type::Tuple(types)) => {
            for (pack, ty) in elements.iter_mut().zip(types) {
                reverse(pack, ty);
            }
        }
        (Pack::Map(entries), Type::Map(element)) => {
            entries.reverse();
            for (_, pack) in entries {
                reverse(pack, element);
            }
        }
        (Pack::Map(entries), Type::Object(types)) => {
            entries.reverse();
            for (name, pack) in entries {
                reverse(pack, &types[name.as_str().unwrap()]);
            }
        }
        _ => {}
    }
}
