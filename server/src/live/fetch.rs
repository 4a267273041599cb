//! The rows of a modeling as a folder that a cook reads.
//!
//! Files may be put together with others while they are fetched; then the new list is followed. Invariant: the folder
//! holds each row that counted when the last list was read, once.

use std::path::Path;

use super::LiveError;
use super::add::{Source, ids, path};
use crate::control::Segment;
use crate::resource::Place;

/// How often a list may turn old while it is followed.
const ATTEMPTS: usize = 8;

/// What a cook is given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fetched {
    /// Files.
    pub segments: usize,
    /// Rows in them.
    pub rows: i64,
    /// The number of the last file: rows after it are for the next cook.
    pub through: i64,
}

/// Puts every row that counts into `folder`; nothing where none wait.
pub async fn fetch(source: Source<'_>, place: &Place, folder: &Path) -> Result<Option<Fetched>, LiveError> {
    let mut listed = source.control.segments(place).await?;
    for _ in 0..ATTEMPTS {
        let Some(last) = listed.last() else { return Ok(None) };
        let through = last.seq;
        let missing = lay_out(source, &listed, folder).await?;
        let rows = listed.iter().map(|segment| segment.rows).sum();
        let Some(missing) = missing else {
            return Ok(Some(Fetched { segments: listed.len(), rows, through }));
        };
        let again = source.control.segments(place).await?;
        if ids(&again).contains(missing.as_str()) {
            return Err(LiveError::Missing { segment: missing });
        }
        listed = again;
    }
    Err(LiveError::Contended)
}

/// Writes the listed files into a folder of their own; the first one that the store does not have.
async fn lay_out(source: Source<'_>, listed: &[Segment], folder: &Path) -> Result<Option<String>, LiveError> {
    let unwritable = |path: &Path, source| LiveError::Folder { path: path.display().to_string(), source };
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(|cause| unwritable(folder, cause))?;
    }
    std::fs::create_dir_all(folder).map_err(|cause| unwritable(folder, cause))?;
    for segment in listed {
        let Some(bytes) = source.artifacts.read(path(segment)).await? else {
            return Ok(Some(segment.id.clone()));
        };
        // By number, so that the rows are read in the order in which they came.
        let file = folder.join(format!("{:019}.jsonl", segment.seq));
        std::fs::write(&file, bytes).map_err(|cause| unwritable(&file, cause))?;
    }
    Ok(None)
}
