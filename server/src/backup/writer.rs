//! Writes a backup: every row out of one moment, then the files of the store.
//!
//! The store is read after the rows: what they name was there before they were, and nothing that they name is deleted for
//! days. Knows no file of the machine, only where bytes go.

use std::io::Write;

use sha2::{Digest, Sha256};

use super::error::BackupError;
use super::mark::{FORMAT, Mark, digits};
use crate::artifacts::{ArtifactPath, Artifacts};
use crate::control::{Control, Table};
use crate::moment::rfc3339;

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Rows of all tables.
    pub rows: u64,
    /// Files of the store.
    pub files: u64,
    /// Bytes of the backup.
    pub bytes: u64,
}

/// Writes a backup to `out`, with the files of a store and the master secret when they are given.
pub async fn write(
    control: &Control,
    artifacts: Option<&Artifacts>,
    secret: Option<&str>,
    now_ms: i64,
    out: impl Write,
) -> Result<Written, BackupError> {
    let mut sink = Sink { out, all: Sha256::new(), written: Written::default() };
    let version = Control::version() as u64;
    sink.mark(&Mark::Backup { format: FORMAT, version, made: rfc3339(now_ms.div_euclid(1000)) })?;
    let tables = rows(control, &mut sink).await?;
    if let Some(secret) = secret {
        sink.mark(&Mark::Secret { secret: secret.to_owned() })?;
    }
    if let Some(artifacts) = artifacts {
        for folder in [ArtifactPath::all_accounts(), ArtifactPath::all_rows()] {
            for path in artifacts.below(folder).await? {
                // What nobody needs may be deleted meanwhile; what is none of ours could not be put back.
                let Some(path) = ArtifactPath::copied(path.as_str()) else { continue };
                let Some(bytes) = artifacts.read(path.clone()).await? else { continue };
                let sha256 = digits(Sha256::new_with_prefix(&bytes));
                sink.mark(&Mark::File { path: path.to_string(), bytes: bytes.len() as u64, sha256 })?;
                sink.bytes(&bytes)?;
                sink.bytes(b"\n")?;
                sink.written.files += 1;
            }
        }
    }
    let (files, sha256) = (sink.written.files, digits(sink.all.clone()));
    sink.mark(&Mark::Whole { tables, files, sha256 })?;
    sink.out.flush().map_err(BackupError::Write)?;
    Ok(sink.written)
}

async fn rows<W: Write>(control: &Control, sink: &mut Sink<W>) -> Result<u64, BackupError> {
    let mut open: Option<(&'static Table, u64, Sha256)> = None;
    let mut tables = 0;
    control
        .copy(|table, rows| {
            if open.as_ref().is_none_or(|(before, ..)| before.name != table.name) {
                sink.end(open.take())?;
                let columns = table.columns.iter().map(|(name, _)| (*name).to_owned()).collect();
                sink.mark(&Mark::Table { table: table.name.to_owned(), columns })?;
                open = Some((table, 0, Sha256::new()));
                tables += 1;
            }
            for row in rows {
                let line = serde_json::to_string(&row).expect("texts and whole numbers are JSON") + "\n";
                sink.bytes(line.as_bytes())?;
                sink.written.rows += 1;
                if let Some((_, count, hash)) = &mut open {
                    *count += 1;
                    hash.update(line.as_bytes());
                }
            }
            Ok::<_, BackupError>(())
        })
        .await?;
    sink.end(open.take())?;
    Ok(tables)
}

struct Sink<W> {
    out: W,
    all: Sha256,
    written: Written,
}

impl<W: Write> Sink<W> {
    fn bytes(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        self.out.write_all(bytes).map_err(BackupError::Write)?;
        self.all.update(bytes);
        self.written.bytes += bytes.len() as u64;
        Ok(())
    }

    fn mark(&mut self, mark: &Mark) -> Result<(), BackupError> {
        let line = serde_json::to_string(mark).expect("texts and whole numbers are JSON") + "\n";
        self.bytes(line.as_bytes())
    }

    fn end(&mut self, open: Option<(&'static Table, u64, Sha256)>) -> Result<(), BackupError> {
        match open {
            Some((_, rows, hash)) => self.mark(&Mark::End { rows, sha256: digits(hash) }),
            None => Ok(()),
        }
    }
}
