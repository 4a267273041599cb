//! Buying again, from end to end: a shop where each thing lasts its own time.

use std::{fmt::Write, fs, path::Path};

use serde_json::Value;
use tempfile::TempDir;

use crate::shop::{chance, cook, cookshelf, json, text};

const DAY: u64 = 86_400;
const DAYS: u64 = 720;
const ITEMS: u64 = 80;
/// The last items are phases: bought every week, and one day never again.
const LASTING: u64 = 60;

/// How long an item lasts; every third is bought once and never again.
fn lasts(item: u64) -> Option<u64> {
    (!item.is_multiple_of(3)).then_some(40 + 20 * (item % 7))
}

/// 150 shoppers, each with eight things that they buy again when these are used up, a day late at most, three
/// phases, and twelve other things.
fn larder() -> TempDir {
    let (mut state, mut table) = (5, "order_id,item_id,user_id,timestamp,event\n".to_owned());
    let mut row = |shopper: u64, item: u64, day: u64, event: &str| {
        let time = 1_600_000_000 + day * DAY;
        writeln!(table, "{shopper} {day},item{item},shopper{shopper},{time},{event}").unwrap();
    };
    for shopper in 0..150 {
        for _ in 0..8 {
            let item = chance(&mut state, LASTING);
            let Some(days) = lasts(item) else { continue };
            let mut day = chance(&mut state, days);
            while day < DAYS {
                row(shopper, item, day, "purchase");
                day += days + chance(&mut state, 2);
            }
        }
        for _ in 0..3 {
            let (item, day) = (LASTING + chance(&mut state, ITEMS - LASTING), chance(&mut state, DAYS - 250));
            (0..10).for_each(|week| row(shopper, item, day + 7 * week, "purchase"));
        }
        for _ in 0..12 {
            let (item, day) = (chance(&mut state, LASTING / 3) * 3, chance(&mut state, DAYS));
            row(shopper, item, day, "purchase");
            // Looked at all the time, and not bought.
            (0..4).for_each(|turn| row(shopper, item, (day + turn * 7) % DAYS, "view_item"));
        }
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("interactions.csv"), table).unwrap();
    folder
}

const ALONE: &str = "[lists]\npicks = false\nsimilar = false\ntogether = false\nnext = false\ntext = false\n";

fn cooked(root: &Path, out: &Path, settings: &str, more: &[&str]) -> Value {
    fs::write(root.join("cookshelf.toml"), settings).unwrap();
    json(&cook(root, out, more))
}

fn entries(report: &Value) -> u64 {
    let lists = report["lists"].as_array().unwrap();
    lists.iter().find(|list| list["list"] == "again").unwrap()["entries"].as_u64().unwrap()
}

#[test]
fn what_is_due_beats_what_was_bought_last_or_most() {
    let (root, out) = (larder(), tempfile::tempdir().unwrap());
    let report = cooked(root.path(), out.path(), ALONE, &["--holdout", "--gate"]);
    let verdict = &report["holdout"][0];
    assert_eq!(verdict["list"], "again", "{verdict}");
    let end = |of: &Value, end: &str| of["ndcg"]["interval"][end].as_f64().unwrap();
    let orders = verdict["simple"].as_array().unwrap();
    assert_eq!(
        orders.iter().map(|of| &of["order"]).collect::<Vec<_>>(),
        ["newest first", "most frequent first"]
    );
    for order in orders {
        assert!(end(verdict, "low") > end(order, "high"), "{verdict}");
    }
    assert!(end(verdict, "low") > 0.95 && verdict["cases"].as_u64() > Some(100), "{verdict}");
    assert_eq!(entries(&report), ITEMS);
    // item1 and item2 last 60 and 80 days; the first was bought just now, the second is due.
    let cases = out.path().join("cases.csv");
    fs::write(&cases, "case,context,targets,days\n1,item2 item1,item2,80 1\n2,item2 item1,item1,1 60\n")
        .unwrap();
    let args = [
        "eval",
        "--model",
        text(out.path()),
        "--cases",
        text(&cases),
        "--list",
        "again",
        "--k",
        "1",
        "--json",
    ];
    let found = json(&cookshelf(&args))[0].clone();
    assert_eq!(found["hitRate"]["mean"].as_f64(), Some(1.0), "{found}");
    assert!(found["sizes"]["sections"].to_string().contains("again"), "{found}");
}

#[test]
fn the_floor_and_the_switch_leave_nothing_behind() {
    let (root, out) = (larder(), tempfile::tempdir().unwrap());
    let made = |settings: &str, more: &[&str]| {
        let report = cooked(root.path(), out.path(), settings, more);
        let sections = report["sections"].as_array().unwrap();
        (entries(&report), sections.iter().any(|section| section["kind"] == "again"))
    };
    assert_eq!(made(ALONE, &[]), (ITEMS, true));
    assert_eq!(made(&format!("{ALONE}again = false\n"), &[]), (0, false));
    assert_eq!(made(ALONE, &["--privacy-floor", "151"]), (0, false), "there are 150 shoppers");
}
