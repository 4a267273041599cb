//! Secrets of keys: made, read, hashed, compared.
//!
//! `ck_<kind>_<43 characters>_<6 characters>`: 256 random bits in base 62, then the CRC-32 of all before it, so that
//! scanners for leaked keys, and a mistyped key, need no database. At rest there is only the SHA-256 of the whole
//! text: the secret has more entropy than the hash, so a fast one is right. Never changes its form: that would
//! revoke every key there is.

use std::{fmt, str::FromStr};

use flate2::Crc;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use super::AccessError;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// 62^43 is just above 2^256.
const BODY: usize = 43;
/// 62^6 is above 2^32.
const CHECK: usize = 6;

/// What a secret opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// A key that somebody made, for a person or a program.
    Key,
    /// One visit of the console, for some hours.
    Session,
}

impl SecretKind {
    /// All kinds.
    pub const ALL: [Self; 2] = [Self::Key, Self::Session];

    /// The word in the secret's text.
    pub fn word(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Session => "session",
        }
    }
}

/// A whole secret. Prints as nothing, and leaves nothing in memory behind.
#[derive(Clone)]
pub struct Secret {
    kind: SecretKind,
    text: Zeroizing<String>,
}

impl Secret {
    /// A new one.
    pub fn generate(kind: SecretKind) -> Result<Self, AccessError> {
        let mut entropy = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *entropy).map_err(|error| AccessError::Entropy(error.to_string()))?;
        Ok(Self::from_entropy(kind, &entropy))
    }

    /// The one that these 256 bits make.
    pub fn from_entropy(kind: SecretKind, entropy: &[u8; 32]) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(80));
        text.push_str("ck_");
        text.push_str(kind.word());
        text.push('_');
        push_base62(&mut text, entropy, BODY);
        let check = checksum(&text);
        text.push('_');
        push_base62(&mut text, &check, CHECK);
        Self { kind, text }
    }

    /// Reads one as a caller sent it: form and check digits, no database.
    pub fn parse(text: &str) -> Result<Self, AccessError> {
        let rest = text.strip_prefix("ck_").ok_or(AccessError::Shape)?;
        let mut parts = rest.split('_');
        let (Some(word), Some(body), Some(check), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(AccessError::Shape);
        };
        let kind = SecretKind::ALL.into_iter().find(|kind| kind.word() == word);
        let kind = kind.ok_or(AccessError::Shape)?;
        let plain = |part: &str, length| part.len() == length && part.bytes().all(|c| ALPHABET.contains(&c));
        if !plain(body, BODY) || !plain(check, CHECK) {
            return Err(AccessError::Shape);
        }
        let mut expected = Zeroizing::new(String::with_capacity(CHECK));
        push_base62(&mut expected, &checksum(&text[..text.len() - CHECK - 1]), CHECK);
        if *expected != check {
            return Err(AccessError::Checksum);
        }
        Ok(Self { kind, text: Zeroizing::new(text.to_owned()) })
    }

    /// What it opens.
    pub fn kind(&self) -> SecretKind {
        self.kind
    }

    /// The text: for the one who asked for the key, once.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// What may be kept of it.
    pub fn hash(&self) -> KeyHash {
        KeyHash(Sha256::digest(self.text.as_bytes()).into())
    }

    /// Its beginning, the same for all of its kind: `ck_key`.
    pub fn prefix(&self) -> String {
        format!("ck_{}", self.kind.word())
    }

    /// The last four of its random characters, by which people tell keys apart.
    pub fn last_four(&self) -> &str {
        let end = self.text.len() - CHECK - 1;
        &self.text[end - 4..end]
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} …)", self.prefix())
    }
}

/// SHA-256 of a secret: what a database holds. Compared without telling, by the time it takes, how much was equal.
#[derive(Clone, Copy)]
pub struct KeyHash([u8; 32]);

impl PartialEq for KeyHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for KeyHash {}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyHash(…)")
    }
}

/// Hexadecimal, as it is stored.
impl fmt::Display for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for KeyHash {
    type Err = AccessError;

    fn from_str(text: &str) -> Result<Self, AccessError> {
        let digits = text.as_bytes();
        if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(AccessError::Shape);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |c: u8| (c as char).to_digit(16).unwrap_or_default() as u8;
            *byte = digit(pair[0]) << 4 | digit(pair[1]);
        }
        Ok(Self(bytes))
    }
}

/// CRC-32, most significant byte first.
fn checksum(text: &str) -> [u8; 4] {
    let mut crc = Crc::new();
    crc.update(text.as_bytes());
    let sum = crc.sum();
    [(sum >> 24) as u8, (sum >> 16) as u8, (sum >> 8) as u8, sum as u8]
}

/// Writes a number, most significant byte first, as exactly `length` digits of base 62.
fn push_base62(text: &mut String, number: &[u8], length: usize) {
    let mut number = Zeroizing::new(number.to_vec());
    let mut digits = [b'0'; BODY];
    for digit in digits[..length].iter_mut().rev() {
        let mut rest = 0_u32;
        for byte in number.iter_mut() {
            let value = rest << 8 | u32::from(*byte);
            *byte = (value / 62) as u8;
            rest = value % 62;
        }
        *digit = ALPHABET[rest as usize];
    }
    text.extend(digits[..length].iter().map(|digit| char::from(*digit)));
    digits.zeroize();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_reads_back_and_hashes_the_same() {
        let secret = Secret::generate(SecretKind::Key).unwrap();
        let again = Secret::parse(secret.expose()).unwrap();
        assert_eq!((again.kind(), again.hash()), (SecretKind::Key, secret.hash()));
        assert_eq!(secret.hash().to_string().parse::<KeyHash>().unwrap(), secret.hash());
        assert_ne!(Secret::generate(SecretKind::Key).unwrap().hash(), secret.hash());
        assert_eq!(secret.expose().len(), "ck_key_".len() + 43 + 1 + 6);
        assert!(secret.expose()[7..50].ends_with(secret.last_four()));
    }

    #[test]
    fn known_bits_make_known_text() {
        // Checked with another implementation: base 62 of the number, zlib's crc32 of what stands before it.
        let text = |byte| Secret::from_entropy(SecretKind::Key, &[byte; 32]).expose().to_owned();
        assert_eq!(text(0), format!("ck_key_{}_30ncxk", "0".repeat(43)));
        assert_eq!(text(255), "ck_key_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp1_0H4t0C");
    }

    #[test]
    fn every_single_change_is_noticed_without_a_database() {
        let secret = Secret::from_entropy(SecretKind::Session, &[7; 32]);
        let text = secret.expose();
        for place in 0..text.len() {
            for other in ["0", "z", "_", "-", "é", ""] {
                if text[place..].starts_with(other) && !other.is_empty() {
                    continue;
                }
                let changed = format!("{}{other}{}", &text[..place], &text[place + 1..]);
                assert!(Secret::parse(&changed).is_err(), "{changed}");
            }
        }
        for wrong in ["", "ck", "ck_", "ck_key__", "ck_key_a_b_c", &text.to_uppercase(), &format!("{text} ")]
        {
            assert_eq!(Secret::parse(wrong).err(), Some(AccessError::Shape), "{wrong}");
        }
    }

    #[test]
    fn nothing_prints_a_secret() {
        let secret = Secret::from_entropy(SecretKind::Key, &[9; 32]);
        let body = &secret.expose()[7..50];
        let printed = format!("{secret:?} {:?} {}", secret.hash(), AccessError::Checksum);
        assert!(!printed.contains(body) && !printed.contains(&secret.hash().to_string()));
    }

    #[test]
    fn hashes_that_are_none_are_refused() {
        for wrong in ["", "00", &"g".repeat(64), &"0".repeat(63), &"é".repeat(32)] {
            assert!(wrong.parse::<KeyHash>().is_err(), "{wrong}");
        }
    }
}
