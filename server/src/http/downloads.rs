//! Counts downloads: how many of each kind and answer, and their bytes. Nobody's address, and no names.

use std::sync::atomic::{AtomicU64, Ordering};

use actix_http::StatusCode;

/// Answers that are told apart; all others count as the last.
const STATUSES: [u16; 7] = [200, 206, 304, 403, 404, 503, 0];

/// What was downloaded since the start.
#[derive(Debug, Default)]
pub struct Downloads {
    manifests: Counts,
    blobs: Counts,
}

/// Of one kind.
#[derive(Debug, Default)]
struct Counts {
    answers: [AtomicU64; STATUSES.len()],
    bytes: AtomicU64,
}

impl Downloads {
    /// One answer was given, with so many bytes of content.
    pub(super) fn count(&self, is_manifest: bool, status: StatusCode, bytes: usize) {
        let counts = if is_manifest { &self.manifests } else { &self.blobs };
        let place = STATUSES.iter().position(|known| *known == status.as_u16());
        counts.answers[place.unwrap_or(STATUSES.len() - 1)].fetch_add(1, Ordering::Relaxed);
        counts.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Answers by kind and status; 0 stands for every other one.
    pub fn answers(&self) -> impl Iterator<Item = (&'static str, u16, u64)> + '_ {
        self.kinds().into_iter().flat_map(|(kind, counts)| {
            let answers = STATUSES.iter().zip(&counts.answers);
            answers.map(move |(status, count)| (kind, *status, count.load(Ordering::Relaxed)))
        })
    }

    /// Bytes by kind.
    pub fn bytes(&self) -> [(&'static str, u64); 2] {
        self.kinds().map(|(kind, counts)| (kind, counts.bytes.load(Ordering::Relaxed)))
    }

    fn kinds(&self) -> [(&'static str, &Counts); 2] {
        [("manifest", &self.manifests), ("blob", &self.blobs)]
    }
}
