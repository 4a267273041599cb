//! What lies in the store and nobody needs any more, and its end.
//!
//! ```text
//! needed    kept models -> every file that they are made of
//! survey    what lies there, against what is needed
//! collect   marks what is not needed; deletes what no valid manifest can name any more
//! ```
//!
//! A model that is given up, or whose modeling is deleted, may still be named by manifests that pages hold; so what it is
//! made of is marked first, and goes when the last manifest that was made before the mark is no longer valid. Invariants:
//! what a kept model or a valid manifest names is never deleted; servers may do this beside each other, and each may be
//! killed at any moment; where something cannot be read, nothing is deleted.

mod collect;
mod error;
mod needed;
mod survey;
#[cfg(test)]
mod tests;

pub use collect::{Collected, collect};
pub use error::SweepError;
pub use needed::names;
pub use survey::{Pile, Survey, survey};

use crate::artifacts::Artifacts;
use crate::control::Control;

/// Where everything lies, and what time it is.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "a clock has nothing to show")]
pub struct Store<'a> {
    /// The database.
    pub control: &'a Control,
    /// The artifacts.
    pub artifacts: &'a Artifacts,
    /// The clock, in milliseconds since 1970.
    pub clock: &'a dyn Fn() -> i64,
}
