//! `cookshelf eval --model BUNDLE --cases CASES --list KIND`

use std::{
    fs,
    path::{Path, PathBuf},
};

use cookshelf_core::{Bundle, ListKind};
use serde::Serialize;

use super::{
    Failure,
    output::{ending, json, line, note},
};
use crate::{
    eval::{EvalParams, Evaluation, Figure, Sizes, Where, default_repeats, evaluate, read_cases, sizes},
    exit_code::Exit,
    page::{Compared, NO_TIMES, comparison_drawing, comparison_page},
    progress::{Progress, thousands},
};

/// Score a model's lists on cases that it has not seen, through the code that shoppers' browsers run
///
/// CASES is a table with the header case,context,targets; ids are separated by spaces, the context stands oldest
/// first. A fourth column days may say how many days ago each item of the context was chosen, separated by spaces.
/// Every item of the shop takes part; items of equal score share the mean of their places.
///
/// A model has one privacy floor, and what it left out cannot be asked for. To see what floors cost, cook with
/// --holdout, or cook once per floor into folders of their own and name all of them after --model.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A bundle (.shelf), or a cooked folder; several to compare them
    #[arg(long, value_name = "BUNDLE", required = true, num_args = 1..)]
    model: Vec<PathBuf>,
    /// A file of cases
    #[arg(long, value_name = "FILE")]
    cases: PathBuf,
    /// Which list: picks, similar, together, next, popular, trending, new, text, look, again
    #[arg(long, value_name = "KIND", value_parser = list_kind)]
    list: ListKind,
    /// Places of the list that count
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    k: u32,
    /// Whether what is in the context may be shown again [default: show for next and again, else hide]
    #[arg(long, value_name = "show|hide", value_parser = ["show", "hide"])]
    repeats: Option<String>,
    /// Leave a short list short, instead of filling it with trending and popular
    #[arg(long)]
    no_fallback: bool,
    /// Only items that fulfil this: column=value, category=NAME or stock=yes; several must all hold
    #[arg(long = "where", value_name = "CONDITION")]
    conditions: Vec<Where>,
    /// Also draw the models: NDCG against bytes an item, and against training time where cooked folders tell it. FILE
    /// ends in .svg, or in .html for a page with all figures
    #[arg(long, value_name = "FILE", value_parser = plot)]
    plot: Option<Plot>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A drawing to write.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Plot {
    path: PathBuf,
    form: PlotForm,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PlotForm {
    Drawing,
    Page,
}

fn plot(text: &str) -> Result<Plot, String> {
    let path = PathBuf::from(text);
    let form = match ending(&path).as_str() {
        "svg" => PlotForm::Drawing,
        "html" | "htm" => PlotForm::Page,
        _ => return Err("a drawing ends in .svg, a page in .html".to_owned()),
    };
    Ok(Plot { path, form })
}

fn list_kind(text: &str) -> Result<ListKind, String> {
    let found = ListKind::ALL.into_iter().find(|list| list.name() == text);
    found.ok_or_else(|| format!("no such list; one of {}", ListKind::ALL.map(ListKind::name).join(", ")))
}

/// One model's result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    model: String,
    privacy_floor: u32,
    /// Seconds that the cook trained all its lists, where a report beside the bundle tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    training_seconds: Option<f64>,
    #[serde(flatten)]
    evaluation: Evaluation,
    sizes: Sizes,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let text = fs::read_to_string(&args.cases).map_err(|cause| located(&args.cases, &cause.to_string()))?;
    let input = |cause: crate::eval::EvalError| Failure::new(Exit::Input, cause.to_string());
    let cases = read_cases(&text, &args.cases.display().to_string()).map_err(input)?;
    let params = params(args);
    let progress = if args.json { Progress::Silent } else { Progress::Shown };
    let mut views = Vec::new();
    for path in &args.model {
        let path = if path.is_dir() { path.join("model.shelf") } else { path.clone() };
        let bytes = fs::read(&path).map_err(|cause| located(&path, &cause.to_string()))?;
        let bundle = Bundle::decode(&bytes).map_err(|cause| located(&path, &cause.to_string()))?;
        let model = bundle.model().map_err(|cause| located(&path, &cause.to_string()))?;
        if !model.lists().contains(&args.list) {
            return Err(located(&path, &format!("the model has no {} list", args.list.name())));
        }
        views.push(View {
            model: path.display().to_string(),
            privacy_floor: model.meta().map_or(0, |meta| meta.privacy_floor),
            training_seconds: training_seconds(&path, args.list),
            evaluation: evaluate(&model, &cases, &params, progress).map_err(input)?,
            sizes: sizes(&bundle, &cases[0], &params).map_err(|cause| located(&path, &cause.to_string()))?,
        });
    }
    if args.json {
        json(&views)
    } else {
        print(&views)
    }
    args.plot.as_ref().map_or(Ok(()), |plot| draw(plot, &views))
}

/// How long the cook beside a bundle learned: pictures and texts for the lists that are made of them, else all the rest.
fn training_seconds(bundle: &Path, list: ListKind) -> Option<f64> {
    let text = fs::read_to_string(bundle.with_file_name("report.json")).ok()?;
    let report: serde_json::Value = serde_json::from_str(&text).ok()?;
    let stage = if matches!(list, ListKind::Text | ListKind::Look) { "likeness" } else { "train" };
    report["seconds"][stage].as_f64().filter(|seconds| *seconds > 0.0)
}

fn draw(plot: &Plot, views: &[View]) -> Result<(), Failure> {
    let names = short_names(&views.iter().map(|view| view.model.as_str()).collect::<Vec<&str>>());
    let compared = views.iter().zip(&names).map(|(view, name)| Compared {
        name,
        privacy_floor: view.privacy_floor,
        evaluation: &view.evaluation,
        sizes: &view.sizes,
        training_seconds: view.training_seconds,
    });
    let compared: Vec<Compared<'_>> = compared.collect();
    let text = match plot.form {
        PlotForm::Drawing => comparison_drawing(&compared),
        PlotForm::Page => comparison_page(&compared),
    };
    let failed = |cause: std::io::Error| {
        Failure::new(Exit::System, format!("cannot write {}: {cause}", plot.path.display()))
    };
    fs::write(&plot.path, text).map_err(failed)?;
    if views.iter().all(|view| view.training_seconds.is_none()) {
        note(NO_TIMES);
    }
    Ok(())
}

/// What tells the models apart: paths without what all of them begin with, and without the usual file name.
fn short_names(paths: &[&str]) -> Vec<String> {
    let parts: Vec<Vec<&str>> = paths
        .iter()
        .map(|path| {
            let bare = path.strip_suffix("/model.shelf").or(path.strip_suffix(".shelf")).unwrap_or(path);
            bare.split('/').filter(|part| !part.is_empty()).collect()
        })
        .collect();
    let shortest = parts.iter().map(Vec::len).min().unwrap_or(0);
    let same = |at: &usize| parts.iter().all(|own| own[*at] == parts[0][*at]);
    // The last part is always a name.
    let begin = (0..shortest.saturating_sub(1)).take_while(same).count();
    parts.iter().map(|own| own[begin.min(own.len().saturating_sub(1))..].join("/")).collect()
}

fn located(path: &Path, cause: &str) -> Failure {
    Failure::new(Exit::Input, format!("{}: {cause}", path.display()))
}

fn params(args: &Args) -> EvalParams {
    let mut params = EvalParams::new(args.list);
    params.places = args.k;
    params.repeats = args.repeats.as_deref().map_or(default_repeats(args.list), |repeats| repeats == "show");
    params.conditions.clone_from(&args.conditions);
    if args.no_fallback {
        params.fallback.clear();
    }
    params
}

fn print(views: &[View]) {
    for View { model, privacy_floor, evaluation, sizes, .. } in views {
        let Evaluation { list, places, cases, hopeless, .. } = evaluation;
        let repeats = if evaluation.repeats { "shown" } else { "hidden" };
        line(&format!("{model}, privacy floor {privacy_floor}"));
        line(&format!(
            "{list}, {places} places, {} cases ({hopeless} without a known target), repeats {repeats}",
            thousands(*cases as u64)
        ));
        line("");
        for (name, figure) in [
            ("HR", evaluation.hit_rate),
            ("Recall", evaluation.recall),
            ("Precision", evaluation.precision),
            ("NDCG", evaluation.ndcg),
            ("MRR", evaluation.mrr),
        ] {
            line(&format!("{:12} {}", format!("{name}@{places}"), shown(figure)));
        }
        line(&format!(
            "coverage     {:.1} % of the items; in {:.2} of 100 contexts on average",
            100.0 * evaluation.coverage,
            evaluation.popularity
        ));
        line(&format!("fallback     {:.1} % of the places", 100.0 * evaluation.filled));
        line(&format!("time         {:.1} µs per answer", evaluation.micros));
        let parts: Vec<String> =
            sizes.sections.iter().map(|(name, bytes)| format!("{name} {}", thousands(*bytes))).collect();
        line(&format!("bytes        {:.1} per item after brotli ({})", sizes.per_item, parts.join(", ")));
        line("");
    }
}

fn shown(figure: Figure) -> String {
    let interval = figure.interval.map_or(String::new(), |at| format!("   {:.4} to {:.4}", at.low, at.high));
    format!("{:.4}{interval}", figure.mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_short_as_they_can_be() {
        let table: [(&[&str], &[&str]); 4] = [
            (&["/data/cooked/model.shelf"], &["cooked"]),
            (&["a/x/model.shelf", "a/y.shelf"], &["x", "y"]),
            (&["a/x/model.shelf", "a/x/old.shelf"], &["x", "x/old"]),
            (&["one.shelf", "one.shelf"], &["one", "one"]),
        ];
        for (paths, expected) in table {
            assert_eq!(short_names(paths), expected, "{paths:?}");
        }
    }

    #[test]
    fn a_plot_is_a_drawing_or_a_page() {
        let form = |text: &str| plot(text).map(|plot| plot.form);
        assert_eq!(form("a/b.SVG"), Ok(PlotForm::Drawing));
        assert_eq!(form("b.html"), Ok(PlotForm::Page));
        assert!(form("b.png").is_err() && form("svg").is_err());
    }
}
