//! Which files of a data folder belong to which entity.
//!
//! Files are those that `model.json` lists, or else those with the entity's name: in its own
//! folder, or beside `model.json`. Names match whatever their case. It opens no CSV file. The
//! files of an entity are sorted by path, so that a folder always reads in the same order.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::ContractError;
use super::model_json::Partition;

/// Folders deeper than this are not looked into.
const DEEPEST: usize = 16;

/// One CSV file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) path: PathBuf,
    /// Path under the data folder, with `/`; what the report shows.
    pub(super) shown: String,
    pub(super) header: Header,
    pub(super) delimiter: u8,
    pub(super) bytes: u64,
}

/// What is known about a first row of column names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Header {
    Declared,
    NotDeclared,
}

/// Everything in the folder that could be an entity's.
#[derive(Debug, Default)]
pub(super) struct Listing {
    root: PathBuf,
    /// Path of `model.json`, if there is one.
    pub(super) model: Option<PathBuf>,
    /// Folders directly under the root, sorted.
    folders: Vec<String>,
    /// Files directly under the root that end in `.csv`, sorted.
    files: Vec<String>,
}

/// Lists the top of a data folder.
pub(super) fn list(root: &Path) -> Result<Listing, ContractError> {
    if !root.is_dir() {
        return Err(ContractError::NoFolder { path: root.to_owned() });
    }
    let mut listing = Listing { root: root.to_owned(), ..Listing::default() };
    for name in names(root)? {
        let path = root.join(&name);
        if path.is_dir() {
            listing.folders.push(name);
        } else if name.eq_ignore_ascii_case("model.json") {
            listing.model.get_or_insert(path);
        } else if is_csv(&name) {
            listing.files.push(name);
        }
    }
    Ok(listing)
}

impl Listing {
    /// The files of an entity by name. `all` are the names of all entities: a file belongs to the
    /// longest name that it starts with.
    pub(super) fn find(&self, entity: &str, all: &[&str]) -> Result<Vec<Source>, ContractError> {
        let mut found = Vec::new();
        for folder in self.folders.iter().filter(|folder| folder.eq_ignore_ascii_case(entity)) {
            walk(&self.root.join(folder), folder, 1, &mut found)?;
        }
        for file in self.files.iter().filter(|file| owner(file, all) == Some(entity)) {
            found.extend(source(self.root.join(file), file.clone())?);
        }
        found.sort_by(|a, b| a.shown.cmp(&b.shown));
        Ok(found)
    }

    /// The file of a listed partition, or `None` when it is not in the folder.
    pub(super) fn locate(
        &self,
        partition: &Partition,
        location: &str,
    ) -> Result<Option<Source>, ContractError> {
        let parts = path_parts(location);
        for skip in 0..parts.len() {
            let shown = parts[skip..].join("/");
            let path = parts[skip..].iter().fold(self.root.clone(), |path, part| path.join(part));
            if !path.is_file() {
                continue;
            }
            let header = if partition.has_header() { Header::Declared } else { Header::NotDeclared };
            let settings = |source| Source { header, delimiter: partition.delimiter(), ..source };
            return Ok(source(path, shown)?.map(settings));
        }
        Ok(None)
    }

    /// Names of folders and CSV files at the top that belong to none of `entities`.
    pub(super) fn others(&self, entities: &[&str]) -> (Vec<&str>, Vec<&str>) {
        let known = |folder: &&str| entities.iter().any(|entity| entity.eq_ignore_ascii_case(folder));
        let folders = self.folders.iter().map(String::as_str).filter(|folder| !known(folder)).collect();
        let files = self.files.iter().map(String::as_str).filter(|file| owner(file, entities).is_none());
        (folders, files.collect())
    }
}

/// A location without its query, which may hold a key.
pub(super) fn without_query(location: &str) -> &str {
    location.split(['?', '#']).next().unwrap_or_default()
}

/// The parts of the path of an address. None when it tries to leave the folder.
fn path_parts(location: &str) -> Vec<String> {
    let path = without_query(location);
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    let parts: Vec<_> =
        path.split(['/', '\\']).map(percent_decoded).filter(|part| !part.is_empty()).collect();
    let outside = |part: &String| part == ".." || part == "." || part.contains(['/', '\\', '\0', ':']);
    // The host of an address may hold a port; it is never part of a path under the root.
    let start = parts.iter().rposition(outside).map_or(0, |at| at + 1);
    let leaves = parts.iter().any(|part| part == "..");
    if leaves { Vec::new() } else { parts[start..].to_vec() }
}

fn percent_decoded(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let pair = after.first_chunk::<2>().and_then(|pair| std::str::from_utf8(pair).ok());
        match (byte, pair.and_then(|pair| u8::from_str_radix(pair, 16).ok())) {
            (b'%', Some(decoded)) => {
                bytes.push(decoded);
                rest = &after[2..];
            }
            _ => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The entity with the longest name that a file name starts with.
fn owner<'a>(file: &str, entities: &[&'a str]) -> Option<&'a str> {
    let starts =
        |entity: &&&str| file.get(..entity.len()).is_some_and(|start| start.eq_ignore_ascii_case(entity));
    entities.iter().filter(starts).max_by_key(|entity| entity.len()).copied()
}

/// Adds the CSV files below a folder. Folders that are links are not followed below the top.
fn walk(folder: &Path, shown: &str, depth: usize, found: &mut Vec<Source>) -> Result<(), ContractError> {
    for name in names(folder)? {
        let (path, shown) = (folder.join(&name), format!("{shown}/{name}"));
        if path.is_dir() {
            if depth < DEEPEST && !path.is_symlink() {
                walk(&path, &shown, depth + 1, found)?;
            }
        } else if is_csv(&name) {
            found.extend(source(path, shown)?);
        }
    }
    Ok(())
}

/// One file, or `None` for what is no regular file (reading a pipe would wait for ever).
fn source(path: PathBuf, shown: String) -> Result<Option<Source>, ContractError> {
    let unreadable = |source| ContractError::Unreadable { path: path.clone(), source };
    let about = fs::metadata(&path).map_err(unreadable)?;
    let bytes = about.len();
    Ok(about.is_file().then_some(Source { path, shown, header: Header::NotDeclared, delimiter: b',', bytes }))
}

fn is_csv(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"))
}

/// Names in a folder, sorted, without those that writers keep for themselves (`.x`, `_x`).
fn names(folder: &Path) -> Result<Vec<String>, ContractError> {
    let unreadable = |source| ContractError::Unreadable { path: folder.to_owned(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        // A name that is not UTF-8 cannot be an entity's, nor be shown.
        if let Ok(name) = entry.map_err(unreadable)?.file_name().into_string()
            && !name.starts_with(['.', '_'])
        {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for file in files {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x\n").unwrap();
        }
        root
    }

    fn shown(sources: &[Source]) -> Vec<&str> {
        sources.iter().map(|source| source.shown.as_str()).collect()
    }

    #[test]
    fn files_are_found_by_name_in_every_place() {
        let root = folder(&[
            "model.json",
            "reco_a/2.CSV",
            "reco_a/deep/er/1.csv",
            "reco_a/note.txt",
            "reco_a/_SUCCESS.csv",
            "reco_a/.x.csv",
            "Reco_A.csv",
            "RECO_A_2024.csv",
            "Reco_AB.csv",
            "Reco_C/1.csv",
            "stray.csv",
            "img/1.png",
        ]);
        let listing = list(root.path()).unwrap();
        let all = ["Reco_A", "Reco_AB"];
        let expected = ["RECO_A_2024.csv", "Reco_A.csv", "reco_a/2.CSV", "reco_a/deep/er/1.csv"];
        assert_eq!(shown(&listing.find("Reco_A", &all).unwrap()), expected);
        assert_eq!(shown(&listing.find("Reco_AB", &all).unwrap()), ["Reco_AB.csv"]);
        assert_eq!(listing.others(&all), (vec!["Reco_C", "img"], vec!["stray.csv"]));
        assert_eq!(listing.model, Some(root.path().join("model.json")));
    }

    #[test]
    fn locations_are_mapped_onto_the_folder() {
        let root = folder(&["Reco_A/part 1.csv", "b.csv"]);
        let listing = list(root.path()).unwrap();
        let cases = [
            (
                "https://a.blob.core.windows.net/container/root/Reco_A/part%201.csv?sig=key",
                Some("Reco_A/part 1.csv"),
            ),
            ("https://localhost:10000/c/Reco_A/part 1.csv", Some("Reco_A/part 1.csv")),
            ("Reco_A/part 1.csv", Some("Reco_A/part 1.csv")),
            ("C:\\data\\b.csv", Some("b.csv")),
            ("https://x/c/../b.csv", None),
            ("https://x/c/%2e%2e/b.csv", None),
            ("https://x/missing.csv", None),
            ("", None),
        ];
        for (location, expected) in cases {
            let found = listing.locate(&Partition::default(), location).unwrap();
            assert_eq!(found.map(|source| source.shown).as_deref(), expected, "{location}");
        }
    }

    #[test]
    fn a_missing_folder_is_named() {
        let root = folder(&["file"]);
        for path in [root.path().join("missing"), root.path().join("file")] {
            let error = list(&path).unwrap_err().to_string();
            assert!(error.contains("looked for") && error.contains(path.to_str().unwrap()), "{error}");
        }
    }
}
