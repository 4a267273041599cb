//! Rows that arrive one by one: orders of a webhook, messages of a broker. They wait in files until the next cook.
//!
//! ```text
//! add      rows -> one file in the store, which counts when the database says so
//! fetch    the files of a modeling -> a folder of a cook
//! upkeep   small files -> larger ones; what is too old, gone or left over -> nothing
//! ```
//!
//! Nothing here knows HTTP, a broker or a cook. Invariants: a row that was acknowledged is in a file that counts, and
//! both the file and its count outlive a power cut; an event counts once, however often and wherever it is sent, for as
//! long as its row is kept; a file that counts is never deleted.

mod add;
mod error;
mod fetch;
#[cfg(test)]
mod tests;
mod upkeep;

pub use crate::contract::{LiveRow, live_rows};
pub use add::{Counts, MOST_ROWS, Source, add};
pub use error::LiveError;
pub use fetch::{Fetched, fetch};
pub use upkeep::{join, sweep, tidy};
