//! One question to a model, and its bytes.
//!
//! The bytes are postcard's (varints, length-prefixed text, enum tags), read by
//! hand so that nesting and lengths are bounded before anything is allocated.

use core::fmt;

use crate::{
    format::{Cursor, put_varint},
    kind::ListKind,
    wishes::Wishes,
};

/// No list is longer.
pub const MAX_LIMIT: u32 = 1000;
const MAX_FILTER_DEPTH: u32 = 8;

/// What is asked. Ids the model does not know are passed over.
#[derive(Debug, Clone, PartialEq)]
pub struct Request<'a> {
    /// Which list.
    pub list: ListKind,
    /// How many items, at most [`MAX_LIMIT`].
    pub limit: u32,
    /// The items the list is about; for `next` oldest first, each as often as it was seen.
    pub seeds: Vec<&'a str>,
    /// What the shopper did, newest first.
    pub profile: Vec<Event<'a>>,
    /// Never shown.
    pub exclude: Vec<&'a str>,
    /// Only items this lets through.
    pub filter: Option<Filter<'a>>,
    /// Lists that fill up a short one, in this order.
    pub fallback: Vec<ListKind>,
    /// Unix seconds by the caller's clock; 0 when it has none, and then no dates are looked at.
    pub moment: u32,
    /// Only items of this channel; empty or `0` for the whole shop.
    pub channel: &'a str,
    /// Only items of this catalogue of the channel; empty or `0` for the whole channel.
    pub catalog: &'a str,
    /// Which named list; compared without the case of ASCII letters.
    pub name: &'a str,
    /// An image whose items (the first hundred) become seeds, after the other ones.
    pub scene: &'a str,
    /// Seeds and what the profile holds may be shown again.
    pub repeats: bool,
    /// What is wished of the list beyond its kind.
    pub wishes: Wishes<'a>,
}

/// One thing the shopper did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event<'a> {
    /// With which item.
    pub item: &'a str,
    /// What it was.
    pub kind: EventKind,
    /// How long ago.
    pub age_hours: u32,
}

/// What a shopper can do with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum EventKind {
    /// Looked at its page.
    View = 0,
    /// Chose it from a list.
    Select = 1,
    /// Put it in the cart.
    AddToCart = 2,
    /// Took it out again.
    RemoveFromCart = 3,
    /// Bought it.
    Purchase = 4,
    /// Liked it.
    Like = 5,
    /// Does not want to see it.
    Dismiss = 6,
}

impl EventKind {
    const ALL: [Self; 7] = [
        Self::View,
        Self::Select,
        Self::AddToCart,
        Self::RemoveFromCart,
        Self::Purchase,
        Self::Like,
        Self::Dismiss,
    ];
}

/// Which items may be shown.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter<'a> {
    /// In this category.
    Category(&'a str),
    /// With this value in this column.
    Is {
        /// Filter column.
        column: &'a str,
        /// One of its words.
        value: &'a str,
    },
    /// With a number from `min` to `max`, both included, in this column.
    Range {
        /// Filter column.
        column: &'a str,
        /// Smallest.
        min: f64,
        /// Largest.
        max: f64,
    },
    /// Not sold out.
    InStock,
    /// Let through by every one.
    All(Vec<Filter<'a>>),
    /// Let through by at least one.
    Any(Vec<Filter<'a>>),
    /// Not let through by this.
    Not(Box<Filter<'a>>),
}

/// Request bytes that cannot be used; a fault of the calling package, not of the shopper's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestError {
    /// The field that does not parse.
    pub field: &'static str,
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the request's `{}` does not parse; use the package and the model of one release",
            self.field
        )
    }
}

impl core::error::Error for RequestError {}

/// The reserved name of the default channel and catalogue means the same as no name.
pub(crate) fn scope(name: &str) -> &str {
    if name == "0" { "" } else { name }
}

impl<'a> Request<'a> {
    /// Up to `limit` items of a list, about nothing in particular.
    pub fn new(list: ListKind, limit: u32) -> Self {
        Self {
            list,
            limit,
            seeds: Vec::new(),
            profile: Vec::new(),
            exclude: Vec::new(),
            filter: None,
            fallback: Vec::new(),
            moment: 0,
            channel: "",
            catalog: "",
            name: "",
            scene: "",
            repeats: false,
            wishes: Wishes::default(),
        }
    }

    /// Whether the moment lies in dates: the first and the last second.
    pub(crate) fn is_within(&self, dates: &[u32]) -> bool {
        self.moment == 0 || matches!(dates, [from, until] if (*from..=*until).contains(&self.moment))
    }

    /// Reads request bytes.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, RequestError> {
        let wrong = |field| move || RequestError { field };
        let mut cursor = Cursor::new(bytes);
        let list = cursor.u8().and_then(ListKind::from_number).ok_or_else(wrong("list"))?;
        let limit = cursor.varint32().filter(|limit| *limit <= MAX_LIMIT).ok_or_else(wrong("limit"))?;
        let seeds = many(&mut cursor, Cursor::text).ok_or_else(wrong("seeds"))?;
        let profile = many(&mut cursor, event).ok_or_else(wrong("profile"))?;
        let exclude = many(&mut cursor, Cursor::text).ok_or_else(wrong("exclude"))?;
        let filter = match cursor.u8() {
            Some(0) => None,
            Some(1) => Some(filter(&mut cursor).ok_or_else(wrong("filter"))?),
            _ => return Err(RequestError { field: "filter" }),
        };
        let kind = |cursor: &mut Cursor<'a>| cursor.u8().and_then(ListKind::from_number);
        let fallback = many(&mut cursor, kind).ok_or_else(wrong("fallback"))?;
        let moment = cursor.varint32().ok_or_else(wrong("moment"))?;
        let [channel, catalog, name, scene] = fields(&mut cursor).ok_or_else(wrong("scene"))?;
        let repeats = cursor.u8().filter(|byte| *byte < 2).ok_or_else(wrong("repeats"))? == 1;
        let wishes = Wishes::read(&mut cursor)?;
        if !cursor.is_done() {
            return Err(RequestError { field: "end" });
        }
        Ok(Self {
            list,
            limit,
            seeds,
            profile,
            exclude,
            filter,
            fallback,
            moment,
            channel,
            catalog,
            name,
            scene,
            repeats,
            wishes,
        })
    }

    /// As bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![self.list.number()];
        put_varint(&mut out, u64::from(self.limit));
        put_many(&mut out, &self.seeds, |out, seed| put_text(out, seed));
        put_many(&mut out, &self.profile, |out, event| {
            put_text(out, event.item);
            out.push(event.kind as u8);
            put_varint(out, u64::from(event.age_hours));
        });
        put_many(&mut out, &self.exclude, |out, item| put_text(out, item));
        out.push(u8::from(self.filter.is_some()));
        if let Some(filter) = &self.filter {
            put_filter(&mut out, filter);
        }
        put_many(&mut out, &self.fallback, |out, list| out.push(list.number()));
        put_varint(&mut out, u64::from(self.moment));
        [self.channel, self.catalog, self.name, self.scene].iter().for_each(|text| put_text(&mut out, text));
        out.push(u8::from(self.repeats));
        self.wishes.put(&mut out);
        out
    }
}

/// A varint count and that many things; each takes at least a byte, so the count cannot lie by much.
pub(crate) fn many<'a, T>(
    cursor: &mut Cursor<'a>,
    one: impl Fn(&mut Cursor<'a>) -> Option<T>,
) -> Option<Vec<T>> {
    let count = cursor.varint32()? as usize;
    if count > cursor.left() {
        return None;
    }
    let mut things = Vec::new();
    for _ in 0..count {
        things.push(one(cursor)?);
    }
    Some(things)
}

/// The texts at the end of a request.
fn fields<'a, const N: usize>(cursor: &mut Cursor<'a>) -> Option<[&'a str; N]> {
    let mut texts = [""; N];
    for text in &mut texts {
        *text = cursor.text()?;
    }
    Some(texts)
}

fn event<'a>(cursor: &mut Cursor<'a>) -> Option<Event<'a>> {
    let item = cursor.text()?;
    let kind = EventKind::ALL.get(usize::from(cursor.u8()?)).copied()?;
    Some(Event { item, kind, age_hours: cursor.varint32()? })
}

pub(crate) fn filter<'a>(cursor: &mut Cursor<'a>) -> Option<Filter<'a>> {
    nested(cursor, MAX_FILTER_DEPTH)
}

fn nested<'a>(cursor: &mut Cursor<'a>, depth: u32) -> Option<Filter<'a>> {
    let deeper = depth.checked_sub(1)?;
    Some(match cursor.u8()? {
        0 => Filter::Category(cursor.text()?),
        1 => Filter::Is { column: cursor.text()?, value: cursor.text()? },
        2 => Filter::Range { column: cursor.text()?, min: cursor.f64()?, max: cursor.f64()? },
        3 => Filter::InStock,
        4 => Filter::All(many(cursor, |cursor| nested(cursor, deeper))?),
        5 => Filter::Any(many(cursor, |cursor| nested(cursor, deeper))?),
        6 => Filter::Not(Box::new(nested(cursor, deeper)?)),
        _ => return None,
    })
}

pub(crate) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_varint(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

pub(crate) fn put_many<T>(out: &mut Vec<u8>, things: &[T], put: impl Fn(&mut Vec<u8>, &T)) {
    put_varint(out, things.len() as u64);
    things.iter().for_each(|thing| put(out, thing));
}

pub(crate) fn put_filter(out: &mut Vec<u8>, filter: &Filter<'_>) {
    match filter {
        Filter::Category(name) => {
            out.push(0);
            put_text(out, name);
        }
        Filter::Is { column, value } => {
            out.push(1);
            put_text(out, column);
            put_text(out, value);
        }
        Filter::Range { column, min, max } => {
            out.push(2);
            put_text(out, column);
            out.extend_from_slice(&min.to_le_bytes());
            out.extend_from_slice(&max.to_le_bytes());
        }
        Filter::InStock => out.push(3),
        Filter::All(filters) => {
            out.push(4);
            put_many(out, filters, put_filter);
        }
        Filter::Any(filters) => {
            out.push(5);
            put_many(out, filters, put_filter);
        }
        Filter::Not(filter) => {
            out.push(6);
            put_filter(out, filter);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Request<'static> {
        Request {
            list: ListKind::Similar,
            limit: 300,
            seeds: vec!["42", "schöner Stuhl"],
            profile: vec![Event { item: "7", kind: EventKind::Like, age_hours: 1000 }],
            exclude: vec!["9"],
            filter: Some(Filter::All(vec![
                Filter::Category("Lamps"),
                Filter::Not(Box::new(Filter::Is { column: "Colour", value: "red" })),
                Filter::Any(vec![Filter::InStock, Filter::Range { column: "Price", min: 1.5, max: 20.0 }]),
            ])),
            fallback: vec![ListKind::Trending, ListKind::Popular],
            moment: 1_763_000_000,
            channel: "web",
            catalog: "sale",
            name: "summer",
            scene: "living-room",
            repeats: true,
            wishes: Wishes { diversity: 0.5, among: Some(vec!["3"]), ..Wishes::default() },
        }
    }

    #[test]
    fn requests_round_trip_and_every_cut_is_refused() {
        let request = full();
        let bytes = request.encode();
        assert_eq!(Request::decode(&bytes), Ok(request));
        for cut in 0..bytes.len() {
            assert!(Request::decode(&bytes[..cut]).is_err(), "cut at {cut}");
        }
    }

    #[test]
    fn the_bytes_are_postcard_s() {
        let request = Request {
            profile: vec![Event { item: "ab", kind: EventKind::AddToCart, age_hours: 200 }],
            filter: Some(Filter::Category("X")),
            fallback: vec![ListKind::Trending],
            moment: 300,
            catalog: "c",
            ..Request::new(ListKind::Picks, 8)
        };
        let start = [0, 8, 0, 1, 2, b'a', b'b', 2, 200, 1, 0, 1, 0, 1, b'X', 1, 5];
        assert_eq!(request.encode(), [&start[..], &[172, 2, 0, 1, b'c', 0, 0, 0, 0]].concat());
    }

    #[test]
    fn deep_nesting_is_refused_not_followed() {
        let mut bytes = vec![0, 8, 0, 0, 0, 1];
        bytes.extend([6; 100_000]);
        bytes.extend([3, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(Request::decode(&bytes), Err(RequestError { field: "filter" }));
    }
}
