//! When and where items may be shown: windows of time in channels and catalogues.
//!
//! Most items share their windows with many others, so there is a table of
//! windows, a table of sets of windows, and a set per item. A question is asked
//! once of each set. Invariant: an item without a set may not be shown at all.

use serde::Serialize;
use std::collections::BTreeSet;

use crate::{
    format::{Fields, FormatError, encode_body},
    kind::{SectionKey, SectionKind},
    lists::{Lists, ListsWire, Names, NamesWire},
    request::{Request, scope},
};

const KIND: SectionKind = SectionKind::Availability;

/// A stretch of time in one channel and catalogue; empty text for the whole shop, or a whole channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window<'a> {
    /// Channel, or empty.
    pub channel: &'a str,
    /// Catalogue of the channel, or empty.
    pub catalog: &'a str,
    /// First second, Unix time; 0 for no start.
    pub from: u32,
    /// Last second, Unix time; `u32::MAX` for no end.
    pub until: u32,
}

/// The windows of every item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Availability {
    /// Channel and catalogue of each scope.
    channels: Names,
    catalogs: Names,
    /// Rows of scope, first and last second.
    windows: Lists,
    /// Rows of windows.
    sets: Lists,
    /// A row per item: its set, or nothing.
    items: Lists,
}

#[derive(Serialize)]
struct AvailabilityWire<'a> {
    channels: NamesWire<'a>,
    catalogs: NamesWire<'a>,
    windows: ListsWire<'a>,
    sets: ListsWire<'a>,
    items: ListsWire<'a>,
}

impl Availability {
    /// The windows of each item, in position order.
    pub fn new(items: &[Vec<Window<'_>>]) -> Result<Self, FormatError> {
        let windows = distinct(items.iter().flatten().copied());
        let scopes = distinct(windows.iter().map(|window| (window.channel, window.catalog)));
        let set = |item: &Vec<Window<'_>>| distinct(item.iter().map(|window| place(&windows, window)));
        let sets = distinct(items.iter().map(set).filter(|set| !set.is_empty()));
        let row = |window: &Window<'_>| {
            vec![place(&scopes, &(window.channel, window.catalog)), window.from, window.until]
        };
        let item =
            |item: &Vec<Window<'_>>| sets.binary_search(&set(item)).map(|at| at as u32).into_iter().collect();
        Self {
            channels: Names::new(scopes.iter().map(|scope| scope.0)),
            catalogs: Names::new(scopes.iter().map(|scope| scope.1)),
            windows: Lists::new(&windows.iter().map(row).collect::<Vec<_>>()),
            items: Lists::new(&items.iter().map(item).collect::<Vec<_>>()),
            sets: Lists::new(&sets),
        }
        .checked()
    }

    /// The windows of an item, sorted.
    pub fn windows(&self, position: u32) -> impl Iterator<Item = Window<'_>> {
        let sets = self.items.row(position as usize).iter();
        sets.flat_map(|set| self.sets.row(*set as usize)).filter_map(|window| {
            match *self.windows.row(*window as usize) {
                [scope, from, until] => Some(Window {
                    channel: self.channels.get(scope as usize),
                    catalog: self.catalogs.get(scope as usize),
                    from,
                    until,
                }),
                _ => None,
            }
        })
    }

    /// A row per item: its set, or nothing.
    pub(crate) fn items(&self) -> &Lists {
        &self.items
    }

    /// Whether an item may be shown, by what was noted for its set.
    #[inline(never)]
    pub(crate) fn lets(&self, sets: &[bool], position: u32) -> bool {
        self.items.row(position as usize).iter().any(|set| sets.get(*set as usize) == Some(&true))
    }

    /// Notes for each set whether its items may be shown to who asks.
    #[inline(never)]
    pub(crate) fn read(&self, request: &Request<'_>, sets: &mut Vec<bool>) {
        let (channel, catalog) = (scope(request.channel), scope(request.catalog));
        let is = |asked: &str, found: &str| asked.is_empty() || asked == found;
        let lets = |window: &u32| match self.windows.row(*window as usize) {
            [scope, dates @ ..] => {
                is(channel, self.channels.get(*scope as usize))
                    && is(catalog, self.catalogs.get(*scope as usize))
                    && request.is_within(dates)
            }
            [] => false,
        };
        sets.clear();
        sets.extend((0..self.sets.rows()).map(|set| self.sets.row(set).iter().any(lets)));
    }

    /// As a blob.
    pub fn encode(&self) -> Result<Vec<u8>, FormatError> {
        let names = [&self.channels, &self.catalogs].map(Names::encode);
        let lists = [&self.windows, &self.sets, &self.items].map(Lists::encode);
        let wire = AvailabilityWire {
            channels: self.channels.wire(&names[0]),
            catalogs: self.catalogs.wire(&names[1]),
            windows: Lists::wire(&lists[0]),
            sets: Lists::wire(&lists[1]),
            items: Lists::wire(&lists[2]),
        };
        encode_body(SectionKey::single(KIND), &wire)
    }

    pub(crate) fn decode(body: &[u8]) -> Result<Self, FormatError> {
        let mut fields = Fields::new(KIND, body);
        let (channels, catalogs) = (Names::read(&mut fields), Names::read(&mut fields));
        let mut read = || Lists::read(&mut fields);
        let availability = Self { channels, catalogs, windows: read(), sets: read(), items: read() };
        fields.done()?;
        availability.checked()
    }

    fn checked(self) -> Result<Self, FormatError> {
        let scopes = self.channels.len();
        let whole = |window: &[u32]| matches!(window, [scope, _, _] if (*scope as usize) < scopes);
        let fits = self.catalogs.len() == scopes
            && self.windows.all(whole)
            && self.sets.reach() as usize <= self.windows.rows()
            && self.items.reach() as usize <= self.sets.rows();
        match fits {
            true => Ok(self),
            false => {
                Err(FormatError::section(KIND, "items name sets, sets name windows, windows name scopes"))
            }
        }
    }
}

/// Each value once, sorted.
fn distinct<T: Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    values.collect::<BTreeSet<T>>().into_iter().collect()
}

/// The place of a value in a sorted list that holds it.
fn place<T: Ord>(values: &[T], value: &T) -> u32 {
    values.partition_point(|known| known < value) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ListKind, format::Frame};

    fn window<'a>(channel: &'a str, catalog: &'a str, from: u32, until: u32) -> Window<'a> {
        Window { channel, catalog, from, until }
    }

    #[test]
    fn windows_round_trip_and_are_kept_once() {
        let web = window("web", "", 0, u32::MAX);
        let sale = window("web", "sale", 100, 200);
        let items = [vec![sale, web], vec![], vec![web, sale, web], vec![window("", "", 5, 6)]];
        let availability = Availability::new(&items).unwrap();
        let blob = availability.encode().unwrap();
        let read = Availability::decode(Frame::decode(&blob).unwrap().body).unwrap();
        assert_eq!(read, availability);
        let of = |position| read.windows(position).collect::<Vec<_>>();
        assert_eq!((of(0), of(1), of(2)), (vec![web, sale], vec![], vec![web, sale]));
        assert_eq!((of(3), of(4)), (vec![window("", "", 5, 6)], vec![]));
        assert_eq!((read.sets.rows(), read.windows.rows()), (2, 3));
    }

    #[test]
    fn a_set_lets_when_one_of_its_windows_does() {
        let items = [
            vec![window("web", "", 0, u32::MAX)],
            vec![window("shop", "a", 0, 99), window("web", "sale", 100, 200)],
            vec![window("", "", 0, u32::MAX)],
        ];
        let availability = Availability::new(&items).unwrap();
        let lets = |channel: &'static str, catalog: &'static str, moment| -> Vec<bool> {
            let request = Request { channel, catalog, moment, ..Request::new(ListKind::Popular, 1) };
            let mut sets = vec![true; 9];
            availability.read(&request, &mut sets);
            (0..3).map(|item| availability.lets(&sets, item)).collect()
        };
        assert_eq!(lets("", "", 0), [true, true, true]);
        assert_eq!(lets("0", "0", 201), [true, false, true]);
        assert_eq!(lets("web", "", 0), [true, true, false]);
        assert_eq!(lets("web", "0", 200), [true, true, false]);
        assert_eq!(lets("web", "0", 99), [true, false, false]);
        assert_eq!(lets("web", "sale", 150), [false, true, false]);
        assert_eq!(lets("", "a", 99), [false, true, false]);
        assert_eq!(lets("shop", "sale", 0), [false, false, false]);
        assert_eq!(lets("no such channel", "", 0), [false, false, false]);
    }

    #[test]
    fn tables_that_do_not_fit_are_refused() {
        let made = |windows: &[Vec<u32>], sets: &[Vec<u32>], items: &[Vec<u32>]| {
            let (channels, catalogs) = (Names::new(["web"]), Names::new([""]));
            let [windows, sets, items] = [windows, sets, items].map(Lists::new);
            Availability { channels, catalogs, windows, sets, items }.checked()
        };
        let good = [vec![0, 1, 2]];
        assert!(made(&good, &[vec![0]], &[vec![0], vec![]]).is_ok());
        assert!(made(&good, &[vec![0]], &[vec![1]]).is_err());
        assert!(made(&good, &[vec![1]], &[vec![0]]).is_err());
        assert!(made(&[vec![1, 1, 2]], &[vec![0]], &[vec![0]]).is_err());
        assert!(made(&[vec![0, 1]], &[vec![0]], &[vec![0]]).is_err());
        assert!(made(&[vec![]], &[vec![0]], &[vec![0]]).is_err());
    }
}
