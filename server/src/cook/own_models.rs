//! Models of the shop's own, found in the data folder, and what they say of its items.
//!
//! An item that a model cannot answer for is reported and has no neighbours; a model that cannot be used at all stops the
//! cook before it has begun. Invariant: what is said of an item does not depend on the number of threads.

use cookshelf_core::ListKind;
use rayon::prelude::*;
use serde::Serialize;

use super::params::CookParams;
use crate::{
    catalogue::{Catalogue, Item},
    onnx::{Colours, ImageModel, LARGEST_MODEL, LARGEST_TOKENIZER, OnnxError, TextModel},
    progress::Progress,
    settings::ByteSize,
    storage::{Storage, StorageError},
};

/// The tokenizer's usual name.
const TOKENIZER: &str = "tokenizer.json";
/// Tokens of a text that are read; what comes later is small print.
const MOST_TOKENS: usize = 256;
/// Bytes of a description that are read.
const DESCRIPTION: usize = 2_000;
/// Pixels of a side, where a model leaves that open.
const SIZE: usize = 224;
/// How often to tell the bar.
const REPORT_EVERY: usize = 16;
/// Examples of texts that could not be read.
const EXAMPLES: usize = 5;

/// Why a model of the shop's own cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OwnModelError {
    /// The file.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Too large a file.
    #[error("{path}: the file has more than {most}; give a smaller model")]
    TooLarge {
        /// The file.
        path: String,
        /// The limit.
        most: ByteSize,
    },
    /// What it holds.
    #[error("{path}: {error}")]
    Onnx {
        /// The file.
        path: String,
        /// What is wrong.
        error: OnnxError,
    },
}

/// The models that the settings name.
#[derive(Debug, Default)]
pub(super) struct OwnModels {
    pub(super) text: Option<TextModel>,
    pub(super) look: Option<ImageModel>,
}

/// About the texts that a model of the shop's own has read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TextReport {
    /// Items with a title or a description.
    pub items: u64,
    /// Those that the model has a vector for.
    pub read: u64,
    /// The first of the others, in the order of the catalogue.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<TextProblem>,
}

/// One item whose text could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TextProblem {
    /// Its id.
    pub item: String,
    /// What is wrong.
    pub message: String,
}

impl OwnModels {
    /// Opens the models of the lists that are wanted.
    pub(super) fn open(
        storage: &Storage,
        params: &CookParams,
        progress: Progress,
    ) -> Result<Self, OwnModelError> {
        let (text, look) = (&params.text_model, &params.look_model);
        let wanted = |name: &Option<String>, list| name.clone().filter(|_| !params.is_off(list));
        let mut models = Self::default();
        if let Some(path) = wanted(&text.model, ListKind::Text) {
            let stage = progress.stage("text model", 0, "models");
            let name = text.tokenizer.as_deref().unwrap_or(TOKENIZER);
            let (bytes, tokenizer) =
                (whole(storage, &path, LARGEST_MODEL)?, whole(storage, name, LARGEST_TOKENIZER)?);
            let opened = TextModel::open(&bytes, &tokenizer, text.most_tokens.unwrap_or(MOST_TOKENS));
            models.text = Some(opened.map_err(|error| {
                let path = if matches!(error, OnnxError::Tokenizer(_)) { name } else { &path };
                OwnModelError::Onnx { path: storage.join(path), error }
            })?);
            stage.done(&format!("{path}, {}", ByteSize(bytes.len() as u64)));
        }
        if let Some(path) = wanted(&look.model, ListKind::Look) {
            let stage = progress.stage("look model", 0, "models");
            let bytes = whole(storage, &path, LARGEST_MODEL)?;
            let usual = Colours::default();
            let colours =
                Colours { mean: look.mean.unwrap_or(usual.mean), std: look.std.unwrap_or(usual.std) };
            let opened = ImageModel::open(&bytes, look.size.unwrap_or(SIZE), colours);
            let refused = |error| OwnModelError::Onnx { path: storage.join(&path), error };
            models.look = Some(opened.map_err(refused)?);
            stage.done(&format!("{path}, {}", ByteSize(bytes.len() as u64)));
        }
        Ok(models)
    }
}

/// A file that is held as a whole while it is opened.
fn whole(storage: &Storage, path: &str, most: u64) -> Result<Vec<u8>, OwnModelError> {
    let too_large = || OwnModelError::TooLarge { path: storage.join(path), most: ByteSize(most) };
    storage.read_small(path, most)?.ok_or_else(too_large)
}

/// What a model says of the text of every item; nothing where there is no text.
pub(super) fn read_texts(
    model: &TextModel,
    catalogue: &Catalogue,
    progress: Progress,
) -> (Vec<Option<Vec<f32>>>, TextReport) {
    let stage = progress.stage("texts", catalogue.items.len() as u64, "items");
    let read = |(at, item): (usize, &Item)| {
        if (at + 1).is_multiple_of(REPORT_EVERY) {
            stage.advance(REPORT_EVERY as u64);
        }
        text(item).map(|text| model.read(&text))
    };
    let found: Vec<Option<Result<Vec<f32>, OnnxError>>> =
        catalogue.items.par_iter().enumerate().map(read).collect();
    let mut report = TextReport::default();
    for (item, found) in catalogue.items.iter().zip(&found) {
        report.items += u64::from(found.is_some());
        match found {
            Some(Err(error)) if report.problems.len() < EXAMPLES => {
                report.problems.push(TextProblem { item: item.id.clone(), message: error.to_string() });
            }
            Some(Ok(_)) => report.read += 1,
            _ => (),
        }
    }
    stage.done(&format!("{} of {} texts read", report.read, report.items));
    (found.into_iter().map(|found| found?.ok()).collect(), report)
}

/// Title and description, as far as they are read.
fn text(item: &Item) -> Option<String> {
    let description = &item.description[..item.description.floor_char_boundary(DESCRIPTION)];
    let parts = [&item.title[..], description];
    let text = parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(". ");
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_title_and_description() {
        let item = |title: &str, description: &str| Item {
            title: title.to_owned(),
            description: description.to_owned(),
            ..Item::default()
        };
        assert_eq!(text(&item("Oak bench", "of oak")).as_deref(), Some("Oak bench. of oak"));
        assert_eq!(text(&item("", "of oak")).as_deref(), Some("of oak"));
        assert_eq!(text(&item("", "")), None);
        assert_eq!(text(&item("", &"ä".repeat(1_500))).map(|text| text.len()), Some(DESCRIPTION));
    }
}
