//! What the page says, in Chinese and in English, in the words of WeChat's own pages: 环境共享 (also called 绑定, a binding),
//! 小程序管理员, 确认链接, 服务商.
//!
//! How long a link works is not documented, so the page doesn't say.

/// The same in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Both {
    /// Chinese.
    pub(super) zh: String,
    /// English.
    pub(super) en: String,
}

impl Both {
    fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
    }
}

/// The heading where something is open.
pub(super) fn title() -> Both {
    Both::new(
        "请确认小程序与云环境的共享",
        "Please confirm the sharing of a cloud environment with your mini program",
    )
}

/// The heading where nothing is.
pub(super) fn nothing_open() -> Both {
    Both::new(
        "目前没有待确认的共享",
        "Nothing is waiting for confirmation",
    )
}

/// What to do then.
pub(super) fn nothing_to_do() -> Both {
    Both::new("无需任何操作。", "There is nothing to do.")
}

/// What it is about. `from` is who asks.
pub(super) fn lead(from: Option<&str>) -> Both {
    let (zh, en) = (
        from.unwrap_or("服务商"),
        from.unwrap_or("Your service provider"),
    );
    Both::new(
        format!(
            "{zh}申请将以下云环境共享给您的小程序。每一项都需要由对应小程序的管理员确认，确认后共享才会生效。\
             链接仅供该管理员使用，请勿转发给无关人员。"
        ),
        format!(
            "{en} asks to share the cloud environments below with your mini programs. Each share takes effect once the \
             administrator of that mini program has confirmed it. The link is for that administrator alone: please do \
             not pass it on."
        ),
    )
}

/// How it is done, step by step.
pub(super) fn steps() -> [Both; 3] {
    [
        Both::new(
            "由小程序管理员用微信扫描二维码，或打开确认链接。",
            "The administrator of the mini program scans the QR code with WeChat, or opens the link.",
        ),
        Both::new(
            "核对小程序与云环境，无误后确认。",
            "Check the mini program and the environment, and confirm.",
        ),
        Both::new(
            "管理员确认后，共享生效。",
            "The share is in effect after that.",
        ),
    ]
}

/// What else to know. `from` is who asks.
pub(super) fn notes(from: Option<&str>) -> [Both; 5] {
    let (zh, en) = (
        from.unwrap_or("服务商"),
        from.unwrap_or("your service provider"),
    );
    [
        Both::new(
            "只有该小程序的管理员可以确认。",
            "Only an administrator of the mini program can confirm.",
        ),
        Both::new(
            "如不确认，共享不会生效。",
            "If nobody confirms, the share does not take effect.",
        ),
        Both::new(
            format!("如链接无法打开，或您不了解此申请，请先联系{zh}。"),
            format!("If a link does not open, or you did not expect it, please ask {en} first."),
        ),
        Both::new(
            "环境共享也称为小程序与环境的绑定。",
            "Sharing an environment is also called binding a mini program to it.",
        ),
        Both::new(
            "本页内容不会自动更新，已经确认的项目仍会显示。",
            "This page does not update itself: what has been confirmed since is still on it.",
        ),
    ]
}

/// How many requests there are.
pub(super) fn count(requests: usize) -> Both {
    let en = if requests == 1 { "request" } else { "requests" };
    Both::new(
        format!("待确认：{requests} 项"),
        format!("{requests} open {en}"),
    )
}

/// The label of an environment.
pub(super) fn env() -> Both {
    Both::new("云环境", "Cloud environment")
}

/// The label of an environment's id.
pub(super) fn env_id() -> Both {
    Both::new("环境 ID", "Environment ID")
}

/// The label of a mini program.
pub(super) fn mini_program() -> Both {
    Both::new("小程序", "Mini program")
}

/// The label of a mini program that has no name here.
pub(super) fn unnamed() -> Both {
    Both::new("小程序 AppID", "Mini program AppID")
}

/// The label of a mini program's id.
pub(super) fn appid() -> Both {
    Both::new("AppID", "AppID")
}

/// The label of a link.
pub(super) fn link() -> Both {
    Both::new("确认链接", "Confirmation link")
}

/// What opens a link.
pub(super) fn open() -> Both {
    Both::new("打开链接确认", "Open and confirm")
}

/// What a QR code is for.
pub(super) fn scan() -> Both {
    Both::new("微信扫码确认", "Scan with WeChat")
}

/// A request without a link. `from` is who asks.
pub(super) fn no_link(from: Option<&str>) -> Both {
    let (zh, en) = (
        from.unwrap_or("服务商"),
        from.unwrap_or("your service provider"),
    );
    Both::new(
        format!("尚无确认链接，请联系{zh}重新发送。"),
        format!("There is no link for this request. Please ask {en} to send it again."),
    )
}

/// A link that is not opened from the page. `from` is who asks.
pub(super) fn not_linked(from: Option<&str>) -> Both {
    let (zh, en) = (
        from.unwrap_or("服务商"),
        from.unwrap_or("your service provider"),
    );
    Both::new(
        format!("这不是可以安全打开的网页链接，因此未提供跳转和二维码。请联系{zh}核实。"),
        format!(
            "This is not a web address that is safe to open, so it is not linked and has no QR code. Please ask {en}."
        ),
    )
}

/// A link that no QR code can hold.
pub(super) fn no_code() -> Both {
    Both::new(
        "链接过长，无法生成二维码，请打开链接确认。",
        "The link is too long for a QR code. Please open it instead.",
    )
}
