//! Who did what: records, and whether any was changed.

use serde::Serialize;
use utoipa::ToSchema;

use super::answer::Answer;
use super::call::Call;
use super::error::{ApiError, Reason};
use crate::control::AuditRecord;

/// A page of records, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditView {
    items: Vec<AuditRecord>,
    /// Give this as `before` for the page that follows; there is none when it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

pub(super) async fn records(call: Call) -> Result<Answer, ApiError> {
    let wrong = |_| ApiError::new(Reason::BadRequest, "`before` is the `next` of the page before");
    let before = call.query.get("before").map(|text| text.parse()).transpose().map_err(wrong)?;
    let limit = call.limit()?;
    let items = call.state.control.audit(call.account(), before, limit).await?;
    let whole = items.len() == limit as usize;
    let next = if whole { items.last().map(|record| record.seq.to_string()) } else { None };
    Ok(Answer::json(&AuditView { items, next }))
}

pub(super) async fn verification(call: Call) -> Result<Answer, ApiError> {
    Ok(Answer::json(&call.state.control.verify_audit().await?))
}
