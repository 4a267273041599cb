//! The Cookshelf model: its bytes, and how a list is made from it.
//!
//! The same code runs on the server, which packs and checks a model, and in the
//! shopper's browser, which scores with it. Data flows one way:
//!
//! ```text
//! bytes -> format (frame, bundle) -> Section -> Model
//! Request (seeds, profile, filter) + Model -> candidates -> rank -> List
//! ```
//!
//! What is deliberately absent: I/O, clocks, threads, randomness, `unsafe`.
//! Invariants: a [`Model`] is always valid, whatever bytes it came from; hostile
//! bytes give an error and never a panic; scoring uses add, multiply, divide,
//! square root and compare in a fixed order, so native and wasm agree to the bit.
//!
//! What is asked once a list or once a section is marked `#[inline(never)]`: all of
//! it in one function was two thousand bytes more for every shopper to load.

#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![expect(
    clippy::neg_cmp_op_on_partial_ord,
    reason = "`!(x > 0.0)` is also true for NaN, which is what every use here means"
)]

pub mod bucket;
pub mod format;
mod kind;

mod again;
mod attributes;
mod availability;
mod cards;
mod charts;
mod curated;
mod factors;
mod ids;
mod index;
mod levels;
mod lists;
mod meta;
mod near;
mod section;

mod model;
mod positions;

mod admission;
mod candidates;
mod explain;
mod explanation;
mod explore;
mod filter;
mod fold_in;
mod list;
mod mix;
mod personal;
mod pins;
mod profile;
mod question;
mod rank;
mod recommend;
mod removed;
mod request;
mod scratch;
mod weights;
mod wishes;

pub use again::{Again, Habit, Pace};
pub use attributes::{Attributes, Column, ColumnValues};
pub use availability::{Availability, Window};
pub use cards::{CARD_ITEMS, Card, CardShard};
pub use charts::{Chart, Charts, Ranked};
pub use curated::{Curated, NamedList, Override, Scene};
pub use explanation::{Cause, Explanation, Part, Rhythm, explain};
pub use factors::{Factors, ItemVectors, MAX_DIMS};
pub use format::{Blob, Bundle, FormatError, Frame, MAJOR, MINOR};
pub use ids::Ids;
pub use index::{Index, Located, NAME_BYTES, Place};
pub use kind::{ListKind, SectionKey, SectionKind};
pub use list::{Item, Level, List, Outcome, Reason};
pub use lists::{Lists, Names};
pub use meta::Meta;
pub use model::{Model, ModelError};
pub use near::{MAX_NEIGHBOURS, Manner, NearShard, Neighbour};
pub use recommend::{recommend, recommend_many, recommend_with};
pub use removed::{Removed, Rule};
pub use request::{Event, EventKind, Filter, MAX_LIMIT, Request, RequestError};
pub use scratch::Scratch;
pub use section::Section;
pub use wishes::{Boost, MAX_BOOST, MAX_BOOSTS, Pin, Rotation, Wishes};
