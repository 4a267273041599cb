//! Who did what: records, and whether any was changed.

use serde::Serialize;
use utoipa::ToSchema;

use super::answer::Answer;
use super::call::Call;
use super::error::ApiError;
use super::page::{Page, number};
use crate::control::AuditRecord;

/// A page of records, newest first; oldest first when `after` is given.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditView {
    items: Vec<AuditRecord>,
    /// Give this as `before`, or as `after` where that was given, for the page that follows; there is none when it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

pub(super) async fn records(call: Call) -> Result<Answer, ApiError> {
    let (page, before, after) = (Page::of(&call)?, number(&call, "before")?, number(&call, "after")?);
    let control = &call.state.control;
    let items = match after {
        Some(after) => control.audit_after(call.account(), after, page.limit).await?,
        None => control.audit(call.account(), before, page.limit).await?,
    };
    let next = page.next(&items, |record| record.seq.to_string());
    Ok(Answer::json(&AuditView { items, next }))
}

pub(super) async fn verification(call: Call) -> Result<Answer, ApiError> {
    Ok(Answer::json(&call.state.control.verify_audit().await?))
}
