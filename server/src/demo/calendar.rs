//! The days of the shop's history: dates as text and months as numbers.
//!
//! The shop lives in a fixed stretch of time, not in today's: a clock would make
//! two runs differ. Everything is UTC.

pub(super) use crate::moment::DAY;
use crate::moment::{clock, date};

/// The end of the history: 21 November 2026, 00:00.
pub(super) const END: i64 = 1_795_219_200;
/// Days of visits before [`END`].
pub(super) const VISIT_DAYS: u32 = 540;
/// Days over which the catalogue grew before [`END`].
pub(super) const CATALOGUE_DAYS: u32 = 1_100;

/// A moment as the contract writes it: `2026-11-21T00:00:00.000Z`.
pub(super) fn stamp(seconds: i64) -> String {
    let ((year, month, day), (hour, minute, second)) = (date(seconds), clock(seconds));
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.000Z")
}

/// A day as the shop writes it: `2026-11-21`.
pub(super) fn day(seconds: i64) -> String {
    let (year, month, day) = date(seconds);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The month of a moment, 0 = January.
pub(super) fn month(seconds: i64) -> usize {
    date(seconds).1 as usize - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_dates() {
        let cases = [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"),
            (END - 1, "2026-11-20T23:59:59.000Z"),
        ];
        for (seconds, text) in cases {
            assert_eq!(stamp(seconds), text);
        }
        assert_eq!(day(END), "2026-11-21");
        assert_eq!(month(END), 10);
    }
}
