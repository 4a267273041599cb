//! How a modeling's models turned out, one after the other: what was read, what it weighs, and how good its lists are.
//!
//! Everything is taken from the reports of earlier cooks. Invariant: a report that lacks a figure, as those of older
//! programs may, lacks it here too, and is no error.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::answer::Answer;
use super::call::Call;
use super::error::ApiError;
use super::page::{Page, before_id};
use crate::control::Reported;

/// Reports may be long: so many are in memory at once.
const AT_ONCE: u32 = 10;

/// A page of models, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HistoryView {
    items: Vec<Point>,
    /// Give this as `before` for the page that follows; there is none when it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// What one cook gave.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Point {
    /// The cook.
    cook: String,
    /// When it ended, in milliseconds since 1970.
    ended_ms: Option<i64>,
    /// Rows that were read, of all entities.
    rows: Option<u64>,
    /// Those that were dropped.
    dropped: Option<u64>,
    /// Items that can be shown.
    items: Option<u64>,
    /// Accepted interactions.
    interactions: Option<u64>,
    /// Bytes of all blobs.
    bytes: Option<u64>,
    /// Seconds from the first row to the last file.
    seconds: Option<f64>,
    /// How good its lists are on data that was hidden from them; empty where none was.
    lists: Vec<Score>,
}

/// How good one list is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Score {
    /// The list.
    list: String,
    /// Places that count.
    places: Option<u64>,
    /// Questions that were asked.
    cases: Option<u64>,
    /// Share of questions with a right answer in the list.
    hit_rate: Option<f64>,
    /// Share of the right answers in the list.
    recall: Option<f64>,
    /// Normalised discounted cumulative gain.
    ndcg: Option<f64>,
    /// The same when everybody is shown the same popular items.
    popularity: Option<f64>,
    /// The same of the model before, on the same questions.
    previous: Option<f64>,
}

pub(super) async fn list(call: Call) -> Result<Answer, ApiError> {
    let (place, limit) = (call.place()?, Page::of(&call)?.limit);
    let mut before = before_id(&call)?.map(str::to_owned);
    let mut items: Vec<Point> = Vec::new();
    while items.len() < limit as usize {
        let wanted = AT_ONCE.min(limit - u32::try_from(items.len()).unwrap_or(limit));
        let found = call.state.control.reports(place, before.as_deref(), wanted).await?;
        let last = found.len() < wanted as usize;
        before = found.last().map(|reported| reported.cook.clone());
        items.extend(found.iter().map(point));
        if last {
            return Ok(Answer::json(&HistoryView { items, next: None }));
        }
    }
    Ok(Answer::json(&HistoryView { items, next: before }))
}

fn point(reported: &Reported) -> Point {
    let report = &reported.report;
    let entities = || report["contract"]["entities"].as_array().into_iter().flatten();
    let sum = |key: &str| {
        report["contract"].is_object().then(|| entities().filter_map(|one| one[key].as_u64()).sum())
    };
    let seconds = report["seconds"].as_object();
    Point {
        cook: reported.cook.clone(),
        ended_ms: reported.ended_ms,
        rows: sum("totalRecordCount"),
        dropped: sum("totalDroppedRecords"),
        items: report["items"].as_u64(),
        interactions: report["interactions"].as_u64(),
        bytes: report["bytes"].as_u64(),
        seconds: seconds.map(|stages| stages.values().filter_map(Value::as_f64).sum()),
        lists: report["holdout"].as_array().into_iter().flatten().filter_map(score).collect(),
    }
}

fn score(verdict: &Value) -> Option<Score> {
    let mean = |figure: &Value| figure["mean"].as_f64();
    Some(Score {
        list: verdict["list"].as_str()?.to_owned(),
        places: verdict["places"].as_u64(),
        cases: verdict["cases"].as_u64(),
        hit_rate: mean(&verdict["hitRate"]),
        recall: mean(&verdict["recall"]),
        ndcg: mean(&verdict["ndcg"]),
        popularity: mean(&verdict["popularity"]["ndcg"]),
        previous: mean(&verdict["previous"]["ndcg"]),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_point_has_what_its_report_says_and_no_more() {
        let report = json!({
            "items": 7, "interactions": 30, "bytes": 900, "seconds": { "read": 0.5, "train": 1.5 },
            "contract": { "entities": [
                { "totalRecordCount": 10, "totalDroppedRecords": 1 },
                { "totalRecordCount": 30, "totalDroppedRecords": 2 },
            ] },
            "holdout": [{ "list": "picks", "places": 20, "cases": 9, "hitRate": { "mean": 0.5 }, "ndcg": { "mean": 0.25 },
                "popularity": { "ndcg": { "mean": 0.125 } } }],
        });
        let made = point(&Reported { cook: "c".to_owned(), ended_ms: Some(5), report });
        assert_eq!(
            (made.rows, made.dropped, made.items, made.seconds),
            (Some(40), Some(3), Some(7), Some(2.0))
        );
        let [list] = &made.lists[..] else { panic!("{made:?}") };
        assert_eq!((list.ndcg, list.popularity, list.previous), (Some(0.25), Some(0.125), None));
        let bare =
            point(&Reported { cook: "d".to_owned(), ended_ms: None, report: json!({ "gate": "lost" }) });
        assert_eq!((bare.rows, bare.seconds, bare.lists.len()), (None, None, 0));
    }
}
