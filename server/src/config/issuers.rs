//! The file of identity providers: whose tokens are taken, and what they grant.
//!
//! ```toml
//! [[issuer]]
//! issuer = "https://login.example/tenant/v2.0"
//! keys = "https://login.example/tenant/discovery/v2.0/keys"
//! audiences = ["api://cookshelf"]
//! grants = [
//!   { role = "Cookshelf.Operators", grant = "admin on *" },
//!   { subject = "5f0c…", grant = "writer on acme" },
//! ]
//! ```
//!
//! Reads and checks its form, and asks nobody. Invariant: a key that is not known here is refused, so that a
//! misspelt `clients` never means "all of them".

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::{ConfigError, Origin};
use crate::access::{GrantRule, Holder, IssuerParams};

/// A provider, and where its keys are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerEntry {
    /// Whose tokens are taken, and for what.
    pub params: IssuerParams,
    /// Address of its keys.
    pub keys: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    issuer: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    issuer: String,
    keys: String,
    audiences: Vec<String>,
    tenant: Option<String>,
    #[serde(default)]
    clients: Vec<String>,
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(default)]
    grants: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    role: Option<String>,
    subject: Option<String>,
    grant: String,
}

/// The providers of a file.
pub fn read_issuers(text: &str, path: &Path) -> Result<Vec<IssuerEntry>, ConfigError> {
    let wrong = |at: usize, message: String| {
        let line = 1 + text.get(..at).unwrap_or(text).matches('\n').count();
        ConfigError { origin: Origin::File(path.display().to_string(), line), message }
    };
    let file: File = toml::from_str(text)
        .map_err(|error| wrong(error.span().map_or(0, |span| span.start), error.message().to_owned()))?;
    let mut entries: Vec<IssuerEntry> = Vec::new();
    for entry in file.issuer {
        let at = entry.span().start;
        let entry = checked(entry.into_inner()).map_err(|message| wrong(at, message))?;
        if entries.iter().any(|other| other.params.issuer == entry.params.issuer) {
            return Err(wrong(at, format!("`{}` stands here twice", entry.params.issuer)));
        }
        entries.push(entry);
    }
    Ok(entries)
}

fn checked(entry: Entry) -> Result<IssuerEntry, String> {
    let Entry { issuer, keys, audiences, tenant, clients, scopes, grants } = entry;
    if issuer.is_empty() || audiences.is_empty() {
        return Err(
            "an issuer has a name and at least one audience, the name of this service there".to_owned()
        );
    }
    let grants = grants.into_iter().map(|rule| {
        let to = match (rule.role, rule.subject) {
            (Some(role), None) => Holder::Role(role),
            (None, Some(subject)) => Holder::Subject(subject),
            _ => return Err(format!("`{}` is granted to a `role` or to a `subject`", rule.grant)),
        };
        let grant = rule.grant.parse().map_err(|error: crate::access::AccessError| error.to_string())?;
        Ok(GrantRule { to, grant })
    });
    let grants = grants.collect::<Result<_, String>>()?;
    Ok(IssuerEntry { params: IssuerParams { issuer, audiences, tenant, clients, scopes, grants }, keys })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[[issuer]]\nissuer = 'https://login.example/'\nkeys = 'https://login.example/keys'\n\
                        audiences = ['api']\ngrants = [{ role = 'Cooks', grant = 'writer on acme' }]\n";

    #[test]
    fn a_good_file_is_read() {
        let read = read_issuers(GOOD, Path::new("issuers.toml")).unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].params.grants[0].to, Holder::Role("Cooks".to_owned()));
        assert_eq!(read_issuers("", Path::new("x")).unwrap(), []);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let cases = [
            (GOOD.replace("audiences", "audience"), "issuers.toml:"),
            (GOOD.replace("['api']", "[]"), "issuers.toml:1: an issuer has"),
            (GOOD.replace("role =", "subject = 'a', role ="), "to a `role` or to a `subject`"),
            (GOOD.replace("writer on", "cook on"), "reader, writer, admin"),
            (format!("{GOOD}{GOOD}"), "issuers.toml:6: `https://login.example/` stands here twice"),
        ];
        for (text, words) in cases {
            let error = read_issuers(&text, Path::new("issuers.toml")).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
