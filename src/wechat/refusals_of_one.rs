//! What helps when the API refuses one mini program of a call that it accepts. Such a refusal has no code, and no document
//! lists its texts: these were seen, and are looked for as parts of what the API says.

/// What helps against a refusal with these words.
pub(super) fn next_step(words: &str) -> &'static str {
    let words = words.to_ascii_lowercase();
    let known = KNOWN.iter().find(|(part, _)| words.contains(part));
    known.map_or(UNKNOWN, |(_, next_step)| next_step)
}

const KNOWN: [(&str, &str); 4] = [
    (
        "main body not same",
        "All mini programs that share an environment must belong to the same legal subject. Use a separate environment \
         for each legal subject.",
    ),
    (
        "invalid env",
        "Check the id of the environment, and that it belongs to this platform. An environment that belongs to a mini \
         program must be converted first.",
    ),
    (
        "invalid appid",
        "Check the appid: it must be that of a mini program.",
    ),
    ("permission", PERMISSION),
];

const PERMISSION: &str =
    "Have the mini program grant the platform permission set 18 (development and data analysis).";

const UNKNOWN: &str = "Check that the mini program has granted the platform permission set 18 (development and data \
                       analysis), that it belongs to the same legal subject as the other mini programs of the environment, \
                       and that the appid is correct.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_advice_fits_the_words() {
        for (words, advice) in [
            ("main body not same", "same legal subject"),
            ("Invalid Env", "id of the environment"),
            ("invalid appid", "Check the appid"),
            ("no permission", "permission set 18"),
            ("something else", "permission set 18"),
            ("", "same legal subject"),
        ] {
            let next_step = next_step(words);
            assert!(next_step.contains(advice), "{words}: {next_step}");
        }
        assert!(!next_step("main body not same").contains("permission"));
    }
}
