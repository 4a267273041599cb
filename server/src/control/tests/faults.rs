//! Every operation of the database fails once, and then for good: what was asked for has happened wholly or not at all,
//! an error says which, and asking again ends well.

use std::future::Future;

use super::*;
use crate::control::faults::Lasting;
use crate::control::{Condition, ControlError, Ending, NewKey, NewSigningKey, Put};

/// Where the number of audit records stands in a picture.
const AUDIT: usize = 14;

/// What tells whether something happened: counts and moments of all tables.
async fn picture(control: &Control) -> Vec<i64> {
    let sums = [
        "SELECT COUNT(*) FROM resource",
        "SELECT CAST(COALESCE(SUM(revision), 0) AS BIGINT) FROM resource",
        "SELECT COUNT(*) FROM cook",
        "SELECT COUNT(*) FROM cook WHERE state = 'published'",
        "SELECT COUNT(*) FROM cook WHERE state = 'running' AND cancel = 0",
        "SELECT COUNT(*) FROM key",
        "SELECT COUNT(*) FROM signing_key",
        "SELECT COUNT(*) FROM model",
        "SELECT COUNT(*) FROM release",
        "SELECT COUNT(*) FROM release_model",
        "SELECT COUNT(*) FROM idempotency",
        "SELECT COUNT(*) FROM live_segment WHERE state = 'kept'",
        "SELECT COUNT(*) FROM live_event",
        "SELECT CAST(COALESCE(SUM(row_count), 0) AS BIGINT) FROM live_feed",
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
            assert_eq!(chain, after[AUDIT], "{at}");
            match &result {
                Ok(_) => assert_eq!(after[AUDIT], before[AUDIT] + 1, "{at}"),
                Err(ControlError::Unavailable { maybe_done: true, .. }) => {
                    assert!(steps.contains(&"commit"), "{at}");
                    assert!(after == before || after[AUDIT] == before[AUDIT] + 1, "{at}");
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
            assert_eq!(records(&bench).await, before[AUDIT] + 1, "{at}: once, however often it is asked for");
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
async fn a_file_of_rows_is_taken_wholly_or_not_at_all() {
    let prepare = async |control: &Control| shop(control).await;
    let act = |control: Control, ()| async move {
        let (segment, events) = super::live::segment("a", &["e1", "e2"]);
        control.take_segment(&segment, &events, super::live::clock, &actor()).await
    };
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
async fn what_a_worker_says_is_heard_wholly_or_not_at_all() {
    let waiting = async |control: &Control| {
        shop(control).await;
        control.enqueue(&modeling(), Wanted::Manual, &actor()).await.unwrap().id
    };
    let act = |control: Control, _| async move { control.claim("w", NOW, &RULES).await };
    sweep(waiting, act, |again| again.is_ok()).await;
    let act = |control: Control, id: String| async move { control.cancel(&id, &once("k")).await };
    sweep(waiting, act, |again| again.is_ok()).await;

    let running = async |control: &Control| {
        shop(control).await;
        claimed(control, "w", NOW).await
    };
    let act = |control: Control, claim: Claim| async move {
        let ending = Ending::Failed { error: "x".to_owned(), report: None, retry_ms: Some(NOW + 1) };
        control.finish(&claim, &ending, NOW).await
    };
    sweep(running, act, |again| matches!(again, Ok(Some(_)) | Err(ControlError::Stale { .. }))).await;
    let act = |control: Control, claim: Claim| async move { control.give_back(&claim, NOW).await };
    sweep(running, act, |again| matches!(again, Ok(()) | Err(ControlError::Stale { .. }))).await;
}

#[tokio::test]
async fn keys_are_made_and_turned_wholly_or_not_at_all() {
    let prepare = async |control: &Control| shop(control).await;
    let act = |control: Control, ()| async move {
        let key = NewKey {
            account: None,
            label: "k".to_owned(),
            hash: "h".to_owned(),
            prefix: "ck_".to_owned(),
            last_four: "1234".to_owned(),
            grants: json!([]),
            expires_ms: None,
        };
        control.add_key(&key, &once("k")).await
    };
    sweep(prepare, act, |again| again.is_ok()).await;
    let act = |control: Control, ()| async move {
        let new = |id: &str| NewSigningKey { id: id.to_owned(), public: "p".to_owned() };
        control.turn_keys(&endpoint(), &new("a"), &new("b"), &once("k")).await
    };
    sweep(prepare, act, |again| again.is_ok()).await;
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
