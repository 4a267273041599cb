//! What a device loads for a list: the sections it asks for, as they travel.

use std::collections::BTreeSet;

use cookshelf_core::{Bundle, Model, ModelError, Outcome, Section, SectionKey, SectionKind, recommend};
use rayon::prelude::*;
use serde::Serialize;

use super::{cases::Case, question::EvalParams};

/// Bytes of the sections that one list needs.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sizes {
    /// Section, its list where it has one, and its bytes after brotli.
    pub sections: Vec<(String, u64)>,
    /// All of them, after brotli, as they travel.
    pub brotli: u64,
    /// All of them, as stored.
    pub bytes: u64,
    /// `brotli` by the items that can be shown.
    pub per_item: f64,
}

/// Asks as a page with nothing but the index does, and adds up whatever kind of section is needed: all its shards.
pub fn sizes(bundle: &Bundle<'_>, case: &Case, params: &EvalParams) -> Result<Sizes, ModelError> {
    let whole = bundle.model()?;
    let kinds = needed(bundle, case, params)?;
    let parts: Vec<(String, u64, u64)> = bundle
        .blobs()
        .chunk_by(|a, b| (a.kind, a.list) == (b.kind, b.list))
        .filter_map(|group| {
            let key = group[0].key().filter(|key| kinds.contains(&(key.kind, key.list)))?;
            let packed: u64 = group.par_iter().map(|blob| compressed(blob.bytes)).sum();
            let bytes: u64 = group.iter().map(|blob| blob.bytes.len() as u64).sum();
            let list = if key.kind == SectionKind::Near { list_name(key) } else { "" };
            Some((format!("{} {list}", key.kind.name()).trim_end().to_owned(), packed, bytes))
        })
        .collect();
    let brotli = parts.iter().map(|(_, packed, _)| packed).sum();
    let live = whole.meta().map_or(0, |meta| meta.live_items).max(1);
    Ok(Sizes {
        bytes: parts.iter().map(|(.., bytes)| bytes).sum(),
        sections: parts.into_iter().map(|(name, packed, _)| (name, packed)).collect(),
        brotli,
        per_item: brotli as f64 / f64::from(live),
    })
}

fn list_name(key: SectionKey) -> &'static str {
    cookshelf_core::ListKind::from_number(key.list).map_or("", cookshelf_core::ListKind::name)
}

/// Kinds of sections, with their list, that the list itself needs; what fills it up is not its own.
fn needed(
    bundle: &Bundle<'_>,
    case: &Case,
    params: &EvalParams,
) -> Result<BTreeSet<(SectionKind, u8)>, ModelError> {
    let alone = EvalParams { fallback: Vec::new(), ..params.clone() };
    let request = alone.request(case, params.places);
    let blob = |key| bundle.blobs().iter().find(|blob| blob.key() == Some(key));
    let section = |key| -> Result<Option<Section>, ModelError> {
        blob(key).map(|blob| Section::decode(blob.bytes)).transpose().map_err(ModelError::from)
    };
    let Some(Section::Ids(ids)) = section(SectionKey::single(SectionKind::Ids))? else {
        return Err(ModelError::NoIds);
    };
    let mut model = Model::new(ids);
    if let Some(index) = section(SectionKey::single(SectionKind::Index))? {
        model.insert(index)?;
    }
    let mut kinds = BTreeSet::from([(SectionKind::Ids, 0)]);
    while let Outcome::Needs(keys) = recommend(&model, &request) {
        for key in keys {
            kinds.insert((key.kind, key.list));
            if let Some(section) = section(key)? {
                model.insert(section)?;
            }
        }
    }
    Ok(kinds)
}

/// Bytes after brotli at its best; nothing is served larger than it is.
pub fn compressed(bytes: &[u8]) -> u64 {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
    match brotli::BrotliCompress(&mut &bytes[..], &mut out, &params) {
        Ok(size) => size.min(bytes.len()) as u64,
        Err(_) => bytes.len() as u64,
    }
}
