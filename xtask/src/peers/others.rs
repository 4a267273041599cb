//! The other side: Python peers, each in a process of its own.
//!
//! Knows their names and the words that start them; what they do stands in `tests/peers/lists`. A peer that fails is
//! a row that says so, never a row that is missing.

use std::fs;
use std::path::{Path, PathBuf};

use super::layout::{Questions, Set};
use super::score::{self, Figure};
use super::table::{Measurement, Row};
use super::{PeersPlan, THREADS, ours, repeats};
use crate::bench::Pace;
use crate::bench::measured::Measured;
use crate::failure::Failure;
use crate::python;
use crate::workshop::Workshop;

const SCRIPTS: &str = "tests/peers/lists";

/// Who can make a list.
fn peers(list: &str) -> &'static [&'static str] {
    match list {
        "picks" | "similar" => {
            &["popular", "cosine", "bm25", "als64", "als128", "ease", "ease-scaled", "rectools"]
        }
        "together" => &["popular", "cosine", "ease", "ease-scaled"],
        "next" => &["popular", "followed", "sknn"],
        "text" => &["tfidf-char", "tfidf-word"],
        "look" => &["hog", "hog-colour"],
        _ => &["popular"],
    }
}

/// The interpreter that has them all; its own tests have passed.
pub(super) fn ready(workshop: &Workshop) -> Result<PathBuf, Failure> {
    let scripts = workshop.places.repo.join(SCRIPTS);
    let python = python::environment(workshop, "peers-lists", &scripts.join("requirements.txt"))?;
    let mut tests = workshop.command(&python.to_string_lossy());
    tests.current_dir(&scripts).args(["-B", "-m", "unittest", "--quiet"]);
    workshop.journal.run("tests of the peers", &mut tests)?;
    Ok(python)
}

/// A row for every peer of this list.
pub(super) fn rows(
    workshop: &Workshop,
    plan: &PeersPlan,
    python: &Path,
    (set, asked): (&Set, &Questions),
) -> Result<Vec<Row>, Failure> {
    let cases = fs::read_to_string(&asked.file).map_err(|e| Failure::file("read", &asked.file, &e))?;
    let folder = ours::folder(workshop, &set.name)?;
    let mut rows = Vec::new();
    for &peer in peers(&asked.list) {
        let lists = folder.join(format!("{}-{peer}.tsv", asked.name));
        let mut script = workshop.command(&python.to_string_lossy());
        script.arg("-B").arg(workshop.places.repo.join(SCRIPTS).join("peer.py")).arg(peer);
        for threads in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"] {
            script.env(threads, THREADS);
        }
        script.arg("--root").arg(&set.root).arg("--cases").arg(&asked.file).arg("--out").arg(&lists);
        script.args(["--list", &asked.list, "--repeats", repeats(&asked.list)]);
        script.args(["--places", &asked.places().to_string()]);
        script.args(asked.conditions());
        script.args(["--pace", if plan.pace == Pace::Quick { "quick" } else { "full" }]);
        let title = format!("{peer} on {}/{}", set.name, asked.name);
        let row = match workshop.journal.output(&title, &mut script) {
            Ok(told) => row(&Measured::parse(&told)?, || read(&lists), &cases, asked)?,
            Err(failure) => {
                eprintln!("{failure}");
                Row::without(peer, "failed; its log says why")
            }
        };
        rows.push(Row { set: set.name.clone(), list: asked.name.clone(), ..row });
    }
    Ok(rows)
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|e| Failure::file("read", path, &e))
}

fn row(
    told: &Measured,
    lists: impl FnOnce() -> Result<String, Failure>,
    cases: &str,
    asked: &Questions,
) -> Result<Row, Failure> {
    let who = format!("{} ({} {})", told.text("/who")?, told.text("/package")?, told.text("/version")?);
    if let Ok(why) = told.text("/skipped") {
        return Ok(Row::without(&who, &why));
    }
    let scores = score::score(cases, &lists()?, asked.places())?;
    let figures = Figure::of_list(&asked.list).map(|figure| (figure, figure.of(&scores)));
    let (settings, tried) = (told.text("/shown")?, told.number("/tried")?);
    let measurement = Measurement {
        figures: figures.to_vec(),
        seconds: told.number("/seconds")?,
        memory: told.number("/peakMemoryBytes")?,
        bytes_per_item: told.number("/modelBytes")? / told.number("/items")?.max(1.0),
    };
    let notes = match (settings.is_empty(), tried > 1.0) {
        (true, _) => String::new(),
        (false, true) => format!("{settings}; best of {tried} on a cut of the data"),
        (false, false) => format!("{settings}; recommended"),
    };
    Ok(Row { who, outcome: Ok(measurement), notes, ..Row::default() })
}

#[cfg(test)]
mod tests {
    use super::super::layout::Ways;
    use super::*;

    fn asked() -> Questions {
        Questions {
            name: "picks".to_owned(),
            list: "picks".to_owned(),
            file: PathBuf::new(),
            ways: Ways::default(),
        }
    }

    #[test]
    fn what_a_peer_tells_becomes_a_row() {
        let told = r#"{"who": "EASE", "package": "numpy", "version": "1.2", "shown": "ridge 2", "tried": 5,
            "seconds": 1.5, "peakMemoryBytes": 2e8, "modelBytes": 3000, "items": 100}"#;
        let cases = "case,context,targets\n1,a,b\n2,a,c\n";
        let lists = || Ok("1\tb\n2\td\n".to_owned());
        let row = row(&Measured::parse(told).unwrap(), lists, cases, &asked()).unwrap();
        assert_eq!(row.who, "EASE (numpy 1.2)");
        assert_eq!(row.notes, "ridge 2; best of 5 on a cut of the data");
        let found = row.outcome.unwrap();
        assert_eq!(found.figures, [(Figure::Recall, 0.5), (Figure::Ndcg, 0.5)]);
        assert_eq!((found.seconds, found.bytes_per_item), (1.5, 30.0));
    }

    #[test]
    fn what_is_skipped_says_why() {
        let told = r#"{"who": "EASE", "package": "numpy", "version": "1.2", "skipped": "too large"}"#;
        let never = || Err(Failure::new("there are no lists"));
        let row = row(&Measured::parse(told).unwrap(), never, "", &asked()).unwrap();
        assert_eq!(row.outcome, Err("too large".to_owned()));
    }
}
