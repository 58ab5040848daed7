//! The story: a share is planned, applied, approved, lost, restored, adopted and ended.
//!
//! An environment belongs to one merchant, and is shared with mini programs of that merchant alone: all of them have to
//! be of one legal subject.

use std::collections::BTreeMap;

use super::administrator::{self, Visit};
use super::error::DemoError;
use super::stage::Stage;
use crate::sandbox::Endpoint;

/// How many steps there are.
pub(super) const COUNT: usize = 7;

/// The environment of a merchant, the bakery.
const BAKERY: &str = "bakery-6gni9ity244a6ea3";
/// The mini programs of the bakery that it is shared with.
const A: &str = "wx075cf85bf347b6df";
const B: &str = "wx5fe6bb43205e9e07";
/// Another of the bakery's, which it is shared with by hand.
const BY_HAND: &str = "wx8d2b0c6e91f3a574";
/// The environment of another merchant, the florist, which was shared before Terraform came.
const FLORIST: &str = "florist-7gfwxe92efb3aa38";
/// The mini program of the florist.
const C: &str = "wxc3a9e1d47b60582f";

const BAKERY_ADDRESS: &str = "cloudbase_env_share.bakery";
const FLORIST_ADDRESS: &str = "cloudbase_env_share.florist";

/// Plays all steps, one after the other.
pub(super) async fn all(stage: &mut Stage<'_>) -> Result<(), DemoError> {
    stage.introduce()?;
    stage.sandbox.bind(BAKERY, BY_HAND, None);
    stage.sandbox.bind(FLORIST, C, None);
    plan(stage).await?;
    let urls = apply(stage).await?;
    approve(stage, &urls).await?;
    plan_again(stage).await?;
    drift(stage).await?;
    import(stage).await?;
    destroy(stage).await?;

    let asked = [(BAKERY, A), (BAKERY, B), (FLORIST, C)]
        .into_iter()
        .map(|(env, appid)| stage.sandbox.requests_sent(env, appid, None));
    let asked = asked.sum();
    stage.summary(asked)
}

async fn plan(stage: &mut Stage<'_>) -> Result<(), DemoError> {
    stage
        .step("Plan: a merchant's environment, shared with two of its mini programs")
        .await?;
    configure(
        stage,
        "bakery.tf",
        &format!(
            r#"# The bakery's environment and its mini programs.
resource "cloudbase_env_share" "bakery" {{
  env    = "{BAKERY}"
  appids = ["{A}", "{B}"]
}}

output "status" {{
  value = {{ for appid, share in {BAKERY_ADDRESS}.shares : appid => share.status }}
}}

output "confirm_urls" {{
  value = {{
    for appid, share in {BAKERY_ADDRESS}.shares : appid => share.confirm_url
    if share.status == "pending"
  }}
}}
"#
        ),
    )?;
    stage
        .terraform(&["plan", "-detailed-exitcode", "-out=plan"], 2)
        .await?;
    let plan = stage.plan().await?;
    stage.check(
        "the plan creates one resource",
        &BTreeMap::from([(BAKERY_ADDRESS, ["create".to_owned()].as_slice())]),
        &plan.actions(),
    )?;
    nothing_was_written(stage)
}

/// Returns the confirmation URL of each mini program.
async fn apply(stage: &mut Stage<'_>) -> Result<BTreeMap<String, String>, DemoError> {
    stage
        .step("Apply: the administrators are asked, and Terraform does not wait for them")
        .await?;
    stage.terraform(&["apply", "plan"], 0).await?;
    let recorded = stage.recorded().await?;
    stage.check(
        "both shares are pending in state",
        &statuses(&[(A, "pending"), (B, "pending")]),
        &recorded.statuses(BAKERY_ADDRESS),
    )?;
    let urls = recorded.confirm_urls(BAKERY_ADDRESS);
    let pending = stage.sandbox.pending();
    let sent: BTreeMap<_, _> = pending
        .into_iter()
        .filter_map(|one| Some((one.appid, one.url?)))
        .collect();
    stage.check(
        "the state has the URLs that the administrators got",
        &sent,
        &urls,
    )?;
    let shared = stage.named(Endpoint::Share);
    stage.check("one call shared it to both", &vec![vec![A, B]], &shared)?;
    Ok(urls)
}

async fn approve(stage: &mut Stage<'_>, urls: &BTreeMap<String, String>) -> Result<(), DemoError> {
    stage
        .step("The administrators approve, and Terraform learns of it")
        .await?;
    for (appid, url) in urls {
        visit(stage, appid, url).await?;
    }
    stage.terraform(&["apply", "-auto-approve"], 0).await?;
    let recorded = stage.recorded().await?;
    stage.check(
        "both shares are bound in state",
        &statuses(&[(A, "bound"), (B, "bound")]),
        &recorded.statuses(BAKERY_ADDRESS),
    )?;
    nothing_was_written(stage)
}

async fn plan_again(stage: &mut Stage<'_>) -> Result<(), DemoError> {
    stage.step("Plan again: nothing to do").await?;
    stage.terraform(&["plan", "-detailed-exitcode"], 0).await?;
    nothing_was_written(stage)
}

async fn drift(stage: &mut Stage<'_>) -> Result<(), DemoError> {
    stage
        .step("A share is removed behind Terraform's back, and restored")
        .await?;
    let removed = stage.sandbox.unbind(BAKERY, A, None);
    stage.check(&format!("{A} is removed"), &true, &removed)?;
    stage
        .terraform(&["plan", "-detailed-exitcode", "-out=plan"], 2)
        .await?;
    let plan = stage.plan().await?;
    stage.check(
        "the plan names what was lost",
        &vec![A],
        &plan.lost_appids(BAKERY_ADDRESS),
    )?;
    stage.check(
        "it adds it in place, and replaces nothing",
        &BTreeMap::from([(BAKERY_ADDRESS, ["update".to_owned()].as_slice())]),
        &plan.actions(),
    )?;
    nothing_was_written(stage)?;

    stage.terraform(&["apply", "plan"], 0).await?;
    let shared = stage.named(Endpoint::Share);
    stage.check(
        "only the lost one was shared again",
        &vec![vec![A]],
        &shared,
    )?;
    let asked = [A, B].map(|appid| stage.sandbox.requests_sent(BAKERY, appid, None));
    stage.check(
        "the other administrator was not asked again",
        &[2, 1],
        &asked,
    )?;
    let waiting = stage.sandbox.pending().into_iter();
    let urls: Vec<_> = waiting.filter_map(|one| one.url).collect();
    stage.check("it has a new URL", &1, &urls.len())?;
    for url in &urls {
        visit(stage, A, url).await?;
    }
    Ok(())
}

async fn import(stage: &mut Stage<'_>) -> Result<(), DemoError> {
    stage
        .step("A share of another merchant, which exists already, is adopted")
        .await?;
    configure(
        stage,
        "florist.tf",
        &format!(
            r#"# The florist's environment was shared before Terraform came.
import {{
  to = {FLORIST_ADDRESS}
  id = "{FLORIST}/{C}"
}}

resource "cloudbase_env_share" "florist" {{
  env    = "{FLORIST}"
  appids = ["{C}"]
}}
"#
        ),
    )?;
    stage.terraform(&["apply", "-auto-approve"], 0).await?;
    let recorded = stage.recorded().await?;
    stage.check(
        "the adopted share is bound in state",
        &statuses(&[(C, "bound")]),
        &recorded.statuses(FLORIST_ADDRESS),
    )?;
    stage.check(
        "so is the restored one",
        &statuses(&[(A, "bound"), (B, "bound")]),
        &recorded.statuses(BAKERY_ADDRESS),
    )?;
    let asked = stage.sandbox.requests_sent(FLORIST, C, None);
    stage.check("its administrator was not asked", &0, &asked)?;
    nothing_was_written(stage)
}

async fn destroy(stage: &mut Stage<'_>) -> Result<(), DemoError> {
    stage
        .step("Destroy: every share of the configuration ends, and no other")
        .await?;
    stage.terraform(&["destroy", "-auto-approve"], 0).await?;
    let recorded = stage.recorded().await?;
    stage.check(
        "the state is empty",
        &Vec::<&str>::new(),
        &recorded.addresses(),
    )?;
    let left = stage.sandbox.bound();
    stage.check(
        "what was shared by hand, of the same environment, is still there, and nothing more",
        &vec![(BAKERY.to_owned(), BY_HAND.to_owned(), 0)],
        &left,
    )?;
    let waiting = stage.sandbox.pending().len();
    stage.check("nobody is left waiting", &0, &waiting)
}

/// Writes a file of the configuration and shows it.
fn configure(stage: &mut Stage<'_>, name: &str, text: &str) -> Result<(), DemoError> {
    stage.workspace.write(name, text)?;
    stage.screen.gap()?;
    for line in text.lines() {
        let line = format!("    {line}");
        stage.screen.line(line.trim_end())?;
    }
    Ok(())
}

/// The administrator of one of the bakery's mini programs approves.
async fn visit(stage: &mut Stage<'_>, appid: &str, url: &str) -> Result<(), DemoError> {
    // In a pause the audience may have opened the link.
    let approved = (BAKERY.to_owned(), appid.to_owned(), 0);
    if stage.sandbox.bound().contains(&approved) {
        let what = format!("the administrator of {appid} has approved already");
        return stage.check(&what, &true, &true);
    }
    let visit = administrator::approves(url).await?;
    stage.check(
        &format!("the administrator of {appid} has opened the page and approved"),
        &Visit {
            asked: "Share this environment?".to_owned(),
            answered: "Approved".to_owned(),
        },
        &visit,
    )
}

fn nothing_was_written(stage: &mut Stage<'_>) -> Result<(), DemoError> {
    let writes = stage.writes();
    stage.check(
        "no call was made that changes anything",
        &Vec::<Endpoint>::new(),
        &writes,
    )
}

fn statuses(expected: &[(&str, &str)]) -> BTreeMap<String, String> {
    expected
        .iter()
        .map(|&(appid, status)| (appid.to_owned(), status.to_owned()))
        .collect()
}
