//! `cargo xtask test`: every suite in order, one table, one last line.
//!
//! A suite that cannot run has failed. A suite that ran no test has failed too.

use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use crate::counts::Counts;
use crate::failure::Failure;
use crate::journal::span;
use crate::shop::{self, ShopPlan};
use crate::workshop::Workshop;
use crate::{api, broker, debian, deploy, emulators, faults, fuzz, node, postgres, tools};

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestPlan {
    /// Names of suites; empty means all.
    pub only: Vec<String>,
}

/// Tests that one runner runs.
struct Suite {
    name: &'static str,
    about: &'static str,
    run: fn(&Workshop) -> Result<Counts, Failure>,
}

const SUITES: [Suite; 14] = [
    Suite { name: "lint", about: "rustfmt and clippy, native and wasm32, no warning", run: lint },
    Suite { name: "rust", about: "unit, property, golden, integration and architecture tests", run: rust },
    Suite {
        name: "stores",
        about: "object stores: the same folder from disk, Azurite and an S3 emulator",
        run: emulators::run,
    },
    Suite {
        name: "database",
        about: "the server's database: the same tests on SQLite and on a real PostgreSQL",
        run: postgres::run,
    },
    Suite { name: "broker", about: "rows from a real broker, NATS with JetStream", run: broker::run },
    Suite {
        name: "api",
        about: "the server against its own description: questions that Schemathesis makes up (COOKSHELF_API_CASES=10000 for more)",
        run: api::run,
    },
    Suite {
        name: "deploy",
        about: "Dockerfile, compose file, Helm chart, systemd unit, alerts and dashboard: linted, rendered, tried",
        run: deploy::run,
    },
    Suite {
        name: "faults",
        about: "a server that is killed, held up or without its database, on SQLite and on a real PostgreSQL",
        run: faults::run,
    },
    Suite {
        name: "fuzz",
        about: "hostile bytes, guided by coverage, a short run per target",
        run: fuzz::run,
    },
    Suite { name: "npm", about: "the npm package and the storefront: types, vitest, packaging", run: npm },
    Suite {
        name: "same",
        about: "native, wasm and script give the same lists and the same errors",
        run: same,
    },
    Suite { name: "browser", about: "CSV to pixels in Chromium", run: browser },
    Suite {
        name: "engines",
        about: "Chromium, Firefox and WebKit: ways to run, policies of pages, visits, the airlock, the privacy promise",
        run: engines,
    },
    Suite { name: "deny", about: "licences, sources and bans of all dependencies", run: deny },
];

/// The shop that the browser visits.
pub(crate) const SMALL: ShopPlan = ShopPlan { name: "shops/small", items: 600, shoppers: 1800 };
/// The shop that the size budgets are stated for.
pub(crate) const TEN_THOUSAND: ShopPlan =
    ShopPlan { name: "shops/ten-thousand", items: 10_000, shoppers: 20_000 };

/// Names the suites.
pub fn list() -> ExitCode {
    for suite in &SUITES {
        println!("{:<9}{}", suite.name, suite.about);
    }
    ExitCode::SUCCESS
}

/// Runs the asked suites and prints the table.
pub fn run(workshop: &Workshop, plan: &TestPlan) -> Result<ExitCode, Failure> {
    let suites = chosen(plan)?;
    let mut rows = Vec::new();
    for (place, suite) in suites.iter().enumerate() {
        workshop.journal.step(place + 1, suites.len(), &format!("{}: {}", suite.name, suite.about));
        let started = Instant::now();
        let counts = outcome(workshop, (suite.run)(workshop));
        rows.push((suite.name, counts, started.elapsed()));
    }
    let mut sum = Counts::default();
    rows.iter().for_each(|row| sum += row.1);
    print!("{}", table(&rows));
    println!("all output is in {}", workshop.places.cache.join("logs/test").display());
    println!("{} passed, {} failed", sum.passed, sum.failed);
    Ok(if sum.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn chosen(plan: &TestPlan) -> Result<Vec<&'static Suite>, Failure> {
    let known = |name: &String| SUITES.iter().any(|suite| suite.name == name);
    if let Some(name) = plan.only.iter().find(|name| !known(name)) {
        let names: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
        return Err(Failure::new(format!("there is no suite `{name}`; there are {}", names.join(", "))));
    }
    let wanted = |suite: &&Suite| plan.only.is_empty() || plan.only.iter().any(|name| name == suite.name);
    Ok(SUITES.iter().filter(wanted).collect())
}

fn outcome(workshop: &Workshop, result: Result<Counts, Failure>) -> Counts {
    match result {
        Ok(Counts { passed: 0, failed: 0 }) => {
            workshop.journal.note("no test ran, which counts as a failure");
            Counts::BROKEN
        }
        Ok(counts) => counts,
        Err(failure) => {
            workshop.journal.note(&failure.to_string());
            Counts::BROKEN
        }
    }
}

fn table(rows: &[(&str, Counts, Duration)]) -> String {
    let mut text = format!("\n{:<9}{:>8}{:>8}  time\n", "suite", "passed", "failed");
    for (name, counts, time) in rows {
        text += &format!("{name:<9}{:>8}{:>8}  {}\n", counts.passed, counts.failed, span(*time));
    }
    text
}

/// Runs one test runner and reads its counts; a failed runner shows the end of its log.
pub fn counted(workshop: &Workshop, title: &str, command: &mut Command) -> Result<Counts, Failure> {
    let finished = workshop.journal.watch(title, command)?;
    let mut counts = Counts::in_log(&finished.text());
    if !finished.status.success() {
        counts.failed = counts.failed.max(1);
        workshop.journal.note(&format!("from {}:\n{}", finished.log.display(), finished.excerpt()));
    }
    Ok(counts)
}

/// Runs one command that either passes or fails as a whole.
pub fn checked(workshop: &Workshop, title: &str, command: &mut Command) -> Result<Counts, Failure> {
    let finished = workshop.journal.watch(title, command)?;
    if !finished.status.success() {
        workshop.journal.note(&format!("from {}:\n{}", finished.log.display(), finished.excerpt()));
    }
    Ok(Counts::of_check(finished.status.success()))
}

fn lint(workshop: &Workshop) -> Result<Counts, Failure> {
    tools::wasm_target(workshop)?;
    let cargo = |words: &[&str]| {
        let mut command = workshop.command("cargo");
        command.args(words);
        command
    };
    let strict = ["--", "--deny", "warnings"];
    let mut native = cargo(&["clippy", "--workspace", "--all-targets"]);
    // They run in suites of their own, so they are no targets of the workspace's tests.
    let mut apart = cargo(&["clippy", "--package", "cookshelf-server"]);
    apart.args(["--test", "stores", "--test", "faults", "--test", "broker"]);
    let mut onnx =
        cargo(&["clippy", "--package", "cookshelf-server", "--features", "onnx", "--test", "onnx"]);
    let browser_crates = ["clippy", "--package", "cookshelf-core", "--package", "cookshelf-wasm"];
    let mut wasm = cargo(&browser_crates);
    wasm.args(["--target", tools::WASM_TARGET]);
    // Each module is built with its own boundary alone.
    let mut rich =
        cargo(&["clippy", "--package", "cookshelf-wasm", "--no-default-features", "--features", "rich"]);
    rich.args(["--target", tools::WASM_TARGET]);
    let mut counts =
        checked(workshop, "cargo fmt", &mut cargo(&["fmt", "--all", "--", "--check", "--color", "never"]))?;
    counts += checked(workshop, "clippy", native.args(strict))?;
    counts += checked(workshop, "clippy for the tests of stores, faults and the broker", apart.args(strict))?;
    counts += checked(workshop, "clippy for ONNX models", onnx.args(strict))?;
    counts += checked(workshop, "clippy for wasm32", wasm.args(strict))?;
    counts += checked(workshop, "clippy for the rich module", rich.args(strict))?;
    Ok(counts)
}

fn rust(workshop: &Workshop) -> Result<Counts, Failure> {
    let mut cargo = workshop.command("cargo");
    cargo.args(["test", "--workspace", "--no-fail-fast"]);
    let mut counts = counted(workshop, "cargo test", &mut cargo)?;
    // The runtime of ONNX models takes longer to build than to test: only this one file needs it.
    let mut onnx = workshop.command("cargo");
    onnx.args(["test", "--package", "cookshelf-server", "--features", "onnx", "--test", "onnx"]);
    counts += counted(workshop, "cargo test with ONNX models", &mut onnx)?;
    Ok(counts)
}

fn npm(workshop: &Workshop) -> Result<Counts, Failure> {
    workshop.package()?;
    workshop.browser()?;
    let shop = shop::cook(workshop, SMALL)?;
    let npm = |folder: PathBuf, script: &str| {
        let mut command = workshop.command("npm");
        command.current_dir(folder).args(["run", script]);
        command
    };
    let mut vitest = npm(workshop.places.package(), "test");
    // CI: what cannot be tried here is a failure, not something to skip.
    vitest.env("CI", "true").env("COOKSHELF_TEST_MODEL", shop.models());
    vitest.env("COOKSHELF_CHROMIUM", debian::chromium()?);
    // Bundlers and runtimes that are too large to be there for every build.
    node::programs(workshop, &workshop.places.package().join("test/hosts"))?;
    let mut counts = checked(workshop, "types of the package", &mut npm(workshop.places.package(), "check"))?;
    counts += counted(workshop, "vitest", &mut vitest)?;
    workshop.storefront()?;
    counts += checked(workshop, "types of the storefront", &mut npm(workshop.places.storefront(), "check"))?;
    // The console is served as it stands; the package's compiler only looks it over.
    let compiler = workshop.places.package().join("node_modules/.bin/tsc");
    let mut types = workshop.command(&compiler.to_string_lossy());
    types.arg("-p").arg(workshop.places.repo.join("server/console/tsconfig.json"));
    counts += checked(workshop, "types of the console", &mut types)?;
    Ok(counts)
}

fn same(workshop: &Workshop) -> Result<Counts, Failure> {
    workshop.package()?;
    workshop.browser()?;
    let shop = shop::cook(workshop, SMALL)?;
    let mut cargo = workshop.command("cargo");
    cargo.args(["build", "--package", "cookshelf-tests", "--bins"]);
    workshop.journal.run("build the native sides", &mut cargo)?;
    let files = ["same-everywhere.test.mjs", "same-lists.test.mjs", "hostile-bytes.test.mjs"];
    let mut node = node_test(workshop, &files);
    let built = |name: &str| workshop.places.target.join("debug").join(name);
    node.env("COOKSHELF_MODELS", shop.models());
    node.env("COOKSHELF_NATIVE_LISTS", built("native-lists"));
    node.env("COOKSHELF_RANDOM_CATALOGUES", built("random-catalogues"));
    node.env("CHROMIUM", debian::chromium()?);
    counted(workshop, "native against the engines of the package", &mut node)
}

fn browser(workshop: &Workshop) -> Result<Counts, Failure> {
    workshop.browser()?;
    let small = shop::cook(workshop, SMALL)?;
    small.assemble(workshop)?;
    let large = shop::cook(workshop, TEN_THOUSAND)?;
    let files = [
        "shop.test.mjs",
        "try.test.mjs",
        "first-list.test.mjs",
        "element.test.mjs",
        "element-access.test.mjs",
        "element-requests.test.mjs",
        "element-stays.test.mjs",
        "recipes.test.mjs",
        "theme.test.mjs",
        "lighthouse.test.mjs",
        "longest-task.test.mjs",
        "life.test.mjs",
        "attacks.test.mjs",
        "attacks-node.test.mjs",
        "console.test.mjs",
    ];
    let mut node = node_test(workshop, &files);
    node.env("COOKSHELF_PROGRAM", workshop.places.program());
    node.env("COOKSHELF_MODELS", small.models()).env("COOKSHELF_SITE", small.site());
    node.env("COOKSHELF_LARGE_MODELS", large.models());
    node.env("COOKSHELF_PICTURES", workshop.places.cache.join("pictures"));
    node.env("CHROMIUM", debian::chromium()?);
    counted(workshop, "browser", &mut node)
}

fn engines(workshop: &Workshop) -> Result<Counts, Failure> {
    workshop.storefront()?;
    workshop.engines()?;
    let shop = shop::cook(workshop, SMALL)?;
    shop.assemble(workshop)?;
    let mut node = node_test(workshop, &["modes.test.mjs", "visits.test.mjs", "verify-privacy.test.mjs"]);
    node.env("COOKSHELF_PROGRAM", workshop.places.program());
    node.env("COOKSHELF_MODELS", shop.models()).env("COOKSHELF_SITE", shop.site());
    node.env("CHROMIUM", debian::chromium()?);
    counted(workshop, "three engines", &mut node)
}

fn deny(workshop: &Workshop) -> Result<Counts, Failure> {
    tools::cargo_deny(workshop)?;
    let mut deny = workshop.command("cargo-deny");
    deny.args(["--all-features", "check", "licenses", "bans", "sources"]);
    checked(workshop, "cargo deny", &mut deny)
}

/// One file after the other: two browsers at once would disturb each other's clocks.
fn node_test(workshop: &Workshop, files: &[&str]) -> Command {
    let mut node = workshop.command("node");
    node.current_dir(workshop.places.browser_tests());
    node.args(["--test", "--test-reporter=spec", "--test-concurrency=1"]).args(files);
    node
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_are_chosen_by_name_in_their_own_order() {
        let names = |only: &[&str]| -> Result<Vec<&str>, Failure> {
            let only = only.iter().map(|&name| name.to_owned()).collect();
            Ok(chosen(&TestPlan { only })?.iter().map(|suite| suite.name).collect())
        };
        assert_eq!(names(&[]).unwrap().len(), SUITES.len());
        assert_eq!(names(&["npm", "lint"]), Ok(vec!["lint", "npm"]));
        assert!(names(&["nmp"]).unwrap_err().to_string().contains("npm"));
    }

    #[test]
    fn the_table_lines_up() {
        let rows = [("lint", Counts { passed: 3, failed: 0 }, Duration::from_secs(9))];
        assert_eq!(table(&rows), "\nsuite      passed  failed  time\nlint            3       0  9.0 s\n");
    }
}
