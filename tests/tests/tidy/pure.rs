//! What must not appear where results have to be the same everywhere, and what must not appear anywhere.

use crate::code;
use crate::tree::{Breach, Tree};
use crate::{finds, keep};

/// Names that bring in the time, the machine or a random order.
const UNEVEN: [&str; 7] =
    ["HashMap", "HashSet", "Instant", "SystemTime", "UNIX_EPOCH", "RandomState", "thread_rng"];
/// What core may not reach besides: it runs in a page.
const OUTSIDE: [&str; 5] = ["std::fs", "std::net", "std::env", "std::thread", "std::process"];

/// Training and core depend on their input alone.
fn same_everywhere(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in tree.below(&["core/src", "server/src/train"], &["rs"]) {
        let code = code::of(file);
        let outside = if file.path.starts_with("core/") { &OUTSIDE[..] } else { &[] };
        for name in UNEVEN.iter().chain(outside) {
            for place in code::words(&code, name) {
                let text = format!(
                    "`{name}` makes results depend on more than the input; pass a value or use a sorted map"
                );
                breaches.push(file.breach(code::line_at(&code, place), text));
            }
        }
    }
    breaches
}

/// Nothing is left for later, and no test is switched off.
fn finished(tree: &Tree) -> Vec<Breach> {
    let marks = ["TODO", "FIXME", "XXX", "#[ignore", "it.skip(", "test.skip(", "describe.skip(", ".only("];
    let mut breaches = Vec::new();
    let written = |extension: &str| ["rs", "ts", "mjs", "js", "css", "html"].contains(&extension);
    let ours = |path: &str| path != "tests/tests/tidy/pure.rs";
    for file in tree.files.iter().filter(|file| written(file.extension()) && ours(&file.path)) {
        for (line, text) in file.text().unwrap_or_default().lines().enumerate() {
            for mark in marks.iter().filter(|mark| text.contains(**mark)) {
                breaches.push(file.breach(line + 1, format!("`{mark}`: finish it, or write an issue")));
            }
        }
    }
    breaches
}

#[test]
fn training_and_core_depend_on_their_input_alone() {
    keep(same_everywhere);
    let sample = [
        (
            "core/src/a.rs",
            "use std::collections::BTreeMap;\nuse std::fs;\n// HashMap\nlet m = HashMap::new();\n",
        ),
        ("server/src/train/b.rs", "use rustc_hash::FxHashMap;\nlet t = std::time::Instant::now();\n"),
        ("server/src/http.rs", "use std::time::Instant;"),
    ];
    finds(same_everywhere, &sample, &["core/src/a.rs:2", "core/src/a.rs:4", "server/src/train/b.rs:2"]);
}

#[test]
fn nothing_is_left_for_later() {
    keep(finished);
    let sample =
        [("a.rs", "//! x\n// TODO later\n#[ignore]\n"), ("b.test.mjs", "it.skip('x')"), ("c.md", "TODO")];
    finds(finished, &sample, &["a.rs:2", "a.rs:3", "b.test.mjs:1"]);
}
