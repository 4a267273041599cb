//! A manifest as it is served, and as a change of the ones before it (RFC 9842), for browsers that kept one of those.
//!
//! Only manifests are sent so: their address stays, so a browser knows by itself which earlier one leads to the next, and it
//! names that one anyway when it asks whether it is still current. Blobs have patches, which serve every browser and host
//! (see `publish::patch`). Made when a manifest is put up, never while answering. Invariants: a change is only sent to who
//! named the very bytes that it begins with; what it makes is the manifest.

use actix_http::header::{HeaderMap, HeaderName, HeaderValue};
use bytes::Bytes;

use super::asset::{Asset, Offer, Sha, digest_value, sha256};
use super::content::Slab;

/// So many earlier manifests lead to a new one.
const EARLIER: usize = 3;

/// What a browser sends of the earlier one it has.
const AVAILABLE_DICTIONARY: HeaderName = HeaderName::from_static("available-dictionary");

/// What stands before the compressed bytes: a frame that decoders skip, with the hash of what they need.
const MAGIC: [u8; 8] = [0x5e, 0x2a, 0x4d, 0x18, 0x20, 0, 0, 0];

/// Clearly smaller than the best that everybody gets: at most so many hundredths of it.
const MOST_PERCENT: usize = 90;

const LEVEL: i32 = 19;

/// A manifest with those before it.
#[derive(Debug)]
pub(super) struct Page {
    asset: Asset,
    plain: Bytes,
    /// Newest first.
    earlier: Vec<Bytes>,
}

impl Page {
    /// The page after `before`.
    pub(super) fn new(plain: Bytes, before: Option<&Page>, slab: &Slab) -> Page {
        let earlier = Page::before(&plain, before);
        let digest = sha256(&plain);
        let mut asset = Asset::new(plain.clone(), &digest, Offer::Manifest, slab);
        let most = asset.smallest() * MOST_PERCENT / 100;
        for other in &earlier {
            let from = sha256(other);
            if let Some(change) = change(&plain, other, &from).filter(|change| change.len() <= most) {
                asset.add_change(digest_value(&from), change, &digest, slab);
            }
        }
        Page { asset, plain, earlier }
    }

    /// The same without anything that takes time to make.
    pub(super) fn as_it_is(plain: Bytes, before: Option<&Page>, slab: &Slab) -> Page {
        let earlier = Page::before(&plain, before);
        let asset = Asset::coded(plain.clone(), Vec::new(), &sha256(&plain), Offer::Manifest, slab);
        Page { asset, plain, earlier }
    }

    fn before(plain: &Bytes, before: Option<&Page>) -> Vec<Bytes> {
        let others = before.map(|page| std::iter::once(&page.plain).chain(&page.earlier));
        let others = others.into_iter().flatten().filter(|other| *other != plain);
        others.take(EARLIER).cloned().collect()
    }

    /// Its exact bytes.
    pub(super) fn plain(&self) -> Bytes {
        self.plain.clone()
    }

    pub(super) fn asset(&self) -> &Asset {
        &self.asset
    }
}

/// What the client says it has, in the form that changes are kept by.
pub(super) fn available(headers: &HeaderMap) -> Option<String> {
    let mut lines = headers.get_all(AVAILABLE_DICTIONARY);
    let (Some(line), None) = (lines.next(), lines.next()) else { return None };
    // Parameters of an item of RFC 9651 mean nothing here.
    let item = line.to_str().ok()?.trim().split(';').next()?;
    Some(format!("sha-256={}", item.trim_end()))
}

/// The manifest as a change of `other`.
fn change(plain: &[u8], other: &[u8], digest: &Sha) -> Option<Bytes> {
    let mut compressor = zstd::bulk::Compressor::with_dictionary(LEVEL, other).ok()?;
    let coded = compressor.compress(plain).ok()?;
    Some([&MAGIC[..], digest, &coded].concat().into())
}

/// Where the next manifest will be: here, whatever stands before it in the address.
pub(super) fn next_of_manifest() -> HeaderValue {
    HeaderValue::from_static("match=\"manifest.json\"")
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn text(changed: usize) -> Bytes {
        let names = (0..300).map(|at| {
            let digest = sha256(format!("{at} {}", usize::from(at == changed)).as_bytes());
            crate::publish::hex(&digest[..16])
        });
        names.collect::<Vec<_>>().join(" ").into()
    }

    #[test]
    fn a_change_gives_the_manifest_back_and_says_what_it_begins_with() {
        let (old, new) = (text(7), text(8));
        let change = change(&new, &old, &sha256(&old)).unwrap();
        assert_eq!((&change[..8], &change[8..40]), (&MAGIC[..], &sha256(&old)[..]));
        assert!(change.len() < 250, "{} bytes", change.len());
        let mut back = Vec::new();
        // The frame with the hash is skipped, as every decoder does.
        zstd::stream::Decoder::with_dictionary(&change[..], &old).unwrap().read_to_end(&mut back).unwrap();
        assert_eq!(back, new);
    }

    #[test]
    fn the_last_three_lead_to_a_page() {
        let slab = Slab::new();
        let mut page = Page::new(text(0), None, &slab);
        for at in [1, 2, 2, 3, 4] {
            page = Page::new(text(at), Some(&page), &slab);
        }
        assert_eq!(page.earlier, [text(3), text(2), text(1)]);
        let from = |at| page.asset().change(&format!("sha-256=:{}:", base64_of(&text(at)))).is_some();
        assert_eq!([0, 1, 2, 3, 4].map(from), [false, true, true, true, false]);
    }

    fn base64_of(bytes: &[u8]) -> String {
        use base64::{Engine, prelude::BASE64_STANDARD};
        BASE64_STANDARD.encode(sha256(bytes))
    }
}
