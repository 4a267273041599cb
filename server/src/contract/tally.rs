//! Counts of what was wrong with the rows of one entity.
//!
//! One tally belongs to one block, so that blocks can be cleaned side by side; tallies are put
//! together in file order. It decides nothing about rows. The first few examples of each fault are
//! kept, and never more, however bad the file.

use super::door::Passed;
use super::layout::Layout;
use super::schema::Shown;

/// Examples kept of each fault.
const EXAMPLES: usize = 3;
/// Characters kept of a quoted value.
const VALUE_LENGTH: usize = 40;

/// What is wrong with a row or a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    EmptyMandatoryAttribute,
    DataTypeMismatch,
    AttributeValueNotAllowed,
    InvalidIdFormat,
    InvalidGuidIdFormat,
    ValueTooLong,
    EndBeforeStart,
    ReservedScopeDropped,
    ReservedScopeKept,
    ReservedListName,
    ListNameCharacters,
    SeedMissing,
    SeedUnwanted,
    UnsupportedAlgoType,
    UnknownItem,
    UnknownList,
    UnknownImage,
    OptedOut,
    UndeclaredHeader,
    InvalidUtf8,
    NulByte,
    TooManyColumns,
    RecordTooLong,
    UnclosedQuote,
    ExtraColumns,
    ValueTrimmed,
    LongId,
    TooManyFilters,
    DuplicateRow,
    InFolder,
    ReplacedByIngestionTime,
    RelativeAddress,
    NotJson,
    NestedValue,
    NotAnEvent,
    UnknownLine,
}

impl Reason {
    /// The name in the report; the first five are the contract's own.
    pub(super) fn name(self) -> &'static str {
        match self {
            Reason::EmptyMandatoryAttribute => "EmptyMandatoryAttribute",
            Reason::DataTypeMismatch => "DataTypeMismatch",
            Reason::AttributeValueNotAllowed
            | Reason::EndBeforeStart
            | Reason::ReservedScopeDropped
            | Reason::ReservedScopeKept
            | Reason::ReservedListName
            | Reason::SeedMissing
            | Reason::SeedUnwanted => "AttributeValueNotAllowed",
            Reason::InvalidIdFormat | Reason::ListNameCharacters => "InvalidIdFormat",
            Reason::InvalidGuidIdFormat => "InvalidGuidIdFormat",
            Reason::ValueTooLong => "ValueTooLong",
            Reason::UnsupportedAlgoType => "UnsupportedAlgoType",
            Reason::UnknownItem => "UnknownItem",
            Reason::UnknownList => "UnknownList",
            Reason::UnknownImage => "UnknownImage",
            Reason::OptedOut => "OptedOut",
            Reason::UndeclaredHeader => "UndeclaredHeader",
            Reason::InvalidUtf8
            | Reason::NulByte
            | Reason::TooManyColumns
            | Reason::RecordTooLong
            | Reason::UnclosedQuote
            | Reason::NotJson
            | Reason::NestedValue
            | Reason::NotAnEvent => "MalformedRow",
            Reason::UnknownLine => "UnknownLineItem",
            Reason::ExtraColumns => "ExtraColumns",
            Reason::ValueTrimmed => "ValueTrimmed",
            Reason::LongId => "LongId",
            Reason::TooManyFilters => "TooManyFilters",
            Reason::DuplicateRow => "DuplicateRow",
            Reason::InFolder => "AlreadyInFolder",
            Reason::ReplacedByIngestionTime => "ReplacedByIngestionTime",
            Reason::RelativeAddress => "RelativeAddress",
        }
    }

    /// What it means, and what to do about it.
    pub(super) fn message(self) -> &'static str {
        match self {
            Reason::EmptyMandatoryAttribute => "a mandatory value is empty",
            Reason::DataTypeMismatch => {
                "the value does not parse as its type; look for stray characters, and compare its type and the \
                 culture with model.json"
            }
            Reason::AttributeValueNotAllowed => "the value is reserved or not one of the allowed values",
            Reason::InvalidIdFormat => "the id holds a control character",
            Reason::InvalidGuidIdFormat => {
                "ids are GUIDs here (ItemIdAsGuid or model.json) and this one is not"
            }
            Reason::ValueTooLong => "the value is longer than the contract allows",
            Reason::UnknownItem => "the item is not in the catalogue; add it to Reco_ItemsAndVariants",
            Reason::EndBeforeStart => "the end lies before the start; exchange the two dates or correct them",
            Reason::ReservedScopeDropped => {
                "0 names the default and may not be written, so the row counts for nothing; leave the value empty"
            }
            Reason::ReservedScopeKept => {
                "0 names the default and may not be written; the row counts for the default; leave the value empty"
            }
            Reason::ReservedListName => "the name is that of a built-in list; give the list another one",
            Reason::ListNameCharacters => {
                "the name of a list may hold only letters A to Z, digits, and _ - ~ .; rename the list"
            }
            Reason::SeedMissing => {
                "the list belongs to an item; move the row to Reco_SeededRecommendationsEnrichment"
            }
            Reason::SeedUnwanted => {
                "the list belongs to no item; move the row to Reco_UnseededRecommendationsEnrichment"
            }
            Reason::UnsupportedAlgoType => {
                "this list is not made by that algorithm, so the row is ignored; use MF, Visual, Textual or nothing"
            }
            Reason::UnknownList => {
                "no list has this name; use a built-in name or one of Reco_ExternalRecommendationsLists"
            }
            Reason::UnknownImage => "the image is not in Reco_ImagesInventory; add it there",
            Reason::OptedOut => "the shopper opted out, so the row is left out of everything",
            Reason::UndeclaredHeader => {
                "the first row holds column names; set columnHeaders of the partition, or take the row away"
            }
            Reason::InvalidUtf8 => "the row is not UTF-8; save the file as UTF-8",
            Reason::NulByte => "the row holds a NUL byte; save the file as UTF-8 text",
            Reason::TooManyColumns => "the row has more than 1,000 columns",
            Reason::RecordTooLong => "the row is longer than 1 MiB; look for a quote that is never closed",
            Reason::UnclosedQuote => "a quote is opened and never closed; the lines were passed over",
            Reason::NotJson => "the line is no JSON object; write one object on each line",
            Reason::NestedValue => {
                "a column holds an object or a list; give it text, a number, true, false or null"
            }
            Reason::NotAnEvent => {
                "the line is no event of GA4 (event_name, items) or Segment (type, event, properties)"
            }
            Reason::UnknownLine => {
                "no product of the export has this SKU or this name; export all products, also those no longer sold"
            }
            Reason::ExtraColumns => "the row has more columns than the entity; the rest is ignored",
            Reason::ValueTrimmed => "the text is longer than the contract allows; it is cut to that length",
            Reason::TooManyFilters => {
                "there are more than 256 different filters; the first 256 count, so put values into FilterValue and not into \
                 FilterName"
            }
            Reason::LongId => "the id is longer than the 16 characters of the contract; it is used as it is",
            Reason::InFolder => {
                "the data folder has a row of the same group and item by now, and that one counts; nothing is wrong"
            }
            Reason::DuplicateRow => "the same key came before; the last row counts",
            Reason::ReplacedByIngestionTime => {
                "the date is missing or unreadable; the time of ingestion stands in for it"
            }
            Reason::RelativeAddress => "the address is not absolute; it is used as it is",
        }
    }
}

/// A value that breaks a rule.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fault<'a> {
    /// Place in the columns of the entity.
    pub(super) column: usize,
    pub(super) reason: Reason,
    pub(super) value: &'a str,
}

/// Counts for one run of rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    /// Place in the files of the entity.
    pub(super) file: usize,
    pub(super) records: u64,
    pub(super) dropped: u64,
    pub(super) errors: Vec<Count>,
    pub(super) warnings: Vec<Count>,
    /// Files (by place) whose content could not be read on, and why.
    pub(super) damaged: Vec<(usize, String)>,
    /// What a door left out on purpose.
    pub(super) passed: Passed,
}

/// How often one thing went wrong in one column.
#[derive(Debug, Clone)]
pub(super) struct Count {
    /// `None` when the row as a whole is meant. The first key of the order in the report.
    pub(super) column: Option<usize>,
    pub(super) reason: Reason,
    pub(super) rows: u64,
    pub(super) examples: Vec<Place>,
}

/// Where it went wrong.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) file: usize,
    pub(super) line: u64,
    /// Shortened, or hidden where it could name a shopper.
    pub(super) value: String,
}

impl Tally {
    /// A tally for rows of one file.
    pub(super) fn of_file(file: usize) -> Self {
        Tally { file, ..Tally::default() }
    }

    /// Counts a row that is dropped for one value.
    pub(super) fn reject(&mut self, layout: &Layout, line: u64, fault: Fault<'_>) {
        self.dropped += 1;
        count(&mut self.errors, self.file, layout, line, fault);
    }

    /// Counts rows that are dropped as a whole, from `line` on.
    pub(super) fn reject_rows(&mut self, line: u64, rows: u64, reason: Reason) {
        self.dropped += rows;
        let place = || Place { file: self.file, line, value: String::new() };
        add(&mut self.errors, None, reason, rows, place);
    }

    /// Counts rows that are dropped after all, when nobody knows their lines any more.
    pub(super) fn reject_late(&mut self, rows: u64, reason: Reason) {
        self.dropped += rows;
        if rows > 0 {
            self.errors.push(Count { column: None, reason, rows, examples: Vec::new() });
        }
    }

    /// Counts something odd about a value of a row that stays.
    pub(super) fn warn(&mut self, layout: &Layout, line: u64, fault: Fault<'_>) {
        count(&mut self.warnings, self.file, layout, line, fault);
    }

    /// Counts something odd about a row that stays.
    pub(super) fn warn_row(&mut self, line: u64, reason: Reason) {
        let place = || Place { file: self.file, line, value: String::new() };
        add(&mut self.warnings, None, reason, 1, place);
    }

    /// Adds the counts of the rows that follow.
    pub(super) fn absorb(&mut self, later: Tally) {
        self.records += later.records;
        self.dropped += later.dropped;
        self.damaged.extend(later.damaged);
        self.passed.absorb(later.passed);
        for (all, more) in [(&mut self.errors, later.errors), (&mut self.warnings, later.warnings)] {
            for count in more {
                match all.iter_mut().find(|old| old.column == count.column && old.reason == count.reason) {
                    Some(old) => {
                        old.rows += count.rows;
                        let room = EXAMPLES - old.examples.len().min(EXAMPLES);
                        old.examples.extend(count.examples.into_iter().take(room));
                    }
                    None => all.push(count),
                }
            }
        }
    }
}

fn count(counts: &mut Vec<Count>, file: usize, layout: &Layout, line: u64, fault: Fault<'_>) {
    let shown = layout.entity.columns[fault.column].shown;
    let place = || Place { file, line, value: quote(fault.value, shown) };
    add(counts, Some(fault.column), fault.reason, 1, place);
}

/// More of a kind; the example is only made while there is room for it.
fn add(
    counts: &mut Vec<Count>,
    column: Option<usize>,
    reason: Reason,
    rows: u64,
    place: impl FnOnce() -> Place,
) {
    let known = counts.iter().position(|count| count.column == column && count.reason == reason);
    let at = known.unwrap_or_else(|| {
        counts.push(Count { column, reason, rows: 0, examples: Vec::new() });
        counts.len() - 1
    });
    counts[at].rows += rows;
    if counts[at].examples.len() < EXAMPLES {
        counts[at].examples.push(place());
    }
}

/// A value as the report may show it.
fn quote(value: &str, shown: Shown) -> String {
    let shape = |char: char| match char {
        _ if shown == Shown::Clear => char,
        '0'..='9' => '9',
        _ if char.is_alphanumeric() => 'a',
        _ => char,
    };
    if shown == Shown::Hidden {
        return if value.is_empty() {
            String::new()
        } else {
            format!("({} characters)", value.chars().count())
        };
    }
    let mut text: String = value.chars().take(VALUE_LENGTH).map(shape).collect();
    if text.len() < value.len() && value.chars().nth(VALUE_LENGTH).is_some() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shortened_and_shoppers_hidden() {
        let cases = [
            ("abc-12", Shown::Clear, "abc-12"),
            ("Anna.2@x", Shown::Shape, "aaaa.9@a"),
            ("31/10/2019 9:05", Shown::Shape, "99/99/9999 9:99"),
            ("anna", Shown::Hidden, "(4 characters)"),
            ("", Shown::Hidden, ""),
        ];
        for (value, shown, expected) in cases {
            assert_eq!(quote(value, shown), expected);
        }
        assert_eq!(quote(&"é".repeat(41), Shown::Clear), format!("{}…", "é".repeat(40)));
        assert_eq!(quote(&"é".repeat(40), Shown::Clear), "é".repeat(40));
    }

    #[test]
    fn tallies_add_up_and_keep_the_first_examples() {
        let mut all = Tally::default();
        for file in 0..3 {
            let mut tally = Tally::of_file(file);
            for line in 1..=2 {
                tally.records += 1;
                tally.reject_rows(line, 1, Reason::NulByte);
            }
            all.absorb(tally);
        }
        assert_eq!((all.records, all.dropped, all.errors.len(), all.errors[0].rows), (6, 6, 1, 6));
        let places: Vec<_> = all.errors[0].examples.iter().map(|place| (place.file, place.line)).collect();
        assert_eq!(places, [(0, 1), (0, 2), (1, 1)]);
    }
}
