//! Pages for people: what a cook made, and models beside each other.
//!
//! One file each, written once and opened anywhere: no script, no font, no request
//! but for the shop's own pictures. Deliberately asks nothing but the packed and
//! decoded model and the cook's report, so that a page tells no more of shoppers
//! than what is published anyway. Invariant: what data says is text, whatever is
//! in it; an address becomes a link to a picture only when it is one of the web.

mod comparison;
mod document;
mod style;

pub use comparison::{Compared, NO_TIMES, comparison_drawing, comparison_page};
