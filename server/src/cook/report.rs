//! What a cook read, dropped and made, for people and machines.

use cookshelf_core::{ListKind, SectionKey};
use serde::Serialize;

use super::own_models::TextReport;
use super::params::CookParams;
use super::readiness::{Readiness, readiness};
use super::sample::{Sample, samples};
use super::tune::Tuned;
use super::verdict::ListVerdict;
use crate::{
    contract::{self, Config},
    memory::peak_memory,
    moment::rfc3339,
    pack::{self, Packed},
    pictures::PictureReport,
    publish::Published,
    train::{self, Filled, Trained},
};

const SWITCHED_OFF: &str = "switched off under [lists] in cookshelf.toml";

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
    /// Pictures that were seen and not; `None` when none was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pictures: Option<PictureReport>,
    /// Texts that a model of the shop's own read and not; `None` without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub texts: Option<TextReport>,
    /// Items that can be shown.
    pub items: u32,
    /// Accepted interactions.
    pub interactions: u64,
    /// Distinct shoppers with a name of their own among them.
    pub shoppers: u64,
    /// The lists this model answers, and why others are missing.
    pub lists: Vec<ListReport>,
    /// What the data is good for, where a page shows it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub readiness: Vec<Readiness>,
    /// Items that a page shows the lists of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub samples: Vec<Sample>,
    /// What tuning chose, list by list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tuned: Vec<Tuned>,
    /// What was borrowed for items that shoppers said too little of, list by list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filled: Vec<Filled>,
    /// How good the lists are on data that was hidden from them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holdout: Vec<ListVerdict>,
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
    /// Finding settings.
    pub tune: f64,
    /// Asking about hidden data.
    pub judge: f64,
    /// Training.
    pub train: f64,
    /// Text and look, with reading the pictures.
    pub likeness: f64,
    /// Packing and checking.
    pub pack: f64,
    /// Writing files.
    pub publish: f64,
}

/// What the stages gave.
pub(super) struct Made<'a> {
    pub(super) packed: &'a Packed,
    pub(super) trained: &'a Trained,
    pub(super) tuned: Vec<Tuned>,
    pub(super) verdicts: Vec<ListVerdict>,
    pub(super) filled: Vec<Filled>,
    pub(super) pictures: Option<PictureReport>,
    pub(super) texts: Option<TextReport>,
    pub(super) published: &'a Published,
    pub(super) seconds: StageSeconds,
}

/// Puts the report together.
pub(super) fn report(params: &CookParams, data: contract::Contract, made: Made<'_>) -> CookReport {
    let interactions = data.report.entity("Reco_Interactions");
    let rows = interactions.map_or(0, |entity| entity.total_record_count);
    CookReport {
        name: params.name.clone(),
        cooked_at: rfc3339(params.now),
        sequence: made.published.manifest.sequence,
        items: made.packed.live_items,
        interactions: data.interactions.len() as u64,
        shoppers: data.interactions.shoppers.into(),
        readiness: if params.samples { readiness(&data, params) } else { Vec::new() },
        samples: if params.samples { samples(&data, params.train.privacy_floor) } else { Vec::new() },
        lists: lists(made.trained, params, &data.config),
        sections: sections(made.packed),
        tuned: made.tuned,
        filled: made.filled,
        holdout: made.verdicts,
        bytes: made.packed.blobs.iter().map(|blob| blob.bytes.len() as u64).sum(),
        new_blobs: made.published.new_blobs as u64,
        kept_blobs: made.published.kept_blobs as u64,
        rows_per_second: if made.seconds.read > 0.0 { rows as f64 / made.seconds.read } else { 0.0 },
        seconds: made.seconds,
        contract: data.report,
        pictures: made.pictures,
        texts: made.texts,
        peak_memory_bytes: peak_memory(),
    }
}

fn lists(trained: &Trained, params: &CookParams, config: &Config) -> Vec<ListReport> {
    let list = |list: ListKind, entries: usize, missing| ListReport {
        list: list.name(),
        entries: entries as u64,
        missing: (entries == 0).then_some(if params.is_off(list) { SWITCHED_OFF } else { missing }),
    };
    let rows = |rows: &train::Rows| rows.of.iter().map(Vec::len).sum::<usize>();
    let picks = trained.factors.as_ref().map_or(0, |factors| factors.values.nrows());
    let no_picks = match params.wants_picks(config) {
        true => "too few interactions to learn taste from",
        false => {
            "PersonalizationEnabled is not True in Reco_Config; `picks = true` under [lists] in cookshelf.toml overrules it"
        }
    };
    let few = "no pair of items was chosen by enough distinct shoppers (the privacy floor)";
    vec![
        list(ListKind::Picks, picks, no_picks),
        list(ListKind::Similar, rows(&trained.similar), few),
        list(ListKind::Together, rows(&trained.together), few),
        list(
            ListKind::Next,
            rows(&trained.next),
            "no sessions with an order in time, or too few shoppers in them",
        ),
        list(
            ListKind::Popular,
            trained.charts.popular.overall.len(),
            "no item was chosen by enough distinct shoppers",
        ),
        list(
            ListKind::Trending,
            trained.charts.trending.overall.len(),
            "no recent item was chosen by enough distinct shoppers",
        ),
        list(ListKind::New, trained.charts.new.overall.len(), "no item has a release date"),
        list(
            ListKind::Again,
            trained.again.as_ref().map_or(0, |habits| habits.of.len()),
            "too few named shoppers bought anything again on another day",
        ),
        list(ListKind::Text, rows(&trained.text), "no two items have words of their titles in common"),
        list(ListKind::Look, rows(&trained.look), "fewer than two items have a picture that can be seen"),
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
