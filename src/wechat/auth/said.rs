//! What a token command says on standard error, as it may be shown.

use super::document::LARGEST;
use crate::wechat::http::{Secrets, visible};

/// How much of it is shown, in characters.
const SHOWN: usize = 2000;

/// The words as the end of a message, on one line; nothing if it said nothing.
pub(in crate::wechat) fn said(stderr: &[u8], secrets: &Secrets) -> String {
    let text = String::from_utf8_lossy(stderr);
    let mut words: Vec<&str> = text.split_whitespace().collect();
    // The reading has ended in the middle of it, so that a secret could not be told any more.
    if stderr.len() > LARGEST {
        words.pop();
    }
    // Colours and the like, which a program may have in the middle of a word.
    let text: String = words
        .join(" ")
        .chars()
        .filter(|character| !character.is_control())
        .collect();
    // Masked as a whole, and cut then: what is left of a secret that was cut does not look like one.
    let text = without_secrets(&secrets.scrub(&text));
    let text = visible(&text);
    match text.char_indices().nth(SHOWN) {
        _ if text.is_empty() => String::new(),
        Some((end, _)) => format!("; it said: {}…", &text[..end]),
        None => format!("; it said: {text}"),
    }
}

/// A program may echo what it handles, as a shell does under `set -x`. What could be a secret is left out, be it one of
/// this API, the password of a vault or a key in base64: rather a word too many than a secret.
fn without_secrets(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let (mut rest, mut name) = (text, "");
    while let Some(start) = rest.find(is_of_secret) {
        let (between, tail) = rest.split_at(start);
        let end = tail.find(|c| !is_of_secret(c)).unwrap_or(tail.len());
        let (run, after) = tail.split_at(end);
        shown.push_str(between);
        let hidden = looks_random(run) || is_announced(name, between, run);
        shown.push_str(if hidden { "***" } else { run });
        (rest, name) = (after, run);
    }
    shown.push_str(rest);
    shown
}

fn is_of_secret(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_-@+/.~%".contains(character)
}

/// Whether `run` is the value of something that is called a secret, with `between` after its name: `password=x`,
/// `"token": "x"`, `Bearer x1`, `--secret x1`. A plain word may as well be a part of a sentence: "the token: expired".
fn is_announced(name: &str, between: &str, run: &str) -> bool {
    const NAMES: [&str; 9] = [
        "token",
        "secret",
        "passw",
        "passphrase",
        "pwd",
        "apikey",
        "ticket",
        "bearer",
        "credential",
    ];
    let lower = name.to_ascii_lowercase();
    let names_one = NAMES.iter().any(|secret| lower.contains(secret))
        || ["api", "access", "private"].iter().any(|kind| {
            let tail = lower.split_once(kind).map(|(_, tail)| tail);
            tail.is_some_and(|tail| matches!(tail, "_key" | "-key"))
        });
    if !names_one {
        return false;
    }
    let is_value = between.contains('=') || between.starts_with(['"', '\'']);
    let is_plain = run.len() < 4
        || run
            .chars()
            .skip(1)
            .all(|c| c.is_ascii_lowercase() || !c.is_ascii_alphanumeric());
    let follows = between.trim() == ":" || between.trim().is_empty();
    is_value || (follows && !is_plain)
}

/// Whether `run` can't be put together from words and short numbers, as names, paths and versions can.
fn looks_random(run: &str) -> bool {
    /// Tokens and secrets of this API have 32 characters and more; words of a message have fewer.
    const LONG: usize = 24;
    /// Shorter ones are told by their names only.
    const SHORTEST: usize = 12;
    let has = |part: &str, kind: fn(&char) -> bool| part.chars().any(|c| kind(&c));
    run.len() >= SHORTEST
        && (run.split(['/', '.', '~', '%']).any(|part| part.len() >= LONG)
            || run.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| !is_wordlike(part))
            // In base64 a slash may come after each few characters.
            || run.split('.').any(|part| {
                part.len() >= LONG
                    && has(part, char::is_ascii_uppercase)
                    && has(part, char::is_ascii_lowercase)
                    && has(part, char::is_ascii_digit)
            }))
}

/// A word, in camel case too, a short number, or a word with a short number behind it.
fn is_wordlike(part: &str) -> bool {
    let stem = part.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = part.len() - stem.len();
    if part.len() <= 5 || (stem.is_empty() && number <= 10) {
        return true;
    }
    let humps = stem
        .as_bytes()
        .windows(2)
        .filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
        .count();
    !stem.is_empty()
        && number <= 4
        && stem.bytes().all(|c| c.is_ascii_alphabetic())
        && humps * 4 <= stem.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(stderr: &str) -> String {
        said(stderr.as_bytes(), &Secrets::default())
    }

    #[test]
    fn what_looks_like_a_token_is_not_repeated() {
        let token = "60_ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghij";
        let said = told(&format!(
            "+ echo {{\"component_access_token\":\"{token}\"}} >/srv/tokens.json"
        ));
        assert_eq!(
            said,
            "; it said: + echo {\"component_access_token\":\"***\"} >/srv/tokens.json"
        );
    }

    #[test]
    fn short_and_slashed_secrets_are_left_out() {
        for secret in [
            "AKIAIOSFODNN7EXAMPLE",
            "s.Ab3dEf5hIj7l",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "abcd/EFGH1234/ijkl5678+mnop",
            "Zm9v/YmFy/cXV4/MTIz/NDU2/Nzg5",
            "wJal/rXUt/nFEM/I7K7/MDEN/GbPx",
            "550e8400-e29b-41d4-a716-446655440000",
            "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
            "a%2Fb3c9Xk2Lq8Vw%3D",
            "token-that-nobody-has-issued",
        ] {
            let said = told(&format!("cannot use {secret} here"));
            assert_eq!(said, "; it said: cannot use *** here");
        }
        for (stderr, shown) in [
            ("password=hunter2!", "password=***!"),
            ("PGPASSWORD='abc' psql", "PGPASSWORD='***' psql"),
            (r#"{"secret": "xyz"}"#, r#"{"secret": "***"}"#),
            ("Authorization: Bearer abc123", "Authorization: Bearer ***"),
            (
                "vault --token s1xyz --verbose",
                "vault --token *** --verbose",
            ),
            ("api_key: k4711", "api_key: ***"),
        ] {
            assert_eq!(told(stderr), format!("; it said: {shown}"));
        }
    }

    #[test]
    fn words_paths_and_numbers_stay() {
        for plain in [
            "the token: expired",
            "Bearer token is invalid",
            "cat: /etc/vault/tokens.json: No such file or directory",
            "File /usr/lib/python3.12/site-packages/requests/adapters.py, line 519, in send",
            "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='vault.example.com', port=8200)",
            "2025-05-01T12:00:00Z dial tcp 10.20.30.40:8200: i/o timeout, errcode 40001",
            "x86_64-linux-gnu sha256 authorizer_access_token",
        ] {
            assert_eq!(told(plain), format!("; it said: {plain}"));
        }
    }

    #[test]
    fn a_secret_is_masked_before_the_text_is_cut() {
        let token = "60_ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghij";
        for before in SHOWN - 60..SHOWN + 2 {
            let said = told(&format!("{} {token} end", "é".repeat(before)));
            assert!(
                !said.contains("60_") && !said.contains("ABC"),
                "{before}: {said}"
            );
            assert!(said.chars().count() <= SHOWN + 12, "{before}");
        }
        // Where reading has ended, too.
        let mut stderr = " ".repeat(LARGEST - 10);
        stderr.push_str(&token[..11]);
        assert_eq!(told(&format!("no {stderr}")), "; it said: no");
    }

    #[test]
    fn what_would_not_be_seen_is_not_shown_as_it_is() {
        assert_eq!(
            told("\u{1b}[31mno\u{202e}\n\r\tway"),
            r"; it said: [31mno\u{202e} way"
        );
        assert_eq!(
            told("60_ABCDEFGHIJKL\u{1b}MNOPQRSTUVWXYZ"),
            "; it said: ***"
        );
        assert_eq!(told(" \n"), "");
    }
}
