//! When a failed cook is tried again.

use crate::chance::mixed;

/// After the first failure.
const FIRST: i64 = 60;
/// After many.
const LONGEST: i64 = 6 * 3_600;
/// So often; after that the next due time, or a person, tries.
const MOST_ATTEMPTS: u32 = 8;

/// How many seconds to wait after the `attempt`-th failure, from 1; `None` when enough was tried. Twice as long each
/// time, and different from cook to cook, so that what failed together does not come back together: `seed` is any
/// number that belongs to the cook.
pub fn retry_after(attempt: u32, seed: u64) -> Option<i64> {
    if attempt == 0 || attempt > MOST_ATTEMPTS {
        return None;
    }
    let whole = (FIRST << (attempt - 1)).min(LONGEST);
    // Between half of it and all of it.
    let part = (mixed(mixed(seed).wrapping_add(attempt.into())) % 1_001) as i64;
    Some(whole / 2 + (whole - whole / 2) * part / 1_000)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn waits_double_and_end() {
        for seed in 0..1_000 {
            for attempt in 1..=MOST_ATTEMPTS {
                let whole = (FIRST << (attempt - 1)).min(LONGEST);
                let wait = retry_after(attempt, seed).unwrap();
                assert!((whole / 2..=whole).contains(&wait), "{attempt} {seed}: {wait}");
                assert_eq!(retry_after(attempt, seed), Some(wait), "the same whoever asks");
            }
            assert_eq!(retry_after(MOST_ATTEMPTS + 1, seed), None);
            assert_eq!(retry_after(0, seed), None);
        }
    }

    #[test]
    fn what_fails_together_does_not_come_back_together() {
        let waits: BTreeSet<i64> = (0..100).filter_map(|seed| retry_after(6, seed)).collect();
        assert!(waits.len() > 80, "{} different waits of 100", waits.len());
    }
}
