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

/// The name of who asks in a Chinese sentence: apart from what is around it where it is Latin, and unable to change the order of
/// it where it is written from right to left.
fn in_chinese(from: Option<&str>) -> String {
    let Some(from) = from else {
        return "服务商".to_owned();
    };
    let blank = |end: Option<char>| match end {
        Some(end) if end.is_ascii_alphanumeric() => " ",
        _ => "",
    };
    let (first, last) = (from.chars().next(), from.chars().next_back());
    format!("{}{}{}", blank(first), isolated(from), blank(last))
}

/// The same in an English sentence, or `else_` where nobody is named.
fn in_english(from: Option<&str>, else_: &str) -> String {
    from.map_or_else(|| else_.to_owned(), isolated)
}

/// Between a first strong isolate and a pop directional isolate. Source: Unicode Standard Annex 9.
fn isolated(name: &str) -> String {
    format!("\u{2068}{name}\u{2069}")
}

/// The heading where something is open.
pub(super) fn title() -> Both {
    Both::new(
        "请小程序管理员确认云环境共享",
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
    let (zh, en) = (in_chinese(from), in_english(from, "Your service provider"));
    let zh = zh.trim_start();
    Both::new(
        format!(
            "{zh}申请将以下云环境共享给您的小程序。每一项都需要由对应小程序的管理员确认允许绑定，绑定才正式生效。\
             如果您不是管理员，请把对应的确认链接转交管理员，不要发到群里或转发给无关人员。"
        ),
        format!(
            "{en} asks to share the cloud environments below with your mini programs. Each share takes effect once the \
             administrator of that mini program has confirmed it. If you are not that administrator, please pass the \
             link on to them, and to nobody else."
        ),
    )
}

/// How it is done, step by step.
pub(super) fn steps() -> [Both; 3] {
    [
        Both::new(
            "请小程序管理员用微信扫描二维码，或在微信中打开确认链接。",
            "The administrator of the mini program scans the QR code with WeChat, or opens the link there.",
        ),
        Both::new(
            "核对小程序名称、AppID 和环境，无误后确认允许绑定。",
            "Check the mini program and the environment, and confirm the binding.",
        ),
        Both::new(
            "确认后绑定正式生效，云环境即共享给该小程序。",
            "After that, the environment is shared with the mini program.",
        ),
    ]
}

/// What else to know. `from` is who asks.
pub(super) fn notes(from: Option<&str>) -> [Both; 5] {
    let (zh, en) = (in_chinese(from), in_english(from, "your service provider"));
    [
        Both::new(
            "不知道管理员是谁？在微信“公众平台安全助手”公众号中点“绑定查询”→“微信号绑定账号”，可以查看自己是哪些小程序的管理员。",
            "Not sure who that is? The WeChat account 公众平台安全助手 lists, under 绑定查询 → 微信号绑定账号, the mini programs \
             that you administer.",
        ),
        Both::new(
            "暂不确认也没有影响，只是共享不会生效。",
            "If nobody confirms, nothing changes: the share does not take effect.",
        ),
        Both::new(
            format!(
                "如链接打不开，请改用微信扫码；仍打不开，或您不了解此申请，请先不要确认，联系{}。",
                zh.trim_end()
            ),
            format!(
                "If a link does not open, scan its code with WeChat. If that fails, or you did not expect it, do not \
                 confirm, and ask {en}."
            ),
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
    let (zh, en) = (in_chinese(from), in_english(from, "your service provider"));
    Both::new(
        format!("尚无确认链接，请联系{zh}重新发起申请。"),
        format!("There is no link for this request. Please ask {en} for a new request."),
    )
}

/// A link that is not opened from the page. `from` is who asks.
pub(super) fn not_linked(from: Option<&str>) -> Both {
    let (zh, en) = (in_chinese(from), in_english(from, "your service provider"));
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
