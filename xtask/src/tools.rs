//! Programs installed by rustup and cargo: the wasm32 target, wasm-bindgen, wasm-pack, cargo-deny.
//!
//! They go to `tools` in the cache, never to `~/.cargo/bin`; what is there in
//! the right version is left alone, also without a network.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::workshop::Workshop;

/// What the browser builds compile for.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";
const WASM_PACK: &str = "0.15.1";
const CARGO_DENY: &str = "0.20.2";

/// The wasm32 standard library of the pinned toolchain.
pub fn wasm_target(shop: &Workshop) -> Result<(), Failure> {
    let sysroot = printed(shop.command("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(WASM_TARGET).is_dir() {
        return Ok(());
    }
    shop.journal.run("rustup target add", shop.command("rustup").args(["target", "add", WASM_TARGET]))?;
    Ok(())
}

/// wasm-bindgen of exactly the version in `Cargo.lock`; any other version refuses the module.
pub fn wasm_bindgen(shop: &Workshop) -> Result<(), Failure> {
    let lock_path = shop.places.repo.join("Cargo.lock");
    let lock = fs::read_to_string(&lock_path).map_err(|e| Failure::file("read", &lock_path, &e))?;
    let version = locked_version(&lock, "wasm-bindgen")
        .ok_or_else(|| Failure::new("Cargo.lock names no wasm-bindgen; run `cargo check` once"))?;
    install(shop, "wasm-bindgen-cli", "wasm-bindgen", version)
}

/// wasm-pack, which drives the build of the browser module.
pub fn wasm_pack(shop: &Workshop) -> Result<(), Failure> {
    install(shop, "wasm-pack", "wasm-pack", WASM_PACK)
}

/// cargo-deny, which reads the licences and sources of all dependencies.
pub fn cargo_deny(shop: &Workshop) -> Result<(), Failure> {
    install(shop, "cargo-deny", "cargo-deny", CARGO_DENY)
}

fn install(shop: &Workshop, krate: &str, program: &str, version: &str) -> Result<(), Failure> {
    let root = shop.places.tools();
    let path = root.join("bin").join(program);
    if path.is_file() && printed(Command::new(&path).arg("--version")).is_ok_and(|text| says(&text, version))
    {
        return Ok(());
    }
    shop.journal.note(&format!("{krate} {version} is built once, into {}", root.display()));
    let attempt = |lock: &[&str]| {
        let mut cargo = shop.command("cargo");
        // Tools run for seconds; an optimised build of them would cost minutes.
        cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_LTO", "off");
        cargo.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16").env("CARGO_PROFILE_RELEASE_DEBUG", "0");
        cargo.args(["install", krate, "--version", version, "--force", "--root"]).arg(&root);
        cargo.arg("--target-dir").arg(shop.places.cache.join("tools-target")).args(lock);
        shop.journal.run(&format!("cargo install {krate}"), &mut cargo)
    };
    // A published lock file can name a version that a registry mirror does not hold yet.
    let unlocked = |_| {
        shop.journal.note("not with the lock file it was published with; trying without");
        attempt(&[])
    };
    attempt(&["--locked"]).or_else(unlocked).map(drop)
}

/// The standard output of a short command.
pub fn printed(command: &mut Command) -> Result<String, Failure> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|e| {
        Failure::new(format!("could not start `{program}`: {e}; is it installed and on PATH?"))
    })?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(format!("`{program}` failed ({}): {}", output.status, text.trim())));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn says(text: &str, version: &str) -> bool {
    text.split_whitespace().any(|word| word == version)
}

/// The version of `name` in the text of a `Cargo.lock`.
fn locked_version<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let entry = format!("name = \"{name}\"\n");
    let after = &lock[lock.find(&entry)? + entry.len()..];
    after.lines().next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_names_the_version() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9.9.9\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }

    #[test]
    fn versions_are_compared_as_words() {
        assert!(says("wasm-bindgen 0.2.130\n", "0.2.130"));
        assert!(!says("wasm-bindgen 0.2.1301\n", "0.2.130"));
    }
}
