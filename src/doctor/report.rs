//! What goes into a bug report: what was found, and nothing of anybody.

use std::collections::BTreeSet;
use std::env::consts::{ARCH, OS};

use super::Args;
use super::examination::Examination;
use super::finding::Finding;
use crate::wechat::BaseUrl;
use crate::wechat::assumptions::ALL;

/// WeChat's own.
const WECHAT: &str = "api.weixin.qq.com";

/// The host of the endpoint, if it tells nothing of anybody: another one may be somebody's proxy.
pub(super) fn shown_host(endpoint: &BaseUrl) -> String {
    let host = endpoint.host();
    let is_nobodys = endpoint.is_loopback() || host == WECHAT;
    let shown = if is_nobodys { host } else { "another host" };
    shown.to_owned()
}

/// Writes the report below what was said so far. It has no token, no link, no id and no words of the API: environments and
/// mini programs are only said to have been named.
pub(super) fn write(examination: &mut Examination<'_>, host: &str, args: &Args) {
    let mut lines = vec![
        String::new(),
        "----- report, without secrets and ids: paste it into a bug report -----".to_owned(),
        format!(
            "terraform-provider-cloudbase {} on {OS} {ARCH}, asked {host}",
            env!("CARGO_PKG_VERSION")
        ),
        format!(
            "named: {} environments, {} mini programs; writes probed: {}",
            args.env.len(),
            usize::from(args.appid.is_some()),
            probed(examination, args)
        ),
    ];
    let mut contradicted = BTreeSet::new();
    for (about, found) in examination.findings() {
        let ids = found.ids();
        let words = [found.in_public.as_str(), &ids].concat();
        let line = format!("{:9} {about}: {words}", found.verdict.word());
        lines.push(line.trim_end_matches([':', ' ']).to_owned());
        contradicted.extend(found.contradicts.iter().map(|one| one.id));
    }
    lines.push(if examination.is_over() {
        "it was stopped before its end".to_owned()
    } else if !examination.has_looked() {
        "nothing was looked at".to_owned()
    } else if contradicted.is_empty() {
        "what was looked at is as assumed".to_owned()
    } else {
        "contradicted assumptions:".to_owned()
    });
    let is_contradicted = |id: &str| contradicted.contains(id);
    let details = ALL.iter().filter(|one| is_contradicted(one.id));
    lines.extend(details.map(|one| format!("  {}: {}", one.id, one.assumed)));
    lines.push("----- end of the report -----".to_owned());
    examination.screen.line(&lines.join("\n"));
}

/// Whether a probe has written.
fn probed(examination: &Examination<'_>, args: &Args) -> &'static str {
    let is_of_probe = |(about, _): &(String, Finding)| about.starts_with("probe: share");
    if examination.findings().iter().any(is_of_probe) {
        "yes"
    } else if args.probe_writes {
        "asked for, and not done"
    } else {
        "no"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_host_that_is_nobodys_is_shown() {
        for (endpoint, expected) in [
            ("https://api.weixin.qq.com", "api.weixin.qq.com"),
            ("http://127.0.0.1:8080", "127.0.0.1"),
            ("https://proxy.tea-house.example", "another host"),
            ("https://10.20.30.40:8443/wechat", "another host"),
            (
                "https://api.weixin.qq.com.tea-house.example",
                "another host",
            ),
        ] {
            assert_eq!(shown_host(&endpoint.parse().unwrap()), expected);
        }
    }
}
