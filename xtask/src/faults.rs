//! Runs the server's fault tests: briefly on both databases as a suite, and for as long as one likes for `soak`.
//!
//! Knows how the tests are named and what they can be told; what they do is written in `server/tests/faults`.

use std::process::Command;

use crate::counts::Counts;
use crate::failure::Failure;
use crate::postgres::Postgres;
use crate::test::counted;
use crate::workshop::Workshop;

/// The test that takes the whole database away, so that nothing else may use it meanwhile.
pub(crate) const OUTAGE: &str = "outage::";
/// All others.
const OTHERS: [&str; 4] = ["killed::", "held_up::", "many_endpoints::", "many_shops::"];

/// Runs every fault test on SQLite and on PostgreSQL.
pub fn run(workshop: &Workshop) -> Result<Counts, Failure> {
    let mut on_sqlite = command(workshop, None, &[]);
    let mut counts = counted(workshop, "faults on SQLite", &mut on_sqlite)?;
    let postgres = Postgres::start(workshop)?;
    let mut others = command(workshop, Some(&postgres), &OTHERS);
    counts += counted(workshop, "faults on PostgreSQL", &mut others)?;
    let mut outage = command(workshop, Some(&postgres), &[OUTAGE]);
    counts += counted(workshop, "PostgreSQL goes away", outage.args(ONE_BY_ONE))?;
    Ok(counts)
}

pub(crate) const ONE_BY_ONE: [&str; 2] = ["--test-threads=1", "--nocapture"];

/// The tests whose names begin like this, on SQLite or on a PostgreSQL; none named means all.
pub(crate) fn command(workshop: &Workshop, postgres: Option<&Postgres>, tests: &[&str]) -> Command {
    let mut cargo = workshop.command("cargo");
    cargo.args(["test", "--package", "cookshelf-server", "--test", "faults", "--"]).args(tests);
    cargo.env_remove("COOKSHELF_TEST_POSTGRES");
    if let Some(postgres) = postgres {
        cargo.env("COOKSHELF_TEST_POSTGRES", postgres.url());
        cargo.env("COOKSHELF_TEST_POSTGRES_FOLDER", postgres.folder());
    }
    cargo
}
