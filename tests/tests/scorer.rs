//! The scorer of `cargo xtask peers` and `cookshelf eval` give the same figures for the same lists.
//!
//! They share no code. What is asked has many items of equal score, because rows of four bits have few levels.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fmt::Write;
use std::fs;

use cookshelf_core::{Bundle, Event, EventKind, Item, ListKind, Model, Outcome, Request, recommend};
use cookshelf_server::cook::{CookParams, cook};
use cookshelf_server::demo::{ShopParams, write_shop};
use cookshelf_server::eval::{EvalParams, evaluate, read_cases};
use cookshelf_server::progress::Progress;
use cookshelf_server::storage::Storage;
use xtask::peers::score::{Figure, score};

/// A cooked demo shop.
fn model() -> Model {
    let folder = tempfile::tempdir().unwrap();
    let shop = ShopParams { items: 200, shoppers: 600, seed: 3 };
    write_shop(folder.path(), &shop, Progress::Silent).unwrap();
    let (root, out) = (folder.path().join("root"), folder.path().join("models"));
    cook(&Storage::disk(&root).unwrap(), &out, &CookParams::new(1_763_700_000), Progress::Silent).unwrap();
    Bundle::decode(&fs::read(out.join("model.shelf")).unwrap()).unwrap().model().unwrap()
}

/// Contexts of one to three items, and targets of one to four, one of which no model knows.
fn cases(model: &Model) -> String {
    let mut text = "case,context,targets\n".to_owned();
    let id = |at: u32| model.ids().id(at % model.items()).unwrap();
    for case in 0..300u32 {
        let context: Vec<String> = (0..=case % 3).map(|step| id(case * 7 + step * 31)).collect();
        let mut targets: Vec<String> = (0..=case % 4).map(|step| id(case * 13 + step * step * 5)).collect();
        if case % 5 == 0 {
            targets.push("unheard-of".to_owned());
        }
        writeln!(text, "{case},{},{}", context.join(" "), targets.join(" ")).unwrap();
    }
    text
}

/// The list as a peer would write it: groups of equal items.
fn line(model: &Model, name: &str, items: &[Item]) -> String {
    let mut text = name.to_owned();
    for group in items.chunk_by(|a, b| (a.list, a.reason, a.score) == (b.list, b.reason, b.score)) {
        let ids: Vec<String> = group.iter().map(|item| model.ids().id(item.position).unwrap()).collect();
        write!(text, "\t{}", ids.join(" ")).unwrap();
    }
    text + "\n"
}

#[test]
fn both_scorers_agree() {
    let model = model();
    let text = cases(&model);
    let cases = read_cases(&text, "cases").unwrap();
    for (list, places) in [(ListKind::Similar, 10), (ListKind::Picks, 20), (ListKind::Popular, 5)] {
        let params = EvalParams { places, resamples: 0, ..EvalParams::new(list) };
        let theirs = evaluate(&model, &cases, &params, Progress::Silent).unwrap();
        let mut lists = String::new();
        for case in &cases {
            let ids = || case.context.iter().map(String::as_str);
            let view = |item| Event { item, kind: EventKind::View, age_hours: 0 };
            let mut request =
                Request { fallback: params.fallback.clone(), ..Request::new(list, model.items()) };
            match list {
                ListKind::Picks => request.profile = ids().rev().map(view).collect(),
                ListKind::Popular => request.exclude = ids().collect(),
                _ => request.seeds = ids().collect(),
            }
            let Outcome::Done(found) = recommend(&model, &request) else { panic!("a whole model") };
            lists += &line(&model, &case.name, &found.items);
        }
        let ours = score(&text, &lists, places.into()).unwrap();
        let pairs = [
            (Figure::HitRate, theirs.hit_rate.mean),
            (Figure::Recall, theirs.recall.mean),
            (Figure::Ndcg, theirs.ndcg.mean),
            (Figure::Mrr, theirs.mrr.mean),
        ];
        for (figure, expected) in pairs {
            let found = figure.of(&ours);
            assert!((found - expected).abs() < 1e-12, "{list:?} {}: {found}, {expected}", figure.name());
        }
        assert!(ours.hit_rate > 0.0, "{list:?} shows something");
    }
}
