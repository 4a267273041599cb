//! What is done in real browsers besides tests: checking the promise "what you did stays on this device" on a page,
//! and taking the pictures of the demo shop.

use std::process::{Command, ExitCode};

use crate::debian;
use crate::failure::Failure;
use crate::shop;
use crate::test::SMALL;
use crate::workshop::Workshop;

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyPlan {
    /// The page, then more paths of its site; none for the demo shop.
    pub addresses: Vec<String>,
    /// Browsers to try it in; none for all three.
    pub engines: Vec<String>,
}

/// Runs the checks and passes their verdict on.
pub fn run(workshop: &Workshop, plan: &VerifyPlan) -> Result<ExitCode, Failure> {
    workshop.engines()?;
    let mut node = workshop.command("node");
    node.current_dir(workshop.places.browser_tests()).arg("verify-privacy.mjs").args(&plan.addresses);
    for engine in &plan.engines {
        node.args(["--engine", engine]);
    }
    node.env("CHROMIUM", debian::chromium()?);
    if plan.addresses.is_empty() {
        with_demo(workshop, &mut node)?;
    }
    let status = node.status().map_err(|e| Failure::new(format!("node could not be started: {e}")))?;
    Ok(match status.code() {
        Some(0) => ExitCode::SUCCESS,
        Some(2) => ExitCode::from(2),
        _ => ExitCode::FAILURE,
    })
}

/// Takes the pictures that README.md shows.
pub fn pictures(workshop: &Workshop) -> Result<ExitCode, Failure> {
    workshop.browser()?;
    let mut node = workshop.command("node");
    node.current_dir(workshop.places.browser_tests()).arg("pictures.mjs");
    node.arg(workshop.places.repo.join("web-demo/pictures")).env("CHROMIUM", debian::chromium()?);
    with_demo(workshop, &mut node)?;
    workshop.journal.run("take the pictures", &mut node)?;
    let mut console = workshop.command("node");
    console.current_dir(workshop.places.browser_tests()).arg("console-pictures.mjs");
    console.arg(workshop.places.repo.join("server/pictures")).env("CHROMIUM", debian::chromium()?);
    console.env("COOKSHELF_PROGRAM", workshop.places.program());
    workshop.journal.run("take the pictures of the console", &mut console).map(|_| ExitCode::SUCCESS)
}

/// Cooks the demo shop and tells the script where it lies.
fn with_demo(workshop: &Workshop, node: &mut Command) -> Result<(), Failure> {
    workshop.program()?;
    workshop.storefront()?;
    let shop = shop::cook(workshop, SMALL)?;
    shop.assemble(workshop)?;
    node.env("COOKSHELF_PROGRAM", workshop.places.program());
    node.env("COOKSHELF_MODELS", shop.models()).env("COOKSHELF_SITE", shop.site());
    Ok(())
}
