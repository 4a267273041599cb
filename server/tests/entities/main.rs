//! Every entity of the contract, each as a clean, a dirty and a hostile folder: what enters the
//! catalogue or the interactions, and what the report says.
//!
//! Every folder is written by the test itself. How files are found and split is tested elsewhere;
//! here only the meaning of rows counts.

#![expect(clippy::unwrap_used, reason = "a test whose folder cannot be made or read should stop there")]

use std::fs;

use cookshelf_server::contract::{Contract, ContractError, EntityReport, Problem, ReadOptions, read};
use cookshelf_server::progress::Progress;
use cookshelf_server::storage::Storage;
use tempfile::TempDir;

mod availabilities;
mod config;
mod interactions;
mod items;
mod labels;
mod lists;
mod live;
mod opted_out;
mod overrides;
mod scenes;

/// A file of a folder.
type File<'a> = (&'a str, &'a [u8]);

/// Three items, `1`, `2` and `x`, in this order.
const SHOP: File<'_> = ("Reco_ItemsAndVariants.csv", b"x,,Ex\n2,,Two\n1,,One\n1,1-red,One in red\n");

fn folder(files: &[File<'_>]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    root
}

fn try_contract(files: &[File<'_>], options: &ReadOptions) -> Result<Contract, ContractError> {
    let root = folder(files);
    read(&Storage::disk(root.path())?, options, Progress::Silent)
}

fn contract(files: &[File<'_>]) -> Contract {
    try_contract(files, &ReadOptions::default()).unwrap()
}

/// A shop with one more entity.
fn shop_with(entity: &str, rows: &[u8]) -> Contract {
    contract(&[SHOP, (&format!("{entity}.csv"), rows)])
}

fn report<'c>(contract: &'c Contract, entity: &str) -> &'c EntityReport {
    contract.report.entity(entity).unwrap()
}

/// Type, column and count of what was wrong, without rows that are no rows at all.
fn listed(problems: &[Problem]) -> Vec<(&str, &str, u64)> {
    let sound = problems.iter().filter(|one| one.error_type != "MalformedRow");
    sound.map(|one| (one.error_type, one.column.as_deref().unwrap_or(""), one.count)).collect()
}

fn errors<'c>(contract: &'c Contract, entity: &str) -> Vec<(&'c str, &'c str, u64)> {
    listed(&report(contract, entity).errors)
}

fn warnings<'c>(contract: &'c Contract, entity: &str) -> Vec<(&'c str, &'c str, u64)> {
    listed(&report(contract, entity).warnings)
}

fn notes(contract: &Contract, entity: &str) -> Vec<String> {
    report(contract, entity).notes.clone()
}

/// Rows found and rows dropped.
fn counts(contract: &Contract, entity: &str) -> (u64, u64) {
    let report = report(contract, entity);
    assert_eq!(report.errors.iter().map(|error| error.count).sum::<u64>(), report.total_dropped_records);
    assert_eq!(report.accepted + report.total_dropped_records, report.total_record_count);
    (report.total_record_count, report.total_dropped_records)
}

/// How many of the rows of [`hostile`] there are.
const MALFORMED: u64 = 5;

/// `rows`, and after them what no entity can read: a NUL, wrong encoding, thousands of columns, a
/// row of more than a megabyte, and a quote that is never closed.
fn hostile(rows: &str) -> Vec<u8> {
    let mut bytes = rows.as_bytes().to_vec();
    bytes.extend(b"1\0,1,1\n\xFF\xFE1,1,1\n1");
    bytes.extend(",1".repeat(3000).into_bytes());
    bytes.extend(b"\n1,1,");
    bytes.extend(vec![b'y'; 1 << 20]);
    bytes.extend(b"\n\"1,1,1");
    bytes
}

/// That exactly the rows of [`hostile`] were malformed, and that the report stays short.
fn check_hostile(contract: &Contract, entity: &str) {
    let report = report(contract, entity);
    let malformed = report.errors.iter().filter(|error| error.error_type == "MalformedRow");
    assert_eq!(malformed.map(|error| error.count).sum::<u64>(), MALFORMED, "{report}");
    let json = serde_json::to_string(&contract.report).unwrap();
    assert!(json.len() < 20_000, "{} bytes of report", json.len());
}
