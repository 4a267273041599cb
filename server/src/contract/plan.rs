//! What of a folder will be read: the files and columns of each entity.
//!
//! Brings `folder`, `model_json`, `layout` and `schema` together before the first row is read, so
//! that whatever is wrong with the folder as a whole is said at once. It opens no file with rows.

use super::ReadOptions;
use super::culture;
use super::door::{self, Entrance, ReadAs};
use super::error::ContractError;
use super::folder::{self, Listing, Source, without_query};
use super::form::ENDINGS;
use super::layout::{self, Layout};
use super::model_json::{self, Model, ModelEntity};
use super::report::{ColumnsFrom, NotRead, Report};
use super::schema::{self, Entity};
use super::table::Table;
use crate::storage::Storage;

const UNKNOWN: &str = "no entity of the contract";

/// What will be read.
#[derive(Debug)]
pub(super) struct Plan<'s> {
    /// Entities with at least one file, in the order of [`schema::READ`].
    tables: Vec<Table<'s>>,
    /// Interactions that lie elsewhere.
    pub(super) live: Option<Table<'s>>,
    pub(super) culture: String,
    /// Filled with everything that is known before reading.
    pub(super) report: Report,
}

impl<'s> Plan<'s> {
    /// The table of an entity, if the folder has files for it.
    pub(super) fn table(&self, entity: &Entity) -> Option<&Table<'s>> {
        self.tables.iter().find(|table| table.layout.entity.name == entity.name)
    }

    /// Bytes of all files together, as often as they are read.
    pub(super) fn bytes(&self) -> u64 {
        let reads = |table: &&Table<'_>| table.door.as_ref().is_none_or(|door| door.way.reads());
        self.tables
            .iter()
            .chain(&self.live)
            .filter(reads)
            .flat_map(|table| &table.files)
            .map(|file| file.bytes)
            .sum()
    }
}

/// Looks a folder over.
pub(super) fn plan<'s>(storage: &'s Storage, options: &ReadOptions) -> Result<Plan<'s>, ContractError> {
    match options.read_as {
        Some(ReadAs::Contract) => contract(storage)?.ok_or_else(|| nothing(storage, options.read_as)),
        Some(_) => other(storage, options),
        None => contract(storage)?.map_or_else(|| other(storage, options), Ok),
    }
}

/// A folder that is not of the contract.
fn other<'s>(storage: &'s Storage, options: &ReadOptions) -> Result<Plan<'s>, ContractError> {
    if let Some(error) = storage.cannot_list() {
        return Err(error.into());
    }
    let entrance = door::entrance(storage, options.read_as, &options.weights)?;
    let Entrance { read_as, tables, notes } = entrance.ok_or_else(|| nothing(storage, options.read_as))?;
    let report = Report { read_as, columns_from: ColumnsFrom::Files, notes, ..Report::default() };
    Ok(Plan { tables, live: None, culture: culture::DEFAULT.to_owned(), report })
}

fn nothing(storage: &Storage, asked: Option<ReadAs>) -> ContractError {
    let names = schema::READ.map(|entity| entity.name).join(", ");
    let contract = format!("folders and files named {names}");
    let looked_for = match asked {
        None => format!("{contract}; {}", door::LOOKED_FOR),
        Some(ReadAs::Contract) => contract,
        Some(_) => door::LOOKED_FOR.to_owned(),
    };
    ContractError::NothingToRead { path: storage.shown(), looked_for, endings: ENDINGS }
}

/// A folder of the contract; `None` when it has no file of any entity.
fn contract(storage: &Storage) -> Result<Option<Plan<'_>>, ContractError> {
    let listing = folder::list(storage)?;
    let mut report = Report::default();
    let model = match &listing.model {
        Some(path) => {
            report.columns_from = ColumnsFrom::ModelJson;
            model_json::read(storage, path)?
        }
        None => Model::default(),
    };
    let look = Look { storage, listing: &listing, model: &model, names: names(&model) };
    let mut tables = Vec::new();
    let mut read = schema::READ.map(|entity| entity.name).to_vec();
    for entity in schema::READ {
        let mut name = entity.name;
        let mut files = look.files(name)?;
        if files.is_empty()
            && let Some(other) = look.other_name(entity)
        {
            (name, files) = (other, look.files(other)?);
            read.push(name);
        }
        if !files.is_empty() {
            tables.push(Table { storage, layout: look.layout(entity, name)?, files, door: None });
        }
    }
    if tables.is_empty() {
        return Ok(None);
    }
    look.others(&read, &mut report)?;
    let culture = culture(&model, &mut report);
    Ok(Some(Plan { tables, live: None, culture, report }))
}

/// Everything known about a folder while it is looked over.
struct Look<'l> {
    storage: &'l Storage,
    listing: &'l Listing<'l>,
    model: &'l Model,
    /// Every entity name, known or described.
    names: Vec<&'l str>,
}

fn names(model: &Model) -> Vec<&str> {
    let mut names = schema::READ.map(|entity| entity.name).to_vec();
    for entity in model.entities().map(|entity| entity.name.as_str()).filter(|name| !name.is_empty()) {
        if !names.iter().any(|name| name.eq_ignore_ascii_case(entity)) {
            names.push(entity);
        }
    }
    names
}

impl<'l> Look<'l> {
    /// The files of an entity: listed ones, or those found by name.
    fn files(&self, name: &str) -> Result<Vec<Source>, ContractError> {
        match self.model.entity(name).filter(|entity| !entity.partitions().is_empty()) {
            Some(entity) => self.listed(name, entity),
            None => self.listing.find(name, &self.names),
        }
    }

    /// Listed files keep the order of the list.
    fn listed(&self, name: &str, entity: &ModelEntity) -> Result<Vec<Source>, ContractError> {
        let mut files = Vec::new();
        for partition in entity.partitions() {
            let Some(location) = partition.location.as_deref() else { continue };
            let missing = || ContractError::MissingPartition {
                path: self.storage.join(self.listing.model.as_deref().unwrap_or_default()),
                root: self.storage.shown(),
                entity: name.to_owned(),
                location: without_query(location).to_owned(),
            };
            files.push(self.listing.locate(partition, location)?.ok_or_else(missing)?);
        }
        Ok(files)
    }

    /// The other name under which a folder may have an entity.
    fn other_name(&self, entity: &Entity) -> Option<&'l str> {
        if entity.name != schema::UNSEEDED.name {
            return None;
        }
        let name = self.model.overrides_without_seed()?.name.as_str();
        let taken = schema::READ.iter().any(|entity| entity.name.eq_ignore_ascii_case(name));
        (!taken && !name.is_empty()).then_some(name)
    }

    fn layout(&self, entity: &'static Entity, name: &str) -> Result<Layout, ContractError> {
        let Some(path) = &self.listing.model else { return Ok(layout::built_in(entity)) };
        match self.model.entity(name).filter(|described| !described.attributes().is_empty()) {
            Some(described) => {
                let missing = |column| ContractError::MissingColumn {
                    path: self.storage.join(path),
                    entity: entity.name,
                    column,
                };
                let mut layout = layout::described(entity, described).map_err(missing)?;
                if name != entity.name {
                    layout.notes.push(format!("the folder calls it {name}"));
                }
                Ok(layout)
            }
            None => {
                let mut layout = layout::built_in(entity);
                layout.notes.push(
                    "model.json does not describe its columns; the contract's own order is used".into(),
                );
                Ok(layout)
            }
        }
    }

    /// Names what is there and stays unread.
    fn others(&self, read: &[&str], report: &mut Report) -> Result<(), ContractError> {
        for name in self.names.iter().filter(|name| !read.contains(name)) {
            let described = self.model.entity(name).is_some();
            // Files of entities that are not read are only named; a missing one is no error.
            let files: Vec<_> =
                self.listing.find(name, &self.names)?.into_iter().map(|file| file.shown).collect();
            if described || !files.is_empty() {
                report.not_read.push(NotRead { entity: (*name).to_owned(), files, reason: UNKNOWN });
            }
        }
        let (folders, files) = self.listing.others(&self.names);
        let folders = folders.into_iter().filter(|name| name.to_ascii_lowercase().starts_with("reco_"));
        for name in folders.chain(files) {
            report.notes.push(format!("{name} belongs to {UNKNOWN} and was not read"));
        }
        Ok(())
    }
}

/// The culture of the folder, or the default one.
fn culture(model: &Model, report: &mut Report) -> String {
    match model.culture.as_deref().filter(|tag| !tag.is_empty()) {
        Some(tag) if culture::is_tag(tag) => tag.to_owned(),
        Some(_) => {
            let note = format!("the culture of model.json is no language tag; {} is used", culture::DEFAULT);
            report.notes.push(note);
            culture::DEFAULT.to_owned()
        }
        None => culture::DEFAULT.to_owned(),
    }
}
