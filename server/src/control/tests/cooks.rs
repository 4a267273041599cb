//! The queue and the workers: one cook at a time, limits, claims, endings.

use super::*;
use crate::control::{Cause, ControlError, Cook, CookState, Ending};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 3_600_000;

async fn state(control: &Control, id: &str) -> Cook {
    control.cook(id).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_modeling_has_one_cook_under_way_and_a_slot_has_one_cook_for_ever() {
    let bench = bench().await;
    shop(&bench).await;
    let first = bench.enqueue(&modeling(), Wanted::Slot(100), &actor()).await.unwrap();
    let again = bench.enqueue(&modeling(), Wanted::Slot(100), &actor()).await.unwrap();
    assert_eq!((first.id.clone(), first.cause, first.slot), (again.id, Cause::Schedule, Some(100)));
    for wanted in [Wanted::Slot(200), Wanted::Manual] {
        let error = bench.enqueue(&modeling(), wanted, &actor()).await.unwrap_err();
        assert!(matches!(&error, ControlError::UnderWay { cook } if *cook == first.id), "{error}");
    }
    assert_eq!(records(&bench).await, 4, "only what happened");
    let claim = bench.claim("w", NOW, &RULES).await.unwrap().unwrap();
    bench.publish(&claim, &model(&claim), NOW, newest).await.unwrap();
    let late = bench.enqueue(&modeling(), Wanted::Slot(100), &actor()).await.unwrap();
    assert_eq!((late.id, late.state), (first.id, CookState::Published));
    bench.enqueue(&modeling(), Wanted::Slot(200), &actor()).await.unwrap();
    let scheduled = bench.scheduled().await.unwrap();
    assert_eq!(scheduled, [], "this modeling has no schedule");
    let error = bench.enqueue(&endpoint(), Wanted::Manual, &actor()).await.unwrap_err();
    assert!(error.to_string().contains("only modelings are cooked"), "{error}");
    let error = bench.enqueue(&place("acme/modelings/x"), Wanted::Manual, &actor()).await.unwrap_err();
    assert!(matches!(error, ControlError::Missing { .. }), "{error}");
}

#[tokio::test]
async fn the_scheduler_is_told_all_that_it_decides_by() {
    let bench = bench().await;
    put(&bench, "acme", json!({})).await;
    let scheduled = json!({ "source": "/d", "schedule": { "every": "36h", "notBefore": "03:00" } });
    put(&bench, "acme/modelings/a", scheduled.clone()).await;
    put(&bench, "acme/modelings/b", scheduled).await;
    put(&bench, "acme/modelings/c", json!({ "source": "/d" })).await;
    bench.enqueue(&place("acme/modelings/b"), Wanted::Slot(500), &actor()).await.unwrap();
    let found = bench.scheduled().await.unwrap();
    let told: Vec<_> = found
        .iter()
        .map(|each| (each.place.name().as_str(), each.last_slot, each.under_way, each.created_ms))
        .collect();
    assert_eq!(told, [("a", None, false, NOW), ("b", Some(500), true, NOW)]);
    assert_eq!(found[0].schedule.every.seconds(), 36 * 3_600);
}

#[tokio::test]
async fn cooks_by_hand_keep_to_the_limits_of_the_modeling() {
    let bench = bench().await;
    put(&bench, "acme", json!({})).await;
    put(&bench, "acme/modelings/shop", json!({ "source": "/d" })).await;
    let ask = async |now: i64| match bench.enqueue(&modeling(), Wanted::Manual, &at(now)).await {
        Ok(_) => {
            let claim = bench.claim("w", now, &RULES).await.unwrap().unwrap();
            bench.finish(&claim, &Ending::Cancelled, now).await.unwrap();
            Ok(())
        }
        Err(ControlError::Limited { retry_seconds, .. }) => Err(retry_seconds),
        Err(other) => panic!("{other}"),
    };
    assert_eq!(ask(NOW).await, Ok(()));
    assert_eq!(ask(NOW + 29 * MINUTE).await, Err(60));
    for count in 1..5 {
        assert_eq!(ask(NOW + count * 30 * MINUTE).await, Ok(()), "{count}");
    }
    assert_eq!(ask(NOW + 3 * HOUR).await, Err(21 * 3_600), "five in 24 hours");
    // What the schedule asks for is not counted, and not limited.
    bench.enqueue(&modeling(), Wanted::Slot(1), &at(NOW + 3 * HOUR)).await.unwrap();
    let claim = bench.claim("w", NOW + 3 * HOUR, &RULES).await.unwrap().unwrap();
    bench.finish(&claim, &Ending::Cancelled, NOW + 3 * HOUR).await.unwrap();
    assert_eq!(ask(NOW + 24 * HOUR).await, Ok(()));
}

#[tokio::test]
async fn an_account_has_a_limit_over_all_its_modelings() {
    let bench = bench().await;
    put(&bench, "acme", json!({ "cooksPerDay": 2 })).await;
    for name in ["a", "b", "c"] {
        put(&bench, &format!("acme/modelings/{name}"), json!({ "source": "/d" })).await;
    }
    bench.enqueue(&place("acme/modelings/a"), Wanted::Manual, &actor()).await.unwrap();
    bench.enqueue(&place("acme/modelings/b"), Wanted::Slot(1), &at(NOW + HOUR)).await.unwrap();
    for wanted in [Wanted::Manual, Wanted::Slot(1)] {
        let error = bench.enqueue(&place("acme/modelings/c"), wanted, &at(NOW + 2 * HOUR)).await.unwrap_err();
        assert!(matches!(error, ControlError::Limited { retry_seconds: 79_200, .. }), "{error:?}");
    }
    bench.enqueue(&place("acme/modelings/c"), Wanted::Manual, &at(NOW + 24 * HOUR)).await.unwrap();
}

#[tokio::test]
async fn a_claim_lasts_as_long_as_it_is_renewed_and_a_late_worker_changes_nothing() {
    let bench = bench().await;
    shop(&bench).await;
    assert_eq!(bench.claim("w1", NOW, &RULES).await.unwrap(), None);
    let first = claimed(&bench, "w1", NOW).await;
    assert_eq!((first.term, first.attempt, &first.spec.source), (1, 1, &"/data".to_owned()));
    assert!(!bench.renew(&first, NOW + 50_000, 60_000).await.unwrap());
    assert_eq!(bench.claim("w2", NOW + 100_000, &RULES).await.unwrap(), None, "renewed until 110 s");
    assert!(!bench.progress(&first, &json!({ "stage": "train" })).await.unwrap());
    assert_eq!(state(&bench, &first.cook).await.progress, Some(json!({ "stage": "train" })));

    let second = bench.claim("w2", NOW + 110_001, &RULES).await.unwrap().unwrap();
    assert_eq!((second.term, second.attempt, second.cook == first.cook), (2, 2, true));
    let late = NOW + 120_000;
    let failed = Ending::Failed { error: "x".to_owned(), report: None, retry_ms: Some(late) };
    let before = records(&bench).await;
    for error in [
        bench.renew(&first, late, 60_000).await.unwrap_err(),
        bench.progress(&first, &json!({})).await.unwrap_err(),
        bench.finish(&first, &failed, late).await.unwrap_err(),
        bench.give_back(&first, late).await.unwrap_err(),
        bench.publish(&first, &model(&first), late, newest).await.unwrap_err(),
    ] {
        assert!(matches!(error, ControlError::Stale { .. }), "{error}");
    }
    let cook = state(&bench, &first.cook).await;
    assert_eq!((cook.state, cook.term, cook.progress), (CookState::Running, 2, None));
    assert_eq!((records(&bench).await, number(&bench, "SELECT COUNT(*) FROM model").await), (before, 0));
    bench.publish(&second, &model(&second), late, newest).await.unwrap();
}

#[tokio::test]
async fn a_cook_whose_workers_go_away_fails_in_the_end() {
    let bench = bench().await;
    shop(&bench).await;
    let claim = claimed(&bench, "w", NOW).await;
    for round in 1..3 {
        let next = bench.claim("w", NOW + round * 100_000, &RULES).await.unwrap().unwrap();
        assert_eq!(next.attempt, round + 1);
    }
    assert_eq!(bench.claim("w", NOW + 900_000, &RULES).await.unwrap(), None);
    let cook = state(&bench, &claim.cook).await;
    assert_eq!(
        (cook.state, cook.error.as_deref()),
        (CookState::Failed, Some("its worker went away 3 times"))
    );
    assert_eq!(records(&bench).await, 3 + 1 + 3 + 1);
}

#[tokio::test]
async fn endings_are_kept_and_a_failure_may_be_tried_again_later() {
    let bench = bench().await;
    shop(&bench).await;
    let claim = claimed(&bench, "w", NOW).await;
    let ending =
        Ending::Failed { error: "no such bucket".to_owned(), report: None, retry_ms: Some(NOW + HOUR) };
    let retry = bench.finish(&claim, &ending, NOW + MINUTE).await.unwrap().unwrap();
    let failed = state(&bench, &claim.cook).await;
    assert_eq!((failed.state, failed.error.as_deref()), (CookState::Failed, Some("no such bucket")));
    assert_eq!(failed.ended_ms, Some(NOW + MINUTE));
    assert_eq!((retry.cause, retry.due_ms, retry.slot), (Cause::Retry, NOW + HOUR, None));
    assert_eq!(bench.claim("w", NOW + HOUR - 1, &RULES).await.unwrap(), None, "not before its time");
    let claim = bench.claim("w", NOW + HOUR, &RULES).await.unwrap().unwrap();
    assert_eq!((claim.attempt, claim.cook == retry.id), (2, true));
    let report = json!({ "lists": { "picks": "worse than popularity" } });
    bench.finish(&claim, &Ending::Refused { report: report.clone() }, NOW + HOUR).await.unwrap();
    let refused = state(&bench, &retry.id).await;
    assert_eq!((refused.state, refused.report), (CookState::Refused, Some(report)));
    let listed = bench.cooks(&modeling(), None, 10).await.unwrap();
    assert_eq!(
        listed.iter().map(|cook| cook.state).collect::<Vec<_>>(),
        [CookState::Refused, CookState::Failed]
    );
    assert_eq!(listed[0].report, None, "reports are long");
    assert_eq!(bench.cooks(&place("acme"), Some(&listed[0].id), 10).await.unwrap(), listed[1..]);
    assert_eq!(bench.cooks(&place("other"), None, 10).await.unwrap(), []);
    assert_eq!(bench.cook("../x").await.unwrap(), None);
}

#[tokio::test]
async fn a_cook_is_cancelled_at_once_or_when_its_worker_hears_of_it() {
    let bench = bench().await;
    shop(&bench).await;
    let waiting = bench.enqueue(&modeling(), Wanted::Manual, &actor()).await.unwrap();
    assert_eq!(bench.cancel(&waiting.id, &actor()).await.unwrap().state, CookState::Cancelled);
    let error = bench.cancel(&waiting.id, &actor()).await.unwrap_err();
    assert!(error.to_string().contains("ended already"), "{error}");

    let claim = claimed(&bench, "w", NOW).await;
    let cook = bench.cancel(&claim.cook, &actor()).await.unwrap();
    assert!(cook.cancel && cook.state == CookState::Running);
    let before = records(&bench).await;
    bench.cancel(&claim.cook, &actor()).await.unwrap();
    assert_eq!(records(&bench).await, before, "asked twice, stopped once");
    assert!(
        bench.renew(&claim, NOW, 60_000).await.unwrap() && bench.progress(&claim, &json!(1)).await.unwrap()
    );
    let error = bench.publish(&claim, &model(&claim), NOW, newest).await.unwrap_err();
    assert!(error.to_string().contains("nothing is published"), "{error}");
    assert_eq!(bench.releases(&endpoint(), None, 9).await.unwrap(), []);
    bench.finish(&claim, &Ending::Cancelled, NOW).await.unwrap();
    assert_eq!(state(&bench, &claim.cook).await.state, CookState::Cancelled);

    // A worker that went away hears of nothing.
    let claim = claimed(&bench, "w", NOW).await;
    bench.cancel(&claim.cook, &actor()).await.unwrap();
    assert_eq!(bench.claim("w", NOW + HOUR, &RULES).await.unwrap(), None);
    assert_eq!(state(&bench, &claim.cook).await.state, CookState::Cancelled);
    for id in ["x", "000000000000000000000"] {
        assert!(matches!(bench.cancel(id, &actor()).await, Err(ControlError::Missing { .. })), "{id}");
    }
}

#[tokio::test]
async fn a_cook_that_is_given_back_is_nobodys_fault() {
    let bench = bench().await;
    shop(&bench).await;
    let first = claimed(&bench, "w1", NOW).await;
    bench.give_back(&first, NOW).await.unwrap();
    let second = bench.claim("w2", NOW, &RULES).await.unwrap().unwrap();
    assert_eq!((second.attempt, second.cook == first.cook), (1, true));
    assert!(second.term > first.term);
    assert!(bench.renew(&first, NOW, 1).await.is_err() && bench.renew(&second, NOW, 1).await.is_ok());
}

#[tokio::test]
async fn the_cook_that_waits_longest_comes_first() {
    let bench = bench().await;
    put(&bench, "acme", json!({})).await;
    for (name, due) in [("c", 30), ("a", 10), ("b", 20)] {
        put(&bench, &format!("acme/modelings/{name}"), json!({ "source": "/d" })).await;
        bench
            .enqueue(&place(&format!("acme/modelings/{name}")), Wanted::Manual, &at(NOW + due))
            .await
            .unwrap();
    }
    let mut order = Vec::new();
    while let Some(claim) = bench.claim("w", NOW + 100, &RULES).await.unwrap() {
        order.push(claim.place.name().to_string());
    }
    assert_eq!(order, ["a", "b", "c"]);
}
