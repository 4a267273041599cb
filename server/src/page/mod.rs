//! Pages for people: what a cook made, and models beside each other.
//!
//! ```text
//! comparison            several models: what `eval --plot` writes
//! cook                  one cook: what `cook --report` writes
//!   shelves ◀─ reason   lists of sample items, with why
//!   measures            quality, and what the privacy floor costs
//!   facts               the head, readiness, bytes, problems
//! shop ◀─ album         items with their titles and pictures
//! document, style       the frame, and how it looks
//! ```
//!
//! One file each, written once and opened anywhere: no script, no font, no request
//! but for the shop's own pictures. Deliberately asks nothing but the packed and
//! decoded model and the cook's report, so that a page tells no more of shoppers
//! than what is published anyway. Invariant: what data says is text, whatever is
//! in it; an address becomes a picture only when it is one of the web.

mod album;
mod comparison;
mod cook;
mod document;
mod facts;
mod measures;
mod reason;
mod shelves;
mod shop;
mod style;

pub use album::Album;
pub use comparison::{Compared, NO_TIMES, comparison_drawing, comparison_page};
pub use cook::cook_page;
