//! Keys to object stores, as they were given: by a file, or by our own environment variables.
//!
//! Only names of keys are checked here; whether they open anything is told by the store. Values never
//! appear in anything that is shown: not in errors, not in `Debug`.

use std::collections::BTreeMap;
use std::fmt::{self, Debug, Formatter};

use serde::Deserialize;
use toml::Spanned;

use super::error::StorageError;
use super::guard::Guard;
use super::location::Kind;

/// Variables with this beginning are credentials: `COOKSHELF_STORAGE_S3_REGION`.
pub const VARIABLES: &str = "COOKSHELF_STORAGE_";
/// Larger files are no credentials.
pub const LARGEST: u64 = 1 << 20;

/// Every store with its keys.
const KEYS: [(Kind, &str, &[&str]); 4] = [
    (
        Kind::Azure,
        "azure",
        &[
            "account_name",
            "account_key",
            "sas_token",
            "bearer_token",
            "tenant_id",
            "client_id",
            "client_secret",
            "endpoint",
            "allow_http",
            "anonymous",
        ],
    ),
    (
        Kind::S3,
        "s3",
        &[
            "region",
            "access_key_id",
            "secret_access_key",
            "session_token",
            "endpoint",
            "allow_http",
            "virtual_hosted_style",
            "anonymous",
        ],
    ),
    (Kind::Gcs, "gcs", &["service_account", "service_account_key", "bearer_token", "endpoint", "anonymous"]),
    (Kind::Http, "http", &["bearer_token", "allow_http"]),
];

/// Whether keys that lie about on this machine may be used as well.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ambient {
    /// Only what was given.
    #[default]
    Refused,
    /// Also the stores' own environment variables, profile files and instance identities.
    Allowed,
}

/// Keys to object stores.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    /// Whether more than these keys may be used.
    pub ambient: Ambient,
    /// Decides which hosts of the web are reached; all when there is none.
    pub guard: Option<Guard>,
    given: BTreeMap<Kind, BTreeMap<&'static str, String>>,
}

type Sections = BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, Value>>;

#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Text(String),
    Truth(bool),
    Whole(i64),
}

impl Credentials {
    /// Reads the text of a credentials file; `path` is only for messages.
    pub fn read(text: &str, path: &str) -> Result<Self, StorageError> {
        let wrong = |at: Option<usize>, message: String| {
            let line = 1 + text.get(..at.unwrap_or(0)).unwrap_or(text).matches('\n').count();
            StorageError::Credentials { place: format!("{path}:{line}"), message }
        };
        // The parser's own words may quote the value at fault, and that may be a secret.
        let form =
            "this is no credentials file; write sections such as [s3] with lines such as region = \"…\"";
        let sections: Sections = toml::from_str(text)
            .map_err(|error| wrong(error.span().map(|span| span.start), form.to_owned()))?;
        let mut credentials = Self::default();
        for (section, keys) in sections {
            let at = |span: std::ops::Range<usize>| Some(span.start);
            let (kind, known) =
                known_section(section.get_ref()).map_err(|message| wrong(at(section.span()), message))?;
            for (key, value) in keys {
                let name = known_key(section.get_ref(), known, key.get_ref())
                    .map_err(|message| wrong(at(key.span()), message))?;
                credentials.given.entry(kind).or_default().insert(name, value.into_text());
            }
            credentials.given.entry(kind).or_default();
        }
        Ok(credentials)
    }

    /// Adds what our environment variables say. A section that is given already is left as it is, so that
    /// keys of two owners never mix.
    pub fn with_variables(
        mut self,
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, StorageError> {
        let mut found = Self::default();
        for (variable, value) in variables {
            let Some(rest) = variable.strip_prefix(VARIABLES) else { continue };
            let refuse = |message| StorageError::Credentials { place: variable.clone(), message };
            let rest = rest.to_ascii_lowercase();
            let (section, key) = rest.split_once('_').unwrap_or((&rest, ""));
            let (kind, known) = known_section(section).map_err(refuse)?;
            let name = known_key(section, known, key).map_err(refuse)?;
            found.given.entry(kind).or_default().insert(name, value);
        }
        for (kind, keys) in found.given {
            self.given.entry(kind).or_insert(keys);
        }
        Ok(self)
    }

    /// One value, unless it is empty.
    pub(super) fn get(&self, kind: Kind, key: &str) -> Option<&str> {
        self.given.get(&kind)?.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A switch; `None` when its value is neither `true` nor `false`.
    pub(super) fn switch(&self, kind: Kind, key: &str) -> Option<bool> {
        self.get(kind, key).map_or(Some(false), |value| value.to_ascii_lowercase().parse().ok())
    }

    /// Everything that must not be shown.
    pub(super) fn values(&self) -> impl Iterator<Item = &str> {
        let open = ["region", "endpoint", "account_name", "allow_http", "anonymous", "virtual_hosted_style"];
        let keys = self.given.values().flatten().filter(move |(key, _)| !open.contains(key));
        keys.map(|(_, value)| value.as_str())
    }
}

/// Every key that may be given, for the help.
pub fn known_keys() -> String {
    let section = |(_, name, keys): &(Kind, &str, &[&str])| format!("[{name}] {}", keys.join(", "));
    KEYS.iter().map(section).collect::<Vec<_>>().join("; ")
}

fn known_section(name: &str) -> Result<(Kind, &'static [&'static str]), String> {
    let found = KEYS.iter().find(|(_, section, _)| *section == name);
    let names = || KEYS.map(|(_, name, _)| name).join(", ");
    found
        .map(|(kind, _, keys)| (*kind, *keys))
        .ok_or_else(|| format!("unknown section {name}; sections are {}", names()))
}

fn known_key(section: &str, known: &[&'static str], key: &str) -> Result<&'static str, String> {
    let found = known.iter().find(|name| **name == key).copied();
    found.ok_or_else(|| format!("unknown key {key}; {section} has {}", known.join(", ")))
}

impl Value {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Truth(truth) => truth.to_string(),
            Self::Whole(number) => number.to_string(),
        }
    }
}

impl Debug for Credentials {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.given.iter().map(|(kind, keys)| (kind, keys.keys())).collect();
        f.debug_struct("Credentials").field("ambient", &self.ambient).field("given", &names).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_variables_are_read() {
        let text = "[s3]\nregion = \"eu\"\nallow_http = true\n\n[azure]\naccount_name = \"a\"\n";
        let variables = [
            ("COOKSHELF_STORAGE_S3_REGION", "us"),
            ("COOKSHELF_STORAGE_GCS_BEARER_TOKEN", "t"),
            ("PATH", "x"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let read =
            Credentials::read(text, "keys.toml").unwrap().with_variables(variables.into_iter()).unwrap();
        assert_eq!(
            (read.get(Kind::S3, "region"), read.switch(Kind::S3, "allow_http")),
            (Some("eu"), Some(true))
        );
        assert_eq!(
            (read.get(Kind::Azure, "account_name"), read.get(Kind::Azure, "endpoint")),
            (Some("a"), None)
        );
        assert_eq!(
            (read.get(Kind::Gcs, "bearer_token"), read.switch(Kind::Gcs, "anonymous")),
            (Some("t"), Some(false))
        );
    }

    #[test]
    fn faults_name_the_line_and_never_the_value() {
        let cases = [
            ("[s3]\nregion = \"hidden\"\nregoin = \"hidden\"\n", "keys.toml:3", "region"),
            ("\n[s4]\nregion = \"hidden\"\n", "keys.toml:2", "azure, s3, gcs, http"),
            ("[s3]\nregion = hidden\n", "keys.toml:2", "credentials file"),
            ("[s3]\nregion = [\"hidden\"]\n", "keys.toml:", "credentials file"),
            ("region = \"hidden\"\n", "keys.toml:1", "credentials file"),
        ];
        for (text, place, words) in cases {
            let error = Credentials::read(text, "keys.toml").unwrap_err();
            let all = format!("{error} {error:?}");
            assert!(all.starts_with(place) && all.contains(words) && !all.contains("hidden"), "{all}");
        }
        let variable = ("COOKSHELF_STORAGE_S3_KEY".to_owned(), "hidden".to_owned());
        let error = Credentials::default().with_variables([variable].into_iter()).unwrap_err().to_string();
        assert!(error.contains("COOKSHELF_STORAGE_S3_KEY") && !error.contains("hidden"), "{error}");
        let debug = format!("{:?}", Credentials::read("[s3]\nregion = \"hidden\"", "x").unwrap());
        assert!(debug.contains("region") && !debug.contains("hidden"), "{debug}");
    }
}
