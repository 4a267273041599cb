//! `Reco_Config`: keys in any case, one row each.
//!
//! A key that the contract does not know, or a value of the wrong type, drops its row and leaves
//! the default. When a key is there twice, the last row counts.

use super::super::cell::{Settings, parse_truth};
use super::super::config::Config;
use super::super::error::ContractError;
use super::super::report::EntityReport;
use super::super::table::Table;
use super::super::tally::{Fault, Reason};
use super::Cleaned;
use crate::progress::Stage;

const KEY: usize = 0;
const VALUE: usize = 1;
const KEYS: [&str; 5] = [
    "TrendingListMaxAgeDays",
    "TrendingListTransactionsIntervalDays",
    "BestSellingListTransactionsIntervalDays",
    "PersonalizationEnabled",
    "ItemIdAsGuid",
];

/// Reads the settings.
pub(in super::super) fn read(
    table: &Table<'_>,
    settings: Settings,
    stage: &Stage,
) -> Result<Cleaned<Config>, ContractError> {
    let rules = table.rules(settings);
    let mut config = Config::default();
    let mut seen = [false; KEYS.len()];
    let mut notes = Vec::new();
    let tally = table.rows(stage, |row, tally| {
        let key = rules.needed(row, KEY, tally)?;
        let value = rules.needed(row, VALUE, tally)?;
        let Some(known) = KEYS.iter().position(|known| known.eq_ignore_ascii_case(key)) else {
            let note = format!("setting {key:?} is not known; known are {}", KEYS.join(", "));
            if notes.len() < KEYS.len() && !notes.contains(&note) {
                notes.push(note);
            }
            return Err(Fault { column: KEY, reason: Reason::AttributeValueNotAllowed, value: key });
        };
        set(&mut config, known, value).map_err(|reason| Fault { column: VALUE, reason, value })?;
        if std::mem::replace(&mut seen[known], true) {
            tally.warn(
                &table.layout,
                row.line,
                Fault { column: KEY, reason: Reason::DuplicateRow, value: key },
            );
        }
        Ok(())
    })?;
    Ok(Cleaned { values: config, report: EntityReport::new(table, &tally, notes) })
}

/// Sets the setting at a place in `KEYS`.
fn set(config: &mut Config, key: usize, value: &str) -> Result<(), Reason> {
    let truth = || parse_truth(value).ok_or(Reason::DataTypeMismatch);
    match key {
        0 => config.trending_max_age_days = days(value)?,
        1 => config.trending_interval_days = days(value)?,
        2 => config.best_selling_interval_days = days(value)?,
        3 => config.personalization_enabled = truth()?,
        _ => config.item_id_as_guid = truth()?,
    }
    Ok(())
}

fn days(value: &str) -> Result<u32, Reason> {
    let days = value.parse::<i64>().map_err(|_| Reason::DataTypeMismatch)?;
    u32::try_from(days).map_err(|_| Reason::AttributeValueNotAllowed)
}
