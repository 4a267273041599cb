//! Tables with a header: `items.csv`, `interactions.csv` and the like, for shops that never had the contract.
//!
//! Brings the files and the columns of each entity together; what becomes of the rows is said in
//! `plain_items` and `plain_interactions`.

use std::sync::Arc;

use super::super::error::ContractError;
use super::super::folder::Source;
use super::super::layout::{self, Layout};
use super::super::schema::{self, Entity};
use super::super::table::Table;
use super::column::Names;
use super::heading::Heading;
use super::look::{Found, Kind};
use super::{Broken, Door, EventWeights, Way, plain_interactions, plain_items};
use crate::storage::Storage;

/// The tables of a folder with plain files.
pub(super) fn tables<'s>(
    storage: &'s Storage,
    found: &[Found],
    weights: &EventWeights,
) -> Result<Vec<Table<'s>>, ContractError> {
    let mut tables = items(storage, found)?;
    let (files, headings) = pick(found, |kind| match kind {
        Kind::Interactions(heading) => Some(heading),
        _ => None,
    });
    if !files.is_empty() {
        tables.push(plain_interactions::table_of(storage, &Files { files, headings }, weights)?);
    }
    Ok(tables)
}

/// The tables that files with items feed.
pub(super) fn items<'s>(storage: &'s Storage, found: &[Found]) -> Result<Vec<Table<'s>>, ContractError> {
    let (files, headings) = pick(found, |kind| match kind {
        Kind::Items(heading) => Some(heading),
        _ => None,
    });
    if files.is_empty() { Ok(Vec::new()) } else { plain_items::tables(storage, &Files { files, headings }) }
}

/// Some files, and what each of them calls its columns.
#[derive(Debug, Clone)]
pub(super) struct Files {
    pub(super) files: Vec<Source>,
    pub(super) headings: Vec<Heading>,
}

/// The files of a kind.
pub(super) fn pick<'f>(
    found: &'f [Found],
    heading: impl Fn(&'f Kind) -> Option<&'f Heading>,
) -> (Vec<Source>, Vec<Heading>) {
    let of_kind = found.iter().filter_map(|file| Some((file.source.clone(), heading(&file.kind)?.clone())));
    of_kind.unzip()
}

impl Files {
    /// Where some columns stand in each file.
    pub(super) fn places(&self, columns: &[Names]) -> Vec<Vec<Option<usize>>> {
        self.headings.iter().map(|heading| heading.places(columns)).collect()
    }

    /// What the first file with a column calls it.
    pub(super) fn name(&self, places: &[Vec<Option<usize>>], column: usize) -> Option<&str> {
        let mut files = self.headings.iter().zip(places);
        files.find_map(|(heading, places)| places[column].map(|at| heading.names[at].as_str()))
    }

    /// An error unless every file has one of some columns.
    pub(super) fn need(
        &self,
        storage: &Storage,
        places: &[Vec<Option<usize>>],
        columns: &[usize],
        need: Need,
    ) -> Result<(), ContractError> {
        let lacks = |places: &&Vec<Option<usize>>| columns.iter().all(|column| places[*column].is_none());
        match places.iter().position(|places| lacks(&places)) {
            None => Ok(()),
            Some(file) => Err(ContractError::NoColumn {
                path: storage.join(&self.files[file].shown),
                what: need.what,
                accepted: need.accepted,
                found: shown(&self.headings[file].names),
            }),
        }
    }
}

/// What a file cannot do without, for people.
#[derive(Debug, Clone, Copy)]
pub(super) struct Need {
    pub(super) what: &'static str,
    pub(super) accepted: &'static str,
}

/// The names of a header, as many as a person reads.
fn shown(names: &[String]) -> String {
    const MOST: usize = 12;
    let short = |name: &String| name.chars().take(30).collect::<String>();
    let mut shown: Vec<String> = names.iter().take(MOST).map(short).collect();
    if names.len() > MOST {
        shown.push(format!("and {} more", names.len() - MOST));
    }
    shown.join(", ")
}

/// A table of an entity whose rows are made by a door.
pub(super) fn table<'s>(
    storage: &'s Storage,
    entity: &'static Entity,
    files: Vec<Source>,
    way: Arc<dyn Way>,
    names: &[(&'static str, Option<&str>)],
) -> Table<'s> {
    // The items and the interactions stand for the rows of the shop; the other entities see them again.
    let counts = [schema::ITEMS.name, schema::INTERACTIONS.name].contains(&entity.name);
    let broken = if counts { Broken::Counted } else { Broken::Elsewhere };
    Table { storage, layout: layout(entity, names), files, door: Some(Door { way, broken }) }
}

/// The contract's columns under the shop's own names, so that the report speaks of what the shop wrote.
fn layout(entity: &'static Entity, names: &[(&'static str, Option<&str>)]) -> Layout {
    let mut layout = layout::built_in(entity);
    for (slot, column) in layout.slots.iter_mut().zip(entity.columns) {
        let named = names.iter().find(|(known, _)| *known == column.name);
        if let Some(name) = named.and_then(|(_, name)| *name) {
            name.clone_into(&mut slot.name);
        }
    }
    layout
}

/// An entity by its name, if it is read at all.
pub(super) fn entity(name: &str) -> Option<&'static Entity> {
    schema::READ.into_iter().find(|entity| entity.name == name)
}
