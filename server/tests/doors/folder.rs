//! Making folders, reading them, and showing what was read in few words.

use std::fs;
use std::io::Write;
use std::path::Path;

use cookshelf_server::catalogue::Item;
use cookshelf_server::contract::{Contract, ContractError, EntityReport, Problem, ReadAs, ReadOptions, read};
use cookshelf_server::interaction::ANONYMOUS;
use cookshelf_server::progress::Progress;
use cookshelf_server::storage::Storage;
use tempfile::TempDir;

pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let file = fs::File::create(path).unwrap();
        if name.ends_with(".gz") {
            let mut packed = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
            packed.write_all(text.as_bytes()).unwrap();
            packed.finish().unwrap();
        } else {
            (&file).write_all(text.as_bytes()).unwrap();
        }
    }
    root
}

pub(crate) fn read_with(root: &Path, options: &ReadOptions) -> Result<Contract, ContractError> {
    read(&Storage::disk(root)?, options, Progress::Silent)
}

pub(crate) fn contract(files: &[(&str, &str)]) -> Contract {
    read_with(folder(files).path(), &ReadOptions::default()).unwrap()
}

pub(crate) fn read_as(files: &[(&str, &str)], read_as: ReadAs) -> Result<Contract, ContractError> {
    read_with(folder(files).path(), &ReadOptions { read_as: Some(read_as), ..ReadOptions::default() })
}

pub(crate) fn entity<'c>(contract: &'c Contract, name: &str) -> &'c EntityReport {
    contract.report.entity(name).unwrap_or_else(|| panic!("{name} was not read: {:#?}", contract.report))
}

/// What was wrong with rows: type, column, count.
pub(crate) fn listed(problems: &[Problem]) -> Vec<(&str, &str, u64)> {
    problems.iter().map(|one| (one.error_type, one.column.as_deref().unwrap_or(""), one.count)).collect()
}

pub(crate) fn ids(contract: &Contract) -> Vec<&str> {
    contract.catalogue.items.iter().map(|item| item.id.as_str()).collect()
}

pub(crate) fn item<'c>(contract: &'c Contract, id: &str) -> &'c Item {
    contract.catalogue.items.iter().find(|item| item.id == id).unwrap_or_else(|| panic!("no item {id}"))
}

pub(crate) fn categories<'c>(contract: &'c Contract, id: &str) -> Vec<&'c str> {
    let names = &contract.catalogue.categories;
    item(contract, id).categories.iter().map(|category| names[*category as usize].as_str()).collect()
}

pub(crate) fn filters<'c>(contract: &'c Contract, id: &str) -> Vec<(&'c str, &'c str)> {
    let names = &contract.catalogue.filters;
    item(contract, id)
        .filters
        .iter()
        .map(|(name, value)| (names[*name as usize].as_str(), value.as_str()))
        .collect()
}

/// One interaction: group, item, shopper (`-` for none), time, strength, `no` for a dislike.
pub(crate) fn rows(contract: &Contract) -> Vec<String> {
    let rows = &contract.interactions;
    let shopper = |at: usize| match rows.shopper[at] {
        ANONYMOUS => "-".to_owned(),
        shopper => shopper.to_string(),
    };
    let row = |at: usize| {
        let item = &contract.catalogue.items[rows.item[at] as usize].id;
        let no = if rows.positive[at] { "" } else { " no" };
        format!("{} {item} {} {} {}{no}", rows.group[at], shopper(at), rows.time[at], rows.strength[at])
    };
    (0..rows.len()).map(row).collect()
}
