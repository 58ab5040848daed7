//! The recipes of the guide "Changing a configuration without asking anybody", with the very files that
//! it shows. Those without a file are in `refused.rs` (a deposed object, a destroy after a rename) and
//! `unknown_env.rs`.

use std::fs;
use std::path::Path;

use cloudbase::sandbox::Endpoint;

use super::{BOTH, Shares};
use crate::support::{A, B, OTHER_ENV, Workspace, actions};
use crate::workspace;

const ENV: &str = "tea-house-7gfwxe92efb3aa38";
const V2: &str = "tea-house-v2-1g5fhz2k9c0d7e61";
const D: &str = "wx8a1c3f0be2d94c57";

const TEA_HOUSE: &str = "cloudbase_env_share.tea_house";
const NORTH: &str = "cloudbase_env_share.north";
const SOUTH: &str = "cloudbase_env_share.south";

const ENDED: &str = "one resource instance would end shares that another one lists";
const ABANDONED: &str =
    "one resource instance would abandon unconfirmed shares that another one takes over";
const ASKS: &str = "administrators of mini programs will be asked to confirm";
const POLICY: &str = "deletion_policy = \"abandon\"";

fn example(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/guides/changes");
    fs::read_to_string(folder.join(name)).unwrap()
}

/// `hcl` without its top-level blocks of a kind.
fn without(kind: &str, hcl: &str) -> String {
    let start = format!("{kind} {{");
    let mut inside = false;
    let mut seen = false;
    let mut kept = String::new();
    for line in hcl.lines() {
        inside |= line == start;
        seen |= inside;
        if !inside {
            kept.push_str(line);
            kept.push('\n');
        }
        inside &= line != "}";
    }
    assert!(seen, "there is no {kind} block in {hcl}");
    kept
}

/// `hcl` with a text in it replaced, which has to be there.
fn with(hcl: &str, from: &str, to: &str) -> String {
    assert!(hcl.contains(from), "`{from}` is not in {hcl}");
    hcl.replace(from, to)
}

impl Workspace {
    /// Sets the configuration to an example, or what has been made of one, and fetches its modules.
    async fn use_example(&self, hcl: &str) {
        if hcl.contains("\"./share\"") {
            let folder = self.path().join("share");
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("main.tf"), example("share/main.tf")).unwrap();
        }
        self.configure(hcl);
        if hcl.contains("module \"") {
            self.run(&["get", "-no-color"]).await.ok();
        }
    }

    async fn start_with_example(&self, name: &str, shares: Shares) {
        self.start_with(&example(name), shares).await;
    }

    /// Every share in state, as `ADDRESS APPID STATUS URL`.
    fn held(&self) -> Vec<String> {
        let state = self.state_file();
        let mut all = Vec::new();
        for resource in state["resources"].as_array().into_iter().flatten() {
            if resource["type"] != "cloudbase_env_share" {
                continue;
            }
            let module = resource["module"].as_str();
            let module = module
                .map(|module| format!("{module}."))
                .unwrap_or_default();
            let name = resource["name"].as_str().unwrap();
            for instance in resource["instances"].as_array().unwrap() {
                let key = &instance["index_key"];
                let key = if key.is_null() {
                    String::new()
                } else {
                    format!("[{key}]")
                };
                for (appid, share) in instance["attributes"]["shares"].as_object().unwrap() {
                    let (status, url) = (&share["status"], &share["confirm_url"]);
                    all.push(format!(
                        "{module}cloudbase_env_share.{name}{key} {appid} {} {}",
                        status.as_str().unwrap(),
                        url.as_str().unwrap_or("-")
                    ));
                }
            }
        }
        all.sort();
        all
    }

    /// Asserts that the state has exactly these shares of [`ENV`], that the API has them, too, with the
    /// URLs that are in state where they are pending, and that there is nothing more to do.
    async fn assert_has(&self, shares: Shares, expected: &[(&str, &[&str])]) {
        let url = |appid: &str| {
            let pending = self.sandbox.pending();
            let found = pending
                .into_iter()
                .find(|one| one.appid == appid && one.env == ENV);
            found
                .and_then(|one| one.url)
                .expect("it is pending at the API")
        };
        let is_bound = |appid: &str| {
            let bound = self.sandbox.bound();
            bound.iter().any(|(env, of, _)| env == ENV && of == appid)
        };
        let mut lines = Vec::new();
        for (address, appids) in expected {
            for appid in *appids {
                lines.push(match shares {
                    Shares::Bound => format!("{address} {appid} bound -"),
                    Shares::Pending => format!("{address} {appid} pending {}", url(appid)),
                });
                assert_eq!(is_bound(appid), shares == Shares::Bound, "{appid}");
            }
        }
        lines.sort();
        assert_eq!(self.held(), lines);
        self.assert_plan_is_empty().await;
    }

    /// Asserts that the configuration at hand is refused in the plan, before anything is sent.
    async fn assert_refused_with(&self, error: &str) {
        let before = self.snapshot();
        self.sandbox.clear_calls();
        let run = self.try_apply().await;
        run.fails_with(&[error, "Changing a configuration without asking anybody"]);
        assert_eq!(self.writes(), 0);
        assert_eq!(self.snapshot(), before);
    }

    /// Applies the configuration at hand, which asks nobody and ends nothing.
    async fn apply_quietly(&self) {
        self.sandbox.clear_calls();
        let said = self.apply().await.flat();
        assert!(!said.contains(ASKS), "{said}");
        assert_eq!(self.writes(), 0, "{said}");
    }

    /// Has everything confirmed that is pending, without changing the state.
    fn confirm(&self) {
        assert!(self.sandbox.approve_all() > 0);
        self.sandbox.clear_calls();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn recipe_renaming() {
    for (after, address) in [
        ("rename.tf", "cloudbase_env_share.tea_garden"),
        (
            "into_module.tf",
            "module.tea_house.cloudbase_env_share.this",
        ),
    ] {
        for shares in BOTH {
            let workspace = workspace!();
            workspace.start_with_example("tea_house.tf", shares).await;
            workspace
                .use_example(&without("moved", &example(after)))
                .await;
            workspace.assert_refused_with(ENDED).await;
            workspace.use_example(&example(after)).await;
            workspace.apply_quietly().await;
            workspace.assert_has(shares, &[(address, &[A, B])]).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn recipe_from_count_to_for_each_and_renaming_a_key() {
    let named = |key: &str| format!("cloudbase_env_share.tea_house[\"{key}\"]");
    for shares in BOTH {
        let workspace = workspace!();
        workspace.start_with_example("count.tf", shares).await;
        let shorter = with(&example("count.tf"), &format!("{B:?}, "), "");
        workspace.use_example(&shorter).await;
        workspace.assert_refused_with(ENDED).await;

        let after = example("for_each.tf");
        workspace.use_example(&without("moved", &after)).await;
        workspace.assert_refused_with(ENDED).await;
        workspace.use_example(&after).await;
        workspace.apply_quietly().await;
        let (orders, members, tickets) = (named("ordering"), named("members"), named("tickets"));
        let all: [(&str, &[&str]); 3] = [(&orders, &[A]), (&members, &[B]), (&tickets, &[D])];
        workspace.assert_has(shares, &all).await;

        let renamed = example("rename_key.tf");
        workspace.use_example(&without("moved", &renamed)).await;
        workspace.assert_refused_with(ENDED).await;
        workspace.use_example(&renamed).await;
        workspace.apply_quietly().await;
        let away = named("take_away");
        let all: [(&str, &[&str]); 3] = [(&away, &[A]), (&members, &[B]), (&tickets, &[D])];
        workspace.assert_has(shares, &all).await;

        // From now on one in the middle can be removed.
        let shorter = with(&renamed, &format!("    members   = {B:?}\n"), "");
        workspace.use_example(&shorter).await;
        workspace.apply().await;
        assert_eq!(workspace.ended(), [B]);
        assert_eq!(workspace.asked(), [""; 0]);
        workspace
            .assert_has(shares, &[(&away, &[A]), (&tickets, &[D])])
            .await;
    }
}

/// From `before` to `after`, with `deletion_policy` where mini programs are given up.
async fn abandoned_by_an_update(before: &str, after: &str, expected: &[(&str, &[&str])]) {
    let after = example(after);
    for shares in BOTH {
        let workspace = workspace!();
        workspace.start_with_example(before, shares).await;
        let unshares = with(&after, "\"abandon\"", "\"unshare\"");
        workspace.use_example(&unshares).await;
        workspace.assert_refused_with(ENDED).await;
        workspace.use_example(&after).await;
        if shares == Shares::Pending {
            workspace.assert_refused_with(ABANDONED).await;
            workspace.confirm();
        }
        workspace.apply_quietly().await;
        workspace.assert_has(Shares::Bound, expected).await;
        // The policy has done its work.
        workspace.use_example(&unshares).await;
        workspace.apply_quietly().await;
        workspace.assert_has(Shares::Bound, expected).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn recipe_regrouping() {
    abandoned_by_an_update(
        "groups.tf",
        "regroup.tf",
        &[(NORTH, &[A]), (SOUTH, &[D, B])],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn recipe_swapping() {
    let before = example("groups.tf");
    let north = with(&before, &format!("{A:?}, {B:?}"), "first");
    let swapped = with(&north, &format!("{D:?}"), &format!("{A:?}, {B:?}"));
    let swapped = with(&swapped, "first", &format!("{D:?}"));
    let after: [(&str, &[&str]); 2] = [(NORTH, &[D]), (SOUTH, &[A, B])];
    for shares in BOTH {
        let workspace = workspace!();
        workspace.start_with(&before, shares).await;
        workspace.use_example(&swapped).await;
        workspace.assert_refused_with(ENDED).await;
        let crossed = [(NORTH, SOUTH), (SOUTH, NORTH)]
            .map(|(from, to)| format!("moved {{\n  from = {from}\n  to = {to}\n}}\n"))
            .concat();
        workspace.use_example(&(swapped.clone() + &crossed)).await;
        workspace
            .try_apply()
            .await
            .fails_with(&["Moved object still exists"]);

        workspace.use_example(&swapped).await;
        let other = "cloudbase_env_share.other";
        for (from, to) in [(NORTH, other), (SOUTH, NORTH), (other, SOUTH)] {
            workspace.run(&["state", "mv", from, to]).await.ok();
        }
        workspace.apply_quietly().await;
        workspace.assert_has(shares, &after).await;
    }

    let workspace = workspace!();
    workspace.start_with(&before, Shares::Bound).await;
    let abandons = with(&swapped, "\n}\n", &format!("\n  {POLICY}\n}}\n"));
    workspace.use_example(&abandons).await;
    workspace.apply_quietly().await;
    workspace.assert_has(Shares::Bound, &after).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn recipe_splitting() {
    abandoned_by_an_update("tea_house.tf", "split.tf", &[(NORTH, &[A]), (SOUTH, &[B])]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn recipe_splitting_into_modules() {
    let expected: [(&str, &[&str]); 2] = [
        ("module.north.cloudbase_env_share.this", &[A]),
        ("module.south.cloudbase_env_share.this", &[B]),
    ];
    abandoned_by_an_update("tea_house.tf", "split_into_modules.tf", &expected).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn recipe_merging() {
    let after = example("merge.tf");
    for shares in BOTH {
        let workspace = workspace!(needs RemovedBlocks);
        workspace.start_with_example("groups.tf", shares).await;
        workspace.use_example(&without("removed", &after)).await;
        workspace.assert_refused_with(ENDED).await;
        workspace.use_example(&after).await;
        if shares == Shares::Pending {
            // Nobody tells the provider that it was asked for: the plan announces it.
            let said = workspace.run(&["plan", "-no-color"]).await.ok().flat();
            let asks = format!("1 administrator will be asked to confirm: {D}.");
            assert!(said.contains(ASKS) && said.contains(&asks), "{said}");
            workspace.confirm();
        }
        workspace.apply_quietly().await;
        workspace
            .assert_has(Shares::Bound, &[(TEA_HOUSE, &[A, B, D])])
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn recipe_merging_in_two_applies() {
    let then = example("policy_then.tf");
    for shares in BOTH {
        let workspace = workspace!();
        workspace.start_with_example("groups.tf", shares).await;
        workspace.use_example(&then).await;
        workspace.assert_refused_with(ENDED).await;
        workspace.use_example(&example("policy_first.tf")).await;
        workspace.apply_quietly().await;
        workspace.use_example(&then).await;
        if shares == Shares::Pending {
            workspace.assert_refused_with(ABANDONED).await;
            workspace.confirm();
        }
        workspace.apply_quietly().await;
        workspace
            .assert_has(Shares::Bound, &[(NORTH, &[A, B, D])])
            .await;
    }
}

/// Another working directory, with a state of its own, on the same platform.
async fn beside(workspace: &Workspace) -> Option<Workspace> {
    let cli = crate::support::Cli::find()?;
    let mut other = Workspace::start(cli, cloudbase::sandbox::Options::default()).await;
    other.set("CLOUDBASE_ENDPOINT", &workspace.sandbox.url());
    other.set(
        "CLOUDBASE_COMPONENT_ACCESS_TOKEN",
        &workspace.sandbox.component_token(),
    );
    Some(other)
}

#[tokio::test(flavor = "multi_thread")]
async fn recipe_handing_over_to_another_state() {
    for take_first in [true, false] {
        let giving = workspace!(needs RemovedBlocks);
        let taking = beside(&giving).await.unwrap();
        giving
            .start_with_example("tea_house.tf", Shares::Bound)
            .await;
        giving.use_example(&example("give.tf")).await;
        taking.use_example(&example("take.tf")).await;
        let (first, second) = if take_first {
            (&taking, &giving)
        } else {
            (&giving, &taking)
        };
        first.apply().await;
        second.apply().await;
        assert_eq!(giving.writes(), 0);
        assert_eq!(giving.sandbox.bound().len(), 2);
        assert_eq!(giving.held(), [""; 0]);
        let expected = [
            format!("{TEA_HOUSE} {B} bound -"),
            format!("{TEA_HOUSE} {A} bound -"),
        ];
        assert_eq!(taking.held(), expected);
        giving.assert_plan_is_empty().await;
        taking.assert_plan_is_empty().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pending_is_not_handed_over_and_forgetting_it_asks_again() {
    let giving = workspace!(needs RemovedBlocks);
    let taking = beside(&giving).await.unwrap();
    giving
        .start_with_example("tea_house.tf", Shares::Pending)
        .await;
    taking.use_example(&example("take.tf")).await;
    let run = taking.try_apply().await;
    run.fails_with(&[&format!(
        "environment {ENV} is not shared with mini program {A}"
    )]);
    giving.use_example(&example("give.tf")).await;
    giving.apply().await;
    assert_eq!(giving.writes(), 0);
    taking.use_example(&example("tea_house.tf")).await;
    let said = taking.apply().await.flat();
    assert!(
        said.contains("2 administrators will be asked to confirm"),
        "{said}"
    );
    assert_eq!(giving.asked(), [B, A]);
}

#[tokio::test(flavor = "multi_thread")]
async fn recipe_prevent_destroy() {
    let workspace = workspace!();
    let hcl = example("prevent_destroy.tf");
    workspace.start_with(&hcl, Shares::Bound).await;
    let refused = "prevent_destroy set";
    workspace.destroy().await.fails_with(&[refused]);
    workspace
        .run(&["plan", "-no-color", &format!("-replace={TEA_HOUSE}")])
        .await
        .fails_with(&[refused]);
    workspace.use_example(&with(&hcl, ENV, OTHER_ENV)).await;
    workspace.try_apply().await.fails_with(&[refused]);
    assert_eq!(workspace.writes(), 0);

    // What it does not keep: a mini program that leaves `appids`, and a block that is removed.
    workspace
        .use_example(&with(&hcl, &format!(", {B:?}"), ""))
        .await;
    workspace.apply().await;
    assert_eq!(workspace.ended(), [B]);
    workspace.sandbox.clear_calls();
    workspace.use_example("").await;
    workspace.apply().await;
    assert_eq!(workspace.ended(), [A]);
}

#[tokio::test(flavor = "multi_thread")]
async fn recipe_one_resource_for_each_pair() {
    let other = "book-shop-1g5fhz2k9c0d7e61";
    for shares in BOTH {
        let workspace = workspace!();
        let hcl = example("pairs.tf");
        workspace.start_with(&hcl, shares).await;
        let addresses: Vec<_> = workspace
            .held()
            .iter()
            .map(|line| line.rsplitn(4, ' ').last().unwrap().to_owned())
            .collect();
        let pair = |env: &str, appid: &str| format!("cloudbase_env_share.pair[\"{env}/{appid}\"]");
        assert_eq!(addresses, [pair(other, D), pair(ENV, B), pair(ENV, A)]);

        // Each can be moved by itself, confirmed or not.
        let before = workspace.held();
        let mine = "cloudbase_env_share.mine";
        workspace
            .run(&["state", "mv", &pair(ENV, B), mine])
            .await
            .ok();
        let fewer = with(&hcl, &format!(", {B:?}"), "");
        workspace
            .use_example(&format!(
                "{fewer}resource \"cloudbase_env_share\" \"mine\" {{\n  env = {ENV:?}\n  appids = [{B:?}]\n}}\n"
            ))
            .await;
        workspace.apply_quietly().await;
        workspace.assert_plan_is_empty().await;
        let mut moved: Vec<_> = before
            .iter()
            .map(|line| line.replace(&pair(ENV, B), mine))
            .collect();
        moved.sort();
        assert_eq!(workspace.held(), moved);
    }
}

/// What is bound in one resource becomes a resource for each pair in one apply.
#[tokio::test(flavor = "multi_thread")]
async fn recipe_from_one_resource_to_one_for_each_pair() {
    let workspace = workspace!(needs RemovedBlocks);
    workspace
        .start_with_example("tea_house.tf", Shares::Bound)
        .await;
    let pairs = example("pairs.tf");
    let second = pairs
        .lines()
        .find(|line| line.contains("book-shop"))
        .unwrap();
    let pairs = with(&pairs, second, "");
    workspace.use_example(&pairs).await;
    workspace.assert_refused_with(ENDED).await;
    workspace.use_example(&(pairs + &example("give.tf"))).await;
    workspace.apply_quietly().await;
    let pair = |appid: &str| format!("cloudbase_env_share.pair[\"{ENV}/{appid}\"]");
    workspace
        .assert_has(Shares::Bound, &[(&pair(A), &[A]), (&pair(B), &[B])])
        .await;
}

/// What the plan says of a replacement that was asked for: nothing, but that it is one.
#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_that_was_asked_for_is_not_announced() {
    let replace = format!("-replace={TEA_HOUSE}");
    let with_version = |version: u32| {
        format!(
            "resource \"terraform_data\" \"version\" {{\n  input = {version}\n}}\n{}",
            with(
                &example("tea_house.tf"),
                "df\"]\n",
                "df\"]\n  lifecycle {\n    replace_triggered_by = [terraform_data.version]\n  }\n"
            )
        )
    };
    for how in ["-replace", "replace_triggered_by", "taint"] {
        let workspace = workspace!();
        let (hcl, next) = match how {
            "replace_triggered_by" => (with_version(1), with_version(2)),
            _ => (example("tea_house.tf"), example("tea_house.tf")),
        };
        workspace.start_with(&hcl, Shares::Bound).await;
        workspace.use_example(&next).await;
        let mut plan = vec!["plan", "-no-color", "-out=plan"];
        match how {
            "-replace" => plan.push(&replace),
            "taint" => _ = workspace.run(&["taint", TEA_HOUSE]).await.ok(),
            _ => {}
        }
        let said = workspace.run(&plan).await.ok().flat();
        assert!(
            said.contains("must be replaced")
                || said.contains("will be replaced")
                || said.contains("is tainted"),
            "{said}"
        );
        assert!(
            !said.contains("asked") && !said.contains("Warning: share"),
            "{how}: {said}"
        );
        if how == "taint" {
            // The way back.
            workspace.run(&["untaint", TEA_HOUSE]).await.ok();
            workspace
                .assert_has(Shares::Bound, &[(TEA_HOUSE, &[A, B])])
                .await;
            continue;
        }
        let said = workspace
            .run(&["apply", "-no-color", "plan"])
            .await
            .ok()
            .flat();
        assert!(
            said.contains("shares were ended and requested again in this run"),
            "{said}"
        );
        assert_eq!(workspace.ended(), [B, A]);
        assert_eq!(workspace.asked(), [B, A]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn recipe_create_before_destroy() {
    let replace = format!("-replace={TEA_HOUSE}");
    for shares in BOTH {
        let workspace = workspace!();
        workspace.start_with_example("tea_house.tf", shares).await;
        workspace
            .use_example(&example("create_before_destroy.tf"))
            .await;
        let arguments = ["apply", "-auto-approve", "-no-color", &replace];
        let said = workspace.run(&arguments).await.ok().flat();
        assert!(said.contains("1 added, 0 changed, 1 destroyed"), "{said}");
        assert_eq!(workspace.ended(), [""; 0]);
        match shares {
            Shares::Bound => assert_eq!(workspace.asked(), [""; 0]),
            Shares::Pending => assert_eq!(workspace.asked(), [B, A]),
        }
        workspace.assert_has(shares, &[(TEA_HOUSE, &[A, B])]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn recipe_replacing_what_is_abandoned() {
    let workspace = workspace!();
    let hcl = with(
        &example("tea_house.tf"),
        "df\"]\n",
        &format!("df\"]\n  {POLICY}\n"),
    );
    workspace.start_with(&hcl, Shares::Bound).await;
    let replace = format!("-replace={TEA_HOUSE}");
    let arguments = ["apply", "-auto-approve", "-no-color", &replace];
    let said = workspace.run(&arguments).await.ok().flat();
    assert!(said.contains("1 added, 0 changed, 1 destroyed"), "{said}");
    assert_eq!(workspace.writes(), 0);
    workspace
        .assert_has(Shares::Bound, &[(TEA_HOUSE, &[A, B])])
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn recipe_another_environment_without_a_gap() {
    let workspace = workspace!();
    workspace
        .start_with_example("tea_house.tf", Shares::Bound)
        .await;
    workspace
        .use_example(&with(&example("tea_house.tf"), ENV, V2))
        .await;
    let run = workspace.run(&["plan", "-no-color"]).await.ok();
    let said = run.flat();
    let announced = [
        "2 administrators will be asked",
        "which ends its current shares",
    ];
    assert!(announced.iter().all(|words| said.contains(words)), "{said}");

    workspace.use_example(&example("another_env.tf")).await;
    workspace.apply().await;
    assert_eq!(workspace.asked(), [B, A]);
    workspace.confirm();
    let both = example("another_env.tf");
    let second = &both[both
        .find("resource \"cloudbase_env_share\" \"tea_house_v2\"")
        .unwrap()..];
    workspace.use_example(second).await;
    assert_eq!(actions(&workspace.plan().await, TEA_HOUSE), ["delete"]);
    workspace.apply().await;
    assert_eq!(workspace.ended(), [B, A]);
    let of_old = |call: &cloudbase::sandbox::Call| call.env.as_deref() == Some(ENV);
    assert!(workspace.calls(Endpoint::Unshare).iter().all(of_old));
    let bound = workspace.sandbox.bound();
    assert!(
        bound.len() == 2 && bound.iter().all(|(env, _, _)| env == V2),
        "{bound:?}"
    );
    workspace.assert_plan_is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn recipe_two_resources_that_hold_the_same() {
    let removed = with(
        &example("give.tf"),
        TEA_HOUSE,
        "cloudbase_env_share.old_tea_house",
    );
    for by_policy in [true, false] {
        let workspace = workspace!(needs RemovedBlocks);
        for appid in [A, B] {
            workspace.sandbox.bind(ENV, appid, None);
        }
        let hcl = example("let_go.tf");
        workspace.use_example(&with(&hcl, POLICY, "")).await;
        for name in ["tea_house", "old_tea_house"] {
            let address = format!("cloudbase_env_share.{name}");
            let id = format!("{ENV}/{A},{B}");
            workspace
                .run(&["import", "-no-color", &address, &id])
                .await
                .ok();
        }
        workspace.use_example(&example("tea_house.tf")).await;
        workspace.assert_refused_with(ENDED).await;
        if by_policy {
            workspace.use_example(&hcl).await;
            workspace.apply_quietly().await;
            workspace.use_example(&example("tea_house.tf")).await;
        } else {
            workspace
                .use_example(&(example("tea_house.tf") + &removed))
                .await;
        }
        workspace.apply_quietly().await;
        workspace
            .assert_has(Shares::Bound, &[(TEA_HOUSE, &[A, B])])
            .await;
    }
}
