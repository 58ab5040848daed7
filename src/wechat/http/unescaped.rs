//! A text with one kind of escape taken out, which knows where each of its bytes came from.

use std::ops::Range;

/// A kind of escape.
#[derive(Clone, Copy, Debug)]
pub(in crate::wechat) enum Escape {
    /// `\u0041`, `\/` and their like, in a JSON string or anywhere else: a text that is cut off or no JSON is read too.
    Json,
    /// `%41`.
    Percent,
}

/// A text without its escapes of one kind.
#[derive(Debug)]
pub(in crate::wechat) struct Unescaped {
    text: Vec<u8>,
    /// In order, with one at the end of the text.
    pieces: Vec<Piece>,
}

/// Where a piece of the text came from: an escape, or what is between two of them.
#[derive(Debug)]
struct Piece {
    at: usize,
    from: usize,
    is_escape: bool,
}

impl Escape {
    fn marker(self) -> u8 {
        match self {
            Self::Json => b'\\',
            Self::Percent => b'%',
        }
    }

    /// Adds what the escape at the start of `text` stands for, and says how long it is; nothing if it is none.
    fn decode(self, text: &[u8], decoded: &mut Vec<u8>) -> Option<usize> {
        match self {
            Self::Json => json(text, decoded),
            Self::Percent => {
                let digits = text.get(1..3)?;
                decoded.push(u8::try_from(hex(digits)?).ok()?);
                Some(3)
            }
        }
    }
}

impl Unescaped {
    /// Takes the escapes out; nothing if there are none.
    pub(in crate::wechat) fn of(text: &[u8], escape: Escape) -> Option<Self> {
        let mut decoded = Vec::new();
        let mut pieces = Vec::new();
        let (mut at, mut escapes) = (0, 0);
        while at < text.len() {
            let plain = text[at..]
                .iter()
                .position(|byte| *byte == escape.marker())
                .unwrap_or(text.len() - at);
            if plain > 0 {
                pieces.push(Piece::new(decoded.len(), at, false));
                decoded.extend_from_slice(&text[at..at + plain]);
                at += plain;
                continue;
            }
            let start = decoded.len();
            let length = escape.decode(&text[at..], &mut decoded);
            pieces.push(Piece::new(start, at, length.is_some()));
            if let Some(length) = length {
                escapes += 1;
                at += length;
            } else {
                decoded.push(text[at]);
                at += 1;
            }
        }
        pieces.push(Piece::new(decoded.len(), text.len(), false));
        (escapes > 0).then_some(Self {
            text: decoded,
            pieces,
        })
    }

    pub(in crate::wechat) fn text(&self) -> &[u8] {
        &self.text
    }

    /// What a range that is not empty was before the escapes were taken out. One that begins or ends within what one
    /// escape stands for is all of that escape.
    pub(in crate::wechat) fn origin(&self, range: &Range<usize>) -> Range<usize> {
        let (first, _) = self.piece(range.start);
        let (last, next) = self.piece(range.end.saturating_sub(1));
        let offset = |piece: &Piece, at: usize| piece.from + (at - piece.at);
        let start = if first.is_escape {
            first.from
        } else {
            offset(first, range.start)
        };
        let end = if last.is_escape {
            next.from
        } else {
            offset(last, range.end)
        };
        start..end
    }

    /// The piece that a byte is in, and the one after it.
    fn piece(&self, at: usize) -> (&Piece, &Piece) {
        let next = self.pieces.partition_point(|piece| piece.at <= at);
        let next = next.clamp(1, self.pieces.len() - 1);
        (&self.pieces[next - 1], &self.pieces[next])
    }
}

impl Piece {
    fn new(at: usize, from: usize, is_escape: bool) -> Self {
        Self {
            at,
            from,
            is_escape,
        }
    }
}

fn json(text: &[u8], decoded: &mut Vec<u8>) -> Option<usize> {
    let short = match text.get(1)? {
        b'u' => {
            let (character, length) = unicode(text)?;
            decoded.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            return Some(length);
        }
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        itself @ (b'"' | b'\\' | b'/') => *itself,
        _ => return None,
    };
    decoded.push(short);
    Some(2)
}

/// One character in UTF-16, and how long its escape or the pair of them is.
fn unicode(text: &[u8]) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let escape = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::try_from(hex(escape)?).ok()
    };
    let first = unit(0)?;
    if let Some(Ok(character)) = char::decode_utf16([first]).next() {
        return Some((character, 6));
    }
    match char::decode_utf16([first, unit(6)?]).next() {
        Some(Ok(character)) => Some((character, 12)),
        _ => None,
    }
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number: u32, digit| {
        Some(number * 16 + char::from(*digit).to_digit(16)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unescaped(text: &str, escape: Escape) -> Option<String> {
        let unescaped = Unescaped::of(text.as_bytes(), escape)?;
        Some(String::from_utf8(unescaped.text).unwrap())
    }

    #[test]
    fn escapes_are_taken_out_wherever_they_are() {
        for (text, expected) in [
            ("", None),
            ("abc é", None),
            (r"a\", None),
            (r"\x \u00", None),
            (r"\ud800\u0041", Some(r"\ud800A")),
            (r"\u0041\u003D\/\n", Some("A=/\n")),
            (r#"\\u0041 \""#, Some(r#"\u0041 ""#)),
            (r"é\ud83d\ude00é", Some("é😀é")),
            (r"a\u0041\", Some(r"aA\")),
        ] {
            assert_eq!(unescaped(text, Escape::Json).as_deref(), expected, "{text}");
        }
        for (text, expected) in [
            ("100% %4 %zz", None),
            ("%41%2b%2B%", Some("A++%")),
            ("%25%34%31", Some("%41")),
            ("%C3%a9", Some("é")),
        ] {
            assert_eq!(
                unescaped(text, Escape::Percent).as_deref(),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn a_range_is_found_again_with_all_of_its_escapes() {
        let text = r"ab\u0041c\ud83d\ude00\x";
        let unescaped = Unescaped::of(text.as_bytes(), Escape::Json).unwrap();
        assert_eq!(unescaped.text(), r"abAc😀\x".as_bytes());
        for (range, origin) in [
            (0..2, "ab"),
            (1..3, r"b\u0041"),
            (2..3, r"\u0041"),
            (2..4, r"\u0041c"),
            (3..4, "c"),
            (4..8, r"\ud83d\ude00"),
            (5..6, r"\ud83d\ude00"),
            (3..10, r"c\ud83d\ude00\x"),
            (0..10, text),
        ] {
            assert_eq!(&text[unescaped.origin(&range)], origin, "{range:?}");
        }
    }
}
