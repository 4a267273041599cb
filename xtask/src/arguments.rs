//! The words after `cargo xtask`, turned into one task.
//!
//! Does no work. An unknown word is a failure that names the words there are.

use std::path::PathBuf;

use crate::bench::{BenchPlan, Pace};
use crate::demo::{After, DemoPlan};
use crate::failure::Failure;
use crate::peers::PeersPlan;
use crate::soak::SoakPlan;
use crate::test::TestPlan;
use crate::visit::VerifyPlan;

/// Shown by `cargo xtask help`, and the only list of what can be typed.
pub const HELP: &str = "\
cargo xtask <task>

  demo  [--port N] [--no-serve] [--items N]
        build everything, make a demo shop, cook it, serve it, print the address
  test  [--only NAME …] [--list]
        every test there is, or the named suites; a table at the end
        (`--only stores` needs no browser: it starts emulators of Azure and S3 and cooks from them)
  bench [--quick] [--only NAME …]
        every measurement; one table, also in BENCHMARKS.md; quick or partial runs print only;
        exits with 1 after printing when a figure is above its budget
  peers --data FOLDER [--only NAME …] [--quick] [--tune off|quick|full] [--program PATH]
        our lists beside those of Python peers, on data of yours; one table, also in BENCHMARKS.md
        (partial and quick runs print only; NAME is a set, a list, or set/list; our side is tuned `full`
        unless --tune says otherwise). A set is laid out like this:
          FOLDER/SET/root/             a contract folder
          FOLDER/SET/cases-LIST.csv    case,context,targets; also cases-LIST-NAME.csv, for several of one list
          FOLDER/SET/peers.json        only if needed: {\"LIST\": {\"places\": 10, \"where\": [\"column=value\"],
                                       \"bytesPerItem\": [200, 40]}}; LIST as in the name of its cases
  soak  [--only NAME …] [--on sqlite|postgres …] [--kills N] [--minutes N]
        what breaks, for longer than a test may take, on both databases; one table of figures. NAME is
        kill (200 times kill -9), outage (10 minutes without the database), pause (a server that stands
        still past its lease), shops (100 modelings on schedule for 30 minutes), start (1,000 endpoints)
  verify-privacy [URL [PATH …]] [--engine chromium|firefox|webkit …]
        check that nothing a shopper does leaves the device: on the page at URL, on more paths of its
        site, or on the demo shop; exits with 0 when every check passes, 2 when it cannot be tried
  pictures
        take the pictures of the demo shop that README.md shows, into web-demo/pictures
  setup
        only install the tools that demo and test need
  format-stamp
        write the checksum of core/src/format into core/FORMAT.md

Tools, builds, demo data and logs are kept under ${XDG_CACHE_HOME:-~/.cache}/cookshelf.
";

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Print [`HELP`].
    Help,
    /// Install the tools and stop.
    Setup,
    /// Build, cook and serve the demo shop.
    Demo(DemoPlan),
    /// Name the test suites.
    ListSuites,
    /// Run test suites.
    Test(TestPlan),
    /// Measure.
    Bench(BenchPlan),
    /// Compare lists with those of other programs.
    Peers(PeersPlan),
    /// Try for long what breaks.
    Soak(SoakPlan),
    /// Take the pictures of README.md.
    Pictures,
    /// Check the privacy promise of a page.
    Verify(VerifyPlan),
    /// Refresh the checksum line of `core/FORMAT.md`.
    FormatStamp,
}

/// Reads the words of the command line.
pub fn parse(words: &[String]) -> Result<Task, Failure> {
    let Some((task, rest)) = words.split_first() else {
        return Ok(Task::Help);
    };
    let mut rest = Words(rest.to_vec());
    let task = match task.as_str() {
        "help" | "--help" | "-h" => Task::Help,
        "setup" => Task::Setup,
        "format-stamp" => Task::FormatStamp,
        "demo" => Task::Demo(DemoPlan {
            port: rest.number("--port")?.unwrap_or(8788),
            items: rest.number("--items")?.unwrap_or(2000),
            after: if rest.flag("--no-serve") { After::Stop } else { After::Serve },
        }),
        "test" if rest.flag("--list") => Task::ListSuites,
        "test" => Task::Test(TestPlan { only: rest.list("--only") }),
        "bench" => Task::Bench(BenchPlan {
            pace: if rest.flag("--quick") { Pace::Quick } else { Pace::Full },
            only: rest.list("--only"),
        }),
        "peers" => Task::Peers(peers(&mut rest)?),
        "soak" => Task::Soak(SoakPlan {
            only: rest.list("--only"),
            on: rest.list("--on"),
            kills: rest.number("--kills")?,
            minutes: rest.number("--minutes")?,
        }),
        "pictures" => Task::Pictures,
        "verify-privacy" => {
            let engines = rest.list("--engine");
            Task::Verify(VerifyPlan { engines, addresses: std::mem::take(&mut rest.0) })
        }
        other => return Err(unknown(other)),
    };
    match rest.0.first() {
        None => Ok(task),
        Some(word) => Err(unknown(word)),
    }
}

fn peers(rest: &mut Words) -> Result<PeersPlan, Failure> {
    let data = rest.path("--data")?;
    let pace = if rest.flag("--quick") { Pace::Quick } else { Pace::Full };
    let tune = match rest.list("--tune").first().map(String::as_str) {
        None if pace == Pace::Quick => "off",
        Some("off") => "off",
        Some("quick") => "quick",
        None | Some("full") => "full",
        Some(other) => return Err(Failure::new(format!("--tune wants off, quick or full, not `{other}`"))),
    };
    Ok(PeersPlan {
        data: data
            .ok_or_else(|| Failure::new(format!("peers wants --data FOLDER, a folder of sets\n\n{HELP}")))?,
        only: rest.list("--only"),
        pace,
        tune,
        program: rest.path("--program")?,
    })
}

fn unknown(word: &str) -> Failure {
    Failure::new(format!("`{word}` is not understood here\n\n{HELP}"))
}

/// The words not yet understood.
struct Words(Vec<String>);

impl Words {
    fn flag(&mut self, name: &str) -> bool {
        let place = self.0.iter().position(|word| word == name);
        place.map(|place| self.0.remove(place)).is_some()
    }

    fn number<N: std::str::FromStr>(&mut self, name: &str) -> Result<Option<N>, Failure> {
        let Some(place) = self.0.iter().position(|word| word == name) else {
            return Ok(None);
        };
        let number = self.0.get(place + 1).and_then(|word| word.parse().ok());
        self.0.drain(place..(place + 2).min(self.0.len()));
        match number {
            None => Err(Failure::new(format!("{name} wants a number after it, such as `{name} 9000`"))),
            some => Ok(some),
        }
    }

    fn path(&mut self, name: &str) -> Result<Option<PathBuf>, Failure> {
        let Some(place) = self.0.iter().position(|word| word == name) else {
            return Ok(None);
        };
        let path = self.0.get(place + 1).filter(|word| !word.starts_with('-')).map(PathBuf::from);
        self.0.drain(place..(place + 2).min(self.0.len()));
        match path {
            None => Err(Failure::new(format!("{name} wants a path after it"))),
            some => Ok(some),
        }
    }

    /// All words after `name` up to the next option; also `name=a,b`.
    fn list(&mut self, name: &str) -> Vec<String> {
        let mut found = Vec::new();
        while let Some(place) = self.0.iter().position(|word| word == name) {
            self.0.remove(place);
            while place < self.0.len() && !self.0[place].starts_with('-') {
                let word = self.0.remove(place);
                found.extend(word.split(',').filter(|part| !part.is_empty()).map(str::to_owned));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_line(line: &str) -> Result<Task, Failure> {
        parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn words_become_tasks() {
        let demo = |port, items, after| Task::Demo(DemoPlan { port, items, after });
        let test =
            |only: &[&str]| Task::Test(TestPlan { only: only.iter().map(|&n| n.to_owned()).collect() });
        let cases = [
            ("", Task::Help),
            ("setup", Task::Setup),
            ("demo", demo(8788, 2000, After::Serve)),
            ("demo --no-serve --port 9000", demo(9000, 2000, After::Stop)),
            ("demo --items 50", demo(8788, 50, After::Serve)),
            ("test", test(&[])),
            ("test --only rust npm", test(&["rust", "npm"])),
            ("test --only rust,npm --only lint", test(&["rust", "npm", "lint"])),
            ("test --list", Task::ListSuites),
            ("bench", Task::Bench(BenchPlan { pace: Pace::Full, only: vec![] })),
            (
                "bench --quick --only cook",
                Task::Bench(BenchPlan { pace: Pace::Quick, only: vec!["cook".into()] }),
            ),
            (
                "soak --only kill --on postgres --kills 40",
                Task::Soak(SoakPlan {
                    only: vec!["kill".into()],
                    on: vec!["postgres".into()],
                    kills: Some(40),
                    minutes: None,
                }),
            ),
            (
                "peers --only a b/c --data sets --tune quick --program bin/x",
                Task::Peers(PeersPlan {
                    data: "sets".into(),
                    only: vec!["a".into(), "b/c".into()],
                    pace: Pace::Full,
                    tune: "quick",
                    program: Some("bin/x".into()),
                }),
            ),
        ];
        for (line, task) in cases {
            assert_eq!(parse_line(line), Ok(task), "{line}");
        }
    }

    #[test]
    fn unknown_words_are_named() {
        for (line, part) in [
            ("demmo", "`demmo`"),
            ("demo --prot 1", "`--prot`"),
            ("demo --port x", "--port wants"),
            ("demo --port 70000", "--port wants"),
            ("test now", "`now`"),
            ("peers", "--data FOLDER"),
            ("peers --data x --tune more", "not `more`"),
            ("peers --data --quick", "--data wants a path"),
        ] {
            let text = parse_line(line).expect_err(line).to_string();
            assert!(text.contains(part), "{line}: {text}");
        }
    }
}
