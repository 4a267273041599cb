//! The text of an endpoint's next manifest: what is offered, what the models are, who signs.
//!
//! Every model that is offered is in it, and no other. Invariant: it is never longer than clients read; indexes that
//! would make it so are left to be fetched.

use std::collections::BTreeMap;

use super::ReleaseError;
use super::division::Offer;
use super::sign::{KeyId, ManifestKey, PublicKey, seal};
use crate::moment::rfc3339;
use crate::publish::{KeyEntry, MOST_MANIFEST_BYTES, Manifest, ModelEntry, blob_folder};
use crate::resource::Place;

/// Circumstances of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComposeParams {
    /// Whose manifest it is.
    pub endpoint: Place,
    /// Its number: above every earlier one of the endpoint.
    pub sequence: u64,
    /// Unix seconds: now.
    pub now: i64,
    /// How long it may be believed.
    pub valid_seconds: i64,
}

/// Keys of an endpoint's manifests.
#[derive(Debug)]
pub struct Signers<'a> {
    /// Sign this one.
    pub signing: &'a [&'a ManifestKey],
    /// Are told to clients: those that sign now, and those that will.
    pub announced: &'a [(KeyId, PublicKey)],
}

/// A manifest, and its text as it is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// What it says.
    pub manifest: Manifest,
    /// The signed text.
    pub envelope: String,
}

/// Composes and signs. `entries` has what a manifest says of each model that is offered.
pub fn compose(
    offer: &Offer,
    entries: &BTreeMap<String, ModelEntry>,
    signers: &Signers<'_>,
    params: &ComposeParams,
) -> Result<Composed, ReleaseError> {
    let models = offer.models.iter().map(|offered| {
        let entry = entries.get(&offered.model);
        let entry = entry.ok_or_else(|| ReleaseError::Model(offered.model.clone()))?;
        Ok(ModelEntry { name: offered.name.clone(), ..entry.clone() })
    });
    let announced = signers.announced.iter();
    let manifest = Manifest {
        schema: 1,
        endpoint: params.endpoint.to_string(),
        sequence: params.sequence,
        issued_at: rfc3339(params.now),
        not_after: rfc3339(params.now.saturating_add(params.valid_seconds)),
        strategy: offer.strategy.clone(),
        models: models.collect::<Result<_, ReleaseError>>()?,
        blobs: blob_folder(),
        keys: announced
            .map(|(id, public)| KeyEntry { id: id.to_string(), public: public.to_string() })
            .collect(),
    };
    let fitted = manifest.fit(|manifest| seal(manifest.payload(), signers.signing));
    let (manifest, envelope) =
        fitted.map_err(|found| ReleaseError::Large { found, most: MOST_MANIFEST_BYTES })?;
    Ok(Composed { manifest, envelope })
}
