//! From what was trained to the blobs of a model.
//!
//! Gives every item its position, quantises, encodes, then decodes everything
//! again through the code the device runs, and compares. Nothing is written here.
//! Invariant: what this returns decodes to a valid model.

mod again;
mod attributes;
mod availability;
mod cards;
mod charts;
mod check;
mod curated;
mod error;
mod factors;
mod layout;
mod moments;
mod near;

use cookshelf_core::{
    Bundle, Ids, Index, ListKind, Located, Meta, Model, NAME_BYTES, Place, Section, SectionKey,
};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

pub use error::PackError;
pub use layout::Layout;

use crate::{catalogue::Catalogue, train::Trained};

/// Settings of packing; none of them changes what is recommended, only how finely it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackParams {
    /// The modeling's name.
    pub name: String,
    /// Currency of prices, or empty.
    pub currency: String,
    /// Address of an item's page with `{id}` in it, or empty.
    pub address: String,
    /// Bits per neighbour weight, 4 or 8.
    pub weight_bits: u8,
    /// Bits per factor value, 4 or 8.
    pub factor_bits: u8,
    /// The privacy floor the model was trained with.
    pub privacy_floor: u32,
    /// The newest moment in the data, Unix seconds.
    pub as_of: i64,
    /// Settings of training, by name, for people who inspect the model.
    pub settings: Vec<(String, String)>,
}

impl PackParams {
    /// Bits per weight of a list. What comes next is told apart by its small weights, of which a session adds up many.
    pub(crate) fn bits(&self, list: ListKind) -> u8 {
        if list == ListKind::Next { 8 } else { self.weight_bits }
    }
}

/// One blob of a packed model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedBlob {
    /// Which section it is.
    pub key: SectionKey,
    /// What the SHA-256 of the bytes begins with: the name of the blob.
    pub hash: Name,
    /// What is served.
    pub bytes: Vec<u8>,
}

/// A model ready to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// Every section, sorted by key.
    pub blobs: Vec<PackedBlob>,
    /// All of them in one file.
    pub bundle: Vec<u8>,
    /// Positions, shown or not.
    pub items: u32,
    /// Items of this cook's catalogue.
    pub live_items: u32,
}

/// Packs a trained model. `previous` keeps items at the positions they had.
pub fn pack(
    catalogue: &Catalogue,
    trained: &Trained,
    previous: Option<&Ids>,
    params: &PackParams,
) -> Result<Packed, PackError> {
    let layout = Layout::new(catalogue, previous);
    let ids = Ids::new(layout.ids()).map_err(PackError::format("the ids"))?;
    let mut encoded = vec![ids.encode().map_err(PackError::format("the ids"))?];
    encoded.push(meta(catalogue, params).encode().map_err(PackError::format("meta"))?);
    encoded.push(charts::encode(&trained.charts, &layout)?);
    if let Some(found) = &trained.factors {
        encoded.push(factors::encode(found, &layout, params.factor_bits)?);
    }
    for (list, rows) in trained.rows() {
        encoded.extend(near::encode(list, rows, &layout, params.bits(list))?);
    }
    encoded.push(attributes::encode(catalogue, &layout)?);
    encoded.extend(cards::encode(catalogue, &layout)?);
    encoded.extend(availability::encode(catalogue, &layout)?);
    encoded.extend(curated::encode(catalogue, &layout)?);
    encoded.extend(again::encode(trained.again.as_ref(), &layout)?);

    let mut blobs = encoded.into_par_iter().map(name_blob).collect::<Result<Vec<_>, _>>()?;
    let index = Index::new(blobs.iter().map(PackedBlob::located).collect());
    let index = index.and_then(|index| index.encode()).map_err(PackError::format("the index"))?;
    blobs.push(name_blob(index)?);
    blobs.sort_by_key(|blob| blob.key);
    let bytes: Vec<Vec<u8>> = blobs.iter().map(|blob| blob.bytes.clone()).collect();
    let bundle = Bundle::encode(&bytes).map_err(PackError::format("the bundle"))?;
    let packed = Packed { blobs, bundle, items: ids.count(), live_items: catalogue.items.len() as u32 };
    check::check(&packed, catalogue, trained, &layout, params)?;
    Ok(packed)
}

/// Only the lists, packed and read back: a model that answers as a published one would, without cards or filters.
pub fn lists(catalogue: &Catalogue, trained: &Trained, params: &PackParams) -> Result<Model, PackError> {
    let layout = Layout::new(catalogue, None);
    let mut model = Model::new(Ids::new(layout.ids()).map_err(PackError::format("the ids"))?);
    let mut blobs = vec![charts::encode(&trained.charts, &layout)?];
    if let Some(found) = &trained.factors {
        blobs.push(factors::encode(found, &layout, params.factor_bits)?);
    }
    for (list, rows) in trained.rows() {
        blobs.extend(near::encode(list, rows, &layout, params.bits(list))?);
    }
    blobs.extend(again::encode(trained.again.as_ref(), &layout)?);
    for blob in blobs {
        model.insert(Section::decode(&blob).map_err(PackError::format("a section"))?)?;
    }
    Ok(model)
}

fn meta(catalogue: &Catalogue, params: &PackParams) -> Meta {
    Meta {
        name: params.name.clone(),
        culture: catalogue.culture.clone(),
        currency: params.currency.clone(),
        address: params.address.clone(),
        as_of: params.as_of,
        live_items: catalogue.items.len() as u32,
        privacy_floor: params.privacy_floor,
        settings: params.settings.clone(),
    }
}

fn name_blob(bytes: Vec<u8>) -> Result<PackedBlob, PackError> {
    let key = Section::decode(&bytes).map_err(PackError::format("a section"))?.key();
    let key = key.ok_or(PackError::Check { what: "a section of no known kind was packed" })?;
    let hash = name_of(&Sha256::digest(&bytes).into());
    Ok(PackedBlob { key, hash, bytes })
}

impl PackedBlob {
    /// Its entry in the index.
    pub fn located(&self) -> Located {
        Located { key: self.key, place: Place { hash: self.hash, size: self.bytes.len() as u32 } }
    }

    /// The hash as people and URLs write it.
    pub fn name(&self) -> String {
        hex(&self.hash)
    }
}

impl Packed {
    /// The blob of a section that exists once.
    pub fn blob(&self, key: SectionKey) -> Option<&PackedBlob> {
        let at = self.blobs.binary_search_by_key(&key, |blob| blob.key).ok()?;
        self.blobs.get(at)
    }
}

/// The name of a blob.
pub type Name = [u8; NAME_BYTES];

/// The name of the blob with this SHA-256.
pub fn name_of(digest: &[u8; 32]) -> Name {
    let mut name = [0; NAME_BYTES];
    name.copy_from_slice(&digest[..NAME_BYTES]);
    name
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a String does not fail");
        text
    })
}
