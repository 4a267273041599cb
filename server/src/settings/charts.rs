//! How the charts are made: how many shoppers an item needs, and how fast the worth of an interaction fades.
//!
//! Windows of time are not here: they are keys of `Reco_Config` too, and stand together. Invariant: what was read makes
//! sense by itself, so that nothing has to be refused after the cook has begun.

use serde::Deserialize;
use serde::de::{Deserializer, Error};

/// No half-life is longer, in days: it would be older than any data.
const LONGEST_DAYS: f64 = 36_500.0;

/// Each chart.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Charts {
    /// Most shoppers.
    pub popular: PopularChart,
    /// Most shoppers lately.
    pub trending: TrendingChart,
}

/// How `popular` is made.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PopularChart {
    /// Fewest distinct shoppers of an item; the privacy floor holds besides.
    #[serde(deserialize_with = "shoppers")]
    pub minimum_shoppers: Option<u32>,
}

/// How `trending` is made.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(try_from = "GivenTrending")]
pub struct TrendingChart {
    /// Fewest distinct shoppers of an item; the privacy floor holds besides.
    pub minimum_shoppers: Option<u32>,
    /// How the worth of an interaction fades with its age.
    pub decay: Option<DecayForm>,
    /// The age at which an interaction is worth half.
    pub half_life_days: Option<f64>,
}

/// How the worth of an interaction fades with its age; each is worth half at its half-life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DecayForm {
    /// Half again with every half-life.
    Exponential,
    /// Down in a straight line, to nothing at two half-lives.
    Linear,
    /// One part in one plus the number of half-lives: fast at first, then slower and slower.
    Power,
    /// Not at all.
    None,
}

/// As the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenTrending {
    #[serde(default, deserialize_with = "shoppers")]
    minimum_shoppers: Option<u32>,
    decay: Option<DecayForm>,
    #[serde(default, deserialize_with = "days")]
    half_life_days: Option<f64>,
}

impl TryFrom<GivenTrending> for TrendingChart {
    type Error = &'static str;

    fn try_from(given: GivenTrending) -> Result<Self, Self::Error> {
        let GivenTrending { minimum_shoppers, decay, half_life_days } = given;
        if decay == Some(DecayForm::None) && half_life_days.is_some() {
            return Err("what has decay `none` has no half_life_days; leave one of them out");
        }
        Ok(Self { minimum_shoppers, decay, half_life_days })
    }
}

fn shoppers<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    match u32::deserialize(from)? {
        0 => Err(D::Error::custom("minimum_shoppers is at least 1; the privacy floor holds besides")),
        least => Ok(Some(least)),
    }
}

fn days<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    let days = f64::deserialize(from)?;
    match days > 0.0 && days <= LONGEST_DAYS {
        true => Ok(Some(days)),
        false => Err(D::Error::custom(format!("half_life_days is above 0 and at most {LONGEST_DAYS}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    #[test]
    fn charts_are_read_as_tables_and_in_one_line() {
        let tables = "[charts.popular]\nminimum_shoppers = 3\n\
            [charts.trending]\ndecay = \"linear\"\nhalf_life_days = 7\nminimum_shoppers = 10\n";
        let lines = "[charts]\npopular = { minimum_shoppers = 3 }\n\
            trending = { decay = \"linear\", half_life_days = 7.0, minimum_shoppers = 10 }\n";
        let expected = Charts {
            popular: PopularChart { minimum_shoppers: Some(3) },
            trending: TrendingChart {
                minimum_shoppers: Some(10),
                decay: Some(DecayForm::Linear),
                half_life_days: Some(7.0),
            },
        };
        for text in [tables, lines] {
            assert_eq!(Settings::read(text, "x").unwrap().charts, expected, "{text}");
        }
        assert_eq!(Settings::read("[charts]", "x").unwrap(), Settings::default());
        let none = Settings::read("[charts.trending]\ndecay = \"none\"", "x").unwrap().charts;
        assert_eq!(none.trending.decay, Some(DecayForm::None));
    }

    #[test]
    fn nonsense_is_refused_where_it_stands() {
        let cases = [
            ("[charts.trending]\ndecay = \"halving\"\n", 2, "`exponential`, `linear`, `power`, `none`"),
            ("[charts]\n\ntrending = { half_life_days = 0 }\n", 3, "above 0"),
            ("[charts.trending]\nhalf_life_days = -1.5\n", 2, "above 0"),
            ("[charts.trending]\nhalf_life_days = nan\n", 2, "above 0"),
            ("[charts.trending]\nhalf_life_days = inf\n", 2, "at most 36500"),
            ("[charts.trending]\nhalf_life = 3\n", 2, "half_life_days"),
            ("[charts]\ntrending = { decay = \"none\", half_life_days = 3 }\n", 2, "leave one of them out"),
            ("name = \"a\"\n[charts.trending]\ndecay = \"none\"\nhalf_life_days = 3\n", 2, "leave one of"),
            ("[charts.popular]\nminimum_shoppers = 0\n", 2, "at least 1"),
            ("[charts.trending]\nminimum_shoppers = -1\n", 2, "u32"),
            ("[charts.popular]\ndecay = \"none\"\n", 2, "decay"),
            ("[charts.new]\ndecay = \"none\"\n", 1, "new"),
        ];
        for (text, line, words) in cases {
            let error = Settings::read(text, "cookshelf.toml").unwrap_err();
            assert!(error.line == line && error.message.contains(words), "{text:?}: {error}");
        }
    }
}
