//! From what a shopper did to weights on items.
//!
//! Newer counts more, a purchase more than a look; the arithmetic is a division,
//! so that every device gets the same bits.

use crate::{
    ids::Ids,
    request::{Event, EventKind},
};

/// After a week an event counts half.
const HALF_HOURS: f32 = 168.0;
/// Purchases closer than this are one.
const DAY_HOURS: u32 = 24;
/// However often an item was looked at, it does not drown the rest.
const MOST: f32 = 8.0;

/// An item and how much it says about the shopper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Weighted {
    pub(crate) position: u32,
    pub(crate) weight: f32,
}

/// Items newest first, each weighing `step` times as much as if it were one place newer.
pub(crate) fn aged(items: impl Iterator<Item = Weighted>, step: f32) -> impl Iterator<Item = Weighted> {
    let mut age = 1.0;
    items.map(move |item| {
        let weight = item.weight * age;
        age *= step;
        Weighted { weight, ..item }
    })
}

/// An item that the shopper bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bought {
    pub(crate) position: u32,
    /// Purchases a day or more apart.
    pub(crate) times: u32,
    /// How long ago the first and the last of them were.
    pub(crate) first_hours: u32,
    pub(crate) last_hours: u32,
}

/// The profile in the model's terms.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Taste {
    /// Each item once, newest first; weights above zero.
    pub(crate) items: Vec<Weighted>,
    /// Each item that was bought once, the last purchase first.
    pub(crate) bought: Vec<Bought>,
    /// Items the shopper does not want to see.
    pub(crate) dismissed: Vec<u32>,
}

impl Taste {
    /// Events newest first; items the model does not know are passed over.
    #[inline(never)]
    pub(crate) fn read(&mut self, ids: &Ids, events: &[Event<'_>]) {
        let Self { items, bought, dismissed } = self;
        items.clear();
        bought.clear();
        dismissed.clear();
        for event in events {
            let Some(position) = ids.position(event.item) else { continue };
            if event.kind == EventKind::Dismiss {
                dismissed.push(position);
                continue;
            }
            if event.kind == EventKind::Purchase {
                buy(bought, position, event.age_hours);
            }
            let weight = kind_weight(event.kind) * (HALF_HOURS / (HALF_HOURS + event.age_hours as f32));
            match items.iter_mut().find(|item| item.position == position) {
                Some(item) => item.weight = (item.weight + weight).min(MOST),
                None => items.push(Weighted { position, weight }),
            }
        }
        items.retain(|item| item.weight > 0.0 && !dismissed.contains(&item.position));
    }
}

/// Purchases of one day are one.
#[inline(never)]
fn buy(bought: &mut Vec<Bought>, position: u32, age_hours: u32) {
    match bought.iter_mut().find(|one| one.position == position) {
        Some(one) if age_hours >= one.first_hours.saturating_add(DAY_HOURS) => {
            one.times += 1;
            one.first_hours = age_hours;
        }
        Some(_) => (),
        None => bought.push(Bought { position, times: 1, first_hours: age_hours, last_hours: age_hours }),
    }
}

fn kind_weight(kind: EventKind) -> f32 {
    match kind {
        EventKind::View | EventKind::Select => 1.0,
        EventKind::AddToCart => 3.0,
        EventKind::RemoveFromCart => -3.0,
        EventKind::Purchase | EventKind::Like => 4.0,
        EventKind::Dismiss => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taste(events: &[(&'static str, EventKind, u32)]) -> Vec<(u32, f32)> {
        let ids = Ids::new(&["10", "20", "30"]).unwrap();
        let events: Vec<Event<'_>> =
            events.iter().map(|&(item, kind, age_hours)| Event { item, kind, age_hours }).collect();
        let mut taste = Taste::default();
        taste.read(&ids, &events);
        taste.items.iter().map(|item| (item.position, item.weight)).collect()
    }

    #[test]
    fn newer_and_stronger_events_weigh_more() {
        use EventKind::*;
        assert_eq!(taste(&[("20", View, 0), ("10", Purchase, 168), ("99", View, 0)]), [(1, 1.0), (0, 2.0)]);
        assert_eq!(taste(&[("10", RemoveFromCart, 0), ("10", AddToCart, 0), ("30", View, 0)]), [(2, 1.0)]);
        assert_eq!(taste(&[("10", Dismiss, 0), ("10", Like, 1)]), []);
        assert_eq!(taste(&[("10", View, 0); 50]), [(0, 8.0)]);
    }

    #[test]
    fn purchases_are_counted_by_days() {
        let ids = Ids::new(&["10", "20"]).unwrap();
        let event = |item, kind, age_hours| Event { item, kind, age_hours };
        let buy = |item, age_hours| event(item, EventKind::Purchase, age_hours);
        let mut taste = Taste::default();
        let view = event("10", EventKind::View, 3);
        taste.read(&ids, &[buy("20", 2), view, buy("10", 40), buy("10", 50), buy("99", 60), buy("10", 64)]);
        let bought =
            |position, times, first_hours, last_hours| Bought { position, times, first_hours, last_hours };
        assert_eq!(taste.bought, [bought(1, 1, 2, 2), bought(0, 2, 64, 40)]);
        taste.read(&ids, &[view]);
        assert_eq!(taste.bought, []);
    }
}
