//! Where a secret lies on the operator's machine. Never the secret itself.
//!
//! Nothing is opened here: whether a reference leads anywhere shows when it is followed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// `env:NAME` or `file:PATH`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Reference {
    /// A variable of the server's environment.
    Variable(String),
    /// A file of the server's machine.
    File(String),
}

const LONGEST: usize = 1024;
/// A secret that was put where its place belongs is not repeated, so no text is quoted.
const FORMS: &str = "this is no reference to a secret: write env:NAME for a variable of the server's environment, or \
                     file:PATH for a file of its machine; the secret itself is never stored here";

impl FromStr for Reference {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let (form, rest) = text.split_once(':').ok_or(FORMS)?;
        let is_variable = |name: &str| {
            let inner = |c: char| c.is_ascii_alphanumeric() || c == '_';
            !name.is_empty() && name.chars().all(inner) && !name.starts_with(|c: char| c.is_ascii_digit())
        };
        match form {
            _ if text.len() > LONGEST || text.contains(char::is_control) => Err(FORMS),
            "env" if is_variable(rest) => Ok(Self::Variable(rest.to_owned())),
            "file" if !rest.is_empty() => Ok(Self::File(rest.to_owned())),
            _ => Err(FORMS),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{path}"),
        }
    }
}

impl TryFrom<String> for Reference {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        text.parse()
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.to_string()
    }
}

impl PartialSchema for Reference {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String).max_length(Some(LONGEST));
        let text = text.pattern(Some("^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$"));
        let text = text.examples(["file:/etc/cookshelf/acme.toml"]);
        text.description(Some("Where a secret lies on the server's machine, never the secret.")).into()
    }
}

impl ToSchema for Reference {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_name_a_place_and_errors_repeat_no_secret() {
        for text in ["env:ACME_STORE", "file:/etc/acme.toml", "file:C:\\a.toml"] {
            assert_eq!(text.parse::<Reference>().unwrap().to_string(), text);
        }
        for text in ["", "env:", "env:1A", "env:A B", "file:", "sk_live_abc", "vault:x", "file:a\nb"] {
            let error = text.parse::<Reference>().unwrap_err();
            assert!(error.contains("env:NAME") && !error.contains("sk_live"), "{text}: {error}");
        }
    }
}
