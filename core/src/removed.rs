//! Why a list is short: how many items each rule kept out of it.
//!
//! Only items that came up for a place are counted, each once and by the first rule
//! that applies. A list that came out short has looked at all it could show, so its
//! counts are whole; a full one stopped asking when it had enough.

/// What can keep an item out of a list. The number is part of answers to the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Rule {
    /// The request excludes it.
    Excluded = 0,
    /// The list is about it.
    Seed = 1,
    /// The shopper does not want to see it.
    Dismissed = 2,
    /// The shopper knows it already.
    Known = 3,
    /// It is not sold here, or not now.
    Unavailable = 4,
    /// The request's filter does not let it through.
    Filter = 5,
    /// The shop keeps it out of this list.
    Shop = 6,
    /// It is shown already, further up or in an earlier list of the page.
    Shown = 7,
    /// A boost of zero takes it out.
    Buried = 8,
    /// It is none of those that the request is among.
    Elsewhere = 9,
    /// Its score is too far below the best one.
    Score = 10,
    /// Enough items of its category are there.
    Category = 11,
}

impl Rule {
    /// Every rule, by number.
    pub const ALL: [Self; 12] = [
        Self::Excluded,
        Self::Seed,
        Self::Dismissed,
        Self::Known,
        Self::Unavailable,
        Self::Filter,
        Self::Shop,
        Self::Shown,
        Self::Buried,
        Self::Elsewhere,
        Self::Score,
        Self::Category,
    ];
}

/// How many items each rule kept out of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Removed([u32; Rule::ALL.len()]);

impl Removed {
    /// By one rule.
    pub fn by(&self, rule: Rule) -> u32 {
        self.0[rule as usize]
    }

    pub(crate) fn count(&mut self, rule: Rule, items: u32) {
        self.0[rule as usize] += items;
    }
}
