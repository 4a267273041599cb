//! The name of an account, a modeling or an endpoint.
//!
//! Invariant: fit as it stands for an address, a folder, a label of a metric and a host name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ResourceError, cut};

/// 1 to 40 of `a-z`, `0-9` and `-`, beginning and ending with a letter or a digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$", max_length = 40, example = "shop")]
pub struct Name(String);

impl Name {
    /// Most letters.
    pub const LONGEST: usize = 40;

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = ResourceError;

    fn from_str(text: &str) -> Result<Self, ResourceError> {
        let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let is_name = (1..=Self::LONGEST).contains(&text.len())
            && text.bytes().all(inner)
            && !text.starts_with('-')
            && !text.ends_with('-');
        if is_name { Ok(Self(text.to_owned())) } else { Err(ResourceError::Name { text: cut(text) }) }
    }
}

impl TryFrom<String> for Name {
    type Error = ResourceError;

    fn try_from(text: String) -> Result<Self, ResourceError> {
        text.parse()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_plain() {
        let longest = "a".repeat(40);
        for text in ["a", "7", "shop-2", "a--b", longest.as_str()] {
            assert_eq!(text.parse::<Name>().unwrap().as_str(), text);
        }
        let too_long = "a".repeat(41);
        for text in ["", "-a", "a-", "-", "Shop", "a b", "a/b", "..", "é", "a\n", "a\0", too_long.as_str()] {
            let error = text.parse::<Name>().unwrap_err().to_string();
            assert!(error.contains("1 to 40") && !error.contains('\n'), "{text:?}: {error}");
        }
    }
}
