//! The shape of files: how they begin, how long they are, what they are called.

use crate::code;
use crate::tree::{Breach, Tree};
use crate::{finds, keep};

const LONGEST: usize = 400;
const WRITTEN: [&str; 6] = ["rs", "ts", "tsx", "js", "mjs", "css"];
/// Rooms with these names fill up with whatever has no home.
const NO_NAMES: [&str; 9] =
    ["util", "utils", "helper", "helpers", "common", "misc", "manager", "managers", "shared"];

/// Every Rust file opens by saying what it is for.
fn headers(tree: &Tree) -> Vec<Breach> {
    let sources = tree.files.iter().filter(|file| file.extension() == "rs");
    let bare = sources.filter(|file| !file.text().unwrap_or_default().starts_with("//! "));
    bare.map(|file| {
        file.breach(1, "open the file with `//!`: what it is for, what it does not do, its invariant")
    })
    .collect()
}

/// No file of code is longer than a person reads in one go.
fn lengths(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in tree.files.iter().filter(|file| WRITTEN.contains(&file.extension()) && !file.is_test()) {
        let lines = code::without_tests(file.text().unwrap_or_default()).lines().count();
        if lines > LONGEST {
            let text = format!("{lines} lines without its tests; split it by nouns, {LONGEST} is the most");
            breaches.push(file.breach(LONGEST + 1, text));
        }
    }
    breaches
}

/// No drawer for odds and ends.
fn names(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in &tree.files {
        let parts = file.path.split(['/', '.', '-', '_']);
        for part in parts.filter(|part| NO_NAMES.contains(&part.to_ascii_lowercase().as_str())) {
            breaches.push(file.breach(0, format!("`{part}` says nothing; name the file after its noun")));
        }
    }
    breaches
}

#[test]
fn every_rust_file_says_what_it_is_for() {
    keep(headers);
    finds(headers, &[("a.rs", "//! Fine.\n"), ("b.rs", "use x;\n//! late"), ("c.ts", "x")], &["b.rs:1"]);
}

#[test]
fn no_file_is_too_long() {
    keep(lengths);
    let code = "x\n".repeat(401);
    let tests = format!("x\n#[cfg(test)]\nmod tests {{\n{code}}}\n");
    let sample = [("a.rs", code.as_str()), ("b.rs", &tests), ("tests/c.rs", &code), ("d.mjs", &code[..800])];
    finds(lengths, &sample, &["a.rs:401"]);
}

#[test]
fn no_file_is_a_drawer() {
    keep(names);
    let sample = [("a/utils.rs", ""), ("helpers/b.ts", ""), ("c-common.md", ""), ("utility.rs", "")];
    finds(names, &sample, &["a/utils.rs:0", "c-common.md:0", "helpers/b.ts:0"]);
}
