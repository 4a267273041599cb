//! Cards: what a page without product data of its own shows for an item.

use serde::Serialize;

use crate::{
    format::{Fields, FormatError, encode_body},
    kind::{SectionKey, SectionKind},
    lists::{Names, NamesWire},
};

/// Items per shard: more than neighbour shards hold, for titles and addresses of many items compress well together.
pub const CARD_ITEMS: u32 = 512;
const KIND: SectionKind = SectionKind::Cards;

/// One item to show. Empty text means the data does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Card<'a> {
    /// What it is called.
    pub title: &'a str,
    /// Decimal text, exactly as in the data.
    pub price: &'a str,
    /// Where its page is, when the model's address template does not say.
    pub address: &'a str,
    /// Where its picture is.
    pub image: &'a str,
}

/// The cards of up to 512 items in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardShard {
    number: u32,
    titles: Names,
    prices: Names,
    addresses: Names,
    images: Names,
}

#[derive(Serialize)]
struct CardsWire<'a> {
    titles: NamesWire<'a>,
    prices: NamesWire<'a>,
    addresses: NamesWire<'a>,
    images: NamesWire<'a>,
}

impl CardShard {
    /// The cards of shard `number`, in position order.
    pub fn new(number: u32, cards: &[Card<'_>]) -> Result<Self, FormatError> {
        Self {
            number,
            titles: Names::new(cards.iter().map(|card| card.title)),
            prices: Names::new(cards.iter().map(|card| card.price)),
            addresses: Names::new(cards.iter().map(|card| card.address)),
            images: Names::new(cards.iter().map(|card| card.image)),
        }
        .checked()
    }

    /// The shard's number.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The card of an item this shard holds.
    #[inline(never)]
    pub fn card(&self, position: u32) -> Option<Card<'_>> {
        let at = position.checked_sub(self.number * CARD_ITEMS)? as usize;
        (at < self.titles.len()).then(|| Card {
            title: self.titles.get(at),
            price: self.prices.get(at),
            address: self.addresses.get(at),
            image: self.images.get(at),
        })
    }

    /// As a blob.
    pub fn encode(&self) -> Result<Vec<u8>, FormatError> {
        let lengths = [&self.titles, &self.prices, &self.addresses, &self.images].map(Names::encode);
        let wire = CardsWire {
            titles: self.titles.wire(&lengths[0]),
            prices: self.prices.wire(&lengths[1]),
            addresses: self.addresses.wire(&lengths[2]),
            images: self.images.wire(&lengths[3]),
        };
        encode_body(SectionKey::cards(self.number), &wire)
    }

    pub(crate) fn decode(number: u32, body: &[u8]) -> Result<Self, FormatError> {
        let mut fields = Fields::new(KIND, body);
        let mut read = || Names::read(&mut fields);
        let shard = Self { number, titles: read(), prices: read(), addresses: read(), images: read() };
        fields.done()?;
        shard.checked()
    }

    fn checked(self) -> Result<Self, FormatError> {
        let count = self.titles.len();
        let same = [&self.prices, &self.addresses, &self.images].iter().all(|names| names.len() == count);
        let in_range = self.number < u32::MAX / CARD_ITEMS;
        if !same || count > CARD_ITEMS as usize || !in_range {
            return Err(FormatError::section(KIND, "a shard has up to 512 whole cards"));
        }
        Ok(self)
    }

    /// The largest position held, plus one.
    pub(crate) fn reach(&self) -> u32 {
        self.number * CARD_ITEMS + self.titles.len() as u32
    }
}
