//! When a modeling is cooked by itself the next time.

use serde::Serialize;
use utoipa::ToSchema;

use super::answer::Answer;
use super::call::Call;
use super::error::ApiError;
use crate::moment::rfc3339;
use crate::schedule::due;

/// What a schedule says of now.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DueView {
    /// The due time that is owed a cook now, RFC 3339; nothing when none is.
    owed: Option<String>,
    /// When the next cook is due, RFC 3339; nothing without a schedule.
    next: Option<String>,
    /// The newest due time that has a cook, RFC 3339; nothing before the first.
    last: Option<String>,
}

pub(super) async fn one(call: Call) -> Result<Answer, ApiError> {
    let place = call.place()?;
    let found = call.state.control.resource(place).await?;
    let resource = found.ok_or_else(|| ApiError::not_found(format!("there is no modeling `{place}`")))?;
    let Some(schedule) = resource.spec.modeling().and_then(|spec| spec.schedule) else {
        return Ok(Answer::json(&DueView::default()));
    };
    let last = call.state.control.last_slot(place).await?;
    let due = due(&schedule, resource.created_ms / 1000, last, call.actor.now_ms / 1000);
    let (owed, last) = (due.owed.map(rfc3339), last.map(rfc3339));
    Ok(Answer::json(&DueView { owed, next: Some(rfc3339(due.next)), last }))
}
