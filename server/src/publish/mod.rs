//! From a packed model to files that any host can serve.
//!
//! Blobs first, with patches from those of earlier models, then the bundle, then the manifest: whoever sees a manifest finds
//! every blob it names. The manifest is the only file that ever changes; blobs are
//! named by their content and never overwritten. Trains nothing, serves nothing.

mod directory;
mod earlier;
mod entry;
mod error;
mod manifest;
mod patch;
mod piece;

use std::{
    path::Path,
    time::{Duration, SystemTime},
};

use cookshelf_core::{Bundle, Ids, MAJOR, Model, Section, SectionKey, SectionKind};

use serde::Serialize;

pub use earlier::{EARLIER_MODELS, bundle_file};
pub use error::PublishError;
pub use manifest::{
    Arm, BlobName, Division, Envelope, FormatVersion, IndexName, KeyEntry, LayerPart, MOST_MANIFEST_BYTES,
    Manifest, ManifestSignature, ModelEntry, Report, Strategy,
};

pub use piece::{Piece, from_hex};

use crate::pack::Packed;
pub use crate::pack::{Name, hex, name_of};

/// Blobs stay this long after the last cook that used them: a cache may serve an old manifest for a week.
const KEEP: Duration = Duration::from_secs(8 * 86_400);

/// Circumstances of a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishParams {
    /// The endpoint the manifest speaks for.
    pub endpoint: String,
    /// The model's name in the manifest.
    pub model: String,
    /// Unix seconds: when this is published.
    pub now: i64,
    /// How long the manifest may be believed.
    pub valid_seconds: i64,
}

/// What was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The manifest as written.
    pub manifest: Manifest,
    /// Blobs that were not there before.
    pub new_blobs: usize,
    /// Blobs that an earlier cook had written already.
    pub kept_blobs: usize,
    /// Blobs that no cook of the last days used, and that were deleted.
    pub old_blobs: usize,
}

/// Where the blobs lie, under the folder and relative to the manifest.
pub fn blob_folder() -> String {
    format!("b/{MAJOR}/")
}

/// Writes blobs, bundle and manifest into `out`. Safe to repeat; a reader never sees half of it.
pub fn publish(packed: &Packed, out: &Path, params: &PublishParams) -> Result<Published, PublishError> {
    let previous = entry::read(out)?;
    let folder = out.join(blob_folder());
    directory::create(&folder)?;
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(params.now.max(0).cast_unsigned());
    let mut new_blobs = 0;
    for blob in &packed.blobs {
        if directory::put_once(&folder.join(blob.name()), &blob.bytes, now)? {
            new_blobs += 1;
        }
    }
    let patched_from = earlier::write_patches(packed, out, now)?;
    directory::sync(&folder)?;
    earlier::put_back(packed, out)?;
    directory::replace(&earlier::bundle_file(out, 0), &packed.bundle)?;
    let sequence = previous.map_or(1, |previous| previous.sequence + 1);
    let (manifest, text) = entry::unsigned(packed, params, (sequence, patched_from))?;
    directory::replace(&out.join("manifest.json"), text.as_bytes())?;
    // Only now that nothing new points to them; pages and caches may still hold an older manifest.
    let old_blobs = directory::prune(&folder, now.checked_sub(KEEP).unwrap_or(SystemTime::UNIX_EPOCH))?;
    Ok(Published { manifest, new_blobs, kept_blobs: packed.blobs.len() - new_blobs, old_blobs })
}

/// The manifest that `out` holds.
pub fn read_manifest(out: &Path) -> Result<Manifest, PublishError> {
    entry::read(out)?.ok_or(PublishError::Manifest { rule: "a cooked folder has a manifest" })
}

/// Writes a report beside the manifest, for people and machines; serving does not need it.
pub fn write_report(out: &Path, report: &impl Serialize) -> Result<(), PublishError> {
    let text = serde_json::to_string_pretty(report);
    let text = text.map_err(|_| PublishError::Manifest { rule: "a report is plain JSON" })?;
    directory::replace(&out.join("report.json"), text.as_bytes())
}

/// The model that `out` holds.
pub fn previous_model(out: &Path) -> Result<Option<Model>, PublishError> {
    let path = out.join("model.shelf");
    let Some(bytes) = directory::read(&path)? else { return Ok(None) };
    let bundle =
        Bundle::decode(&bytes).map_err(|cause| PublishError::PreviousModel { path: path.clone(), cause })?;
    // Sections that do not fit each other make no model; the ids alone still say where items stood.
    Ok(bundle.model().ok())
}

/// The ids of the model that `out` holds, so that the next cook keeps their positions.
pub fn previous_ids(out: &Path) -> Result<Option<Ids>, PublishError> {
    let path = out.join("model.shelf");
    let Some(bytes) = directory::read(&path)? else { return Ok(None) };
    let broken = |cause| PublishError::PreviousModel { path: path.clone(), cause };
    let bundle = Bundle::decode(&bytes).map_err(broken)?;
    let ids = SectionKey::single(SectionKind::Ids);
    let Some(blob) = bundle.blobs().iter().find(|blob| blob.key() == Some(ids)) else { return Ok(None) };
    match Section::decode(blob.bytes).map_err(broken)? {
        Section::Ids(ids) => Ok(Some(ids)),
        _ => Ok(None),
    }
}
