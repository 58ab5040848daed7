//! Which lines are there when: each part of a step comes in line by line, and then stays as long as it takes to read.

use super::colours::Line;

/// What a line takes to come in, in milliseconds, as all times here. Terraform says more than anybody reads.
const LINE: usize = 120;
/// How long the configuration of a step is there before something is done with it.
const CONFIGURATION: usize = 3000;
/// How long the checks of a step are there: this, and something for each of them.
const CHECKS: usize = 1500;
const CHECK: usize = 500;
/// How long the verdict is there before it begins anew.
const VERDICT: usize = 7000;

/// Some lines come in, and stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Beat {
    /// How many lines of the demo are there in the end.
    pub(super) shown: usize,
    /// What one of them takes to come in.
    pub(super) line: usize,
    /// How long nothing more comes then.
    pub(super) rest: usize,
}

/// The beats of the demo. What comes before the first command is there from the start.
pub(super) fn beats(lines: &[Line]) -> Vec<Beat> {
    let lines: Vec<String> = lines.iter().map(Line::plain).collect();
    let is_command = |line: &str| line.starts_with("$ ");
    let is_check = |line: &str| line.starts_with("  ✓ ");
    let mut beats = Vec::new();
    let mut checks = 0;
    let mut beat = |shown, rest| {
        let line = if beats.is_empty() { 0 } else { LINE };
        beats.push(Beat { shown, line, rest });
    };
    for (number, line) in lines.iter().enumerate() {
        // A blank line belongs to what comes after it.
        let next = lines[number + 1..].iter().find(|line| !line.is_empty());
        if is_check(line) {
            checks += 1;
            if next.is_none_or(|next| !is_check(next)) {
                beat(number + 1, CHECKS + CHECK * checks);
                checks = 0;
            }
        } else if line.starts_with("    ") && next.is_some_and(|next| is_command(next)) {
            beat(number + 1, CONFIGURATION);
        }
    }
    beat(lines.len(), VERDICT);
    beats
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::colours::lines;

    #[test]
    fn parts_stay_as_long_as_it_takes_to_read_them() {
        let demo = "Intro\n\n━━━ 1/2  Plan\n\n    a = 1\n\n    b = 2\n\n$ terraform plan\nPlan\n\n  ✓ a\n  ✓ b\n\n\
            ━━━ 2/2  Apply\n  ✓ c\n\n$ terraform apply\nApply\n  ✓ d\n\nAll is well.\nCalls\n";
        let beat = |shown, line, rest| Beat { shown, line, rest };
        assert_eq!(
            beats(&lines(demo).unwrap()),
            [
                beat(7, 0, 3000),
                beat(13, LINE, 2500),
                beat(16, LINE, 2000),
                beat(20, LINE, 2000),
                beat(23, LINE, 7000),
            ]
        );
    }
}
