//! A new product is found on its first day: items that nobody chose yet, whose titles say what they are like.

use std::{collections::BTreeSet, fmt::Write, fs, path::Path};

use serde_json::Value;
use tempfile::TempDir;

use crate::shop::{cases, chance, cook, cookshelf, folder, json, text};

/// Pens and inks of each of these tastes, of which the last pen is new.
const TASTES: u64 = 20;
const EACH: u64 = 5;
const OF_TASTE: u64 = 2 * EACH + 1;
const ITEMS: u64 = TASTES * OF_TASTE;
const SHOPPERS: u64 = 500;

fn pen(taste: u64, number: u64) -> u64 {
    taste * OF_TASTE + number
}

fn ink(taste: u64, number: u64) -> u64 {
    taste * OF_TASTE + EACH + number
}

fn newcomer(taste: u64) -> u64 {
    taste * OF_TASTE + 2 * EACH
}

/// Everyone buys pens with ink of one taste, a few times.
fn shop(settings: &str) -> TempDir {
    let mut state = 5;
    let folder = folder((0..SHOPPERS * 4).flat_map(|basket| {
        let (shopper, at) = (basket % SHOPPERS, basket / SHOPPERS * 7);
        let taste = shopper % TASTES;
        let bought = [pen(taste, chance(&mut state, EACH)), ink(taste, chance(&mut state, EACH))];
        bought.map(|item| (basket, item, shopper, basket * 20 + at))
    }));
    let makers = ["brass", "cedar", "copper", "ivory", "jade", "linen", "maple", "onyx", "pearl", "slate"];
    let mut table = String::new();
    for item in 0..ITEMS {
        let (taste, number) = (item / OF_TASTE, item % OF_TASTE);
        let what = if (EACH..2 * EACH).contains(&number) { "ink bottle" } else { "fountain pen" };
        let maker = makers[taste as usize % makers.len()];
        let house = if taste < makers.len() as u64 { "north" } else { "south" };
        writeln!(table, "item{item},,{maker} {house}house {what} no {number},,2026-03-01T00:00:00.000Z")
            .unwrap();
    }
    fs::write(folder.path().join("Reco_ItemsAndVariants.csv"), table).unwrap();
    fs::write(folder.path().join("cookshelf.toml"), settings).unwrap();
    folder
}

/// Share of cases that are answered with one of their targets among the first `places`, without any fallback.
fn hit(out: &Path, list: &str, places: &str, of: impl Fn(u64) -> (Vec<u64>, Vec<u64>)) -> f64 {
    let ids = |items: Vec<u64>| items.iter().map(|item| format!("item{item}")).collect::<Vec<_>>().join(" ");
    let line = |taste: u64| format!("{taste},{},{}", ids(of(taste).0), ids(of(taste).1));
    let lines: Vec<String> = (0..TASTES).map(line).collect();
    let cases = cases(out, &lines.iter().map(String::as_str).collect::<Vec<_>>());
    let args =
        ["eval", "--model", text(out), "--cases", text(&cases), "--list", list, "--k", places, "--json"];
    let figures: Value = json(&cookshelf(&[&args[..], &["--no-fallback"]].concat()));
    figures[0]["hitRate"]["mean"].as_f64().unwrap()
}

#[test]
fn a_new_product_is_found_on_its_first_day() {
    let (root, out) = (shop(""), tempfile::tempdir().unwrap());
    let report = json(&cook(root.path(), out.path(), &["--holdout"]));
    let list = |report: &Value, name: &str| {
        report["filled"].as_array().unwrap().iter().find(|filled| filled["list"] == name).cloned().unwrap()
    };
    for name in ["similar", "together", "picks"] {
        let filled = list(&report, name);
        assert!(filled["cold"].as_u64().unwrap() >= TASTES, "{filled}");
        assert_eq!(filled["cold"], filled["text"], "{filled}");
        assert!(filled["shown"].as_u64().unwrap() >= TASTES / 2, "{filled}");
    }
    let held: BTreeSet<&str> = report["holdout"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|held| held["filled"]["list"].as_str())
        .collect();
    assert!(held.contains("similar") && held.contains("picks"), "{held:?}");

    let found = |out: &Path| {
        let pens = |taste| (0..EACH).map(|number| pen(taste, number)).collect::<Vec<_>>();
        let inks = |taste| (0..EACH).map(|number| ink(taste, number)).collect::<Vec<_>>();
        [
            // What is a new pen like, and what goes with it? Chance finds one of five in five places in one case of ten.
            hit(out, "similar", "5", |taste| (vec![newcomer(taste)], pens(taste))),
            hit(out, "together", "5", |taste| (vec![newcomer(taste)], inks(taste))),
            // Who is shown a new pen? There are 220 items for 15 places.
            hit(out, "similar", "15", |taste| (pens(taste), vec![newcomer(taste)])),
            hit(out, "together", "15", |taste| (inks(taste), vec![newcomer(taste)])),
            hit(out, "picks", "15", |taste| (vec![pen(taste, 0), ink(taste, 1)], vec![newcomer(taste)])),
        ]
    };
    let filled = found(out.path());
    assert!(filled.iter().all(|share| *share >= 0.8), "{filled:?}");

    let (root, out) = (shop("[cold]\nfill = false\n"), tempfile::tempdir().unwrap());
    let report = json(&cook(root.path(), out.path(), &[]));
    assert!(report["filled"].is_null(), "{report}");
    assert_eq!(found(out.path()), [0.0; 5]);
}
