//! The server against its own description: thousands of questions that Schemathesis makes up from it.
//!
//! What is asked, and what counts as wrong, is in `tests/api`; here is only what it needs.

use std::env;
use std::path::PathBuf;

use crate::counts::Counts;
use crate::failure::Failure;
use crate::python;
use crate::test::counted;
use crate::workshop::Workshop;

/// How many questions, when [`CASES`] does not say.
const USUAL: &str = "2500";
/// Set it for more of them.
const CASES: &str = "COOKSHELF_API_CASES";
/// Another number asks other questions.
const SEED: &str = "COOKSHELF_API_SEED";

/// Asks them.
pub fn run(workshop: &Workshop) -> Result<Counts, Failure> {
    workshop.program()?;
    let given = |name: &str, usual: &str| env::var(name).unwrap_or_else(|_| usual.to_owned());
    let mut ask = workshop.command(&python(workshop)?.to_string_lossy());
    ask.arg(folder(workshop).join("run.py")).arg("--program").arg(workshop.places.program());
    ask.args(["--cases", &given(CASES, USUAL), "--seed", &given(SEED, "1")]);
    counted(workshop, "questions made up from the description", &mut ask)
}

/// The interpreter with Schemathesis.
pub fn python(workshop: &Workshop) -> Result<PathBuf, Failure> {
    python::environment(workshop, "api", &folder(workshop).join("requirements.txt"))
}

fn folder(workshop: &Workshop) -> PathBuf {
    workshop.places.repo.join("tests/api")
}
