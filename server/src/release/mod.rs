//! What an endpoint's manifest says: models and a strategy in, signed text out.
//!
//! Knows no clock, no database and no network: the moment, the history and the counts are arguments, so that a
//! rollout can be replayed. The invariant: what leaves here is a manifest that every client accepts, or an error.

mod error;
mod sign;

pub use error::ReleaseError;
pub use sign::{KeyId, ManifestKey, MasterSecret, PublicKey, open, seal};
