//! The commands that are timed.

use std::fmt;

/// One command of the CLI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Plans to create everything, and keeps the plan.
    Plan,
    /// Applies that plan.
    Apply,
    /// Plans to destroy everything, and does.
    Destroy,
}

impl Phase {
    /// In the order in which they run.
    pub(crate) const ALL: [Self; 3] = [Self::Plan, Self::Apply, Self::Destroy];

    /// The arguments of the command.
    pub(crate) const fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Plan => &["plan", "-out=fleet.tfplan"],
            Self::Apply => &["apply"],
            Self::Destroy => &["destroy", "-auto-approve"],
        }
    }

    /// What comes after all options.
    pub(crate) const fn last_argument(self) -> Option<&'static str> {
        match self {
            Self::Apply => Some("fleet.tfplan"),
            Self::Plan | Self::Destroy => None,
        }
    }

    /// How often a resource waits for the API, one answer after the other, by the budget that the
    /// provider has. A share without a link is looked up once more.
    pub(crate) const fn rounds(self, links: bool) -> u32 {
        match self {
            Self::Plan | Self::Destroy => 1,
            Self::Apply if links => 3,
            Self::Apply => 4,
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Plan => "plan",
            Self::Apply => "apply",
            Self::Destroy => "destroy",
        })
    }
}
