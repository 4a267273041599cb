//! The manifest: the one small, short-lived page that names a model's blobs.
//!
//! An envelope around a payload that is itself text, so that signatures can cover
//! its exact bytes and nobody needs a canonical form.

use std::path::Path;

use base64::{Engine, prelude::BASE64_STANDARD};
use cookshelf_core::{MAJOR, MINOR, SectionKey, SectionKind};
use serde::{Deserialize, Serialize};

use super::{PublishParams, blob_folder, directory, error::PublishError};
use crate::moment::rfc3339;
use crate::pack::{Packed, PackedBlob};

/// A larger manifest is refused by clients.
const MOST_BYTES: usize = 16 * 1024;

/// The file: a payload as text, and who vouches for exactly that text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// Version of the envelope: 1.
    pub cookshelf: u32,
    /// A [`Manifest`] as JSON.
    pub payload: String,
    /// None for a folder on a plain host.
    pub signatures: Vec<ManifestSignature>,
}

/// One key's signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestSignature {
    /// Which key.
    pub key: String,
    /// How: `ed25519`.
    pub algorithm: String,
    /// The signature, base64.
    pub signature: String,
}

impl Envelope {
    /// The file's text.
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("three fields of text and numbers are JSON")
    }
}

/// What an endpoint offers right now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Version of this page's own layout.
    pub schema: u32,
    /// The endpoint this is the manifest of.
    pub endpoint: String,
    /// Only grows; a client refuses to go back.
    pub sequence: u64,
    /// When it was made.
    pub issued_at: String,
    /// After this a client says that it is stale.
    pub not_after: String,
    /// Who gets which model.
    pub strategy: Strategy,
    /// The models on offer.
    pub models: Vec<ModelEntry>,
    /// Where blobs lie, relative to the manifest.
    pub blobs: String,
}

/// Who gets which model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Strategy {
    /// Everybody gets the first.
    All,
}

/// One model on offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelEntry {
    /// Its name.
    pub name: String,
    /// When it was cooked.
    pub cooked_at: String,
    /// Items it can show.
    pub items: u32,
    /// Its blob format.
    pub format: FormatVersion,
    /// Bytes of all its blobs.
    pub bytes: u64,
    /// The index.
    pub index: IndexName,
    /// The ids, which every list needs.
    pub ids: BlobName,
}

/// A blob format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormatVersion {
    /// A reader must know it.
    pub major: u8,
    /// A reader may be behind it.
    pub minor: u8,
}

/// A blob by name and exact length.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobName {
    /// SHA-256, hexadecimal.
    pub hash: String,
    /// Bytes.
    pub size: u32,
}

/// The index by name, and inside the manifest when it fits: one request less.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexName {
    /// SHA-256, hexadecimal.
    pub hash: String,
    /// Bytes.
    pub size: u32,
    /// The blob itself, base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inline: Option<String>,
}

impl Manifest {
    pub(super) fn new(packed: &Packed, params: &PublishParams, sequence: u64) -> Result<Self, PublishError> {
        let find = |kind| {
            packed
                .blob(SectionKey::single(kind))
                .ok_or(PublishError::Manifest { rule: "a model has ids and an index" })
        };
        let (index, ids) = (find(SectionKind::Index)?, find(SectionKind::Ids)?);
        let model = ModelEntry {
            name: params.model.clone(),
            cooked_at: rfc3339(params.now),
            items: packed.live_items,
            format: FormatVersion { major: MAJOR, minor: MINOR },
            bytes: packed.blobs.iter().map(|blob| blob.bytes.len() as u64).sum(),
            index: IndexName { hash: index.name(), size: size(index), inline: None },
            ids: BlobName { hash: ids.name(), size: size(ids) },
        };
        let mut manifest = Self {
            schema: 1,
            endpoint: params.endpoint.clone(),
            sequence,
            issued_at: rfc3339(params.now),
            not_after: rfc3339(params.now + params.valid_seconds),
            strategy: Strategy::All,
            models: vec![model],
            blobs: blob_folder(),
        };
        let mut inlined = manifest.clone();
        inlined.models[0].index.inline = Some(BASE64_STANDARD.encode(&index.bytes));
        if inlined.envelope()?.len() <= MOST_BYTES {
            manifest = inlined;
        }
        Ok(manifest)
    }

    /// The file's text.
    pub fn envelope(&self) -> Result<String, PublishError> {
        let unwritable = |_| PublishError::Manifest { rule: "a manifest is plain JSON" };
        let payload = serde_json::to_string(self).map_err(unwritable)?;
        Ok(Envelope { cookshelf: 1, payload, signatures: Vec::new() }.text())
    }
}

fn size(blob: &PackedBlob) -> u32 {
    blob.bytes.len() as u32
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
