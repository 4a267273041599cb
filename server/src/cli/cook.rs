//! `cookshelf cook ROOT -o OUT`

use std::{
    fs,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use cookshelf_core::Bundle;

use super::{
    Failure,
    contained::{self, Ended, Memory},
    cook_failure,
    keys::DataPlace,
    output::{ending, json, line, note},
    settings::Given,
};
use crate::{
    cook::{CookParams, CookReport, Logs, cook, execution_name, write_report},
    eval::Evaluation,
    exit_code::Exit,
    page::{Album, cook_page},
    pictures::{Gallery, PictureParams},
    progress::{Progress, thousands},
    settings::{ByteSize, Effort, Settings},
    storage::{Storage, StorageError},
};

/// Cook a data folder into a model, and publish it into a folder that can be served
///
/// ROOT is a data folder of the Intelligent Recommendations contract, unchanged: `model.json` and a folder of files
/// per entity. Or it holds exports of a Shopify shop, events of GA4 or Segment as lines of JSON, or tables with a
/// header such as items.csv and interactions.csv. OUT gets blobs, a bundle, a report, and last the manifest; whatever was published there before
/// stays valid. Cooking again keeps the names of all sections that did not change.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    place: DataPlace,
    /// Where the model goes
    #[arg(short, long, value_name = "OUT")]
    out: PathBuf,
    #[command(flatten)]
    given: Given,
    /// The name of the model in the manifest [default: default]
    #[arg(long)]
    name: Option<String>,
    /// Currency of the prices, such as EUR, for pages that show cards of the model
    #[arg(long)]
    currency: Option<String>,
    /// Address of an item's page, with {id} where the item's id goes
    #[arg(long, value_name = "TEMPLATE")]
    address: Option<String>,
    /// No statistic about fewer distinct shoppers than this enters the model [default: 5]
    #[arg(long, value_name = "SHOPPERS", value_parser = clap::value_parser!(u32).range(1..))]
    privacy_floor: Option<u32>,
    /// Bits per neighbour weight: 4 or 8 [default: 4]
    #[arg(long, value_parser = bits)]
    weight_bits: Option<u8>,
    /// Bits per factor value: 4 or 8 [default: 4]
    #[arg(long, value_parser = bits)]
    factor_bits: Option<u8>,
    /// How much work it may be to find settings that suit the shop [default: off]
    #[arg(long, value_name = "EFFORT")]
    tune: Option<Effort>,
    /// First hide the end of the data, and report how well the lists foresee it: beside popularity, the previous model,
    /// and other privacy floors
    #[arg(long)]
    holdout: bool,
    /// Publish nothing when a list is worse than popularity or the previous model on the hold-out
    #[arg(long, requires = "holdout")]
    gate: bool,
    /// Bytes of an item that picks may take after compression [default: 60 down to 20, by the number of items]
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u32).range(2..=2000))]
    bytes_per_item: Option<u32>,
    #[command(flatten)]
    memory: Memory,
    /// Folder with interactions that arrived live: lines of JSON with the columns of Reco_Interactions
    #[arg(long, value_name = "FOLDER")]
    live: Option<PathBuf>,
    /// Folder that keeps pictures from the web, so that cooking again fetches none [default: a folder of this user]
    #[arg(long, value_name = "FOLDER")]
    pictures_cache: Option<String>,
    /// Folder for error logs and status reports, here or in a store like ROOT [default: OUT/logs]
    #[arg(long, value_name = "FOLDER")]
    logs: Option<String>,
    /// Days for which browsers may believe the manifest
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(i64).range(1..=3650))]
    valid_days: i64,
    /// Moment of this cook in Unix seconds, instead of the clock's; only the manifest shows it
    #[arg(long, value_name = "SECONDS")]
    at: Option<i64>,
    /// Threads; all cores when not given. The result does not depend on it
    #[arg(long)]
    threads: Option<usize>,
    /// Also write a page for people: lists of sample items with pictures and reasons, charts, readiness, bytes, problems,
    /// and with --holdout quality and what the privacy floor costs. One file that needs no network but for pictures on the
    /// web; keep it off a public host like the report
    #[arg(long, value_name = "FILE.html", value_parser = page_file)]
    report: Option<PathBuf>,
    /// Print the whole report as JSON and nothing else
    #[arg(long)]
    json: bool,
    /// Tell progress as lines of JSON on standard error, and end when the program that started this one ends
    #[arg(long, hide = true)]
    told: bool,
}

fn page_file(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match ending(&path).as_str() {
        "html" | "htm" => Ok(path),
        _ => Err("a page ends in .html; report.json is written into OUT in any case".to_owned()),
    }
}

fn bits(text: &str) -> Result<u8, String> {
    match text {
        "4" => Ok(4),
        "8" => Ok(8),
        _ => Err("4 or 8".to_owned()),
    }
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    contained::hold_to_limit()?;
    if args.told {
        contained::end_with_parent()?;
    }
    let storage = args.place.open()?;
    let settings = args.given.settings(&storage)?;
    let started = args.at.unwrap_or_else(clock);
    match (contained::execution(), args.memory.limit(&settings)) {
        (Some(execution), _) => work(args, &storage, &settings, &logs(args, execution, started)?),
        (None, Some(limit)) => oversee(args, limit, started),
        (None, None) => {
            let execution = execution_name(started, std::process::id());
            work(args, &storage, &settings, &logs(args, execution, started)?)
        }
    }
}

/// Lets another process do the work, and tells what happened to it.
fn oversee(args: &Args, limit: ByteSize, started: i64) -> Result<(), Failure> {
    let execution = execution_name(started, std::process::id());
    let system =
        |cause: std::io::Error| Failure::new(Exit::System, format!("cannot start the cook: {cause}"));
    match contained::run_again(limit, &execution).map_err(system)? {
        Ended::Itself(0) => Ok(()),
        Ended::Itself(code) => Err(Failure::new(Exit::Same(code), "")),
        Ended::Stopped(message) => {
            logs(args, execution, started)?.fail(&message, clock()).map_err(unwritable)?;
            Err(Failure::new(Exit::Memory, message))
        }
    }
}

fn work(args: &Args, storage: &Storage, settings: &Settings, logs: &Logs) -> Result<(), Failure> {
    if let Some(threads) = args.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
        pool.map_err(|cause| Failure::new(Exit::System, cause.to_string()))?;
    }
    let progress = match (args.told, args.json) {
        (true, _) => Progress::Told,
        (false, true) => Progress::Silent,
        (false, false) => Progress::Shown,
    };
    let params = params(args, settings);
    logs.begin().map_err(unwritable)?;
    let report = match cook(storage, &args.out, &params, progress) {
        Ok(report) => report,
        Err(cause) => {
            if let Err(cause) = logs.fail(&cause.to_string(), clock()) {
                note(&cause.to_string());
            }
            return Err(cook_failure(&cause));
        }
    };
    write_report(&report, &args.out).map_err(|cause| Failure::new(Exit::System, cause.to_string()))?;
    logs.finish(&report, args.at.unwrap_or_else(clock)).map_err(unwritable)?;
    if let Some(path) = &args.report {
        write_page(path, &report, &args.out, (storage, &params.pictures))?;
    }
    if args.json {
        json(&report);
    } else {
        print(&report, args);
    }
    Ok(())
}

/// Writes the page of what was just published, from the file that was published.
fn write_page(
    path: &Path,
    report: &CookReport,
    out: &Path,
    (storage, pictures): (&Storage, &PictureParams),
) -> Result<(), Failure> {
    let failed = |path: &Path, cause: &dyn std::fmt::Display| {
        Failure::new(
            Exit::System,
            format!("the model is published, but not its page: {}: {cause}", path.display()),
        )
    };
    let bundle_path = out.join("model.shelf");
    let bytes = fs::read(&bundle_path).map_err(|cause| failed(&bundle_path, &cause))?;
    let bundle = Bundle::decode(&bytes).map_err(|cause| failed(&bundle_path, &cause))?;
    let model = bundle.model().map_err(|cause| failed(&bundle_path, &cause))?;
    let album = Album::new(Gallery::open(storage, pictures));
    fs::write(path, cook_page(report, &model, album)).map_err(|cause| failed(path, &cause))
}

/// Defaults, then settings, then what was typed.
fn params(args: &Args, settings: &Settings) -> CookParams {
    let mut params = CookParams::new(args.at.unwrap_or_else(clock));
    params.pictures.cache = user_cache();
    params.apply(settings);
    let mut typed = Settings {
        name: args.name.clone(),
        currency: args.currency.clone(),
        address: args.address.clone(),
        privacy_floor: args.privacy_floor,
        tune: args.tune,
        windows: params.windows.clone(),
        ..Settings::default()
    };
    typed.pictures.cache.clone_from(&args.pictures_cache);
    typed.budget.picks_bytes_per_item = args.bytes_per_item;
    (typed.keep.weight_bits, typed.keep.factor_bits) = (args.weight_bits, args.factor_bits);
    params.apply(&typed);
    (params.hold_out, params.gate, params.samples) = (args.holdout, args.gate, args.report.is_some());
    params.read.read_as = args.given.read_as();
    // Who may not reach a private network by a data folder may not by its pictures either.
    params.pictures.private_networks &= !args.place.is_guarded();
    params.read.live.clone_from(&args.live);
    params.valid_seconds = args.valid_days * 86_400;
    params
}

/// Where this user's programs keep what they can fetch again; there may be no such place in a container.
fn user_cache() -> Option<PathBuf> {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = named("XDG_CACHE_HOME").or_else(|| Some(named("HOME")?.join(".cache")))?;
    Some(folder.join("cookshelf").join("pictures"))
}

fn logs(args: &Args, execution: String, started: i64) -> Result<Logs, Failure> {
    let storage = match &args.logs {
        Some(place) => args.place.open_to_write(place)?,
        None => args.place.open_to_write(&args.out.join("logs").to_string_lossy())?,
    };
    Ok(Logs::new(storage, execution, started))
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
fn unwritable(cause: StorageError) -> Failure {
    Failure::new(Exit::System, cause.to_string())
}

fn clock() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs().cast_signed())
}

fn print(report: &CookReport, args: &Args) {
    line(report.contract.to_string().trim_end());
    if let Some(pictures) = &report.pictures {
        line(&format!("pictures: {} of {} items have one that can be seen", pictures.seen, pictures.items));
        for problem in &pictures.problems {
            let first = problem.examples.first();
            let first =
                first.map_or(String::new(), |one| format!(", such as item {}: {}", one.item, one.message));
            line(&format!("  {} {}{first}", problem.count, problem.error_type));
        }
        pictures.notes.iter().for_each(|text| line(&format!("  {text}")));
    }
    if let Some(texts) = &report.texts {
        line(&format!("texts: the model read {} of {}", texts.read, texts.items));
        texts.problems.iter().for_each(|one| line(&format!("  item {}: {}", one.item, one.message)));
    }
    line("");
    line("list       entries");
    for list in &report.lists {
        let why = list.missing.map_or(String::new(), |why| format!("   none: {why}"));
        line(&format!("{:9} {:>9}{why}", list.list, thousands(list.entries)));
    }
    report.filled.iter().for_each(|filled| line(&filled.to_string()));
    line("");
    line("section              blobs       bytes   bytes per item");
    for section in &report.sections {
        let name = [section.kind, section.list.unwrap_or("")].join(" ");
        let per_item = section.bytes as f64 / f64::from(report.items.max(1));
        line(&format!("{name:18} {:>7} {:>11} {per_item:>16.1}", section.blobs, thousands(section.bytes)));
    }
    for tuned in &report.tuned {
        let settings: Vec<String> =
            tuned.settings.iter().map(|(name, value)| format!("{name} {value}")).collect();
        line(&format!(
            "tuned {} on {} cases, {:.4} to {:.4}: {}",
            tuned.list,
            tuned.cases,
            tuned.before,
            tuned.after,
            settings.join(", ")
        ));
    }
    verdicts(report);
    let seconds = &report.seconds;
    line("");
    line(&format!(
        "{} items, {} interactions, {} bytes ({:.1} per item), {} blobs new and {} unchanged",
        thousands(report.items.into()),
        thousands(report.interactions),
        thousands(report.bytes),
        report.bytes as f64 / f64::from(report.items.max(1)),
        report.new_blobs,
        report.kept_blobs
    ));
    line(&format!(
        "read {:.2} s ({} rows/s), tune {:.2} s, train {:.2} s, text and look {:.2} s, pack {:.2} s, publish {:.2} s; peak memory {} MB",
        seconds.read,
        thousands(report.rows_per_second as u64),
        seconds.tune,
        seconds.train,
        seconds.likeness,
        seconds.pack,
        seconds.publish,
        report.peak_memory_bytes / 1_000_000
    ));
    line(&format!("published as number {} in {}", report.sequence, args.out.display()));
    if let Some(path) = &args.report {
        line(&format!("{} shows what it looks like", path.display()));
    }
}

/// How well the lists foresee what was hidden.
fn verdicts(report: &CookReport) {
    for verdict in &report.holdout {
        let scored = &verdict.scored;
        let beside = |name: &str, of: &Evaluation| {
            line(&format!(
                "  {name:19} HR {:.4}  recall {:.4}  NDCG {:.4}  MRR {:.4}",
                of.hit_rate.mean, of.recall.mean, of.ndcg.mean, of.mrr.mean
            ));
        };
        line("");
        line(&format!(
            "{} on {} hidden cases, {} places",
            scored.list,
            thousands(scored.cases as u64),
            scored.places
        ));
        beside("this model", scored);
        beside("popularity", &verdict.popularity);
        verdict.simple.iter().for_each(|simple| beside(simple.order, &simple.scored));
        if let Some(previous) = &verdict.previous {
            beside("previous model", previous);
        }
        for at in &verdict.floors {
            line(&format!(
                "  {:19} recall {:.4}  NDCG {:.4}  {:.1} % filled by a fallback",
                format!("privacy floor {}", at.floor),
                at.recall,
                at.ndcg,
                100.0 * at.filled
            ));
        }
        if let Some(filled) = &verdict.filled {
            line(&format!("  {filled}"));
        }
        if let Some(cost) = &verdict.floor_cost {
            line(&format!("  {cost}"));
        }
    }
}
