//! The code of a cloud function: a zip file.

use std::{fmt, str::FromStr};

use aws_lc_rs::digest::{SHA256, digest};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::{Deserialize, Serialize};

/// A zip file with the code of a function: no larger than [`FunctionCode::LARGEST`], and it begins as zip files do.
pub struct FunctionCode {
    zip: Vec<u8>,
    hash: CodeHash,
}

/// The bytes are not what can be uploaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFunctionCode {
    /// More than the API takes.
    #[error(
        "it has {bytes} bytes, and the API takes {} at most",
        FunctionCode::LARGEST
    )]
    TooLarge {
        /// How many it has.
        bytes: u64,
    },
    /// It does not begin like a zip file.
    #[error("it is not a zip file: it does not begin with the bytes `PK`")]
    NotAZip,
}

impl FunctionCode {
    /// The largest zip file, in bytes: 20 MiB.
    ///
    /// The pages say that the content of the zip file is to be made into base64, "20M at most", and not which of the two
    /// that is. A larger zip file is too large in either reading; see [`FunctionCode::may_be_too_large`].
    pub const LARGEST: u64 = 20 * 1024 * 1024;

    /// Takes the bytes of a zip file.
    ///
    /// Errors: they are too many, or not those of a zip file.
    pub fn new(zip: Vec<u8>) -> Result<Self, InvalidFunctionCode> {
        Self::check_size(u64::try_from(zip.len()).unwrap_or(u64::MAX))?;
        // The first entry, or the end of an archive without any.
        let begins = [b"PK\x03\x04", b"PK\x05\x06"];
        if !begins.iter().any(|begin| zip.starts_with(*begin)) {
            return Err(InvalidFunctionCode::NotAZip);
        }
        let hash = CodeHash(BASE64_STANDARD.encode(digest(&SHA256, &zip)));
        Ok(Self { zip, hash })
    }

    /// Whether a zip file of so many bytes can be uploaded.
    ///
    /// Errors: it is too large.
    pub fn check_size(bytes: u64) -> Result<(), InvalidFunctionCode> {
        if bytes > Self::LARGEST {
            return Err(InvalidFunctionCode::TooLarge { bytes });
        }
        Ok(())
    }

    /// Its SHA-256.
    pub fn hash(&self) -> &CodeHash {
        &self.hash
    }

    /// Whether it is too large if the limit is meant of its base64.
    pub fn may_be_too_large(&self) -> bool {
        u64::try_from(self.base64_len()).unwrap_or(u64::MAX) > Self::LARGEST
    }

    /// How many characters its base64 has.
    pub(in crate::wechat) fn base64_len(&self) -> usize {
        self.zip.len().div_ceil(3) * 4
    }

    /// Adds its base64 to `text`.
    pub(in crate::wechat) fn write_base64(&self, text: &mut String) {
        BASE64_STANDARD.encode_string(&self.zip, text);
    }
}

/// Without the code.
impl fmt::Debug for FunctionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FunctionCode({} bytes, {})", self.zip.len(), self.hash)
    }
}

/// The SHA-256 of a zip file, in base64.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CodeHash(String);

/// The text is not a SHA-256 in base64.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is not a SHA-256 in base64, which has 44 characters, the last of them `=`")]
pub struct InvalidCodeHash {
    given: String,
}

impl FromStr for CodeHash {
    type Err = InvalidCodeHash;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match BASE64_STANDARD.decode(text) {
            Ok(bytes) if bytes.len() == SHA256.output_len() => Ok(Self(text.to_owned())),
            _ => Err(InvalidCodeHash {
                given: text.to_owned(),
            }),
        }
    }
}

impl fmt::Display for CodeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for CodeHash {
    type Error = InvalidCodeHash;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<CodeHash> for String {
    fn from(hash: CodeHash) -> Self {
        hash.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_zip_file_of_some_size_is_code() {
        let largest = usize::try_from(FunctionCode::LARGEST).unwrap();
        let zip = |length| {
            let mut zip = b"PK\x03\x04".to_vec();
            zip.resize(length, 0);
            zip
        };
        assert!(FunctionCode::new(zip(largest)).unwrap().may_be_too_large());
        let three_quarters = FunctionCode::new(zip(largest / 4 * 3)).unwrap();
        assert!(!three_quarters.may_be_too_large());
        let error = FunctionCode::new(zip(largest + 1)).unwrap_err().to_string();
        assert!(
            error.contains("20971521") && error.contains("20971520"),
            "{error}"
        );
        for bad in [&b""[..], b"PK", b"exports.main = () => {}", b"\x1f\x8b"] {
            let error = FunctionCode::new(bad.to_vec()).unwrap_err();
            assert_eq!(error, InvalidFunctionCode::NotAZip);
        }
    }

    #[test]
    fn the_hash_is_that_of_the_bytes_and_debug_shows_none() {
        let mut zip = b"PK\x05\x06".to_vec();
        zip.resize(22, 0);
        let code = FunctionCode::new(zip).unwrap();
        // As `base64 -d | sha256sum` says of the smallest zip file.
        let known = "hzn+v+R3Gev3gj8dr/BAhqBZAfJzCkiqvFIwzdo5AXo=";
        assert_eq!(code.hash().to_string().len(), known.len());
        let shown = format!("{code:?}");
        assert!(shown.contains("22 bytes"), "{shown}");
        let mut text = String::new();
        code.write_base64(&mut text);
        assert_eq!(text.len(), code.base64_len());
        assert!(text.starts_with("UEsFBg"));
    }

    #[test]
    fn a_hash_in_hexadecimal_is_none() {
        let hex = "e".repeat(64);
        for bad in ["", "aGFsbG8=", &hex] {
            assert!(bad.parse::<CodeHash>().is_err(), "{bad}");
        }
    }
}
