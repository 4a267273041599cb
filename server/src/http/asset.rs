//! One stored thing: its codings, each with the headers it is sent with.
//!
//! Header values are made here, once; a request only copies handles. It does not decide
//! what a request gets. Invariant: every coding has its own strong tag, and the tag's
//! digest is that of the plain bytes.

use actix_http::header::{
    self, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::body::Line;
use super::content::{Content, Slab};
use super::wishes::Wishes;
use crate::coding::{Coding, smaller_codings};
use crate::publish::{hex, name_of};

/// A SHA-256: half of that of a blob's bytes is the blob's name.
pub(super) type Sha = [u8; 32];

pub(super) const REPR_DIGEST: HeaderName = HeaderName::from_static("repr-digest");
pub(super) const UNENCODED_DIGEST: HeaderName = HeaderName::from_static("unencoded-digest");
const TIMING_ALLOW_ORIGIN: HeaderName = HeaderName::from_static("timing-allow-origin");

/// How a thing is offered. The three audiences have different headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offer {
    /// For ever, to any page anywhere.
    Blob,
    /// For a short time, to any page anywhere.
    Manifest,
    /// A file of the shop, to its own pages.
    Shop {
        /// Its media type.
        media: &'static str,
        /// Its Cache-Control.
        keep: &'static str,
        /// What it may do in a browser; a page and a worker follow the policy that comes with them.
        policy: Option<&'static str>,
    },
}

/// One stored thing.
#[derive(Debug)]
pub(super) struct Asset {
    /// Smallest first; the plain bytes last.
    variants: Vec<Variant>,
}

/// One coding of it.
#[derive(Debug)]
pub(super) struct Variant {
    pub(super) coding: Coding,
    pub(super) content: Content,
    /// Its Content-Length.
    pub(super) length: HeaderValue,
    /// All lines of a 200 as they are sent.
    pub(super) ready: Bytes,
    /// Those of a 304.
    pub(super) unchanged_ready: Bytes,
    tag: HeaderValue,
    /// The head of a 200 and 206, without Content-Length.
    pub(super) head: Box<[Line]>,
    /// The head of a 304.
    pub(super) unchanged: Box<[Line]>,
}

impl Asset {
    /// Compresses `plain`, makes its headers and stores it in `slab`; takes as long as that takes.
    pub(super) fn new(plain: Bytes, digest: &Sha, offer: Offer, slab: &Slab) -> Asset {
        let smaller = smaller_codings(&plain);
        Asset::coded(plain, smaller, digest, offer, slab)
    }

    /// The same from codings that were made earlier, smallest first.
    pub(super) fn coded(
        plain: Bytes,
        smaller: Vec<(Coding, Bytes)>,
        digest: &Sha,
        offer: Offer,
        slab: &Slab,
    ) -> Asset {
        let mut codings = smaller;
        codings.push((Coding::Identity, plain));
        let variant = |(coding, bytes)| Variant::new(coding, bytes, digest, offer, slab);
        let variants = codings.into_iter().map(variant).collect();
        Asset { variants }
    }

    /// Bytes of all codings.
    pub(super) fn bytes(&self) -> usize {
        self.variants.iter().map(|variant| variant.content.len()).sum()
    }

    /// The coding the client likes best; among equals the smallest.
    pub(super) fn best(&self, wishes: Wishes) -> &Variant {
        let (plain, smaller) = self.variants.split_last().expect("the plain bytes are always there");
        let mut best = plain;
        let mut weight = wishes.weight(Coding::Identity);
        for variant in smaller.iter().rev() {
            let wish = wishes.weight(variant.coding);
            if wish > 0 && wish >= weight {
                (best, weight) = (variant, wish);
            }
        }
        best
    }
}

impl Variant {
    fn new(coding: Coding, bytes: Bytes, digest: &Sha, offer: Offer, slab: &Slab) -> Variant {
        let name = hex(&name_of(digest));
        let tag = match coding.name() {
            None => value(&format!("\"{name}\"")),
            Some(coding) => value(&format!("\"{name}-{coding}\"")),
        };
        let mut unchanged = shared_lines(offer);
        unchanged.push((ETAG, tag.clone()));
        let mut head = unchanged.clone();
        head.extend(offer_lines(offer));
        head.extend(coding_lines(coding, &bytes, digest));
        let length = HeaderValue::from(bytes.len());
        let mut text = as_sent(&unchanged);
        let of_unchanged = text.len();
        text.extend(as_sent(&head[unchanged.len()..]));
        text.extend(as_sent(&[(header::CONTENT_LENGTH, length.clone())]));
        let ready = Bytes::from(text);
        let unchanged_ready = ready.slice(..of_unchanged);
        let content = slab.keep(bytes);
        let (head, unchanged) = (head.into(), unchanged.into());
        Variant { coding, content, length, ready, unchanged_ready, tag, head, unchanged }
    }

    /// Its entity tag, quotes included.
    pub(super) fn tag(&self) -> &str {
        self.tag.to_str().expect("a tag is hex digits, a coding's name and quotes")
    }
}

/// Lines of a head as they go over the line.
fn as_sent(lines: &[Line]) -> Vec<u8> {
    let parts = |(name, value): &Line| [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat();
    lines.iter().flat_map(parts).collect()
}

/// The lines that 200, 206 and 304 share.
fn shared_lines(offer: Offer) -> Vec<Line> {
    let keep = match offer {
        Offer::Blob => "public, max-age=31536000, immutable",
        Offer::Manifest => {
            "public, max-age=30, s-maxage=60, stale-while-revalidate=86400, stale-if-error=604800"
        }
        Offer::Shop { keep, .. } => keep,
    };
    let mut lines = vec![fixed(CACHE_CONTROL, keep), fixed(VARY, "Accept-Encoding")];
    if !matches!(offer, Offer::Shop { .. }) {
        lines.extend(open_lines());
    }
    lines
}

/// Lets pages of every origin read the response, in isolated pages too.
pub(super) fn open_lines() -> [Line; 3] {
    [
        fixed(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        fixed(header::CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin"),
        fixed(TIMING_ALLOW_ORIGIN, "*"),
    ]
}

fn offer_lines(offer: Offer) -> Vec<Line> {
    let media = match offer {
        Offer::Blob => "application/octet-stream",
        Offer::Manifest => "application/json",
        Offer::Shop { media, .. } => media,
    };
    let mut lines = vec![fixed(CONTENT_TYPE, media), fixed(X_CONTENT_TYPE_OPTIONS, "nosniff")];
    if let Offer::Shop { policy: Some(policy), .. } = offer {
        lines.push(fixed(header::CONTENT_SECURITY_POLICY, policy));
        lines.push(fixed(header::REFERRER_POLICY, "same-origin"));
    }
    lines
}

/// Repr-Digest covers the bytes as they are sent (RFC 9530), so a coded variant has its own,
/// and names the plain bytes in Unencoded-Digest.
fn coding_lines(coding: Coding, bytes: &Bytes, digest: &Sha) -> Vec<Line> {
    match coding.name() {
        None => {
            vec![fixed(header::ACCEPT_RANGES, "bytes"), (REPR_DIGEST, digest_value(digest))]
        }
        Some(name) => vec![
            fixed(CONTENT_ENCODING, name),
            (REPR_DIGEST, digest_value(&sha256(bytes))),
            (UNENCODED_DIGEST, digest_value(digest)),
        ],
    }
}

pub(super) fn fixed(name: HeaderName, text: &'static str) -> Line {
    (name, HeaderValue::from_static(text))
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("made of visible ASCII only")
}

pub(super) fn sha256(bytes: &[u8]) -> Sha {
    Sha256::digest(bytes).into()
}

/// `sha-256=:<base64>:`, a byte sequence of RFC 9530.
fn digest_value(digest: &Sha) -> HeaderValue {
    value(&format!("sha-256=:{}:", base64(digest)))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(*group.get(at).unwrap_or(&0)));
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= group.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_the_standard_examples() {
        let cases = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")];
        for (plain, coded) in cases {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn equal_wishes_get_the_smallest_and_refusals_get_the_plain_bytes() {
        let asset = Asset::new(Bytes::from("word ".repeat(4000)), &[7; 32], Offer::Blob, &Slab::new());
        let smallest = asset.variants[0].coding;
        let cases = [
            (None, Coding::Identity),
            (Some("br"), Coding::Brotli),
            (Some("zstd"), Coding::Zstd),
            (Some("br, zstd"), smallest),
            (Some("*"), smallest),
            (Some("br;q=0.1, zstd;q=0.9"), Coding::Zstd),
            (Some("identity, br;q=0.5"), Coding::Identity),
            (Some("identity, br"), Coding::Brotli),
            (Some("gzip"), Coding::Identity),
            (Some("identity;q=0"), Coding::Identity),
            (Some("*;q=0"), Coding::Identity),
        ];
        for (accepted, expected) in cases {
            let mut headers = header::HeaderMap::new();
            if let Some(accepted) = accepted {
                headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            }
            assert_eq!(asset.best(Wishes::of(&headers)).coding, expected, "{accepted:?}");
        }
    }
}
