//! What an endpoint's manifest says: models and a strategy in, signed text out.
//!
//! Knows no clock, no database and no network: the moment, the history and the counts are arguments, so that a
//! rollout can be replayed. The invariant: what leaves here is a manifest that every client accepts, or an error.

mod compose;
mod division;
mod error;
mod measures;
mod rollout;
mod sign;
#[cfg(test)]
mod tests;

pub use compose::{ComposeParams, Composed, Signers, compose};
pub use division::{Offer, Offered};
pub use error::ReleaseError;
pub use measures::{METRICS, readings};
pub use rollout::{Candidate, Event, Reading, Rollout, Withdrawn};
pub use sign::{KeyId, ManifestKey, MasterSecret, PublicKey, open, seal};
