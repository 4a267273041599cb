//! Reads a backup part by part and gives on only what is as it was written.
//!
//! Invariant: when the last part was given, every byte before it hashed to what the file says; a part that is wrong is an
//! error with its line.

use std::io::{BufRead, Read};

use sha2::{Digest, Sha256};

use super::error::BackupError;
use super::mark::{FORMAT, Mark, digits};
use crate::control::{Cell, Control, TABLES, Table};

/// No row and no mark is longer.
const LONGEST_LINE: u64 = 256 << 20;
/// No file of a store is larger.
const LARGEST_FILE: u64 = 2 << 30;
/// Rows that are given at once.
const AT_ONCE: usize = 200;

/// A part of a backup.
#[derive(Debug)]
pub(super) enum Part {
    /// Rows of a table.
    Rows { table: &'static Table, columns: Vec<String>, rows: Vec<Vec<Cell>> },
    /// The master secret.
    Secret(String),
    /// A file of the store.
    File { path: String, bytes: Vec<u8> },
}

pub(super) struct Reader<R> {
    from: R,
    /// Where the line began that was read last.
    line: u64,
    byte: u64,
    next_byte: u64,
    all: Sha256,
    open: Option<Open>,
    tables: u64,
    files: u64,
    /// When it was made, as it says.
    pub(super) made: String,
    ended: bool,
}

struct Open {
    table: &'static Table,
    columns: Vec<String>,
    rows: u64,
    hash: Sha256,
}

impl<R: BufRead> Reader<R> {
    /// Reads the first line.
    pub(super) fn new(from: R) -> Result<Self, BackupError> {
        let mut reader = Self {
            from,
            line: 0,
            byte: 0,
            next_byte: 0,
            all: Sha256::new(),
            open: None,
            tables: 0,
            files: 0,
            made: String::new(),
            ended: false,
        };
        let line = reader.line()?;
        let Ok(Mark::Backup { format, version, made }) = serde_json::from_slice(&line) else {
            return Err(reader.damaged("there is no beginning of a backup"));
        };
        let known = Control::version() as u64;
        if format > FORMAT || version > known {
            return Err(BackupError::Newer { found: version.max(format), known });
        }
        reader.take(&line);
        reader.made = made;
        Ok(reader)
    }

    /// The next part; nothing after the end of a whole backup.
    pub(super) fn next(&mut self) -> Result<Option<Part>, BackupError> {
        let mut rows = Vec::new();
        while !self.ended {
            let line = self.line()?;
            if line.first() == Some(&b'[') {
                rows.push(self.row(&line)?);
                if rows.len() == AT_ONCE {
                    return self.rows(rows).map(Some);
                }
                continue;
            }
            let mark: Mark = serde_json::from_slice(&line)
                .map_err(|cause| self.damaged(format!("there is neither a row nor a mark ({cause})")))?;
            if !matches!(mark, Mark::Whole { .. }) {
                self.take(&line);
            }
            if let Some(part) = self.mark(mark, &mut rows)? {
                return Ok(Some(part));
            }
        }
        Ok(None)
    }

    fn mark(&mut self, mark: Mark, rows: &mut Vec<Vec<Cell>>) -> Result<Option<Part>, BackupError> {
        match (mark, &self.open) {
            (Mark::Table { table, columns }, None) => {
                let Some(table) = TABLES.iter().find(|known| known.name == table) else {
                    return Err(self.damaged(format!("there is a table `{table}`, which no server has")));
                };
                self.tables += 1;
                self.open = Some(Open { table, columns, rows: 0, hash: Sha256::new() });
                Ok(None)
            }
            (Mark::End { rows: count, sha256 }, Some(open)) => {
                if open.rows != count || digits(open.hash.clone()) != sha256 {
                    let why = format!("the rows of `{}` before it were changed", open.table.name);
                    return Err(self.damaged(why));
                }
                let part = if rows.is_empty() { None } else { Some(self.rows(std::mem::take(rows))?) };
                self.open = None;
                Ok(part)
            }
            (Mark::Secret { secret }, None) => Ok(Some(Part::Secret(secret))),
            (Mark::File { path, bytes, sha256 }, None) => self.file(path, bytes, &sha256).map(Some),
            (Mark::Whole { tables, files, sha256 }, None) => {
                if (tables, files) != (self.tables, self.files) || digits(self.all.clone()) != sha256 {
                    return Err(self.damaged("the end says that something before it was changed"));
                }
                let mut more = [0];
                let after = self.from.read(&mut more).map_err(|source| self.unread(source))?;
                if after > 0 {
                    return Err(self.damaged("more follows, and this should be the end"));
                }
                self.ended = true;
                Ok(None)
            }
            _ => Err(self.damaged("this mark does not belong here")),
        }
    }

    fn row(&mut self, line: &[u8]) -> Result<Vec<Cell>, BackupError> {
        let row: Result<Vec<Cell>, _> = serde_json::from_slice(line);
        let width = self.open.as_ref().map(|open| open.columns.len());
        let Some(row) = row.ok().filter(|row| Some(row.len()) == width) else {
            return Err(self.damaged("there is a row that fits no table"));
        };
        self.take(line);
        if let Some(open) = &mut self.open {
            open.rows += 1;
            open.hash.update(line);
        }
        Ok(row)
    }

    fn rows(&self, rows: Vec<Vec<Cell>>) -> Result<Part, BackupError> {
        let open = self.open.as_ref().ok_or_else(|| self.damaged("there are rows of no table"))?;
        Ok(Part::Rows { table: open.table, columns: open.columns.clone(), rows })
    }

    fn file(&mut self, path: String, length: u64, sha256: &str) -> Result<Part, BackupError> {
        if length > LARGEST_FILE {
            return Err(self.damaged(format!("`{path}` is said to be larger than any file of a store")));
        }
        let mut bytes = Vec::new();
        let read = self.from.by_ref().take(length + 1).read_to_end(&mut bytes);
        read.map_err(|source| self.unread(source))?;
        self.take(&bytes);
        self.next_byte += bytes.len() as u64;
        let ended = bytes.pop();
        if bytes.len() as u64 != length || ended != Some(b'\n') {
            return Err(self.damaged(format!("`{path}` is cut off")));
        }
        if digits(Sha256::new_with_prefix(&bytes)) != sha256 {
            return Err(self.damaged(format!("the bytes of `{path}` were changed")));
        }
        self.files += 1;
        Ok(Part::File { path, bytes })
    }

    fn line(&mut self) -> Result<Vec<u8>, BackupError> {
        (self.line, self.byte) = (self.line + 1, self.next_byte);
        let mut line = Vec::new();
        let read = self.from.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line);
        read.map_err(|source| self.unread(source))?;
        self.next_byte += line.len() as u64;
        if line.last() != Some(&b'\n') {
            return Err(self.damaged("the file ends, and the backup does not"));
        }
        Ok(line)
    }

    fn take(&mut self, bytes: &[u8]) {
        self.all.update(bytes);
    }

    fn damaged(&self, why: impl Into<String>) -> BackupError {
        BackupError::Damaged { line: self.line, byte: self.byte, why: why.into() }
    }

    fn unread(&self, source: std::io::Error) -> BackupError {
        BackupError::Read { line: self.line, byte: self.byte, source }
    }
}
