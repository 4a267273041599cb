//! Text of a date and time to Unix seconds, fast.
//!
//! Reads RFC 3339 (`2019-10-31T22:30:00.000Z`) with up to seven digits of fraction, an offset
//! instead of `Z`, and a date alone (midnight UTC). A time without zone counts as UTC, because
//! every date of the contract is UTC. It knows no other formats and no time-zone names.
//! Fractions are dropped, so a moment is never later than the text says.

const SECONDS_PER_DAY: i64 = 86_400;

/// Unix seconds of `text`, or `None` when it is not a date of the accepted forms.
pub(super) fn parse(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let (date, rest) = bytes.split_at_checked(10)?;
    let midnight = days(date)? * SECONDS_PER_DAY;
    let Some((separator, rest)) = rest.split_first() else { return Some(midnight) };
    if !matches!(separator, b'T' | b't' | b' ') {
        return None;
    }
    let (clock, rest) = rest.split_at_checked(8)?;
    Some(midnight + seconds(clock)? - offset(after_fraction(rest)?)?)
}

/// Days since 1970-01-01 of `YYYY-MM-DD`.
fn days(date: &[u8]) -> Option<i64> {
    if date[4] != b'-' || date[7] != b'-' {
        return None;
    }
    let year = pair(date, 0)? * 100 + pair(date, 2)?;
    let (month, day) = (pair(date, 5)?, pair(date, 8)?);
    if year == 0 || !(1..=12).contains(&month) || day < 1 || day > month_length(year, month) {
        return None;
    }
    // Years that start in March put the leap day last, so that month lengths follow one line.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year / 4 - year / 100 + year / 400;
    let in_year = (153 * month + 2) / 5 + day - 1;
    Some(year * 365 + leap_days + in_year - 719_468)
}

fn month_length(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Seconds since midnight of `HH:MM:SS`; a leap second counts into the next minute.
fn seconds(clock: &[u8]) -> Option<i64> {
    let (hour, minute, second) = (pair(clock, 0)?, pair(clock, 3)?, pair(clock, 6)?);
    let valid = clock[2] == b':' && clock[5] == b':' && hour < 24 && minute < 60 && second <= 60;
    valid.then_some(hour * 3600 + minute * 60 + second)
}

/// What follows a fraction of one to seven digits, or all of `rest` when there is none.
fn after_fraction(rest: &[u8]) -> Option<&[u8]> {
    let Some((b'.', digits)) = rest.split_first() else { return Some(rest) };
    let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (1..=7).contains(&length).then(|| &digits[length..])
}

/// Seconds east of UTC of `Z`, `+HH:MM`, `-HH:MM`, or nothing.
fn offset(zone: &[u8]) -> Option<i64> {
    let (sign, clock) = match zone.split_first() {
        None => return Some(0),
        Some((b'Z' | b'z', [])) => return Some(0),
        Some((b'+', clock)) => (1, clock),
        Some((b'-', clock)) => (-1, clock),
        Some(_) => return None,
    };
    if clock.len() != 5 || clock[2] != b':' {
        return None;
    }
    let (hour, minute) = (pair(clock, 0)?, pair(clock, 3)?);
    (hour < 24 && minute < 60).then_some(sign * (hour * 3600 + minute * 60))
}

/// The two-digit number at `at`.
fn pair(bytes: &[u8], at: usize) -> Option<i64> {
    let (tens, ones) = (bytes[at].wrapping_sub(b'0'), bytes[at + 1].wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| i64::from(tens * 10 + ones))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn dates_of_the_contract_become_unix_seconds() {
        let cases = [
            ("1970-01-01T00:00:00.000Z", 0),
            ("1970-01-01", 0),
            ("2019-10-31T22:30:00.000Z", 1_572_561_000),
            ("2019-10-31T22:30:00Z", 1_572_561_000),
            ("2019-10-31 22:30:00", 1_572_561_000),
            ("2019-10-31t22:30:00.1234567z", 1_572_561_000),
            ("2019-10-31T23:30:00+01:00", 1_572_561_000),
            ("2019-10-31T17:00:00.5-05:30", 1_572_561_000),
            ("2000-02-29", 951_782_400),
            ("0001-01-01T00:00:00.000Z", -62_135_596_800),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2016-12-31T23:59:60Z", 1_483_228_800),
        ];
        for (text, seconds) in cases {
            assert_eq!(parse(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn other_text_is_no_date() {
        let cases = [
            "",
            "2019",
            "2019-1-01",
            "2019-13-01",
            "2019-02-29",
            "1900-02-29",
            "2019-04-31",
            "2019-00-10",
            "0000-01-01",
            "31/10/2019",
            "2019-10-31X22:30:00Z",
            "2019-10-31T",
            "2019-10-31T22:30Z",
            "2019-10-31T24:00:00Z",
            "2019-10-31T22:60:00Z",
            "2019-10-31T22:30:61Z",
            "2019-10-31T22:30:00.Z",
            "2019-10-31T22:30:00.12345678Z",
            "2019-10-31T22:30:00+0100",
            "2019-10-31T22:30:00ZZ",
            " 2019-10-31",
            "2019-10-31T22:30:00+24:00",
            "２０１９-10-31",
            "2019-10-31é",
        ];
        for text in cases {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_day_of_eight_centuries_follows_the_one_before() {
        let mut expected = parse("1600-01-01").expect("a date");
        for year in 1600..2400 {
            for month in 1..=12 {
                for day in 1..=super::month_length(year, month) {
                    assert_eq!(parse(&format!("{year:04}-{month:02}-{day:02}")), Some(expected));
                    expected += 86_400;
                }
            }
        }
    }
}
