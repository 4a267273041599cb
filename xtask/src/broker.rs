//! A real NATS server of this machine, for the tests of rows that come from a broker.
//!
//! Installs Debian's when there is none. The tests start it themselves, because they kill it.

use std::path::Path;

use crate::counts::Counts;
use crate::debian;
use crate::failure::Failure;
use crate::test::counted;
use crate::workshop::Workshop;

/// Where Debian puts it, which is not on everybody's path.
const DEBIANS: &str = "/usr/sbin/nats-server";

/// Runs the tests of the broker.
pub fn run(workshop: &Workshop) -> Result<Counts, Failure> {
    debian::ensure(&workshop.journal, &[debian::NATS])?;
    let program = if Path::new(DEBIANS).is_file() { DEBIANS } else { "nats-server" };
    let mut cargo = workshop.command("cargo");
    cargo.args(["test", "--package", "cookshelf-server", "--test", "broker"]);
    counted(workshop, "broker", cargo.env("COOKSHELF_TEST_NATS", program))
}
