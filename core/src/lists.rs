//! Two building blocks of sections: rows of small numbers, and tables of names.
//!
//! What many sections call and no loop of scoring is not inlined: copies in every
//! caller were a thousand of the browser's bytes.

use serde::Serialize;

use crate::format::{Cursor, Fields, put_varint};

/// Rows of numbers, flat: row `r` is `values[starts[r]..starts[r + 1]]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lists {
    starts: Vec<u32>,
    values: Vec<u32>,
}

#[derive(Debug, Serialize)]
pub(crate) struct ListsWire<'a> {
    /// A varint per row.
    counts: &'a [u8],
    /// A varint per value.
    values: &'a [u8],
}

impl Lists {
    /// Rows in order.
    pub fn new(rows: &[Vec<u32>]) -> Self {
        let mut lists = Self { starts: vec![0], values: Vec::new() };
        for row in rows {
            lists.push(row);
        }
        lists
    }

    fn push(&mut self, row: &[u32]) {
        self.values.extend_from_slice(row);
        self.starts.push(self.values.len() as u32);
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// One row; empty when there is no such row.
    pub fn row(&self, row: usize) -> &[u32] {
        match (self.starts.get(row), self.starts.get(row + 1)) {
            (Some(&from), Some(&to)) => &self.values[from as usize..to as usize],
            _ => &[],
        }
    }

    /// Whether every row is as it should be.
    pub(crate) fn all(&self, fits: impl Fn(&[u32]) -> bool) -> bool {
        (0..self.rows()).all(|row| fits(self.row(row)))
    }

    /// Where a row starts among all values.
    pub(crate) fn start(&self, row: usize) -> usize {
        self.starts.get(row).map_or(0, |start| *start as usize)
    }

    /// All values, row after row.
    pub(crate) fn values(&self) -> &[u32] {
        &self.values
    }

    pub(crate) fn encode(&self) -> (Vec<u8>, Vec<u8>) {
        let (mut counts, mut values) = (Vec::new(), Vec::new());
        for pair in self.starts.windows(2) {
            put_varint(&mut counts, u64::from(pair[1] - pair[0]));
        }
        for value in &self.values {
            put_varint(&mut values, u64::from(*value));
        }
        (counts, values)
    }

    pub(crate) fn wire<'a>(parts: &'a (Vec<u8>, Vec<u8>)) -> ListsWire<'a> {
        ListsWire { counts: &parts.0, values: &parts.1 }
    }

    pub(crate) fn read(fields: &mut Fields<'_>) -> Self {
        let (counts, values) = (fields.bytes(), fields.bytes());
        fields.require(Self::decode(counts, values))
    }

    /// `None` when the two arrays do not fit each other.
    fn decode(counts: &[u8], values: &[u8]) -> Option<Self> {
        let mut lists = Self { starts: vec![0], values: Vec::new() };
        let (mut counts, mut values) = (Cursor::new(counts), Cursor::new(values));
        while !counts.is_done() {
            let count = counts.varint32()? as usize;
            if count > values.left() {
                return None;
            }
            for _ in 0..count {
                lists.values.push(values.varint32()?);
            }
            lists.starts.push(lists.values.len() as u32);
        }
        values.is_done().then_some(lists)
    }

    /// The largest value plus one; 0 when there is none.
    #[inline(never)]
    pub(crate) fn reach(&self) -> u32 {
        self.values.iter().max().map_or(0, |most| most.saturating_add(1))
    }
}

/// Names by number, in one run of text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    text: String,
    ends: Vec<u32>,
}

#[derive(Debug, Serialize)]
pub(crate) struct NamesWire<'a> {
    /// A varint length in bytes per name.
    lengths: &'a [u8],
    text: &'a str,
}

impl Names {
    /// Names in order.
    pub fn new<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Self {
        let mut all = Self::default();
        for name in names {
            all.text.push_str(name.as_ref());
            all.ends.push(all.text.len() as u32);
        }
        all
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The name with this number; empty when there is no such number.
    #[inline(never)]
    pub fn get(&self, number: usize) -> &str {
        let from = if number == 0 { Some(0) } else { self.ends.get(number - 1).copied() };
        match (from, self.ends.get(number)) {
            (Some(from), Some(&to)) => self.text.get(from as usize..to as usize).unwrap_or(""),
            _ => "",
        }
    }

    /// All names in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|number| self.get(number))
    }

    /// The number of a name.
    #[inline(never)]
    pub fn find(&self, name: &str) -> Option<u32> {
        self.iter().position(|known| known == name).map(|at| at as u32)
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut lengths = Vec::new();
        let mut from = 0;
        for &to in &self.ends {
            put_varint(&mut lengths, u64::from(to - from));
            from = to;
        }
        lengths
    }

    pub(crate) fn wire<'a>(&'a self, lengths: &'a [u8]) -> NamesWire<'a> {
        NamesWire { lengths, text: &self.text }
    }

    pub(crate) fn read(fields: &mut Fields<'_>) -> Self {
        let (lengths, text) = (fields.bytes(), fields.text());
        fields.require(Self::decode(lengths, text))
    }

    /// `None` when the lengths do not cut the text into whole characters.
    fn decode(lengths: &[u8], text: &str) -> Option<Self> {
        let mut lengths = Cursor::new(lengths);
        let mut ends = Vec::new();
        let mut end = 0u32;
        while !lengths.is_done() {
            end = end.checked_add(lengths.varint32()?)?;
            if !text.is_char_boundary(end as usize) {
                return None;
            }
            ends.push(end);
        }
        (end as usize == text.len()).then(|| Self { text: text.to_owned(), ends })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_round_trip() {
        let lists = Lists::new(&[vec![1, 500], vec![], vec![70_000]]);
        let parts = lists.encode();
        assert_eq!(Lists::decode(&parts.0, &parts.1), Some(lists.clone()));
        assert_eq!(lists.row(0), &[1, 500]);
        assert!(lists.row(1).is_empty() && lists.row(99).is_empty());
        assert_eq!(lists.reach(), 70_001);
        assert_eq!(Lists::decode(&[3], &[1, 2]), None);
        assert_eq!(Lists::decode(&[1], &[1, 2]), None);
    }

    #[test]
    fn names_round_trip_and_keep_characters_whole() {
        let names = Names::new(["Kühl", "", "Lampe"]);
        let lengths = names.encode();
        assert_eq!(Names::decode(&lengths, "KühlLampe"), Some(names.clone()));
        assert_eq!((names.get(0), names.get(1), names.get(2), names.get(3)), ("Kühl", "", "Lampe", ""));
        assert_eq!(names.find("Lampe"), Some(2));
        assert_eq!(Names::decode(&[2, 3], "Kühl"), None);
        assert_eq!(Names::decode(&[9], "short"), None);
    }
}
