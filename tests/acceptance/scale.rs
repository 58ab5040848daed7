//! Thousands of mini programs in one resource.

use cloudbase::sandbox::Endpoint;

use crate::support::{ENV, many_appids, share};
use crate::workspace;

/// The most memory that a provider started from this build may have used at any time, in kB.
#[cfg(target_os = "linux")]
const MOST_MEMORY: u64 = 60 * 1024;

/// The peak resident memory of the provider processes that `cli` has started, in kB.
#[cfg(target_os = "linux")]
fn peak_of_children(cli: u32) -> Option<u64> {
    use std::fs;

    let field = |status: &str, name: &str| -> Option<u64> {
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    fs::read_dir("/proc")
        .ok()?
        .flatten()
        .filter_map(|entry| fs::read_to_string(entry.path().join("status")).ok())
        .filter(|status| {
            field(status, "PPid:") == Some(u64::from(cli)) && status.contains("terraform-provi")
        })
        .filter_map(|status| field(&status, "VmHWM:"))
        .max()
}

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_mini_programs_in_one_resource() {
    let workspace = workspace!();
    let appids = many_appids(1, 5000);
    let names: Vec<&str> = appids.iter().map(String::as_str).collect();
    workspace.configure(&share(ENV, &names, ""));
    let cli = workspace.spawn(&["apply", "-auto-approve", "-no-color"]);
    #[cfg(target_os = "linux")]
    let (id, mut peak) = (cli.id().unwrap(), 0);
    let run = cli.wait_with_output();
    tokio::pin!(run);
    let output = loop {
        let tick = std::time::Duration::from_millis(20);
        match tokio::time::timeout(tick, &mut run).await {
            Ok(output) => break output.unwrap(),
            #[cfg(target_os = "linux")]
            Err(_) => peak = peak_of_children(id).unwrap_or(0).max(peak),
            #[cfg(not(target_os = "linux"))]
            Err(_) => {}
        }
    };
    crate::support::Run::from(output).ok();
    #[cfg(target_os = "linux")]
    {
        println!("the provider used {peak} kB at most");
        assert!(peak > 0, "the provider was seen");
        assert!(peak < MOST_MEMORY, "{peak} kB");
    }
    assert_eq!(workspace.calls(Endpoint::Share).len(), 100);
    assert_eq!(workspace.sandbox.pending().len(), 5000);

    workspace.sandbox.approve_all();
    workspace.sandbox.clear_calls();
    workspace.assert_plan_is_empty().await;
    assert_eq!(workspace.calls(Endpoint::Query).len(), 100);
    assert_eq!(workspace.writes(), 0);
    workspace.destroy().await.ok();
    assert_eq!(workspace.calls(Endpoint::Unshare).len(), 100);
    assert!(workspace.sandbox.bound().is_empty());
}
