//! The table that is printed, a row as soon as it is known.

use std::fmt;
use std::time::Duration;

use crate::Case;
use crate::phase::Phase;

/// The first line.
pub(crate) const HEAD: &str = "parallel  latency  links  phase     query   share unshare      wall     no-op   ratio     bound";

/// What the no-op may be exceeded by before the API is waited for.
const OVER_IDLE: f64 = 1.6;
/// What waiting for the API may be exceeded by.
const OVER_WAITING: f64 = 1.15;

/// What the phases take if resources do nothing and their state is as long as that of shares.
pub(crate) fn filled(parallelism: usize, filler: usize, walls: [Duration; 3]) -> String {
    let [plan, apply, destroy] = walls.map(|wall| wall.as_secs_f64());
    format!(
        "{parallelism:>8}  no-op with {filler} bytes more of state each: plan {plan:.2} s, apply {apply:.2} s, destroy {destroy:.2} s"
    )
}

/// One phase of one case.
pub(crate) struct Row {
    pub(crate) case: Case,
    pub(crate) phase: Phase,
    /// By endpoint, as [`COUNTED`](crate::COUNTED) has them.
    pub(crate) calls: [usize; 3],
    pub(crate) wall: Duration,
    /// What the phase takes if each resource does nothing.
    pub(crate) idle: Duration,
}

impl Row {
    /// What it may take: as much as if each resource had called the API by itself, and not much more.
    #[allow(clippy::cast_precision_loss)]
    fn bound(&self) -> f64 {
        let turns = self.case.envs as f64 / self.case.parallelism as f64;
        let rounds = f64::from(self.phase.rounds(self.case.links));
        let waiting = rounds * turns * self.case.latency.as_secs_f64();
        OVER_IDLE * self.idle.as_secs_f64() + OVER_WAITING * waiting
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Case {
            parallelism,
            latency,
            links,
            ..
        } = self.case;
        let latency = format!("{} ms", latency.as_millis());
        let links = if links { "yes" } else { "no" };
        let [query, share, unshare] = self.calls;
        let (wall, idle) = (self.wall.as_secs_f64(), self.idle.as_secs_f64());
        let (ratio, bound) = (wall / idle, self.bound());
        write!(
            f,
            "{parallelism:>8}  {latency:>7}  {links:<5}  {:<7}  {query:>6}  {share:>6}  {unshare:>6}  \
             {wall:>6.2} s  {idle:>6.2} s  {ratio:>6.2}  {bound:>6.2} s",
            self.phase
        )?;
        if wall > bound {
            f.write_str("  over")?;
        }
        Ok(())
    }
}
