//! The byte format: frames around sections, and the bundle that holds them all.
//!
//! `FORMAT.md` draws every byte. Encoder and decoder of each part stand side by
//! side. Nothing here knows what a section means.
//!
//! Versions: a minor adds optional sections, and old readers skip them; anything
//! else is a new major. 1.0 (2026-11): meta, ids, popular, factors, near,
//! attributes, cards, index, availability, curated, again.

mod bundle;
mod checksum;
mod cursor;
mod error;
mod fields;
mod frame;
mod small_float;

pub use bundle::{Blob, Bundle};
pub use checksum::crc32c;
pub use cursor::{Cursor, put_varint};
pub use error::FormatError;
pub use frame::{FRAME_BYTES, Frame, MAX_BLOB_BYTES, frame};
pub use small_float::{SmallFloat, small_float_at_least};

/// The format this crate writes. A reader refuses any other major.
pub const MAJOR: u8 = 1;
/// Grows when an optional section is added.
pub const MINOR: u8 = 0;

pub(crate) use fields::Fields;
pub(crate) use frame::encode_body;
