//! Decoding and scoring: native, in Chromium, and in plain JavaScript.

use std::fs;
use std::path::PathBuf;

use super::Pace;
use super::measured::Measured;
use super::table::{Row, duration, thousands};
use crate::debian;
use crate::failure::Failure;
use crate::workshop::Workshop;

/// Kinds of lists whose calls are timed, and the milliseconds that a call may take at most on a phone.
const LISTS: [(&str, u32); 11] = [
    ("picks", 5),
    ("similar", 1),
    ("together", 1),
    ("next", 1),
    ("text", 1),
    ("look", 1),
    ("popular", 1),
    ("trending", 1),
    ("new", 1),
    ("again", 1),
    ("recent", 1),
];
/// Items of the model for which that is promised.
const PROMISED: f64 = 10_000.0;

fn sizes(pace: Pace) -> &'static [u32] {
    match pace {
        Pace::Full => &[1_000, 10_000, 100_000],
        Pace::Quick => &[1_000, 10_000],
    }
}

/// The core's own bench program; a line of JSON per measurement.
pub(super) fn native_rows(workshop: &Workshop, pace: Pace) -> Result<Vec<Row>, Failure> {
    let mut cargo = workshop.command("cargo");
    cargo.args(["bench", "--package", "cookshelf-core", "--bench", "score", "--"]);
    cargo.args(sizes(pace).iter().map(u32::to_string));
    let mut rows = Vec::new();
    for line in Measured::parse_lines(&workshop.journal.output("score natively", &mut cargo)?)? {
        let items = thousands(line.number("/items")?);
        rows.push(Row {
            area: "native",
            what: format!(
                "{}, p50 · p95: {items} items × {} factors",
                line.text("/name")?,
                line.number("/factors")?
            ),
            ours: pair(&line, "")?,
            peer: String::new(),
        });
    }
    Ok(rows)
}

/// The engine and its twin in one page.
pub(super) fn browser_rows(workshop: &Workshop, pace: Pace) -> Result<Vec<Row>, Failure> {
    workshop.package()?;
    workshop.browser()?;
    let models = models(workshop, sizes(pace))?;
    let mut node = workshop.command("node");
    node.current_dir(workshop.places.browser_tests()).env("CHROMIUM", debian::chromium()?);
    node.arg("bench.mjs").args(["--calls", if pace == Pace::Full { "1000" } else { "200" }]).args(models);
    let measured = Measured::parse(&workshop.journal.output("score in Chromium", &mut node)?)?;
    let browser = measured.text("/browser")?;
    let mut rows = Vec::new();
    for result in measured.list("/results")? {
        let items = thousands(result.number("/items")?);
        let row = |what: &str, ours: String, js: String| Row {
            area: "browser",
            what: format!("{what}: {items} items × 64 factors, {browser}"),
            ours,
            peer: format!("plain JavaScript {js}"),
        };
        let decode = |side: &str| result.number(&format!("/decode/{side}")).map(duration);
        rows.push(row("decode ids, factors and all similar shards", decode("wasm")?, decode("js")?));
        for (call, path) in [("similar", "/similar"), ("forYou, 20 events", "/forYou")] {
            let sides = (pair(&result, &format!("{path}/wasm"))?, pair(&result, &format!("{path}/js"))?);
            rows.push(row(&format!("{call}, p50 · p95"), sides.0, sides.1));
        }
        for (list, budget) in LISTS.iter().filter(|_| items == thousands(PROMISED)) {
            rows.push(Row {
                area: "browser",
                what: format!("list `{list}`, p50 · p95: {items} items, {browser}"),
                ours: pair(&result, &format!("/lists/{list}"))?,
                peer: format!("at most {budget} ms on a phone"),
            });
        }
    }
    Ok(rows)
}

fn pair(measured: &Measured, path: &str) -> Result<String, Failure> {
    let half = measured.number(&format!("{path}/p50"))?;
    let most = measured.number(&format!("{path}/p95"))?;
    Ok(format!("{} · {}", duration(half), duration(most)))
}

/// Made-up models, named by their number of items.
pub(super) fn models(workshop: &Workshop, sizes: &[u32]) -> Result<Vec<PathBuf>, Failure> {
    let program = workshop.bench_program("bench-model")?;
    let folder = workshop.places.cache.join("bench");
    fs::create_dir_all(&folder).map_err(|e| Failure::file("make", &folder, &e))?;
    let mut files = Vec::new();
    for items in sizes {
        let file = folder.join(format!("{items}.blobs"));
        let mut make = workshop.command(&program.to_string_lossy());
        make.arg(items.to_string()).arg(&file);
        workshop.journal.run(&format!("model of {items} items"), &mut make)?;
        files.push(file);
    }
    Ok(files)
}
