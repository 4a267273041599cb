//! Who may do what: secrets of keys, roles, and the one table of what a role allows.
//!
//! Values in, decisions out. No database, no clock, no HTTP: whoever calls brings the grants of a key and the
//! moment, and records what was decided. The invariant: what no grant allows is refused, and a caller who may
//! not even read something is told what he would be told if it were not there.

mod caller;
mod error;
mod policy;
mod reach;
mod role;
mod secret;

pub use caller::Caller;
pub use error::AccessError;
pub use policy::{Decision, VERBS, Verb};
pub use reach::{Reach, ReachError};
pub use role::{Grant, Role, Scope};
pub use secret::{KeyHash, Secret, SecretKind};
