//! What differs from run to run is made the same: ports, the ids of confirmation links, times, versions, and the order of
//! what Terraform does at once.

use sha2::{Digest, Sha256};

use super::colours::plain;

/// What Terraform says of a resource while it works on it, in the order of an apply.
const PROGRESS: [&str; 10] = [
    "Preparing import...",
    "Refreshing state...",
    "Importing...",
    "Import complete",
    "Creating...",
    "Creation complete",
    "Modifying...",
    "Modifications complete",
    "Destroying...",
    "Destruction complete",
];

/// What the demo has printed, without differences.
pub(super) fn without(printed: &str) -> String {
    let digit = |c: char| c.is_ascii_digit();
    let number = |c: char| c.is_ascii_digit() || c == '.';
    let hex = |c: char| c.is_ascii_hexdigit();

    let text = replaced(printed, "http://127.0.0.1:", digit, |_| "40097".to_owned());
    let mut seen = Vec::new();
    let text = replaced(&text, "/confirm/", hex, |id| {
        let place = seen.iter().position(|one| one == id).unwrap_or_else(|| {
            seen.push(id.to_owned());
            seen.len() - 1
        });
        link(place)
    });
    // When a request was sent.
    let time = |c: char| c.is_ascii_digit() || "-:TZ".contains(c);
    let text = replaced(&text, "\"20", time, |rest| {
        let is_time = rest.len() == "26-11-28T09:30:00Z".len();
        if is_time { "26-11-28T09:30:00Z" } else { rest }.to_owned()
    });
    let text = replaced(&text, " complete after ", digit, |_| "0".to_owned());
    let text = replaced(&text, " checks in ", number, |_| "1.3".to_owned());
    // That of CI. The full stop is that of the sentence.
    let text = replaced(&text, ", with terraform ", number, |_| "1.11.4.".to_owned());
    in_order(&text)
}

/// The text with each run of `part` after `lead` replaced.
fn replaced(
    text: &str,
    lead: &str,
    part: impl Fn(char) -> bool,
    mut with: impl FnMut(&str) -> String,
) -> String {
    let mut pieces = text.split(lead);
    let mut replaced = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(|c| !part(c)).unwrap_or(piece.len());
        replaced.push_str(lead);
        replaced.push_str(&with(&piece[..end]));
        replaced.push_str(&piece[end..]);
    }
    replaced
}

/// The id of the link that comes in such a place, which looks like one.
fn link(place: usize) -> String {
    let digest = Sha256::digest(place.to_string());
    let number = digest
        .iter()
        .take(16)
        .fold(0_u128, |number, &byte| number << 8 | u128::from(byte));
    format!("{number:032x}")
}

/// Lines of progress that follow each other, by what they say and then by resource.
fn in_order(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    for run in lines.chunk_by_mut(|one, next| progress(one).is_some() && progress(next).is_some()) {
        run.sort_by_key(|line| progress(line));
    }
    lines.iter().flat_map(|line| [line, "\n"]).collect()
}

/// The place of a line of progress among others.
fn progress(line: &str) -> Option<(usize, String)> {
    let line = plain(line);
    let (address, said) = line.split_once(": ")?;
    let place = PROGRESS.iter().position(|word| said.starts_with(word))?;
    Some((place, address.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_runs_are_the_same() {
        let one = without(
            "confirm_url = \"http://127.0.0.1:39625/confirm/b82e\"\nand /confirm/ca6e, /confirm/b82e\n\
             requested_at = \"2026-11-29T02:48:29Z\", version \"2026\"\n\
             cloudbase_env_share.a: Creation complete after 0s\ncloudbase_env_share.b: Creation complete after 1s\n\n\
             All: 33 checks in 1.3 s, with terraform 1.11.4.\n",
        );
        let two = without(
            "confirm_url = \"http://127.0.0.1:5000/confirm/0123\"\nand /confirm/9f, /confirm/0123\n\
             requested_at = \"2027-01-01T00:00:00Z\", version \"2026\"\n\
             cloudbase_env_share.b: Creation complete after 12s\ncloudbase_env_share.a: Creation complete after 0s\n\n\
             All: 33 checks in 21.7 s, with terraform 1.15.10.\n",
        );
        assert_eq!(one, two);
        assert!(one.contains(":40097/confirm/"), "{one}");
        assert!(
            one.contains("\"2026-11-28T09:30:00Z\", version \"2026\""),
            "{one}"
        );
        assert!(
            one.ends_with("33 checks in 1.3 s, with terraform 1.11.4.\n"),
            "{one}"
        );
        assert_ne!(link(0), link(1));
        assert_eq!(link(0).len(), 32);
    }

    #[test]
    fn what_is_done_at_once_has_one_order() {
        let done = "\
            \u{1b}[1mx.a: Destroying...\u{1b}[0m\n\
            x.a: Destruction complete after 0s\n\
            \u{1b}[1mx.b: Destroying...\u{1b}[0m\n\
            x.b: Destruction complete after 0s\n\
            other\n\
            x.b: Refreshing state...\n\
            x.b: Importing...\n\
            x.a: Refreshing state...\n";
        assert_eq!(
            in_order(done),
            "\u{1b}[1mx.a: Destroying...\u{1b}[0m\n\
             \u{1b}[1mx.b: Destroying...\u{1b}[0m\n\
             x.a: Destruction complete after 0s\n\
             x.b: Destruction complete after 0s\n\
             other\n\
             x.a: Refreshing state...\n\
             x.b: Refreshing state...\n\
             x.b: Importing...\n"
        );
        assert_eq!(in_order("b\n\na\n"), "b\n\na\n");
    }
}
