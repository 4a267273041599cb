//! The files of the repository, as the rules see them.
//!
//! Left out: version control, and what builds and installs put into the clone.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders that are made, not written.
const MADE: [&str; 5] = [".git", "target", "node_modules", "dist", "test-results"];
/// As above, but only at these paths.
const MADE_AT: [&str; 5] =
    ["wasm/npm/pkg", "wasm/npm/pkg-rich", "wasm/npm/build", "core/fuzz/corpus", "core/fuzz/artifacts"];

/// One file.
pub(crate) struct File {
    /// From the root of the repository, with `/`.
    pub(crate) path: String,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
}

/// All files, sorted by path.
pub(crate) struct Tree {
    pub(crate) files: Vec<File>,
}

/// A place where a rule is broken.
pub(crate) struct Breach {
    pub(crate) path: String,
    /// From 1; 0 when the whole file is meant.
    pub(crate) line: usize,
    pub(crate) text: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.path, self.line, self.text)
    }
}

impl File {
    /// The text, when it is text.
    pub(crate) fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok()
    }

    /// What follows the last dot of the name.
    pub(crate) fn extension(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// Lies in a folder of tests, or is named as one.
    pub(crate) fn is_test(&self) -> bool {
        let mut folders = self.path.split('/');
        let name = folders.next_back().unwrap_or_default();
        folders.any(|folder| folder == "tests" || folder == "test") || name.contains(".test.")
    }

    pub(crate) fn breach(&self, line: usize, text: impl Into<String>) -> Breach {
        Breach { path: self.path.clone(), line, text: text.into() }
    }
}

impl Tree {
    /// The repository that this test was built from.
    pub(crate) fn of_repository() -> Self {
        // At run time first: clones can share one build folder.
        let here =
            std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
        let root = Path::new(&here).parent().expect("tests is a folder of the repository").to_owned();
        let mut paths = Vec::new();
        collect(&root, &root, &mut paths);
        paths.sort();
        let read = |path: PathBuf| File {
            path: relative(&root, &path),
            bytes: fs::read(&path).expect("a file just listed can be read"),
        };
        Self { files: paths.into_iter().map(read).collect() }
    }

    /// A made-up repository.
    pub(crate) fn of_sample(sample: &[(&str, &str)]) -> Self {
        let file =
            |(path, text): &(&str, &str)| File { path: (*path).to_owned(), bytes: text.as_bytes().to_vec() };
        Self { files: sample.iter().map(file).collect() }
    }

    /// Files below one of `folders` with one of `extensions`.
    pub(crate) fn below<'a>(
        &'a self,
        folders: &'a [&str],
        extensions: &'a [&str],
    ) -> impl Iterator<Item = &'a File> {
        let inside = |path: &str| folders.iter().any(|folder| path.starts_with(&format!("{folder}/")));
        self.files.iter().filter(move |file| inside(&file.path) && extensions.contains(&file.extension()))
    }

    /// The file at `path`.
    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }
}

fn collect(root: &Path, folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the clone can be listed") {
        let path = entry.expect("the clone can be listed").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if MADE.contains(&name.as_str())
            || MADE_AT.contains(&relative(root, &path).as_str())
            || path.is_symlink()
        {
            continue;
        }
        if path.is_dir() { collect(root, &path, paths) } else { paths.push(path) }
    }
}

fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}
