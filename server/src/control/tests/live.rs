//! Rows that arrived live: which files count, which events are known, and how both end.

use super::*;
use crate::control::{ControlError, Segment, Taking};

const A_DAY: i64 = 86_400_000;

pub(super) fn clock() -> i64 {
    NOW
}

/// A file of these events, written now.
pub(super) fn segment(id: &str, events: &[&str]) -> (Segment, Vec<String>) {
    let segment = Segment {
        id: id.to_owned(),
        place: modeling(),
        seq: 0,
        rows: events.len() as i64,
        bytes: 100,
        created_ms: NOW,
    };
    (segment, events.iter().map(|event| (*event).to_owned()).collect())
}

async fn take(control: &Control, id: &str, events: &[&str]) -> Result<Taking, ControlError> {
    let (segment, events) = segment(id, events);
    control.take_segment(&segment, &events, clock, &actor()).await
}

async fn kept(control: &Control) -> Vec<(String, i64)> {
    let segments = control.segments(&modeling()).await.unwrap();
    segments.into_iter().map(|segment| (segment.id, segment.seq)).collect()
}

async fn taken(control: &Control, events: &[&str]) -> usize {
    let events: Vec<String> = events.iter().map(|event| (*event).to_owned()).collect();
    control.taken(&modeling(), &events).await.unwrap().len()
}

#[tokio::test]
async fn an_event_is_taken_once_and_a_file_with_a_known_one_not_at_all() {
    let bench = bench().await;
    shop(&bench).await;
    let before = records(&bench).await;
    assert_eq!(take(&bench, "a", &["e1", "e2"]).await.unwrap(), Taking::Taken(1));
    assert_eq!(records(&bench).await, before + 1);
    assert_eq!(take(&bench, "b", &["e3", "e2"]).await.unwrap(), Taking::Overtaken);
    assert_eq!(taken(&bench, &["e1", "e2", "e3"]).await, 2, "nothing of the second file was taken");
    assert_eq!(take(&bench, "c", &["e3"]).await.unwrap(), Taking::Taken(2));
    assert_eq!(kept(&bench).await, [("a".to_owned(), 1), ("c".to_owned(), 2)]);
    assert_eq!(records(&bench).await, before + 2);
    let many: Vec<String> = (0..1_500).map(|event| format!("m{event}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(take(&bench, "d", &many).await.unwrap(), Taking::Taken(3));
    assert_eq!(taken(&bench, &many).await, 1_500);
    let named = bench.named_segments(&["a".to_owned(), "b".to_owned()]).await.unwrap();
    assert!(named.contains("a") && !named.contains("b"));
}

#[tokio::test]
async fn what_is_too_much_too_old_or_for_nobody_is_refused() {
    let bench = bench().await;
    shop(&bench).await;
    let spec = json!({ "source": "/data", "live": { "mostRows": 3 } });
    put(&bench, "acme/modelings/shop", spec).await;
    take(&bench, "a", &["e1", "e2"]).await.unwrap();
    assert!(matches!(take(&bench, "b", &["e3", "e4"]).await, Err(ControlError::Limited { .. })));
    take(&bench, "c", &["e3"]).await.unwrap();
    let (old, events) = segment("d", &["e9"]);
    let old = Segment { created_ms: NOW - A_DAY, ..old };
    let late = bench.take_segment(&old, &events, clock, &actor()).await;
    assert!(matches!(late, Err(ControlError::Unavailable { maybe_done: false, .. })), "{late:?}");
    let (elsewhere, events) = segment("e", &["e9"]);
    for nowhere in ["acme/modelings/none", "acme/endpoints/web"] {
        let elsewhere = Segment { place: place(nowhere), ..elsewhere.clone() };
        let missing = bench.take_segment(&elsewhere, &events, clock, &actor()).await;
        assert!(matches!(missing, Err(ControlError::Missing { .. })), "{missing:?}");
        assert!(bench.taken(&elsewhere.place, &events).await.is_err());
    }
    assert_eq!(taken(&bench, &["e9"]).await, 0);
}

#[tokio::test]
async fn files_are_joined_only_while_all_of_them_count() {
    let bench = bench().await;
    shop(&bench).await;
    for (id, event) in [("a", "e1"), ("b", "e2"), ("c", "e3")] {
        take(&bench, id, &[event]).await.unwrap();
    }
    let parts = bench.segments(&modeling()).await.unwrap();
    let whole = Segment { id: "ab".to_owned(), rows: 2, ..parts[1].clone() };
    assert!(bench.join_segments(&parts[..2], &whole, clock, NOW).await.unwrap());
    assert_eq!(kept(&bench).await, [("ab".to_owned(), 2), ("c".to_owned(), 3)]);
    let second = Segment { id: "bc".to_owned(), ..parts[2].clone() };
    assert!(!bench.join_segments(&parts[1..], &second, clock, NOW).await.unwrap(), "b is in ab");
    assert!(!bench.join_segments(&parts[2..], &second, clock, NOW - A_DAY).await.unwrap(), "it is too old");
    assert_eq!(kept(&bench).await.len(), 2);
    assert!(bench.gone_segments(NOW, 9).await.unwrap().is_empty(), "a backup may name them");
    let gone = bench.gone_segments(NOW + 8 * A_DAY, 9).await.unwrap();
    assert_eq!(gone.iter().map(|segment| segment.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    bench.forget_segments(&gone).await.unwrap();
    assert!(bench.gone_segments(NOW + 8 * A_DAY, 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_too_old_stays_for_no_backup() {
    let bench = bench().await;
    put(&bench, "acme", json!({})).await;
    put(&bench, "acme/modelings/shop", json!({ "source": "/data" })).await;
    for (id, event) in [("a", "e1"), ("b", "e2")] {
        take(&bench, id, &[event]).await.unwrap();
    }
    let parts = bench.segments(&modeling()).await.unwrap();
    let whole = Segment { id: "ab".to_owned(), rows: 2, ..parts[1].clone() };
    assert!(bench.join_segments(&parts, &whole, clock, NOW).await.unwrap());
    bench.delete(&modeling(), crate::control::Condition::Always, &actor()).await.unwrap();
    for feed in bench.feeds(NOW + 1).await.unwrap() {
        while bench.end_old_segments(&feed, &at(NOW + 1)).await.unwrap() > 0 {}
    }
    let gone = bench.gone_segments(NOW + 1, 9).await.unwrap();
    assert_eq!(gone.iter().map(|segment| segment.id.as_str()).collect::<Vec<_>>(), ["a", "ab", "b"]);
}

#[tokio::test]
async fn rows_go_when_they_are_old_and_their_events_after_them() {
    let bench = bench().await;
    shop(&bench).await;
    take(&bench, "a", &["e1", "e2"]).await.unwrap();
    let end = async |now_ms: i64| {
        let feeds = bench.feeds(now_ms).await.unwrap();
        let ended = bench.end_old_segments(&feeds[0], &at(now_ms)).await.unwrap();
        while bench.forget_events(&feeds[0]).await.unwrap() {}
        (ended, taken(&bench, &["e1", "e2"]).await)
    };
    assert_eq!(end(NOW + 90 * A_DAY).await, (0, 2), "kept for ninety days");
    let before = records(&bench).await;
    assert_eq!(end(NOW + 90 * A_DAY + 1).await, (1, 2), "the events are known for a day more");
    assert_eq!(records(&bench).await, before + 1);
    assert_eq!(end(NOW + 91 * A_DAY + 1).await, (0, 0));
    assert!(kept(&bench).await.is_empty());
    assert_eq!(number(&bench, "SELECT row_count FROM live_feed").await, 0);
    assert_eq!(take(&bench, "b", &["e1"]).await.unwrap(), Taking::Taken(2));
}

#[tokio::test]
async fn a_modeling_that_is_made_again_has_none_of_the_rows_before() {
    let bench = bench().await;
    put(&bench, "acme", json!({})).await;
    put(&bench, "acme/modelings/shop", json!({ "source": "/data" })).await;
    take(&bench, "a", &["e1"]).await.unwrap();
    bench.delete(&modeling(), crate::control::Condition::Always, &actor()).await.unwrap();
    let spec = spec(&modeling(), json!({ "source": "/data" }));
    bench.put(&modeling(), &spec, crate::control::Condition::Always, &at(NOW + 5)).await.unwrap();
    assert!(kept(&bench).await.is_empty());
    assert_eq!(taken(&bench, &["e1"]).await, 0, "it is another modeling");
    take(&bench, "b", &["e1"]).await.unwrap();
    for _ in 0..2 {
        for feed in bench.feeds(NOW + 10).await.unwrap() {
            while bench.end_old_segments(&feed, &at(NOW + 10)).await.unwrap() > 0 {}
            while bench.forget_events(&feed).await.unwrap() {}
        }
        let gone = bench.gone_segments(NOW + 10, 9).await.unwrap();
        bench.forget_segments(&gone).await.unwrap();
    }
    assert_eq!(kept(&bench).await.len(), 1);
    assert_eq!(bench.feeds(NOW).await.unwrap().len(), 1, "nothing is left of the one before");
    assert_eq!(taken(&bench, &["e1"]).await, 1);
}
