//! How often a modeling may be cooked by hand, and an account at all.

use std::fmt;

use crate::moment::DAY;

/// What is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Fewest seconds from the beginning of one to the beginning of the next.
    pub least_seconds_between: i64,
    /// Most of them in any 24 hours.
    pub most_per_day: u32,
}

/// Why a cook has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaRefusal {
    /// How many seconds: what `Retry-After` says.
    pub wait_seconds: i64,
    /// By which rule.
    pub rule: QuotaRule,
}

/// The rule that made somebody wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotaRule {
    /// The last one was too short a time ago.
    Between,
    /// There were enough of them in the last 24 hours.
    PerDay,
}

impl Quota {
    /// Whether one more may begin at `now`, after those that began at `earlier`, in any order.
    pub fn check(&self, earlier: &[i64], now: i64) -> Result<(), QuotaRefusal> {
        // One in the future is the trace of a clock that was ahead; it counts as now, and so never blocks for long.
        let mut recent: Vec<i64> =
            earlier.iter().map(|began| (*began).min(now)).filter(|began| now - began < DAY).collect();
        recent.sort_unstable();
        let refuse = |until: i64, rule| Err(QuotaRefusal { wait_seconds: (until - now).max(1), rule });
        let most = self.most_per_day as usize;
        if recent.len() >= most {
            // When the one that is too many has left the 24 hours.
            let leaves = recent.get(recent.len() - most).map_or(now + DAY, |began| began + DAY);
            return refuse(leaves, QuotaRule::PerDay);
        }
        match earlier.iter().map(|began| (*began).min(now)).max() {
            Some(last) if now - last < self.least_seconds_between => {
                refuse(last + self.least_seconds_between, QuotaRule::Between)
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for QuotaRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.rule {
            QuotaRule::Between => "the last cook began too short a time ago",
            QuotaRule::PerDay => "there were as many cooks in the last 24 hours as are allowed",
        };
        write!(f, "{why}; try again in {} s", self.wait_seconds)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const QUOTA: Quota = Quota { least_seconds_between: 1_800, most_per_day: 5 };

    #[test]
    fn cooks_keep_their_distance_and_their_number() {
        assert_eq!(QUOTA.check(&[], 0), Ok(()));
        let between = QuotaRefusal { wait_seconds: 800, rule: QuotaRule::Between };
        assert_eq!(QUOTA.check(&[9_000], 10_000), Err(between));
        assert_eq!(QUOTA.check(&[9_000], 10_800), Ok(()));
        let five = [0, 2_000, 4_000, 6_000, 8_000];
        let per_day = QuotaRefusal { wait_seconds: 76_400, rule: QuotaRule::PerDay };
        assert_eq!(QUOTA.check(&five, 10_000), Err(per_day));
        assert_eq!(
            QUOTA.check(&five, 86_399),
            Err(QuotaRefusal { wait_seconds: 1, rule: QuotaRule::PerDay })
        );
        assert_eq!(QUOTA.check(&five, 86_400), Ok(()));
        let none = Quota { most_per_day: 0, ..QUOTA };
        assert_eq!(none.check(&[], 5), Err(QuotaRefusal { wait_seconds: DAY, rule: QuotaRule::PerDay }));
        // Stamped by a clock a year ahead.
        assert_eq!(QUOTA.check(&[31_536_000], 100).unwrap_err().wait_seconds, 1_800);
    }

    proptest! {
        #[test]
        fn whoever_waits_as_told_is_let_in(
            tries in prop::collection::vec(0..20_000_i64, 1..100),
            quota in (0..10_000_i64, 1..10_u32)
                .prop_map(|(least_seconds_between, most_per_day)| Quota { least_seconds_between, most_per_day }),
        ) {
            let (mut now, mut began) = (0, Vec::new());
            for passed in tries {
                now += passed;
                if let Err(refusal) = quota.check(&began, now) {
                    prop_assert!(quota.check(&began, now + refusal.wait_seconds - 1).is_err());
                    now += refusal.wait_seconds;
                    // The other rule may ask for more, but only once.
                    if let Err(refusal) = quota.check(&began, now) {
                        now += refusal.wait_seconds;
                    }
                }
                prop_assert_eq!(quota.check(&began, now), Ok(()));
                began.push(now);
                let day = began.iter().filter(|then| now - **then < DAY).count();
                prop_assert!(day <= quota.most_per_day as usize);
            }
        }
    }
}
