//! Where everything lies: the repository, and one cache folder outside of it.
//!
//! The cache outlives clones, so that a second clone does not build and install
//! everything again.

use std::env;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The folders that every task works with; all absolute.
#[derive(Debug, Clone)]
pub struct Places {
    /// The clone.
    pub repo: PathBuf,
    /// `${XDG_CACHE_HOME:-~/.cache}/cookshelf`.
    pub cache: PathBuf,
    /// Where cargo builds: `CARGO_TARGET_DIR` when set, `target` in the cache otherwise.
    pub target: PathBuf,
}

impl Places {
    /// Finds them from the environment.
    pub fn find() -> Result<Self, Failure> {
        // At run time first: a target folder shared by two clones may hold a binary of the other one.
        let manifest =
            env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
        let repo = Path::new(&manifest).parent().map(Path::to_owned);
        let repo = repo.ok_or_else(|| Failure::new("xtask must lie in a folder of the repository"))?;
        let cache = cache_root(env::var_os("XDG_CACHE_HOME"), env::var_os("HOME")).ok_or_else(|| {
            Failure::new("neither XDG_CACHE_HOME nor HOME is set, so there is no place for tools and builds")
        })?;
        let target = match env::var_os("CARGO_TARGET_DIR").filter(|dir| !dir.is_empty()) {
            Some(dir) => std::path::absolute(&dir).map_err(|e| Failure::file("find", Path::new(&dir), &e))?,
            None => cache.join("target"),
        };
        Ok(Self { repo, cache, target })
    }

    /// Where tools are installed; programs lie in `bin` below.
    pub fn tools(&self) -> PathBuf {
        self.cache.join("tools")
    }

    /// The npm package.
    pub fn package(&self) -> PathBuf {
        self.repo.join("wasm/npm")
    }

    /// The demo storefront.
    pub fn storefront(&self) -> PathBuf {
        self.repo.join("web-demo")
    }

    /// The tests that run in a browser or in Node.
    pub fn browser_tests(&self) -> PathBuf {
        self.repo.join("tests/browser")
    }

    /// The page of measurements.
    pub fn benchmarks(&self) -> PathBuf {
        self.repo.join("BENCHMARKS.md")
    }

    /// The `cookshelf` program, built in release.
    pub fn program(&self) -> PathBuf {
        self.target.join("release/cookshelf")
    }
}

fn cache_root(xdg: Option<std::ffi::OsString>, home: Option<std::ffi::OsString>) -> Option<PathBuf> {
    // The XDG rules say that a relative XDG_CACHE_HOME is to be ignored.
    let base = xdg.map(PathBuf::from).filter(|path| path.is_absolute());
    let base =
        base.or_else(|| home.filter(|home| !home.is_empty()).map(|home| PathBuf::from(home).join(".cache")));
    base.map(|base| base.join("cookshelf"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_follows_xdg_then_home() {
        let cases = [
            (Some("/x"), Some("/h"), Some("/x/cookshelf")),
            (Some("rel"), Some("/h"), Some("/h/.cache/cookshelf")),
            (Some(""), Some("/h"), Some("/h/.cache/cookshelf")),
            (None, Some("/h"), Some("/h/.cache/cookshelf")),
            (None, None, None),
        ];
        for (xdg, home, expected) in cases {
            let found = cache_root(xdg.map(Into::into), home.map(Into::into));
            assert_eq!(found, expected.map(PathBuf::from), "{xdg:?} {home:?}");
        }
    }
}
