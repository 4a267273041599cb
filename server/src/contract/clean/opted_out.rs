//! `Reco_OptOutUsers`: shoppers whose interactions are left out of everything.
//!
//! Only hashes of the ids are kept, as long as the reading; they reach no value and no report.

use super::super::cell::Settings;
use super::super::error::ContractError;
use super::super::keys::Keys;
use super::super::names::MOST;
use super::super::report::EntityReport;
use super::super::table::Table;
use super::Cleaned;
use crate::progress::Stage;

const SHOPPER: usize = 0;
const CHANGED: usize = 1;

/// Reads the shoppers who opted out.
pub(in super::super) fn read(
    table: &Table<'_>,
    settings: Settings,
    stage: &Stage,
) -> Result<Cleaned<Keys>, ContractError> {
    let rules = table.rules(settings);
    let mut shoppers = Keys::default();
    let mut full = false;
    let tally = table.rows(stage, |row, tally| {
        let shopper = rules.needed(row, SHOPPER, tally)?;
        rules.moment(row, CHANGED, tally)?;
        full |= shoppers.intern(shopper).is_none();
        Ok(())
    })?;
    if full {
        return Err(ContractError::TooMany {
            entity: table.layout.entity.name,
            column: "UserId",
            limit: MOST,
        });
    }
    let notes = vec![format!("{} shoppers opted out", shoppers.len())];
    Ok(Cleaned { values: shoppers, report: EntityReport::new(table, &tally, notes) })
}
