//! What a manifest says of a packed model, and the unsigned manifest of a folder.

use std::path::Path;

use base64::{Engine, prelude::BASE64_STANDARD};
use cookshelf_core::{MAJOR, MINOR, SectionKey, SectionKind};

use super::manifest::{BlobName, Envelope, FormatVersion, IndexName, Manifest, ModelEntry, Strategy};
use super::{PublishParams, blob_folder, directory, error::PublishError};
use crate::moment::rfc3339;
use crate::pack::{Packed, PackedBlob};

impl ModelEntry {
    /// Of a model, with its index inside.
    pub fn new(packed: &Packed, name: &str, cooked: i64) -> Result<Self, PublishError> {
        let find = |kind| {
            packed
                .blob(SectionKey::single(kind))
                .ok_or(PublishError::Manifest { rule: "a model has ids and an index" })
        };
        let (index, ids) = (find(SectionKind::Index)?, find(SectionKind::Ids)?);
        let inline = Some(BASE64_STANDARD.encode(&index.bytes));
        Ok(Self {
            name: name.to_owned(),
            cooked_at: rfc3339(cooked),
            items: packed.live_items,
            format: FormatVersion { major: MAJOR, minor: MINOR },
            bytes: packed.blobs.iter().map(|blob| blob.bytes.len() as u64).sum(),
            index: IndexName { hash: index.name(), size: size(index), inline },
            ids: BlobName { hash: ids.name(), size: size(ids) },
            patched_from: Vec::new(),
        })
    }
}

fn size(blob: &PackedBlob) -> u32 {
    blob.bytes.len() as u32
}

/// The manifest of a folder that any host serves, and its text. Nobody signs it.
pub(super) fn unsigned(
    packed: &Packed,
    params: &PublishParams,
    (sequence, patched_from): (u64, Vec<String>),
) -> Result<(Manifest, String), PublishError> {
    let manifest = Manifest {
        schema: 1,
        endpoint: params.endpoint.clone(),
        sequence,
        issued_at: rfc3339(params.now),
        not_after: rfc3339(params.now + params.valid_seconds),
        strategy: Strategy::All,
        models: vec![ModelEntry { patched_from, ..ModelEntry::new(packed, &params.model, params.now)? }],
        blobs: blob_folder(),
        keys: Vec::new(),
    };
    let text = |manifest: &Manifest| {
        Envelope { cookshelf: 1, payload: manifest.payload(), signatures: Vec::new() }.text()
    };
    manifest.fit(text).map_err(|_| PublishError::Manifest { rule: "a manifest of one model is short" })
}

/// The manifest in `out`, if there is one.
pub(super) fn read(out: &Path) -> Result<Option<Manifest>, PublishError> {
    let path = out.join("manifest.json");
    let Some(bytes) = directory::read(&path)? else { return Ok(None) };
    let broken = |cause: serde_json::Error| PublishError::PreviousManifest {
        path: path.clone(),
        cause: cause.to_string(),
    };
    let envelope: Envelope = serde_json::from_slice(&bytes).map_err(broken)?;
    serde_json::from_str(&envelope.payload).map(Some).map_err(broken)
}
