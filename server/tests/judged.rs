//! Evaluation, tuning and the hold-out from end to end, on data whose structure is known.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "judged/newcomers.rs"]
mod newcomers;
#[path = "judged/returns.rs"]
mod returns;
#[path = "judged/shop.rs"]
mod shop;
#[path = "judged/tastes.rs"]
mod tastes;

use std::{fs, path::Path};

use serde_json::Value;
use tempfile::TempDir;

use shop::{cases, chance, cook, cookshelf, folder, json, text};

/// 24 circles of 5 items. A session walks along a circle for 4 steps, and sometimes strays.
fn circles() -> TempDir {
    let mut state = 3;
    folder((0..1500u64).flat_map(move |session| {
        let (circle, start) = (chance(&mut state, 24), chance(&mut state, 5));
        let steps: Vec<_> = (0..4)
            .map(|step| {
                let item = match chance(&mut state, 8) {
                    0 => chance(&mut state, 120),
                    _ => circle * 5 + (start + step) % 5,
                };
                (session, item, session % 400, session * 20 + step)
            })
            .collect();
        steps
    }))
}

/// Nothing follows from anything, and one item in three is chosen by everybody.
fn noise() -> TempDir {
    let mut state = 9;
    folder((0..12_000u64).map(move |row| {
        let item = if chance(&mut state, 2) == 0 { chance(&mut state, 8) } else { chance(&mut state, 300) };
        (row / 3, item, chance(&mut state, 300), row * 10)
    }))
}

#[test]
fn cases_are_scored_through_the_packed_model() {
    let (root, out) = (circles(), tempfile::tempdir().unwrap());
    json(&cook(root.path(), out.path(), &[]));
    // The next item of a circle comes first; an unknown target is missed; of two targets one is found.
    let lines = ["1,item0 item1,item2", "2,item10,no-such-item", "3,item25,item26 nothing"];
    let cases = cases(out.path(), &lines);
    let ask = |more: &[&str]| {
        let mut args =
            vec!["eval", "--model", text(out.path()), "--cases", text(&cases), "--list", "next", "--json"];
        args.extend(more);
        json(&cookshelf(&args))[0].clone()
    };
    let found = ask(&["--k", "1", "--repeats", "hide"]);
    assert_eq!((found["cases"].as_u64(), found["hopeless"].as_u64()), (Some(3), Some(1)), "{found}");
    let mean = |name: &str| found[name]["mean"].as_f64().unwrap();
    assert!((mean("hitRate") - 2.0 / 3.0).abs() < 1e-9, "{found}");
    assert!((mean("recall") - 0.5).abs() < 1e-9 && (mean("mrr") - 2.0 / 3.0).abs() < 1e-9, "{found}");
    assert!((mean("precision") - 2.0 / 3.0).abs() < 1e-9, "{found}");
    assert!(found["precision"]["interval"]["low"].as_f64().unwrap() <= mean("precision"), "{found}");
    let two = ask(&["--k", "2", "--repeats", "hide"])["precision"]["mean"].as_f64().unwrap();
    assert!((two - 1.0 / 3.0).abs() < 1e-9, "two hits in three lists of two places: {two}");
    assert!(found["sizes"]["perItem"].as_f64().unwrap() > 1.0, "{found}");
    let sections = found["sizes"]["sections"].to_string();
    assert!(sections.contains("near next") && !sections.contains("factors"), "{sections}");
    // With repeats shown, the items of the session themselves take the first places.
    let repeated = ask(&["--k", "1"]);
    assert!(repeated["hitRate"]["mean"].as_f64() < found["hitRate"]["mean"].as_f64(), "{repeated}");
}

#[test]
fn models_are_drawn_beside_each_other() {
    let (root, out) = (circles(), tempfile::tempdir().unwrap());
    let folder = |floor: &str| out.path().join(format!("floor-{floor}"));
    for floor in ["2", "20"] {
        json(&cook(root.path(), &folder(floor), &["--privacy-floor", floor]));
    }
    // A bundle alone says nothing of training times.
    let bare = out.path().join("bare.shelf");
    fs::copy(folder("2").join("model.shelf"), &bare).unwrap();
    let cases = cases(out.path(), &["1,item0 item1,item2", "2,item10,item11"]);
    let draw = |models: &[&Path], name: &str| {
        let plot = out.path().join(name);
        let mut args =
            vec!["eval", "--cases", text(&cases), "--list", "next", "--plot", text(&plot), "--model"];
        args.extend(models.iter().map(|path| text(path)));
        let made = cookshelf(&args);
        let said = String::from_utf8_lossy(&made.stderr).into_owned();
        (made.status.success(), said, fs::read_to_string(&plot).unwrap_or_default())
    };
    let (done, said, drawing) = draw(&[&folder("2"), &folder("20")], "a.svg");
    assert!(done, "{said}");
    for expected in
        ["<svg xmlns=", "floor-2 · floor 2", "floor-20 · floor 20", "seconds of training", "NDCG@20"]
    {
        assert!(drawing.contains(expected), "{expected} is not in {drawing}");
    }
    assert_eq!(draw(&[&folder("2"), &folder("20")], "b.svg").2, drawing, "not the same twice");
    let (done, said, page) = draw(&[&bare], "c.html");
    assert!(done && said.contains("Training times are not known"), "{said}");
    assert!(
        page.starts_with("<!doctype html>") && page.contains("<svg") && !page.contains("seconds of"),
        "{page}"
    );
    let (done, said, _) = draw(&[&bare], "d.png");
    assert!(!done && said.contains("a drawing ends in .svg, a page in .html"), "{said}");
}

#[test]
fn faults_of_cases_are_located() {
    let (root, out) = (circles(), tempfile::tempdir().unwrap());
    json(&cook(root.path(), out.path(), &[]));
    let bad = cases(out.path(), &["1,item0"]);
    let (model, good) = (text(out.path()), out.path().join("good.csv"));
    fs::write(&good, "case,context,targets\n1,item0,item1\n").unwrap();
    let table = [
        (vec!["--cases", text(&bad), "--list", "next"], "cases.csv:2: 2 columns"),
        (vec!["--cases", text(&good), "--list", "look"], "the model has no look list"),
        (vec!["--cases", text(&good), "--list", "next", "--where", "colour"], "is no condition"),
        (vec!["--cases", "no-such-file", "--list", "next"], "no-such-file"),
    ];
    for (more, expected) in table {
        let failed = cookshelf(&[&["eval", "--model", model][..], &more].concat());
        let said = String::from_utf8_lossy(&failed.stderr).into_owned();
        assert!(!failed.status.success() && said.contains(expected), "{more:?}: {said}");
    }
}

#[test]
fn tuning_and_the_hold_out_find_what_is_there() {
    let (root, out) = (circles(), tempfile::tempdir().unwrap());
    let effort = ["--tune", "quick", "--holdout", "--gate", "--at", "1763700000"];
    let report = json(&cook(root.path(), out.path(), &effort));
    let tuned = report["tuned"].as_array().unwrap();
    let of = |list: &str| tuned.iter().find(|tuned| tuned["list"] == list).unwrap_or(&Value::Null);
    for list in ["similar", "next", "picks"] {
        let (before, after) = (of(list)["before"].as_f64().unwrap(), of(list)["after"].as_f64().unwrap());
        assert!(after >= before && of(list)["tried"].as_u64().unwrap() > 5, "{list}: {before} to {after}");
    }
    let next = report["holdout"].as_array().unwrap().iter().find(|list| list["list"] == "next").unwrap();
    let hit = |of: &Value| of["hitRate"]["mean"].as_f64().unwrap();
    assert!(hit(next) > 0.7 && hit(&next["popularity"]) < 0.4, "{next}");
    assert!(next["hitRate"]["interval"]["low"].as_f64().unwrap() < hit(next));
    let floors: Vec<u64> =
        next["floors"].as_array().unwrap().iter().map(|at| at["floor"].as_u64().unwrap()).collect();
    assert_eq!(floors, [1, 2, 5, 10, 20]);
    let cost = &next["floorCost"];
    let lost = 1.0 - next["ndcg"]["mean"].as_f64().unwrap() / next["floors"][0]["ndcg"].as_f64().unwrap();
    assert_eq!(cost["floor"].as_u64(), Some(2), "{cost}");
    assert!((cost["lost"].as_f64().unwrap() - lost).abs() < 1e-9, "{cost}");

    // The same data and effort choose the same, on any number of threads.
    let again = tempfile::tempdir().unwrap();
    let more = [&effort[..], &["--threads", "1"]].concat();
    assert_eq!(json(&cook(root.path(), again.path(), &more))["tuned"], report["tuned"]);
    let bundle = |out: &TempDir| fs::read(out.path().join("model.shelf")).unwrap();
    assert!(bundle(&out) == bundle(&again), "other bytes on one thread");
}

#[test]
fn a_list_that_lost_is_not_published() {
    let (root, out) = (noise(), tempfile::tempdir().unwrap());
    let report = json(&cook(root.path(), out.path(), &["--holdout"]));
    let manifest = fs::read(out.path().join("manifest.json")).unwrap();
    let picks = report["holdout"].as_array().unwrap().iter().find(|list| list["list"] == "similar").unwrap();
    let ndcg = |of: &Value| of["ndcg"]["mean"].as_f64().unwrap();
    assert!(ndcg(picks) < ndcg(&picks["popularity"]), "{picks}");
    let refused = cook(root.path(), out.path(), &["--holdout", "--gate"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(6), "{said}");
    assert!(said.contains("lost on the hold-out") && said.contains("nothing was published"), "{said}");
    assert_eq!(fs::read(out.path().join("manifest.json")).unwrap(), manifest);
}
