//! The value of a column in a row, checked by the rules of the contract.
//!
//! Every reader of an entity asks here, so that an empty, broken or over-long value means the same
//! everywhere. It does not know entities. A value comes back clean, absent, or as a [`Fault`] that
//! drops the row.

use super::layout::{Declared, Layout, Slot};
use super::moment;
use super::record::{Numbers, Row};
use super::schema::{Invalid, Kind};
use super::tally::{Fault, Reason, Tally};

/// Characters of an id in the contract, when ids are not GUIDs.
const ID_LENGTH: usize = 16;

/// What the rows of one entity are read by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules<'r> {
    pub(super) layout: &'r Layout,
    pub(super) settings: Settings,
}

/// What holds for every entity of a folder.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    pub(super) ids: Ids,
    /// `.` or `,`.
    pub(super) decimal_mark: u8,
    /// Unix seconds that stand in for a missing date, if known.
    pub(super) ingested: Option<i64>,
}

/// Which item ids are valid (`ItemIdAsGuid`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ids {
    Free,
    Guid,
    /// The folder is not of the contract, and its ids may be longer.
    Own,
}

type Cell<'a, T> = Result<Option<T>, Fault<'a>>;

impl Rules<'_> {
    /// Text or an id; `None` when it is empty and may be.
    #[inline]
    pub(super) fn text<'a>(&self, row: Row<'a>, column: usize, tally: &mut Tally) -> Cell<'a, &'a str> {
        let Some((slot, value)) = self.present(row, column)? else { return Ok(None) };
        if slot.declared != Declared::Text {
            self.check_declared(slot.declared, column, value)?;
        }
        match self.layout.entity.columns[column].kind {
            Kind::Id => self.id(row, column, self.settings.ids, tally).map(Some),
            Kind::ImageId => self.id(row, column, Ids::Free, tally).map(Some),
            Kind::Text(most) if value.len() > most => self.shortened(row, column, most, tally).map(Some),
            _ => Ok(Some(value)),
        }
    }

    /// Text that the row cannot be without; only for columns that are always needed.
    #[inline]
    pub(super) fn needed<'a>(
        &self,
        row: Row<'a>,
        column: usize,
        tally: &mut Tally,
    ) -> Result<&'a str, Fault<'a>> {
        Ok(self.text(row, column, tally)?.unwrap_or_default())
    }

    /// A date as Unix seconds.
    #[inline]
    pub(super) fn moment<'a>(&self, row: Row<'a>, column: usize, tally: &mut Tally) -> Cell<'a, i64> {
        let found = match self.present(row, column) {
            Ok(None) => return Ok(None),
            Ok(Some((_, value))) => {
                moment::parse(value).ok_or(Fault { column, reason: Reason::DataTypeMismatch, value })
            }
            Err(fault) => Err(fault),
        };
        match found {
            Err(fault) if self.layout.entity.columns[column].invalid == Invalid::Ingestion => {
                tally.warn(self.layout, row.line, Fault { reason: Reason::ReplacedByIngestionTime, ..fault });
                Ok(self.settings.ingested)
            }
            found => found.map(Some),
        }
    }

    /// A finite number.
    #[inline]
    pub(super) fn number<'a>(&self, row: Row<'a>, column: usize) -> Cell<'a, f64> {
        let Some((slot, value)) = self.present(row, column)? else { return Ok(None) };
        let number = if slot.declared == Declared::Whole {
            value.parse::<i64>().ok().map(|whole| whole as f64)
        } else {
            self.parse_number(value, row.numbers)
        };
        number.map(Some).ok_or(Fault { column, reason: Reason::DataTypeMismatch, value })
    }

    /// A whole number, however the culture writes others.
    #[inline]
    pub(super) fn whole<'a>(&self, row: Row<'a>, column: usize) -> Cell<'a, i64> {
        let Some((_, value)) = self.present(row, column)? else { return Ok(None) };
        value.parse().map(Some).map_err(|_| Fault { column, reason: Reason::DataTypeMismatch, value })
    }

    /// A truth value: `true`, `false`, `1` or `0`, in any case.
    #[inline]
    pub(super) fn truth<'a>(&self, row: Row<'a>, column: usize) -> Cell<'a, bool> {
        let Some((_, value)) = self.present(row, column)? else { return Ok(None) };
        parse_truth(value).map(Some).ok_or(Fault { column, reason: Reason::DataTypeMismatch, value })
    }

    /// What the row holds there, whatever it is.
    #[inline]
    pub(super) fn written<'a>(&self, row: Row<'a>, column: usize) -> &'a str {
        self.layout.slots[column].at.map_or("", |at| row.field(at))
    }

    /// The value, unless it is empty or the folder has no such column.
    #[inline]
    fn present<'a>(&self, row: Row<'a>, column: usize) -> Result<Option<(&Slot, &'a str)>, Fault<'a>> {
        let slot = &self.layout.slots[column];
        let value = self.written(row, column);
        if !value.is_empty() {
            Ok(Some((slot, value)))
        } else if slot.mandatory {
            Err(Fault { column, reason: Reason::EmptyMandatoryAttribute, value })
        } else {
            Ok(None)
        }
    }

    fn id<'a>(&self, row: Row<'a>, column: usize, ids: Ids, tally: &mut Tally) -> Result<&'a str, Fault<'a>> {
        let value = self.written(row, column);
        let fault = |reason| Fault { column, reason, value };
        if ids == Ids::Guid && !is_guid(value) {
            return Err(fault(Reason::InvalidGuidIdFormat));
        }
        if has_control(value) {
            return Err(fault(Reason::InvalidIdFormat));
        }
        let guid = ids == Ids::Guid || self.layout.slots[column].declared == Declared::Guid;
        let any_length = guid || ids == Ids::Own;
        if value.len() > ID_LENGTH && !any_length && value.chars().count() > ID_LENGTH {
            tally.warn(self.layout, row.line, fault(Reason::LongId));
        }
        Ok(value)
    }

    /// A value that has more bytes than it may have characters.
    fn shortened<'a>(
        &self,
        row: Row<'a>,
        column: usize,
        most: usize,
        tally: &mut Tally,
    ) -> Result<&'a str, Fault<'a>> {
        let value = self.written(row, column);
        let Some((end, _)) = value.char_indices().nth(most) else { return Ok(value) };
        let fault = |reason| Fault { column, reason, value };
        match self.layout.entity.columns[column].invalid {
            Invalid::Trim => tally.warn(self.layout, row.line, fault(Reason::ValueTrimmed)),
            Invalid::Drop | Invalid::Ingestion => return Err(fault(Reason::ValueTooLong)),
        }
        Ok(&value[..end])
    }

    /// Holds a text to the type that the folder declares for it.
    fn check_declared<'a>(&self, declared: Declared, column: usize, value: &'a str) -> Result<(), Fault<'a>> {
        let valid = match declared {
            Declared::Text => true,
            Declared::Whole => value.parse::<i64>().is_ok(),
            Declared::Number => self.parse_number(value, Numbers::ByCulture).is_some(),
            Declared::Moment => moment::parse(value).is_some(),
            Declared::Truth => parse_truth(value).is_some(),
            Declared::Guid => is_guid(value),
        };
        let reason =
            if declared == Declared::Guid { Reason::InvalidGuidIdFormat } else { Reason::DataTypeMismatch };
        if valid { Ok(()) } else { Err(Fault { column, reason, value }) }
    }

    fn parse_number(&self, value: &str, numbers: Numbers) -> Option<f64> {
        let number = if self.settings.decimal_mark == b',' && numbers == Numbers::ByCulture {
            // A point would group thousands here: taking it for a decimal mark would be a guess.
            if value.contains('.') { None } else { value.replacen(',', ".", 1).parse::<f64>().ok() }
        } else {
            value.parse::<f64>().ok()
        };
        number.filter(|number| number.is_finite())
    }
}

/// `true`, `false`, `1` or `0`, in any case.
pub(super) fn parse_truth(value: &str) -> Option<bool> {
    if value == "1" || value.eq_ignore_ascii_case("true") {
        Some(true)
    } else if value == "0" || value.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

fn has_control(value: &str) -> bool {
    if value.is_ascii() {
        value.bytes().any(|byte| byte.is_ascii_control())
    } else {
        value.chars().any(char::is_control)
    }
}

/// 36 characters, hexadecimal in groups of 8, 4, 4, 4 and 12.
fn is_guid(value: &str) -> bool {
    let valid = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    value.len() == 36 && value.bytes().enumerate().all(valid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guids_have_their_form() {
        assert!(is_guid("01234567-89ab-CDEF-0123-456789abcdef"));
        for text in ["", "0123456789abcdef0123456789abcdef0123", "01234567-89ab-cdef-0123-456789abcdeg"] {
            assert!(!is_guid(text), "{text}");
        }
    }

    #[test]
    fn truth_has_four_words() {
        let words = ["True", "false", "1", "0", "yes", "", "TRUE "].map(parse_truth);
        assert_eq!(words, [Some(true), Some(false), Some(true), Some(false), None, None, None]);
    }
}
