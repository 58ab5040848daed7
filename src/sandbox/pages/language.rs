//! Which of its two languages a page is in.

/// A language that the pages are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// Also of those who do not say what they read: programs, mostly.
    English,
    Chinese,
}

impl Language {
    /// As HTML and `Content-Language` call it.
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// Its value in a query, `?lang=zh`.
    pub(super) const fn parameter(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }

    pub(super) const fn other(self) -> Self {
        match self {
            Self::English => Self::Chinese,
            Self::Chinese => Self::English,
        }
    }

    /// Of a tag such as `zh-Hans-CN`, which may be all that is known of a value in a query.
    pub(super) fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        [Self::English, Self::Chinese]
            .into_iter()
            .find(|language| primary.eq_ignore_ascii_case(language.parameter()))
    }

    /// The one that the value of an `Accept-Language` wants most; of two that it wants alike, the first (RFC 9110, 12.5.4).
    pub(super) fn accepted(header: &str) -> Self {
        let mut best = (0, Self::English);
        for (weight, language) in header.split(',').filter_map(range) {
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }
}

/// One range of the header, such as `zh;q=0.8`, with its weight in thousandths. `None`: not a language of the pages, or not
/// a range.
fn range(text: &str) -> Option<(u16, Language)> {
    let (tag, weight) = match text.split_once(';') {
        Some((tag, weight)) => (tag, thousandths(weight)?),
        None => (text, 1000),
    };
    let tag = tag.trim();
    let any = (tag == "*").then_some(Language::English);
    Some((weight, any.or_else(|| Language::of_tag(tag))?))
}

/// `q=0.8` is 800.
fn thousandths(weight: &str) -> Option<u16> {
    let (name, value) = weight.trim().split_once('=')?;
    let (whole, part) = value.split_once('.').unwrap_or((value, ""));
    let is_weight = name.eq_ignore_ascii_case("q")
        && matches!(whole, "0" | "1")
        && part.len() <= 3
        && part.bytes().all(|digit| digit.is_ascii_digit());
    let sum = format!("{whole}{part:0<3}").parse().ok()?;
    (is_weight && sum <= 1000).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::Language::{self, Chinese, English};

    #[test]
    fn the_language_that_is_wanted_most_is_taken() {
        for (header, language) in [
            ("", English),
            ("zh", Chinese),
            ("zh-CN,zh;q=0.9,en;q=0.8", Chinese),
            ("ZH-Hant-TW", Chinese),
            ("en-GB,en;q=0.9,zh;q=0.8", English),
            ("en;q=0.2, zh;q=0.3", Chinese),
            ("en;q=0.25,zh;q=0.3", Chinese),
            ("en;Q=0.25 , zh;q=0.249", English),
            ("fr-FR, zh;q=0.1", Chinese),
            ("fr-FR, *;q=0.5, zh;q=0.1", English),
            ("fr, de", English),
            ("zh;q=0", English),
            ("zh;q=0, en;q=0", English),
            ("zhx, nzh", English),
            ("zh;q=2, en;q=0.1", English),
            ("zh;q=1.001, en;q=0.1", English),
            ("zh;q=0.1234, en;q=0.1", English),
            ("zh;level=1;q=x, en", English),
            ("en;q=1.000, zh", English),
            ("*", English),
            (",;,=;q,zh;,", English),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }
}
