//! OUT in memory: one manifest and every blob that any recent manifest may name.
//!
//! Blobs are not decoded here; only their hashes are checked. Invariant: every blob on a
//! shelf hashes to its name, and the index and ids of each model in the manifest are there.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use bytes::Bytes;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::ServeError;
use super::asset::{Asset, Offer, sha256};
use super::content::Slab;
use super::notice::{Notice, Notices};
use crate::publish::{Piece, name_of};

/// The manifest's file name below OUT.
const MANIFEST: &str = "manifest.json";

/// A manifest is a page of text; a larger file is something else.
const LARGEST_MANIFEST: usize = 16 * 1024;

/// Shoppers may hold one of this many earlier manifests; what those name is kept.
const EARLIER_MANIFESTS: u8 = 2;

/// The manifest and blobs being served.
#[derive(Debug)]
pub(super) struct Shelf {
    manifest: Asset,
    stamp: Option<Stamp>,
    blobs: FxHashMap<Piece, Held>,
}

/// Tells two states of a file apart without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    inode: u64,
}

#[derive(Debug, Clone)]
struct Held {
    asset: Arc<Asset>,
    /// Manifests published since the blob's file went away.
    missed: u8,
}

#[derive(Deserialize)]
struct Envelope {
    payload: String,
}

#[derive(Deserialize)]
struct Payload {
    models: Vec<Model>,
}

#[derive(Deserialize)]
struct Model {
    name: String,
    index: Named,
    ids: Named,
}

#[derive(Deserialize)]
struct Named {
    hash: String,
}

impl Shelf {
    /// Loads OUT with all processors.
    pub(super) fn load(out: &Path, notices: &Notices) -> Result<Shelf, ServeError> {
        let threads = rayon::current_num_threads();
        Shelf::after(&FxHashMap::default(), out, threads, notices).map(|(shelf, _)| shelf)
    }

    /// Loads what is new in OUT with one thread, so that requests keep the others. Also says how many blobs are new.
    pub(super) fn newer(&self, out: &Path, notices: &Notices) -> Result<(Shelf, usize), ServeError> {
        Shelf::after(&self.blobs, out, 1, notices)
    }

    /// The manifest is read before the folder is listed: blobs are published first, so that all it names is found.
    fn after(
        before: &FxHashMap<Piece, Held>,
        out: &Path,
        threads: usize,
        notices: &Notices,
    ) -> Result<(Shelf, usize), ServeError> {
        let stamp = Stamp::of(out);
        let (manifest, payload) = read_manifest(&out.join(MANIFEST))?;
        let folder = out.join("b").join("1");
        let names = list(&folder)?;
        let missing: Vec<Piece> = names.iter().filter(|name| !before.contains_key(*name)).copied().collect();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.map_err(|source| ServeError::Threads(source.to_string()))?;
        let slab = Slab::new();
        let fresh = pool.install(|| read_blobs(&folder, &missing, &slab, notices))?;
        let new_blobs = fresh.len();
        let mut blobs = still_held(before, &names);
        blobs.extend(fresh.into_iter().map(|(name, asset)| (name, Held { asset, missed: 0 })));
        for model in &payload.models {
            require(&blobs, &folder, model, "index", &model.index)?;
            require(&blobs, &folder, model, "ids", &model.ids)?;
        }
        let digest = sha256(&manifest);
        let manifest = Asset::new(manifest, &digest, Offer::Manifest, &slab);
        Ok((Shelf { manifest, stamp, blobs }, new_blobs))
    }

    pub(super) fn manifest(&self) -> &Asset {
        &self.manifest
    }

    pub(super) fn blob(&self, name: &Piece) -> Option<&Asset> {
        self.blobs.get(name).map(|held| &*held.asset)
    }

    /// The state of the manifest's file when it was read.
    pub(super) fn stamp(&self) -> Option<Stamp> {
        self.stamp
    }
}

impl Stamp {
    /// The state of OUT's manifest now; `None` when there is none.
    pub(super) fn of(out: &Path) -> Option<Stamp> {
        let file = fs::metadata(out.join(MANIFEST)).ok()?;
        Some(Stamp { modified: file.modified().ok(), length: file.len(), inode: inode(&file) })
    }
}

/// A renamed-in file is another inode, even within one tick of the file system's clock.
#[cfg(unix)]
fn inode(file: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(file)
}

#[cfg(not(unix))]
fn inode(_: &fs::Metadata) -> u64 {
    0
}

fn read_manifest(path: &Path) -> Result<(Bytes, Payload), ServeError> {
    let bytes = fs::read(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => ServeError::NoManifest { path: path.to_owned() },
        _ => ServeError::Read { path: path.to_owned(), source },
    })?;
    let bad = |reason: String| ServeError::BadManifest { path: path.to_owned(), reason };
    if bytes.len() > LARGEST_MANIFEST {
        return Err(bad(format!("{} bytes, but a manifest has at most {LARGEST_MANIFEST}", bytes.len())));
    }
    let envelope: Envelope = serde_json::from_slice(&bytes).map_err(|error| bad(error.to_string()))?;
    let payload =
        serde_json::from_str(&envelope.payload).map_err(|error| bad(format!("payload: {error}")))?;
    Ok((Bytes::from(bytes), payload))
}

/// The names in the blob folder; anything that is no blob's name (such as a file still being written) is left alone.
fn list(folder: &Path) -> Result<BTreeSet<Piece>, ServeError> {
    let read = |source| ServeError::Read { path: folder.to_owned(), source };
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(read)? {
        names.extend(entry.map_err(read)?.file_name().to_str().and_then(Piece::read));
    }
    Ok(names)
}

/// Reads, verifies and compresses; damaged blobs are told about and left out.
fn read_blobs(
    folder: &Path,
    names: &[Piece],
    slab: &Slab,
    notices: &Notices,
) -> Result<Vec<(Piece, Arc<Asset>)>, ServeError> {
    let done = AtomicUsize::new(0);
    let read = |name: &Piece| {
        let asset = read_blob(folder.join(name.to_string()), name, slab, notices)?;
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        notices.tell(&Notice::Loaded { done, of: names.len() });
        Ok(asset.map(|asset| (*name, asset)))
    };
    let blobs: Result<Vec<_>, _> = names.par_iter().with_max_len(1).map(read).collect();
    blobs.map(|blobs| blobs.into_iter().flatten().collect())
}

fn read_blob(
    path: PathBuf,
    name: &Piece,
    slab: &Slab,
    notices: &Notices,
) -> Result<Option<Arc<Asset>>, ServeError> {
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        // Tidied away since the folder was listed.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(ServeError::Read { path, source }),
    };
    let digest = sha256(&bytes);
    // A patch is checked by who applies it: what it makes has to hash to the blob's name.
    if name.from.is_none() && name_of(&digest) != name.name {
        notices.tell(&Notice::BlobRefused { path });
        return Ok(None);
    }
    Ok(Some(Arc::new(Asset::new(Bytes::from(bytes), &digest, Offer::Blob, slab))))
}

/// What stays: all whose file is there, and what has not been gone for long.
fn still_held(before: &FxHashMap<Piece, Held>, names: &BTreeSet<Piece>) -> FxHashMap<Piece, Held> {
    let aged = before.iter().map(|(name, held)| {
        let missed = if names.contains(name) { 0 } else { held.missed + 1 };
        (*name, Held { asset: Arc::clone(&held.asset), missed })
    });
    aged.filter(|(_, held)| held.missed <= EARLIER_MANIFESTS).collect()
}

fn require(
    blobs: &FxHashMap<Piece, Held>,
    folder: &Path,
    model: &Model,
    role: &'static str,
    named: &Named,
) -> Result<(), ServeError> {
    match Piece::read(&named.hash) {
        Some(name) if blobs.contains_key(&name) => Ok(()),
        _ => Err(ServeError::MissingBlob { path: folder.join(&named.hash), role, model: model.name.clone() }),
    }
}
