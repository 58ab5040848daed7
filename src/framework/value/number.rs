//! Numbers of any size, kept exactly.
//!
//! Terraform compares numbers exactly, so a number has to come back as it went in. What arrives
//! as a binary float is kept as that float's exact decimal expansion, and what arrives as text as
//! that text's value; both then leave in the form they came in.

use std::fmt;
use std::str::FromStr;

use bigdecimal::num_bigint::BigInt;
use bigdecimal::{BigDecimal, ToPrimitive, Zero};

/// Exponents beyond this are refused: comparing or printing such numbers costs memory in
/// proportion to the exponent, and Terraform itself keeps some 150 digits only.
const MAX_EXPONENT: i64 = 10_000;

/// Text longer than this is refused: reading it costs time in proportion to its square, while
/// Terraform itself keeps some 150 digits only.
const MAX_TEXT: usize = 20_000;

/// An exact number, or one of the two infinities.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(Repr);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Repr {
    NegativeInfinity,
    Finite(BigDecimal),
    Infinity,
}

/// Text or a float that is not a number Terraform can have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a number that Terraform can represent")]
pub struct InvalidNumber;

impl Number {
    /// The number as a 64-bit integer, if it is one.
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Finite(decimal) if decimal.is_integer() => decimal.to_i64(),
            _ => None,
        }
    }

    /// The number as an unsigned 64-bit integer, if it is one.
    pub fn to_u64(&self) -> Option<u64> {
        match &self.0 {
            Repr::Finite(decimal) if decimal.is_integer() => decimal.to_u64(),
            _ => None,
        }
    }

    /// The number as a float, if that loses nothing. Infinities are floats.
    pub fn to_f64_exact(&self) -> Option<f64> {
        let float = self.to_f64();
        (Self::try_from(float).as_ref() == Ok(self)).then_some(float)
    }

    /// The float nearest to the number.
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            Repr::NegativeInfinity => f64::NEG_INFINITY,
            Repr::Infinity => f64::INFINITY,
            // The standard library's parser rounds correctly; the conversion of the decimal type
            // itself does not promise to.
            Repr::Finite(decimal) => decimal.to_scientific_notation().parse().unwrap_or(f64::NAN),
        }
    }

    /// Whether `float`, to which the number was rounded, is neither infinite nor zero unless the number is.
    pub(super) fn is_kept_by(&self, float: f64) -> bool {
        match &self.0 {
            Repr::Finite(decimal) => float.is_finite() && (float != 0.0 || decimal.is_zero()),
            Repr::Infinity | Repr::NegativeInfinity => true,
        }
    }

    /// Whether this is an integer that 64 bits cannot hold.
    pub fn is_large_integer(&self) -> bool {
        matches!(&self.0, Repr::Finite(decimal) if decimal.is_integer()) && self.to_i64().is_none()
    }

    fn finite(decimal: &BigDecimal) -> Result<Self, InvalidNumber> {
        let normal = decimal.normalized();
        let (_, scale) = normal.as_bigint_and_exponent();
        if scale.abs() > MAX_EXPONENT {
            return Err(InvalidNumber);
        }
        Ok(Self(Repr::Finite(normal)))
    }
}

impl From<i64> for Number {
    fn from(integer: i64) -> Self {
        Self(Repr::Finite(BigDecimal::from(integer).normalized()))
    }
}

impl From<u64> for Number {
    fn from(integer: u64) -> Self {
        Self(Repr::Finite(BigDecimal::from(integer).normalized()))
    }
}

/// Exact: 0.1 as a float is the number 0.1000000000000000055….
impl TryFrom<f64> for Number {
    type Error = InvalidNumber;

    fn try_from(float: f64) -> Result<Self, InvalidNumber> {
        if float == f64::INFINITY {
            Ok(Self(Repr::Infinity))
        } else if float == f64::NEG_INFINITY {
            Ok(Self(Repr::NegativeInfinity))
        } else {
            Self::finite(&BigDecimal::try_from(float).map_err(|_| InvalidNumber)?)
        }
    }
}

/// Decimal text, with or without a fraction and an exponent.
impl FromStr for Number {
    type Err = InvalidNumber;

    fn from_str(text: &str) -> Result<Self, InvalidNumber> {
        // The decimal type takes `1_000`; Terraform does not.
        if text.contains('_') || text.len() > MAX_TEXT {
            return Err(InvalidNumber);
        }
        Self::finite(&BigDecimal::from_str(text).map_err(|_| InvalidNumber)?)
    }
}

/// Decimal text: integers in full, others with a fraction, far ones with an exponent.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::NegativeInfinity => f.write_str("-Infinity"),
            Repr::Infinity => f.write_str("Infinity"),
            Repr::Finite(decimal) => {
                let (digits, scale): (BigInt, i64) = decimal.as_bigint_and_exponent();
                if (-400..=400).contains(&scale) {
                    f.write_str(&decimal.to_plain_string())
                } else {
                    write!(f, "{digits}e{}", -scale)
                }
            }
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    #[test]
    fn equal_values_are_equal_however_written() {
        assert_eq!(number("1.50"), number("1.5"));
        assert_eq!(number("1e3"), Number::from(1000_i64));
        assert_eq!(number("-0"), Number::from(0_i64));
        assert_ne!(number("0.1"), Number::try_from(0.1_f64).unwrap());
    }

    #[test]
    fn exactness_decides_whether_it_is_a_float() {
        assert_eq!(number("0.5").to_f64_exact(), Some(0.5));
        assert_eq!(number("0.1").to_f64_exact(), None);
        assert_eq!(Number::try_from(0.1).unwrap().to_f64_exact(), Some(0.1));
        assert_eq!(
            Number::try_from(f64::INFINITY).unwrap().to_f64_exact(),
            Some(f64::INFINITY)
        );
        assert_eq!(
            Number::try_from(5e-324).unwrap().to_f64_exact(),
            Some(5e-324)
        );
        assert_eq!(
            Number::try_from(f64::MAX).unwrap().to_f64_exact(),
            Some(f64::MAX)
        );
        assert!(Number::try_from(f64::NAN).is_err());
    }

    #[test]
    fn integers_keep_every_digit() {
        let big = "123456789012345678901234567890";
        assert_eq!(number(big).to_string(), big);
        assert_eq!(number(big).to_i64(), None);
        assert_eq!(number("9223372036854775807").to_i64(), Some(i64::MAX));
        assert_eq!(Number::from(u64::MAX).to_string(), "18446744073709551615");
    }

    #[test]
    fn text_that_is_no_number_is_refused() {
        for text in ["", "abc", "1_000", "1e99999999999", "1e20000", "0x10"] {
            assert!(text.parse::<Number>().is_err(), "{text}");
        }
    }

    #[test]
    fn far_exponents_print_short_and_come_back() {
        let far = number("1.5e9000");
        assert!(far.to_string().len() < 20);
        assert_eq!(number(&far.to_string()), far);
    }
}
