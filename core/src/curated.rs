//! What the shop chose itself: named lists, overrides of other lists, scenes.
//!
//! How much of it is shown is not decided here: availability, exclusions and
//! filters come first. Invariant: lists of dates and keys are pairs, so that no
//! reader of a row checks again.

use serde::Serialize;

use crate::{
    format::{Fields, FormatError, encode_body},
    kind::{ListKind, SectionKey, SectionKind},
    lists::{Lists, ListsWire, Names, NamesWire},
    request::Request,
};

const KIND: SectionKind = SectionKind::Curated;

/// A list that the shop made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamedList<'a> {
    /// What it is asked for by; compared without the case of ASCII letters.
    pub name: &'a str,
    /// What shoppers read above it.
    pub title: &'a str,
    /// First second in which it is shown, Unix time; 0 for no start.
    pub from: u32,
    /// Last second; `u32::MAX` for no end.
    pub until: u32,
    /// Positions in the shop's order.
    pub items: &'a [u32],
}

/// What the shop changed about one list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Override<'a> {
    /// The list.
    pub list: ListKind,
    /// The seed whose list it is; `None` for every list of the kind.
    pub seed: Option<u32>,
    /// On top, in this order.
    pub include: &'a [u32],
    /// Never in the list.
    pub exclude: &'a [u32],
}

/// An image that shows several items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scene<'a> {
    /// The shop's own name for the image.
    pub id: &'a str,
    /// Its address, or empty.
    pub address: &'a str,
    /// Positions of the items in it.
    pub items: &'a [u32],
}

/// All that a shop chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Curated {
    names: Names,
    titles: Names,
    /// Rows of first and last second.
    dates: Lists,
    lists: Lists,
    /// Rows of a list kind's number and a seed plus one, or 0.
    keys: Lists,
    includes: Lists,
    excludes: Lists,
    scenes: Names,
    addresses: Names,
    scene_items: Lists,
}

#[derive(Serialize)]
struct CuratedWire<'a> {
    names: [NamesWire<'a>; 4],
    lists: [ListsWire<'a>; 6],
}

impl Curated {
    /// Everything in the order in which it is looked up.
    pub fn new(
        lists: &[NamedList<'_>],
        overrides: &[Override<'_>],
        scenes: &[Scene<'_>],
    ) -> Result<Self, FormatError> {
        let rows = |rows: Vec<&[u32]>| Lists::new(&rows.into_iter().map(<[u32]>::to_vec).collect::<Vec<_>>());
        let key =
            |one: &Override<'_>| vec![u32::from(one.list.number()), one.seed.map_or(0, |seed| seed + 1)];
        Self {
            names: Names::new(lists.iter().map(|list| list.name)),
            titles: Names::new(lists.iter().map(|list| list.title)),
            dates: Lists::new(&lists.iter().map(|list| vec![list.from, list.until]).collect::<Vec<_>>()),
            lists: rows(lists.iter().map(|list| list.items).collect()),
            keys: Lists::new(&overrides.iter().map(key).collect::<Vec<_>>()),
            includes: rows(overrides.iter().map(|one| one.include).collect()),
            excludes: rows(overrides.iter().map(|one| one.exclude).collect()),
            scenes: Names::new(scenes.iter().map(|scene| scene.id)),
            addresses: Names::new(scenes.iter().map(|scene| scene.address)),
            scene_items: rows(scenes.iter().map(|scene| scene.items).collect()),
        }
        .checked()
    }

    /// The named lists, whatever their dates.
    pub fn lists(&self) -> impl Iterator<Item = NamedList<'_>> {
        (0..self.names.len()).map(|at| {
            let dates = self.dates.row(at);
            NamedList {
                name: self.names.get(at),
                title: self.titles.get(at),
                from: dates[0],
                until: dates[1],
                items: self.lists.row(at),
            }
        })
    }

    /// The overrides; those of list kinds that this reader does not know are left out.
    pub fn overrides(&self) -> impl Iterator<Item = Override<'_>> {
        (0..self.keys.rows()).filter_map(|at| {
            let key = self.keys.row(at);
            Some(Override {
                list: u8::try_from(key[0]).ok().and_then(ListKind::from_number)?,
                seed: key[1].checked_sub(1),
                include: self.includes.row(at),
                exclude: self.excludes.row(at),
            })
        })
    }

    /// The scenes.
    pub fn scenes(&self) -> impl Iterator<Item = Scene<'_>> {
        (0..self.scenes.len()).map(|at| Scene {
            id: self.scenes.get(at),
            address: self.addresses.get(at),
            items: self.scene_items.row(at),
        })
    }

    /// The items of the list with the request's name, when the moment is within its dates.
    pub(crate) fn named(&self, request: &Request<'_>) -> &[u32] {
        let found = self.names.iter().position(|name| name.eq_ignore_ascii_case(request.name));
        let shown = found.filter(|at| request.is_within(self.dates.row(*at)));
        shown.map_or(&[], |at| self.lists.row(at))
    }

    /// The items of a scene.
    pub(crate) fn scene(&self, id: &str) -> &[u32] {
        self.scenes.find(id).map_or(&[], |at| self.scene_items.row(at as usize))
    }

    /// What a list with this seed has on top, and what it never has.
    pub(crate) fn changes(
        &self,
        list: ListKind,
        seed: Option<u32>,
    ) -> impl Iterator<Item = (&[u32], &[u32])> {
        let key = [u32::from(list.number()), seed.map_or(0, |seed| seed + 1)];
        let rows = (0..self.keys.rows()).filter(move |at| *self.keys.row(*at) == key);
        rows.map(|at| (self.includes.row(at), self.excludes.row(at)))
    }

    /// The largest position plus one.
    pub(crate) fn reach(&self) -> u32 {
        let seeds = (0..self.keys.rows()).map(|at| self.keys.row(at)[1]);
        let lists = [&self.lists, &self.includes, &self.excludes, &self.scene_items];
        seeds.chain(lists.into_iter().map(Lists::reach)).max().unwrap_or(0)
    }

    /// As a blob.
    pub fn encode(&self) -> Result<Vec<u8>, FormatError> {
        let names = [&self.names, &self.titles, &self.scenes, &self.addresses];
        let lengths = names.map(Names::encode);
        let lists = [&self.dates, &self.lists, &self.keys, &self.includes, &self.excludes, &self.scene_items]
            .map(Lists::encode);
        let wire = CuratedWire {
            names: core::array::from_fn(|at| names[at].wire(&lengths[at])),
            lists: core::array::from_fn(|at| Lists::wire(&lists[at])),
        };
        encode_body(SectionKey::single(KIND), &wire)
    }

    pub(crate) fn decode(body: &[u8]) -> Result<Self, FormatError> {
        let mut fields = Fields::new(KIND, body);
        let mut read = || Names::read(&mut fields);
        let (names, titles, scenes, addresses) = (read(), read(), read(), read());
        let mut read = || Lists::read(&mut fields);
        let (dates, lists, keys) = (read(), read(), read());
        let (includes, excludes, scene_items) = (read(), read(), read());
        fields.done()?;
        Self { names, titles, dates, lists, keys, includes, excludes, scenes, addresses, scene_items }
            .checked()
    }

    fn checked(self) -> Result<Self, FormatError> {
        let (names, keys, scenes) = (self.names.len(), self.keys.rows(), self.scenes.len());
        let pair = |row: &[u32]| row.len() == 2;
        let fits = self.titles.len() == names
            && self.dates.rows() == names
            && self.lists.rows() == names
            && self.includes.rows() == keys
            && self.excludes.rows() == keys
            && self.addresses.len() == scenes
            && self.scene_items.rows() == scenes
            && self.dates.all(pair)
            && self.keys.all(pair);
        match fits {
            true => Ok(self),
            false => Err(FormatError::section(KIND, "lists, overrides and scenes are whole")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Frame;

    #[test]
    fn what_was_chosen_round_trips() {
        let summer =
            NamedList { name: "Summer", title: "For warm days", from: 10, until: 20, items: &[3, 1] };
        let seeded = Override { list: ListKind::Similar, seed: Some(0), include: &[2], exclude: &[5, 6] };
        let all = Override { list: ListKind::Popular, seed: None, include: &[], exclude: &[1] };
        let scene = Scene { id: "living-room", address: "https://shop.example/1.jpg", items: &[0, 8] };
        let curated = Curated::new(&[summer], &[seeded, all], &[scene]).unwrap();
        let blob = curated.encode().unwrap();
        let read = Curated::decode(Frame::decode(&blob).unwrap().body).unwrap();
        assert_eq!(read, curated);
        assert_eq!(read.lists().collect::<Vec<_>>(), [summer]);
        assert_eq!(read.overrides().collect::<Vec<_>>(), [seeded, all]);
        assert_eq!(read.scenes().collect::<Vec<_>>(), [scene]);
        assert_eq!(read.reach(), 9);
        assert_eq!((read.scene("living-room"), read.scene("Living-room")), (&[0, 8][..], &[][..]));
        let changes = |list, seed| read.changes(list, seed).collect::<Vec<_>>();
        assert_eq!(changes(ListKind::Similar, Some(0)), [(&[2][..], &[5, 6][..])]);
        assert!(
            changes(ListKind::Similar, None).is_empty() && changes(ListKind::Popular, Some(0)).is_empty()
        );
    }

    #[test]
    fn a_named_list_is_found_in_any_case_and_in_its_dates_only() {
        let list = |name, items| NamedList { name, title: "", from: 10, until: 20, items };
        let curated = Curated::new(&[list("Summer", &[3, 1]), list("winter", &[])], &[], &[]).unwrap();
        let named = |name, moment| {
            curated.named(&Request { name, moment, ..Request::new(ListKind::Named, 5) }).to_vec()
        };
        assert_eq!(
            (named("SUMMER", 10), named("summer", 20), named("summer", 0)),
            (vec![3, 1], vec![3, 1], vec![3, 1])
        );
        assert!(
            named("summer", 9).is_empty() && named("summer", 21).is_empty() && named("spring", 15).is_empty()
        );
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        let empty = Curated::new(&[], &[], &[]).unwrap();
        let rows = Lists::new(&[vec![1]]);
        let with = |change: &dyn Fn(&mut Curated)| {
            let mut curated = empty.clone();
            change(&mut curated);
            curated.checked()
        };
        assert!(with(&|_| ()).is_ok());
        assert!(with(&|curated| curated.lists = rows.clone()).is_err());
        assert!(with(&|curated| curated.titles = Names::new(["a"])).is_err());
        assert!(with(&|curated| curated.includes = rows.clone()).is_err());
        assert!(with(&|curated| curated.scenes = Names::new(["a"])).is_err());
        let keyed = with(&|curated| {
            (curated.keys, curated.includes, curated.excludes) = (rows.clone(), rows.clone(), rows.clone());
        });
        assert!(keyed.is_err(), "a key is a pair");
    }
}
