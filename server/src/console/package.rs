//! The built npm package, as the inspector loads it: the very files that shops give to their shoppers.
//!
//! Read whole when the server starts. A folder that is not the package is an error then, not a broken page later.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{File, media};

/// The module that pages import.
const ENTRY: &str = "index.js";
/// The package is a few hundred kilobytes.
const LARGEST: u64 = 8 << 20;

/// Why the package cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// The folder is something else.
    #[error(
        "{} is not the built npm package: there is no dist/{ENTRY}; name the folder of the package, such as \
         node_modules/cookshelf", .0.display()
    )]
    NoPackage(PathBuf),
    /// A file of it.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file that cannot be one of the package.
    #[error("{} is larger than {} MiB, and cannot be a file of the package", .0.display(), LARGEST >> 20)]
    Large(PathBuf),
}

/// The files of the package by their names.
#[derive(Debug, Default)]
pub struct Package {
    files: BTreeMap<String, File>,
}

impl Package {
    /// Reads the package whose folder this is.
    pub fn open(folder: &Path) -> Result<Self, ConsoleError> {
        let dist = folder.join("dist");
        if !dist.join(ENTRY).is_file() {
            return Err(ConsoleError::NoPackage(folder.to_owned()));
        }
        let wrong = |path: &Path| {
            let path = path.to_owned();
            move |source| ConsoleError::Read { path, source }
        };
        let mut files = BTreeMap::new();
        for entry in std::fs::read_dir(&dist).map_err(wrong(&dist))? {
            let path = entry.map_err(wrong(&dist))?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let Some(media) = media(name).filter(|_| path.is_file()) else { continue };
            if std::fs::metadata(&path).map_err(wrong(&path))?.len() > LARGEST {
                return Err(ConsoleError::Large(path));
            }
            let bytes = std::fs::read(&path).map_err(wrong(&path))?.into();
            files.insert(name.to_owned(), File { media, bytes });
        }
        Ok(Self { files })
    }

    /// One of its files.
    pub fn file(&self, name: &str) -> Option<&File> {
        self.files.get(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_page_asks_for_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let missing = Package::open(folder.path()).unwrap_err().to_string();
        assert!(missing.contains("node_modules/cookshelf"), "{missing}");
        let dist = folder.path().join("dist");
        std::fs::create_dir_all(dist.join("element")).unwrap();
        for (name, text) in [("index.js", "1"), ("a.wasm", "2"), ("index.d.ts", "3"), (".npmrc", "4")] {
            std::fs::write(dist.join(name), text).unwrap();
        }
        let package = Package::open(folder.path()).unwrap();
        assert_eq!(package.file("index.js").unwrap().media, "text/javascript; charset=utf-8");
        assert_eq!(package.file("a.wasm").unwrap().bytes, "2");
        for name in ["index.d.ts", ".npmrc", "element", "../dist/index.js", ""] {
            assert!(package.file(name).is_none(), "{name}");
        }
    }
}
