//! Dates as other systems write them, in the form of the contract.
//!
//! Unix times in seconds, milliseconds or microseconds, and the small variations of ISO that exports
//! use. What is no date of any of these forms stays as it is, and is reported where it is checked.

use std::borrow::Cow;

use super::super::moment;
use crate::moment::{DAY, rfc3339};

/// A date in the form of the contract, if it is one at all.
pub(super) fn contract_form(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if let Some(seconds) = from_unix(text) {
        return Cow::Owned(rfc3339(seconds));
    }
    if moment::parse(text).is_some() {
        return Cow::Borrowed(text);
    }
    from_variant(text).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Writes many dates, one after the other; those of one day cost little.
#[derive(Debug, Default)]
pub(super) struct Clock {
    day: Option<i64>,
    /// The last date that was written.
    text: String,
}

impl Clock {
    /// The same as [`contract_form`].
    pub(super) fn contract_form<'c>(&'c mut self, text: &'c str) -> Cow<'c, str> {
        let Some(seconds) = from_unix(text.trim()) else { return contract_form(text) };
        let day = seconds.div_euclid(DAY);
        if self.day != Some(day) {
            (self.day, self.text) = (Some(day), rfc3339(seconds));
        }
        let of_day = seconds.rem_euclid(DAY);
        let pairs = [of_day / 3_600, of_day / 60 % 60, of_day % 60];
        // `2024-01-31T` and then hours, minutes and seconds.
        let start = self.text.len() - CLOCK.len();
        self.text.truncate(start);
        for (pair, mark) in pairs.into_iter().zip([':', ':', 'Z']) {
            for digit in [pair / 10, pair % 10] {
                self.text.push(char::from(b'0' + (digit % 10) as u8));
            }
            self.text.push(mark);
        }
        Cow::Borrowed(&self.text)
    }
}

/// How a time of day is written.
const CLOCK: &str = "00:00:00Z";

/// The number of the day in which a moment lies, from a text that [`contract_form`] gave.
pub(super) fn day(text: &str) -> Option<i64> {
    moment::parse(text).map(|seconds| seconds.div_euclid(DAY))
}

/// Whole Unix time; its length tells the unit. A fraction is passed over.
fn from_unix(text: &str) -> Option<i64> {
    let whole = match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|byte| byte.is_ascii_digit()) => whole,
        Some(_) => return None,
        None => text,
    };
    if !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        9..=11 => Some(number),
        12..=14 => Some(number / 1_000),
        15..=17 => Some(number / 1_000_000),
        18..=19 => Some(number / 1_000_000_000),
        _ => None,
    }
}

/// `2024/01/31`, `2024-01-31 10:15`, `2024-01-31 10:15:00 -0400`, `2024-01-31 10:15:00 UTC`.
fn from_variant(text: &str) -> Option<String> {
    let (date, rest) = text.split_at_checked(10)?;
    let date = if date.as_bytes().get(4) == Some(&b'/') { date.replace('/', "-") } else { date.to_owned() };
    let rest = rest.trim_start_matches(['T', 't', ' ']);
    if rest.is_empty() {
        return moment::parse(&date).map(|_| date);
    }
    let digits = rest.find(|letter: char| !(letter.is_ascii_digit() || letter == ':' || letter == '.'));
    let (clock, zone) = rest.split_at(digits.unwrap_or(rest.len()));
    let clock = if clock.len() == 5 { format!("{clock}:00") } else { seven_digits(clock).to_owned() };
    let made = format!("{date}T{clock}{}", zone_form(zone.trim())?);
    moment::parse(&made).map(|_| made)
}

/// A time without the digits of a fraction that the contract has no room for.
fn seven_digits(clock: &str) -> &str {
    clock.get(..16).unwrap_or(clock)
}

fn zone_form(zone: &str) -> Option<String> {
    match zone.as_bytes() {
        [] | b"Z" | b"z" | b"UTC" | b"GMT" => Some("Z".to_owned()),
        [b'+' | b'-', digits @ ..] if digits.len() == 4 && digits.is_ascii() => {
            Some(format!("{}:{}", &zone[..3], &zone[3..]))
        }
        [b'+' | b'-', digits @ ..] if digits.len() == 2 && digits.is_ascii() => Some(format!("{zone}:00")),
        _ if zone.is_ascii() => Some(zone.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_forms_mean_one_moment() {
        let cases = [
            "2019-10-31T22:30:00.000Z",
            " 2019-10-31T22:30:00Z ",
            "1572561000",
            "1572561000.25",
            "1572561000000",
            "1572561000123456",
            "1572561000123456789",
            "2019-10-31 22:30",
            "2019/10/31 22:30:00",
            "2019-10-31 18:30:00 -0400",
            "2019-10-31 23:30:00 +01:00",
            "2019-10-31T23:30:00+01",
            "2019-10-31 22:30:00 UTC",
            "2019-10-31 22:30:00.123456 UTC",
            "2019-10-31T22:30:00.123456789Z",
        ];
        let mut clock = Clock::default();
        for text in cases {
            assert_eq!(moment::parse(&contract_form(text)), Some(1_572_561_000), "{text}");
            assert_eq!(moment::parse(&clock.contract_form(text)), Some(1_572_561_000), "{text}");
        }
        assert_eq!(moment::parse(&contract_form("2000/02/29")), Some(951_782_400));
    }

    #[test]
    fn what_is_no_date_stays_as_it_is() {
        for text in [
            "",
            "yesterday",
            "31.10.2019",
            "12345678",
            "2019-13-01",
            "1572561000.x",
            "2019-10-31 22:30:00 é",
            "٣",
            "-5",
        ] {
            assert_eq!(contract_form(text), text, "{text}");
        }
    }

    #[test]
    fn many_dates_are_written_as_each_alone() {
        let mut clock = Clock::default();
        for step in 0..20_000_i64 {
            let text = (1_572_500_000 + step * 17_239).to_string();
            assert_eq!(clock.contract_form(&text), contract_form(&text));
        }
    }

    #[test]
    fn days_are_counted_in_utc() {
        assert_eq!(day(&contract_form("1572561000")), Some(1_572_561_000 / DAY));
        assert_eq!(day(&contract_form("2019-10-31 23:30:00 -0400")), Some(1_572_561_000 / DAY + 1));
        assert_eq!(day("yesterday"), None);
    }
}
