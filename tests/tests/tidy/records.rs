//! Pages and lists that must follow the files they describe: FORMAT.md and the golden blobs.

use sha2::{Digest, Sha256};
use xtask::stamp;

use crate::tree::{Breach, Tree};
use crate::{finds, keep};

const PAGE: &str = "core/FORMAT.md";
const SOURCES: &str = "core/src/format/";
const GOLDEN: &str = "core/tests/golden/";

/// FORMAT.md was looked at after the last change of the format's sources.
fn format_page(tree: &Tree) -> Vec<Breach> {
    let sources: Vec<(&str, &[u8])> = tree
        .files
        .iter()
        .filter_map(|file| Some((file.path.strip_prefix(SOURCES)?, &file.bytes[..])))
        .collect();
    if sources.is_empty() {
        return Vec::new();
    }
    let sum = stamp::of_files(&sources);
    let missing = |text: String| vec![Breach { path: PAGE.to_owned(), line: 0, text }];
    let Some(page) = tree.file(PAGE) else {
        return missing("the page that draws the format is missing".to_owned());
    };
    let text = page.text().unwrap_or_default();
    match stamp::in_page(text) {
        Some(found) if found == sum => Vec::new(),
        Some(found) => {
            let line = text.lines().position(|line| line.contains(found)).unwrap_or(0) + 1;
            let why = format!(
                "{SOURCES} changed (now {sum}): bring the page up to date, then run `cargo xtask format-stamp`"
            );
            vec![page.breach(line, why)]
        }
        None => missing(format!("no stamp line; add `<!-- format sources: {sum} -->`")),
    }
}

/// Golden blobs are append-only: each is listed with its SHA-256, and none has changed.
fn golden_blobs(tree: &Tree) -> Vec<Breach> {
    let blobs: Vec<_> = tree.files.iter().filter(|file| file.path.starts_with(GOLDEN)).collect();
    let list_path = format!("{GOLDEN}DIGESTS");
    let Some(list) = tree.file(&list_path) else {
        return blobs
            .first()
            .map(|blob| blob.breach(0, format!("there is no {list_path}")))
            .into_iter()
            .collect();
    };
    let listed: Vec<(usize, &str, &str)> = list
        .text()
        .unwrap_or_default()
        .lines()
        .enumerate()
        .filter_map(|(line, text)| {
            text.split_once("  ").map(|(digest, name)| (line + 1, digest, name.trim()))
        })
        .collect();
    let mut breaches = Vec::new();
    for &(line, digest, name) in &listed {
        match tree.file(&format!("{GOLDEN}{name}")) {
            None => breaches.push(list.breach(line, format!("{name} is listed, but not there"))),
            Some(blob) if hex(&Sha256::digest(&blob.bytes)) != digest => {
                breaches.push(blob.breach(0, "its SHA-256 is not the listed one; golden files never change"));
            }
            Some(_) => {}
        }
    }
    let is_listed = |path: &str| listed.iter().any(|(_, _, name)| path == format!("{GOLDEN}{name}"));
    for blob in blobs.iter().filter(|blob| blob.path != list_path && !is_listed(&blob.path)) {
        let line = format!("add `{}  {}`", hex(&Sha256::digest(&blob.bytes)), &blob.path[GOLDEN.len()..]);
        breaches.push(blob.breach(0, format!("not in {list_path}: {line}")));
    }
    breaches
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_format_page_follows_its_sources() {
    keep(format_page);
    let source = ("core/src/format/a.rs", "one");
    let sum = stamp::of_files(&[("a.rs", b"one")]);
    let stamped = format!("# Format\n<!-- format sources: {sum} -->\n");
    finds(format_page, &[source, (PAGE, &stamped)], &[]);
    finds(format_page, &[("core/src/format/a.rs", "two"), (PAGE, &stamped)], &["core/FORMAT.md:2"]);
    finds(format_page, &[source, (PAGE, "# Format\n")], &["core/FORMAT.md:0"]);
    finds(format_page, &[source], &["core/FORMAT.md:0"]);
}

#[test]
fn golden_blobs_are_listed_and_unchanged() {
    keep(golden_blobs);
    let one = ("core/tests/golden/v1/one.shelf", "one");
    let digest = hex(&Sha256::digest(b"one"));
    let list = format!("{digest}  v1/one.shelf\n");
    let listed = ("core/tests/golden/DIGESTS", list.as_str());
    finds(golden_blobs, &[one, listed], &[]);
    finds(
        golden_blobs,
        &[("core/tests/golden/v1/one.shelf", "two"), listed],
        &["core/tests/golden/v1/one.shelf:0"],
    );
    finds(golden_blobs, &[listed], &["core/tests/golden/DIGESTS:1"]);
    finds(golden_blobs, &[one, listed, ("core/tests/golden/x", "")], &["core/tests/golden/x:0"]);
    finds(golden_blobs, &[one], &["core/tests/golden/v1/one.shelf:0"]);
}
