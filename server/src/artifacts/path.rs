//! Where each artifact lies: the only place that puts such paths together.
//!
//! ```text
//! accounts/ACCOUNT/b/1/HASH[.br|.zstd]            blobs, shared by all models of an account
//! accounts/ACCOUNT/b/1/HASH-HASH                 what makes the first out of the second
//! accounts/ACCOUNT/models/ID/model.shelf          a model in one file
//! accounts/ACCOUNT/models/ID/report.json          how it was cooked
//! accounts/ACCOUNT/modelings/NAME/logs/…          error logs and status reports
//! accounts/ACCOUNT/activity/DAY-NUMBER.jsonl      the audit of a day, up to a record
//! manifests/ACCOUNT/ENDPOINT.json                 what an endpoint serves now
//! live/ACCOUNT/MODELING/ID.jsonl                  rows that arrived live; apart, so that what nobody names can be found
//! ```
//!
//! Invariant: parts are names and hexadecimal digits, so that no path can leave the place.

use std::fmt::{self, Display, Formatter};

use cookshelf_core::MAJOR;

use crate::coding::Coding;
use crate::publish::{Name, Piece, hex};

/// A path below the place of all artifacts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ArtifactPath(String);

impl ArtifactPath {
    /// One coding of a blob.
    pub fn blob(account: &str, name: &Name, coding: Coding) -> Self {
        let end = coding.name().map_or(String::new(), |coding| format!(".{coding}"));
        Self(format!("accounts/{account}/b/{MAJOR}/{}{end}", hex(name)))
    }

    /// What makes a blob out of an earlier one.
    pub fn patch(account: &str, piece: &Piece) -> Self {
        Self(format!("accounts/{account}/b/{MAJOR}/{piece}"))
    }

    /// All blobs of an account.
    pub fn blobs(account: &str) -> Self {
        Self(format!("accounts/{account}/b"))
    }

    /// Everything of an account but manifests and rows.
    pub fn account(account: &str) -> Self {
        Self(format!("accounts/{account}"))
    }

    /// A model in one file.
    pub fn bundle(account: &str, model: &str) -> Self {
        Self(format!("accounts/{account}/models/{model}/model.shelf"))
    }

    /// How a model was cooked.
    pub fn report(account: &str, model: &str) -> Self {
        Self(format!("accounts/{account}/models/{model}/report.json"))
    }

    /// A file of a modeling's logs.
    pub fn log(account: &str, modeling: &str, file: &str) -> Self {
        Self(format!("accounts/{account}/modelings/{modeling}/logs/{file}"))
    }

    /// The audit of a day, up to a record.
    pub fn activity_file(account: &str, day: &str, last: i64) -> Self {
        Self(format!("accounts/{account}/activity/{day}-{last}.jsonl"))
    }

    /// All files of the audit of an account.
    pub fn activities(account: &str) -> Self {
        Self(format!("accounts/{account}/activity"))
    }

    /// The last record in a file of the audit.
    pub fn activity(&self) -> Option<i64> {
        let parts: Vec<&str> = self.0.split('/').collect();
        match parts[..] {
            ["accounts", _, "activity", file] => file.strip_suffix(".jsonl")?.get(11..)?.parse().ok(),
            _ => None,
        }
    }

    /// What an endpoint serves.
    pub fn manifest(account: &str, endpoint: &str) -> Self {
        Self(format!("manifests/{account}/{endpoint}.json"))
    }

    /// What all endpoints serve.
    pub fn manifests() -> Self {
        Self("manifests".to_owned())
    }

    /// Rows that arrived live.
    pub fn rows(account: &str, modeling: &str, segment: &str) -> Self {
        Self(format!("live/{account}/{modeling}/{segment}.jsonl"))
    }

    /// All rows that arrived live.
    pub fn all_rows() -> Self {
        Self("live".to_owned())
    }

    /// The account and the id of a file of rows.
    pub fn segment(&self) -> Option<(&str, &str)> {
        let parts: Vec<&str> = self.0.strip_prefix("live/")?.strip_suffix(".jsonl")?.split('/').collect();
        match parts[..] {
            [account, _, segment] => Some((account, segment)),
            _ => None,
        }
    }

    /// The moment, as `20261122T181322Z`, that the name of a log begins with.
    pub fn logged(&self) -> Option<&str> {
        let parts: Vec<&str> = self.0.split('/').collect();
        match parts[..] {
            ["accounts", _, "modelings", _, "logs", "StatusReport" | "ErrorLogs", cook, ..] => cook.get(..16),
            _ => None,
        }
    }

    /// A path out of a copy of a store, when it is one that is written here.
    pub fn copied(text: &str) -> Option<Self> {
        let plain = |part: &str| {
            let bytes = part.bytes();
            !part.starts_with('.')
                && bytes.len() > 0
                && part.len() <= 200
                && bytes.into_iter().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        };
        let ours = text.starts_with("accounts/") || text.starts_with("live/");
        (ours && text.split('/').all(plain)).then(|| Self(text.to_owned()))
    }

    /// Everything of all accounts but manifests and rows.
    pub fn all_accounts() -> Self {
        Self("accounts".to_owned())
    }

    /// A path that the store itself named.
    pub(super) fn listed(path: String) -> Self {
        Self(path)
    }

    /// Account and endpoint of a manifest.
    pub fn endpoint(&self) -> Option<(&str, &str)> {
        self.0.strip_prefix("manifests/")?.strip_suffix(".json")?.split_once('/')
    }

    /// The path as the store knows it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Display for ArtifactPath {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
