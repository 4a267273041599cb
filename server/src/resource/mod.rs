//! What operators say: names and places.
//!
//! Pure values: parse, check, write. No clock, no file, no database. Invariant: what was read here is valid, and
//! every refusal says where and what would be right.

mod error;
mod name;
mod place;

pub use error::ResourceError;
pub use name::Name;
pub use place::{Kind, Place};
