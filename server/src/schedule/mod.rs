//! When a modeling is cooked by itself, and when a failed cook is tried again.
//!
//! Pure: moments are arguments, in Unix seconds and UTC, so there is no summer time to lose an hour in. The invariants:
//! due times lie on a grid of their own that nothing moves, however late a cook ran or a clock was; a stretch without
//! a server is made up for by one cook, not by one for each time that was missed.

mod due;
mod retry;

pub use due::{Due, due};
pub use retry::retry_after;
