//! Whole-product checks.
//!
//! `tests` holds the Rust ones (architecture among them), `browser` those that
//! need Chromium or Node, `load` the serving benchmark, `src/bin` the programs
//! that give the browser tests their native side.

pub mod answers;
