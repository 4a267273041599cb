//! What a door leaves out on purpose, counted.
//!
//! These are no faulty rows: nothing has to be mended. Only a few different texts are kept, however
//! many a file holds.

use crate::progress::thousands;

/// Different reasons that are kept apart.
const KINDS: usize = 24;
/// Characters kept of the name of an event.
const NAME_LENGTH: usize = 40;

/// Why something was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why<'w> {
    /// An event of a name without a weight.
    Event(&'w str),
    /// The same event was there before.
    Repeated,
    /// A line of an order that was cancelled.
    Cancelled,
    /// A line of an order that was never paid for.
    Voided,
    /// An item that is not for sale at present.
    NotForSale,
    /// A word about availability that means nothing to us.
    Availability(&'w str),
}

/// Counts by reason, in the order of their first appearance.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct Passed {
    kinds: Vec<(Kind, u64)>,
    /// Events of still other names.
    others: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Event(String),
    Repeated,
    Cancelled,
    Voided,
    NotForSale,
    Availability(String),
}

impl Passed {
    pub(super) fn add(&mut self, why: Why<'_>) {
        match self.kinds.iter_mut().find(|(kind, _)| kind.is(why)) {
            Some((_, count)) => *count += 1,
            None => self.count(Kind::of(why), 1),
        }
    }

    /// Adds the counts of the rows that follow.
    pub(in super::super) fn absorb(&mut self, later: Passed) {
        self.others += later.others;
        for (kind, more) in later.kinds {
            match self.kinds.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, count)) => *count += more,
                None => self.count(kind, more),
            }
        }
    }

    fn count(&mut self, kind: Kind, more: u64) {
        if self.kinds.len() < KINDS {
            self.kinds.push((kind, more));
        } else {
            self.others += more;
        }
    }

    /// True when nothing was left out.
    pub(in super::super) fn is_empty(&self) -> bool {
        self.kinds.is_empty() && self.others == 0
    }

    /// One line for people per reason.
    pub(in super::super) fn notes(&self) -> impl Iterator<Item = String> {
        let others = (self.others > 0)
            .then(|| format!("{} rows of still other kinds were passed over", thousands(self.others)));
        self.kinds.iter().map(|(kind, count)| kind.note(&thousands(*count))).chain(others)
    }
}

impl Kind {
    fn is(&self, why: Why<'_>) -> bool {
        match (self, why) {
            (Kind::Event(known), Why::Event(name)) | (Kind::Availability(known), Why::Availability(name)) => {
                known == shortened(name)
            }
            (Kind::Repeated, Why::Repeated)
            | (Kind::Cancelled, Why::Cancelled)
            | (Kind::Voided, Why::Voided)
            | (Kind::NotForSale, Why::NotForSale) => true,
            _ => false,
        }
    }

    fn of(why: Why<'_>) -> Self {
        match why {
            Why::Event(name) => Kind::Event(shortened(name).to_owned()),
            Why::Repeated => Kind::Repeated,
            Why::Cancelled => Kind::Cancelled,
            Why::Voided => Kind::Voided,
            Why::NotForSale => Kind::NotForSale,
            Why::Availability(word) => Kind::Availability(shortened(word).to_owned()),
        }
    }

    fn note(&self, count: &str) -> String {
        match self {
            Kind::Event(name) => {
                format!(
                    "{count} rows of event {name:?} were passed over; give it a weight under [events] if it counts"
                )
            }
            Kind::Repeated => format!("{count} events were there twice (same messageId) and count once"),
            Kind::Cancelled => format!("{count} lines of cancelled orders were left out"),
            Kind::Voided => format!("{count} lines of orders that were never paid for were left out"),
            Kind::NotForSale => format!("{count} items are not for sale at present and are never shown"),
            Kind::Availability(word) => {
                format!(
                    "{count} rows say {word:?} about availability, which means nothing to us; their items are shown"
                )
            }
        }
    }
}

fn shortened(name: &str) -> &str {
    name.char_indices().nth(NAME_LENGTH).map_or(name, |(end, _)| &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_add_up_and_stay_few() {
        let mut all = Passed::default();
        for round in 0..2 {
            let mut some = Passed::default();
            for number in 0..30 {
                some.add(Why::Event(&format!("e{number}")));
                some.add(Why::Event("e0"));
            }
            some.add(Why::Cancelled);
            assert_eq!(some.kinds.len(), KINDS, "round {round}");
            all.absorb(some);
        }
        let notes: Vec<String> = all.notes().collect();
        assert_eq!(notes.len(), KINDS + 1);
        assert!(notes[0].starts_with("62 rows of event \"e0\""), "{}", notes[0]);
        assert_eq!(notes[KINDS], "14 rows of still other kinds were passed over");
    }

    #[test]
    fn names_are_cut_and_still_the_same() {
        let mut passed = Passed::default();
        for _ in 0..2 {
            passed.add(Why::Event(&"é".repeat(100)));
        }
        assert_eq!(passed.kinds, [(Kind::Event("é".repeat(40)), 2)]);
    }
}
