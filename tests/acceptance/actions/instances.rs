//! Actions with `for_each`, one for each share.

use cloudbase::sandbox::Endpoint;

use super::{completed, invoke, progress};
use crate::support::{A, B, C, ENV, OTHER_ENV};
use crate::workspace;

const RESEND: &str = "action.cloudbase_resend_confirmations.each";

/// Two shares, and for each an action that it triggers.
fn pairs() -> String {
    format!(
        r#"locals {{
  shops = {{
    {ENV}       = [{A:?}, {B:?}]
    {OTHER_ENV} = [{C:?}]
  }}
}}

resource "cloudbase_env_share" "each" {{
  for_each = local.shops

  env    = each.key
  appids = each.value

  lifecycle {{
    action_trigger {{
      events  = [after_create]
      actions = [action.cloudbase_resend_confirmations.each[each.key]]
    }}
  }}
}}

action "cloudbase_resend_confirmations" "each" {{
  for_each = local.shops

  config {{
    env    = each.key
    appids = each.value
  }}
}}
"#
    )
}

fn instance(key: &str) -> String {
    format!("{RESEND}[{key:?}]")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_is_about_its_own_share() {
    let workspace = workspace!(needs Actions);
    workspace.configure(&pairs());
    let run = workspace.apply_json().await.ok();
    let asked = |env: &str| {
        let mut lines = progress(&run, &instance(env));
        lines.sort();
        lines
            .iter()
            .map(|line| line.split(": ").take(2).collect::<Vec<_>>().join(": "))
            .collect::<Vec<_>>()
    };
    let before = |appid: &str| format!("{appid}: was asked in this run");
    assert_eq!(asked(ENV), [before(B), before(A)]);
    assert_eq!(asked(OTHER_ENV), [before(C)]);
    for (env, appid) in [(ENV, A), (ENV, B), (OTHER_ENV, C)] {
        assert_eq!(workspace.sandbox.requests_sent(env, appid, None), 1);
    }

    workspace.sandbox.clear_calls();
    let one = instance(OTHER_ENV);
    let run = invoke(&workspace, &one).await.ok();
    assert_eq!(completed(&run, &one), ["by hand"]);
    assert_eq!(workspace.named(Endpoint::Share), [C]);

    // All of them, which share a call.
    workspace.sandbox.clear_calls();
    let run = invoke(&workspace, RESEND).await.ok();
    for env in [ENV, OTHER_ENV] {
        assert_eq!(completed(&run, &instance(env)), ["by hand"]);
    }
    assert_eq!(workspace.named(Endpoint::Share), [B, A, C]);
    assert_eq!(workspace.calls(Endpoint::Share).len(), 1);
    for (env, appid, sent) in [(ENV, A, 2), (ENV, B, 2), (OTHER_ENV, C, 3)] {
        assert_eq!(workspace.sandbox.requests_sent(env, appid, None), sent);
    }
}
