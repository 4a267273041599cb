//! Folders that are not of the contract: what comes out of each door, and what the report says.
//!
//! Small files are written by hand and their values worked out by hand; the demo shop is read through
//! every door and must be the same shop.

#![expect(clippy::unwrap_used, reason = "a test whose folder cannot be made or read should stop there")]

mod agreement;
mod events;
mod folder;
mod plain;
mod readme;
mod shopify;
mod which;
