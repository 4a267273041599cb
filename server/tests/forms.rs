//! Every form of file, alone and mixed within one entity, sound and damaged.

#![expect(clippy::unwrap_used, reason = "a test whose folder cannot be made or read should stop there")]

mod parts;

use std::path::Path;
use std::time::{Duration, Instant};

use cookshelf_server::contract::{Contract, ReadOptions, read};
use cookshelf_server::progress::Progress;
use cookshelf_server::storage::Storage;

fn contract(root: &Path) -> Contract {
    read(&Storage::disk(root).unwrap(), &ReadOptions::default(), Progress::Silent).unwrap()
}

fn contract_of(files: &[(&str, Vec<u8>)]) -> Contract {
    let root = tempfile::tempdir().unwrap();
    parts::write(root.path(), files);
    contract(root.path())
}

/// Rows that were read, and each damaged file with what is said about it.
fn damage(contract: &Contract) -> (u64, Vec<(&str, &str)>) {
    let report = contract.report.entity("Reco_Interactions").unwrap();
    let damaged = report.damaged_files.iter().map(|file| (file.file.as_str(), file.message.as_str()));
    (report.total_record_count, damaged.collect())
}

#[test]
fn forms_mixed_within_one_entity_are_one_file() {
    let (files, all) = parts::mixed(2000);
    let mixed = contract_of(&files);
    let whole = contract_of(&[("all.csv", parts::csv(&all))]);
    assert_eq!(damage(&mixed), (12_000, vec![]));
    assert_eq!(mixed.interactions.len(), 12_000);
    assert_eq!(mixed.interactions, whole.interactions);
    assert_eq!(mixed.catalogue, whole.catalogue);
}

/// In a folder with decimal commas, files that tell numbers from text keep their points.
#[test]
fn typed_numbers_have_points_whatever_the_culture() {
    let rows = parts::rows(0, 500);
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("model.json"), r#"{"culture": "de-DE"}"#).unwrap();
    parts::write(root.path(), &[("1.parquet", parts::parquet(&rows)), ("2.jsonl", parts::json_lines(&rows))]);
    let read = contract(root.path());
    let half = read.interactions.strength.len() / 2;
    let plain = contract_of(&[("1.csv", parts::csv(&rows))]).interactions.strength;
    assert_eq!(
        (&read.interactions.strength[..half], &read.interactions.strength[half..]),
        (&plain[..], &plain[..])
    );
}

#[test]
fn a_file_that_breaks_off_gives_what_came_before() {
    let rows = parts::rows(0, 30_000);
    let (text, after) = (parts::csv(&rows), parts::csv(&rows[..10]));
    for (name, bytes) in [("1.csv.gz", parts::gzip(&text)), ("1.csv.zst", parts::zstd(&text))] {
        let half = bytes[..bytes.len() / 2].to_vec();
        let contract = contract_of(&[(name, half), ("2.csv", after.clone())]);
        let (rows, damaged) = damage(&contract);
        assert_eq!((damaged.len(), damaged[0].0), (1, format!("Reco_Interactions/{name}").as_str()));
        assert!((5_000..30_000).contains(&rows), "{name}: {rows}");
        assert_eq!(contract.interactions.len() as u64, rows, "{name}: whole rows only");
    }
    let parquet = parts::parquet(&rows);
    let contract = contract_of(&[("1.parquet", parquet[..parquet.len() - 9].to_vec()), ("2.csv", after)]);
    let (count, damaged) = damage(&contract);
    assert_eq!((count, damaged.len()), (10, 1));
    assert!(damaged[0].1.contains("Parquet"), "{damaged:?}");
}

/// A gigabyte of zeros in a small file costs a moment and that file.
#[test]
fn bombs_cost_only_themselves() {
    let zeros = vec![0; 64 << 20];
    let after = parts::csv(&parts::rows(0, 10));
    for (name, member) in [("1.csv.gz", parts::gzip(&zeros)), ("1.csv.zst", parts::zstd(&zeros))] {
        let bomb = member.repeat(16);
        assert!(bomb.len() < 8 << 20, "{}", bomb.len());
        let started = Instant::now();
        let contract = contract_of(&[(name, bomb), ("2.csv", after.clone())]);
        let (rows, damaged) = damage(&contract);
        assert!(damaged.len() == 1 && damaged[0].1.contains("200 times"), "{damaged:?}");
        assert_eq!((rows, contract.interactions.len()), (11, 10), "the zeros are one long record");
        assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
    }
}
