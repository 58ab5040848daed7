//! The border to Terraform for arbitrary bytes; `fuzz/` and `tests/fuzz_corpus.rs` call it.

use super::GoDuration;
use super::value::{Type, Value, ValueError, json, msgpack};

/// Types of every kind; the first of `bytes` says which one the rest is to be.
fn types(choice: u8) -> Type {
    let object = || Type::object([("a", Type::String), ("b", Type::list(Type::Number))]);
    match choice % 9 {
        0 => Type::Dynamic,
        1 => Type::Bool,
        2 => Type::Number,
        3 => Type::String,
        4 => Type::set(object()),
        5 => Type::map(Type::Dynamic),
        6 => Type::Tuple(vec![Type::Bool, Type::Number]),
        7 => object(),
        _ => Type::list(Type::set(Type::Number)),
    }
}

/// Decodes `bytes` as MessagePack; whether that is a value. Panics if it changes when it is encoded and decoded again.
pub fn message_pack(bytes: &[u8]) -> bool {
    value(bytes, msgpack::decode, msgpack::encode)
}

/// The same with JSON.
pub fn json_value(bytes: &[u8]) -> bool {
    value(bytes, json::decode, json::encode)
}

type Decode = fn(&[u8], &Type) -> Result<Value, ValueError>;
type Encode = fn(&Value, &Type) -> Result<Vec<u8>, ValueError>;

fn value(bytes: &[u8], decode: Decode, encode: Encode) -> bool {
    let Some((choice, bytes)) = bytes.split_first() else {
        return false;
    };
    let ty = types(*choice);
    let Ok(value) = decode(bytes, &ty) else {
        return false;
    };
    let again = encode(&value, &ty).and_then(|encoded| decode(&encoded, &ty));
    assert_eq!(again, Ok(value));
    true
}

/// Reads `bytes` as a duration; whether it is one. Panics if what is read is written in a way that is read as another one.
pub fn duration(bytes: &[u8]) -> bool {
    let duration = std::str::from_utf8(bytes)
        .ok()
        .map(str::parse::<GoDuration>);
    let Some(Ok(duration)) = duration else {
        return false;
    };
    assert_eq!(duration.to_string().parse(), Ok(duration));
    true
}
