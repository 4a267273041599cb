//! Whether the program runs, and whether all that it needs answers.

use super::answer::Answer;
use super::call::Call;
use super::error::{ApiError, Reason};

pub(super) async fn live(_: Call) -> Result<Answer, ApiError> {
    Ok(Answer::text("text/plain", "ok\n"))
}

/// Downloads go on without the database, but changes do not.
pub(super) async fn ready(call: Call) -> Result<Answer, ApiError> {
    match call.state.control.ping().await {
        Ok(()) => Ok(Answer::text("text/plain", "ok\n")),
        Err(_) => Err(ApiError::new(
            Reason::Unavailable,
            "the database cannot be used now; downloads go on, changes do not",
        )
        .after(2)),
    }
}
