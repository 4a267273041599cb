//! A start and an end: two dates of a row, either of which may be left out.
//!
//! Seconds of Unix time, both inclusive. A date alone is its midnight, for an end as for a start.

use super::super::cell::Rules;
use super::super::record::Row;
use super::super::tally::{Fault, Reason, Tally};
use crate::catalogue::ALWAYS;

/// Reads the two columns.
pub(super) fn read<'a>(
    rules: &Rules<'_>,
    row: Row<'a>,
    [start, end]: [usize; 2],
    tally: &mut Tally,
) -> Result<(i64, i64), Fault<'a>> {
    let from = rules.moment(row, start, tally)?.unwrap_or(ALWAYS.0);
    let until = rules.moment(row, end, tally)?.unwrap_or(ALWAYS.1);
    if from > until {
        let value = rules.written(row, end);
        return Err(Fault { column: end, reason: Reason::EndBeforeStart, value });
    }
    Ok((from, until))
}
