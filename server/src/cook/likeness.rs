//! Text and look: the lists that need no shopper.
//!
//! Brings pictures and training together and knows nothing of either. A picture is described and let go; only a
//! sample of the descriptions is ever held, so memory does not grow with the size of pictures.

use cookshelf_core::ListKind;

use super::params::CookParams;
use crate::{
    catalogue::Catalogue,
    onnx::ImageModel,
    pictures::{Gallery, PictureError, PictureParams, PictureReport},
    progress::{Progress, Stage},
    storage::Storage,
    train::{self, Description, LENS_SAMPLE, Lenses, Look, Rows},
};

use super::own_models::{OwnModels, TextReport, read_texts};

/// What a catalogue alone tells about likeness.
#[derive(Debug, Default)]
pub(super) struct Likeness {
    pub(super) text: Rows,
    pub(super) look: Rows,
    /// About the pictures; `None` when none was asked for.
    pub(super) pictures: Option<PictureReport>,
    /// About the texts that a model of the shop's own read.
    pub(super) texts: Option<TextReport>,
}

/// Compares the items of a catalogue, as far as the lists are wanted. The models are large, and let go when they have
/// said all they know.
pub(super) fn likeness(
    storage: &Storage,
    catalogue: &Catalogue,
    params: &CookParams,
    OwnModels { text, look }: OwnModels,
    progress: Progress,
) -> Likeness {
    let mut likeness = Likeness::default();
    if let Some(model) = text {
        let (vectors, report) = read_texts(&model, catalogue, progress);
        likeness.text = train::alike(ListKind::Text, vectors, params.text.kept, progress);
        likeness.texts = Some(report);
    } else if !params.is_off(ListKind::Text) {
        likeness.text = train::text(catalogue, &params.text, progress);
    }
    if !params.is_off(ListKind::Look) && catalogue.items.iter().any(|item| !item.image.is_empty()) {
        let (rows, report) = looks(storage, catalogue, params, look.as_ref(), progress);
        (likeness.look, likeness.pictures) = (rows, Some(report));
    }
    likeness
}

/// The items that look alike, by a model of the shop's own or without one.
fn looks(
    storage: &Storage,
    catalogue: &Catalogue,
    params: &CookParams,
    model: Option<&ImageModel>,
    progress: Progress,
) -> (Rows, PictureReport) {
    let Some(model) = model else {
        let (looks, report) = of_items(storage, catalogue, &params.pictures, progress, seen);
        return (train::look(&looks, &params.look, progress), report);
    };
    let longest_side = params.pictures.longest_side.max(model.side());
    let pictures = PictureParams { longest_side, ..params.pictures.clone() };
    let see = |gallery: &Gallery<'_>, addresses: &[&str], stage: &Stage| {
        let answered = gallery.each(addresses, |picture| model.see(picture), stage).into_iter();
        answered.map(|one| one?.map_err(|error| PictureError::Model(error.to_string()))).collect()
    };
    let (vectors, report) = of_items(storage, catalogue, &pictures, progress, see);
    (train::alike(ListKind::Look, vectors, params.look.kept, progress), report)
}

/// What is made of the picture of every item that has one. `see` makes it of the pictures at some addresses.
fn of_items<T: Clone>(
    storage: &Storage,
    catalogue: &Catalogue,
    params: &PictureParams,
    progress: Progress,
    see: impl FnOnce(&Gallery<'_>, &[&str], &Stage) -> Vec<Result<T, PictureError>>,
) -> (Vec<Option<T>>, PictureReport) {
    let mut addresses: Vec<&str> = catalogue.items.iter().map(|item| &item.image[..]).collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses.retain(|address| !address.is_empty());
    let stage = progress.stage("pictures", addresses.len() as u64, "pictures");
    let gallery = Gallery::open(storage, params);
    let found = see(&gallery, &addresses, &stage);

    let mut report = PictureReport { notes: gallery.notes(), ..PictureReport::default() };
    let mut looks = vec![None; catalogue.items.len()];
    for (item, look) in catalogue.items.iter().zip(&mut looks) {
        let Ok(place) = addresses.binary_search(&&item.image[..]) else { continue };
        match &found[place] {
            Ok(seen) => *look = Some(seen.clone()),
            Err(error) => report.leave_out(&item.id, &item.image, error),
        }
        report.items += 1;
    }
    report.seen = looks.iter().flatten().count() as u64;
    stage.done(&format!("{} of {} items have a picture that can be seen", report.seen, report.items));
    (looks, report)
}

/// The look of the picture at every address. Those of a sample are described first: what pictures of this catalogue
/// differ in is learned from them.
fn seen(gallery: &Gallery<'_>, addresses: &[&str], stage: &Stage) -> Vec<Result<Look, PictureError>> {
    let count = LENS_SAMPLE.min(addresses.len());
    let is_sample: Vec<bool> = {
        let mut is_sample = vec![false; addresses.len()];
        (0..count).for_each(|at| is_sample[at * addresses.len() / count] = true);
        is_sample
    };
    let part = |wanted: bool| -> Vec<&str> {
        addresses
            .iter()
            .zip(&is_sample)
            .filter(|(_, sample)| **sample == wanted)
            .map(|(one, _)| *one)
            .collect()
    };
    let described = gallery.each(&part(true), train::describe, stage);
    let lenses = Lenses::learn(&described.iter().flatten().collect::<Vec<&Description>>());
    let mut sample = described.into_iter().map(|one| one.map(|description| lenses.see(&description)));
    let mut rest =
        gallery.each(&part(false), |picture| lenses.see(&train::describe(picture)), stage).into_iter();
    let next = |is_sample: &bool| if *is_sample { sample.next() } else { rest.next() };
    is_sample
        .iter()
        .map(next)
        .map(|look| look.expect("every address is in the sample or in the rest"))
        .collect()
}
