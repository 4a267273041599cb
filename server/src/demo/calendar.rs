//! The days of the shop's history: dates as text and months as numbers.
//!
//! The shop lives in a fixed stretch of time, not in today's: a clock would make
//! two runs differ. Everything is UTC.

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;
/// The end of the history: 21 November 2026, 00:00.
pub(super) const END: i64 = 1_795_219_200;
/// Days of visits before [`END`].
pub(super) const VISIT_DAYS: u32 = 540;
/// Days over which the catalogue grew before [`END`].
pub(super) const CATALOGUE_DAYS: u32 = 1_100;

/// A moment as the contract writes it: `2026-11-21T00:00:00.000Z`.
pub(super) fn stamp(seconds: i64) -> String {
    let (year, month, day) = date(seconds);
    let rest = seconds.rem_euclid(DAY);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.000Z", rest / 3600, rest / 60 % 60, rest % 60)
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

/// Year, month and day in the Gregorian calendar, counted in eras of 400 years that begin in March.
fn date(seconds: i64) -> (i64, i64, i64) {
    let days = seconds.div_euclid(DAY) + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
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
