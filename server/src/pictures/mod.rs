//! Pictures: from the address of the contract to small, upright pixels.
//!
//! ```text
//! address   what an address means       ─▶ gallery   reads, several at a time
//! web       fetches with limits (network: what is public) ─▶ cache
//! decode    JPEG, PNG, WebP (orientation, shrink)  ─▶ Picture
//! report    what could not be had, and why
//! ```
//!
//! Deliberately does not know what a picture is for. Invariant: whatever a data folder names, reading it ends, within
//! the limits of [`PictureParams`], in a picture or a counted error.

mod address;
mod cache;
mod decode;
mod error;
mod gallery;
mod network;
mod orientation;
mod params;
mod report;
mod shrink;
mod web;

pub use error::PictureError;
pub use gallery::{Gallery, Original};
pub use params::PictureParams;
pub use report::{PictureExample, PictureProblem, PictureReport};
