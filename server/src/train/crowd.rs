//! How many different actors there were, at least, in sixteen bytes.
//!
//! Every actor sets one of 128 bits, and two may share one; no floor above 128 is ever
//! reached. Deliberately no exact count: sets of actors for every pair of items would not fit. Invariant: never
//! says more than there were, so that a floor that it reaches is reached.

use std::ops::{BitOr, BitOrAssign};

use crate::chance::mixed;

/// Some actors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Crowd(u128);

impl Crowd {
    /// One actor.
    pub(super) fn of(actor: u64) -> Self {
        Crowd(1 << (mixed(actor) >> 57))
    }

    /// How many different actors there were, at least.
    pub(super) fn at_least(self) -> u32 {
        self.0.count_ones()
    }
}

impl BitOr for Crowd {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Crowd(self.0 | other.0)
    }
}

impl BitOrAssign for Crowd {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

#[cfg(test)]
mod tests {
    use super::Crowd;

    #[test]
    fn a_crowd_is_never_said_to_be_larger_than_it_is() {
        let mut crowd = Crowd::default();
        assert_eq!(crowd.at_least(), 0);
        for actor in 0..2000u32 {
            crowd |= Crowd::of(actor.into());
            assert!(crowd.at_least() <= actor + 1);
            assert_eq!(crowd | Crowd::of(actor.into()), crowd, "the same actor again");
        }
        assert_eq!(crowd.at_least(), 128, "thousands reach every bit");
    }
}
