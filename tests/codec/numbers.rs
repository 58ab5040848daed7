//! Numbers stay exactly what they were.

use cloudbase::framework::AttributePath;
use cloudbase::framework::value::{Number, Type, Value, from_value, json, msgpack, to_value};
use proptest::prelude::*;

use crate::strategies::{Holes, any_float, any_number};

fn through_messagepack(number: &Number) -> Number {
    let value = Value::Number(number.clone());
    let bytes = msgpack::encode(&value, &Type::Number).unwrap();
    match msgpack::decode(&bytes, &Type::Number).unwrap() {
        Value::Number(number) => number,
        other => panic!("a number has become {other:?}"),
    }
}

proptest! {
    #[test]
    fn text_is_exact(number in any_number(Holes::None)) {
        prop_assert_eq!(number.to_string().parse::<Number>(), Ok(number.clone()));
        prop_assert_eq!(through_messagepack(&number), number);
    }

    #[test]
    fn integers_of_64_bits_are_exact(signed: i64, unsigned: u64) {
        prop_assert_eq!(Number::from(signed).to_i64(), Some(signed));
        prop_assert_eq!(Number::from(signed).to_string(), signed.to_string());
        prop_assert_eq!(Number::from(unsigned).to_string(), unsigned.to_string());
        prop_assert_eq!(from_value::<i64>(Value::integer(signed)), Ok(signed));
        let value = to_value(&unsigned, &Type::Number).unwrap();
        prop_assert_eq!(from_value::<u64>(value), Ok(unsigned));
    }

    #[test]
    fn floats_are_exact(float in any_float()) {
        let number = Number::try_from(float).unwrap();
        prop_assert_eq!(number.to_f64_exact(), Some(float));
        prop_assert_eq!(through_messagepack(&number).to_f64_exact(), Some(float));
        // A model's float stands for its shortest text.
        let value = to_value(&float, &Type::Number).unwrap();
        let text = json::encode(&value, &Type::Number).unwrap();
        prop_assert_eq!(String::from_utf8(text).unwrap().parse::<f64>(), Ok(float));
        prop_assert_eq!(from_value::<f64>(value), Ok(float));
    }

    #[test]
    fn equal_numbers_are_equal_however_written(digits in "[1-9][0-9]{0,30}", zeros in 0_usize..20) {
        let plain: Number = digits.parse().unwrap();
        let nought = "0".repeat(zeros);
        let fraction: Number = format!("{digits}.0{nought}").parse().unwrap();
        let exponent: Number = format!("{digits}{nought}e-{zeros}").parse().unwrap();
        prop_assert_eq!(&fraction, &plain);
        prop_assert_eq!(&exponent, &plain);
    }

    #[test]
    fn arbitrary_text_is_a_number_or_an_error(text in "[-+0-9.eE_xinfa]{0,20}") {
        if let Ok(number) = text.parse::<Number>() {
            prop_assert_eq!(number.to_string().parse::<Number>(), Ok(number));
        }
    }
}

#[test]
fn the_limits_of_64_bits() {
    for text in [
        "-9223372036854775808",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775809",
    ] {
        let number: Number = text.parse().unwrap();
        assert_eq!(number.to_string(), text);
        assert_eq!(through_messagepack(&number), number);
        assert_eq!(number.to_i64(), text.parse().ok(), "{text}");
        let model = from_value::<u64>(Value::Number(number));
        assert_eq!(model.ok(), text.parse().ok(), "{text}");
    }
}

/// A model of floats must not turn a number into another: core would refuse the result of the apply.
#[test]
fn a_number_that_a_float_cannot_hold_is_an_error_at_its_path() {
    #[derive(Debug, serde::Deserialize)]
    #[allow(dead_code)]
    struct Model<F> {
        ratio: F,
    }
    let object = |number: &str| {
        let number = Value::Number(number.parse().unwrap());
        Value::object([("ratio", number)])
    };
    for number in ["1e400", "-1e400", "1e-400"] {
        let error = from_value::<Model<f64>>(object(number)).unwrap_err();
        assert!(error.message.contains("64-bit floating point"), "{error}");
        assert_eq!(error.path, AttributePath::root("ratio"));
    }
    for number in ["1e39", "-1e39", "1e-60"] {
        assert!(from_value::<Model<f64>>(object(number)).is_ok());
        let error = from_value::<Model<f32>>(object(number)).unwrap_err();
        assert!(error.message.contains("32-bit floating point"), "{error}");
    }
    for number in ["0", "0.1", "3", "1e38"] {
        assert!(from_value::<Model<f32>>(object(number)).is_ok(), "{number}");
        assert!(
            from_value::<Model<Option<f32>>>(object(number)).is_ok(),
            "{number}"
        );
    }
}
