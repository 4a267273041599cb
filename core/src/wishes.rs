//! What a page may wish of a list beyond its kind: to move items up, to pin them, to mix.
//!
//! A wish only orders what may be shown anyway: none brings back an item that is
//! excluded, filtered out or not available. In request bytes each wish is a number
//! and its value, and most requests hold none.

use crate::{
    format::{Cursor, put_varint},
    request::{Filter, MAX_LIMIT, RequestError, filter, many, put_filter, put_many, put_text},
};

/// More boosts are refused: each is asked of every item.
pub const MAX_BOOSTS: usize = 64;
/// No boost is stronger.
pub const MAX_BOOST: f32 = 100.0;

/// What is wished of a list; by default nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Wishes<'a> {
    /// Items that pass are moved up or down.
    pub boosts: Vec<Boost<'a>>,
    /// Items with a place of their own.
    pub pins: Vec<Pin<'a>>,
    /// 0 to 1: how much an item that is unlike those above it is preferred to a better one.
    pub diversity: f32,
    /// No more items than this of one category; 0 for any number. An item with several counts in its smallest one.
    pub per_category: u32,
    /// Items shown a moment ago come later.
    pub rotation: Rotation<'a>,
    /// 0 to 1: items with less than this share of the best score of their list are left out.
    pub min_score: f32,
    /// 0 to 1: how much of the score is the shopper's taste, in lists that are not about it already.
    pub personal: f32,
    /// Only these: a list that is put in a new order. What the asked lists say nothing about keeps its order, at the end.
    pub among: Option<Vec<&'a str>>,
    /// 0 to 1: the share of the places that is kept for new items which the list does not show by itself.
    pub explore: f32,
}

/// Moves items up or down a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Boost<'a> {
    /// Which items.
    pub filter: Filter<'a>,
    /// Their score is multiplied by this, 0 to [`MAX_BOOST`]; 0 takes them out of the computed list.
    pub by: f32,
}

/// An item that is shown at a place, if it may be shown at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pin<'a> {
    /// The item.
    pub item: &'a str,
    /// 1 for the first; a place behind the end of the list is none.
    pub place: u32,
}

/// How items that were shown make room for others.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rotation<'a> {
    /// 0 to 1: the share of its score that an item loses when it was shown just now.
    pub rate: f32,
    /// After so many hours it loses half of that.
    pub half_life_hours: u32,
    /// What was shown, and how many hours ago.
    pub shown: Vec<(&'a str, u32)>,
}

impl Rotation<'_> {
    /// What is left of a score: `1 - rate * half / (half + age)`, and never nothing, so that no list gets shorter.
    pub(crate) fn left(&self, age_hours: u32) -> f32 {
        let half = self.half_life_hours.max(1) as f32;
        (1.0 - share(self.rate) * half / (half + age_hours as f32)).max(1.0 / 1024.0)
    }
}

/// A number as a share: what is not one of 0 to 1 becomes the nearest.
pub(crate) fn share(value: f32) -> f32 {
    if value > 0.0 { value.min(1.0) } else { 0.0 }
}

impl<'a> Wishes<'a> {
    /// Each wish at most once, in the order of their numbers.
    pub(crate) fn read(cursor: &mut Cursor<'a>) -> Result<Self, RequestError> {
        let mut wishes = Self::default();
        let mut last = None;
        for _ in 0..cursor.varint32().ok_or(RequestError { field: "wishes" })? {
            let wish = cursor.u8().filter(|wish| last < Some(*wish));
            let field = wishes.read_one(wish.unwrap_or(u8::MAX), cursor);
            field.map_err(|field| RequestError { field })?;
            last = wish;
        }
        Ok(wishes)
    }

    fn read_one(&mut self, wish: u8, cursor: &mut Cursor<'a>) -> Result<(), &'static str> {
        match wish {
            0 => {
                let boosts = many(cursor, boost).filter(|boosts| boosts.len() <= MAX_BOOSTS);
                self.boosts = boosts.ok_or("boosts")?;
            }
            1 => self.pins = many(cursor, pin).ok_or("pins")?,
            2 => self.diversity = part(cursor).ok_or("diversity")?,
            3 => self.per_category = cursor.varint32().ok_or("per_category")?,
            4 => self.rotation = rotation(cursor).ok_or("rotation")?,
            5 => self.min_score = part(cursor).ok_or("min_score")?,
            6 => self.personal = part(cursor).ok_or("personal")?,
            7 => self.among = Some(many(cursor, Cursor::text).ok_or("among")?),
            8 => self.explore = part(cursor).ok_or("explore")?,
            _ => return Err("wishes"),
        }
        Ok(())
    }

    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        let (mut count, mut wishes) = (0, Vec::new());
        let mut wish = |is_there: bool, number: u8, put: &dyn Fn(&mut Vec<u8>)| {
            if is_there {
                count += 1;
                wishes.push(number);
                put(&mut wishes);
            }
        };
        wish(!self.boosts.is_empty(), 0, &|out| {
            put_many(out, &self.boosts, |out, boost| {
                put_filter(out, &boost.filter);
                put_f32(out, boost.by);
            });
        });
        wish(!self.pins.is_empty(), 1, &|out| {
            put_many(out, &self.pins, |out, pin| {
                put_text(out, pin.item);
                put_varint(out, u64::from(pin.place));
            });
        });
        wish(self.diversity != 0.0, 2, &|out| put_f32(out, self.diversity));
        wish(self.per_category != 0, 3, &|out| put_varint(out, u64::from(self.per_category)));
        wish(self.rotation != Rotation::default(), 4, &|out| self.rotation.put(out));
        wish(self.min_score != 0.0, 5, &|out| put_f32(out, self.min_score));
        wish(self.personal != 0.0, 6, &|out| put_f32(out, self.personal));
        if let Some(among) = &self.among {
            wish(true, 7, &|out| put_many(out, among, |out, item| put_text(out, item)));
        }
        wish(self.explore != 0.0, 8, &|out| put_f32(out, self.explore));
        put_varint(out, count);
        out.append(&mut wishes);
    }
}

impl Rotation<'_> {
    fn put(&self, out: &mut Vec<u8>) {
        put_f32(out, self.rate);
        put_varint(out, u64::from(self.half_life_hours));
        put_many(out, &self.shown, |out, (item, age_hours)| {
            put_text(out, item);
            put_varint(out, u64::from(*age_hours));
        });
    }
}

fn boost<'a>(cursor: &mut Cursor<'a>) -> Option<Boost<'a>> {
    let filter = filter(cursor)?;
    let by = cursor.f32().filter(|by| (0.0..=MAX_BOOST).contains(by))?;
    Some(Boost { filter, by })
}

fn pin<'a>(cursor: &mut Cursor<'a>) -> Option<Pin<'a>> {
    let item = cursor.text()?;
    Some(Pin { item, place: cursor.varint32().filter(|place| (1..=MAX_LIMIT).contains(place))? })
}

fn rotation<'a>(cursor: &mut Cursor<'a>) -> Option<Rotation<'a>> {
    let (rate, half_life_hours) = (part(cursor)?, cursor.varint32()?);
    let shown = many(cursor, |cursor| Some((cursor.text()?, cursor.varint32()?)))?;
    Some(Rotation { rate, half_life_hours, shown })
}

/// A number from 0 to 1.
fn part(cursor: &mut Cursor<'_>) -> Option<f32> {
    cursor.f32().filter(|value| (0.0..=1.0).contains(value))
}

fn put_f32(out: &mut Vec<u8>, value: f32) {
    out.extend_from_slice(&value.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Wishes<'static> {
        Wishes {
            boosts: vec![
                Boost { filter: Filter::InStock, by: 2.5 },
                Boost { filter: Filter::Category("Hats"), by: 0.0 },
            ],
            pins: vec![Pin { item: "7", place: 1 }, Pin { item: "schöner Stuhl", place: 1000 }],
            diversity: 0.5,
            per_category: 3,
            rotation: Rotation { rate: 0.25, half_life_hours: 300, shown: vec![("9", 1), ("10", 70_000)] },
            min_score: 0.125,
            personal: 1.0,
            among: Some(vec!["1", "2"]),
            explore: 0.25,
        }
    }

    fn bytes(wishes: &Wishes<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        wishes.put(&mut out);
        out
    }

    fn read(bytes: &[u8]) -> Result<Wishes<'_>, &'static str> {
        let mut cursor = Cursor::new(bytes);
        let wishes = Wishes::read(&mut cursor).map_err(|error| error.field)?;
        if cursor.is_done() { Ok(wishes) } else { Err("end") }
    }

    #[test]
    fn wishes_round_trip_and_every_cut_is_refused() {
        assert_eq!(bytes(&Wishes::default()), [0]);
        let nothing_of_nothing = Wishes { among: Some(vec![]), ..Wishes::default() };
        assert_eq!(bytes(&nothing_of_nothing), [1, 7, 0]);
        for wishes in [Wishes::default(), nothing_of_nothing, full()] {
            let bytes = bytes(&wishes);
            assert_eq!(read(&bytes), Ok(wishes));
            for cut in 0..bytes.len() {
                assert!(read(&bytes[..cut]).is_err(), "cut at {cut}");
            }
        }
    }

    #[test]
    fn what_is_out_of_bounds_is_refused_by_name() {
        let [nan, much] = [f32::NAN, 1.5].map(f32::to_le_bytes);
        let number = |wish: u8, value: [u8; 4]| [&[1, wish][..], &value].concat();
        assert_eq!(read(&number(2, nan)), Err("diversity"));
        assert_eq!(read(&number(5, much)), Err("min_score"));
        assert_eq!(read(&number(6, (-0.5f32).to_le_bytes())), Err("personal"));
        assert_eq!(read(&number(8, much)), Err("explore"));
        assert_eq!(read(&[1, 1, 1, 1, b'a', 0]), Err("pins"), "places start at 1");
        assert_eq!(read(&[1, 0, 255, 255, 3]), Err("boosts"));
        assert_eq!(read(&[1, 9]), Err("wishes"));
        assert_eq!(read(&[2, 3, 1, 3, 1]), Err("wishes"), "twice");
        let boost = Boost { filter: Filter::InStock, by: 101.0 };
        assert_eq!(read(&bytes(&Wishes { boosts: vec![boost.clone()], ..Wishes::default() })), Err("boosts"));
        let many = vec![Boost { by: 1.0, ..boost }; 65];
        assert_eq!(read(&bytes(&Wishes { boosts: many, ..Wishes::default() })), Err("boosts"));
    }

    #[test]
    fn what_was_shown_loses_its_share_and_gets_it_back() {
        let rotation = Rotation { rate: 0.5, half_life_hours: 24, shown: vec![] };
        assert_eq!((rotation.left(0), rotation.left(24), rotation.left(72)), (0.5, 0.75, 0.875));
        let all = Rotation { rate: 1.0, ..rotation };
        assert_eq!((all.left(0), all.left(24)), (1.0 / 1024.0, 0.5));
        assert_eq!(Rotation { rate: f32::NAN, half_life_hours: 0, shown: vec![] }.left(0), 1.0);
    }
}
