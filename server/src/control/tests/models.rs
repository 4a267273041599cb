//! Which models may go: never one that is offered, or was until a short while ago.

use super::*;
use crate::control::RetireRules;

/// Publishes a model at a moment, with a release that names it, or without.
async fn published(control: &Control, now_ms: i64, offered: &str) -> String {
    let claim = claimed(control, "w", now_ms).await;
    let compose = |facts: &EndpointFacts| if offered == "offered" { newest(facts) } else { Ok(None) };
    control.publish(&claim, &model(&claim), now_ms, compose).await.unwrap();
    claim.cook
}

async fn retired(control: &Control, keep: u32, offered_after_ms: i64) -> Vec<String> {
    let rules = RetireRules { keep, offered_after_ms };
    let gone = control.retire(&modeling(), &rules, &at(NOW + 1_000)).await.unwrap();
    gone.into_iter().map(|model| model.id).collect()
}

#[tokio::test]
async fn what_is_offered_or_new_stays() {
    let bench = bench().await;
    shop(&bench).await;
    let first = published(&bench, NOW, "offered").await;
    let second = published(&bench, NOW + 10, "offered").await;
    let third = published(&bench, NOW + 20, "held back").await;
    let fourth = published(&bench, NOW + 30, "held back").await;
    let before = records(&bench).await;
    assert_eq!(retired(&bench, 10, NOW + 100).await, [""; 0], "all are among the newest ten");
    assert_eq!(records(&bench).await, before);
    assert_eq!(retired(&bench, 1, NOW + 5).await, [""; 0], "the first was offered until NOW + 10");
    assert_eq!(retired(&bench, 1, NOW + 10).await, [first.as_str()]);
    assert_eq!(records(&bench).await, before + 1);
    assert_eq!(retired(&bench, 1, NOW + 100).await, [third.as_str()], "the second is still offered");
    assert_eq!(retired(&bench, 0, NOW + 100).await, [fourth.as_str()]);
    let kept = bench.models(&modeling(), None, 9).await.unwrap();
    assert_eq!(bench.models(&modeling(), Some(&kept[1].id), 1).await.unwrap(), kept[2..3]);
    let kept: Vec<_> = kept.iter().filter(|model| model.kept).map(|model| &model.id).collect();
    assert_eq!(kept, [&second]);
    assert_eq!(retired(&bench, 0, NOW + 100).await, [""; 0]);
}
