//! The names of things: list kinds, section kinds, and the key of one section.
//!
//! Numbers here are on the wire and never change their meaning.

/// What a list answers. The number is part of requests, shards and reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ListKind {
    /// Personal picks, folded in from the profile.
    Picks = 0,
    /// People who liked this also liked.
    Similar = 1,
    /// Bought together.
    Together = 2,
    /// Next in this session.
    Next = 3,
    /// Most shoppers, over a window.
    Popular = 4,
    /// Popular with newer interactions weighing more.
    Trending = 5,
    /// Newest releases.
    New = 6,
    /// Similar description.
    Text = 7,
    /// Similar look.
    Look = 8,
    /// Buy it again.
    Again = 9,
    /// Recently viewed, from the profile alone.
    Recent = 10,
    /// A list that the shop made itself, asked for by its name.
    Named = 11,
}

impl ListKind {
    /// Every kind, by number.
    pub const ALL: [Self; 12] = [
        Self::Picks,
        Self::Similar,
        Self::Together,
        Self::Next,
        Self::Popular,
        Self::Trending,
        Self::New,
        Self::Text,
        Self::Look,
        Self::Again,
        Self::Recent,
        Self::Named,
    ];

    /// The kind with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The number on the wire.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The word used everywhere: settings, URLs, TypeScript, prose.
    pub fn name(self) -> &'static str {
        match self {
            Self::Picks => "picks",
            Self::Similar => "similar",
            Self::Together => "together",
            Self::Next => "next",
            Self::Popular => "popular",
            Self::Trending => "trending",
            Self::New => "new",
            Self::Text => "text",
            Self::Look => "look",
            Self::Again => "again",
            Self::Recent => "recent",
            Self::Named => "named",
        }
    }

    /// True for the kinds that are about items and answered from a row of neighbours per item.
    pub fn has_neighbours(self) -> bool {
        matches!(self, Self::Similar | Self::Together | Self::Next | Self::Text | Self::Look)
    }

    /// True for the kinds that have scores of their own beside an order.
    pub(crate) fn is_scored(self) -> bool {
        self.has_neighbours() || matches!(self, Self::Popular | Self::Trending | Self::New)
    }

    /// Items per shard of neighbour rows. `picks` needs the rows of whatever the profile holds: few large shards,
    /// fetched all at once, so that a request says nothing about the shopper. What lies in the items themselves stays from
    /// cook to cook: larger shards cost no shopper a second download, and each shard less is a name less in every index.
    /// `next` has the finest weights, and so the heaviest rows: fewer of them, for a shard is what one page fetches.
    pub fn shard_items(self) -> u32 {
        match self {
            Self::Picks => 4096,
            Self::Text | Self::Look => 192,
            Self::Next => 96,
            _ => 128,
        }
    }
}

/// What a section holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum SectionKind {
    /// Facts about the cook: names, culture, settings.
    Meta = 1,
    /// Item ids by position.
    Ids = 2,
    /// Charts: popular, trending, new.
    Popular = 3,
    /// Item factors and their Gram matrix.
    Factors = 4,
    /// A shard of neighbour rows of one list kind.
    Near = 5,
    /// Categories, filter columns, stock.
    Attributes = 6,
    /// A shard of cards.
    Cards = 7,
    /// Where every other section is.
    Index = 8,
    /// When and where items may be shown.
    Availability = 9,
    /// What the shop chose: named lists, overrides, scenes.
    Curated = 10,
    /// How often items are bought again.
    Again = 11,
}

impl SectionKind {
    /// Every kind this reader knows.
    pub const ALL: [Self; 11] = [
        Self::Meta,
        Self::Ids,
        Self::Popular,
        Self::Factors,
        Self::Near,
        Self::Attributes,
        Self::Cards,
        Self::Index,
        Self::Availability,
        Self::Curated,
        Self::Again,
    ];

    /// The kind with this number, if this reader knows it.
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u16 == number)
    }

    /// The number on the wire.
    pub fn number(self) -> u16 {
        self as u16
    }

    /// The word for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Ids => "ids",
            Self::Popular => "popular",
            Self::Factors => "factors",
            Self::Near => "near",
            Self::Attributes => "attributes",
            Self::Cards => "cards",
            Self::Index => "index",
            Self::Availability => "availability",
            Self::Curated => "curated",
            Self::Again => "again",
        }
    }

    /// A reader that does not know a critical section must refuse the model.
    pub fn is_critical(self) -> bool {
        matches!(self, Self::Ids | Self::Index)
    }
}

/// Which section, and for sharded ones, which list and which shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SectionKey {
    /// What it holds.
    pub kind: SectionKind,
    /// List kind number of a `near` shard; 0 elsewhere.
    pub list: u8,
    /// Shard number; 0 for sections that are not sharded.
    pub number: u32,
}

impl SectionKey {
    /// The key of a section that exists once.
    pub fn single(kind: SectionKind) -> Self {
        Self { kind, list: 0, number: 0 }
    }

    /// The key of the neighbour shard that holds `position` for `list`.
    pub fn near(list: ListKind, number: u32) -> Self {
        Self { kind: SectionKind::Near, list: list.number(), number }
    }

    /// The key of a card shard.
    pub fn cards(number: u32) -> Self {
        Self { kind: SectionKind::Cards, list: 0, number }
    }
}
