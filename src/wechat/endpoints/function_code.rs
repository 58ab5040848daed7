//! The code of a cloud function: a zip file.

use std::{fmt, str::FromStr};

use aws_lc_rs::digest::{Context, SHA256};
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
        let mut digest = CodeDigest::default();
        digest.update(&zip)?;
        let hash = digest.finish()?;
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

    /// Whether a zip file of so many bytes is too large if the limit is meant of its base64.
    pub fn may_be_too_large(bytes: u64) -> bool {
        bytes.div_ceil(3) * 4 > Self::LARGEST
    }

    /// Its SHA-256.
    pub fn hash(&self) -> &CodeHash {
        &self.hash
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

/// Looks at a zip file piece by piece, without holding it.
#[derive(Clone)]
pub struct CodeDigest {
    context: Context,
    bytes: u64,
    /// The first four bytes.
    begin: Vec<u8>,
}

impl Default for CodeDigest {
    fn default() -> Self {
        Self {
            context: Context::new(&SHA256),
            bytes: 0,
            begin: Vec::new(),
        }
    }
}

impl CodeDigest {
    /// Takes the next piece.
    ///
    /// Errors: all pieces together are too large.
    pub fn update(&mut self, piece: &[u8]) -> Result<(), InvalidFunctionCode> {
        self.bytes += u64::try_from(piece.len()).unwrap_or(u64::MAX);
        FunctionCode::check_size(self.bytes)?;
        let missing = 4 - self.begin.len();
        self.begin.extend(piece.iter().take(missing));
        self.context.update(piece);
        Ok(())
    }

    /// The SHA-256 of all pieces.
    ///
    /// Errors: they do not begin like a zip file.
    pub fn finish(self) -> Result<CodeHash, InvalidFunctionCode> {
        // The first entry, or the end of an archive without any.
        if !matches!(self.begin.as_slice(), b"PK\x03\x04" | b"PK\x05\x06") {
            return Err(InvalidFunctionCode::NotAZip);
        }
        Ok(CodeHash(BASE64_STANDARD.encode(self.context.finish())))
    }
}

impl fmt::Debug for CodeDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CodeDigest({} bytes)", self.bytes)
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
        assert!(FunctionCode::new(zip(largest)).is_ok());
        assert!(FunctionCode::may_be_too_large(FunctionCode::LARGEST));
        assert!(!FunctionCode::may_be_too_large(
            FunctionCode::LARGEST / 4 * 3
        ));
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
        // As `openssl dgst -sha256 -binary | base64` says of it.
        let known = "hznHbmgfkAkjuQDJ3w73XPQh05yrtUZQxLmtGbanbYU=";
        assert_eq!(code.hash().to_string(), known);
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
