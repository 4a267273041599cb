//! What the runtime does when a model asks for the impossible, such as a row that a table has not: it panics. Then one
//! answer is lost, and nothing else.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::error::OnnxError;

/// Does the work; `lost` says what a panic means. The work shares nothing with what comes after it: a plan is not
/// changed by being run.
pub(super) fn caught<T>(
    lost: fn(String) -> OnnxError,
    work: impl FnOnce() -> Result<T, OnnxError>,
) -> Result<T, OnnxError> {
    let done = catch_unwind(AssertUnwindSafe(work));
    done.unwrap_or_else(|_| Err(lost("it asks for what is not possible".to_owned())))
}
