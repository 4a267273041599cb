//! The bundles of earlier models that a folder keeps, and the patches from their blobs to those of a newer model.
//!
//! Nothing serves a kept bundle; it is there so that the next cook can compare. Invariant: a manifest names an earlier
//! model only when every patch from it that is worth having was written.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use cookshelf_core::{Bundle, SectionKey, SectionKind};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::error::PublishError;
use super::patch::patch;
use super::piece::Piece;
use super::{blob_folder, directory};
use crate::pack::{Packed, hex, name_of};

/// So many earlier models have patches: shoppers who come back within days of daily cooks.
pub const EARLIER_MODELS: usize = 3;

/// Where the bundle of the model so many cooks ago lies; 0 is the present one.
pub fn bundle_file(out: &Path, ago: usize) -> PathBuf {
    match ago {
        0 => out.join("model.shelf"),
        _ => out.join(format!("model-{ago}.shelf")),
    }
}

/// Writes what leads from the models in `out` to this one; gives the index names of those models, newest first.
pub(super) fn write_patches(
    packed: &Packed,
    out: &Path,
    now: SystemTime,
) -> Result<Vec<String>, PublishError> {
    let mut from = Vec::new();
    for ago in 0..EARLIER_MODELS {
        let Some(bytes) = directory::read(&bundle_file(out, ago))? else { continue };
        // What cannot be read has no patches; the whole blobs are there.
        let Ok(bundle) = Bundle::decode(&bytes) else { continue };
        let Some(index) = index_of(&bundle).filter(|index| !from.contains(index)) else { continue };
        if packed.blob(SectionKey::single(SectionKind::Index)).is_some_and(|own| own.name() == index) {
            continue;
        }
        write_from(&bundle, packed, out, now)?;
        from.push(index);
    }
    Ok(from)
}

/// Moves the bundles of `out` one place back, unless this model is the one that lies there.
pub(super) fn put_back(packed: &Packed, out: &Path) -> Result<(), PublishError> {
    for ago in (0..EARLIER_MODELS - 1).rev() {
        let Some(bytes) = directory::read(&bundle_file(out, ago))? else { continue };
        if ago == 0 && bytes == packed.bundle {
            return Ok(());
        }
        directory::replace(&bundle_file(out, ago + 1), &bytes)?;
    }
    Ok(())
}

fn index_of(bundle: &Bundle<'_>) -> Option<String> {
    let index = SectionKey::single(SectionKind::Index);
    let blob = bundle.blobs().iter().find(|blob| blob.key() == Some(index))?;
    Some(hex(&name_of(&sha256(blob.bytes))))
}

/// The index is not patched: who needs it has just got it with the manifest.
fn write_from(bundle: &Bundle<'_>, packed: &Packed, out: &Path, now: SystemTime) -> Result<(), PublishError> {
    let earlier: FxHashMap<SectionKey, &[u8]> =
        bundle.blobs().iter().filter_map(|blob| Some((blob.key()?, blob.bytes))).collect();
    let folder = out.join(blob_folder());
    let changed = packed.blobs.par_iter().filter(|blob| blob.key.kind != SectionKind::Index);
    changed.try_for_each(|blob| {
        let Some(old) = earlier.get(&blob.key).filter(|old| **old != blob.bytes) else { return Ok(()) };
        let piece = Piece { name: blob.hash, from: Some(name_of(&sha256(old))) };
        let path = folder.join(piece.to_string());
        if directory::use_again(&path, now)? {
            return Ok(());
        }
        patch(old, &blob.bytes).map_or(Ok(()), |patch| directory::put_once(&path, &patch, now).map(drop))
    })
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).into()
}
