//! Charts as SVG: from numbers to a drawing, and nothing else.
//!
//! ```text
//! scale   numbers -> places on the paper, and the numbers worth a line
//! label   names beside marks, out of each other's way
//! points  a cloud of models: quality against what it costs
//! curve   quality against the privacy floor
//! style   colours for light and dark, for drawings that stand alone
//! ```
//!
//! Deliberately knows no models and reads no files. Every drawing carries what it
//! shows in words, needs no script and no font of its own, and follows the
//! reader's choice of light or dark. Invariant: the same numbers give the same
//! bytes, and every coordinate is finite.

mod curve;
mod label;
mod points;
mod scale;
mod style;

pub use curve::{Curve, curve};
pub use points::{Cloud, Mark, points};
pub use scale::short;
pub use style::{COLOURS, STYLE};
