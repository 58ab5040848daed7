//! The file with a function's code: what it has, and whether it is what was planned.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::ErrorKind;

use tokio::fs::File;
use tokio::io::{AsyncReadExt, Take};

use super::warnings;
use crate::framework::{AttributePath, Diagnostic};
use crate::wechat::{CodeDigest, CodeHash, EnvId, FunctionCode, InvalidFunctionCode};

const ATTRIBUTE: &str = "source";

/// Of the file, as much as is held in a plan.
const PIECE: usize = 64 * 1024;

/// The hash of the file, read without holding it, and what there is to say of its size.
pub(super) async fn hash(path: &str) -> Result<(CodeHash, Option<Diagnostic>), Diagnostic> {
    let (mut file, bytes) = open(path).await?;
    let mut digest = CodeDigest::default();
    let mut piece = vec![0; PIECE];
    loop {
        let read = file.read(&mut piece).await;
        let length = read.map_err(|error| unreadable(path, &error))?;
        if length == 0 {
            break;
        }
        digest
            .update(&piece[..length])
            .map_err(|error| unusable(path, &error))?;
    }
    let hash = digest.finish().map_err(|error| unusable(path, &error))?;
    let warning = FunctionCode::may_be_too_large(bytes)
        .then(|| warnings::may_be_too_large(path, bytes).at(AttributePath::root(ATTRIBUTE)));
    Ok((hash, warning))
}

/// The file's content, which has to be what was planned if anything was.
pub(super) async fn read(
    path: &str,
    planned: Option<&CodeHash>,
) -> Result<FunctionCode, Diagnostic> {
    let (mut file, bytes) = open(path).await?;
    let mut zip = Vec::with_capacity(usize::try_from(bytes).unwrap_or_default());
    file.read_to_end(&mut zip)
        .await
        .map_err(|error| unreadable(path, &error))?;
    let code = FunctionCode::new(zip).map_err(|error| unusable(path, &error))?;
    match planned {
        Some(planned) if planned != code.hash() => Err(changed(path, planned, code.hash())),
        _ => Ok(code),
    }
}

/// Opens the file and looks at its size, so that nothing much larger is ever read.
async fn open(path: &str) -> Result<(Take<File>, u64), Diagnostic> {
    let metadata = tokio::fs::metadata(path)
        .await
        .map_err(|error| unreadable(path, &error))?;
    if !metadata.is_file() {
        return Err(unreadable(path, &"it is not a file"));
    }
    let bytes = metadata.len();
    FunctionCode::check_size(bytes).map_err(|error| unusable(path, &error))?;
    let file = File::open(path)
        .await
        .map_err(|error| unreadable(path, &error))?;
    // It may grow while it is read.
    Ok((file.take(FunctionCode::LARGEST + 1), bytes))
}

/// Functions are to be made, and there is no code for them.
pub(super) fn missing(envs: &BTreeSet<EnvId>) -> Diagnostic {
    let names: Vec<_> = envs.iter().map(EnvId::as_str).collect();
    Diagnostic::error(
        "`source` is missing",
        format!(
            "Environments that get the function: {}.\nSet `source` to the path of a zip file with its code. Without it only \
             functions that were imported can be managed.",
            names.join(", ")
        ),
    )
    .at(AttributePath::root("envs"))
}

fn unreadable(path: &str, why: &impl Display) -> Diagnostic {
    Diagnostic::error(
        format!("could not read {path:?}: {why}"),
        "`source` is the path of a zip file with the function's code; a relative one starts where Terraform runs. If \
         something makes the file during the apply only, set `source_hash`, so that the plan need not read it.",
    )
    .at(AttributePath::root(ATTRIBUTE))
}

fn unusable(path: &str, why: &InvalidFunctionCode) -> Diagnostic {
    let next = match why {
        InvalidFunctionCode::TooLarge { .. } => {
            "Leave out what the function does not need. Its dependencies need not be in the zip file: cloud development \
             installs them."
        }
        InvalidFunctionCode::NotAZip => {
            "Make a zip file of the function's files, with the files at its top and not in a folder."
        }
    };
    Diagnostic::error(format!("{path:?} cannot be uploaded: {why}"), next)
        .at(AttributePath::root(ATTRIBUTE))
}

/// What there is to say of the file where the configuration gives its hash; nothing where there is no file yet.
pub(super) async fn check(path: &str, given: &CodeHash) -> Result<Option<Diagnostic>, Diagnostic> {
    let looked = tokio::fs::metadata(path).await;
    if looked.is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        return Ok(None);
    }
    let (hash, warning) = hash(path).await?;
    if hash == *given {
        Ok(warning)
    } else {
        Err(Diagnostic::error(
            format!("{path:?} is not the file of `source_hash`"),
            format!(
                "`source_hash` is {given}, and the file has the SHA-256 {hash}. Set `source_hash` to that, or leave it out. If \
                 something makes the file during the apply, remove the one that is there before the plan."
            ),
        )
        .at(AttributePath::root("source_hash")))
    }
}

/// It is another file than at the time of the plan.
pub(super) fn changed(path: &str, planned: &CodeHash, now: &CodeHash) -> Diagnostic {
    Diagnostic::error(
        format!("{path:?} is not the file that was planned"),
        format!(
            "Planned was a file with the SHA-256 {planned}, and now it has {now}. Nothing was sent. Plan again, or bring \
             the file back that was planned. `source_hash` in the configuration has to be that of the file."
        ),
    )
    .at(AttributePath::root("source_hash"))
}
