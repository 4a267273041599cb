//! What the kept models of an account are made of.
//!
//! Read from their indexes, which the database holds or the store. Invariant: a model whose index cannot be read is an error, never a
//! model of nothing.

use base64::{Engine, prelude::BASE64_STANDARD};
use cookshelf_core::Section;
use rustc_hash::FxHashSet;

use super::{Store, SweepError};
use crate::artifacts::Lot;
use crate::publish::{ModelEntry, Name as BlobName, Piece, from_hex};
use crate::resource::Name;

/// Lots that have to stay: everything that a kept model is made of. Patches are not among them; they go with their blob.
pub(super) async fn needed(store: Store<'_>, account: &Name) -> Result<FxHashSet<Lot>, SweepError> {
    let mut needed = FxHashSet::default();
    for (model, entry) in store.control.kept_models(account).await? {
        let wrong =
            |why: String| SweepError::Model { account: account.to_string(), model: model.clone(), why };
        let entry: ModelEntry = serde_json::from_value(entry).map_err(|cause| wrong(cause.to_string()))?;
        let index = from_hex(&entry.index.hash).ok_or_else(|| wrong("its index has no name".to_owned()))?;
        let inside = entry.index.inline.and_then(|text| BASE64_STANDARD.decode(text).ok());
        let names = match inside {
            Some(bytes) => names(&bytes),
            None => match store.artifacts.blob(account.as_str(), index).await? {
                Some(blob) => names(&blob.plain),
                None => Err("its index is not in the store".to_owned()),
            },
        };
        let names = names.map_err(wrong)?;
        needed.extend(names.into_iter().chain([index]).map(|name| Lot::Piece(Piece::from(name))));
        needed.insert(Lot::Model(model));
    }
    Ok(needed)
}

/// Whether a lot has to stay.
pub(super) fn is_needed(needed: &FxHashSet<Lot>, lot: &Lot) -> bool {
    match lot {
        Lot::Piece(Piece { name, from: Some(_) }) => needed.contains(&Lot::Piece(Piece::from(*name))),
        lot => needed.contains(lot),
    }
}

/// What an index names.
pub fn names(index: &[u8]) -> Result<Vec<BlobName>, String> {
    match Section::decode(index) {
        Ok(Section::Index(index)) => Ok(index.entries().iter().map(|entry| entry.place.hash).collect()),
        Ok(_) => Err("its index is another section".to_owned()),
        Err(cause) => Err(cause.to_string()),
    }
}
