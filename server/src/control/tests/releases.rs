//! Releases: sequences that only grow, and changes that replicas can follow.

use super::*;
use crate::control::{Condition, ControlError};

async fn release(control: &Control) -> i64 {
    control.release(&endpoint(), "release.test", &actor(), newest).await.unwrap().unwrap().sequence
}

#[tokio::test]
async fn a_release_has_the_next_sequence_and_one_record() {
    let bench = bench().await;
    shop(&bench).await;
    assert_eq!((release(&bench).await, release(&bench).await), (1, 2));
    let before = records(&bench).await;
    assert_eq!(bench.release(&endpoint(), "release.none", &actor(), |_| Ok(None)).await.unwrap(), None);
    assert_eq!(records(&bench).await, before, "nothing happened");
    let listed = bench.releases(&endpoint(), None, 9).await.unwrap();
    assert_eq!(listed.iter().map(|release| release.sequence).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(bench.releases(&endpoint(), Some(2), 9).await.unwrap(), listed[1..]);
    assert_eq!(bench.latest_releases().await.unwrap(), listed[..1]);
    let error = bench.release(&modeling(), "x", &actor(), newest).await.unwrap_err();
    assert!(error.to_string().contains("only endpoints release"), "{error}");
    let error = bench.release(&place("acme/endpoints/x"), "x", &actor(), newest).await.unwrap_err();
    assert!(matches!(error, ControlError::Missing { .. }), "{error}");
}

#[tokio::test]
async fn replicas_follow_changes_of_all_endpoints_also_deletions() {
    let bench = bench().await;
    shop(&bench).await;
    put(&bench, "acme/endpoints/b", json!({ "modelings": ["shop"] })).await;
    release(&bench).await;
    bench.release(&place("acme/endpoints/b"), "release", &actor(), newest).await.unwrap();
    let seen = bench.releases_since(0, 10).await.unwrap();
    assert_eq!(seen.iter().map(|release| release.change).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(bench.releases_since(1, 10).await.unwrap(), seen[1..]);
    bench.delete(&endpoint(), Condition::Always, &actor()).await.unwrap();
    let gone = bench.releases_since(2, 10).await.unwrap();
    let word: Vec<_> =
        gone.iter().map(|release| (&release.place, release.sequence, &release.envelope)).collect();
    assert_eq!(word, [(&endpoint(), 2, &None)]);
    let latest = bench.latest_releases().await.unwrap();
    assert_eq!(latest.iter().filter(|release| release.envelope.is_some()).count(), 1);

    put(&bench, "acme/endpoints/web", json!({ "modelings": ["shop"] })).await;
    let told = std::sync::Mutex::new(false);
    let compose = |facts: &EndpointFacts| {
        *told.lock().unwrap() = facts.latest.is_none();
        newest(facts)
    };
    let again = bench.release(&endpoint(), "release", &actor(), compose).await.unwrap().unwrap();
    assert_eq!((again.sequence, again.change), (3, 4), "browsers refuse to go back");
    assert!(told.into_inner().unwrap(), "a new endpoint has no release before");
    // Deleting what never released says nothing.
    put(&bench, "acme/endpoints/c", json!({ "modelings": ["shop"] })).await;
    bench.delete(&place("acme/endpoints/c"), Condition::Always, &actor()).await.unwrap();
    assert_eq!(bench.releases_since(4, 10).await.unwrap(), []);
}

#[tokio::test]
async fn old_releases_are_forgotten() {
    let bench = bench().await;
    shop(&bench).await;
    for _ in 0..205 {
        release(&bench).await;
    }
    let listed = bench.releases(&endpoint(), None, 1_000).await.unwrap();
    assert_eq!((listed.len(), listed[0].sequence, listed[199].sequence), (200, 205, 6));
}
