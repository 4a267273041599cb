//! Which data folders a modeling may name: below folders that the operator opened, or in stores outside of them.
//!
//! Only what a location says is looked at, and where its links lead; nothing is read. Invariant: a folder of this
//! machine that is let through lies, with all links followed, below one that the operator named.

use std::path::{Component, Path, PathBuf};

use crate::resource::Name;

/// What the operator opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Folders of this machine; `{account}` in one stands for the name of the account that asks.
    pub folders: Vec<PathBuf>,
}

/// Why a location may not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReachError {
    /// Outside of all that was opened.
    #[error("`{0}` is not below a folder that this server may read; its operator says which by `folders`")]
    Outside(String),
    /// Written in a way that hides where it leads.
    #[error("`{0}` is no whole path of a folder: write it from the root, without `..`")]
    Crooked(String),
}

impl Reach {
    /// Whether a modeling of an account may read a location.
    pub fn check(&self, location: &str, account: &Name) -> Result<(), ReachError> {
        let path = match location.split_once("://") {
            Some((scheme, path)) if scheme.eq_ignore_ascii_case("file") => Path::new(path),
            Some(_) => return Ok(()),
            None => Path::new(location),
        };
        let plain = |part: Component<'_>| matches!(part, Component::RootDir | Component::Normal(_));
        if !path.is_absolute() || !path.components().all(plain) {
            return Err(ReachError::Crooked(location.to_owned()));
        }
        let outside = || ReachError::Outside(location.to_owned());
        let real = real(path).ok_or_else(outside)?;
        let opened = self.folders.iter().filter_map(|folder| {
            let text = folder.to_str()?.replace("{account}", account.as_str());
            std::fs::canonicalize(text).ok()
        });
        if opened.into_iter().any(|folder| real.starts_with(folder)) { Ok(()) } else { Err(outside()) }
    }
}

/// The path with all links followed; parts that are not there yet stay as they are written.
fn real(path: &Path) -> Option<PathBuf> {
    if let Ok(real) = std::fs::canonicalize(path) {
        return Some(real);
    }
    // A link that leads nowhere may lead somewhere later.
    if path.is_symlink() {
        return None;
    }
    Some(real(path.parent()?)?.join(path.file_name()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn only_what_lies_below_an_opened_folder_is_read() {
        let root = tempfile::tempdir().unwrap();
        let root = std::fs::canonicalize(root.path()).unwrap();
        for folder in ["open/shop", "open-too", "closed", "of/acme/x", "of/other"] {
            std::fs::create_dir_all(root.join(folder)).unwrap();
        }
        std::os::unix::fs::symlink(root.join("closed"), root.join("open/link")).unwrap();
        std::os::unix::fs::symlink(root.join("nowhere"), root.join("open/later")).unwrap();
        std::os::unix::fs::symlink(root.join("open/shop"), root.join("open/inner")).unwrap();
        let reach = Reach { folders: vec![root.join("open"), root.join("of/{account}")] };
        let account: Name = "acme".parse().unwrap();
        let allowed = |path: &str| reach.check(&root.join(path).display().to_string(), &account).is_ok();
        for path in ["open", "open/shop", "open/shop/not/yet", "open/inner", "of/acme/x"] {
            assert!(allowed(path), "{path}");
        }
        for path in ["", "closed", "open-too", "open/link", "open/later", "open/../closed", "of/other", "of"]
        {
            assert!(!allowed(path), "{path}");
        }
        for location in ["shop", "./x", "", "file:///etc", "FILE:///etc", "file://../x", "/"] {
            assert!(reach.check(location, &account).is_err(), "{location}");
        }
        assert!(reach.check("s3://bucket/folder", &account).is_ok());
    }
}
