//! Callers that go away, wires that are cut, strangers that hold a lock: nothing is ever done by half.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use sqlx::{Connection, Executor};
use tokio::time::sleep;

use super::proxy::Proxy;
use super::*;
use crate::control::{Condition, ControlError, DatabaseKind};

/// Moments spread over the time that a change takes, from the first step to after the last.
fn moments() -> impl Iterator<Item = Duration> {
    (0..40).map(|step| Duration::from_micros(150 * step))
}

/// A caller who waits `patience` times for an answer and then goes away; no clock decides when.
async fn waiting<T>(patience: usize, work: impl Future<Output = T>) -> Option<T> {
    let (mut work, mut left) = (pin!(work), patience);
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

async fn put_title(control: &Control, title: &str) -> Result<i64, ControlError> {
    let acme = place("acme");
    let spec = spec(&acme, json!({ "title": title }));
    control.put(&acme, &spec, Condition::Always, &actor()).await.map(|(_, resource)| resource.revision)
}

/// The title and its revision are those of the last record.
async fn assert_whole(control: &Control) {
    let resource = control.resource(&place("acme")).await.unwrap().unwrap();
    assert_eq!(records(control).await, resource.revision);
    let last = &control.audit(None, None, 1).await.unwrap()[0];
    assert_eq!(last.detail["fields"][0]["after"], resource.spec.json()["title"]);
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_nothing_by_half() {
    let bench = bench().await;
    put_title(&bench, "first").await.unwrap();
    // Ever more patient, so that every step of a change is one after which somebody left.
    let mut left = 0;
    for patience in 0..24 {
        let done = waiting(patience, put_title(&bench, &format!("{patience}"))).await;
        left += usize::from(done.is_none());
        put_title(&bench, &format!("{patience} again")).await.unwrap();
        assert_whole(&bench).await;
    }
    assert!(left > 0, "nobody left before the end");
}

#[tokio::test]
async fn a_wire_that_is_cut_loses_no_change_that_was_acknowledged() {
    let bench = bench().await;
    let Some(wire) = Proxy::to(&bench).await else {
        assert_eq!(bench.kind(), DatabaseKind::Sqlite, "a file has no wire");
        return;
    };
    put_title(&bench, "first").await.unwrap();
    let control = Control::open(&wire.address).await.unwrap();
    let mut outcomes = [0, 0];
    for (count, moment) in moments().enumerate() {
        let (title, before) = (format!("{count}"), records(&bench).await);
        let (result, ()) = futures_util::future::join(put_title(&control, &title), async {
            sleep(moment).await;
            wire.cut();
            sleep(Duration::from_millis(20)).await;
            wire.mend();
        })
        .await;
        let there =
            bench.resource(&place("acme")).await.unwrap().unwrap().spec.json()["title"] == title.as_str();
        match &result {
            Ok(revision) => assert!(there && *revision == before + 1, "acknowledged and not there"),
            Err(ControlError::Unavailable { maybe_done: true, .. }) => {}
            Err(ControlError::Unavailable { .. }) => assert!(!there, "said not to have happened"),
            Err(other) => panic!("{other}"),
        }
        outcomes[usize::from(result.is_ok())] += 1;
        assert_whole(&bench).await;
    }
    assert!(outcomes[0] > 0, "some were cut in time: {outcomes:?}");

    // Gone for a while: said within seconds, and well again as soon as it is back.
    wire.cut();
    let started = Instant::now();
    let error = put_title(&control, "gone").await.unwrap_err();
    assert!(matches!(error, ControlError::Unavailable { .. }), "{error}");
    assert!(started.elapsed() < Duration::from_secs(6), "{:?}", started.elapsed());
    wire.mend();
    let started = Instant::now();
    put_title(&control, "back").await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    assert_whole(&bench).await;
}

#[tokio::test]
async fn a_stranger_who_holds_everything_up_is_waited_for_and_then_reported() {
    let bench = bench().await;
    put_title(&bench, "first").await.unwrap();
    let mut stranger = bench.stranger().await;
    let hold = match bench.kind() {
        DatabaseKind::Sqlite => "BEGIN IMMEDIATE",
        DatabaseKind::Postgres => "BEGIN; LOCK TABLE head",
    };
    stranger.execute(sqlx::raw_sql(hold)).await.unwrap();
    let patient = async {
        sleep(Duration::from_millis(700)).await;
        stranger.execute(sqlx::raw_sql("COMMIT")).await.unwrap();
    };
    let (waited, ()) = futures_util::future::join(put_title(&bench, "waited"), patient).await;
    assert_eq!(waited.unwrap(), 2);

    stranger.execute(sqlx::raw_sql(hold)).await.unwrap();
    let started = Instant::now();
    let error = put_title(&bench, "refused").await.unwrap_err();
    assert!(matches!(error, ControlError::Busy { .. }), "{error}");
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    assert_eq!(bench.resource(&place("acme")).await.unwrap().unwrap().revision, 2, "reading went on");
    stranger.close().await.unwrap();
    assert_eq!(put_title(&bench, "after").await.unwrap(), 3);
    assert_whole(&bench).await;
}

#[tokio::test]
async fn a_disk_that_was_full_leaves_no_connection_that_cannot_be_used() {
    let bench = bench().await;
    if bench.kind() == DatabaseKind::Postgres {
        return;
    }
    put_title(&bench, "first").await.unwrap();
    meddle(&bench, "PRAGMA max_page_count = 60").await;
    let wide = "wide ".repeat(39);
    let mut count = 0;
    let error = loop {
        match put_title(&bench, &format!("{wide}{count}")).await {
            Ok(_) => count += 1,
            Err(error) => break error,
        }
        assert!(count < 10_000, "the disk is never full");
    };
    assert!(matches!(&error, ControlError::Unavailable { maybe_done: false, .. }), "{error}");
    meddle(&bench, "PRAGMA max_page_count = 100000").await;
    put_title(&bench, "there is room again").await.unwrap();
    assert_whole(&bench).await;
}
