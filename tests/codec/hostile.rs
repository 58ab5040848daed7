//! Bytes that nobody should have sent: an error or a value, but no panic and no memory without end.

use std::fs;
use std::time::Duration;

use cloudbase::framework::value::{Type, Value, json, msgpack};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::strategies::{Holes, any_type, typed_value};

/// Whatever was accepted has a canonical form that comes back as the same value.
fn accepted_values_are_sound(bytes: &[u8], ty: &Type) -> Result<(), TestCaseError> {
    if let Ok(value) = msgpack::decode(bytes, ty) {
        let again = msgpack::encode(&value, ty).unwrap();
        prop_assert_eq!(msgpack::decode(&again, ty), Ok(value));
    }
    if let Ok(value) = json::decode(bytes, ty) {
        let again = json::encode(&value, ty).unwrap();
        prop_assert_eq!(json::decode(&again, ty), Ok(value));
    }
    Ok(())
}

proptest! {
    #[test]
    fn arbitrary_bytes(bytes in vec(any::<u8>(), 0..200), ty in any_type()) {
        accepted_values_are_sound(&bytes, &ty)?;
    }

    #[test]
    fn bytes_gone_wrong_on_the_way(
        (ty, value) in typed_value(Holes::Any),
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = msgpack::encode(&value, &ty).unwrap();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        accepted_values_are_sound(&bytes, &ty)?;
    }

    #[test]
    fn bytes_cut_short((ty, value) in typed_value(Holes::Any), at: prop::sample::Index) {
        let bytes = msgpack::encode(&value, &ty).unwrap();
        let cut = &bytes[..at.index(bytes.len())];
        if !cut.is_empty() {
            prop_assert!(msgpack::decode(cut, &ty).is_err());
        }
        let mut longer = bytes;
        longer.push(0xc0);
        prop_assert!(msgpack::decode(&longer, &ty).is_err());
    }

    #[test]
    fn text_that_is_almost_json(text in "[\\[\\]{}\",:0-9a-z.\\-]{0,60}", ty in any_type()) {
        accepted_values_are_sound(text.as_bytes(), &ty)?;
    }

    #[test]
    fn arbitrary_types(bytes in vec(any::<u8>(), 0..100), text in "[\\[\\]{}\",a-z]{0,60}") {
        Type::from_json_bytes(&bytes).ok();
        Type::from_json_bytes(text.as_bytes()).ok();
    }
}

/// Peak of the address space of this process, in bytes. Other tests run beside this one.
fn peak() -> u64 {
    let Ok(status) = fs::read_to_string("/proc/self/status") else {
        return 0;
    };
    let peak = status.lines().find_map(|line| line.strip_prefix("VmPeak:"));
    let kib = peak.and_then(|rest| rest.trim().strip_suffix(" kB"));
    kib.and_then(|kib| kib.trim().parse::<u64>().ok())
        .map_or(0, |kib| kib * 1024)
}

#[test]
fn a_length_that_is_only_claimed_costs_nothing() {
    let before = peak();
    let types = [
        Type::String,
        Type::Dynamic,
        Type::list(Type::String),
        Type::map(Type::String),
        Type::object([]),
    ];
    // str32, bin32, array32, map32 and ext32 of 4 GiB, by themselves and one in the other.
    for header in [0xdb, 0xc6, 0xdd, 0xdf, 0xc9] {
        let claim = [header, 0xff, 0xff, 0xff, 0xff];
        for ty in &types {
            assert!(msgpack::decode(&claim, ty).is_err(), "{header:x}");
            assert!(
                msgpack::decode(&claim.repeat(30), ty).is_err(),
                "{header:x}"
            );
        }
    }
    assert!(
        peak() - before < 2 << 30,
        "{before} before, {} after",
        peak()
    );
}

#[test]
fn depth_is_limited_in_every_form() {
    let ty = Type::Dynamic;
    for pattern in [&[0x91][..], &[0x81, 0xa1, b'x'], &[0x92, 0xc4, 0x01, b'"']] {
        assert!(msgpack::decode(&pattern.repeat(200_000), &ty).is_err());
    }
    for pattern in [
        "[",
        "{\"x\":",
        "{\"type\":[\"list\",\"dynamic\"],\"value\":[",
    ] {
        let text = pattern.repeat(200_000);
        assert!(json::decode(text.as_bytes(), &ty).is_err());
        assert!(Type::from_json_bytes(text.as_bytes()).is_err());
    }
    // A dynamic value inside a dynamic value, and so on; each level is well-formed.
    let mut bytes = vec![0xc0];
    for _ in 0..5000 {
        bytes = [&[0x92, 0xc4, 0x09], &b"\"dynamic\""[..], &bytes].concat();
    }
    assert!(msgpack::decode(&bytes, &ty).is_err());
}

/// Cubes and squares of the length would take hours; nothing here takes a second.
#[test]
fn a_number_of_a_million_digits_is_no_burden() {
    let digits = "7".repeat(1 << 20);
    let fraction = format!("0.{digits}");
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for text in [digits, fraction] {
            let packed = rmpv::Value::from(text.as_str());
            let mut bytes = Vec::new();
            rmpv::encode::write_value(&mut bytes, &packed).unwrap();
            let from_pack = msgpack::decode(&bytes, &Type::Number);
            let from_json = json::decode(text.as_bytes(), &Type::Number);
            sender.send((from_pack, from_json)).unwrap();
        }
    });
    for _ in 0..2 {
        let answers = receiver.recv_timeout(Duration::from_secs(20));
        let (from_pack, from_json) = answers.expect("reading it has come to an end");
        assert_eq!(from_pack.is_ok(), from_json.is_ok());
    }
}

#[test]
fn errors_do_not_repeat_what_they_are_about() {
    let object = Type::object([("a", Type::Number)]);
    let secret = Value::object([("a", Value::string("canary"))]);
    let loose = Type::object([("a", Type::String)]);
    let bytes = msgpack::encode(&secret, &loose).unwrap();
    let text = json::encode(&secret, &loose).unwrap();
    for error in [
        msgpack::decode(&bytes, &object).unwrap_err(),
        json::decode(&text, &object).unwrap_err(),
        msgpack::encode(&secret, &object).unwrap_err(),
        secret.conform(&object).unwrap_err(),
    ] {
        assert!(
            !format!("{error} {error:?}").contains("canary"),
            "{error:?}"
        );
        assert_eq!(error.path.to_string(), "a");
    }
}
