//! A small generator of random numbers, made of integer arithmetic only.
//!
//! It is for making shops, not for secrets. Invariant: a stream depends on
//! (seed, purpose, number) alone, so work may be shared out over threads in any
//! way and the shop stays the same.

/// What a stream of random numbers is for; streams of different purposes are unrelated.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    Series = 1,
    Product = 2,
    Companion = 3,
    Shopper = 4,
    Words = 5,
    Group = 6,
}

/// A stream of random numbers (SplitMix64).
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn stream(seed: u64, purpose: Purpose, number: u64) -> Random {
        let start = mix(seed ^ mix(purpose as u64)) ^ mix(number.wrapping_add(0x5851_f42d_4c95_7f2d));
        Random(mix(start))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A whole number in `0..bound`; 0 when `bound` is 0.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        (((self.next() >> 32) * u64::from(bound)) >> 32) as u32
    }

    /// As [`Random::below`], for places in a list.
    pub(super) fn place(&mut self, length: usize) -> usize {
        ((u128::from(self.next()) * length as u128) >> 64) as usize
    }

    /// True in `permille` of 1000 cases.
    pub(super) fn chance(&mut self, permille: u32) -> bool {
        self.below(1000) < permille
    }

    /// One of `choices`, which must not be empty.
    pub(super) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.place(choices.len())]
    }

    /// How often one more of something happens before it stops, `most` at most.
    pub(super) fn repeats(&mut self, permille: u32, most: u32) -> u32 {
        (0..most).take_while(|_| self.chance(permille)).count() as u32
    }

    /// A place in a list whose running totals are `totals`; the last total must be above 0.
    pub(super) fn weighted(&mut self, totals: &[u64]) -> usize {
        let total = totals.last().copied().unwrap_or(0);
        let mark = ((u128::from(self.next()) * u128::from(total)) >> 64) as u64;
        totals.partition_point(|&t| t <= mark).min(totals.len().saturating_sub(1))
    }

    /// Puts `values` into a random order.
    pub(super) fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            values.swap(last, self.place(last + 1));
        }
    }
}

/// Running totals of `weights`, for [`Random::weighted`].
pub(super) fn totals(weights: impl IntoIterator<Item = u64>) -> Vec<u64> {
    let running = |sum: &mut u64, weight: u64| {
        *sum += weight;
        Some(*sum)
    };
    weights.into_iter().scan(0, running).collect()
}

fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ() {
        let take = |purpose, number| {
            let mut random = Random::stream(7, purpose, number);
            [random.next(), random.next(), random.next()]
        };
        assert_eq!(take(Purpose::Series, 3), take(Purpose::Series, 3));
        assert_ne!(take(Purpose::Series, 3), take(Purpose::Series, 4));
        assert_ne!(take(Purpose::Series, 3), take(Purpose::Product, 3));
    }

    #[test]
    fn weighted_places_follow_their_weights() {
        let totals = totals([0, 1, 0, 3, 0]);
        let mut random = Random::stream(1, Purpose::Words, 0);
        let mut seen = [0u32; 5];
        for _ in 0..4000 {
            seen[random.weighted(&totals)] += 1;
        }
        assert_eq!((seen[0], seen[2], seen[4]), (0, 0, 0));
        assert!((2800..3200).contains(&seen[3]), "three of four expected, saw {seen:?}");
    }

    #[test]
    fn below_stays_below() {
        let mut random = Random::stream(1, Purpose::Words, 1);
        assert!((0..1000).all(|_| random.below(7) < 7));
        assert_eq!(random.below(0), 0);
    }
}
