//! Folders of made-up interactions, and the program that reads them.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) fn cookshelf(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cookshelf")).args(args).output().unwrap()
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

pub(crate) fn json(of: &Output) -> Value {
    assert!(of.status.success(), "{}", String::from_utf8_lossy(&of.stderr));
    serde_json::from_slice(&of.stdout).unwrap()
}

/// A number below `limit` that looks like chance and is not.
pub(crate) fn chance(state: &mut u64, limit: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % limit
}

/// Writes interactions: (group, item, shopper, minute).
pub(crate) fn folder(rows: impl Iterator<Item = (u64, u64, u64, u64)>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut table = String::new();
    for (group, item, shopper, minute) in rows {
        let (day, hour, minute) = (minute / 1440 % 28 + 1, minute / 60 % 24, minute % 60);
        writeln!(
            table,
            "g{group},item{item},,s{shopper},Transaction,2026-03-{day:02}T{hour:02}:{minute:02}:00.000Z,,,,,,"
        )
        .unwrap();
    }
    fs::write(folder.path().join("Reco_Interactions.csv"), table).unwrap();
    fs::write(folder.path().join("Reco_Config.csv"), "PersonalizationEnabled,True\n").unwrap();
    folder
}

pub(crate) fn cook(root: &Path, out: &Path, more: &[&str]) -> Output {
    let mut args = vec!["cook", text(root), "-o", text(out), "--json"];
    if !more.contains(&"--privacy-floor") {
        args.extend(["--privacy-floor", "2"]);
    }
    args.extend(more);
    cookshelf(&args)
}

pub(crate) fn cases(folder: &Path, lines: &[&str]) -> PathBuf {
    let path = folder.join("cases.csv");
    fs::write(&path, format!("case,context,targets\n{}\n", lines.join("\n"))).unwrap();
    path
}
