//! What the pages say, in each language: the one table of it.

use super::language::Language;

/// A heading and what is said below it.
pub(super) struct Outcome {
    pub(super) heading: &'static str,
    pub(super) text: &'static str,
}

/// All texts of one language.
pub(super) struct Words {
    /// What the language calls itself.
    pub(super) own_name: &'static str,
    pub(super) sandbox: &'static str,
    pub(super) not_wechat: &'static str,
    /// The link to the inbox.
    pub(super) to_inbox: &'static str,

    // What is shared with whom.
    pub(super) environment: &'static str,
    pub(super) kind: &'static str,
    pub(super) cloud_development: &'static str,
    pub(super) cloud_hosting: &'static str,
    pub(super) mini_program: &'static str,
    pub(super) subject: &'static str,

    // A request.
    pub(super) question: Outcome,
    pub(super) consequence: &'static str,
    pub(super) approve: &'static str,
    pub(super) refuse: &'static str,

    // What became of it. The first two are said after the button was pressed, the others whenever the link is opened.
    pub(super) approved: Outcome,
    pub(super) refused: Outcome,
    pub(super) approved_before: Outcome,
    pub(super) refused_before: Outcome,
    pub(super) replaced: Outcome,
    pub(super) withdrawn: Outcome,
    pub(super) unknown: Outcome,
    pub(super) undecided: Outcome,

    // The inbox.
    pub(super) inbox: &'static str,
    pub(super) inbox_empty: &'static str,
    pub(super) inbox_hint: &'static str,
    /// In place of the hint where shares are confirmed at once.
    pub(super) inbox_auto: &'static str,
    pub(super) inbox_reloads: &'static str,
    /// Of a request that was seeded.
    pub(super) without_link: &'static str,
    pub(super) decided_lately: &'static str,
}

impl Language {
    pub(super) const fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::Chinese => &CHINESE,
        }
    }
}

const ENGLISH: Words = Words {
    own_name: "English",
    sandbox: "CloudBase sandbox",
    not_wechat: "CloudBase sandbox, not WeChat",
    to_inbox: "Inbox",

    environment: "Environment",
    kind: "Kind",
    cloud_development: "Cloud development",
    cloud_hosting: "Cloud hosting",
    mini_program: "Mini program",
    subject: "Legal subject",

    question: Outcome {
        heading: "Share this environment?",
        text: "A service provider asks to share its environment with your mini program. You decide as the mini \
               program's administrator.",
    },
    consequence: "Once you approve, the mini program can use the environment. If you refuse, nothing changes.",
    approve: "Approve",
    refuse: "Refuse",

    approved: Outcome {
        heading: "Approved",
        text: "The environment is now shared with the mini program. You can close this page.",
    },
    refused: Outcome {
        heading: "Refused",
        text: "The request was refused. To have the environment shared after all, ask the service provider for a new link.",
    },
    approved_before: Outcome {
        heading: "Already approved",
        text: "This request has been approved before. There is nothing more to do.",
    },
    refused_before: Outcome {
        heading: "Already refused",
        text: "This request has been refused before. To have the environment shared after all, ask the service provider \
               for a new link.",
    },
    replaced: Outcome {
        heading: "Replaced by a newer link",
        text: "The service provider has asked again, and this link no longer works. Open the newest one.",
    },
    withdrawn: Outcome {
        heading: "Withdrawn",
        text: "The service provider took the share back. There is nothing to decide.",
    },
    unknown: Outcome {
        heading: "Unknown link",
        text: "There is no such confirmation link. A sandbox that was stopped has forgotten its links.",
    },
    undecided: Outcome {
        heading: "Nothing was decided",
        text: "A form decides with one of these:",
    },

    inbox: "Waiting for a decision",
    inbox_empty: "Nothing is waiting",
    inbox_hint: "A request appears here when terraform apply shares an environment on this sandbox, with the resource \
                 cloudbase_env_share.",
    inbox_auto: "This sandbox confirms every share at once (confirm: auto), so that no request has to wait.",
    inbox_reloads: "While it is empty, this page reloads every 5 seconds.",
    without_link: "no link",
    decided_lately: "Recently decided",
};

const CHINESE: Words = Words {
    own_name: "中文",
    sandbox: "CloudBase 沙箱",
    not_wechat: "这是沙箱，不是微信",
    to_inbox: "待确认的申请",

    environment: "环境",
    kind: "环境类型",
    cloud_development: "云开发",
    cloud_hosting: "云托管",
    mini_program: "小程序",
    subject: "主体",

    question: Outcome {
        heading: "是否同意环境共享？",
        text: "服务商（第三方平台）申请将其云环境共享给以下小程序，请小程序管理员确认是否同意。",
    },
    consequence: "同意后，该小程序即可使用此环境；拒绝则一切保持不变。",
    approve: "同意",
    refuse: "拒绝",

    approved: Outcome {
        heading: "已同意",
        text: "该环境已共享给此小程序，可以关闭本页面。",
    },
    refused: Outcome {
        heading: "已拒绝",
        text: "本次共享申请已被拒绝。如仍需共享，请联系服务商重新发起申请，获取新的确认链接。",
    },
    approved_before: Outcome {
        heading: "此前已同意",
        text: "该共享申请此前已获同意，无需再次操作。",
    },
    refused_before: Outcome {
        heading: "此前已拒绝",
        text: "该共享申请此前已被拒绝。如仍需共享，请联系服务商重新发起申请，获取新的确认链接。",
    },
    replaced: Outcome {
        heading: "此链接已失效",
        text: "服务商已重新发起申请，请打开最新的确认链接。",
    },
    withdrawn: Outcome {
        heading: "申请已撤回",
        text: "服务商已撤回该共享申请，无需再确认。",
    },
    unknown: Outcome {
        heading: "链接不存在",
        text: "没有这个确认链接。沙箱停止后，之前的链接会全部失效。",
    },
    undecided: Outcome {
        heading: "未作任何决定",
        text: "表单应提交以下两者之一：",
    },

    inbox: "待确认的共享申请",
    inbox_empty: "暂无待确认的申请",
    inbox_hint: "在本沙箱上执行 terraform apply，通过 cloudbase_env_share 共享环境后，申请会出现在这里。",
    inbox_auto: "本沙箱会立即自动确认所有共享（confirm: auto），因此不会有待确认的申请。",
    inbox_reloads: "没有待确认的申请时，本页面每 5 秒自动刷新一次。",
    without_link: "无确认链接",
    decided_lately: "最近已处理",
};
