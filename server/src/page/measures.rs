//! What the hold-out found: quality beside popularity, and what the privacy floor costs.

use super::comparison::said;
use super::document::{row, table};
use crate::cook::{CookReport, FloorVerdict, ListVerdict};
use crate::draw::{Curve, curve};
use crate::eval::Evaluation;
use crate::markup::{Length, Markup};
use crate::progress::thousands;

const NO_HOLDOUT: &str = "Nobody asked: cook with --holdout, and the end of the data is hidden first, so that the lists \
    can be asked to foresee it.";

/// Quality per list.
pub(super) fn quality(out: &mut Markup, report: &CookReport) {
    out.say("h2", &[("id", &"quality")], "How well the lists foresee");
    if report.holdout.is_empty() {
        out.say("p", &[("class", &"quiet")], NO_HOLDOUT);
        return;
    }
    out.say(
        "p",
        &[],
        "The end of the data was hidden, and each list was learned from the rest and asked what followed. NDCG is 1 when \
        everything that followed stands on top of the list, and 0 when none of it is there.",
    );
    let most = report.holdout.iter().flat_map(|verdict| [high(&verdict.scored), high(&verdict.popularity)]);
    let most = most.fold(f64::MIN_POSITIVE, f64::max);
    let heads = [
        "list",
        "NDCG",
        "drawn",
        "popularity",
        "previous model",
        "HR",
        "recall",
        "precision",
        "MRR",
        "hidden cases",
    ];
    table(out, "Means, with 95 % intervals. The dash in a bar is popularity.", &heads, |out| {
        report.holdout.iter().for_each(|verdict| list(out, verdict, most));
    });
    let filled: Vec<String> =
        report.holdout.iter().filter_map(|verdict| Some(verdict.filled?.to_string())).collect();
    items(out, "What was borrowed for the items that the rest of the data said too little of:", &filled);
}

fn high(evaluation: &Evaluation) -> f64 {
    evaluation.ndcg.interval.map_or(evaluation.ndcg.mean, |interval| interval.high)
}

fn list(out: &mut Markup, verdict: &ListVerdict, most: f64) {
    let ListVerdict { scored, popularity, previous, .. } = verdict;
    out.element("tr", &[], |out| {
        out.element("th", &[("scope", &"row")], |out| {
            out.text(&format!("{}@{}", scored.list, scored.places));
            let (class, word) = match verdict.lost_to() {
                Some(_) => ("fail", "lost"),
                None if scored.ndcg.mean > popularity.ndcg.mean => ("pass", times(scored, popularity)),
                None => ("warn", "no better"),
            };
            out.text(" ");
            out.say("span", &[("class", &format!("badge {class}"))], word);
        });
        out.say("td", &[("class", &"figure")], &said(scored.ndcg));
        out.element("td", &[("class", &"drawn")], |out| beside(out, scored, popularity, most));
        out.say("td", &[], &format!("{:.4}", popularity.ndcg.mean));
        out.say(
            "td",
            &[],
            &previous.as_ref().map_or("-".to_owned(), |previous| format!("{:.4}", previous.ndcg.mean)),
        );
        for figure in [scored.hit_rate, scored.recall, scored.precision, scored.mrr] {
            out.say("td", &[], &format!("{:.4}", figure.mean));
        }
        out.say("td", &[], &thousands(scored.cases as u64));
    });
}

/// How much better than popularity, in a word.
fn times(scored: &Evaluation, popularity: &Evaluation) -> &'static str {
    match scored.ndcg.mean / popularity.ndcg.mean.max(f64::MIN_POSITIVE) {
        times if times >= 5.0 => "over 5 times popularity",
        times if times >= 3.0 => "over 3 times popularity",
        times if times >= 2.0 => "over twice popularity",
        times if times >= 1.5 => "well above popularity",
        _ => "above popularity",
    }
}

/// A bar of what a list scored, its interval, and a dash for popularity.
fn beside(out: &mut Markup, scored: &Evaluation, popularity: &Evaluation, most: f64) {
    const WIDTH: f64 = 180.0;
    let place = |value: f64| Length(WIDTH * (value / most).clamp(0.0, 1.0));
    let frame =
        [("class", &"chart span" as _), ("viewBox", &"-2 0 184 20" as _), ("aria-hidden", &"true" as _)];
    out.element("svg", &frame, |out| {
        out.leaf(
            "rect",
            &[("class", &"fill"), ("y", &4), ("width", &place(scored.ndcg.mean)), ("height", &12)],
        );
        if let Some(interval) = scored.ndcg.interval {
            let (x1, x2) = (place(interval.low), place(interval.high));
            out.leaf("line", &[("class", &"whisker"), ("x1", &x1), ("x2", &x2), ("y1", &10), ("y2", &10)]);
        }
        let x = place(popularity.ndcg.mean);
        out.leaf("line", &[("class", &"dash"), ("x1", &x), ("x2", &x), ("y1", &1), ("y2", &19)]);
    });
}

/// Quality against the privacy floor.
pub(super) fn floor(out: &mut Markup, report: &CookReport, floor: u32) {
    out.say("h2", &[("id", &"floor")], "What privacy costs");
    let is = format!(
        "No statistic about fewer than {floor} distinct shoppers enters this model (the privacy floor). A lower floor \
        knows more of rare items, a higher one hides every shopper better."
    );
    out.say("p", &[], &is);
    if report.holdout.is_empty() {
        out.say("p", &[("class", &"quiet")], NO_HOLDOUT);
        return;
    }
    let costs = report.holdout.iter().filter_map(|verdict| Some(verdict.floor_cost?.to_string()));
    items(out, "", &costs.collect::<Vec<String>>());
    floors(out, report);
    out.element("div", &[("class", &"curves")], |out| {
        report.holdout.iter().for_each(|verdict| out.append(&curve(&of(verdict, floor))));
    });
}

/// NDCG of every list at every floor.
fn floors(out: &mut Markup, report: &CookReport) {
    let Some(first) = report.holdout.first() else { return };
    let heads: Vec<String> = first.floors.iter().map(|at| format!("floor {}", at.floor)).collect();
    let heads: Vec<&str> = std::iter::once("list").chain(heads.iter().map(String::as_str)).collect();
    table(out, "Mean NDCG, and the share of places that a fallback filled", &heads, |out| {
        for verdict in &report.holdout {
            let cell = |at: &FloorVerdict| format!("{:.4} · {:.0} %", at.ndcg, 100.0 * at.filled);
            row(out, verdict.scored.list, &verdict.floors.iter().map(cell).collect::<Vec<String>>());
        }
    });
}

/// Sentences as a list, with what they are about above; nothing where there are none.
pub(super) fn items(out: &mut Markup, about: &str, sentences: &[String]) {
    if sentences.is_empty() {
        return;
    }
    if !about.is_empty() {
        out.say("p", &[], about);
    }
    out.element("ul", &[], |out| {
        sentences.iter().for_each(|said| out.say("li", &[], &capital(&said.replace('`', ""))));
    });
}

fn of(verdict: &ListVerdict, floor: u32) -> Curve {
    let scored = &verdict.scored;
    Curve {
        id: format!("floor-{}", scored.list),
        title: scored.list.to_owned(),
        quality: format!("NDCG@{}", scored.places),
        floors: verdict.floors.iter().map(|at| (at.floor, at.ndcg, at.filled)).collect(),
        chosen: (floor, scored.ndcg.mean),
        popularity: verdict.popularity.ndcg.mean,
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
