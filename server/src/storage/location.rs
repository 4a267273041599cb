//! Addresses of folders: which store, which container, which folder in it.
//!
//! Reads text and opens nothing. What is shown of an address never holds a password or a signature.

use std::path::PathBuf;

use url::Url;

use super::error::StorageError;

/// Where a folder is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Location {
    Disk(PathBuf),
    Remote(Place),
}

/// A folder of an object store or a web server.
#[derive(PartialEq, Eq)]
pub(super) struct Place {
    pub(super) kind: Kind,
    /// Bucket or container; the address of the root for a web server.
    pub(super) container: String,
    /// The Azure account, when the address names it.
    pub(super) account: Option<String>,
    /// A signature that stood in the address.
    pub(super) sas: Option<String>,
    /// Path of the folder in the container, without slashes at its ends.
    pub(super) prefix: String,
    /// The address for people.
    pub(super) shown: String,
}

/// Stores that are spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Azure,
    S3,
    Gcs,
    Http,
}

const AZURE_HOSTS: [&str; 2] = [".blob.core.windows.net", ".dfs.core.windows.net"];
const FORMS: &str = "give a path, s3://bucket/folder, gs://bucket/folder, az://container/folder, \
                     abfss://container@account.dfs.core.windows.net/folder or https://host/folder";

impl Location {
    /// Understands an address; anything without `://` is a path of this machine.
    pub(super) fn parse(text: &str) -> Result<Self, StorageError> {
        let Some((scheme, rest)) = text.split_once("://") else {
            return Ok(Self::Disk(PathBuf::from(text)));
        };
        let refuse =
            |message: &str| StorageError::Location { location: bare(text), message: message.to_owned() };
        let scheme = scheme.to_ascii_lowercase();
        if scheme == "file" {
            let path = Url::parse(text).ok().and_then(|url| url.to_file_path().ok());
            return path
                .map(Self::Disk)
                .ok_or_else(|| refuse("a file address needs a whole path, file:///path"));
        }
        let place = match scheme.as_str() {
            "s3" | "s3a" => bucket(Kind::S3, rest),
            "gs" => bucket(Kind::Gcs, rest),
            "az" | "abfs" | "abfss" => container(rest),
            "https" | "http" => web(text),
            _ => Err(FORMS),
        };
        let shown = bare(text).trim_end_matches('/').to_owned();
        place.map(|place| Self::Remote(Place { shown, ..place })).map_err(refuse)
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown)
    }
}

/// An address without query, fragment and password; what is left may be shown.
pub(super) fn bare(text: &str) -> String {
    let text = text.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let authority = match authority.rsplit_once('@') {
        // `container@account…` is a name; with a colon, or on a web server, it is a login.
        Some((login, host)) if login.contains(':') || scheme.starts_with("http") => host,
        _ => authority,
    };
    format!("{scheme}://{authority}{path}")
}

fn place(kind: Kind, container: &str, prefix: &str) -> Place {
    Place {
        kind,
        container: container.to_owned(),
        account: None,
        sas: None,
        prefix: prefix.trim_matches('/').to_owned(),
        shown: String::new(),
    }
}

fn bucket(kind: Kind, rest: &str) -> Result<Place, &'static str> {
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    if bucket.is_empty() || bucket.contains(['@', ':', '?', '#']) {
        return Err("the name of a bucket belongs after ://; keys belong into the file of --credentials");
    }
    folder(prefix).map(|prefix| place(kind, bucket, prefix))
}

/// `container/folder` or `container@account.dfs.core.windows.net/folder`.
fn container(rest: &str) -> Result<Place, &'static str> {
    let (authority, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let (container, account) = match authority.split_once('@') {
        Some((container, host)) => {
            (container, Some(azure_account(host).ok_or("the account's host is not Azure's")?))
        }
        None => (authority, None),
    };
    if container.is_empty() || container.contains([':', '?', '#', '.']) {
        return Err("the name of a container belongs after ://; keys belong into the file of --credentials");
    }
    let place = place(Kind::Azure, container, folder(prefix)?);
    Ok(Place { account: account.map(str::to_owned), ..place })
}

/// Keys of objects are taken as they are, so nothing may hide behind a query.
fn folder(prefix: &str) -> Result<&str, &'static str> {
    match prefix.contains(['?', '#']) {
        true => Err("a query has no meaning here; keys belong into the file of --credentials"),
        false => Ok(prefix),
    }
}

fn azure_account(host: &str) -> Option<&str> {
    let account = AZURE_HOSTS.iter().find_map(|end| host.strip_suffix(end))?;
    (!account.is_empty() && !account.contains(['.', ':'])).then_some(account)
}

fn web(text: &str) -> Result<Place, &'static str> {
    let url = Url::parse(text).map_err(|_| "the address is not well formed")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("a login does not belong into an address; use bearer_token in the file of --credentials");
    }
    let path = object_store::path::Path::from_url_path(url.path());
    let path = path.map_err(|_| "the path of the address is not well formed")?.to_string();
    match url.host_str().and_then(azure_account) {
        Some(account) => {
            let (container, prefix) = path.split_once('/').unwrap_or((&path, ""));
            if container.is_empty() {
                return Err("the name of a container belongs after the host");
            }
            let (account, sas) = (Some(account.to_owned()), url.query().map(str::to_owned));
            Ok(Place { account, sas, ..place(Kind::Azure, container, prefix) })
        }
        None if url.query().is_some() => Err("a query has no meaning here; files are read below the address"),
        None => Ok(place(Kind::Http, bare(text).trim_end_matches('/'), "")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (Kind, String, Option<String>, String, String) {
        match Location::parse(text) {
            Ok(Location::Remote(at)) => (at.kind, at.container, at.account, at.prefix, at.shown),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn addresses_name_store_container_and_folder() {
        let some = |text: &str| Some(text.to_owned());
        let azure = "https://acc.blob.core.windows.net";
        let cases = [
            ("s3://b/p/q/", Kind::S3, "b", None, "p/q", "s3://b/p/q"),
            ("gs://b", Kind::Gcs, "b", None, "", "gs://b"),
            ("az://c/root 1", Kind::Azure, "c", None, "root 1", "az://c/root 1"),
            (
                "abfss://c@acc.dfs.core.windows.net/p",
                Kind::Azure,
                "c",
                some("acc"),
                "p",
                "abfss://c@acc.dfs.core.windows.net/p",
            ),
            (
                &format!("{azure}/c/a%20b?sv=1&sig=x"),
                Kind::Azure,
                "c",
                some("acc"),
                "a b",
                &format!("{azure}/c/a%20b"),
            ),
            (
                "https://shop.example/data/",
                Kind::Http,
                "https://shop.example/data",
                None,
                "",
                "https://shop.example/data",
            ),
        ];
        for (text, kind, container, account, prefix, shown) in cases {
            let expected = (kind, container.to_owned(), account, prefix.to_owned(), shown.to_owned());
            assert_eq!(parsed(text), expected, "{text}");
        }
        let disk = |path: &str| Location::Disk(PathBuf::from(path));
        assert_eq!(Location::parse("some/folder").unwrap(), disk("some/folder"));
        assert_eq!(Location::parse("file:///a%20b/c").unwrap(), disk("/a b/c"));
    }

    #[test]
    fn secrets_of_an_address_are_never_shown() {
        let texts = [
            "https://u:hidden@shop.example/x",
            "https://hidden@shop.example/x",
            "https://shop.example/x?sig=hidden",
            "s3://key:hidden@bucket/x",
            "s3://bucket/x?secret=hidden",
            "az://c:hidden@acc.dfs.core.windows.net/x",
            "ftp://u:hidden@host/x",
        ];
        for text in texts {
            let error = Location::parse(text).unwrap_err();
            let all = format!("{error} {error:?}");
            assert!(!all.contains("hidden") && all.contains("/x"), "{all}");
        }
        let signed = Location::parse("https://a.blob.core.windows.net/c/r?sv=2&sig=hidden").unwrap();
        assert!(!format!("{signed:?}").contains("hidden"), "{signed:?}");
    }
}
