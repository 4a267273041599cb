//! Text and look: the lists that need no shopper.
//!
//! Brings pictures and training together and knows nothing of either. A picture is described and let go; only a
//! sample of the descriptions is ever held, so memory does not grow with the size of pictures.

use cookshelf_core::ListKind;

use super::params::CookParams;
use crate::{
    catalogue::Catalogue,
    pictures::{Gallery, PictureError, PictureReport},
    progress::{Progress, Stage},
    storage::Storage,
    train::{self, Description, LENS_SAMPLE, Lenses, Look, Rows},
};

/// What a catalogue alone tells about likeness.
#[derive(Debug, Default)]
pub(super) struct Likeness {
    pub(super) text: Rows,
    pub(super) look: Rows,
    /// About the pictures; `None` when none was asked for.
    pub(super) pictures: Option<PictureReport>,
}

/// Compares the items of a catalogue, as far as the lists are wanted.
pub(super) fn likeness(
    storage: &Storage,
    catalogue: &Catalogue,
    params: &CookParams,
    progress: Progress,
) -> Likeness {
    let mut likeness = Likeness::default();
    if !params.is_off(ListKind::Text) {
        likeness.text = train::text(catalogue, &params.text, progress);
    }
    if !params.is_off(ListKind::Look) && catalogue.items.iter().any(|item| !item.image.is_empty()) {
        let (looks, report) = looks(storage, catalogue, params, progress);
        likeness.look = train::look(&looks, &params.look, progress);
        likeness.pictures = Some(report);
    }
    likeness
}

/// The look of every item that has a picture.
fn looks(
    storage: &Storage,
    catalogue: &Catalogue,
    params: &CookParams,
    progress: Progress,
) -> (Vec<Option<Look>>, PictureReport) {
    let mut addresses: Vec<&str> = catalogue.items.iter().map(|item| &item.image[..]).collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses.retain(|address| !address.is_empty());
    let stage = progress.stage("pictures", addresses.len() as u64, "pictures");
    let gallery = Gallery::open(storage, &params.pictures);
    let found = seen(&gallery, &addresses, &stage);

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
