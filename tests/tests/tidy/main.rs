//! The rules of the house that a machine can keep.
//!
//! Reads every file of the repository once. Each rule is a function from files
//! to breaches, and each has a test on a bad sample, so that a rule that sees
//! nothing cannot pass for a rule that is kept.

mod arrows;
mod code;
mod pure;
mod records;
mod shape;
mod tree;
mod words;

use tree::{Breach, Tree};

/// Fails with every breach of `rule` in this repository.
fn keep(rule: fn(&Tree) -> Vec<Breach>) {
    let tree = Tree::of_repository();
    assert!(tree.files.len() > 20, "only {} files found; is this the repository?", tree.files.len());
    let breaches = rule(&tree);
    let list: String = breaches.iter().map(|breach| format!("  {breach}\n")).collect();
    assert!(breaches.is_empty(), "{} breaches:\n{list}", breaches.len());
}

/// Fails unless `rule` finds exactly these places (`path:line`) in the sample.
fn finds(rule: fn(&Tree) -> Vec<Breach>, sample: &[(&str, &str)], expected: &[&str]) {
    let tree = Tree::of_sample(sample);
    let mut found: Vec<String> = rule(&tree).iter().map(|b| format!("{}:{}", b.path, b.line)).collect();
    found.sort();
    assert_eq!(found, expected, "in {sample:?}");
}
