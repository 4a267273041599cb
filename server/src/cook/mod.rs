//! One cook from end to end: the only place that knows the order of the stages.
//!
//! Reads a folder, trains, packs, publishes, and reports what it did. The clock is
//! handed in; nothing that enters a blob depends on it.

mod holdout;
mod knobs;
mod likeness;
mod logs;
mod own_models;
mod params;
mod readiness;
mod report;
mod sample;
mod simple;
mod tune;
mod verdict;
mod weigh;

use std::{path::Path, time::Instant};

use thiserror::Error;

pub use logs::{Logs, Status, execution_name};
pub use own_models::{OwnModelError, TextProblem, TextReport};
pub use params::{CookParams, DEFAULT_NAME, ReadSettingsError, read_settings};
pub use readiness::{Readiness, Verdict, readiness};
pub use report::{CookReport, ListReport, SectionReport, StageSeconds, list_name, sections};
pub use sample::{Commonness, Sample};
pub use tune::Tuned;
pub use verdict::{FilledVerdict, FloorCost, FloorVerdict, ListVerdict, SimpleVerdict};

use crate::{
    catalogue::Catalogue,
    contract::{self, ContractError},
    pack::{self, PackError, PackParams, Packed},
    progress::Progress,
    publish::{self, PublishError, PublishParams, Published},
    settings::ByteSize,
    storage::Storage,
    train::{self, Likenesses, RowSize, TrainError, TrainParams, Trained},
};
use likeness::{Likeness, likeness};
use own_models::OwnModels;
use report::Made;
use tune::Task;
use verdict::Judged;

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
    /// A model of the shop's own.
    #[error("failed to open a model: {0}")]
    OwnModel(#[from] OwnModelError),
    /// Training.
    #[error("failed to train: {0}")]
    Train(#[from] TrainError),
    /// Packing.
    #[error("failed to {0}")]
    Pack(#[from] PackError),
    /// The model is larger than it may be.
    #[error(
        "the model has {size}, more than the {budget} of `budget.model`; nothing was published. Keep less \
        (`[keep]` in cookshelf.toml), switch lists off (`[lists]`), or raise the budget"
    )]
    TooLarge {
        /// All blobs.
        size: ByteSize,
        /// The setting.
        budget: ByteSize,
    },
    /// A list is worse than what it would replace.
    #[error(
        "`{list}` lost on the hold-out: NDCG@20 {own:.4} against {other:.4} of {winner}; nothing was published. See \
        what changed in the data, switch the list off (`[lists]`), or cook without `--gate`"
    )]
    Lost {
        /// The list.
        list: &'static str,
        /// Its mean NDCG.
        own: f64,
        /// What it lost to.
        winner: &'static str,
        /// The mean NDCG of that.
        other: f64,
    },
    /// Publishing.
    #[error("failed to publish: failed to {0}")]
    Publish(#[from] PublishError),
}

/// Runs every stage.
pub fn cook(
    storage: &Storage,
    out: &Path,
    params: &CookParams,
    progress: Progress,
) -> Result<CookReport, CookError> {
    let mut clock = Laps::start();
    let data = contract::read(storage, &params.read, progress)?;
    if data.catalogue.items.is_empty() {
        return Err(CookError::NoItems { root: storage.shown() });
    }
    let models = OwnModels::open(storage, params, progress)?;
    let read = clock.lap();
    let mut train_params = params.train_params(&data.config);
    knobs::pin(&mut train_params, &params.pinned)?;
    let as_of = train::as_of(&data.interactions);
    let task = Task {
        catalogue: &data.catalogue,
        interactions: &data.interactions,
        pack: &params.pack_params(&train_params, as_of),
        effort: params.tune,
        pinned: &params.pinned,
        bytes_per_item: params.picks_bytes(data.catalogue.items.len()),
    };
    task.shape(&mut train_params);
    let tuned = tune::tune(&task, &mut train_params, progress)?;
    let tune = clock.lap();
    let Likeness { text, look, pictures, texts } =
        likeness(storage, &data.catalogue, params, models, progress);
    let likeness = clock.lap();
    let likenesses = Likenesses { catalogue: &data.catalogue, text: &text, look: &look };
    let verdicts = match params.hold_out {
        true => judge(&data, out, (&train_params, likenesses), params, progress)?,
        false => Vec::new(),
    };
    let judged = clock.lap();
    let mut trained = train::train(&data.catalogue, &data.interactions, &train_params, progress)?;
    let size = |list| RowSize { kept: train_params.kept(list), bits: task.pack.bits(list) };
    let filled = train::fill(&mut trained, &train_params.wanted.lists(), likenesses, &params.cold, size);
    let trained = Trained { charts: params.wanted_charts(trained.charts), text, look, ..trained };
    let train = clock.lap();

    let pack_params = params.pack_params(&train_params, as_of);
    let packed = packed(&data.catalogue, &trained, out, (&pack_params, params.model_budget), progress)?;
    let pack = clock.lap();
    let published = published(&packed, out, params, progress)?;
    let seconds = StageSeconds { read, tune, judge: judged, train, likeness, pack, publish: clock.lap() };
    let made = Made {
        packed: &packed,
        trained: &trained,
        tuned,
        verdicts,
        filled,
        pictures,
        texts,
        published: &published,
        seconds,
    };
    Ok(report::report(params, data, made))
}

/// The model in bytes; positions stay as they were published last.
fn packed(
    catalogue: &Catalogue,
    trained: &Trained,
    out: &Path,
    (params, budget): (&PackParams, Option<ByteSize>),
    progress: Progress,
) -> Result<Packed, CookError> {
    let stage = progress.stage("pack", 0, "sections");
    let previous = publish::previous_ids(out)?;
    let packed = pack::pack(catalogue, trained, previous.as_ref(), params)?;
    let bytes: u64 = packed.blobs.iter().map(|blob| blob.bytes.len() as u64).sum();
    if let Some(budget) = budget.filter(|budget| bytes > budget.0) {
        return Err(CookError::TooLarge { size: ByteSize(bytes), budget });
    }
    let (sections, bundle) = (packed.blobs.len(), packed.bundle.len());
    stage.done(&format!("{sections} sections, {bundle} bytes, read back and checked"));
    Ok(packed)
}

/// Puts the model where it is served from.
fn published(
    packed: &Packed,
    out: &Path,
    params: &CookParams,
    progress: Progress,
) -> Result<Published, PublishError> {
    let stage = progress.stage("publish", 0, "blobs");
    let publish_params = PublishParams {
        endpoint: DEFAULT_NAME.to_owned(),
        model: params.name.clone(),
        now: params.now,
        valid_seconds: params.valid_seconds,
    };
    let published = publish::publish(packed, out, &publish_params)?;
    let Published { new_blobs, kept_blobs, old_blobs, .. } = &published;
    stage.done(&format!("{new_blobs} new blobs, {kept_blobs} unchanged, {old_blobs} old ones deleted"));
    Ok(published)
}

/// Asks about hidden data; a list that lost stops the cook where the settings say so.
fn judge(
    data: &contract::Contract,
    out: &Path,
    (train, likenesses): (&TrainParams, Likenesses<'_>),
    params: &CookParams,
    progress: Progress,
) -> Result<Vec<ListVerdict>, CookError> {
    let previous = publish::previous_model(out)?;
    let verdicts = verdict::verdicts(
        &Judged {
            catalogue: &data.catalogue,
            interactions: &data.interactions,
            train,
            likenesses,
            cold: &params.cold,
            pack: &params.pack_params(train, train::as_of(&data.interactions)),
            previous: previous.as_ref(),
        },
        progress,
    )?;
    let lost =
        verdicts.iter().filter(|_| params.gate).find_map(|verdict| Some((verdict, verdict.lost_to()?)));
    match lost {
        Some((verdict, (winner, other))) => Err(CookError::Lost {
            list: verdict.scored.list,
            own: verdict.scored.ndcg.mean,
            winner,
            other: other.ndcg.mean,
        }),
        None => Ok(verdicts),
    }
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
