//! A QR code as SVG.
//!
//! Its text is written as bytes. Left to itself, `qrcode` writes pairs of bytes that could be Shift JIS as Kanji, and
//! Chinese in UTF-8 has such pairs: scanners then read them as Japanese.

use std::fmt::Write as _;

use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, Version};

/// A seventh of a code may be unreadable.
const LEVEL: EcLevel = EcLevel::M;

/// What the largest code of that level holds, in bytes (ISO/IEC 18004, version 40).
const LONGEST: usize = 2331;

/// The number of the largest version; the smallest is 1.
const LARGEST: i16 = 40;

/// The white around a code that scanners need, in modules (ISO/IEC 18004).
const QUIET_ZONE: usize = 4;

/// A QR code.
pub(super) struct QrCode(qrcode::QrCode);

/// Text of which there is no QR code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoQrCode {
    /// Nothing to encode.
    #[error("The text is empty: there is nothing to put into a QR code.")]
    Empty,
    /// Over the limit.
    #[error("The text has {bytes} bytes, and a QR code holds {LONGEST} at most.")]
    TooLong {
        /// The length of the text.
        bytes: usize,
    },
}

impl QrCode {
    /// The code of `text`, in UTF-8.
    pub(super) fn of(text: &str) -> Result<Self, NoQrCode> {
        if text.is_empty() {
            return Err(NoQrCode::Empty);
        }
        let smallest = (1..=LARGEST).find_map(|version| in_version(text, Version::Normal(version)));
        smallest.ok_or(NoQrCode::TooLong { bytes: text.len() })
    }

    /// An `svg` element, black on white in any colour scheme, as large as it is shown.
    pub(super) fn svg(&self) -> String {
        let size = self.0.width() + 2 * QUIET_ZONE;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\">\
             <rect width=\"{size}\" height=\"{size}\" fill=\"#fff\"/><path stroke=\"#000\" d=\"{}\"/></svg>",
            self.strokes()
        )
    }

    /// A stroke along the middle of each run of dark modules, each from where the one before ended: half of the bytes that
    /// their outlines take.
    fn strokes(&self) -> String {
        let mut strokes = "M0 .5".to_owned();
        let mut pen = (0, 0);
        let modules = self.0.to_colors();
        for (row, y) in modules.chunks(self.0.width()).zip(QUIET_ZONE..) {
            let mut x = QUIET_ZONE;
            for run in row.chunk_by(|a, b| a == b) {
                if run.first() == Some(&Color::Dark) {
                    let right = x.cast_signed() - pen.0;
                    let down = y.cast_signed() - pen.1;
                    // Text can always be written.
                    let _ = write!(strokes, "m{right} {down}h{}", run.len());
                    pen = ((x + run.len()).cast_signed(), y.cast_signed());
                }
                x += run.len();
            }
        }
        strokes
    }
}

/// The code of a version, if that holds the text.
fn in_version(text: &str, version: Version) -> Option<QrCode> {
    let mut bits = Bits::new(version);
    bits.push_byte_data(text.as_bytes()).ok()?;
    bits.push_terminator(LEVEL).ok()?;
    qrcode::QrCode::with_bits(bits, LEVEL).ok().map(QrCode)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a camera would see of the drawing: each module as dots.
    fn picture(svg: &str) -> (usize, Vec<bool>) {
        let between = |start: &str, end: &str| {
            let rest = svg.split_once(start).unwrap().1;
            rest.split_once(end).unwrap().0
        };
        let size: usize = between("viewBox=\"0 0 ", " ").parse().unwrap();
        let mut dark = vec![false; size * size];
        let (mut x, mut y) = (0_i32, 0_i32);
        let strokes = between(" d=\"M0 .5m", "\"");
        for stroke in strokes.split('m') {
            let (go, length) = stroke.split_once('h').unwrap();
            let (right, down) = go.split_once(' ').unwrap();
            let number = |text: &str| text.parse::<i32>().unwrap();
            (x, y) = (x + number(right), y + number(down));
            for _ in 0..number(length) {
                let at = usize::try_from(y).unwrap() * size + usize::try_from(x).unwrap();
                assert!(!dark[at], "drawn twice");
                dark[at] = true;
                x += 1;
            }
        }
        (size, dark)
    }

    fn scanned(svg: &str) -> String {
        const DOTS: usize = 4;
        let (size, dark) = picture(svg);
        let width = size * DOTS;
        let grey = |x: usize, y: usize| {
            let is_dark = dark[y / DOTS * size + x / DOTS];
            if is_dark { 0 } else { 255 }
        };
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, width, grey);
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1);
        grids[0].decode().unwrap().1
    }

    #[test]
    fn what_is_scanned_is_the_text() {
        let long = format!("https://example.com/{}", "a".repeat(800));
        for text in [
            "https://mp.weixin.qq.com/confirm?id=abc&x=%20",
            "HTTPS://EXAMPLE.COM/42",
            "1",
            "<script>alert(1)</script>\"'&",
            // Beyond ASCII.
            "，麻杏石甘口服液，兽药字（2012）",
            &long,
        ] {
            assert_eq!(scanned(&QrCode::of(text).unwrap().svg()), text);
        }
    }

    #[test]
    fn chinese_is_written_as_bytes() {
        let text = "，麻杏石甘口服液，兽药字（2012）";
        let by_itself = qrcode::QrCode::with_error_correction_level(text, LEVEL).unwrap();
        assert_ne!(
            QrCode::of(text).unwrap().0.to_colors(),
            by_itself.to_colors()
        );
    }

    #[test]
    fn around_it_all_is_white() {
        let (size, dark) = picture(&QrCode::of("https://example.com/").unwrap().svg());
        let rows = dark.chunks(size).enumerate();
        let (mut left, mut top, mut right, mut bottom) = (size, size, 0, 0);
        for (y, row) in rows {
            for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
                (left, right) = (left.min(x), right.max(x));
                (top, bottom) = (top.min(y), bottom.max(y));
            }
        }
        assert_eq!((left, top, right, bottom), (4, 4, size - 5, size - 5));
    }

    #[test]
    fn the_longest_text_has_a_code_and_one_byte_more_has_none() {
        let longest = "é".repeat(LONGEST / 2) + "a";
        assert_eq!(longest.len(), LONGEST);
        assert!(QrCode::of(&longest).is_ok());
        let error = QrCode::of(&format!("{longest}b")).err().unwrap();
        assert_eq!(error, NoQrCode::TooLong { bytes: 2332 });
        assert!(error.to_string().contains("2331"));
        assert_eq!(QrCode::of("").err(), Some(NoQrCode::Empty));
    }
}
