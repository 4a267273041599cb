//! Training: interactions become charts, neighbours and item factors.
//!
//! Values in, values out: no files, no clock, no randomness, and nothing that
//! could name a shopper leaves this room. Deliberately knows nothing of bytes;
//! `pack` does. Invariant: the same input and settings give the same result to
//! the bit on any number of threads, and every number given out is finite.
//!
//! ```text
//! refusals whose last word was no     ─▶ matrix, charts
//! matrix   who chose what             ─▶ gram ─▶ ridge ─▶ rows      similar, together, picks
//!                                     ─▶ detours ─▶ short rows       similar, together
//!                                     ─▶ als ─▶ factors              picks
//! sessions what followed what         ─▶ next ─▶ rows                next
//! charts   distinct shoppers, dates                                 popular, trending, new
//! again    purchases and their times                                again
//! text     titles, descriptions        ─▶ likeness ─▶ rows           text
//! look     pictures                    ─▶ likeness ─▶ rows           look
//! cold     text, look, categories      ─▶ what is too new for the rows and factors above
//! ```

mod again;
mod age;
mod als;
mod charts;
mod cold;
mod crowd;
mod detours;
mod error;
mod factors;
mod gram;
mod likeness;
mod look;
mod matrix;
mod next;
mod normal;
mod outer;
mod params;
mod paths;
mod place;
mod prepared;
mod refusals;
mod ridge;
mod rounding;
mod rows;
mod sessions;
mod text;
mod wide;

pub use again::{Habit, Habits, returning};
pub use charts::{Chart, Charts, Ranked, as_of, charts as learn_charts};
pub use cold::{ColdParams, Filled, Likenesses, RowSize, fill};
pub use error::TrainError;
pub use factors::ItemFactors;
pub use look::{Description, LENS_SAMPLE, Lenses, Look, LookParams, describe};
pub use params::{
    AgainParams, ChartParams, Decay, FactorParams, NextParams, PickParams, RidgeParams, TrainParams, Wanted,
};
pub use prepared::{Prepared, blended};
pub use rows::{LONGEST_ROW, Neighbour, Rows};
pub use text::TextParams;

use cookshelf_core::ListKind;

use crate::catalogue::Catalogue;
use crate::interaction::{ANONYMOUS, Interactions};
use crate::progress::Progress;

/// Most items: positions are 31-bit numbers everywhere.
const MOST_ITEMS: usize = i32::MAX as usize;

/// All that training learned.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trained {
    /// Popular, trending, new.
    pub charts: Charts,
    /// People who chose this also chose.
    pub similar: Rows,
    /// Bought together.
    pub together: Rows,
    /// What comes next in a session.
    pub next: Rows,
    /// Rows for `picks`.
    pub picks: Rows,
    /// Similar description; see [`text`].
    pub text: Rows,
    /// Similar look; see [`look`].
    pub look: Rows,
    /// Buying again; `None` where the data knows no repeats, or nobody wants them.
    pub again: Option<Habits>,
    /// For `picks`; `None` when there is too little to learn from.
    pub factors: Option<ItemFactors>,
}

impl Trained {
    /// The lists that are rows of neighbours.
    pub fn rows(&self) -> [(ListKind, &Rows); 6] {
        [
            (ListKind::Picks, &self.picks),
            (ListKind::Similar, &self.similar),
            (ListKind::Together, &self.together),
            (ListKind::Next, &self.next),
            (ListKind::Text, &self.text),
            (ListKind::Look, &self.look),
        ]
    }
}

/// Learns everything a model holds.
pub fn train(
    catalogue: &Catalogue,
    interactions: &Interactions,
    params: &TrainParams,
    progress: Progress,
) -> Result<Trained, TrainError> {
    params.check()?;
    check(catalogue, interactions)?;
    let stage = progress.stage("charts", 0, "items");
    let charts = charts::charts(catalogue, interactions, params);
    stage.done(&format!("{} popular, {} new", charts.popular.overall.len(), charts.new.overall.len()));

    let prepared = Prepared::new(catalogue, interactions, params.longest_history);
    let mut trained = Trained { charts, ..Trained::default() };
    for list in params.wanted.lists() {
        prepared.learn(list, params, &mut trained, progress);
    }
    Ok(trained)
}

/// Items with like text. Needs no interactions: what is new has a row too.
pub fn text(catalogue: &Catalogue, params: &TextParams, progress: Progress) -> Rows {
    if !text::has_titles(catalogue) {
        return Rows::default();
    }
    let stage = progress.stage("text", catalogue.items.len() as u64, "items");
    let rows = text::neighbours(catalogue, params, &stage);
    stage.done(&format!("{} neighbours", rows.entries()));
    rows
}

/// Items that look alike; `looks` has a place for every item, empty where there is no picture.
pub fn look(looks: &[Option<Look>], params: &LookParams, progress: Progress) -> Rows {
    let seen = looks.iter().flatten().count();
    if seen == 0 {
        return Rows::default();
    }
    let stage = progress.stage("look", seen as u64, "items");
    let rows = look::neighbours(looks, params, &stage);
    stage.done(&format!("{} neighbours of {seen} pictures", rows.entries()));
    rows
}

/// Items whose vectors point the same way, as a model of the shop's own made them for a list. All have one width, and
/// there is a place for every item.
pub fn alike(list: ListKind, vectors: Vec<Option<Vec<f32>>>, kept: usize, progress: Progress) -> Rows {
    let seen = vectors.iter().flatten().count();
    if seen == 0 {
        return Rows::default();
    }
    let stage = progress.stage(list.name(), seen as u64, "items");
    let rows = look::alike(vectors, kept, &stage);
    stage.done(&format!("{} neighbours of {seen} items", rows.entries()));
    rows
}

/// Looks for everything that would make training go wrong later.
fn check(catalogue: &Catalogue, interactions: &Interactions) -> Result<(), TrainError> {
    let (items, rows) = (catalogue.items.len(), interactions.len());
    if items > MOST_ITEMS {
        return Err(TrainError::TooManyItems { found: items, limit: MOST_ITEMS });
    }
    for (item, about) in catalogue.items.iter().enumerate() {
        let limit = catalogue.categories.len();
        if let Some(&category) = about.categories.iter().find(|&&category| category as usize >= limit) {
            return Err(TrainError::Category { item, category, limit });
        }
    }
    let lengths = [
        ("group", interactions.group.len()),
        ("shopper", interactions.shopper.len()),
        ("time", interactions.time.len()),
        ("strength", interactions.strength.len()),
        ("positive", interactions.positive.len()),
    ];
    let optional = [("scope", interactions.scope.len()), ("purchase", interactions.purchase.len())];
    let optional = optional.into_iter().filter(|(_, found)| *found != 0);
    if let Some((column, found)) = lengths.into_iter().chain(optional).find(|(_, found)| *found != rows) {
        return Err(TrainError::Columns { column, found, expected: rows });
    }
    (0..rows).try_for_each(|row| check_row(interactions, items, row))
}

fn check_row(interactions: &Interactions, items: usize, row: usize) -> Result<(), TrainError> {
    let below = |column: &'static str, found: u32, limit: usize| match (found as usize) < limit {
        true => Ok(()),
        false => Err(TrainError::OutOfRange { row, column, found, limit }),
    };
    below("item", interactions.item[row], items)?;
    below("group", interactions.group[row], interactions.groups as usize)?;
    if interactions.shopper[row] != ANONYMOUS {
        below("shopper", interactions.shopper[row], interactions.shoppers as usize)?;
    }
    if let (Some(&scope), false) = (interactions.scope.get(row), interactions.scopes.is_empty()) {
        below("scope", scope.into(), interactions.scopes.len())?;
    }
    let strength = interactions.strength[row];
    if strength.is_finite() && strength >= 0.0 {
        return Ok(());
    }
    Err(TrainError::Strength { row, found: strength.to_string() })
}
