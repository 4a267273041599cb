//! The manifest: the one small, short-lived page that names a model's blobs.
//!
//! An envelope around a payload that is itself text, so that signatures can cover
//! its exact bytes and nobody needs a canonical form. Values only: who may have which
//! model is decided elsewhere, and so is who signs.

use serde::{Deserialize, Serialize};

/// A larger manifest is refused by clients.
pub const MOST_MANIFEST_BYTES: usize = 16 * 1024;

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
    /// Keys that sign this and the next manifests: who trusts one of them learns the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<KeyEntry>,
}

/// A key that signs manifests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyEntry {
    /// Its name.
    pub id: String,
    /// Its public half, base64.
    pub public: String,
}

/// Who gets which model, as a device has to know it. Models are named by their place in the list of models.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Strategy {
    /// Everybody gets the first.
    All,
    /// Everybody gets the first; who asks for a preview gets another.
    BlueGreen {
        /// Which one, while there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        preview: Option<usize>,
    },
    /// Some get what is new.
    Canary(Division),
    /// A comparison.
    Ab(Division),
    /// Everybody gets the first; the device scores another as well and shows nothing of it.
    Shadow {
        /// Which one.
        model: usize,
        /// What becomes of the comparison: `off` or `counts`.
        report: Report,
    },
}

/// How people are divided among models, each by himself: see `cookshelf_core::bucket`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Division {
    /// The seed of the division.
    pub salt: String,
    /// So many ten-thousandths of each arm take part; the others get the first model.
    pub coverage: u16,
    /// The part of a layer that this division has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<LayerPart>,
    /// The arms, in the order of their buckets.
    pub arms: Vec<Arm>,
}

/// Those of a layer who take part; the others get the first model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerPart {
    /// The seed of the layer.
    pub salt: String,
    /// First bucket.
    pub from: u16,
    /// The one after the last.
    pub to: u16,
}

/// One arm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arm {
    /// What reports call it.
    pub name: String,
    /// Ten-thousandths of everybody.
    pub weight: u16,
    /// What it gets.
    pub model: usize,
}

/// What becomes of a comparison on the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Report {
    /// It stays there.
    Off,
    /// A page that says so may send counts.
    Counts,
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
    /// Indexes of earlier models: beside a blob of this one lies a patch from the blob in the same place of those.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub patched_from: Vec<String>,
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
    /// The manifest in an envelope. Who signed it is not looked at.
    pub fn read(envelope: &str) -> Result<Self, serde_json::Error> {
        let envelope: Envelope = serde_json::from_str(envelope)?;
        serde_json::from_str(&envelope.payload)
    }

    /// The same with all indexes left to be fetched.
    pub fn without_inlined(&self) -> Self {
        let mut bare = self.clone();
        bare.models.iter_mut().for_each(|model| model.index.inline = None);
        bare
    }

    /// What is signed.
    pub fn payload(&self) -> String {
        serde_json::to_string(self).expect("a manifest has text, numbers and lists of them")
    }

    /// The manifest and its text, with as many indexes inside as clients take; or how large it is with none.
    pub fn fit(mut self, text: impl Fn(&Self) -> String) -> Result<(Self, String), usize> {
        loop {
            let written = text(&self);
            if written.len() <= MOST_MANIFEST_BYTES {
                return Ok((self, written));
            }
            // The first model is what most people get; its index goes last.
            let inlined = self.models.iter_mut().rev().find(|model| model.index.inline.is_some());
            match inlined {
                Some(model) => model.index.inline = None,
                None => return Err(written.len()),
            }
        }
    }
}
