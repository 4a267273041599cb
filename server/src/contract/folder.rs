//! Which files of a data folder belong to which entity.
//!
//! Files are those that `model.json` lists, or else those with the entity's name: in its own
//! folder, or beside `model.json`. Names match whatever their case. It opens no file. The files of
//! an entity are sorted by path, so that a folder always reads in the same order.

use super::error::ContractError;
use super::form::Form;
use super::model_json::Partition;
use crate::storage::{Entry, Storage, Top};

/// One file with rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    /// Path under the data folder, with `/`; what the report shows.
    pub(super) shown: String,
    pub(super) form: Form,
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
#[derive(Debug)]
pub(super) struct Listing<'s> {
    pub(super) storage: &'s Storage,
    /// Path of `model.json`, if there is one.
    pub(super) model: Option<String>,
    top: Top,
}

/// Lists the top of a data folder.
pub(super) fn list(storage: &Storage) -> Result<Listing<'_>, ContractError> {
    let mut top = storage.top()?;
    let is_model = |file: &Entry| file.path.eq_ignore_ascii_case("model.json");
    let model = top.files.iter().find(|file| is_model(file)).map(|file| file.path.clone());
    top.files.retain(|file| Form::of_name(&file.path).is_some());
    Ok(Listing { storage, model, top })
}

impl Listing<'_> {
    /// The files of an entity by name. `all` are the names of all entities: a file belongs to the
    /// longest name that it starts with.
    pub(super) fn find(&self, entity: &str, all: &[&str]) -> Result<Vec<Source>, ContractError> {
        let mut found = Vec::new();
        for folder in self.top.folders.iter().filter(|folder| folder.eq_ignore_ascii_case(entity)) {
            found.extend(self.storage.below(folder)?.into_iter().filter_map(source));
        }
        let here = self.top.files.iter().filter(|file| owner(&file.path, all) == Some(entity));
        found.extend(here.cloned().filter_map(source));
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
            let Some(entry) = self.storage.find(&parts[skip..].join("/"))? else { continue };
            let header = if partition.has_header() { Header::Declared } else { Header::NotDeclared };
            let form = Form::of_name(&entry.path).unwrap_or(Form::CSV);
            return Ok(Some(Source { header, delimiter: partition.delimiter(), ..Source::new(entry, form) }));
        }
        Ok(None)
    }

    /// Names of folders and files at the top that belong to none of `entities`.
    pub(super) fn others(&self, entities: &[&str]) -> (Vec<&str>, Vec<&str>) {
        let known = |folder: &&str| entities.iter().any(|entity| entity.eq_ignore_ascii_case(folder));
        let folders = self.top.folders.iter().map(String::as_str).filter(|folder| !known(folder)).collect();
        let files = self.top.files.iter().map(|file| file.path.as_str());
        (folders, files.filter(|file| owner(file, entities).is_none()).collect())
    }
}

impl Source {
    /// A file of a known form, as long as nothing more is known about it.
    pub(super) fn new(entry: Entry, form: Form) -> Self {
        Source { shown: entry.path, form, header: Header::NotDeclared, delimiter: b',', bytes: entry.bytes }
    }
}

/// A file that is read, or `None` for one that no reader knows.
fn source(entry: Entry) -> Option<Source> {
    let form = Form::of_name(&entry.path)?;
    Some(Source::new(entry, form))
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

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
        let storage = Storage::disk(root.path()).unwrap();
        let listing = list(&storage).unwrap();
        let all = ["Reco_A", "Reco_AB"];
        let expected = ["RECO_A_2024.csv", "Reco_A.csv", "reco_a/2.CSV", "reco_a/deep/er/1.csv"];
        assert_eq!(shown(&listing.find("Reco_A", &all).unwrap()), expected);
        assert_eq!(shown(&listing.find("Reco_AB", &all).unwrap()), ["Reco_AB.csv"]);
        assert_eq!(listing.others(&all), (vec!["Reco_C", "img"], vec!["stray.csv"]));
        assert_eq!(listing.model.as_deref(), Some("model.json"));
    }

    #[test]
    fn locations_are_mapped_onto_the_folder() {
        let root = folder(&["Reco_A/part 1.csv", "b.csv"]);
        let storage = Storage::disk(root.path()).unwrap();
        let listing = list(&storage).unwrap();
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
}
