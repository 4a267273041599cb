//! Signatures of manifests: keys out of one master secret, and the exact bytes that they cover.
//!
//! A database, and a copy of it, holds names and public keys only; whoever has the master secret has every key of
//! every endpoint again. What is signed begins with a text of its own and the length, so that no signature made here
//! can be taken for one about something else. Which key signs when is for the caller to say.

use std::{fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_STANDARD};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::ReleaseError;
use crate::publish::{Envelope, ManifestSignature};

const SIGNED: &[u8] = b"cookshelf-manifest-v1\0";
const DERIVED: &[u8] = b"cookshelf-manifest-key\0";
const ED25519: &str = "ed25519";

/// A name of a key is never longer.
const MOST_ID: usize = 64;
/// More signatures than keys in a rotation are somebody's attempt to make checking slow.
const MOST_SIGNATURES: usize = 8;

/// The 32 bytes that every key comes from. Prints as nothing.
#[derive(Clone)]
pub struct MasterSecret(Zeroizing<[u8; 32]>);

impl MasterSecret {
    /// A new one.
    pub fn generate() -> Result<Self, ReleaseError> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *bytes).map_err(|error| ReleaseError::Entropy(error.to_string()))?;
        Ok(Self(bytes))
    }

    /// As it is kept: base64, white space around it allowed.
    pub fn from_base64(text: &str) -> Result<Self, ReleaseError> {
        let mut bytes = Zeroizing::new([0; 32]);
        // One byte more than the buffer holds is refused, as is one less.
        let length = BASE64_STANDARD.decode_slice(text.trim(), &mut *bytes);
        if length != Ok(32) {
            return Err(ReleaseError::Secret);
        }
        Ok(Self(bytes))
    }

    /// As it is to be kept.
    pub fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64_STANDARD.encode(*self.0))
    }

    /// The key of this name: the same every time.
    pub fn manifest_key(&self, id: &KeyId) -> ManifestKey {
        let mut mac = Hmac::<Sha256>::new_from_slice(&*self.0).expect("HMAC takes keys of every length");
        mac.update(DERIVED);
        mac.update(id.0.as_bytes());
        let seed = Zeroizing::new(mac.finalize().into_bytes().into());
        ManifestKey { id: id.clone(), key: SigningKey::from_bytes(&seed) }
    }
}

impl fmt::Debug for MasterSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterSecret(…)")
    }
}

/// The name of a key, as manifests and the database say it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(String);

impl KeyId {
    /// A name that no other key has.
    pub fn generate() -> Result<Self, ReleaseError> {
        let mut bytes = [0; 9];
        getrandom::fill(&mut bytes).map_err(|error| ReleaseError::Entropy(error.to_string()))?;
        Ok(Self(format!("mk-{}", base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(bytes))))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for KeyId {
    type Err = ReleaseError;

    fn from_str(text: &str) -> Result<Self, ReleaseError> {
        let plain = text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_');
        if text.is_empty() || text.len() > MOST_ID || !plain {
            return Err(ReleaseError::KeyId(text.chars().take(MOST_ID).collect()));
        }
        Ok(Self(text.to_owned()))
    }
}

/// A key that signs manifests. Prints as its name.
pub struct ManifestKey {
    id: KeyId,
    key: SigningKey,
}

impl ManifestKey {
    /// Its name.
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// What its signatures are checked with.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.key.verifying_key())
    }

    fn sign(&self, payload: &str) -> ManifestSignature {
        let signature = self.key.sign(&signed_bytes(payload));
        ManifestSignature {
            key: self.id.to_string(),
            algorithm: ED25519.to_owned(),
            signature: BASE64_STANDARD.encode(signature.to_bytes()),
        }
    }
}

impl fmt::Debug for ManifestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ManifestKey({})", self.id)
    }
}

/// What a signature is checked with. Written in base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64_STANDARD.encode(self.0.as_bytes()))
    }
}

impl FromStr for PublicKey {
    type Err = ReleaseError;

    fn from_str(text: &str) -> Result<Self, ReleaseError> {
        let mut bytes = [0; 32];
        let whole = BASE64_STANDARD.decode_slice(text, &mut bytes) == Ok(32);
        let key = VerifyingKey::from_bytes(&bytes).ok().filter(|key| whole && !key.is_weak());
        key.map(Self).ok_or(ReleaseError::PublicKey)
    }
}

impl Serialize for PublicKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The text of a manifest: the payload, signed by each key.
pub fn seal(payload: String, keys: &[&ManifestKey]) -> String {
    let signatures = keys.iter().map(|key| key.sign(&payload)).collect();
    Envelope { cookshelf: 1, payload, signatures }.text()
}

/// The payload of a manifest's text, when one of the trusted keys signed exactly that payload.
pub fn open(text: &str, trusted: &[(KeyId, PublicKey)]) -> Result<String, ReleaseError> {
    let broken = |cause: serde_json::Error| ReleaseError::Envelope(cause.to_string());
    let envelope: Envelope = serde_json::from_str(text).map_err(broken)?;
    if envelope.cookshelf != 1 || envelope.signatures.len() > MOST_SIGNATURES {
        return Err(ReleaseError::Envelope(
            "it is of another version, or has too many signatures".to_owned(),
        ));
    }
    let message = signed_bytes(&envelope.payload);
    let good = envelope.signatures.iter().any(|signature| {
        let key = trusted.iter().find(|(id, _)| id.0 == signature.key);
        key.is_some_and(|(_, key)| holds(key, &message, signature))
    });
    if good { Ok(envelope.payload) } else { Err(ReleaseError::Untrusted) }
}

fn holds(key: &PublicKey, message: &[u8], signature: &ManifestSignature) -> bool {
    let mut bytes = [0; 64];
    let whole = BASE64_STANDARD.decode_slice(&signature.signature, &mut bytes) == Ok(64);
    signature.algorithm == ED25519
        && whole
        && key.0.verify_strict(message, &Signature::from_bytes(&bytes)).is_ok()
}

/// What a signature covers: a text of our own, the payload's length, the payload.
fn signed_bytes(payload: &str) -> Vec<u8> {
    let length = (payload.len() as u64).to_le_bytes();
    [SIGNED, &length, payload.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn master() -> MasterSecret {
        MasterSecret::from_base64(&BASE64_STANDARD.encode([7; 32])).unwrap()
    }

    fn key(id: &str) -> ManifestKey {
        master().manifest_key(&id.parse().unwrap())
    }

    fn trusted(keys: &[&ManifestKey]) -> Vec<(KeyId, PublicKey)> {
        keys.iter().map(|key| (key.id().clone(), key.public())).collect()
    }

    #[test]
    fn the_algorithm_is_that_of_rfc_8032() {
        // Section 7.1, test 3.
        let hex = |text: &str| -> Vec<u8> {
            (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
        };
        let seed = hex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7");
        let key = SigningKey::from_bytes(seed[..].try_into().unwrap());
        let public = hex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
        assert_eq!(key.verifying_key().as_bytes()[..], public[..]);
        let signature = hex("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
             18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
        assert_eq!(key.sign(&hex("af82")).to_bytes()[..], signature[..]);
    }

    #[test]
    fn keys_come_from_the_master_secret_and_their_name() {
        assert_eq!(key("a").public(), key("a").public());
        assert_ne!(key("a").public(), key("b").public());
        let other = MasterSecret::generate().unwrap();
        assert_ne!(other.manifest_key(key("a").id()).public(), key("a").public());
        let read = MasterSecret::from_base64(&format!(" {}\n", *other.to_base64())).unwrap();
        assert_eq!(read.manifest_key(key("a").id()).public(), other.manifest_key(key("a").id()).public());
        // As another implementation of HMAC-SHA256 and Ed25519 has it.
        assert_eq!(key("first").public().to_string(), "EWsyBrdf4kNhthBoJTIeXTzkv1MbMxe/+9kn85d/3Fs=");
    }

    #[test]
    fn signed_manifests_open_and_nothing_else_does() {
        let (one, two, foreign) = (key("one"), key("two"), key("foreign"));
        let payload = r#"{"endpoint":"acme/web","sequence":3}"#;
        let text = seal(payload.to_owned(), &[&one, &two]);
        for known in [&one, &two] {
            assert_eq!(open(&text, &trusted(&[known])).unwrap(), payload);
        }
        assert_eq!(open(&text, &trusted(&[&foreign])), Err(ReleaseError::Untrusted));
        assert_eq!(open(&text, &[]), Err(ReleaseError::Untrusted));
        assert_eq!(open(&seal(payload.to_owned(), &[]), &trusted(&[&one])), Err(ReleaseError::Untrusted));
        // The right name with another's key.
        let swapped = [(one.id().clone(), foreign.public())];
        assert_eq!(open(&text, &swapped), Err(ReleaseError::Untrusted));
    }

    #[test]
    fn the_text_is_the_one_that_other_implementations_sign_and_read() {
        // Made by another implementation of Ed25519; wasm/npm/test/unit/attacks.test.ts reads the same text.
        let text = seal(r#"{"endpoint":"größe","sequence":3}"#.to_owned(), &[&key("first")]);
        assert_eq!(
            text,
            r#"{"cookshelf":1,"payload":"{\"endpoint\":\"größe\",\"sequence\":3}","signatures":[{"key":"first","algorithm":"ed25519","signature":"3WgIc0NrseoRXy3Netb04R9Xq0biUCQ+myA/wcs7zCv1hsXNKfKyyvf7VNWUrVxmqY625q74YFYFBBsaIHBDDg=="}]}"#
        );
    }

    #[test]
    fn every_altered_byte_is_noticed() {
        let one = key("one");
        let text = seal(r#"{"endpoint":"acme/web","sequence":3}"#.to_owned(), &[&one]);
        let good = open(&text, &trusted(&[&one])).unwrap();
        for place in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[place] ^= 1;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            // White space between fields, or another way to write the same, may pass; another payload may not.
            assert!(open(&changed, &trusted(&[&one])).map_or(true, |payload| payload == good), "{changed}");
        }
        for length in 0..text.len() {
            assert!(open(&text[..length], &trusted(&[&one])).is_err());
        }
    }

    #[test]
    fn what_was_signed_for_something_else_is_no_manifest() {
        let one = key("one");
        let payload = "{}";
        for message in [payload.as_bytes().to_vec(), [SIGNED, payload.as_bytes()].concat()] {
            let bytes = one.key.sign(&message).to_bytes();
            let mut signature = one.sign(payload);
            signature.signature = BASE64_STANDARD.encode(bytes);
            let text =
                Envelope { cookshelf: 1, payload: payload.to_owned(), signatures: vec![signature] }.text();
            assert_eq!(open(&text, &trusted(&[&one])), Err(ReleaseError::Untrusted));
        }
    }

    #[test]
    fn nothing_prints_a_key() {
        let (secret, key) = (master(), key("one"));
        let printed = format!("{secret:?} {key:?}");
        assert_eq!(printed, "MasterSecret(…) ManifestKey(one)");
        for wrong in
            ["", "AAAA", &"A".repeat(44), &"A".repeat(48), "not base64 not base64 not base64 not base64 "]
        {
            assert_eq!(MasterSecret::from_base64(wrong).err(), Some(ReleaseError::Secret), "{wrong}");
        }
        for wrong in ["", "a b", "é", &"a".repeat(65)] {
            assert!(wrong.parse::<KeyId>().is_err(), "{wrong}");
        }
        // All zeros but the first byte: a point of small order, with which anything verifies.
        assert!("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".parse::<PublicKey>().is_err());
        assert!(KeyId::generate().unwrap().to_string().parse::<KeyId>().is_ok());
    }
}
