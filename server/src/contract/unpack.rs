//! A file as a stream of plain bytes, whatever it is packed in.
//!
//! A packed file may not grow without end: past a first allowance it is held to a ratio, so that a
//! bomb costs a moment and not the machine. Whether the store or the content failed is kept apart,
//! since the first must stop a cook and the second only costs the file.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::folder::Source;
use super::form::Packing;
use crate::storage::{Storage, StorageError};

/// A packed file may always grow to this size.
const FREE_GROWTH: u64 = 256 << 20;
/// Beyond it, to this many times its packed size.
const MOST_GROWTH: u64 = 200;

/// How much a packed file of some size may grow to.
pub(super) fn most_growth(bytes: u64) -> u64 {
    bytes.saturating_mul(MOST_GROWTH).max(FREE_GROWTH)
}

/// An opened file.
pub(super) struct Unpacked {
    pub(super) bytes: Box<dyn Read + Send>,
    pub(super) watch: Watch,
}

/// Tells whether an error came from the store below the decoder.
#[derive(Debug, Clone, Default)]
pub(super) struct Watch(Arc<AtomicBool>);

impl Watch {
    pub(super) fn store_failed(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Remembers that the store failed.
    pub(super) fn note_failure(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Opens a file.
pub(super) fn open(storage: &Storage, source: &Source) -> Result<Unpacked, StorageError> {
    let watch = Watch::default();
    let raw = Watched { raw: storage.read(&source.shown)?, watch: watch.clone() };
    let most = most_growth(source.bytes);
    let bytes: Box<dyn Read + Send> = match source.form.packing {
        Packing::Plain => Box::new(raw),
        Packing::Gzip => Box::new(Bounded { unpacked: flate2::read::MultiGzDecoder::new(raw), left: most }),
        Packing::Zstd => {
            let decoder = zstd::Decoder::new(raw).map_err(|source_error| StorageError::Unreadable {
                path: storage.join(&source.shown),
                source: source_error,
            })?;
            Box::new(Bounded { unpacked: decoder, left: most })
        }
    };
    Ok(Unpacked { bytes, watch })
}

struct Watched<R> {
    raw: R,
    watch: Watch,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.raw.read(buffer);
        if let Err(error) = &read
            && error.kind() != io::ErrorKind::Interrupted
        {
            self.watch.note_failure();
        }
        read
    }
}

struct Bounded<R> {
    unpacked: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.unpacked.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            let text = format!(
                "it unpacks to more than {MOST_GROWTH} times its size; if that is meant, unpack it beforehand"
            );
            io::Error::new(io::ErrorKind::InvalidData, text)
        })?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_bounded() {
        let mut text = Vec::new();
        let error = Bounded { unpacked: io::repeat(0), left: 100_000 }.read_to_end(&mut text).unwrap_err();
        assert!(error.to_string().contains("200 times"), "{error}");
        assert!(text.len() <= 100_000);
    }
}
