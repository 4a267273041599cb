//! Stretches of time and times of day as operators write them: `36h`, `90m`, `7d`, `03:00`.
//!
//! It knows no clock and no zone: a time of day is of UTC.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Units from the longest, and their seconds.
const UNITS: [(&str, u64); 4] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];

/// A stretch of time, at least a second and at most a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[0-9]{1,9}[smhd]$", example = "36h")]
pub struct Interval(u64);

impl Interval {
    const LONGEST: u64 = 366 * 86_400;

    /// Its length.
    pub fn seconds(self) -> u64 {
        self.0
    }
}

impl FromStr for Interval {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = |(unit, seconds): &(&str, u64)| {
            let digits = text.strip_suffix(unit)?;
            let plain = (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| digits.parse::<u64>().ok()?.checked_mul(*seconds)).flatten()
        };
        match UNITS.iter().find_map(parse) {
            Some(seconds @ 1..=Self::LONGEST) => Ok(Self(seconds)),
            Some(_) => Err(format!("`{text}` is out of range; at least 1s and at most 366d")),
            None => Err("this is no stretch of time; write it like 90m, 36h or 7d".to_owned()),
        }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = UNITS.iter().find(|(_, seconds)| self.0.is_multiple_of(*seconds));
        let (unit, seconds) = whole.expect("every number is a multiple of one second");
        write!(f, "{}{unit}", self.0 / seconds)
    }
}

impl TryFrom<String> for Interval {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Interval> for String {
    fn from(interval: Interval) -> Self {
        interval.to_string()
    }
}

/// A minute of the day in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "03:00")]
pub struct TimeOfDay(u32);

impl TimeOfDay {
    /// Seconds since midnight.
    pub fn seconds(self) -> u32 {
        self.0 * 60
    }
}

impl FromStr for TimeOfDay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let two = |part: &str, below: u32| {
            let plain = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
            part.parse::<u32>().ok().filter(|value| plain && *value < below)
        };
        let parsed = text.split_once(':').and_then(|(hour, minute)| Some((two(hour, 24)?, two(minute, 60)?)));
        let (hour, minute) =
            parsed.ok_or("this is no time of day; write it like 03:00, 00:00 to 23:59 in UTC")?;
        Ok(Self(hour * 60 + minute))
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_read_and_written_in_their_longest_whole_unit() {
        let cases =
            [("36h", 129_600, "36h"), ("24h", 86_400, "1d"), ("90m", 5_400, "90m"), ("7d", 604_800, "7d")];
        for (text, seconds, shown) in cases.into_iter().chain([("060s", 60, "1m"), ("1s", 1, "1s")]) {
            let interval: Interval = text.parse().unwrap();
            assert_eq!((interval.seconds(), interval.to_string().as_str()), (seconds, shown), "{text}");
        }
        for text in ["", "h", "36", "36 h", "1.5h", "-1h", "0s", "367d", "999999999999d", "1w", "+1h", "1H"] {
            assert!(text.parse::<Interval>().is_err(), "{text}");
        }
    }

    #[test]
    fn times_of_day_have_one_spelling() {
        let three: TimeOfDay = "03:05".parse().unwrap();
        assert_eq!((three.seconds(), three.to_string().as_str()), (11_100, "03:05"));
        for text in ["", "3:00", "24:00", "12:60", "12:3", "1200", "12:00:00", "+1:00", "noon"] {
            assert!(text.parse::<TimeOfDay>().is_err(), "{text}");
        }
    }
}
