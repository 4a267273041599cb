//! Training: interactions become charts, neighbours and item factors.
//!
//! Values in, values out: no files, no clock, no randomness, and nothing that
//! could name a shopper leaves this room. Deliberately knows nothing of bytes;
//! `pack` does. Invariant: the same input and settings give the same result to
//! the bit on any number of threads, and every number given out is finite.
//!
//! ```text
//! refusals whose last word was no     ─▶ matrix, charts
//! matrix   who chose what             ─▶ gram ─▶ ridge ─▶ rows      similar, together
//!                                     ─▶ als (normal) ─▶ factors    picks
//! charts   distinct shoppers, dates                                 popular, trending, new
//! ```

mod als;
mod charts;
mod error;
mod factors;
mod gram;
mod matrix;
mod next;
mod normal;
mod params;
mod refusals;
mod ridge;
mod rounding;
mod rows;
mod sessions;

pub use charts::{Chart, Charts, Ranked, as_of};
pub use error::TrainError;
pub use factors::ItemFactors;
pub use params::{ChartParams, FactorParams, NextParams, PickParams, RidgeParams, TrainParams, Wanted};
pub use rows::{LONGEST_ROW, Neighbour, Rows};

use cookshelf_core::ListKind;

use crate::catalogue::Catalogue;
use crate::interaction::{ANONYMOUS, Interactions};
use crate::progress::Progress;

use matrix::{Histories, Matrix};
use sessions::Sessions;

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
    /// For `picks`; `None` when there is too little to learn from.
    pub factors: Option<ItemFactors>,
}

impl Trained {
    /// The lists that are rows of neighbours.
    pub fn rows(&self) -> [(ListKind, &Rows); 4] {
        [
            (ListKind::Picks, &self.picks),
            (ListKind::Similar, &self.similar),
            (ListKind::Together, &self.together),
            (ListKind::Next, &self.next),
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
    let items = catalogue.items.len();
    let stage = progress.stage("charts", 0, "items");
    let charts = charts::charts(catalogue, interactions, params);
    stage.done(&format!("{} popular, {} new", charts.popular.overall.len(), charts.new.overall.len()));

    let mut trained = Trained { charts, ..Trained::default() };
    let (wanted, floor) = (params.wanted, params.privacy_floor);
    if wanted.similar || wanted.picks {
        let histories = matrix::histories(interactions, items, params.longest_history);
        if wanted.similar {
            trained.similar = neighbours("similar", &histories.chosen, &params.similar, floor, progress);
        }
        if wanted.picks {
            trained.factors = item_factors(&histories, params, progress);
            trained.picks = pick_rows(&histories.chosen, &params.picks, floor, progress);
        }
    }
    if wanted.together {
        let baskets = matrix::baskets(interactions, items, params.longest_history);
        trained.together = neighbours("together", &baskets, &params.together, floor, progress);
    }
    if wanted.next
        && let Some(sessions) = Sessions::of(interactions, items, params.longest_history)
    {
        let stage = progress.stage("next", 2 * items as u64, "items");
        trained.next = next::rows(&sessions, &params.next, floor, &stage);
        stage.done(&format!("{} neighbours", trained.next.entries()));
    }
    Ok(trained)
}

/// Rows that say what the factors are too coarse for.
fn pick_rows(rows: &Matrix, params: &PickParams, floor: u32, progress: Progress) -> Rows {
    if params.blend == 0.0 {
        return Rows::default();
    }
    let mut found = neighbours("picks", rows, &params.rows, floor, progress);
    for neighbour in found.of.iter_mut().flatten() {
        neighbour.weight *= params.blend;
    }
    Rows { step: params.step, ..found }
}

fn neighbours(
    name: &'static str,
    rows: &Matrix,
    params: &RidgeParams,
    floor: u32,
    progress: Progress,
) -> Rows {
    let stage = progress.stage(name, 2 * rows.width() as u64, "items");
    let gram = gram::count(rows, params, floor, &stage);
    let rows = rows::by_seed(&ridge::solve(&gram, params, &stage));
    stage.done(&format!("{} neighbours", rows.entries()));
    rows
}

fn item_factors(histories: &Histories, params: &TrainParams, progress: Progress) -> Option<ItemFactors> {
    let stage = progress.stage("picks", params.factors.rounds as u64, "rounds");
    let rows = histories.without_rare_columns(params.privacy_floor);
    let factors = als::factorise_items(&rows, &params.factors, &stage);
    stage.done(match factors {
        Some(_) => "item factors",
        None => "too few interactions for item factors",
    });
    factors
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
    let optional = Some(("scope", interactions.scope.len())).filter(|(_, found)| *found != 0);
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
