//! Which cooks may be forgotten: never one that something still asks for.

use super::*;
use crate::control::{CookState, Ending, RetireRules};

const A_DAY: i64 = 86_400_000;

#[tokio::test]
async fn old_cooks_go_and_what_is_asked_for_stays() {
    let bench = bench().await;
    shop(&bench).await;
    let publish = async |now_ms: i64| {
        let claim = claimed(&bench, "w", now_ms).await;
        bench.publish(&claim, &model(&claim), now_ms, |_| Ok(None)).await.unwrap();
        claim.cook
    };
    bench.enqueue(&modeling(), Wanted::Slot(7), &at(NOW)).await.unwrap();
    let slot = bench.claim("w", NOW, &RULES).await.unwrap().unwrap();
    let failed = Ending::Failed { error: "no".to_owned(), report: None, retry_ms: None };
    bench.finish(&slot, &failed, NOW).await.unwrap();
    let gone = publish(NOW + 1).await;
    let kept = publish(NOW + 2).await;
    let mut others = Vec::new();
    for at_ms in 3..9 {
        let claim = claimed(&bench, "w", NOW + at_ms).await;
        bench.finish(&claim, &failed, NOW + at_ms).await.unwrap();
        others.push(claim.cook);
    }
    let rules = RetireRules { keep: 1, offered_after_ms: NOW + 100 };
    let retired = bench.retire(&modeling(), &rules, &at(NOW + 200)).await.unwrap();
    assert_eq!(retired.iter().map(|model| &model.id).collect::<Vec<_>>(), [&gone]);
    let ids = async || -> Vec<String> {
        bench.cooks(&modeling(), None, 99).await.unwrap().into_iter().map(|cook| cook.id).collect()
    };
    let before = (ids().await, records(&bench).await);
    assert_eq!(bench.forget_cooks(&modeling(), 2, &at(NOW + A_DAY)).await.unwrap(), 0, "limits count them");
    assert_eq!((ids().await, records(&bench).await), before);

    let later = NOW + 3 * A_DAY;
    bench.enqueue(&modeling(), Wanted::Manual, &at(later)).await.unwrap();
    let forgotten = bench.forget_cooks(&modeling(), 3, &at(later)).await.unwrap();
    let left = ids().await;
    assert_eq!(forgotten as usize + left.len(), 10);
    assert_eq!(left[1..], [others[5].clone(), others[4].clone(), kept.clone(), slot.cook.clone()]);
    assert_eq!(bench.cooks(&modeling(), None, 1).await.unwrap()[0].state, CookState::Queued);
    assert!(bench.model(&gone).await.unwrap().is_none() && bench.model(&kept).await.unwrap().is_some());
    assert_eq!(records(&bench).await, before.1 + 2);
    assert_eq!(bench.forget_cooks(&modeling(), 3, &at(later)).await.unwrap(), 0);
}
