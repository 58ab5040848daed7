//! What a page is looked at with, and by whom.

use serde_json::{Value, json};

/// The size of what is seen of a page, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Screen {
    /// 1280 × 900.
    Desktop,
    /// 390 × 844, with a finger for a mouse.
    Phone,
}

impl Screen {
    pub(crate) const ALL: [Self; 2] = [Self::Desktop, Self::Phone];

    /// Part of the name of a picture.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Phone => "phone",
        }
    }

    pub(crate) const fn size(self) -> (u32, u32) {
        match self {
            Self::Desktop => (1280, 900),
            Self::Phone => (390, 844),
        }
    }

    /// `deviceMetrics` of chromedriver. A desktop is set that way as well, since the size of a window has its frame in it.
    pub(super) fn metrics(self) -> Value {
        let (width, height) = self.size();
        let is_phone = self == Self::Phone;
        let ratio = if is_phone { 2.0 } else { 1.0 };
        json!({
            "width": width,
            "height": height,
            "pixelRatio": ratio,
            "touch": is_phone,
            "mobile": is_phone,
        })
    }
}

/// Which language the browser asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Chinese,
    English,
}

impl Language {
    pub(crate) const ALL: [Self; 2] = [Self::Chinese, Self::English];

    /// As in HTML's `lang`.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en-US",
        }
    }

    /// What `Accept-Language` is made of.
    pub(super) const fn accepted(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN,zh",
            Self::English => "en-US,en",
        }
    }
}
