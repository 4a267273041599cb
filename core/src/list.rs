//! What a question gets back: a list, how much of it is what was asked for, and why each item is in it.

use crate::{
    kind::{ListKind, SectionKey},
    removed::Removed,
};

/// The answer, or what must be loaded first.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Sections the index knows and the list needs; load them and ask again.
    Needs(Vec<SectionKey>),
    /// The list.
    Done(List),
}

/// A list of recommendations.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct List {
    /// How much of it is what was asked for.
    pub level: Level,
    /// Best first.
    pub items: Vec<Item>,
    /// How many items were kept out, and why.
    pub removed: Removed,
}

/// How much of a list is what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u8)]
pub enum Level {
    /// All of it.
    Asked = 0,
    /// The first part; a fallback filled the rest.
    PartlyFallback = 1,
    /// Nothing: a fallback gave it all.
    Fallback = 2,
    /// There is nothing to show.
    #[default]
    Empty = 3,
}

/// One recommendation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    /// Position of the item.
    pub position: u32,
    /// Comparable within the part of the list that has the same reason.
    pub score: f32,
    /// Why it is here.
    pub reason: Reason,
    /// The list it is from: the asked one, or a fallback.
    pub list: ListKind,
    /// The item of the seeds or the profile behind the reason.
    pub because: Option<u32>,
}

/// Why an item is in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Reason {
    /// Similar to a seed.
    SimilarTo = 0,
    /// Bought together with a seed.
    TogetherWith = 1,
    /// Fits the profile.
    YourTaste = 2,
    /// Trending.
    Trending = 3,
    /// Popular.
    Popular = 4,
    /// New.
    New = 5,
    /// Seen or bought recently.
    Recent = 6,
    /// The shop chose it, or the page pinned it.
    Chosen = 7,
    /// The page named it among others, and no list says more about it.
    Given = 8,
    /// Bought before, and soon needed again.
    Again = 9,
}

impl Reason {
    /// Why an item is in a list that has it from itself.
    pub fn of(list: ListKind) -> Self {
        match list {
            ListKind::Picks => Self::YourTaste,
            ListKind::Together => Self::TogetherWith,
            ListKind::Popular => Self::Popular,
            ListKind::Trending => Self::Trending,
            ListKind::New => Self::New,
            ListKind::Recent => Self::Recent,
            ListKind::Again => Self::Again,
            ListKind::Named => Self::Chosen,
            ListKind::Similar | ListKind::Next | ListKind::Text | ListKind::Look => Self::SimilarTo,
        }
    }
}
