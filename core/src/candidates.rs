//! Where the items of a list come from: rows of neighbours, factors, charts, the profile.
//!
//! Sources write into room that the caller keeps, so that no question after the first
//! few takes memory.

use crate::{
    charts::Chart,
    factors::Factors,
    fold_in::FoldedIn,
    kind::ListKind,
    levels::Point,
    model::Model,
    positions::Positions,
    profile::Weighted,
    rank::{Candidate, Source},
};

/// Levels of the shopper's point in an integer dot product: 14 bits and a sign.
const POINT_LEVELS: f64 = 16383.0;

/// Neighbour rows being added up. `sums` is the result, `next` where the following one is made.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sums {
    sums: Vec<Sum>,
    next: Vec<Sum>,
}

impl Sums {
    /// Adds up the neighbour rows of the seeds; the seed that gave most is the reason.
    ///
    /// Rows ascend by position, so each is merged into the sums so far. Every item's
    /// parts are added in the order of the seeds: the sums are the same everywhere.
    pub(crate) fn of_rows(
        &mut self,
        model: &Model,
        list: ListKind,
        seeds: &[Weighted],
    ) -> impl Iterator<Item = Candidate> {
        self.sums.clear();
        for seed in seeds {
            let Some(shard) = model.near(list, seed.position) else { continue };
            let part = |position, weight| {
                let score = seed.weight * weight;
                Sum { position, score, most: score, seed: seed.position }
            };
            let row = shard.row(seed.position).map(|near| part(near.position, near.weight));
            merge(&self.sums, row, &mut self.next);
            core::mem::swap(&mut self.sums, &mut self.next);
            let own = shard.manner().own;
            if own > 0.0 {
                self.add(part(seed.position, own));
            }
        }
        self.sums.iter().map(|sum| Candidate {
            position: sum.position,
            score: sum.score,
            because: Some(sum.seed),
        })
    }
}

impl Sums {
    /// Adds one part.
    fn add(&mut self, part: Sum) {
        let Self { sums, .. } = self;
        match sums.binary_search_by_key(&part.position, |sum| sum.position) {
            Ok(at) => sums[at] = part.after(sums[at]),
            Err(at) => sums.insert(at, part),
        }
    }

    /// What the rows that were added up last say of an item.
    pub(crate) fn score(&self, position: u32) -> f32 {
        let found = self.sums.binary_search_by_key(&position, |sum| sum.position);
        found.map_or(0.0, |at| self.sums[at].score)
    }
}

#[derive(Debug, Clone, Copy)]
struct Sum {
    position: u32,
    score: f32,
    /// The largest part so far, and the seed it came from.
    most: f32,
    seed: u32,
}

impl Sum {
    /// This part behind what was there before.
    fn after(self, before: Self) -> Self {
        let sum = Self { score: self.score + before.score, ..self };
        if self.most <= before.most { Self { most: before.most, seed: before.seed, ..sum } } else { sum }
    }
}

fn merge(sums: &[Sum], row: impl Iterator<Item = Sum>, merged: &mut Vec<Sum>) {
    merged.clear();
    merged.reserve(sums.len() + row.size_hint().0);
    let mut rest = sums;
    for mut part in row {
        let before = rest.iter().take_while(|sum| sum.position < part.position).count();
        merged.extend_from_slice(&rest[..before]);
        rest = &rest[before..];
        if let Some((same, after)) = rest.split_first().filter(|(sum, _)| sum.position == part.position) {
            part = part.after(*same);
            rest = after;
        }
        merged.push(part);
    }
    merged.extend_from_slice(rest);
}

/// Every item scored against a folded-in shopper; what rows say is added.
///
/// The shopper is rounded to integers first: integer sums are exact, so that vectors of any width
/// give the same bits.
pub(crate) struct FromFactors<'a, All, Rows> {
    /// Position, levels and scale of each item.
    all: All,
    /// Ascend by position.
    rows: Rows,
    /// The next of the rows.
    more: Option<Candidate>,
    point: &'a Point,
    scale: f32,
}

/// `point` is room to work in.
pub(crate) fn from_factors<'a, Rows: Iterator<Item = Candidate>>(
    factors: &'a Factors,
    shopper: &FoldedIn,
    point: &'a mut Point,
    mut rows: Rows,
) -> FromFactors<'a, impl Iterator<Item = (u32, &'a [u8], f32)>, Rows> {
    let most = shopper.point().iter().fold(0.0f64, |most, value| most.max(value.abs()));
    let scale = most / POINT_LEVELS;
    let round = |value: &f64| if scale > 0.0 { (value / scale + 0.5).floor() as i16 } else { 0 };
    point.set(factors.levels(), shopper.point().iter().map(round));
    let more = rows.next();
    FromFactors { all: factors.rows(), rows, more, point, scale: scale as f32 }
}

impl<'a, All, Rows> Source for FromFactors<'a, All, Rows>
where
    All: Iterator<Item = (u32, &'a [u8], f32)>,
    Rows: Iterator<Item = Candidate>,
{
    fn next(&mut self, least: f32) -> Option<Candidate> {
        let Self { all, rows, more, point, scale } = self;
        let mut awaited = more.map_or(u32::MAX, |more| more.position);
        loop {
            let (position, row, own) = all.next()?;
            let mut score = point.dot(row) as f32 * own * *scale;
            let mut because = None;
            if position == awaited {
                if let Some(same) = core::mem::replace(more, rows.next()) {
                    score += same.score;
                    because = same.because;
                }
                awaited = more.map_or(u32::MAX, |more| more.position);
            }
            if !(score < least) {
                return Some(Candidate { position, score, because });
            }
        }
    }
}

/// The places of one row of a chart.
pub(crate) fn from_chart(chart: &Chart, row: usize) -> impl Iterator<Item = Candidate> {
    chart.places(row).map(|place| Candidate { position: place.position, score: place.score, because: None })
}

/// Items that stand in an order already, each once: scores only say the order.
#[derive(Debug, Clone, Default)]
pub(crate) struct InOrder {
    positions: Vec<u32>,
    once: Positions,
}

impl InOrder {
    pub(crate) fn clear(&mut self) {
        self.positions.clear();
        self.once.clear();
    }

    pub(crate) fn add(&mut self, position: u32) {
        if self.once.add(position) {
            self.positions.push(position);
        }
    }

    /// Adds them to a pool of candidates.
    pub(crate) fn read(&self, pool: &mut Vec<Candidate>) {
        let count = self.positions.len() as f32;
        let candidate = |(at, &position): (usize, &u32)| Candidate {
            position,
            score: (count - at as f32) / count,
            because: None,
        };
        pool.extend(self.positions.iter().enumerate().map(candidate));
    }
}
