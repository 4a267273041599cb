//! A checksum over sources, for noticing that a page or a cache is older than what it describes.
//!
//! Not for safety against forgery: FNV-1a, 64 bits.
//!
//! Invariant: the same files with the same bytes give the same checksum on any
//! machine, whatever order the file system lists them in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::failure::Failure;
use crate::places::Places;

const BEFORE: &str = "<!-- format sources: ";
const AFTER: &str = " -->";

/// A running checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checksum(u64);

impl Default for Checksum {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Checksum {
    /// Adds bytes and an end mark, so that `ab` + `c` differs from `a` + `bc`.
    pub fn add(&mut self, bytes: &[u8]) {
        let length = (bytes.len() as u64).to_le_bytes();
        for &byte in bytes.iter().chain(&length) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// Sixteen hexadecimal digits.
    pub fn hex(self) -> String {
        format!("{:016x}", self.0)
    }
}

/// The checksum of named files; sorts them by name itself.
pub fn of_files<B: AsRef<[u8]>>(files: &[(&str, B)]) -> String {
    let mut sorted: Vec<_> = files.iter().map(|(name, bytes)| (*name, bytes.as_ref())).collect();
    sorted.sort();
    let mut sum = Checksum::default();
    for (name, bytes) in sorted {
        sum.add(name.as_bytes());
        sum.add(bytes);
    }
    sum.hex()
}

/// The checksum of all files below `folder`: names relative to it, and contents.
pub fn of_folder(folder: &Path) -> Result<String, Failure> {
    let mut paths = Vec::new();
    collect(folder, &mut paths)?;
    let mut files = Vec::new();
    for path in &paths {
        let name = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
        files.push((name, fs::read(path).map_err(|e| Failure::file("read", path, &e))?));
    }
    Ok(of_files(&files.iter().map(|(name, bytes)| (name.as_str(), bytes)).collect::<Vec<_>>()))
}

/// The checksum that a page carries in its line `<!-- format sources: … -->`.
pub fn in_page(page: &str) -> Option<&str> {
    let from = page.find(BEFORE)? + BEFORE.len();
    let length = page[from..].find(AFTER)?;
    Some(&page[from..from + length])
}

/// Writes the checksum of `core/src/format` into `core/FORMAT.md`.
pub fn update(places: &Places) -> Result<ExitCode, Failure> {
    let path = places.repo.join("core/FORMAT.md");
    let page = fs::read_to_string(&path).map_err(|e| Failure::file("read", &path, &e))?;
    let sum = of_folder(&places.repo.join("core/src/format"))?;
    let Some(old) = in_page(&page) else {
        let line = format!("{BEFORE}{sum}{AFTER}");
        return Err(Failure::new(format!("{} has no stamp; add this line to it: {line}", path.display())));
    };
    if old == sum {
        println!("core/FORMAT.md is up to date ({sum})");
        return Ok(ExitCode::SUCCESS);
    }
    let page = page.replacen(&format!("{BEFORE}{old}{AFTER}"), &format!("{BEFORE}{sum}{AFTER}"), 1);
    fs::write(&path, page).map_err(|e| Failure::file("write", &path, &e))?;
    println!(
        "core/FORMAT.md now says {sum}; read the page again before you commit: does it still draw the code?"
    );
    Ok(ExitCode::SUCCESS)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |e| Failure::file("list", folder, &e);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() { collect(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_checksum_that_follows_names_and_bytes() {
        let folder = std::env::temp_dir().join(format!("xtask-stamp-{}", std::process::id()));
        fs::create_dir_all(folder.join("deep")).unwrap();
        fs::write(folder.join("a.rs"), "one").unwrap();
        fs::write(folder.join("deep/b.rs"), "two").unwrap();
        let first = of_folder(&folder).unwrap();
        assert_eq!(first, of_folder(&folder).unwrap());
        fs::write(folder.join("a.rs"), "One").unwrap();
        let second = of_folder(&folder).unwrap();
        fs::rename(folder.join("a.rs"), folder.join("c.rs")).unwrap();
        let third = of_folder(&folder).unwrap();
        assert!(first != second && second != third && first != third);
    }

    #[test]
    fn the_page_carries_it() {
        assert_eq!(in_page("# F\n<!-- format sources: 00ff -->\nmore"), Some("00ff"));
        assert_eq!(in_page("# F\n"), None);
    }
}
