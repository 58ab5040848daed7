//! The MessagePack form of values, with cty's extension types.
//!
//! Source: plugin protocol, "DynamicValue and cty encoding". Refinements of unknown values are
//! accepted and dropped, which the protocol allows a receiver to do.

use std::collections::BTreeMap;

use rmpv::{Integer, Utf8String, Value as Pack};

use super::value::{MAX_DEPTH, Value, ValueError};
use super::{Number, Type};

/// The extension type of an unknown value with refinements.
const REFINED_UNKNOWN: i8 = 12;

/// Reads a value of type `ty`. No bytes at all mean null.
///
/// Errors name the place and what is wrong there, never the value.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, ValueError> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    let mut rest = bytes;
    let pack = rmpv::decode::read_value_with_max_depth(&mut rest, MAX_DEPTH * 2)
        .map_err(|error| ValueError::new(format!("not MessagePack: {error}")))?;
    if !rest.is_empty() {
        return Err(ValueError::new(
            "bytes after the end of the MessagePack value",
        ));
    }
    from_pack(pack, ty, 0)
}

/// Writes a value of type `ty`. The value has to fit the type; see [`Value::conform`].
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, ValueError> {
    let pack = to_pack(value, ty)?;
    let mut bytes = Vec::new();
    rmpv::encode::write_value(&mut bytes, &pack)
        .map_err(|error| ValueError::new(format!("cannot write MessagePack: {error}")))?;
    Ok(bytes)
}

fn from_pack(pack: Pack, ty: &Type, depth: usize) -> Result<Value, ValueError> {
    if depth > MAX_DEPTH {
        return Err(ValueError::new(format!("nested deeper than {MAX_DEPTH}")));
    }
    match (ty, pack) {
        (_, Pack::Nil) => Ok(Value::Null),
        (_, Pack::Ext(kind, body)) => {
            if kind == REFINED_UNKNOWN || body.len() <= 1 {
                Ok(Value::Unknown)
            } else {
                Err(ValueError::new(format!(
                    "unsupported MessagePack extension type {kind}"
                )))
            }
        }
        (Type::Bool, Pack::Boolean(bool)) => Ok(Value::Bool(bool)),
        (Type::Number, pack) => number(&pack).map(Value::Number),
        (Type::String, Pack::String(text)) => text
            .into_str()
            .map(Value::String)
            .ok_or_else(|| ValueError::new("the string is not UTF-8")),
        (Type::List(element), Pack::Array(elements)) => {
            Ok(Value::List(sequence(elements, |_| element, depth)?))
        }
        (Type::Set(element), Pack::Array(elements)) => {
            Ok(Value::set(sequence(elements, |_| element, depth)?))
        }
        (Type::Tuple(types), Pack::Array(elements)) => {
            if elements.len() != types.len() {
                return Err(ValueError::new(format!(
                    "a tuple of {} elements is required, not of {}",
                    types.len(),
                    elements.len()
                )));
            }
            Ok(Value::List(sequence(elements, |i| &types[i], depth)?))
        }
        (Type::Map(element), Pack::Map(entries)) => {
            let mut map = BTreeMap::new();
            for (key, pack) in entries {
                let key = key_text(key)?;
                let value =
                    from_pack(pack, element, depth + 1).map_err(|error| error.below_key(&key))?;
                map.insert(key, value);
            }
            Ok(Value::Map(map))
        }
        (Type::Object(types), Pack::Map(entries)) => {
            let mut object = BTreeMap::new();
            for (key, pack) in entries {
                let name = key_text(key)?;
                let Some(ty) = types.get(&name) else {
                    return Err(ValueError::new(format!(
                        "the type has no attribute `{name}`"
                    )));
                };
                let value = from_pack(pack, ty, depth + 1).map_err(|error| error.below(&name))?;
                object.insert(name, value);
            }
            match types.keys().find(|name| !object.contains_key(*name)) {
                None => Ok(Value::Object(object)),
                Some(name) => Err(ValueError::new(format!(
                    "the attribute `{name}` is missing"
                ))),
            }
        }
        (Type::Dynamic, Pack::Array(mut parts)) if parts.len() == 2 => {
            let (Some(pack), Some(ty)) = (parts.pop(), parts.pop()) else {
                return Err(ValueError::new("a dynamic value has two parts"));
            };
            let json = match &ty {
                Pack::Binary(json) => json.as_slice(),
                Pack::String(json) => json.as_bytes(),
                _ => {
                    return Err(ValueError::new(
                        "the type of a dynamic value has to be text",
                    ));
                }
            };
            let ty =
                Type::from_json_bytes(json).map_err(|error| ValueError::new(error.to_string()))?;
            let value = from_pack(pack, &ty, depth + 1)?;
            Ok(Value::Dynamic(Box::new(ty), Box::new(value)))
        }
        (ty, pack) => Err(ValueError::new(format!(
            "{ty} is required, not MessagePack {}",
            kind(&pack)
        ))),
    }
}

fn sequence<'a>(
    elements: Vec<Pack>,
    ty: impl Fn(usize) -> &'a Type,
    depth: usize,
) -> Result<Vec<Value>, ValueError> {
    elements
        .into_iter()
        .enumerate()
        .map(|(i, pack)| from_pack(pack, ty(i), depth + 1).map_err(|error| error.below_index(i)))
        .collect()
}

fn key_text(key: Pack) -> Result<String, ValueError> {
    match key {
        Pack::String(text) => text
            .into_str()
            .ok_or_else(|| ValueError::new("the key is not UTF-8")),
        _ => Err(ValueError::new("the key has to be text")),
    }
}

fn number(pack: &Pack) -> Result<Number, ValueError> {
    let number = match pack {
        Pack::Integer(integer) => match (integer.as_i64(), integer.as_u64()) {
            (Some(integer), _) => Some(Number::from(integer)),
            (None, Some(integer)) => Some(Number::from(integer)),
            (None, None) => None,
        },
        Pack::F32(float) => Number::try_from(f64::from(*float)).ok(),
        Pack::F64(float) => Number::try_from(*float).ok(),
        Pack::String(text) => text.as_str().and_then(|text| text.parse().ok()),
        _ => None,
    };
    number.ok_or_else(|| {
        ValueError::new(format!(
            "number is required, not MessagePack {}",
            kind(pack)
        ))
    })
}

fn kind(pack: &Pack) -> &'static str {
    match pack {
        Pack::Nil => "nil",
        Pack::Boolean(_) => "boolean",
        Pack::Integer(_) => "integer",
        Pack::F32(_) | Pack::F64(_) => "float",
        Pack::String(_) => "string",
        Pack::Binary(_) => "binary",
        Pack::Array(_) => "array",
        Pack::Map(_) => "map",
        Pack::Ext(..) => "extension",
    }
}

fn to_pack(value: &Value, ty: &Type) -> Result<Pack, ValueError> {
    match (ty, value) {
        (_, Value::Null) => Ok(Pack::Nil),
        (_, Value::Unknown) => Ok(Pack::Ext(0, vec![0])),
        (Type::Bool, Value::Bool(bool)) => Ok(Pack::Boolean(*bool)),
        (Type::Number, Value::Number(number)) => Ok(match number.to_i64() {
            Some(integer) => Pack::Integer(Integer::from(integer)),
            None => match number.to_f64_exact().filter(|_| !number.is_large_integer()) {
                Some(float) => Pack::F64(float),
                None => text(&number.to_string()),
            },
        }),
        (Type::String, Value::String(string)) => Ok(text(string)),
        (Type::List(element), Value::List(elements))
        | (Type::Set(element), Value::Set(elements)) => {
            Ok(Pack::Array(pack_sequence(elements, |_| element)?))
        }
        (Type::Tuple(types), Value::List(elements)) if types.len() == elements.len() => {
            Ok(Pack::Array(pack_sequence(elements, |i| &types[i])?))
        }
        (Type::Map(element), Value::Map(entries)) => {
            let entries = entries.iter().map(|(key, value)| {
                let value = to_pack(value, element).map_err(|error| error.below_key(key))?;
                Ok((text(key), value))
            });
            Ok(Pack::Map(entries.collect::<Result<_, _>>()?))
        }
        (Type::Object(types), Value::Object(attributes)) if types.len() == attributes.len() => {
            let entries = types.iter().map(|(name, ty)| {
                let value = attributes
                    .get(name)
                    .ok_or_else(|| ValueError::new(format!("the attribute `{name}` is missing")))?;
                let value = to_pack(value, ty).map_err(|error| error.below(name))?;
                Ok((text(name), value))
            });
            Ok(Pack::Map(entries.collect::<Result<_, _>>()?))
        }
        (Type::Dynamic, Value::Dynamic(ty, value)) => Ok(Pack::Array(vec![
            Pack::Binary(ty.to_json_bytes()),
            to_pack(value, ty)?,
        ])),
        (ty, value) => Err(ValueError::new(format!(
            "{ty} is required, not {}",
            value.kind_name()
        ))),
    }
}

fn pack_sequence<'a>(
    elements: &[Value],
    ty: impl Fn(usize) -> &'a Type,
) -> Result<Vec<Pack>, ValueError> {
    elements
        .iter()
        .enumerate()
        .map(|(i, value)| to_pack(value, ty(i)).map_err(|error| error.below_index(i)))
        .collect()
}

fn text(text: &str) -> Pack {
    Pack::String(Utf8String::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(value: &Value, ty: &Type) -> Vec<u8> {
        let bytes = encode(value, ty).unwrap();
        assert_eq!(decode(&bytes, ty).as_ref(), Ok(value));
        bytes
    }

    #[test]
    fn unknown_is_the_canonical_extension() {
        assert_eq!(round_trip(&Value::Unknown, &Type::String), [0xd4, 0, 0]);
        assert_eq!(round_trip(&Value::Unknown, &Type::Dynamic), [0xd4, 0, 0]);
        assert_eq!(round_trip(&Value::Null, &Type::Dynamic), [0xc0]);
    }

    #[test]
    fn refinements_are_dropped() {
        // {1: false, 2: "wx"}: not null, prefix "wx"; as cty writes it.
        let body = [0x82, 0x01, 0xc2, 0x02, 0xa2, b'w', b'x'];
        let mut bytes = vec![0xc7, u8::try_from(body.len()).unwrap(), 12];
        bytes.extend(body);
        assert_eq!(decode(&bytes, &Type::String), Ok(Value::Unknown));
        bytes[2] = 13;
        assert!(decode(&bytes, &Type::String).is_err());
    }

    #[test]
    fn numbers_take_the_form_that_keeps_them_exact() {
        let number = |text: &str| Value::Number(text.parse().unwrap());
        assert_eq!(round_trip(&number("7"), &Type::Number), [0x07]);
        assert_eq!(round_trip(&number("-1"), &Type::Number), [0xff]);
        assert_eq!(round_trip(&number("0.5"), &Type::Number)[0], 0xcb);
        assert_eq!(
            round_trip(&number("0.1"), &Type::Number),
            [0xa3, b'0', b'.', b'1']
        );
        // 2^70: a float could hold it, but integers beyond int64 travel as text.
        let big = number("1180591620717411303424");
        assert_eq!(round_trip(&big, &Type::Number)[0], 0xb6);
        let infinity = Value::Number(Number::try_from(f64::INFINITY).unwrap());
        assert_eq!(round_trip(&infinity, &Type::Number)[0], 0xcb);
        // A float that is not short in decimal comes back as that float.
        let tenth = Value::Number(Number::try_from(0.1).unwrap());
        assert_eq!(round_trip(&tenth, &Type::Number)[0], 0xcb);
        // uint64 is accepted.
        let max = decode(
            &[0xcf, 255, 255, 255, 255, 255, 255, 255, 255],
            &Type::Number,
        );
        assert_eq!(max, Ok(number("18446744073709551615")));
    }

    #[test]
    fn objects_have_exactly_their_attributes() {
        let ty = Type::object([("a", Type::String), ("b", Type::String)]);
        let missing = [0x81, 0xa1, b'a', 0xc0];
        let error = decode(&missing, &ty).unwrap_err();
        assert_eq!(error.message, "the attribute `b` is missing");
        let extra = [0x83, 0xa1, b'a', 0xc0, 0xa1, b'b', 0xc0, 0xa1, b'c', 0xc0];
        assert!(decode(&extra, &ty).is_err());
        assert!(encode(&Value::object([("a", Value::Null)]), &ty).is_err());
    }

    #[test]
    fn dynamic_values_carry_their_type() {
        let value = Value::Dynamic(
            Box::new(Type::set(Type::String)),
            Box::new(Value::set(vec![])),
        );
        let bytes = round_trip(&value, &Type::Dynamic);
        assert_eq!(bytes[1], 0xc4, "the type travels as binary");
        // The type as text is accepted too.
        let as_text = [
            0x92, 0xa8, b'"', b's', b't', b'r', b'i', b'n', b'g', b'"', 0xa1, b'x',
        ];
        let string = Value::Dynamic(Box::new(Type::String), Box::new(Value::string("x")));
        assert_eq!(decode(&as_text, &Type::Dynamic), Ok(string));
    }

    #[test]
    fn no_bytes_are_null_and_garbage_is_an_error() {
        assert_eq!(decode(&[], &Type::String), Ok(Value::Null));
        assert!(
            decode(&[0xa1, b'x', 0x00], &Type::String).is_err(),
            "trailing bytes"
        );
        assert!(decode(&[0xa5, b'x'], &Type::String).is_err(), "truncated");
        assert!(decode(&[0xa1, 0xff], &Type::String).is_err(), "not UTF-8");
        let deep = [vec![0x91; 5000], vec![0xc0]].concat();
        assert!(decode(&deep, &Type::Dynamic).is_err(), "deep nesting");
    }

    #[test]
    fn errors_say_where() {
        let ty = Type::object([("a", Type::map(Type::list(Type::Bool)))]);
        // {a: {k: [true, 1]}}
        let bytes = [0x81, 0xa1, b'a', 0x81, 0xa1, b'k', 0x92, 0xc3, 0x01];
        let error = decode(&bytes, &ty).unwrap_err();
        assert_eq!(error.path.to_string(), "a[\"k\"][1]");
    }
}
