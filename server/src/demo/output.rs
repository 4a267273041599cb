//! Files of the shop: created with their folders, buffered, counted.
//!
//! Errors name the file and the way out. Invariant: a file counts only once it
//! has been flushed.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::DemoError;

/// One file being written.
#[derive(Debug)]
pub(super) struct Output {
    path: PathBuf,
    file: BufWriter<File>,
    bytes: u64,
}

/// Sum of what was written.
#[derive(Debug, Default)]
pub(super) struct Paths {
    pub(super) bytes: u64,
}

impl Paths {
    pub(super) fn add(&mut self, bytes: u64) {
        self.bytes += bytes;
    }
}

impl Output {
    pub(super) fn create(path: &Path) -> Result<Output, DemoError> {
        if let Some(folder) = path.parent() {
            make_folder(folder)?;
        }
        let file = File::create(path).map_err(|source| DemoError::write(path, source))?;
        Ok(Output { path: path.to_owned(), file: BufWriter::with_capacity(1 << 18, file), bytes: 0 })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), DemoError> {
        self.bytes += bytes.len() as u64;
        self.file.write_all(bytes).map_err(|source| DemoError::write(&self.path, source))
    }

    /// One CSV row; cells are quoted when they must be.
    pub(super) fn csv(&mut self, cells: &[&str]) -> Result<(), DemoError> {
        let mut line = String::new();
        for (n, cell) in cells.iter().enumerate() {
            if n > 0 {
                line.push(',');
            }
            push_cell(&mut line, cell);
        }
        line.push('\n');
        self.write(line.as_bytes())
    }

    /// Flushes and gives the length.
    pub(super) fn close(mut self) -> Result<u64, DemoError> {
        self.file.flush().map_err(|source| DemoError::write(&self.path, source))?;
        Ok(self.bytes)
    }
}

pub(super) fn make_folder(folder: &Path) -> Result<(), DemoError> {
    fs::create_dir_all(folder).map_err(|source| DemoError::write(folder, source))
}

fn push_cell(line: &mut String, cell: &str) {
    if cell.contains([',', '"', '\n', '\r']) {
        line.push('"');
        line.push_str(&cell.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(cell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_when_they_must_be() {
        for (cell, written) in
            [("plain", "plain"), ("a, b", "\"a, b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("", "")]
        {
            let mut line = String::new();
            push_cell(&mut line, cell);
            assert_eq!(line, written);
        }
    }
}
