//! `cargo xtask soak`: the fault tests for longer than a suite may take, with the program built in release.
//!
//! Measures nothing itself: it tells the tests how long, and prints the figures that they print.

use std::process::ExitCode;

use crate::bench::measured::Measured;
use crate::failure::Failure;
use crate::faults::{self, ONE_BY_ONE, OUTAGE};
use crate::page;
use crate::postgres::Postgres;
use crate::workshop::Workshop;

/// What was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SoakPlan {
    /// Names of parts; empty means all.
    pub only: Vec<String>,
    /// Databases; empty means both.
    pub on: Vec<String>,
    /// Kills, instead of the part's own number.
    pub kills: Option<u32>,
    /// Minutes, instead of the parts' own.
    pub minutes: Option<u32>,
}

/// One thing that is tried for long.
struct Part {
    name: &'static str,
    about: &'static str,
    test: &'static str,
    /// What the test is told: for so many kills and minutes.
    told: fn(&SoakPlan) -> Vec<(&'static str, u32)>,
}

const PARTS: [Part; 5] = [
    Part {
        name: "kill",
        about: "200 times kill -9 at random during cook, publish, apply, delete and migrate",
        test: "killed::",
        told: |plan| vec![("COOKSHELF_TEST_KILLS", plan.kills.unwrap_or(200))],
    },
    Part {
        name: "outage",
        about: "the database gone for 10 minutes under load",
        test: OUTAGE,
        told: |plan| {
            let seconds = 60 * plan.minutes.unwrap_or(10);
            vec![("COOKSHELF_TEST_OUTAGE_SECONDS", seconds), ("COOKSHELF_TEST_HEALTHY_MS", 5_000)]
        },
    },
    Part {
        name: "pause",
        about: "two servers on one database, one of them standing still past its lease, 10 times",
        test: "held_up::",
        told: |_| vec![("COOKSHELF_TEST_ROUNDS", 10)],
    },
    Part {
        name: "shops",
        about: "100 modelings cooked every 5 minutes, for 30 minutes",
        test: "many_shops::",
        told: |plan| {
            let seconds = 60 * plan.minutes.unwrap_or(30);
            vec![
                ("COOKSHELF_TEST_SHOPS", 100),
                ("COOKSHELF_TEST_EVERY_SECONDS", 300),
                ("COOKSHELF_TEST_SHOPS_SECONDS", seconds),
            ]
        },
    },
    Part { name: "start", about: "a start with 1,000 endpoints", test: START, told: |_| told_start() },
];

const START: &str = "many_endpoints::";

fn told_start() -> Vec<(&'static str, u32)> {
    vec![("COOKSHELF_TEST_ENDPOINTS", 1_000), ("COOKSHELF_TEST_START_MS", 2_000)]
}

const SQLITE: &str = "sqlite";
const POSTGRES: &str = "postgres";

/// Runs the asked parts and prints their figures.
pub fn run(workshop: &Workshop, plan: &SoakPlan) -> Result<ExitCode, Failure> {
    let parts = chosen(plan)?;
    let is_asked = |database: &str| plan.on.is_empty() || plan.on.iter().any(|name| name == database);
    workshop.program()?;
    let postgres = if is_asked(POSTGRES) { Some(Postgres::start(workshop)?) } else { None };
    let mut rows = Vec::new();
    let mut failed = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        workshop.journal.step(place + 1, parts.len(), &format!("{}: {}", part.name, part.about));
        let databases = [is_asked(SQLITE).then_some(None), postgres.as_ref().map(Some)];
        for database in databases.into_iter().flatten() {
            match tried(workshop, database, part.test, &(part.told)(plan)) {
                Ok(figures) => rows.extend(figures),
                Err(failure) => failed.push(format!("{}: {failure}", part.name)),
            }
        }
    }
    let cells: Vec<[String; 3]> = rows.iter().map(cells).collect::<Result<_, _>>()?;
    print!("{}", page::table(["part", "on", "figures"], &cells));
    eprintln!("after {}", workshop.journal.elapsed());
    match failed.is_empty() {
        true => Ok(ExitCode::SUCCESS),
        false => Err(Failure::new(failed.join("\n"))),
    }
}

/// Milliseconds of a start with a thousand endpoints on SQLite, and how many there were.
pub(crate) fn start(workshop: &Workshop) -> Result<Measured, Failure> {
    let figures = tried(workshop, None, START, &told_start()[..1])?;
    figures.into_iter().next().ok_or_else(|| Failure::new("the start with many endpoints gave no figures"))
}

/// Runs a test in the release program; its lines of figures.
fn tried(
    workshop: &Workshop,
    database: Option<&Postgres>,
    test: &str,
    told: &[(&str, u32)],
) -> Result<Vec<Measured>, Failure> {
    let mut command = faults::command(workshop, database, &[test]);
    command
        .args(ONE_BY_ONE)
        .arg("--include-ignored")
        .env("COOKSHELF_TEST_PROGRAM", workshop.places.program());
    for (name, number) in told {
        command.env(name, number.to_string());
    }
    let on = if database.is_some() { "PostgreSQL" } else { "SQLite" };
    let title = format!("{} on {on}", test.trim_end_matches(':'));
    figures(&workshop.journal.run(&title, &mut command)?.text())
}

/// What tests printed: a line begins with the test's name, where nothing was printed before.
fn figures(log: &str) -> Result<Vec<Measured>, Failure> {
    let lines = log.lines().filter_map(|line| line.find("{\"").map(|at| &line[at..]));
    let lines: Vec<&str> = lines.filter(|line| line.contains("\"test\":")).collect();
    Measured::parse_lines(&lines.join("\n"))
}

fn cells(figures: &Measured) -> Result<[String; 3], Failure> {
    let fields = figures.fields().filter(|(name, _)| !["test", "database"].contains(&name.as_str()));
    let fields: Vec<String> = fields.map(|(name, value)| format!("{name} {value}")).collect();
    Ok([figures.text("/test")?, figures.text("/database")?, fields.join(", ")])
}

fn chosen(plan: &SoakPlan) -> Result<Vec<&'static Part>, Failure> {
    let unknown = |kind: &str, name: &str, known: &[&str]| {
        Failure::new(format!("there is no {kind} `{name}`; there are {}", known.join(", ")))
    };
    let names: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
    if let Some(name) = plan.only.iter().find(|name| !names.contains(&name.as_str())) {
        return Err(unknown("part", name, &names));
    }
    let databases = [SQLITE, POSTGRES];
    if let Some(name) = plan.on.iter().find(|name| !databases.contains(&name.as_str())) {
        return Err(unknown("database", name, &databases));
    }
    let wanted = |part: &&Part| plan.only.is_empty() || plan.only.iter().any(|name| name == part.name);
    Ok(PARTS.iter().filter(wanted).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_databases_are_chosen_by_name() {
        let plan = |only: &[&str], on: &[&str]| SoakPlan {
            only: only.iter().map(|&name| name.to_owned()).collect(),
            on: on.iter().map(|&name| name.to_owned()).collect(),
            ..SoakPlan::default()
        };
        assert_eq!(chosen(&plan(&[], &[])).unwrap().len(), PARTS.len());
        assert_eq!(chosen(&plan(&["start", "kill"], &["sqlite"])).unwrap()[0].name, "kill");
        let wrong = |plan| chosen(&plan).map(|_| ()).unwrap_err().to_string();
        assert!(wrong(plan(&["kil"], &[])).contains("kill, outage"));
        assert!(wrong(plan(&[], &["mysql"])).contains("sqlite, postgres"));
    }

    #[test]
    fn figures_are_found_among_the_words_of_the_runner() {
        let log = "test killed::x ... {\"test\":\"killed\",\"database\":\"SQLite\",\"kills\":3}\nok\n{\"other\":1}\n";
        let found = figures(log).unwrap();
        assert_eq!(cells(&found[0]).unwrap(), ["killed", "SQLite", "kills 3"].map(str::to_owned));
        assert_eq!(found.len(), 1);
    }
}
