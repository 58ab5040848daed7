//! Text from outside as it may be shown: nothing in it can hide, or make a terminal show it in another order.

use std::borrow::Cow;

/// The text with every character escaped that is not seen, or that changes how its neighbours are seen. Line breaks and
/// tabs stay.
///
/// For texts that are read by people. A value that is kept, as the alias of an environment, stays what it is.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(hides) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if hides(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

fn hides(character: char) -> bool {
    if matches!(character, '\n' | '\t') {
        return false;
    }
    let turns = matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
    );
    let has_no_width = matches!(
        character,
        '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{feff}'
    );
    // Breaks of lines that are none to most programs, and tags, which spell a text that nobody sees.
    let is_for_machines = matches!(
        character,
        '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    );
    character.is_control() || turns || has_no_width || is_for_machines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_is_escaped_and_the_rest_stays() {
        for hidden in "\u{0}\u{7}\u{8}\r\u{1b}\u{7f}\u{9b}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\
             \u{2068}\u{2069}\u{200e}\u{200f}\u{61c}\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}\u{2028}\u{e0041}"
            .chars()
        {
            let escaped = format!("a\\u{{{:x}}}b", u32::from(hidden));
            assert_eq!(visible(&format!("a{hidden}b")), escaped);
        }
        for plain in ["", "a\n\tb", "环境 é 👍", "\\u{202e}"] {
            assert!(matches!(visible(plain), Cow::Borrowed(same) if same == plain));
        }
    }
}
