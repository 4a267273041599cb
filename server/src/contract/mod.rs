//! Reads a data folder of the recommendations contract: files in, cleaned values out.
//!
//! ```text
//! folder, model_json, door ─▶ plan ─▶ table: opened ─▶ blocks ─▶ record, json_lines ─▶ cell ─▶ clean/* ─▶ Contract
//!                                                   └▶ parquet ─────────────────┘          └──── tally ─▶ report
//! ```
//!
//! [`read`] is the whole room. It trains nothing and writes nothing. Every row of every entity that
//! is read ends up either in the values or in the [`Report`], and the same folder gives the same
//! values whatever the number of threads.

mod blocks;
mod cell;
mod clean;
mod config;
mod culture;
mod door;
mod error;
mod folder;
mod form;
mod header;
mod json_lines;
mod keys;
mod layout;
mod live;
mod model_json;
mod moment;
mod names;
mod opened;
mod parquet;
mod plan;
mod record;
mod report;
mod rows;
mod schema;
mod table;
mod tally;
mod unpack;

pub use config::Config;
pub use door::{EventWeights, ReadAs};
pub use error::ContractError;
pub use live::{BadRow, LiveRow, live_rows};
pub use report::{ColumnsFrom, DamagedFile, EntityReport, Example, NotRead, Problem, Report};

use std::path::PathBuf;

use cell::{Ids, Settings};
use clean::items::Shelf;
use keys::Keys;
use plan::Plan;

use crate::catalogue::Catalogue;
use crate::interaction::Interactions;
use crate::progress::{Progress, Stage};
use crate::storage::Storage;

/// How to read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadOptions {
    /// Unix seconds of this ingestion. The contract puts it in the place of release dates that are
    /// mandatory and missing, or unreadable; without it such items have no release date.
    pub ingested: Option<i64>,
    /// How the files are understood; found out by looking at them when `None`.
    pub read_as: Option<ReadAs>,
    /// What events count for, where the files hold events.
    pub weights: EventWeights,
    /// A folder of interactions that arrived live, to be read after the others.
    pub live: Option<PathBuf>,
}

/// A data folder, cleaned.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Contract {
    /// The items.
    pub catalogue: Catalogue,
    /// What was done with them.
    pub interactions: Interactions,
    /// Settings.
    pub config: Config,
    /// What was read, and what was dropped and why.
    pub report: Report,
}

/// Reads a data folder, the one that holds `model.json`.
pub fn read(storage: &Storage, options: &ReadOptions, progress: Progress) -> Result<Contract, ContractError> {
    let live = options.live.as_deref().map(Storage::disk).transpose()?;
    let mut plan = plan::plan(storage, options)?;
    plan.live = live.as_ref().map(live::table).transpose()?.flatten();
    let stage = progress.stage("read", plan.bytes(), "bytes");
    let contract = read_tables(&plan, options, &stage)?;
    let rows: u64 = contract.report.entities.iter().map(|entity| entity.total_record_count).sum();
    let dropped: u64 = contract.report.entities.iter().map(|entity| entity.total_dropped_records).sum();
    stage.done(&format!("{rows} rows, {dropped} dropped, {} items", contract.catalogue.items.len()));
    Ok(contract)
}

/// What the readers of all entities share.
#[derive(Clone, Copy)]
struct Reading<'r> {
    plan: &'r Plan<'r>,
    settings: Settings,
    stage: &'r Stage,
}

/// Reads each entity after those that it depends on.
fn read_tables(plan: &Plan<'_>, options: &ReadOptions, stage: &Stage) -> Result<Contract, ContractError> {
    let mut report = plan.report.clone();
    let decimal_mark = culture::decimal_mark(&plan.culture);
    let (ids, mut config) = match plan.report.read_as {
        ReadAs::Contract => (Ids::Free, Config::default()),
        ReadAs::Shopify | ReadAs::Events | ReadAs::Plain => (Ids::Own, Config::of_other_shops()),
    };
    let mut settings = Settings { ids, decimal_mark, ingested: options.ingested };
    if let Some(table) = plan.table(&schema::CONFIG) {
        config = report.take(clean::config::read(table, settings, stage)?);
    }
    if config.item_id_as_guid {
        settings.ids = Ids::Guid;
    }
    let reading = Reading { plan, settings, stage };
    let (mut shelf, interactions) = read_items(reading, &mut report)?;
    let mut catalogue = Catalogue { culture: plan.culture.clone(), ..Catalogue::default() };
    read_attributes(reading, &mut report, &mut shelf, &mut catalogue)?;
    read_lists(reading, &mut report, &shelf, &mut catalogue)?;
    read_scenes(reading, &mut report, &shelf, &mut catalogue)?;
    catalogue.items = shelf.items;
    Ok(Contract { catalogue, interactions, config, report })
}

/// The items, and what was done with them.
fn read_items(
    Reading { plan, settings, stage }: Reading<'_>,
    report: &mut Report,
) -> Result<(Shelf, Interactions), ContractError> {
    let mut opted_out = Keys::default();
    let mut shelf = None;
    let mut interactions = Interactions::default();
    if let Some(table) = plan.table(&schema::OPTED_OUT) {
        opted_out = report.take(clean::opted_out::read(table, settings, stage)?);
    }
    if let Some(table) = plan.table(&schema::ITEMS) {
        shelf = report.take(clean::items::read(table, settings, stage)?);
    }
    let tables = [plan.table(&schema::INTERACTIONS), plan.live.as_ref()];
    let tables: Vec<_> = tables.into_iter().flatten().collect();
    if !tables.is_empty() {
        let known = clean::interactions::Known { shelf: shelf.as_ref(), opted_out: &opted_out };
        let (cleaned, reports) = clean::interactions::read(&tables, settings, stage, known)?;
        report.entities.extend(reports);
        interactions = cleaned.interactions;
        shelf = shelf.or(cleaned.shelf);
    }
    Ok((shelf.unwrap_or_default(), interactions))
}

/// What items carry, and when they may be shown.
fn read_attributes(
    Reading { plan, settings, stage }: Reading<'_>,
    report: &mut Report,
    shelf: &mut Shelf,
    catalogue: &mut Catalogue,
) -> Result<(), ContractError> {
    if let Some(table) = plan.table(&schema::CATEGORIES) {
        catalogue.categories = report.take(clean::labels::categories(table, settings, stage, shelf)?);
    }
    if let Some(table) = plan.table(&schema::IMAGES) {
        report.take(clean::images::read(table, settings, stage, shelf)?);
    }
    if let Some(table) = plan.table(&schema::FILTERS) {
        catalogue.filters = report.take(clean::labels::filters(table, settings, stage, shelf)?);
    }
    if let Some(table) = plan.table(&schema::AVAILABILITIES) {
        catalogue.availability = report.take(clean::availabilities::read(table, settings, stage, shelf)?);
    }
    Ok(())
}

/// The shop's own lists, and its changes to others.
fn read_lists(
    Reading { plan, settings, stage }: Reading<'_>,
    report: &mut Report,
    shelf: &Shelf,
    catalogue: &mut Catalogue,
) -> Result<(), ContractError> {
    let mut lists = clean::named_lists::NamedLists::default();
    if let Some(table) = plan.table(&schema::LISTS) {
        lists = report.take(clean::named_lists::lists(table, settings, stage)?);
    }
    if let Some(table) = plan.table(&schema::LIST_ITEMS) {
        report.take(clean::named_lists::items(table, settings, stage, shelf, &mut lists)?);
    }
    let mut overrides = Vec::new();
    if let Some(table) = plan.table(&schema::SEEDED) {
        overrides.extend(report.take(clean::overrides::seeded(table, settings, stage, shelf)?));
    }
    if let Some(table) = plan.table(&schema::UNSEEDED) {
        overrides.extend(report.take(clean::overrides::unseeded(table, settings, stage, shelf, &mut lists)?));
    }
    clean::overrides::in_order(&mut overrides);
    catalogue.overrides = overrides;
    catalogue.lists = lists.into_sorted();
    Ok(())
}

/// Images that show several items.
fn read_scenes(
    Reading { plan, settings, stage }: Reading<'_>,
    report: &mut Report,
    shelf: &Shelf,
    catalogue: &mut Catalogue,
) -> Result<(), ContractError> {
    let mut scenes = clean::scenes::Scenes::default();
    if let Some(table) = plan.table(&schema::SCENES) {
        scenes = report.take(clean::scenes::inventory(table, settings, stage)?);
    }
    if let Some(table) = plan.table(&schema::SCENE_ITEMS) {
        report.take(clean::scenes::mappings(table, settings, stage, shelf, &mut scenes)?);
    }
    catalogue.scenes = scenes.into_sorted();
    Ok(())
}
