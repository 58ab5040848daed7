//! Share and unshare calls that carry several environments, which nobody has seen answered live.

use serde::{Deserialize, Serialize};

/// How the platform takes a share or unshare call with more than one environment.
///
/// `data` is a list, so the documents allow it; whether the real API does is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum MixedCalls {
    /// Like any other
    #[default]
    Accepts,
    /// The whole call is 40097, and nothing is done
    Refuses,
    /// Only the first element of `data` is looked at: nothing is done for the others, and nothing said
    FirstOnly,
}
