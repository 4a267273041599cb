//! A short coverage-guided run of every fuzz target of `core/fuzz`.
//!
//! The targets are built as cargo-fuzz builds them, but on the pinned stable
//! toolchain and without a sanitizer: core has no `unsafe`, so panics and
//! endless loops are all there is to find, and neither nightly nor cargo-fuzz
//! has to be installed. `cargo +nightly fuzz run <target>` in `core` works too.

use std::fs;
use std::path::Path;

use crate::counts::Counts;
use crate::debian;
use crate::failure::Failure;
use crate::test::checked;
use crate::tools::printed;
use crate::workshop::Workshop;

/// How long each target runs; the suite is a smoke test, not a campaign.
const SECONDS: u32 = 12;

const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions -Ccodegen-units=1";

/// Builds the targets and runs each of them.
pub fn run(workshop: &Workshop) -> Result<Counts, Failure> {
    debian::ensure(&workshop.journal, &[debian::CXX])?;
    let folder = workshop.places.repo.join("core/fuzz");
    let host = host(workshop)?;
    let target_dir = workshop.places.cache.join("fuzz-target");
    let mut cargo = workshop.command("cargo");
    cargo.current_dir(&folder).env("RUSTFLAGS", FLAGS).args([
        "build",
        "--release",
        "--bins",
        "--target",
        &host,
    ]);
    cargo.arg("--target-dir").arg(&target_dir);
    workshop.journal.run("build the fuzz targets", &mut cargo)?;
    let mut counts = Counts::default();
    for name in targets(&folder)? {
        let program = target_dir.join(&host).join("release").join(&name);
        let corpus = workshop.places.cache.join("fuzz-corpus").join(&name);
        fs::create_dir_all(&corpus).map_err(|e| Failure::file("make", &corpus, &e))?;
        let mut fuzz = workshop.command(&program.to_string_lossy());
        fuzz.arg(&corpus).args(["-max_len=65536", "-timeout=5", "-rss_limit_mb=512"]);
        fuzz.arg(format!("-max_total_time={SECONDS}"));
        fuzz.arg(format!("-artifact_prefix={}-", corpus.display()));
        // What is known to be interesting: blobs of every version, and inputs that once broke a decoder.
        for seeds in [folder.join("seeds").join(&name), workshop.places.repo.join("core/tests/golden")] {
            if seeds.is_dir() {
                fuzz.arg(seeds);
            }
        }
        counts += checked(workshop, &format!("fuzz {name}"), &mut fuzz)?;
    }
    Ok(counts)
}

/// The targets are the files of `fuzz_targets`; names in order.
fn targets(folder: &Path) -> Result<Vec<String>, Failure> {
    let sources = folder.join("fuzz_targets");
    let listed = fs::read_dir(&sources).map_err(|e| Failure::file("list", &sources, &e))?;
    let mut names: Vec<String> = listed
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    Ok(names)
}

/// The machine's own target: naming it keeps the coverage flags out of build scripts.
fn host(workshop: &Workshop) -> Result<String, Failure> {
    let about = printed(workshop.command("rustc").arg("-vV"))?;
    let line = about.lines().find_map(|line| line.strip_prefix("host: "));
    line.map(str::to_owned).ok_or_else(|| Failure::new("`rustc -vV` names no host"))
}
