//! The address of a file beside the manifest: a blob by its name, or a patch by the blobs that it leads to and from.
//!
//! Reads and writes such addresses and knows no bytes. Invariant: each file has one address, in lower-case digits.

use std::fmt::{self, Display, Formatter};

use cookshelf_core::NAME_BYTES;

use crate::pack::{Name, hex};

/// A blob, or what makes it out of an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Piece {
    /// The blob.
    pub name: Name,
    /// The earlier blob that a patch begins with.
    pub from: Option<Name>,
}

impl Piece {
    /// `<32 digits>` or `<32 digits>-<32 digits>`, and nothing else.
    pub fn read(text: &str) -> Option<Self> {
        match text.split_once('-') {
            None => Some(from_hex(text)?.into()),
            Some((name, from)) => Some(Self { name: from_hex(name)?, from: Some(from_hex(from)?) }),
        }
    }
}

impl From<Name> for Piece {
    fn from(name: Name) -> Self {
        Self { name, from: None }
    }
}

impl Display for Piece {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex(&self.name))?;
        self.from.map_or(Ok(()), |from| write!(formatter, "-{}", hex(&from)))
    }
}

/// Reads a blob's name: 32 lower-case digits and nothing else, so that each blob has one address.
pub fn from_hex(text: &str) -> Option<Name> {
    let digits = text.as_bytes();
    let digit = |at: usize| match digits[at] {
        digit @ b'0'..=b'9' => Some(digit - b'0'),
        letter @ b'a'..=b'f' => Some(letter - b'a' + 10),
        _ => None,
    };
    let mut name = [0; NAME_BYTES];
    if digits.len() != 2 * NAME_BYTES {
        return None;
    }
    for (at, byte) in name.iter_mut().enumerate() {
        *byte = digit(2 * at)? << 4 | digit(2 * at + 1)?;
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_back_and_nothing_else_is_one() {
        let (one, other) = ("0f".repeat(16), "a7".repeat(16));
        for text in [one.clone(), format!("{one}-{other}")] {
            assert_eq!(Piece::read(&text).unwrap().to_string(), text);
        }
        let wrong = [
            String::new(),
            one[1..].to_owned(),
            one.to_uppercase(),
            format!("{one}{other}"),
            format!("{one}-"),
            format!("-{one}"),
            format!("{one}-{other}-{other}"),
            "é".repeat(16),
        ];
        for text in wrong {
            assert_eq!(Piece::read(&text), None, "{text}");
        }
    }
}
