//! Room to work in, kept from one question to the next.
//!
//! A scratch remembers nothing that an answer could depend on; it only saves the
//! memory from being taken again. Invariant: once a question of each kind was
//! answered, answering more like them takes no memory.

use crate::{
    admission::Rules,
    candidates::{InOrder, Sums},
    fold_in::FoldedIn,
    levels::Point,
    mix::Mix,
    profile::{Taste, Weighted},
    rank::Candidate,
    weights::Weights,
};

/// Room to answer questions in, one at a time. Any scratch fits any model.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    pub(crate) seeds: Vec<Weighted>,
    pub(crate) taste: Taste,
    pub(crate) rules: Rules,
    pub(crate) weights: Weights,
    /// Place and position of what is pinned.
    pub(crate) pins: Vec<(u32, u32)>,
    pub(crate) bench: Bench,
}

/// Where the candidates of one list are made.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bench {
    pub(crate) sums: Sums,
    pub(crate) order: InOrder,
    /// The profile or the session, what is newer weighing more: as seeds of rows, and as what is folded in.
    pub(crate) seeds: Vec<Weighted>,
    pub(crate) profile: Vec<Weighted>,
    pub(crate) shopper: FoldedIn,
    /// The shopper's point in integers.
    pub(crate) point: Point,
    /// The factors of the profile's items, one after the other.
    pub(crate) vectors: Vec<f64>,
    /// Candidates whose scores depend on one another.
    pub(crate) pool: Vec<Candidate>,
    /// The best candidates found, best first: what a list is made of.
    pub(crate) kept: Vec<Candidate>,
    pub(crate) mix: Mix,
}
