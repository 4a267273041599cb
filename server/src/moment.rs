//! Unix seconds as dates and as text, in the Gregorian calendar and UTC.
//!
//! Reading dates of data is the contract's business; here they are only written.

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// Year, month (1 to 12) and day of a moment.
pub fn date(seconds: i64) -> (i64, i64, i64) {
    // Days since 0000-03-01, in eras of 400 years: leap days come last, so months are regular.
    let days = seconds.div_euclid(DAY) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

/// Hour, minute and second of a moment.
pub fn clock(seconds: i64) -> (i64, i64, i64) {
    let second = seconds.rem_euclid(DAY);
    (second / 3_600, second / 60 % 60, second % 60)
}

/// `2026-11-21T08:00:00Z`, for years 0 to 9999.
pub fn rfc3339(seconds: i64) -> String {
    let ((year, month, day), (hour, minute, second)) = (date(seconds), clock(seconds));
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// `20261121T080000Z`: fit for the names of files.
pub fn compact(seconds: i64) -> String {
    rfc3339(seconds).replace(['-', ':'], "")
}

/// Seconds since 1970 of a moment that [`rfc3339`] wrote; nothing for what it never writes.
pub fn seconds_of(text: &str) -> Option<i64> {
    let form = |at: usize, byte: u8| text.as_bytes().get(at) == Some(&byte);
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'Z')];
    if text.len() != 20 || !marks.iter().all(|(at, byte)| form(*at, *byte)) {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u32>().ok().map(i64::from);
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    // Years that begin in March end with the day that is sometimes missing.
    let (years, months) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days =
        years * 365 + years / 4 - years / 100 + years / 400 + (153 * months + 2) / 5 + day - 1 - 719_468;
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second;
    (rfc3339(seconds) == text).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(rfc3339(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(rfc3339(1_774_915_200), "2026-03-31T00:00:00Z");
        assert_eq!(rfc3339(-1), "1969-12-31T23:59:59Z");
        for seconds in [0, 951_782_399, 951_782_400, 1_774_915_200, 4_102_444_799, -1] {
            assert_eq!(seconds_of(&rfc3339(seconds)), Some(seconds));
        }
        for wrong in [
            "",
            "2026-02-30T00:00:00Z",
            "2026-01-01T00:00:00+",
            "2026-01-01 00:00:00Z",
            "2026-13-01T00:00:00Z",
        ] {
            assert_eq!(seconds_of(wrong), None, "{wrong}");
        }
        assert_eq!(compact(1_774_915_200), "20260331T000000Z");
    }
}
