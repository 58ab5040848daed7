//! The MessagePack form of values, with cty's extension types.
//!
//! Source: plugin protocol, "DynamicValue and cty encoding". Refinements of unknown values are
//! accepted and dropped, which the protocol allows a receiver to do.

use rmpv::{Integer, Utf8String, Value as Pack};

use super::value::{MAX_DEPTH, Value, ValueError};
use super::walk::{self, Form, Level};
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
    walk::read(pack, ty)
}

/// Writes a value of type `ty`. The value has to fit the type; see [`Value::conform`].
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, ValueError> {
    let pack: Pack = walk::write(value, ty)?;
    let mut bytes = Vec::new();
    rmpv::encode::write_value(&mut bytes, &pack)
        .map_err(|error| ValueError::new(format!("cannot write MessagePack: {error}")))?;
    Ok(bytes)
}

impl Form for Pack {
    const MAY_LEAVE_OUT: bool = false;

    fn kind(&self) -> &'static str {
        match self {
            Self::Nil => "MessagePack nil",
            Self::Boolean(_) => "MessagePack boolean",
            Self::Integer(_) => "MessagePack integer",
            Self::F32(_) | Self::F64(_) => "MessagePack float",
            Self::String(_) => "MessagePack string",
            Self::Binary(_) => "MessagePack binary",
            Self::Array(_) => "MessagePack array",
            Self::Map(_) => "MessagePack map",
            Self::Ext(..) => "MessagePack extension",
        }
    }

    fn open(self, ty: &Type) -> Result<Option<Level<Self>>, ValueError> {
        Ok(Some(match (ty, self) {
            (_, Self::Nil) => Level::Null,
            (_, Self::Ext(kind, body)) if kind == REFINED_UNKNOWN || body.len() <= 1 => {
                Level::Unknown
            }
            (_, Self::Ext(kind, _)) => {
                return Err(ValueError::new(format!(
                    "unsupported MessagePack extension type {kind}"
                )));
            }
            (Type::Number, pack) => return Ok(number(&pack).map(Level::Number)),
            (_, Self::Boolean(bool)) => Level::Bool(bool),
            (_, Self::String(text)) => Level::Text(utf8(text, "the string")?),
            (Type::Dynamic, Self::Array(mut parts)) if parts.len() == 2 => {
                match (parts.pop(), parts.pop()) {
                    (Some(value), Some(ty)) => Level::Dynamic(dynamic_type(&ty)?, value),
                    _ => return Ok(None),
                }
            }
            (_, Self::Array(elements)) => Level::Array(elements),
            (_, Self::Map(entries)) => {
                let entries = entries.into_iter().map(|(key, value)| match key {
                    Self::String(key) => Ok((utf8(key, "the key")?, value)),
                    _ => Err(ValueError::new("the key has to be text")),
                });
                Level::Entries(entries.collect::<Result<_, _>>()?)
            }
            (_, Self::Binary(_) | Self::F32(_) | Self::F64(_) | Self::Integer(_)) => {
                return Ok(None);
            }
        }))
    }

    fn close(level: Level<Self>) -> Result<Self, ValueError> {
        Ok(match level {
            Level::Array(elements) => Self::Array(elements),
            Level::Bool(bool) => Self::Boolean(bool),
            Level::Dynamic(ty, value) => Self::Array(vec![Self::Binary(ty.to_json_bytes()), value]),
            Level::Entries(entries) => {
                let entries = entries.into_iter().map(|(key, value)| (text(key), value));
                Self::Map(entries.collect())
            }
            Level::Null => Self::Nil,
            Level::Number(number) => match number.to_i64() {
                Some(integer) => Self::Integer(Integer::from(integer)),
                None => match number.to_f64_exact().filter(|_| !number.is_large_integer()) {
                    Some(float) => Self::F64(float),
                    None => text(number.to_string()),
                },
            },
            Level::Text(string) => text(string),
            Level::Unknown => Self::Ext(0, vec![0]),
        })
    }
}

fn dynamic_type(pack: &Pack) -> Result<Type, ValueError> {
    let json = match pack {
        Pack::Binary(json) => json.as_slice(),
        Pack::String(json) => json.as_bytes(),
        _ => {
            return Err(ValueError::new(
                "the type of a dynamic value has to be text",
            ));
        }
    };
    Type::from_json_bytes(json).map_err(|error| ValueError::new(error.to_string()))
}

fn number(pack: &Pack) -> Option<Number> {
    match pack {
        Pack::Integer(integer) => match (integer.as_i64(), integer.as_u64()) {
            (Some(integer), _) => Some(Number::from(integer)),
            (None, integer) => integer.map(Number::from),
        },
        Pack::F32(float) => Number::try_from(f64::from(*float)).ok(),
        Pack::F64(float) => Number::try_from(*float).ok(),
        Pack::String(text) => text.as_str().and_then(|text| text.parse().ok()),
        _ => None,
    }
}

fn utf8(text: Utf8String, what: &str) -> Result<String, ValueError> {
    text.into_str()
        .ok_or_else(|| ValueError::new(format!("{what} is not UTF-8")))
}

fn text(text: String) -> Pack {
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
