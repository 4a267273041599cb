//! One section of a model, read from its blob.

use crate::{
    again::Again,
    attributes::Attributes,
    availability::Availability,
    cards::CardShard,
    charts::Charts,
    curated::Curated,
    factors::Factors,
    format::{FormatError, Frame},
    ids::Ids,
    index::Index,
    kind::{SectionKey, SectionKind},
    meta::Meta,
    near::NearShard,
};

/// A decoded section; its existence proves that its own rules hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Section {
    /// Facts about the cook.
    Meta(Meta),
    /// Item ids.
    Ids(Ids),
    /// Popular, trending, new.
    Popular(Charts),
    /// Item factors.
    Factors(Factors),
    /// A shard of neighbour rows.
    Near(NearShard),
    /// Categories, filter columns, stock.
    Attributes(Attributes),
    /// A shard of cards.
    Cards(CardShard),
    /// Where the other sections are.
    Index(Index),
    /// When and where items may be shown.
    Availability(Availability),
    /// What the shop chose; boxed, for it is much larger than a shard and there is only one.
    Curated(Box<Curated>),
    /// How often items are bought again.
    Again(Again),
    /// An optional section of a newer writer: skipped.
    Unknown {
        /// Its kind number.
        kind: u16,
    },
}

impl Section {
    /// Reads any blob. Unknown optional sections are skipped, unknown critical ones are an error.
    pub fn decode(blob: &[u8]) -> Result<Self, FormatError> {
        let frame = Frame::decode(blob)?;
        let Some(kind) = SectionKind::from_number(frame.kind) else {
            return match frame.critical {
                true => Err(FormatError::UnknownCritical { kind: frame.kind }),
                false => Ok(Self::Unknown { kind: frame.kind }),
            };
        };
        let sharded = matches!(kind, SectionKind::Near | SectionKind::Cards);
        if (frame.list != 0 && kind != SectionKind::Near) || (frame.number != 0 && !sharded) {
            return Err(FormatError::section(kind, "list and shard number are zero where they mean nothing"));
        }
        Ok(match kind {
            SectionKind::Meta => Self::Meta(Meta::decode(frame.body)?),
            SectionKind::Ids => Self::Ids(Ids::decode(frame.body)?),
            SectionKind::Popular => Self::Popular(Charts::decode(frame.body)?),
            SectionKind::Factors => Self::Factors(Factors::decode(frame.body)?),
            SectionKind::Near => Self::Near(NearShard::decode(frame.list, frame.number, frame.body)?),
            SectionKind::Attributes => Self::Attributes(Attributes::decode(frame.body)?),
            SectionKind::Cards => Self::Cards(CardShard::decode(frame.number, frame.body)?),
            SectionKind::Index => Self::Index(Index::decode(frame.body)?),
            SectionKind::Availability => Self::Availability(Availability::decode(frame.body)?),
            SectionKind::Curated => Self::Curated(Box::new(Curated::decode(frame.body)?)),
            SectionKind::Again => Self::Again(Again::decode(frame.body)?),
        })
    }

    /// Its key; `None` for an unknown section.
    pub fn key(&self) -> Option<SectionKey> {
        Some(match self {
            Self::Meta(_) => SectionKey::single(SectionKind::Meta),
            Self::Ids(_) => SectionKey::single(SectionKind::Ids),
            Self::Popular(_) => SectionKey::single(SectionKind::Popular),
            Self::Factors(_) => SectionKey::single(SectionKind::Factors),
            Self::Near(shard) => SectionKey::near(shard.list(), shard.number()),
            Self::Attributes(_) => SectionKey::single(SectionKind::Attributes),
            Self::Cards(shard) => SectionKey::cards(shard.number()),
            Self::Index(_) => SectionKey::single(SectionKind::Index),
            Self::Availability(_) => SectionKey::single(SectionKind::Availability),
            Self::Curated(_) => SectionKey::single(SectionKind::Curated),
            Self::Again(_) => SectionKey::single(SectionKind::Again),
            Self::Unknown { .. } => return None,
        })
    }
}
