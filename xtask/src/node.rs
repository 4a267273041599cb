//! Node and the packages of our `package.json` and `package-lock.json` files.
//!
//! npm runs only when one of them or Node itself changed since the last time.

use std::fs;
use std::path::Path;

use crate::failure::Failure;
use crate::stamp::Checksum;
use crate::tools::printed;
use crate::workshop::Workshop;

const OLDEST_NODE: u32 = 20;
/// Debian's 108 builds modules that break at run time.
const OLDEST_WASM_OPT: u32 = 110;

/// Checks that Node is there and new enough, and returns its version line.
pub fn node(shop: &Workshop) -> Result<String, Failure> {
    let version = printed(shop.command("node").arg("--version"))?.trim().to_owned();
    match leading_number(version.trim_start_matches('v')) {
        Some(major) if major >= OLDEST_NODE => Ok(version),
        _ => Err(Failure::new(format!(
            "Node {OLDEST_NODE} or newer is needed; `node --version` says {version}"
        ))),
    }
}

/// Brings `node_modules` of `folder` to what its lock file says.
pub fn packages(shop: &Workshop, folder: &Path) -> Result<(), Failure> {
    install(shop, folder, "package-lock.json", &["ci"])
}

/// Installs large programs of others, in the versions of `package.json`. They have a binary for each platform, of which
/// a registry need not have all; npm makes a lock file without those that it does not find, and then refuses that file.
pub fn programs(shop: &Workshop, folder: &Path) -> Result<(), Failure> {
    install(shop, folder, "package.json", &["install", "--no-package-lock"])
}

/// Runs npm unless it has run for this very `list` before.
fn install(shop: &Workshop, folder: &Path, list: &str, words: &[&str]) -> Result<(), Failure> {
    let path = folder.join(list);
    let listed = fs::read(&path).map_err(|e| Failure::file("read", &path, &e))?;
    let mut sum = Checksum::default();
    sum.add(&listed);
    sum.add(node(shop)?.as_bytes());
    let wanted = sum.hex();
    let stamp = folder.join("node_modules/.cookshelf-stamp");
    if fs::read_to_string(&stamp).is_ok_and(|text| text == wanted) {
        return Ok(());
    }
    let shown = folder.strip_prefix(&shop.places.repo).unwrap_or(folder).display();
    let mut npm = shop.command("npm");
    npm.current_dir(folder).args(words).args(["--ignore-scripts", "--no-audit", "--no-fund"]);
    shop.journal.run(&format!("npm {} in {shown}", words[0]), &mut npm)?;
    // A package without dependencies gets no folder from npm.
    fs::create_dir_all(folder.join("node_modules")).map_err(|e| Failure::file("make", &stamp, &e))?;
    fs::write(&stamp, wanted).map_err(|e| Failure::file("write", &stamp, &e))
}

/// Checks the `wasm-opt` that a package build would find.
pub fn wasm_opt(shop: &Workshop) -> Result<(), Failure> {
    let text = printed(shop.command("wasm-opt").arg("--version"))?;
    match text.split_whitespace().find_map(leading_number) {
        Some(version) if version >= OLDEST_WASM_OPT => Ok(()),
        _ => Err(Failure::new(format!(
            "wasm-opt {OLDEST_WASM_OPT} or newer is needed (older ones break the module); found: {}",
            text.trim()
        ))),
    }
}

fn leading_number(text: &str) -> Option<u32> {
    let digits = text.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_start_with_a_number() {
        assert_eq!(leading_number("20.20.2"), Some(20));
        assert_eq!(leading_number("132"), Some(132));
        assert_eq!(leading_number("version_132"), None);
    }
}
