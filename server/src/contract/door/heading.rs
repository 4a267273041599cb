//! The names of the columns of one file, and the walk over its rows by them.
//!
//! A CSV file names its columns in its first record; lines of JSON name them in every line, and the
//! first block of them tells which there are.

use serde_json::Value;

use super::super::blocks::Records;
use super::super::form::Format;
use super::super::json_lines;
use super::super::layout::{Declared, Layout, Slot};
use super::super::record::{self, Row};
use super::super::schema::Entity;
use super::super::table::Content;
use super::super::tally::Reason;
use super::Raw;
use super::column::{Names, places};

/// Lines of JSON that are looked at for their keys.
const LINES: usize = 1_000;
/// Columns that are looked at.
const COLUMNS: usize = record::MOST_COLUMNS;

/// What a file calls its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heading {
    pub(super) names: Vec<String>,
}

impl Heading {
    /// The first record of a CSV file.
    pub(super) fn of_csv(records: &Records, delimiter: u8) -> Option<Self> {
        let names = |row: Row<'_>| (0..row.width()).map(|at| row.field(at).trim().to_owned()).collect();
        record::first(records, delimiter, |row| Self { names: names(row) })
    }

    /// Every key with a plain value in the first lines, in order of appearance.
    pub(super) fn of_json(records: &Records) -> Option<Self> {
        let mut names: Vec<String> = Vec::new();
        for (_, line) in json_lines::lines(records).take(LINES) {
            let Ok(Value::Object(object)) = serde_json::from_slice(line) else { continue };
            for (key, _) in object.iter().filter(|(_, value)| !value.is_object() && !value.is_array()) {
                if names.len() < COLUMNS && !names.contains(key) {
                    names.push(key.clone());
                }
            }
        }
        (!names.is_empty()).then_some(Self { names })
    }

    /// All columns in the order of the heading; of those that are not used nothing is read.
    pub(super) fn layout(&self, entity: &'static Entity, used: impl Fn(usize) -> bool) -> Layout {
        let slot = |(at, name): (usize, &String)| Slot {
            at: used(at).then_some(at),
            declared: Declared::Text,
            mandatory: false,
            name: name.clone(),
        };
        let mut slots: Vec<Slot> = self.names.iter().enumerate().map(slot).collect();
        // What a file may not lack was looked for by the heading: the used columns stand in for it.
        slots.sort_by_key(|slot| slot.at.is_none());
        Layout { entity, slots, order: self.names.clone(), notes: Vec::new() }
    }

    /// Where some columns stand.
    pub(super) fn places(&self, columns: &[Names]) -> Vec<Option<usize>> {
        places(&self.names, columns)
    }

    /// Calls `each` with every record but the header.
    pub(super) fn rows(&self, raw: Raw<'_>, mut each: impl FnMut(u64, Result<Row<'_>, Reason>)) {
        let records = match raw.content {
            Content::Lines(records) => records,
            Content::Rows(rows) => return rows.scan(each),
            Content::Translated(_) => return,
        };
        if raw.source.form.format == Format::JsonLines {
            return json_lines::scan(records, &self.names, each);
        }
        let mut head = raw.head;
        record::scan(records, raw.source.delimiter, |line, row| {
            if !std::mem::take(&mut head) {
                each(line, row);
            }
        });
    }
}

/// The byte between the columns of a header: the one that is there most often, outside quotes.
pub(super) fn delimiter(bytes: &[u8]) -> u8 {
    let start = bytes.iter().position(|byte| !matches!(byte, b'\n' | b'\r')).unwrap_or(0);
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in &bytes[start..] {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if !quoted => {
                counts.iter_mut().filter(|(mark, _)| mark == byte).for_each(|(_, count)| *count += 1)
            }
            _ => {}
        }
    }
    // Of marks that are there equally often the comma is the likeliest.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(mark, _)| mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> Records {
        Records { bytes: text.as_bytes().to_vec(), first_line: 1 }
    }

    #[test]
    fn the_mark_between_columns_is_found() {
        for (text, mark) in
            [("a,b;c\n;;;;", b','), ("a;b;c", b';'), ("\na\tb", b'\t'), ("\"x,y\";b", b';'), ("a", b',')]
        {
            assert_eq!(delimiter(text.as_bytes()), mark, "{text}");
        }
    }

    #[test]
    fn headings_are_read_in_both_forms() {
        let names = |heading: Option<Heading>| heading.map(|heading| heading.names).unwrap_or_default();
        assert_eq!(names(Heading::of_csv(&records("\n a ,\"b\nc\",d\n1,2,3\n"), b',')), ["a", "b\nc", "d"]);
        let lines = "nonsense\n{\"b\": 1, \"list\": [1]}\n{\"a\": null, \"b\": \"x\"}\n";
        assert_eq!(names(Heading::of_json(&records(lines))), ["b", "a"]);
        assert_eq!(Heading::of_json(&records("[1]\n")), None);
    }
}
