//! Every operation of the database fails once, and then for good: what was asked for has happened wholly or not at all,
//! an error says which, and asking again ends well.

use std::future::Future;

use super::*;
use crate::control::faults::Lasting;
use crate::control::{Condition, ControlError, Put};

/// What tells whether something happened: counts and moments of all tables.
async fn picture(control: &Control) -> Vec<i64> {
    let sums = [
        "SELECT COUNT(*) FROM resource",
        "SELECT CAST(COALESCE(SUM(revision), 0) AS BIGINT) FROM resource",
        "SELECT COUNT(*) FROM cook",
        "SELECT COUNT(*) FROM cook WHERE state = 'published'",
        "SELECT COUNT(*) FROM model",
        "SELECT COUNT(*) FROM release",
        "SELECT COUNT(*) FROM release_model",
        "SELECT COUNT(*) FROM idempotency",
        "SELECT COUNT(*) FROM audit",
    ];
    let mut picture = Vec::new();
    for sql in sums {
        picture.push(number(control, sql).await);
    }
    picture
}

/// Lets each operation of `act` fail in a fresh database that `prepare` made ready, and looks at what became of it.
async fn sweep<P, T, E>(
    prepare: impl AsyncFn(&Control) -> P,
    act: impl Fn(Control, P) -> E,
    again: impl Fn(Result<T, ControlError>) -> bool,
) where
    P: Clone,
    E: Future<Output = Result<T, ControlError>>,
{
    for lasting in [Lasting::Once, Lasting::ForGood] {
        let mut nth = 0;
        loop {
            nth += 1;
            let bench = bench().await;
            let prepared = prepare(&bench).await;
            let before = picture(&bench).await;
            bench.inner.faults.arm(nth, lasting);
            let result = act((*bench).clone(), prepared.clone()).await;
            let steps = bench.inner.faults.disarm();
            let after = picture(&bench).await;
            let chain = records(&bench).await;
            let at = format!("operation {nth} of {steps:?}, {lasting:?}");
            assert_eq!(chain, after[8], "{at}");
            match &result {
                Ok(_) => assert_eq!(after[8], before[8] + 1, "{at}"),
                Err(ControlError::Unavailable { maybe_done: true, .. }) => {
                    assert!(steps.contains(&"commit"), "{at}");
                    assert!(after == before || after[8] == before[8] + 1, "{at}");
                }
                Err(ControlError::Unavailable { .. }) => assert_eq!(after, before, "{at}"),
                Err(other) => panic!("{at}: {other}"),
            }
            if steps.len() < nth as usize {
                assert!(result.is_ok() && nth > 5, "{at}: nothing failed, so it had to work");
                break;
            }
            let changed = after != before;
            let second = act((*bench).clone(), prepared).await;
            assert!(again(second), "{at}: asked again");
            assert_eq!(records(&bench).await, before[8] + 1, "{at}: once, however often it is asked for");
            assert!(!changed || picture(&bench).await == after, "{at}");
        }
    }
}

#[tokio::test]
async fn a_put_happens_wholly_or_not_at_all() {
    let prepare = async |control: &Control| shop(control).await;
    let act = |control: Control, ()| async move {
        let json = json!({ "source": "/other" });
        control.put(&modeling(), &spec(&modeling(), json), Condition::Always, &actor()).await
    };
    sweep(prepare, act, |again| matches!(again, Ok((Put::Updated | Put::Unchanged, _)))).await;
}

#[tokio::test]
async fn a_deletion_happens_wholly_or_not_at_all() {
    let prepare = async |control: &Control| {
        shop(control).await;
        let claim = claimed(control, "w", NOW).await;
        control.publish(&claim, &model(&claim), NOW, newest).await.unwrap();
    };
    let act =
        |control: Control, ()| async move { control.delete(&endpoint(), Condition::Always, &actor()).await };
    sweep(prepare, act, |again| matches!(again, Ok(()) | Err(ControlError::Missing { .. }))).await;
}

#[tokio::test]
async fn asking_for_a_cook_happens_wholly_or_not_at_all() {
    let prepare = async |control: &Control| shop(control).await;
    let act =
        |control: Control, ()| async move { control.enqueue(&modeling(), Wanted::Manual, &once("k")).await };
    sweep(prepare, act, |again| again.is_ok()).await;
    let act =
        |control: Control, ()| async move { control.enqueue(&modeling(), Wanted::Slot(9), &actor()).await };
    sweep(prepare, act, |again| again.is_ok()).await;
}

#[tokio::test]
async fn a_publish_happens_wholly_or_not_at_all() {
    let prepare = async |control: &Control| {
        shop(control).await;
        put(control, "acme/endpoints/second", json!({ "modelings": ["shop"] })).await;
        claimed(control, "w", NOW).await
    };
    let act = |control: Control, claim: Claim| async move {
        let model = model(&claim);
        control.publish(&claim, &model, NOW, newest).await
    };
    sweep(prepare, act, |again| again.is_ok()).await;
}

#[tokio::test]
async fn a_release_happens_wholly_or_not_at_all() {
    let prepare = async |control: &Control| shop(control).await;
    let act =
        |control: Control, ()| async move { control.release(&endpoint(), "r", &once("k"), newest).await };
    sweep(prepare, act, |again| matches!(again, Ok(Some(_)))).await;
}

#[tokio::test]
async fn a_denial_is_written_or_said_to_be_lost() {
    let bench = bench().await;
    for nth in 1..20 {
        let before = records(&bench).await;
        bench.inner.faults.arm(nth, Lasting::Once);
        let result = bench.deny(&actor(), "put", None, "x").await;
        let failed = bench.inner.faults.disarm().len() >= nth as usize;
        assert_eq!(records(&bench).await - before, i64::from(result.is_ok()), "{nth}: {result:?}");
        assert!(failed || result.is_ok());
    }
}
