//! Questions that use every field there is, about a random catalogue.

use cookshelf_core::{Boost, Event, EventKind, Filter, ListKind, MAX_LIMIT, Pin, Request, Rotation, Wishes};

use crate::{
    dice::Dice,
    shop::{CHANNELS, COLOURS, NAMES},
};

const KINDS: [EventKind; 7] = [
    EventKind::View,
    EventKind::Select,
    EventKind::AddToCart,
    EventKind::RemoveFromCart,
    EventKind::Purchase,
    EventKind::Like,
    EventKind::Dismiss,
];
const AGES: [u32; 8] = [0, 1, 23, 24, 100, 2000, 50_000, u32::MAX];
const LIMITS: [u32; 8] = [0, 1, 2, 5, 8, 8, 40, MAX_LIMIT];

/// What questions are made of.
pub(crate) struct Words {
    pub(crate) ids: Vec<String>,
    pub(crate) categories: Vec<String>,
}

impl Words {
    fn id(&self, dice: &mut Dice) -> &str {
        match dice.chance(95) {
            true => dice.one(&self.ids).map_or("", String::as_str),
            false => ["no such item", "0", ""][dice.below(3)],
        }
    }

    /// The `number`th question: every list kind in turn.
    pub(crate) fn request(&self, number: usize, dice: &mut Dice) -> Request<'_> {
        let list = ListKind::ALL[number % ListKind::ALL.len()];
        let kind = |dice: &mut Dice| ListKind::ALL[dice.below(ListKind::ALL.len())];
        let most = [0, 6, 50][dice.below(3)];
        let name = |dice: &mut Dice| NAMES[dice.below(NAMES.len())];
        Request {
            seeds: dice.few(4, |dice| self.id(dice)),
            profile: dice.few(most, |dice| self.event(dice)),
            exclude: dice.few(3, |dice| self.id(dice)),
            filter: dice.chance(30).then(|| self.filter(dice, 4)),
            fallback: dice.few(3, kind),
            moment: [0, 1_650_000_000, 1_763_000_000, u32::MAX][dice.below(4)],
            channel: if dice.chance(30) { CHANNELS[dice.below(CHANNELS.len())] } else { "" },
            catalog: if dice.chance(20) { ["summer", "0"][dice.below(2)] } else { "" },
            name: name(dice),
            scene: name(dice),
            repeats: dice.chance(20),
            wishes: self.wishes(dice),
            ..Request::new(list, LIMITS[dice.below(LIMITS.len())])
        }
    }

    fn event(&self, dice: &mut Dice) -> Event<'_> {
        let age = dice.below(3000) as u32;
        Event {
            item: self.id(dice),
            kind: KINDS[dice.below(KINDS.len())],
            age_hours: *dice.one(&AGES).filter(|age| **age % 2 == 0).unwrap_or(&age),
        }
    }

    fn wishes(&self, dice: &mut Dice) -> Wishes<'_> {
        let often = [0, 20, 60][dice.below(3)];
        let share = |dice: &mut Dice| if dice.chance(often) { dice.part() } else { 0.0 };
        let shown = |dice: &mut Dice| (self.id(dice), AGES[dice.below(AGES.len())]);
        Wishes {
            boosts: if dice.chance(often) { dice.few(4, |dice| self.boost(dice)) } else { Vec::new() },
            pins: if dice.chance(often) { dice.few(4, |dice| self.pin(dice)) } else { Vec::new() },
            diversity: share(dice),
            per_category: if dice.chance(often) { dice.below(4) as u32 } else { 0 },
            rotation: Rotation {
                rate: share(dice),
                half_life_hours: dice.below(50) as u32,
                shown: dice.few(30, shown),
            },
            min_score: share(dice),
            personal: share(dice),
            among: dice.chance(often / 2).then(|| dice.few(40, |dice| self.id(dice))),
            explore: share(dice),
        }
    }

    fn boost(&self, dice: &mut Dice) -> Boost<'_> {
        Boost { filter: self.filter(dice, 2), by: [0.0, 0.3, 1.7, 100.0][dice.below(4)] }
    }

    fn pin(&self, dice: &mut Dice) -> Pin<'_> {
        Pin { item: self.id(dice), place: 1 + dice.below(12) as u32 }
    }

    fn filter(&self, dice: &mut Dice, depth: usize) -> Filter<'_> {
        match dice.below(if depth > 1 { 7 } else { 4 }) {
            0 => Filter::Category(dice.one(&self.categories).map_or("no such", String::as_str)),
            1 => Filter::Is { column: "Colour", value: COLOURS[dice.below(COLOURS.len())] },
            2 => Filter::Range { column: "Price", min: dice.below(5) as f64, max: dice.below(12) as f64 },
            3 => Filter::InStock,
            4 => Filter::All(dice.few(3, |dice| self.filter(dice, depth - 1))),
            5 => Filter::Any(dice.few(3, |dice| self.filter(dice, depth - 1))),
            _ => Filter::Not(Box::new(self.filter(dice, depth - 1))),
        }
    }
}
