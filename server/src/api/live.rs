//! Rows that shops send as they happen, such as orders from a webhook, and how many of them wait.

use serde::Serialize;
use utoipa::ToSchema;

use super::answer::Answer;
use super::call::Call;
use super::error::ApiError;
use crate::live::{self, LiveError, live_rows};

/// What became of rows.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RowsTaken {
    /// They count now, and are safe.
    accepted: usize,
    /// They counted already: an event with this id was taken before, or stands in the body twice.
    repeated: usize,
}

/// Rows that are kept.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RowsKept {
    /// As many.
    rows: i64,
    /// In so many files.
    segments: usize,
    /// The number of the last one; a cook's report says up to which it read.
    last: i64,
}

/// A value of a row: a number and a yes or no count as the text that they are written as, like in a data folder.
#[derive(Debug, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it only describes what is read as lines")]
pub(super) enum Cell {
    Text(String),
    Number(f64),
    YesNo(bool),
}

/// A line of a body of rows.
#[derive(Debug, ToSchema)]
#[schema(as = Row)]
#[expect(dead_code, reason = "it only describes what is read as lines")]
pub(super) struct RowShape {
    /// By which the event is known when it is sent again; 1 to 200 bytes.
    #[schema(example = "order-1001-1")]
    id: Cell,
    /// The order, basket or session.
    #[schema(rename = "InteractionGroupingId", example = "1001")]
    group: Cell,
    /// The item.
    #[schema(rename = "ItemId", example = "8214")]
    item: Cell,
    /// The shopper; the row belongs to its group alone without one.
    #[schema(rename = "UserId")]
    shopper: Option<Cell>,
    /// When it happened, RFC 3339; when it arrived if not said.
    #[schema(rename = "TimeStamp")]
    time: Option<Cell>,
    /// How much it counts; 1 if not said.
    #[schema(rename = "Strength")]
    strength: Option<Cell>,
    /// False takes the item back.
    #[schema(rename = "IsPositive")]
    positive: Option<Cell>,
}

/// Takes the lines of the body, all or none.
pub(super) async fn add(call: Call) -> Result<Answer, ApiError> {
    let figures = &call.state.signals.figures;
    let rows = live_rows(&call.body, None, call.actor.now_ms / 1000);
    let rows = rows.map_err(LiveError::from).inspect_err(|_| figures.live_rows("refused", 1))?;
    let counts = live::add(source(&call), call.place()?, &rows, &call.actor).await?;
    figures.live_rows("accepted", counts.accepted as u64);
    figures.live_rows("repeated", counts.repeated as u64);
    Ok(Answer::json(&RowsTaken { accepted: counts.accepted, repeated: counts.repeated }))
}

/// How many rows the next cook reads.
pub(super) async fn kept(call: Call) -> Result<Answer, ApiError> {
    let place = call.place()?;
    if call.state.control.resource(place).await?.is_none() {
        return Err(ApiError::not_found(format!("there is no modeling `{place}`")));
    }
    let segments = call.state.control.segments(place).await?;
    Ok(Answer::json(&RowsKept {
        rows: segments.iter().map(|segment| segment.rows).sum(),
        segments: segments.len(),
        last: segments.last().map_or(0, |segment| segment.seq),
    }))
}

fn source(call: &Call) -> live::Source<'_> {
    live::Source { control: &call.state.control, artifacts: &call.state.artifacts, clock: call.state.clock.0 }
}
