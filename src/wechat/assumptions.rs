//! What this client takes for granted of the API, in one table.
//!
//! WeChat's documents leave much open, and samples in them contradict their own tables. Where the client had to choose, the
//! choice is an [`Assumption`], with what it rests on and what hangs on it. What an answer shows can be held against it.

/// How it can be seen whether an assumption holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// By calls that change nothing.
    Reading,
    /// By sharing an environment and taking that back.
    Probing,
    /// Not without doing harm, or not at all.
    Not,
}

/// One thing that is taken for granted.
#[derive(Debug)]
pub struct Assumption {
    /// What it is called in reports; it stays.
    pub id: &'static str,
    /// What is assumed.
    pub assumed: &'static str,
    /// What it rests on.
    pub evidence: &'static str,
    /// What of the client hangs on it.
    pub behind: &'static str,
    /// How it can be seen.
    pub seen: Seen,
}

/// Every assumption, in the order of the table.
pub const ALL: &[&Assumption] = &[
    &PATHS,
    &ENVELOPE,
    &FIELDS,
    &KINDS,
    &ERROR_CODES,
    &QUERY_ANSWERS,
    &PENDING_IS_NOT_LISTED,
    &SHARE_HAS_LINK,
    &FRESH_LINK,
    &LINK_WITHOUT_ENV,
    &UNSHARE_OF_PENDING,
    &MIXED_CALLS,
    &SILENCE_IS_SUCCESS,
    &UNSHARE_AT_ONCE,
    &SOURCE_TYPE,
    &BATCH_SIZE,
    &ACCOUNT_PAGES,
    &CONVERTED_TWICE,
    &ACCOUNT_SWITCH,
    &WHITELIST_VERSION,
    &FUNCTION_CODE,
    &TOKEN_LIFE,
];

/// The calls are where the documents place them.
pub const PATHS: Assumption = Assumption {
    id: "paths",
    assumed: "Each call is at the path that its page has.",
    evidence: "WeChat's pages. The query of the token is called `access_token` there, also with a component token.",
    behind: "Every call.",
    seen: Seen::Reading,
};

/// Every answer is the API's envelope.
pub const ENVELOPE: Assumption = Assumption {
    id: "envelope",
    assumed: "Every answer has the HTTP status 200 and is a JSON object with `errcode`, or with one of the call's own fields.",
    evidence: "All samples. Token and list calls leave `errcode` out when they succeed.",
    behind: "Anything else is taken for a gateway's answer and never for a success; a write is then looked up.",
    seen: Seen::Reading,
};

/// The fields of answers are those of the documents.
pub const FIELDS: Assumption = Assumption {
    id: "fields",
    assumed: "Answers have the fields that the documents have, under these names, and no others.",
    evidence: "WeChat's pages. Hardly any recorded answer is public.",
    behind: "A field that is missing reads as null or as an empty list; one that is not known is left alone.",
    seen: Seen::Reading,
};

/// What the fields hold is what the documents say.
pub const KINDS: Assumption = Assumption {
    id: "kinds",
    assumed: "Fields hold what the documents say: texts, numbers (also as strings of digits), lists. Any may be null.",
    evidence: "WeChat's pages and samples.",
    behind: "An answer with a list in place of a text can't be read, and the call fails.",
    seen: Seen::Reading,
};

/// No code is unknown.
pub const ERROR_CODES: Assumption = Assumption {
    id: "error-codes",
    assumed: "Refusals have one of the codes in the table of error codes, with the meaning that it has there.",
    evidence: "WeChat's pages, and posts of users for some.",
    behind: "Which calls are repeated, when a token is fetched anew, and what is advised. An unknown code is not repeated.",
    seen: Seen::Reading,
};

/// The query says something certain about whom it is asked.
pub const QUERY_ANSWERS: Assumption = Assumption {
    id: "query-answers",
    assumed: "`batchgetenvid` answers about the mini program that it is asked about, by its appid. One without shares has an empty row, or none.",
    evidence: "A row is documented. What one without shares gets is not: both are taken for \"no share\".",
    behind: "What counts as shared, and so whether anybody is asked at all.",
    seen: Seen::Reading,
};

/// What waits is not listed.
pub const PENDING_IS_NOT_LISTED: Assumption = Assumption {
    id: "pending-not-listed",
    assumed: "`batchgetenvid` lists a share only once the administrator has confirmed it.",
    evidence: "Not documented. The pages say that a share takes effect when it is confirmed.",
    behind: "A share that is listed counts as confirmed, and one that waits is not taken for gone because it is not listed. If what waits were listed, it would count as confirmed too early.",
    seen: Seen::Probing,
};

/// A share that has to be confirmed comes with a link.
pub const SHARE_HAS_LINK: Assumption = Assumption {
    id: "share-has-link",
    assumed: "A share that was not in effect is answered with a link in `msg_info_list`, at which the administrator confirms it.",
    evidence: "The newer pages have the field. Older ones, and every sample, do not.",
    behind: "The link is handed on. Without one, the share is looked up, and waits if it is not listed.",
    seen: Seen::Probing,
};

/// Each share asks anew.
pub const FRESH_LINK: Assumption = Assumption {
    id: "fresh-link",
    assumed: "A share that is sent again while it waits is accepted, and answered with another link than before.",
    evidence: "Not documented.",
    behind: "Sending again is how an administrator is asked once more, and the latest link is the one that is kept.",
    seen: Seen::Probing,
};

/// Links don't say which environment they are for.
pub const LINK_WITHOUT_ENV: Assumption = Assumption {
    id: "link-without-env",
    assumed: "A row of `msg_info_list` names the mini program and no environment.",
    evidence: "Documented.",
    behind: "A mini program stands in one share call once, since its links could not be told apart.",
    seen: Seen::Probing,
};

/// What waits can be taken back.
pub const UNSHARE_OF_PENDING: Assumption = Assumption {
    id: "unshare-of-pending",
    assumed: "`batchunshareenv` takes a share back that still waits, and refuses it once it is gone, or does nothing.",
    evidence: "Not documented.",
    behind: "Removing a mini program that has not confirmed. If that is refused by name, the request is taken for gone, with a warning that it may still be open.",
    seen: Seen::Probing,
};

/// One call takes several environments.
pub const MIXED_CALLS: Assumption = Assumption {
    id: "mixed-calls",
    assumed: "One share or unshare call may carry several environments.",
    evidence: "`data` is a list in the documents; all samples have one environment in it.",
    behind: "How many calls are made. The first ones of a run are checked, and if the API takes only one environment, each gets its own calls.",
    seen: Seen::Probing,
};

/// Who has no row was not refused.
pub const SILENCE_IS_SUCCESS: Assumption = Assumption {
    id: "silence-is-success",
    assumed: "In an accepted share or unshare call, a mini program without a row in `err_list` was not refused.",
    evidence: "The samples, whose `errcode` is 0 beside a row that was refused.",
    behind: "What counts as done. A row that names nobody who was asked about leaves open whom it means.",
    seen: Seen::Not,
};

/// Nobody is asked when a share ends.
pub const UNSHARE_AT_ONCE: Assumption = Assumption {
    id: "unshare-at-once",
    assumed: "Ending a share takes effect at once, and no administrator is asked.",
    evidence: "The page of the call mentions no confirmation.",
    behind: "A share that was ended is not waited for.",
    seen: Seen::Not,
};

/// Two kinds of environments are apart.
pub const SOURCE_TYPE: Assumption = Assumption {
    id: "source-type",
    assumed: "Without `source_type` a call is about cloud development, with 1 about cloud hosting; share, unshare and query of one share need the same.",
    evidence: "The pages call the field required, and their samples leave it out. Only 1 is named.",
    behind: "What is left out is not sent. What was read under one value is not used for the other.",
    seen: Seen::Not,
};

/// Fifty are not too many.
pub const BATCH_SIZE: Assumption = Assumption {
    id: "batch-size",
    assumed: "A call may carry 50 mini programs.",
    evidence: "No limit is documented.",
    behind: "How large batches are. Of a refused batch, halves are sent.",
    seen: Seen::Not,
};

/// How the list of accounts ends.
pub const ACCOUNT_PAGES: Assumption = Assumption {
    id: "account-pages",
    assumed: "The list of accounts has pages of up to 500, and ends with the page that reaches `total_count` or names nobody new.",
    evidence: "Documented, but for a list that changes while it is read.",
    behind: "Which accounts are found.",
    seen: Seen::Not,
};

/// A conversion may be repeated.
pub const CONVERTED_TWICE: Assumption = Assumption {
    id: "converted-twice",
    assumed: "Converting an environment that is converted already does no harm.",
    evidence: "Not documented; no code is named for it.",
    behind: "A conversion whose answer was lost is sent again: there is nothing to look up.",
    seen: Seen::Not,
};

/// One switch is everybody's.
pub const ACCOUNT_SWITCH: Assumption = Assumption {
    id: "account-switch",
    assumed: "In `usecloudaccesstoken`, `open` is a setting of the whole account and `api_whitelist` one of the environment.",
    evidence: "Documented.",
    behind: "Every write sends `open` as it was just read, and none closes it.",
    seen: Seen::Not,
};

/// A whitelist has a version.
pub const WHITELIST_VERSION: Assumption = Assumption {
    id: "whitelist-version",
    assumed: "A whitelist is written with the version that was just read, and refused if that has moved.",
    evidence: "The field is documented. How it counts, and what an old one is answered, is not.",
    behind: "A whitelist that somebody else has changed in between is not overwritten unseen.",
    seen: Seen::Not,
};

/// Nobody sees a function's code.
pub const FUNCTION_CODE: Assumption = Assumption {
    id: "function-code",
    assumed: "`getscflist` tells whether a function is there and its status, and nothing of its code.",
    evidence: "Documented: neither the code nor a hash is among the fields.",
    behind: "A function that is missing is noticed; one whose code was changed elsewhere is not.",
    seen: Seen::Reading,
};

/// New tokens end old ones.
pub const TOKEN_LIFE: Assumption = Assumption {
    id: "token-life",
    assumed: "A token lives two hours, and five minutes from when a newer one was fetched.",
    evidence: "Two hours are documented; five minutes are what WeChat's staff say.",
    behind: "When a fetched token is renewed, and the advice not to fetch one beside a running service.",
    seen: Seen::Not,
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_has_a_name_of_its_own_and_says_everything() {
        let ids: BTreeSet<&str> = ALL.iter().map(|one| one.id).collect();
        assert_eq!(ids.len(), ALL.len());
        for one in ALL {
            for text in [one.assumed, one.evidence, one.behind] {
                assert!(text.ends_with('.') && !text.contains('|'), "{}", one.id);
            }
            let plain = |c: char| c.is_ascii_lowercase() || c == '-';
            assert!(one.id.chars().all(plain), "{}", one.id);
        }
    }
}
