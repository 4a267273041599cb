//! Puts a backup back: files of the store first, then all rows at once.
//!
//! The file is read to its end before anything is put anywhere. Invariants: a process that is killed here leaves a
//! database in which nothing was ever done; files of the store that are there already stay as they are.

use std::io::BufRead;

use bytes::Bytes;

use super::error::BackupError;
use super::reader::{Part, Reader};
use crate::artifacts::{ArtifactPath, Artifacts};
use crate::control::{Actor, Control, Filling};

/// What is in a backup.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// When it was made.
    pub made: String,
    /// Rows of all tables.
    pub rows: u64,
    /// Files of a store.
    pub files: u64,
    /// The master secret, if it is in it.
    pub secret: Option<String>,
}

/// Reads a whole backup and finds it unchanged.
pub fn check(from: impl BufRead) -> Result<Checked, BackupError> {
    let mut reader = Reader::new(from)?;
    let mut found = Checked { made: reader.made.clone(), ..Checked::default() };
    while let Some(part) = reader.next()? {
        match part {
            Part::Rows { rows, .. } => found.rows += rows.len() as u64,
            Part::File { .. } => found.files += 1,
            Part::Secret(secret) => found.secret = Some(secret),
        }
    }
    Ok(found)
}

/// Puts a backup into a database that is empty, and its files into a store. `open` gives the file from its beginning.
/// With an actor the server goes on where another one was lost; without, the rows are those of the backup and no others.
pub async fn restore<R: BufRead>(
    open: impl Fn() -> Result<R, BackupError>,
    control: &Control,
    artifacts: &Artifacts,
    actor: Option<&Actor>,
) -> Result<Checked, BackupError> {
    let found = check(open()?)?;
    // Asked before anything is written into the store, and again in the end.
    control.fill().await?.abandon().await?;
    if found.files > 0 {
        let mut reader = Reader::new(open()?)?;
        while let Some(part) = reader.next()? {
            if let Part::File { path, bytes } = part {
                put_file(artifacts, &path, bytes).await?;
            }
        }
    }
    let mut filling = control.fill().await?;
    if let Err(cause) = put_rows(&mut filling, open()?).await {
        // The first error is what is to be told; the database gives up by itself what it does not hear of.
        let _ = filling.abandon().await;
        return Err(cause);
    }
    match actor {
        Some(actor) => filling.finish_ahead(actor).await?,
        None => filling.finish().await?,
    }
    Ok(found)
}

async fn put_rows(filling: &mut Filling, from: impl BufRead) -> Result<(), BackupError> {
    let mut reader = Reader::new(from)?;
    while let Some(part) = reader.next()? {
        if let Part::Rows { table, columns, rows } = part {
            filling.put(table, &columns, rows).await?;
        }
    }
    Ok(())
}

async fn put_file(artifacts: &Artifacts, path: &str, bytes: Vec<u8>) -> Result<(), BackupError> {
    let Some(path) = ArtifactPath::copied(path) else {
        let why = format!("`{path}` is no file of a store");
        return Err(BackupError::Damaged { line: 0, byte: 0, why });
    };
    if artifacts.size(path.clone()).await? == Some(bytes.len() as u64) {
        return Ok(());
    }
    Ok(artifacts.write(path, Bytes::from(bytes)).await?)
}
