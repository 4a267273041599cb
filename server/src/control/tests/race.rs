//! Many at once, over two replicas: one wins, the chain holds, nothing happens twice.

use futures_util::future::join_all;

use super::*;
use crate::control::{Condition, ControlError, Put};

#[tokio::test]
async fn of_parallel_puts_with_one_revision_one_wins() {
    let bench = bench().await;
    let other = bench.another().await;
    put(&bench, "acme", json!({})).await;
    let revision = bench.resource(&place("acme")).await.unwrap().unwrap().revision;
    let puts = (0..20).map(|count| {
        let control = if count % 2 == 0 { (*bench).clone() } else { other.clone() };
        async move {
            let (place, title) = (place("acme"), json!({ "title": format!("{count}") }));
            let spec = spec(&place, title);
            control.put(&place, &spec, Condition::Revision(revision), &actor()).await
        }
    });
    let results = join_all(puts).await;
    let won = results.iter().filter(|result| matches!(result, Ok((Put::Updated, _)))).count();
    let stale = results.iter().filter(|result| matches!(result, Err(ControlError::Stale { .. }))).count();
    assert_eq!((won, stale, records(&bench).await), (1, 19, 2));
}

#[tokio::test]
async fn parallel_writers_keep_the_chain() {
    let bench = bench().await;
    let other = bench.another().await;
    let writes = (0..20).map(|count| {
        let control = if count % 2 == 0 { (*bench).clone() } else { other.clone() };
        async move {
            for round in 0..5 {
                control.deny(&actor(), "put", None, &format!("{count} {round}")).await.unwrap();
            }
        }
    });
    join_all(writes).await;
    assert_eq!(records(&bench).await, 100);
}

#[tokio::test]
async fn of_parallel_claimers_one_gets_the_cook() {
    let bench = bench().await;
    let other = bench.another().await;
    shop(&bench).await;
    bench.enqueue(&modeling(), Wanted::Manual, &actor()).await.unwrap();
    let claims = (0..12).map(|count| {
        let control = if count % 2 == 0 { (*bench).clone() } else { other.clone() };
        async move { control.claim(&format!("w{count}"), NOW, &RULES).await.unwrap() }
    });
    let claims = join_all(claims).await;
    assert_eq!(claims.iter().flatten().count(), 1);
}

#[tokio::test]
async fn of_two_claims_of_one_cook_the_newer_one_publishes() {
    let bench = bench().await;
    let other = bench.another().await;
    shop(&bench).await;
    for round in 0..10 {
        let start = NOW + round * 1_000_000;
        let paused = claimed(&bench, "paused", start).await;
        let taken = other.claim("second", start + 100_000, &RULES).await.unwrap().unwrap();
        let (paused_model, taken_model) = (model(&paused), model(&taken));
        let (late, right) = futures_util::future::join(
            bench.publish(&paused, &paused_model, start + 100_001, newest),
            other.publish(&taken, &taken_model, start + 100_001, newest),
        )
        .await;
        assert!(matches!(late, Err(ControlError::Stale { .. })), "{late:?}");
        assert_eq!(right.unwrap().releases[0].sequence, round + 1);
    }
    assert_eq!(number(&bench, "SELECT COUNT(*) FROM model").await, 10);
}

#[tokio::test]
async fn a_slot_that_every_scheduler_asks_for_has_one_cook() {
    let bench = bench().await;
    let other = bench.another().await;
    shop(&bench).await;
    let asks = (0..20).map(|count| {
        let control = if count % 2 == 0 { (*bench).clone() } else { other.clone() };
        async move { control.enqueue(&modeling(), Wanted::Slot(7), &actor()).await.unwrap().id }
    });
    let mut ids = join_all(asks).await;
    ids.dedup();
    assert_eq!((ids.len(), number(&bench, "SELECT COUNT(*) FROM cook").await), (1, 1));
}

#[tokio::test]
async fn one_idempotency_key_has_one_effect() {
    let bench = bench().await;
    let other = bench.another().await;
    shop(&bench).await;
    let asks = (0..50).map(|count| {
        let control = if count % 2 == 0 { (*bench).clone() } else { other.clone() };
        async move { control.enqueue(&modeling(), Wanted::Manual, &once("k")).await.unwrap() }
    });
    let cooks = join_all(asks).await;
    assert!(cooks.iter().all(|cook| *cook == cooks[0]), "all hear the same");
    assert_eq!((number(&bench, "SELECT COUNT(*) FROM cook").await, records(&bench).await), (1, 4));

    // Also after everything else went on, and after a restart; not with another request, not for somebody else.
    let claim = bench.claim("w", NOW, &RULES).await.unwrap().unwrap();
    bench.publish(&claim, &model(&claim), NOW, newest).await.unwrap();
    let again = bench.another().await.enqueue(&modeling(), Wanted::Manual, &once("k")).await.unwrap();
    assert_eq!(again, cooks[0]);
    let mut different = once("k");
    different.once.as_mut().unwrap().request_hash = "other".to_owned();
    let error = bench.enqueue(&modeling(), Wanted::Manual, &different).await.unwrap_err();
    assert!(error.to_string().contains("another request"), "{error}");
    let mut foreign = once("k");
    foreign.once.as_mut().unwrap().scope = "somebody".to_owned();
    let theirs = bench.enqueue(&modeling(), Wanted::Manual, &foreign).await.unwrap();
    assert_ne!(theirs.id, again.id);
    bench.cancel(&theirs.id, &actor()).await.unwrap();
    let tomorrow = Actor { now_ms: NOW + 86_400_000, ..once("k") };
    assert_ne!(bench.enqueue(&modeling(), Wanted::Manual, &tomorrow).await.unwrap().id, again.id);
}

#[tokio::test]
async fn limits_are_counted_one_by_one() {
    let bench = bench().await;
    put(&bench, "acme", json!({ "cooksPerDay": 3 })).await;
    for count in 0..10 {
        put(&bench, &format!("acme/modelings/m{count}"), json!({ "source": "/d" })).await;
    }
    let asks =
        (0..10).map(|count| {
            let control = (*bench).clone();
            async move {
                control.enqueue(&place(&format!("acme/modelings/m{count}")), Wanted::Manual, &actor()).await
            }
        });
    let asked = join_all(asks).await;
    assert_eq!(asked.iter().filter(|result| result.is_ok()).count(), 3);
    assert!(
        asked
            .iter()
            .flat_map(|result| result.as_ref().err())
            .all(|e| matches!(e, ControlError::Limited { .. }))
    );
}
