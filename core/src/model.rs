//! A model: ids and whatever other sections are there.
//!
//! On the server a model is whole; in a browser it grows section by section, as
//! lists need them. Invariant: every position in any section is below the number
//! of ids, so that no code behind this door checks again.

use core::fmt;

use crate::{
    again::Again,
    attributes::Attributes,
    availability::Availability,
    cards::{CARD_ITEMS, Card},
    charts::Charts,
    curated::Curated,
    factors::Factors,
    format::FormatError,
    ids::Ids,
    index::Index,
    kind::{ListKind, SectionKey, SectionKind},
    meta::Meta,
    near::NearShard,
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

impl ModelError {
    /// What is wrong in a few words, for a browser.
    pub fn brief(&self) -> &'static str {
        match self {
            Self::Format(error) => error.brief(),
            Self::NoIds => SectionKind::Ids.name(),
            Self::OtherModel { kind } => kind.name(),
        }
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
    /// All but the ids, sorted by key. One list for every kind: code for each of them would be a tenth of the browser's
    /// bytes.
    sections: Vec<(SectionKey, Section)>,
}

impl Model {
    /// A model of ids alone.
    pub fn new(ids: Ids) -> Self {
        Self { ids, sections: Vec::new() }
    }

    /// Adds a section; a section that is already there is replaced.
    pub fn insert(&mut self, section: Section) -> Result<(), ModelError> {
        let Some(key) = section.key() else { return Ok(()) };
        if !self.fits(&section) {
            return Err(ModelError::OtherModel { kind: key.kind });
        }
        match self.find(key) {
            _ if key.kind == SectionKind::Ids => (),
            Ok(at) => self.sections[at].1 = section,
            Err(at) => self.sections.insert(at, (key, section)),
        }
        Ok(())
    }

    /// Whether a section belongs to the ids.
    #[inline(never)]
    fn fits(&self, section: &Section) -> bool {
        let items = self.ids.count();
        match section {
            Section::Meta(_) | Section::Index(_) | Section::Unknown { .. } => true,
            Section::Ids(ids) => *ids == self.ids,
            Section::Popular(charts) => charts.reach() <= items && !charts.repeats(),
            Section::Factors(factors) => factors.items() == items,
            Section::Near(shard) => shard.reach() <= items,
            Section::Attributes(attributes) => attributes.items() == items,
            Section::Cards(shard) => shard.reach() <= items,
            Section::Availability(availability) => availability.items().rows() == items as usize,
            Section::Curated(curated) => curated.reach() <= items,
            Section::Again(again) => again.items() == items,
        }
    }

    #[inline(never)]
    fn find(&self, key: SectionKey) -> Result<usize, usize> {
        self.sections.binary_search_by_key(&key, |(key, _)| *key)
    }

    // One copy of the search in the browser's bytes, not one for each kind.
    #[inline(never)]
    fn section(&self, key: SectionKey) -> Option<&Section> {
        self.find(key).ok().map(|at| &self.sections[at].1)
    }

    fn single(&self, kind: SectionKind) -> Option<&Section> {
        self.section(SectionKey::single(kind))
    }

    /// Whether a section is loaded.
    pub fn has(&self, key: SectionKey) -> bool {
        key.kind == SectionKind::Ids || self.find(key).is_ok()
    }

    /// Whether a section is not loaded although the index says that it exists.
    pub fn lacks(&self, key: SectionKey) -> bool {
        !self.has(key) && self.index().is_some_and(|index| index.place(key).is_some())
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
        match self.single(SectionKind::Meta)? {
            Section::Meta(meta) => Some(meta),
            _ => None,
        }
    }

    /// Popular, trending and new.
    pub fn charts(&self) -> Option<&Charts> {
        match self.single(SectionKind::Popular)? {
            Section::Popular(charts) => Some(charts),
            _ => None,
        }
    }

    /// Item factors.
    pub fn factors(&self) -> Option<&Factors> {
        match self.single(SectionKind::Factors)? {
            Section::Factors(factors) => Some(factors),
            _ => None,
        }
    }

    /// Categories, filter columns, stock.
    pub fn attributes(&self) -> Option<&Attributes> {
        match self.single(SectionKind::Attributes)? {
            Section::Attributes(attributes) => Some(attributes),
            _ => None,
        }
    }

    /// When and where items may be shown; without it, always and everywhere.
    pub fn availability(&self) -> Option<&Availability> {
        match self.single(SectionKind::Availability)? {
            Section::Availability(availability) => Some(availability),
            _ => None,
        }
    }

    /// What the shop chose.
    pub fn curated(&self) -> Option<&Curated> {
        match self.single(SectionKind::Curated)? {
            Section::Curated(curated) => Some(curated),
            _ => None,
        }
    }

    /// How often items are bought again; `None` where the data knows no repeats.
    pub fn again(&self) -> Option<&Again> {
        match self.single(SectionKind::Again)? {
            Section::Again(again) => Some(again),
            _ => None,
        }
    }

    /// Where sections are.
    pub fn index(&self) -> Option<&Index> {
        match self.single(SectionKind::Index)? {
            Section::Index(index) => Some(index),
            _ => None,
        }
    }

    /// The shard that holds the neighbours of an item.
    pub fn near(&self, list: ListKind, position: u32) -> Option<&NearShard> {
        match self.section(SectionKey::near(list, position / list.shard_items()))? {
            Section::Near(shard) => Some(shard),
            _ => None,
        }
    }

    /// The card of an item.
    pub fn card(&self, position: u32) -> Option<Card<'_>> {
        match self.section(SectionKey::cards(position / CARD_ITEMS))? {
            Section::Cards(shard) => shard.card(position),
            _ => None,
        }
    }

    /// The list kinds this model can answer, whether loaded or only known by the index.
    pub fn lists(&self) -> Vec<ListKind> {
        let there = |key| self.has(key) || self.lacks(key);
        let answers = |list: &ListKind| match list {
            ListKind::Picks => {
                there(SectionKey::single(SectionKind::Factors)) || there(SectionKey::near(ListKind::Picks, 0))
            }
            ListKind::Popular | ListKind::Trending | ListKind::New => {
                there(SectionKey::single(SectionKind::Popular))
            }
            ListKind::Recent => true,
            ListKind::Again => there(SectionKey::single(SectionKind::Again)),
            ListKind::Named => match self.curated() {
                Some(curated) => curated.lists().next().is_some(),
                None => self.lacks(SectionKey::single(SectionKind::Curated)),
            },
            near => there(SectionKey::near(*near, 0)),
        };
        ListKind::ALL.into_iter().filter(answers).collect()
    }
}
