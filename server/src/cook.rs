//! One cook from end to end: the only place that knows the order of the stages.
//!
//! Reads a folder, trains, packs, publishes, and reports what it did. The clock is
//! handed in; nothing that enters a blob depends on it.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use cookshelf_core::SectionKey;
use serde::Serialize;
use thiserror::Error;

use crate::{
    contract::{self, Config, ContractError, ReadOptions},
    memory::peak_memory,
    pack::{self, PackError, PackParams, Packed},
    progress::Progress,
    publish::{self, PublishError, PublishParams, Published},
    storage::{Credentials, Storage},
    train::{self, TrainError, TrainParams, Trained},
};

/// What to cook, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct CookParams {
    /// The data folder: a path or an address.
    pub root: String,
    /// Keys to the store that the data folder is in.
    pub credentials: Credentials,
    /// Where models go.
    pub out: PathBuf,
    /// The modeling's name.
    pub name: String,
    /// Currency of prices, or empty.
    pub currency: String,
    /// Address of an item's page with `{id}` in it, or empty.
    pub address: String,
    /// Unix seconds of this cook; only the manifest shows it.
    pub now: i64,
    /// How long the manifest may be believed.
    pub valid_seconds: i64,
    /// Bits per neighbour weight, 4 or 8.
    pub weight_bits: u8,
    /// Bits per factor value, 4 or 8.
    pub factor_bits: u8,
    /// Settings of training; the folder's `Reco_Config` overrides its windows.
    pub train: TrainParams,
}

/// Why a cook stopped. What was published before is untouched.
#[derive(Debug, Error)]
pub enum CookError {
    /// The data folder.
    #[error("failed to read the data folder: {0}")]
    Contract(#[from] ContractError),
    /// The data has nothing to cook.
    #[error("{root}: no items were found; a cook needs Reco_ItemsAndVariants or Reco_Interactions rows")]
    NoItems {
        /// The data folder.
        root: String,
    },
    /// Training.
    #[error("failed to train: {0}")]
    Train(#[from] TrainError),
    /// Packing.
    #[error("failed to {0}")]
    Pack(#[from] PackError),
    /// Publishing.
    #[error("failed to publish: failed to {0}")]
    Publish(#[from] PublishError),
}

/// What a cook read, dropped and made.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CookReport {
    /// The modeling's name.
    pub name: String,
    /// When, as in the manifest.
    pub cooked_at: String,
    /// Number of this publication.
    pub sequence: u64,
    /// What was read and dropped.
    pub contract: contract::Report,
    /// Items that can be shown.
    pub items: u32,
    /// Accepted interactions.
    pub interactions: u64,
    /// The lists this model answers, and why others are missing.
    pub lists: Vec<ListReport>,
    /// What was made.
    pub sections: Vec<SectionReport>,
    /// Bytes of all blobs.
    pub bytes: u64,
    /// Blobs that changed since the last cook into this folder.
    pub new_blobs: u64,
    /// Blobs that did not, and that returning shoppers keep.
    pub kept_blobs: u64,
    /// How long the stages took.
    pub seconds: StageSeconds,
    /// Interaction rows read and cleaned per second.
    pub rows_per_second: f64,
    /// The most memory this process held, in bytes; 0 where the system does not say.
    pub peak_memory_bytes: u64,
}

/// Whether a list can be answered.
#[derive(Debug, Clone, Serialize)]
pub struct ListReport {
    /// List kind.
    pub list: &'static str,
    /// Entries that the model holds for it.
    pub entries: u64,
    /// Why there are none, when there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<&'static str>,
}

/// One kind of section of the model.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SectionReport {
    /// Section kind.
    pub kind: &'static str,
    /// List kind of neighbour shards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<&'static str>,
    /// How many blobs.
    pub blobs: u64,
    /// Bytes of them all.
    pub bytes: u64,
}

/// Seconds per stage.
#[derive(Debug, Clone, Serialize)]
pub struct StageSeconds {
    /// Reading and cleaning.
    pub read: f64,
    /// Training.
    pub train: f64,
    /// Packing and checking.
    pub pack: f64,
    /// Writing files.
    pub publish: f64,
}

/// Runs every stage.
pub fn cook(params: &CookParams, progress: Progress) -> Result<CookReport, CookError> {
    let mut clock = Laps::start();
    let options = ReadOptions { ingested: None };
    let storage = Storage::open(&params.root, &params.credentials).map_err(ContractError::from)?;
    let data = contract::read(&storage, &options, progress)?;
    if data.catalogue.items.is_empty() {
        return Err(CookError::NoItems { root: storage.shown() });
    }
    let read = clock.lap();
    let train_params = with_config(&params.train, &data.config);
    let mut trained = train::train(&data.catalogue, &data.interactions, &train_params, progress)?;
    if !data.config.personalization_enabled {
        trained.factors = None;
    }
    let train = clock.lap();

    let stage = progress.stage("pack", 0, "sections");
    let previous = publish::previous_ids(&params.out)?;
    let as_of = train::as_of(&data.interactions);
    let pack_params = pack_params(params, &train_params, as_of);
    let packed = pack::pack(&data.catalogue, &trained, previous.as_ref(), &pack_params)?;
    stage.done(&format!(
        "{} sections, {} bytes, read back and checked",
        packed.blobs.len(),
        packed.bundle.len()
    ));
    let pack = clock.lap();

    let stage = progress.stage("publish", 0, "blobs");
    let publish_params = PublishParams {
        endpoint: "default".to_owned(),
        model: params.name.clone(),
        now: params.now,
        valid_seconds: params.valid_seconds,
    };
    let published = publish::publish(&packed, &params.out, &publish_params)?;
    let Published { new_blobs, kept_blobs, old_blobs, .. } = &published;
    stage.done(&format!("{new_blobs} new blobs, {kept_blobs} unchanged, {old_blobs} old ones deleted"));
    let seconds = StageSeconds { read, train, pack, publish: clock.lap() };
    let made = Made { packed: &packed, trained: &trained, published: &published, seconds };
    Ok(report(params, data, made))
}

/// The windows of the folder's own settings win over the program's defaults.
fn with_config(train: &TrainParams, config: &Config) -> TrainParams {
    let mut train = train.clone();
    train.charts.trending_max_age_days = config.trending_max_age_days;
    train.charts.trending_interval_days = config.trending_interval_days;
    train.charts.best_selling_interval_days = config.best_selling_interval_days;
    train
}

fn pack_params(params: &CookParams, train: &TrainParams, as_of: i64) -> PackParams {
    let setting = |name: &str, value: String| (name.to_owned(), value);
    PackParams {
        name: params.name.clone(),
        currency: params.currency.clone(),
        address: params.address.clone(),
        weight_bits: params.weight_bits,
        factor_bits: params.factor_bits,
        privacy_floor: train.privacy_floor,
        as_of,
        settings: vec![
            setting("similar.kept", train.similar.kept.to_string()),
            setting("together.kept", train.together.kept.to_string()),
            setting("factors.dims", train.factors.dims.to_string()),
            setting("factors.rounds", train.factors.rounds.to_string()),
            setting("weight bits", params.weight_bits.to_string()),
            setting("factor bits", params.factor_bits.to_string()),
        ],
    }
}

struct Made<'a> {
    packed: &'a Packed,
    trained: &'a Trained,
    published: &'a Published,
    seconds: StageSeconds,
}

fn report(params: &CookParams, data: contract::Contract, made: Made<'_>) -> CookReport {
    let interactions = data.report.entity("Reco_Interactions");
    let rows = interactions.map_or(0, |entity| entity.total_record_count);
    CookReport {
        name: params.name.clone(),
        cooked_at: publish::rfc3339(params.now),
        sequence: made.published.manifest.sequence,
        items: made.packed.live_items,
        interactions: data.interactions.len() as u64,
        lists: lists(made.trained, data.config.personalization_enabled),
        sections: sections(made.packed),
        bytes: made.packed.blobs.iter().map(|blob| blob.bytes.len() as u64).sum(),
        new_blobs: made.published.new_blobs as u64,
        kept_blobs: made.published.kept_blobs as u64,
        rows_per_second: if made.seconds.read > 0.0 { rows as f64 / made.seconds.read } else { 0.0 },
        seconds: made.seconds,
        contract: data.report,
        peak_memory_bytes: peak_memory(),
    }
}

fn lists(trained: &Trained, personal: bool) -> Vec<ListReport> {
    let list = |list, entries: usize, missing| ListReport {
        list,
        entries: entries as u64,
        missing: (entries == 0).then_some(missing),
    };
    let rows = |rows: &train::Rows| rows.of.iter().map(Vec::len).sum::<usize>();
    let picks = trained.factors.as_ref().map_or(0, |factors| factors.values.nrows());
    let no_picks = match personal {
        true => "too few interactions to learn taste from",
        false => "PersonalizationEnabled is not True in Reco_Config",
    };
    let few = "no pair of items was chosen by enough distinct shoppers (the privacy floor)";
    vec![
        list("picks", picks, no_picks),
        list("similar", rows(&trained.similar), few),
        list("together", rows(&trained.together), few),
        list(
            "popular",
            trained.charts.popular.overall.len(),
            "no item was chosen by enough distinct shoppers",
        ),
        list(
            "trending",
            trained.charts.trending.overall.len(),
            "no recent item was chosen by enough distinct shoppers",
        ),
        list("new", trained.charts.new.overall.len(), "no item has a release date"),
    ]
}

/// Sections summed up by kind and list, in the order of their keys.
pub fn sections(packed: &Packed) -> Vec<SectionReport> {
    let same =
        |a: &pack::PackedBlob, b: &pack::PackedBlob| (a.key.kind, a.key.list) == (b.key.kind, b.key.list);
    let sum = |group: &[pack::PackedBlob]| SectionReport {
        kind: group[0].key.kind.name(),
        list: list_name(group[0].key),
        blobs: group.len() as u64,
        bytes: group.iter().map(|blob| blob.bytes.len() as u64).sum(),
    };
    packed.blobs.chunk_by(same).map(sum).collect()
}

/// The list a neighbour shard is for.
pub fn list_name(key: SectionKey) -> Option<&'static str> {
    let near = key.kind == cookshelf_core::SectionKind::Near;
    cookshelf_core::ListKind::from_number(key.list).filter(|_| near).map(cookshelf_core::ListKind::name)
}

/// Writes the report beside the model.
pub fn write_report(report: &CookReport, out: &Path) -> Result<(), PublishError> {
    publish::write_report(out, report)
}

struct Laps(Instant);

impl Laps {
    fn start() -> Self {
        Self(Instant::now())
    }

    fn lap(&mut self) -> f64 {
        let seconds = self.0.elapsed().as_secs_f64();
        self.0 = Instant::now();
        seconds
    }
}
