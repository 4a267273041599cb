//! Which arm of an experiment somebody belongs to: the same answer in every language, for ever.
//!
//! Version 2 of the hash that GrowthBook's kits use, so that a shop can read an experiment with tools it has: FNV-1a
//! with 32 bits over seed and value, its decimal digits hashed again, modulo 10,000. Text is hashed as UTF-8, and
//! shares are whole numbers: kits that hashed 16-bit characters, or multiplied floats, have put people into other
//! arms. Invariant: more coverage, or more weight for the first arm, widens shares where they are and moves nobody
//! from one arm to another but into what was widened.

/// How finely people can be divided.
pub const BUCKETS: u16 = 10_000;

/// The buckets from `from` up to and without `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// The first.
    pub from: u16,
    /// The one after the last.
    pub to: u16,
}

impl Share {
    /// True where `bucket` is in it.
    pub fn has(self, bucket: u16) -> bool {
        (self.from..self.to).contains(&bucket)
    }
}

/// The bucket of `value` for one `seed`, below [`BUCKETS`].
pub fn bucket(seed: &str, value: &str) -> u16 {
    let once = fnv1a(fnv1a(FNV_BASIS, seed.as_bytes()), value.as_bytes());
    let mut digits = [0; 10];
    let mut at = digits.len();
    let mut rest = once;
    // A number has at least one digit.
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    (fnv1a(FNV_BASIS, &digits[at..]) % u32::from(BUCKETS)) as u16
}

/// The share of each arm. Weights count in ten-thousandths of everybody and begin one after the other; of each of
/// these stretches, `coverage` ten-thousandths take part.
pub fn shares(coverage: u16, weights: &[u16]) -> impl Iterator<Item = Share> + '_ {
    let coverage = u32::from(coverage.min(BUCKETS));
    let mut start = 0_u16;
    weights.iter().map(move |weight| {
        let weight = (*weight).min(BUCKETS - start);
        let from = start;
        start += weight;
        // A bucket counts when any of it lies below the end, as it does where ends are fractions.
        let length = (u32::from(weight) * coverage).div_ceil(u32::from(BUCKETS)) as u16;
        Share { from, to: from + length }
    })
}

/// The arm of `value`, or `None` when it takes part in nothing.
pub fn variant(seed: &str, value: &str, coverage: u16, weights: &[u16]) -> Option<usize> {
    let bucket = bucket(seed, value);
    shares(coverage, weights).position(|share| share.has(bucket))
}

const FNV_BASIS: u32 = 0x811c_9dc5;
const FNV_PRIME: u32 = 0x0100_0193;

fn fnv1a(state: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(state, |state, byte| (state ^ u32::from(*byte)).wrapping_mul(FNV_PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_vectors() {
        // `hash`, version 2, in the test cases that GrowthBook publishes for its kits.
        let cases = [
            ("seed", "a", 505),
            ("seed", "b", 2_696),
            ("foo", "ab", 2_575),
            ("foo", "def", 2_019),
            ("89123klj", "8952klfjas09ujkasdf", 1_240),
            ("90850943850283058242805", "123", 7_516),
            ("()**(%$##$%#$#", "___)((*\":&", 128),
        ];
        for (seed, value, expected) in cases {
            assert_eq!(bucket(seed, value), expected, "{seed} {value}");
        }
    }

    #[test]
    fn text_is_hashed_as_utf_8() {
        // Hashed by another implementation, byte by byte. wasm/npm/test/unit/bucket.test.ts has the same ones.
        let cases =
            [("", "", 2_305), ("größe", "überraschung", 9_368), ("s", "😀", 7_953), ("日本", "語", 8_546)];
        for (seed, value, expected) in cases {
            assert_eq!(bucket(seed, value), expected, "{seed} {value}");
        }
    }

    #[test]
    fn published_ranges() {
        // `getBucketRange` of the same cases.
        let ranges = |coverage, weights: &[u16]| -> Vec<(u16, u16)> {
            shares(coverage, weights).map(|share| (share.from, share.to)).collect()
        };
        assert_eq!(ranges(10_000, &[5_000, 5_000]), [(0, 5_000), (5_000, 10_000)]);
        assert_eq!(ranges(5_000, &[5_000, 5_000]), [(0, 2_500), (5_000, 7_500)]);
        assert_eq!(ranges(0, &[5_000, 5_000]), [(0, 0), (5_000, 5_000)]);
        assert_eq!(ranges(10_000, &[2_000, 3_000, 5_000]), [(0, 2_000), (2_000, 5_000), (5_000, 10_000)]);
        assert_eq!(ranges(2_000, &[2_000, 3_000, 5_000]), [(0, 400), (2_000, 2_600), (5_000, 6_000)]);
        // More than everybody is everybody.
        assert_eq!(ranges(60_000, &[7_000, 6_000, 9]), [(0, 7_000), (7_000, 10_000), (10_000, 10_000)]);
    }

    /// As a device makes one: 128 bits that nobody can foresee, here from a number.
    fn id(number: u32) -> String {
        let mixed = |seed: u64| {
            let mut bits = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            bits ^ (bits >> 31)
        };
        format!("{:016x}{:016x}", mixed(2 * u64::from(number) + 1), mixed(2 * u64::from(number) + 2))
    }

    #[test]
    fn a_million_ids_fall_within_three_sigma() {
        let people = 1_000_000_u32;
        let weights = [500, 2_500, 7_000];
        let mut counts = [0_u32; 4];
        for number in 0..people {
            let arm = variant("acme/endpoints/web", &id(number), 9_000, &weights);
            counts[arm.unwrap_or(3)] += 1;
        }
        let expected = [0.045, 0.225, 0.63, 0.1];
        for (count, share) in counts.iter().zip(expected) {
            let (count, people) = (f64::from(*count), f64::from(people));
            let sigma = (people * share * (1.0 - share)).sqrt();
            assert!((count - people * share).abs() < 3.0 * sigma, "{count} of {share}");
        }
    }

    #[test]
    fn experiments_do_not_know_each_other() {
        // Whoever is in the first half of one is in the first half of another as often as anybody.
        let people = 200_000_u32;
        for (one, other) in [("a", "b"), ("web:1", "web:2"), ("acme/endpoints/web", "acme/endpoints/mail")] {
            let both = (0..people).map(id);
            let both = both.filter(|id| bucket(one, id) < BUCKETS / 2 && bucket(other, id) < BUCKETS / 2);
            let (both, people) = (both.count() as f64, f64::from(people));
            let sigma = (people * 0.25 * 0.75).sqrt();
            assert!((both - people / 4.0).abs() < 3.0 * sigma, "{one} {other}: {both}");
        }
    }

    #[test]
    fn widening_moves_nobody_between_arms() {
        let weights = [3_000, 7_000];
        for number in 0..20_000_u32 {
            let id = id(number);
            let arms = [1_000, 5_000, 10_000].map(|coverage| variant("s", &id, coverage, &weights));
            for pair in arms.windows(2) {
                assert!(pair[0].is_none() || pair[0] == pair[1], "{id}: {arms:?}");
            }
            // A canary that grows takes people in and lets nobody go.
            let canary =
                [500, 2_500, 10_000].map(|weight| variant("s", &id, 10_000, &[weight, 10_000 - weight]));
            for pair in canary.windows(2) {
                assert!(pair[0] != Some(0) || pair[1] == Some(0), "{id}: {canary:?}");
            }
        }
    }
}
