//! `cookshelf eval --model BUNDLE --cases CASES --list KIND`

use std::{
    fs,
    path::{Path, PathBuf},
};

use cookshelf_core::{Bundle, ListKind};
use serde::Serialize;

use super::{
    Failure,
    output::{json, line},
};
use crate::{
    eval::{EvalParams, Evaluation, Figure, Sizes, Where, default_repeats, evaluate, read_cases, sizes},
    exit_code::Exit,
    progress::{Progress, thousands},
};

/// Score a model's lists on cases that it has not seen, through the code that shoppers' browsers run
///
/// CASES is a table with the header case,context,targets; ids are separated by spaces, the context stands oldest
/// first. Every item of the shop takes part; items of equal score share the mean of their places.
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
    /// Print JSON
    #[arg(long)]
    json: bool,
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
            evaluation: evaluate(&model, &cases, &params, progress).map_err(input)?,
            sizes: sizes(&bundle, &cases[0], &params).map_err(|cause| located(&path, &cause.to_string()))?,
        });
    }
    if args.json {
        json(&views)
    } else {
        print(&views)
    }
    Ok(())
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
    for View { model, privacy_floor, evaluation, sizes } in views {
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
