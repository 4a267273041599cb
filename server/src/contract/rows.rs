//! Rows whose fields were found by another reader than CSV's: in one run of text, column by column.

use super::record::{Numbers, Row};
use super::tally::Reason;

/// Some rows of one file, in order.
#[derive(Debug, Default)]
pub(super) struct Rows {
    text: String,
    /// Where each field of a row ends, counted from the row's start.
    ends: Vec<usize>,
    rows: Vec<At>,
}

#[derive(Debug)]
struct At {
    line: u64,
    start: usize,
    /// First field in `ends`; the next row's tells where they stop.
    first: usize,
    broken: Option<Reason>,
}

impl Rows {
    /// Starts a row; fields follow.
    pub(super) fn begin(&mut self, line: u64) {
        self.rows.push(At { line, start: self.text.len(), first: self.ends.len(), broken: None });
    }

    /// Adds a field to the row that was begun.
    pub(super) fn field(&mut self, value: &str) {
        self.text.push_str(value);
        let start = self.rows.last().map_or(0, |row| row.start);
        self.ends.push(self.text.len() - start);
    }

    /// Adds a row that cannot be read.
    pub(super) fn broken(&mut self, line: u64, reason: Reason) {
        self.begin(line);
        if let Some(row) = self.rows.last_mut() {
            row.broken = Some(reason);
        }
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Bytes of all fields.
    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Forgets all rows and keeps the room.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.rows.clear();
    }

    /// Calls `each` with every row, in order.
    pub(super) fn scan(&self, mut each: impl FnMut(u64, Result<Row<'_>, Reason>)) {
        for (at, row) in self.rows.iter().enumerate() {
            let next = self.rows.get(at + 1);
            let text = &self.text[row.start..next.map_or(self.text.len(), |next| next.start)];
            let ends = &self.ends[row.first..next.map_or(self.ends.len(), |next| next.first)];
            let read = match row.broken {
                Some(reason) => Err(reason),
                None if text.contains('\0') => Err(Reason::NulByte),
                None => Ok(Row::of_fields(text, ends, row.line, Numbers::Typed)),
            };
            each(row.line, read);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_out_as_they_went_in() {
        let mut rows = Rows::default();
        rows.begin(3);
        rows.field("é");
        rows.field("");
        rows.field("1.5");
        rows.broken(4, Reason::InvalidUtf8);
        rows.begin(9);
        rows.field("a\0");
        let mut found = Vec::new();
        rows.scan(|line, row| {
            let fields = |row: Row<'_>| (0..4).map(|at| row.field(at).to_owned()).collect::<Vec<_>>();
            found.push((line, row.map(fields)));
        });
        let fields = ["é", "", "1.5", ""].map(str::to_owned).to_vec();
        assert_eq!(found, [(3, Ok(fields)), (4, Err(Reason::InvalidUtf8)), (9, Err(Reason::NulByte))]);
    }
}
