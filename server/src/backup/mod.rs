//! A server's whole state in one file, and back.
//!
//! ```text
//! mark      the lines of the file that say what follows
//! writer    database (out of one moment), then the store -> file
//! reader    file -> parts, each checked before it is given on
//! restore   parts -> a database that is empty, and a store
//! proof     database and store -> what is missing
//! ```
//!
//! The file is lines of JSON, but for the bytes of files of the store. A line that begins with `{` is a mark, one that
//! begins with `[` is a row of the table whose mark came last:
//!
//! ```text
//! {"is":"backup","format":1,"version":4,"made":"2026-11-22T18:00:00Z"}
//! {"is":"table","table":"resource","columns":["place","kind",…]}
//! ["acme","account",…]
//! {"is":"end","rows":1,"sha256":"…"}           of the lines of its rows, line ends included
//! {"is":"secret","secret":"…"}                 only when it was asked for
//! {"is":"file","path":"accounts/acme/b/1/…","bytes":9,"sha256":"…"}
//! …9 bytes, and a line end…
//! {"is":"whole","tables":16,"files":1,"sha256":"…"}    of everything before this line
//! ```
//!
//! It says nothing of which database it came from, and goes into either. Invariants: nothing is put anywhere before the
//! whole file was read and found unchanged; a database is filled at once, and only one in which nothing was ever done.

mod error;
mod mark;
mod proof;
mod reader;
mod restore;
#[cfg(test)]
mod tests;
mod writer;

pub use error::BackupError;
pub use proof::{Proof, prove};
pub use restore::{Checked, check, restore};
pub use writer::{Written, write};
