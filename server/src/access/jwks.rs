//! The public keys of an identity provider: kept, and looked up again when there is reason to.
//!
//! A key that is known is used through an outage of the provider. One that is not known makes all who ask wait for one
//! look, and then nobody looks again for a while, so that invented names of keys cost the provider nothing. Where keys
//! come from is said once, by the operator; nothing in a token changes it.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Mutex, MutexGuard};

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};

/// Fewest seconds from one look to the next.
const COOL_DOWN: i64 = 30;
/// After so many seconds keys are looked up again although they are known: one may have been taken back.
const FRESH: i64 = 600;
/// Without a look that worked for so long, nothing is believed any more.
const MOST_STALE: i64 = 86_400;
/// A longer answer is not read.
pub(super) const MOST_BYTES: usize = 256 * 1024;
/// More keys than any provider has at a time.
const MOST_KEYS: usize = 100;
/// Shorter RSA keys can be broken.
const LEAST_RSA_BYTES: usize = 256;

/// Brings the provider's document. A trait, so that tests can count and fail.
pub trait FetchKeys {
    /// The document, or why there is none.
    fn fetch(&self) -> impl Future<Output = Result<String, String>>;
}

/// A key and the one algorithm that it is used with.
#[derive(Debug, Clone)]
pub(super) struct TokenKey {
    pub(super) algorithm: Algorithm,
    pub(super) key: DecodingKey,
}

/// The keys of one provider.
#[derive(Debug)]
pub struct Jwks<F> {
    source: F,
    known: Mutex<Known>,
    /// Whoever holds it looks; the others wait for what he finds.
    looking: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Known {
    keys: BTreeMap<String, TokenKey>,
    /// When they were last read.
    read: Option<i64>,
    /// When that was last tried.
    tried: Option<i64>,
}

/// What is to be done about a key.
enum Answer {
    Use(Box<TokenKey>),
    /// It is known, and may have been taken back since.
    Renew(Box<TokenKey>),
    Look,
    Unknown,
}

impl<F: FetchKeys> Jwks<F> {
    /// Keys that come from `source`, when they are needed.
    pub fn new(source: F) -> Self {
        Self { source, known: Mutex::default(), looking: tokio::sync::Mutex::default() }
    }

    /// Where keys come from.
    pub fn source(&self) -> &F {
        &self.source
    }

    /// The key of this name, if the provider has it.
    pub(super) async fn key(&self, id: &str, now: i64) -> Option<TokenKey> {
        match self.lock().answer(id, now) {
            Answer::Use(key) => return Some(*key),
            Answer::Unknown => return None,
            Answer::Renew(_) | Answer::Look => {}
        }
        let _turn = self.looking.lock().await;
        // Somebody may have looked while this one waited.
        let fallback = match self.lock().answer(id, now) {
            Answer::Use(key) => return Some(*key),
            Answer::Unknown => return None,
            Answer::Renew(key) => Some(*key),
            Answer::Look => None,
        };
        self.lock().tried = Some(now);
        let Some(keys) = self.source.fetch().await.ok().and_then(|text| read(&text)) else { return fallback };
        let mut known = self.lock();
        (known.keys, known.read) = (keys, Some(now));
        known.keys.get(id).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        // Nothing that holds it can panic; and if it did, what is there is whole.
        self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Known {
    fn answer(&self, id: &str, now: i64) -> Answer {
        // A clock that went back is no reason to look, nor to trust for longer.
        let since = |then: Option<i64>| then.map_or(i64::MAX, |then| now.saturating_sub(then).max(0));
        let may_look = since(self.tried) >= COOL_DOWN;
        let age = since(self.read);
        match self.keys.get(id).filter(|_| age < MOST_STALE).cloned() {
            Some(key) if age >= FRESH && may_look => Answer::Renew(Box::new(key)),
            Some(key) => Answer::Use(Box::new(key)),
            None if may_look => Answer::Look,
            None => Answer::Unknown,
        }
    }
}

/// The usable keys of a document; `None` when it is no such document.
fn read(text: &str) -> Option<BTreeMap<String, TokenKey>> {
    if text.len() > MOST_BYTES {
        return None;
    }
    let document: serde_json::Value = serde_json::from_str(text).ok()?;
    let entries = document.get("keys")?.as_array()?;
    let mut keys = BTreeMap::new();
    for entry in entries.iter().take(MOST_KEYS) {
        // One that cannot be read is somebody else's: providers add kinds of keys.
        let Ok(jwk) = serde_json::from_value::<Jwk>(entry.clone()) else { continue };
        if let (Some(id), Some(key)) = (jwk.common.key_id.clone(), usable(&jwk)) {
            keys.entry(id).or_insert(key);
        }
    }
    Some(keys)
}

fn usable(jwk: &Jwk) -> Option<TokenKey> {
    if !matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature)) {
        return None;
    }
    let algorithm = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => Algorithm::RS256,
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => Algorithm::ES256,
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => Algorithm::EdDSA,
        // Keys that both sides share are no public keys.
        _ => return None,
    };
    if jwk.common.key_algorithm.is_some_and(|named| named.to_string() != format!("{algorithm:?}")) {
        return None;
    }
    let key = DecodingKey::from_jwk(jwk).ok()?;
    if let jsonwebtoken::DecodingKeyKind::RsaModulusExponent { n, .. } = key.kind()
        && n.iter().skip_while(|byte| **byte == 0).count() < LEAST_RSA_BYTES
    {
        return None;
    }
    Some(TokenKey { algorithm, key })
}
