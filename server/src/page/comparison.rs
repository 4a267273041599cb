//! Models beside each other: what `cookshelf eval --plot` writes.
//!
//! Times of answers are left out, so that the same models and cases give the same
//! file on every machine.

use super::document::{Pictures, document, row, table};
use crate::draw::{Cloud, Mark, points, short};
use crate::eval::{Evaluation, Figure, Sizes};
use crate::markup::Markup;
use crate::progress::thousands;

/// One model and what it scored.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// What it is called here.
    pub name: &'a str,
    /// Its privacy floor.
    pub privacy_floor: u32,
    /// What it scored.
    pub evaluation: &'a Evaluation,
    /// What it weighs.
    pub sizes: &'a Sizes,
    /// How long its cook trained, where that is known.
    pub training_seconds: Option<f64>,
}

/// The drawing alone.
pub fn comparison_drawing(models: &[Compared<'_>]) -> String {
    let mut text = drawing(models).into_string();
    text.push('\n');
    text
}

/// The drawing with the table of all figures.
pub fn comparison_page(models: &[Compared<'_>]) -> String {
    document(&title(models), Pictures::None, |out| {
        out.element("main", &[], |out| {
            out.say("h1", &[], "Models beside each other");
            out.element("div", &[("class", &"plot")], |out| out.append(&drawing(models)));
            if models.iter().all(|model| model.training_seconds.is_none()) {
                out.say("p", &[("class", &"quiet")], NO_TIMES);
            }
            figures(out, models);
        });
    })
}

/// What stands in for the panel of training times when no bundle has any.
pub const NO_TIMES: &str = "Training times are not known: give cooked folders, whose report.json tells them.";

fn title(models: &[Compared<'_>]) -> String {
    let first = models.first().map(|model| model.evaluation);
    first.map_or(String::new(), |first| {
        format!("{} on {} cases, {} places", first.list, thousands(first.cases as u64), first.places)
    })
}

fn quality(models: &[Compared<'_>]) -> String {
    format!("NDCG@{}", models.first().map_or(0, |model| model.evaluation.places))
}

fn drawing(models: &[Compared<'_>]) -> Markup {
    let floors_differ = models.windows(2).any(|pair| pair[0].privacy_floor != pair[1].privacy_floor);
    let mark = |model: &Compared<'_>, cost: f64| Mark {
        name: match floors_differ {
            true => format!("{} · floor {}", model.name, model.privacy_floor),
            false => model.name.to_owned(),
        },
        cost,
        quality: model.evaluation.ndcg.mean,
        interval: model.evaluation.ndcg.interval.map(|interval| (interval.low, interval.high)),
    };
    let bytes = models.iter().map(|model| mark(model, model.sizes.per_item)).collect();
    let mut clouds = vec![Cloud { cost: "bytes an item, after brotli".to_owned(), marks: bytes }];
    let timed: Vec<Mark> =
        models.iter().filter_map(|model| Some(mark(model, model.training_seconds?))).collect();
    if !timed.is_empty() {
        clouds.push(Cloud { cost: "seconds of training, all lists of the cook".to_owned(), marks: timed });
    }
    points("comparison", &title(models), &quality(models), &clouds)
}

fn figures(out: &mut Markup, models: &[Compared<'_>]) {
    let places = models.first().map_or(0, |model| model.evaluation.places);
    let at = |name: &str| format!("{name}@{places}");
    let measures = ["HR", "Recall", "Precision", "NDCG", "MRR"].map(at);
    let mut heads = vec!["model", "privacy floor"];
    heads.extend(measures.iter().map(String::as_str));
    heads.extend(["items shown", "fallbacks", "bytes an item", "training"]);
    table(out, "All figures, with 95 % intervals", &heads, |out| {
        for model in models {
            let Evaluation { hit_rate, recall, precision, ndcg, mrr, coverage, filled, .. } =
                model.evaluation;
            let mut cells = vec![model.privacy_floor.to_string()];
            cells.extend([hit_rate, recall, precision, ndcg, mrr].map(|figure| said(*figure)));
            cells.push(format!("{:.1} %", 100.0 * coverage));
            cells.push(format!("{:.1} %", 100.0 * filled));
            cells.push(short(model.sizes.per_item));
            cells.push(
                model.training_seconds.map_or("-".to_owned(), |seconds| format!("{} s", short(seconds))),
            );
            row(out, model.name, &cells);
        }
    });
}

/// A mean with its interval.
pub(super) fn said(figure: Figure) -> String {
    let interval = figure.interval.map_or(String::new(), |at| format!(" ({:.4} to {:.4})", at.low, at.high));
    format!("{:.4}{interval}", figure.mean)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::Interval;

    fn evaluation(ndcg: f64) -> Evaluation {
        let interval = Some(Interval { low: ndcg - 0.01, high: ndcg + 0.01 });
        Evaluation {
            list: "next",
            places: 20,
            cases: 1234,
            ndcg: Figure { mean: ndcg, interval },
            ..Evaluation::default()
        }
    }

    #[test]
    fn every_model_is_a_mark_and_a_row() {
        let evaluations = [evaluation(0.2), evaluation(0.3)];
        let sizes = [20.0, 80.0].map(|per_item| Sizes { per_item, ..Sizes::default() });
        let compared = |at: usize, floor: u32, training_seconds| Compared {
            name: ["<small>", "large"][at],
            privacy_floor: floor,
            evaluation: &evaluations[at],
            sizes: &sizes[at],
            training_seconds,
        };
        let page = comparison_page(&[compared(0, 5, None), compared(1, 1, Some(3.25))]);
        for expected in [
            "next on 1,234 cases, 20 places",
            "&lt;small&gt; · floor 5: 0.2000 (0.1900 to 0.2100) at 20;",
            "large · floor 1: 0.3000 (0.2900 to 0.3100) at 3.25.",
            "<td>0.3000 (0.2900 to 0.3100)</td>",
            "<td>3.25 s</td>",
        ] {
            assert!(page.contains(expected), "{expected} is not in {page}");
        }
        assert!(!page.contains(NO_TIMES) && !page.contains("<small>"));
        let same = [compared(0, 5, None), compared(1, 5, None)];
        assert!(comparison_page(&same).contains(NO_TIMES));
        let drawing = comparison_drawing(&same);
        assert!(!drawing.contains("floor") && !drawing.contains("seconds"), "{drawing}");
        assert!(drawing.starts_with("<svg xmlns=") && drawing.ends_with("</svg>\n"), "{drawing}");
    }
}
