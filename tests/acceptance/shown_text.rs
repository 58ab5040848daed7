//! Text of the API that would deceive whoever reads it: links that are none, and characters that are not seen or turn
//! the others around.

use cloudbase::sandbox::{Effect, Endpoint, Fault};
use serde_json::{Value, json};

use crate::support::{A, B, C, ENV, share};
use crate::workspace;

fn answer(on: Endpoint, body: &Value) -> Fault {
    let body = body.to_string();
    Fault::new(Effect::Http { status: 200, body }).on(on)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_web_address_is_not_shown_as_the_url_and_the_share_is_pending() {
    let workspace = workspace!();
    let url = "https://example.com/confirm";
    let links = json!({"errcode": 0, "msg_info_list": [
        {"appid": A, "url": "javascript:alert('canary')"},
        {"appid": B, "url": "https://example.com/\u{202e}canary"},
        {"appid": C, "url": url},
    ]});
    workspace.sandbox.inject(answer(Endpoint::Share, &links));
    workspace.configure(&share(ENV, &[A, B, C], ""));
    let run = workspace.apply().await;
    let said = run.ok().flat();
    for appid in [A, B] {
        let warning =
            format!("with mini program {appid}: what it sent instead is not a web address");
        assert!(said.contains(&warning), "{said}");
    }
    assert!(!said.contains("canary"), "{said}");
    let shares = workspace.share().await["shares"].clone();
    for (appid, url) in [(A, Value::Null), (B, Value::Null), (C, url.into())] {
        assert_eq!(shares[appid]["status"], "pending", "{shares}");
        assert_eq!(shares[appid]["confirm_url"], url, "{shares}");
    }
    assert_eq!(
        workspace.calls(Endpoint::Share).len(),
        1,
        "nobody is asked twice"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_seen_is_escaped_in_messages_and_in_the_log() {
    let mut workspace = workspace!();
    workspace.set("TF_LOG", "TRACE");
    let hidden = [
        '\u{202e}', '\u{2066}', '\u{200f}', '\u{61c}', '\u{200b}', '\u{feff}', '\u{9b}',
    ];
    let text: String = hidden.iter().collect();
    let stray = format!("wx{text}");
    let words = format!("no{text}way rid: a{text}b");
    for (answered, told) in [
        (
            json!({"errcode": 48001, "errmsg": words}),
            vec!["errcode 48001", r"no\u{202e}\u{2066}"],
        ),
        (
            json!({"errcode": 0, "err_list": [{"appid": A, "errmsg": words}]}),
            vec![r"no\u{202e}\u{2066}", r"a\u{202e}\u{2066}"],
        ),
        (
            json!({"errcode": 0, "err_list": [{"appid": stray, "env": stray, "errmsg": words}]}),
            vec![r"wx\u{202e}\u{2066}", r"no\u{202e}\u{2066}"],
        ),
    ] {
        workspace.sandbox.clear_faults();
        workspace.sandbox.inject(answer(Endpoint::Share, &answered));
        workspace.configure(&share(ENV, &[A, B], ""));
        let run = workspace
            .run(&["apply", "-auto-approve", "-no-color"])
            .await;
        let shown = format!("{}{}", run.stdout, run.stderr);
        for hidden in hidden {
            assert!(!shown.contains(hidden), "{hidden:?} is shown of {answered}");
        }
        for words in told {
            assert!(run.flat().contains(words), "{words}: {}", run.flat());
        }
        assert!(
            run.stderr.contains(r"no\u{202e}"),
            "the answer is in the log"
        );
        workspace.run(&["destroy", "-auto-approve"]).await;
    }
    // What the query lists is no verdict of a write, but its rows have words, too.
    let listed = json!({"errcode": 0, "relation_data": [{"appid": stray, "env_list": [text]}]});
    workspace
        .sandbox
        .inject(answer(Endpoint::Query, &listed).always());
    let run = workspace
        .run(&["apply", "-auto-approve", "-no-color"])
        .await;
    let shown = format!("{}{}", run.stdout, run.stderr);
    for hidden in hidden {
        assert!(!shown.contains(hidden), "{hidden:?} is shown");
    }
    assert!(
        run.stderr.contains(r"has \u{202e}"),
        "the row is in the log"
    );
}
