//! What must not be written into the repository: paths of one machine, hosts of one workplace.

use crate::tree::{Breach, Tree};
use crate::{finds, keep};

/// Hosts that may be named; a name that ends in `.example` is free as well.
const HOSTS: [&str; 11] = [
    "localhost",
    "127.0.0.1",
    "0.0.0.0",
    "example.com",
    "example.org",
    "example.net",
    "www.w3.org",           // names of XML namespaces
    "www.apache.org",       // the licence
    "github.com",           // Cargo.lock names the crates.io index by it
    "json.schemastore.org", // editors read `$schema`
    "keepachangelog.com",
];

/// Beginnings of paths that exist on one machine only.
const MACHINE: [&str; 4] = ["/work/", "/root/", "/home/", "/Users/"];

/// No path of somebody's machine.
fn paths(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in tree.files.iter().filter(|file| file.path != "tests/tests/tidy/words.rs") {
        for (line, text) in file.text().unwrap_or_default().lines().enumerate() {
            for path in MACHINE.iter().filter(|path| starts_a_word(text, path)) {
                breaches.push(file.breach(line + 1, format!("`{path}…` exists on one machine only")));
            }
        }
    }
    breaches
}

/// True where `path` is not the middle of a longer path, such as `../work/`.
fn starts_a_word(text: &str, path: &str) -> bool {
    let inner = |c: char| c.is_alphanumeric() || ".-_/}".contains(c);
    text.match_indices(path).any(|(place, _)| !text[..place].ends_with(inner))
}

/// No host that is not known to be public and meant.
fn hosts(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in tree.files.iter().filter(|file| file.path != "tests/tests/tidy/words.rs") {
        let lock = file.path.ends_with("package-lock.json");
        for (line, text) in file.text().unwrap_or_default().lines().enumerate() {
            // A lock file also quotes home pages and funding pages of packages.
            if lock && !text.contains("\"resolved\"") {
                continue;
            }
            for host in named_hosts(text).into_iter().filter(|host| !is_allowed(host)) {
                let text = format!("`{host}` is not a host we name; see HOSTS in tests/tests/tidy/words.rs");
                breaches.push(file.breach(line + 1, text));
            }
        }
    }
    breaches
}

fn named_hosts(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for mark in ["http://", "https://"] {
        for (place, _) in text.match_indices(mark) {
            let rest = &text[place + mark.len()..];
            let end =
                rest.find(|c: char| !(c.is_ascii_alphanumeric() || ".-@".contains(c))).unwrap_or(rest.len());
            // Something put together at run time, such as `http://{address}`.
            if end > 0 {
                found.push(rest[..end].rsplit('@').next().unwrap_or_default().trim_end_matches('.'));
            }
        }
    }
    found
}

fn is_allowed(host: &str) -> bool {
    // Azure's blob storage is part of the contract: image addresses name it.
    let reserved = [
        ".blob.core.windows.net",
        ".example",
        ".test",
        ".invalid",
        ".example.com",
        ".example.org",
        ".localhost",
    ];
    HOSTS.contains(&host) || reserved.iter().any(|end| host.ends_with(end)) || !host.contains('.')
}

#[test]
fn no_path_of_one_machine() {
    keep(paths);
    let sample = [("a.md", "see ../work/x\n/work/y\n`/root/.cache`"), ("b.toml", "root = \"${X}/work/y\"")];
    finds(paths, &sample, &["a.md:2", "a.md:3"]);
}

#[test]
fn no_host_of_one_workplace() {
    keep(hosts);
    let sample = [
        (
            "a.ts",
            "fetch(`http://${host}/x`); // https://shop.example/p\n\"https://mirror.corp.internal/npm\"",
        ),
        (
            "package-lock.json",
            "\"url\": \"https://opencollective.com/x\"\n\"resolved\": \"https://npm.corp.net/x.tgz\"",
        ),
        ("Cargo.lock", "source = \"registry+https://github.com/rust-lang/crates.io-index\""),
    ];
    finds(hosts, &sample, &["a.ts:2", "package-lock.json:2"]);
}
