//! Very many mini programs that are wrong: each is told, once. How long that takes is for
//! `benches/diagnostics.rs` to say.

use std::collections::BTreeSet;

use cloudbase::proto::tfplugin6 as pb;
use cloudbase::sandbox::Endpoint;

use crate::rig::{ENV, Rig, share_config};

/// Asserts that each of `appids` is named in one of `said`.
#[track_caller]
fn assert_each_is_told_once(said: &[&pb::Diagnostic], appids: &[String]) {
    let told: BTreeSet<String> = said
        .iter()
        .map(|one| format!("{}\n{}", one.summary, one.detail))
        .collect();
    assert_eq!((said.len(), told.len()), (appids.len(), appids.len()));
    // Texts and appids are in the same order: they differ in nothing but the appid.
    for (text, appid) in told.iter().zip(appids) {
        assert!(text.contains(appid), "{appid} is not in {text}");
    }
}

fn strings(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

#[tokio::test]
async fn each_malformed_appid_of_a_configuration_is_told() {
    let rig = Rig::start().await;
    for count in [10_000, 100_000] {
        let malformed: Vec<_> = (0..count).map(|i| format!("{i:016x}")).collect();
        let share = rig.share();
        let config = share_config(&share, ENV, &strings(&malformed));
        let failed = share.validate(&config).await.unwrap_err();
        assert_each_is_told_once(&failed.0.iter().collect::<Vec<_>>(), &malformed);
    }
    rig.finish().await;
}

#[tokio::test]
async fn mini_programs_that_the_api_refuses_for_one_reason_are_named_once_in_one_warning() {
    let rig = Rig::start().await;
    rig.next_walk_in_batches_of(1000).await;
    let refused: Vec<_> = (0..10_000).map(|i| format!("wx{i:016x}")).collect();
    for appid in &refused {
        rig.sandbox
            .refuse_appid(Endpoint::Query, appid, "no such appid");
    }
    let mut share = rig.share();
    let config = share_config(&share, ENV, &strings(&refused));
    let said = share.plan(&config).await.unwrap().said;
    let (announced, told): (Vec<_>, Vec<_>) = said
        .0
        .iter()
        .partition(|one| one.summary.starts_with("administrators of mini programs"));
    assert_eq!((announced.len(), told.len()), (1, 1));
    let named: BTreeSet<&str> = told[0]
        .detail
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| word.len() == 18 && word.starts_with("wx"))
        .collect();
    assert_eq!(named, refused.iter().map(String::as_str).collect());
    assert_eq!(told[0].detail.matches(refused[0].as_str()).count(), 1);
    rig.finish().await;
}
