//! Buy it again: how often each item is bought, and how due it is for one shopper.
//!
//! The cook says what is typical: the days from one purchase of an item to the next,
//! and the share of its buyers who came back for it. What this shopper bought stays
//! on the device, and meets it here. Deliberately no dates: ages only.
//! Invariant: an item has an interval and a share above zero, or neither: then it is
//! gone, and nothing speaks for it.

use serde::Serialize;

use crate::{
    format::{Fields, FormatError, SmallFloat, encode_body, small_float_at_least},
    kind::{SectionKey, SectionKind},
    profile::Bought,
};

const KIND: SectionKind = SectionKind::Again;
/// The small float 1.
const ONE: u8 = 160;
const DAY_HOURS: f32 = 24.0;

/// What is typical of an item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Habit {
    /// Days from one purchase to the next.
    pub days: f32,
    /// Share of its buyers who bought it again.
    pub share: f32,
}

/// How the purchases of a shopper meet what is typical.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// What an item counts that was bought just now; it grows evenly to 1 until it is due.
    pub start: f32,
    /// How fast an overdue item counts less: it counts half when it is `1 / fading` intervals late.
    pub fading: f32,
    /// How many gaps of the shopper's own the typical interval is worth.
    pub trust: f32,
}

/// What is typical of every item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// Start, fading and trust of the pace.
    pace: [SmallFloat; 3],
    /// A small float per item for its days, and then one per item for its share.
    habits: Vec<u8>,
}

#[derive(Serialize)]
struct AgainWire<'a> {
    start: u8,
    fading: u8,
    trust: u8,
    habits: &'a [u8],
}

impl Again {
    /// One habit per item, in position order.
    pub fn new(pace: Pace, habits: &[Habit]) -> Result<Self, FormatError> {
        let bytes = |of: fn(&Habit) -> f32| habits.iter().map(move |habit| small_float_at_least(of(habit)).0);
        Self {
            pace: [pace.start, pace.fading, pace.trust].map(small_float_at_least),
            habits: bytes(|habit| habit.days).chain(bytes(|habit| habit.share)).collect(),
        }
        .checked()
    }

    fn checked(self) -> Result<Self, FormatError> {
        let share = |value: SmallFloat| (1..=ONE).contains(&value.0);
        let [start, _, trust] = self.pace;
        let (days, shares) = self.habits.split_at(self.items() as usize);
        let fits = share(start)
            && trust > SmallFloat::ZERO
            && days.len() == shares.len()
            && days.iter().zip(shares).all(|habit| match habit {
                (0, byte) | (byte, 0) => *byte == 0,
                (_, byte) => share(SmallFloat(*byte)),
            });
        match fits {
            true => Ok(self),
            false => Err(FormatError::section(
                KIND,
                "a pace has a start up to 1 and trust, an item an interval and a share up to 1, or neither",
            )),
        }
    }

    /// What is typical of an item.
    pub fn habit(&self, position: u32) -> Habit {
        let (days, shares) = self.habits.split_at(self.items() as usize);
        let of = |bytes: &[u8]| SmallFloat(bytes.get(position as usize).copied().unwrap_or(0)).value();
        Habit { days: of(days), share: of(shares) }
    }

    /// How purchases meet what is typical.
    pub fn pace(&self) -> Pace {
        let [start, fading, trust] = self.pace.map(SmallFloat::value);
        Pace { start, fading, trust }
    }

    /// Days from one purchase to the next, as far as the shopper's own gaps tell.
    #[inline(never)]
    pub(crate) fn interval(&self, bought: &Bought) -> f32 {
        let (typical, trust) = (self.habit(bought.position).days, self.pace().trust);
        let gaps = (bought.times - 1) as f32;
        let own = (bought.first_hours - bought.last_hours) as f32 / DAY_HOURS;
        (typical * trust + own) / (trust + gaps)
    }

    /// How much speaks for buying it now, 0 for what is gone: who comes back for it, how often this shopper did, and how
    /// due it is.
    #[inline(never)]
    pub(crate) fn score(&self, bought: &Bought) -> f32 {
        let (Pace { start, fading, .. }, share) = (self.pace(), self.habit(bought.position).share);
        if share == 0.0 {
            return 0.0;
        }
        let part = bought.last_hours as f32 / DAY_HOURS / self.interval(bought);
        let due = if part < 1.0 { start + (1.0 - start) * part } else { 1.0 / (1.0 + fading * (part - 1.0)) };
        share * bought.times as f32 * due
    }

    /// Number of items.
    pub(crate) fn items(&self) -> u32 {
        (self.habits.len() / 2) as u32
    }

    /// As a blob.
    pub fn encode(&self) -> Result<Vec<u8>, FormatError> {
        let [start, fading, trust] = self.pace.map(|value| value.0);
        let wire = AgainWire { start, fading, trust, habits: &self.habits };
        encode_body(SectionKey::single(KIND), &wire)
    }

    pub(crate) fn decode(body: &[u8]) -> Result<Self, FormatError> {
        let mut fields = Fields::new(KIND, body);
        let pace = [fields.u8(), fields.u8(), fields.u8()].map(SmallFloat);
        let habits = fields.bytes().to_vec();
        fields.done()?;
        Self { pace, habits }.checked()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace { start: 0.5, fading: 0.25, trust: 2.0 };

    fn coffee() -> Again {
        Again::new(PACE, &[Habit { days: 28.0, share: 0.5 }, Habit { days: 1.0, share: 1.0 }]).unwrap()
    }

    fn bought(times: u32, first_days: u32, last_days: u32) -> Bought {
        Bought { position: 0, times, first_hours: first_days * 24, last_hours: last_days * 24 }
    }

    #[test]
    fn scores_rise_until_due_and_fall_slowly() {
        let again = coffee();
        for (of, interval, score) in [
            (bought(1, 0, 0), 28.0, 0.25),
            (bought(1, 14, 14), 28.0, 0.375),
            (bought(1, 28, 28), 28.0, 0.5),
            // Four intervals late: half.
            (bought(1, 140, 140), 28.0, 0.25),
            // Own gaps of 10 days: (2 * 28 + 2 * 10) / 4 = 19, and due on that day.
            (bought(3, 39, 19), 19.0, 1.5),
        ] {
            assert_eq!((again.interval(&of), again.score(&of)), (interval, score), "{of:?}");
        }
    }

    #[test]
    fn what_is_packed_is_read_back_and_nonsense_is_refused() {
        let again = coffee();
        let read = Again::decode(&again.encode().unwrap()[crate::format::FRAME_BYTES..]);
        assert_eq!(read, Ok(again.clone()));
        assert_eq!((again.pace(), again.items()), (PACE, 2));
        let good = Habit { days: 1.0, share: 0.5 };
        assert!(Again::new(PACE, &[good, Habit { days: 0.0, share: 0.0 }]).is_ok(), "one that is gone");
        let nonsense = [
            (PACE, Habit { days: 0.0, ..good }),
            (PACE, Habit { share: 0.0, ..good }),
            (PACE, Habit { share: 1.5, ..good }),
            (Pace { start: 0.0, ..PACE }, good),
            (Pace { start: 2.0, ..PACE }, good),
            (Pace { trust: 0.0, ..PACE }, good),
        ];
        for (pace, habit) in nonsense {
            assert!(Again::new(pace, &[habit]).is_err(), "{pace:?} {habit:?}");
        }
        assert!(Again::decode(&[160, 160, 160, 3, 160, 160, 160]).is_err(), "a share too many");
    }
}
