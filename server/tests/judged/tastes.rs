//! Tuning is not made for the data it was made on: a dense shop and a very sparse one, each with tastes that are
//! known, are cooked with settings that the cook finds, and beat what needs no learning.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::shop::{cases, chance, cook, cookshelf, folder, json, text};

/// Shoppers with tastes. An item belongs to a taste by its number; low numbers are chosen more often.
struct Shop {
    tastes: u64,
    items: u64,
    shoppers: u64,
    /// Items that a shopper chooses.
    chosen: u64,
    /// Of ten choices, how many follow none of the shopper's two tastes.
    strays: u64,
}

const DENSE: Shop = Shop { tastes: 6, items: 150, shoppers: 500, chosen: 40, strays: 3 };
const SPARSE: Shop = Shop { tastes: 60, items: 1800, shoppers: 3000, chosen: 5, strays: 1 };
/// The list is asked for this many places, and every shopper hides this share of what was chosen last.
const PLACES: usize = 20;
const HIDDEN: usize = 5;

/// What each shopper chose, oldest first.
type Histories = Vec<Vec<u64>>;

fn histories(shop: &Shop) -> Histories {
    let mut state = 11;
    let popular = |state: &mut u64, among: u64| chance(state, among).min(chance(state, among));
    let history = |shopper: u64, state: &mut u64| {
        let tastes = [shopper % shop.tastes, (shopper / 7) % shop.tastes];
        let mut chosen: Vec<u64> = Vec::new();
        while chosen.len() < shop.chosen as usize {
            let item = if chance(state, 10) < shop.strays {
                popular(state, shop.items)
            } else {
                let taste = tastes[chance(state, 2) as usize];
                popular(state, shop.items / shop.tastes) * shop.tastes + taste
            };
            if !chosen.contains(&item) {
                chosen.push(item);
            }
        }
        chosen
    };
    (0..shop.shoppers).map(|shopper| history(shopper, &mut state)).collect()
}

/// What was chosen before, and what was chosen last.
fn cut(history: &[u64]) -> (&[u64], &[u64]) {
    history.split_at(history.len() - (history.len() / HIDDEN).max(1))
}

fn known(all: &Histories) -> TempDir {
    let rows = all.iter().enumerate().flat_map(|(shopper, history)| {
        let shopper = shopper as u64;
        let row =
            move |(at, item): (usize, &u64)| (shopper * 100 + at as u64, *item, shopper, at as u64 * 300);
        cut(history).0.iter().enumerate().map(row)
    });
    let folder = folder(rows);
    let only = "[lists]\nsimilar = false\ntogether = false\nnext = false\n";
    fs::write(folder.path().join("cookshelf.toml"), only).unwrap();
    folder
}

/// Share of the hidden items in the list, on average over the shoppers.
fn recall(all: &Histories, list: impl Fn(&[u64]) -> Vec<u64>) -> f64 {
    let of = |history: &Vec<u64>| {
        let (before, hidden) = cut(history);
        let list: BTreeSet<u64> = list(before).into_iter().collect();
        hidden.iter().filter(|item| list.contains(item)).count() as f64 / hidden.len() as f64
    };
    all.iter().map(of).sum::<f64>() / all.len() as f64
}

/// The best by score; ties go to the lower item. What was chosen is not shown.
fn best(scores: BTreeMap<u64, f64>, chosen: &[u64]) -> Vec<u64> {
    let mut best: Vec<(u64, f64)> = scores.into_iter().filter(|(item, _)| !chosen.contains(item)).collect();
    best.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    best.into_iter().take(PLACES).map(|(item, _)| item).collect()
}

/// How many shoppers chose an item, and how many chose two.
fn counts(all: &Histories) -> (BTreeMap<u64, f64>, BTreeMap<u64, BTreeMap<u64, f64>>) {
    let (mut one, mut two) = (BTreeMap::new(), BTreeMap::<u64, BTreeMap<u64, f64>>::new());
    for history in all {
        let before = cut(history).0;
        for a in before {
            *one.entry(*a).or_default() += 1.0;
            let row = two.entry(*a).or_default();
            before.iter().filter(|b| *b != a).for_each(|b| *row.entry(*b).or_default() += 1.0);
        }
    }
    (one, two)
}

/// Recall of popularity and of the cosine between items, over the same cases.
fn without_learning(all: &Histories) -> (f64, f64) {
    let (one, two) = counts(all);
    let popularity = recall(all, |chosen| best(one.clone(), chosen));
    let cosine = recall(all, |chosen| {
        let mut scores: BTreeMap<u64, f64> = BTreeMap::new();
        for a in chosen {
            for (b, both) in two.get(a).into_iter().flatten() {
                *scores.entry(*b).or_default() += both / (one[a] * one[b]).sqrt();
            }
        }
        best(scores, chosen)
    });
    (popularity, cosine)
}

fn beats_what_needs_no_learning(shop: &Shop) {
    let all = histories(shop);
    let (root, out) = (known(&all), tempfile::tempdir().unwrap());
    let report = json(&cook(root.path(), out.path(), &["--tune", "quick", "--privacy-floor", "1"]));
    let tuned = report["tuned"].as_array().unwrap();
    assert!(tuned.iter().any(|tuned| tuned["list"] == "picks"), "{tuned:?}");
    let ids = |items: &[u64]| items.iter().map(|item| format!("item{item}")).collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = all
        .iter()
        .enumerate()
        .map(|(number, history)| format!("{number},{},{}", ids(cut(history).0), ids(cut(history).1)))
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let cases = cases(out.path(), &lines);
    let args = ["eval", "--model", text(out.path()), "--cases", text(&cases), "--list", "picks", "--json"];
    let figures: Value = json(&cookshelf(&args));
    let ours = figures[0]["recall"]["mean"].as_f64().unwrap();
    let (popularity, cosine) = without_learning(&all);
    assert!(ours > popularity * 1.1 && ours > cosine * 1.02, "{ours} against {popularity} and {cosine}");
}

#[test]
fn a_dense_shop_beats_popularity_and_cosine() {
    beats_what_needs_no_learning(&DENSE);
}

#[test]
fn a_sparse_shop_beats_popularity_and_cosine() {
    beats_what_needs_no_learning(&SPARSE);
}
