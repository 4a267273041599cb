//! A model: ids and whatever other sections are there.
//!
//! On the server a model is whole; in a browser it grows section by section, as
//! lists need them. Invariant: every position in any section is below the number
//! of ids, so that no code behind this door checks again.

use core::fmt;

use crate::{
    attributes::Attributes,
    availability::Availability,
    cards::{CARD_ITEMS, Card, CardShard},
    charts::Charts,
    curated::Curated,
    factors::Factors,
    format::FormatError,
    ids::Ids,
    index::Index,
    kind::{ListKind, SectionKey, SectionKind},
    meta::Meta,
    near::{NearShard, SHARD_ITEMS},
    section::Section,
};

/// Why sections do not make a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelError {
    /// A section does not decode.
    Format(FormatError),
    /// There is no ids section, and nothing can be named without it.
    NoIds,
    /// A section names items the model does not have: it belongs to another cook.
    OtherModel {
        /// The section.
        kind: SectionKind,
    },
}

impl From<FormatError> for ModelError {
    fn from(error: FormatError) -> Self {
        Self::Format(error)
    }
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format(error) => error.fmt(f),
            Self::NoIds => f.write_str("the model has no `ids` section; load it before any other"),
            Self::OtherModel { kind } => {
                write!(
                    f,
                    "section `{}` does not belong to these ids; load the sections of one index",
                    kind.name()
                )
            }
        }
    }
}

impl core::error::Error for ModelError {}

/// A valid model, whole or growing.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    ids: Ids,
    meta: Option<Meta>,
    charts: Option<Charts>,
    factors: Option<Factors>,
    attributes: Option<Attributes>,
    availability: Option<Availability>,
    curated: Option<Curated>,
    /// Sorted by list and number.
    near: Vec<NearShard>,
    /// Sorted by number.
    cards: Vec<CardShard>,
    index: Option<Index>,
}

impl Model {
    /// A model of ids alone.
    pub fn new(ids: Ids) -> Self {
        Self {
            ids,
            meta: None,
            charts: None,
            factors: None,
            attributes: None,
            availability: None,
            curated: None,
            near: Vec::new(),
            cards: Vec::new(),
            index: None,
        }
    }

    /// Adds a section; a section that is already there is replaced.
    pub fn insert(&mut self, section: Section) -> Result<(), ModelError> {
        let items = self.ids.count();
        let fits = match &section {
            Section::Meta(_) | Section::Index(_) | Section::Unknown { .. } => true,
            Section::Ids(ids) => *ids == self.ids,
            Section::Popular(charts) => charts.reach() <= items && !charts.repeats(),
            Section::Factors(factors) => factors.items() == items,
            Section::Near(shard) => shard.reach() <= items,
            Section::Attributes(attributes) => attributes.items() == items,
            Section::Cards(shard) => shard.reach() <= items,
            Section::Availability(availability) => availability.items().rows() == items as usize,
            Section::Curated(curated) => curated.reach() <= items,
        };
        if let (false, Some(key)) = (fits, section.key()) {
            return Err(ModelError::OtherModel { kind: key.kind });
        }
        match section {
            Section::Ids(_) | Section::Unknown { .. } => (),
            Section::Meta(meta) => self.meta = Some(meta),
            Section::Popular(charts) => self.charts = Some(charts),
            Section::Factors(factors) => self.factors = Some(factors),
            Section::Attributes(attributes) => self.attributes = Some(attributes),
            Section::Index(index) => self.index = Some(index),
            Section::Availability(availability) => self.availability = Some(availability),
            Section::Curated(curated) => self.curated = Some(curated),
            Section::Near(shard) => put(&mut self.near, shard, |shard| (shard.list(), shard.number())),
            Section::Cards(shard) => put(&mut self.cards, shard, CardShard::number),
        }
        Ok(())
    }

    /// Whether a section is loaded.
    pub fn has(&self, key: SectionKey) -> bool {
        match key.kind {
            SectionKind::Ids => true,
            SectionKind::Meta => self.meta.is_some(),
            SectionKind::Popular => self.charts.is_some(),
            SectionKind::Factors => self.factors.is_some(),
            SectionKind::Attributes => self.attributes.is_some(),
            SectionKind::Index => self.index.is_some(),
            SectionKind::Availability => self.availability.is_some(),
            SectionKind::Curated => self.curated.is_some(),
            SectionKind::Cards => self.card_shard(key.number).is_some(),
            SectionKind::Near => ListKind::from_number(key.list)
                .is_some_and(|list| self.near_shard(list, key.number).is_some()),
        }
    }

    /// Whether a section is not loaded although the index says that it exists.
    pub fn lacks(&self, key: SectionKey) -> bool {
        !self.has(key) && self.index.as_ref().is_some_and(|index| index.place(key).is_some())
    }

    /// The ids.
    pub fn ids(&self) -> &Ids {
        &self.ids
    }

    /// Number of items, shown or not.
    pub fn items(&self) -> u32 {
        self.ids.count()
    }

    /// Facts about the cook.
    pub fn meta(&self) -> Option<&Meta> {
        self.meta.as_ref()
    }

    /// Popular, trending and new.
    pub fn charts(&self) -> Option<&Charts> {
        self.charts.as_ref()
    }

    /// Item factors.
    pub fn factors(&self) -> Option<&Factors> {
        self.factors.as_ref()
    }

    /// Categories, filter columns, stock.
    pub fn attributes(&self) -> Option<&Attributes> {
        self.attributes.as_ref()
    }

    /// When and where items may be shown; without it, always and everywhere.
    pub fn availability(&self) -> Option<&Availability> {
        self.availability.as_ref()
    }

    /// What the shop chose.
    pub fn curated(&self) -> Option<&Curated> {
        self.curated.as_ref()
    }

    /// Where sections are.
    pub fn index(&self) -> Option<&Index> {
        self.index.as_ref()
    }

    /// The shard that holds the neighbours of an item.
    pub fn near(&self, list: ListKind, position: u32) -> Option<&NearShard> {
        self.near_shard(list, position / SHARD_ITEMS)
    }

    /// The card of an item.
    pub fn card(&self, position: u32) -> Option<Card<'_>> {
        self.card_shard(position / CARD_ITEMS)?.card(position)
    }

    fn near_shard(&self, list: ListKind, number: u32) -> Option<&NearShard> {
        let at =
            self.near.binary_search_by_key(&(list, number), |shard| (shard.list(), shard.number())).ok()?;
        self.near.get(at)
    }

    fn card_shard(&self, number: u32) -> Option<&CardShard> {
        let at = self.cards.binary_search_by_key(&number, CardShard::number).ok()?;
        self.cards.get(at)
    }

    /// The list kinds this model can answer, whether loaded or only known by the index.
    pub fn lists(&self) -> Vec<ListKind> {
        let there = |key| self.has(key) || self.lacks(key);
        let answers = |list: &ListKind| match list {
            ListKind::Picks => there(SectionKey::single(SectionKind::Factors)),
            ListKind::Popular | ListKind::Trending | ListKind::New => {
                there(SectionKey::single(SectionKind::Popular))
            }
            ListKind::Recent => true,
            ListKind::Again => false,
            ListKind::Named => match self.curated() {
                Some(curated) => curated.lists().next().is_some(),
                None => self.lacks(SectionKey::single(SectionKind::Curated)),
            },
            near => there(SectionKey::near(*near, 0)),
        };
        ListKind::ALL.into_iter().filter(answers).collect()
    }
}

/// Puts a shard at its place in a sorted list; one with the same key is replaced.
fn put<T, K: Ord>(shards: &mut Vec<T>, shard: T, key: impl Fn(&T) -> K) {
    match shards.binary_search_by_key(&key(&shard), &key) {
        Ok(at) => shards[at] = shard,
        Err(at) => shards.insert(at, shard),
    }
}
