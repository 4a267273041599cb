//! The built storefront, from memory: read once at start, never again.
//!
//! Hidden files and symbolic links are not served. Invariant: a request's path is looked up
//! among the files found at start and is never joined to a folder.

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::ServeError;
use super::asset::{Asset, Offer, sha256};
use super::content::Slab;
use super::notice::{Notice, Notices};

/// The page served for a folder.
const START_PAGE: &str = "index.html";

/// Media types by the end of a file's name. Unknown ends are offered as plain bytes.
const MEDIA: &[(&str, &str)] = &[
    ("avif", "image/avif"),
    ("css", "text/css; charset=utf-8"),
    ("gif", "image/gif"),
    ("htm", "text/html; charset=utf-8"),
    ("html", "text/html; charset=utf-8"),
    ("ico", "image/x-icon"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("map", "application/json"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("webmanifest", "application/manifest+json"),
    ("webp", "image/webp"),
    ("woff2", "font/woff2"),
    ("xml", "application/xml"),
];

/// The files of the shop by path, without a first slash. The default shop is empty.
#[derive(Debug, Default)]
pub(super) struct Shop {
    files: FxHashMap<String, Asset>,
}

impl Shop {
    /// Reads and compresses every file below `folder`.
    pub(super) fn load(folder: &Path, notices: &Notices) -> Result<Shop, ServeError> {
        let mut found = Vec::new();
        find(folder, "", &mut found, notices)?;
        if !found.iter().any(|(address, _)| address == START_PAGE) {
            return Err(ServeError::NoStartPage { path: folder.join(START_PAGE) });
        }
        let slab = Slab::new();
        let read = |(address, path): (String, PathBuf)| match fs::read(&path) {
            Ok(bytes) => {
                let digest = sha256(&bytes);
                let asset = Asset::new(Bytes::from(bytes), &digest, offer(&address), &slab);
                Ok((address, asset))
            }
            Err(source) => Err(ServeError::Read { path, source }),
        };
        let files = found.into_par_iter().with_max_len(1).map(read).collect::<Result<_, _>>()?;
        Ok(Shop { files })
    }

    /// The file at a request's path; a folder's start page when the path ends with a slash.
    pub(super) fn file(&self, path: &str) -> Option<&Asset> {
        if path.is_empty() || path.ends_with('/') {
            return self.files.get(&format!("{}{START_PAGE}", decoded(path)?));
        }
        if path.contains('%') { self.files.get(&decoded(path)?) } else { self.files.get(path) }
    }
}

fn find(
    folder: &Path,
    prefix: &str,
    found: &mut Vec<(String, PathBuf)>,
    notices: &Notices,
) -> Result<(), ServeError> {
    let read = |source| ServeError::Read { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(read)? {
        let entry = entry.map_err(read)?;
        let (name, path) = (entry.file_name(), entry.path());
        let kind = entry.file_type().map_err(read)?;
        match name.to_str() {
            Some(hidden) if hidden.starts_with('.') => {}
            Some(name) if kind.is_dir() => find(&path, &format!("{prefix}{name}/"), found, notices)?,
            Some(name) if kind.is_file() => found.push((format!("{prefix}{name}"), path)),
            _ => notices.tell(&Notice::ShopFileSkipped { path }),
        }
    }
    Ok(())
}

/// Undoes percent-encoding; `None` when it is broken or not UTF-8.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first == b'%' {
            let (digits, after) = rest.split_at_checked(2)?;
            let digits = std::str::from_utf8(digits).ok().filter(|text| !text.starts_with('+'))?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = after;
        } else {
            bytes.push(first);
        }
    }
    String::from_utf8(bytes).ok()
}

fn offer(address: &str) -> Offer {
    let name = address.rsplit('/').next().unwrap_or(address);
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, ""));
    let media = MEDIA.iter().find(|(known, _)| end.eq_ignore_ascii_case(known));
    let media = media.map_or("application/octet-stream", |(_, media)| media);
    Offer::Shop { media, keep: keep(stem, media), policy: policy(stem, media) }
}

/// The shop's pages: its own scripts, styles, pictures and models, nothing else.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data: blob:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";
/// The worker that makes lists: it may compute, and nothing else. No request can leave it.
const AIRLOCK_POLICY: &str = "default-src 'none'; script-src 'wasm-unsafe-eval'";

/// A script called `airlock.js`, or `airlock.<hash>.js`, is the package's worker under that name.
fn policy(stem: &str, media: &str) -> Option<&'static str> {
    let airlock = media.starts_with("text/javascript") && stem.split(['.', '-']).next() == Some("airlock");
    match () {
        () if media.starts_with("text/html") => Some(PAGE_POLICY),
        () if airlock => Some(AIRLOCK_POLICY),
        () => None,
    }
}

/// Pages, data and code whose name does not change with their content are checked each time;
/// pictures and fonts may be a few minutes old.
fn keep(stem: &str, media: &str) -> &'static str {
    let page = media.starts_with("text/html") || media == "application/json";
    if !page && names_content(stem) {
        "public, max-age=31536000, immutable"
    } else if media.starts_with("image/") || media.starts_with("font/") {
        "public, max-age=300"
    } else {
        "no-cache"
    }
}

/// True for names such as `app-1f00b3c9` and `app.DWq7_2Ka`: the last part is a build tool's content hash.
/// Words and dates are not taken for one, since a wrong guess would be kept for a year.
fn names_content(stem: &str) -> bool {
    let Some(at) = stem.rfind(['-', '.']) else { return false };
    let part = &stem[at + 1..];
    let has = |test: fn(&u8) -> bool| part.as_bytes().iter().any(test);
    let all = |test: fn(&u8) -> bool| part.as_bytes().iter().all(test);
    let (lower, upper, digit) =
        (has(u8::is_ascii_lowercase), has(u8::is_ascii_uppercase), has(u8::is_ascii_digit));
    let hexadecimal = part.len() >= 8 && all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let short = part.len() == 8 && all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    digit && ((hexadecimal && lower) || (short && upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_content_hashes_are_kept_for_ever() {
        let cases = [
            ("app-1f00b3c9", true),
            ("app.1f00b3c9a4e5d6f7", true),
            ("index-DWq7x2Ka", true),
            ("chunk-7SKE3FHA", true),
            ("app", false),
            ("app-12345678", false),
            ("app-deadbeef", false),
            ("hero-catalog1", false),
            ("hero-CATALOGS", false),
            ("report-20261121", false),
            ("1f00b3c9", false),
        ];
        for (stem, expected) in cases {
            assert_eq!(names_content(stem), expected, "{stem}");
        }
    }

    #[test]
    fn percent_encoding_is_undone_or_refused() {
        let cases = [
            ("a%20b", Some("a b")),
            ("%C3%A9", Some("é")),
            ("%2e%2E/", Some("../")),
            ("%", None),
            ("%4", None),
            ("%+4", None),
            ("%zz", None),
            ("%ff", None),
        ];
        for (path, expected) in cases {
            assert_eq!(decoded(path).as_deref(), expected, "{path}");
        }
    }
}
