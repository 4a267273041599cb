//! Where the items of a list come from: rows of neighbours, factors, charts, the profile.
//!
//! Sources write into room that the caller keeps, so that no question after the first
//! few takes memory.

use crate::{
    charts::Chart, factors::Factors, fold_in::FoldedIn, kind::ListKind, model::Model, positions::Positions,
    profile::Weighted, rank::Candidate,
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

/// Scores every item against a folded-in shopper, and gives one after the other those that have a score of at least so
/// much. What `rows` say is added; it ascends by position. `point` is room to work in.
///
/// The shopper is rounded to integers first: integer sums are exact, so the compiler
/// may reorder and vectorise them without the result changing by a bit.
pub(crate) fn from_factors<'a>(
    factors: &'a Factors,
    shopper: &FoldedIn,
    point: &'a mut Vec<i16>,
    mut rows: impl Iterator<Item = Candidate> + 'a,
) -> impl FnMut(f32) -> Option<Candidate> + 'a {
    let most = shopper.point().iter().fold(0.0f64, |most, value| most.max(value.abs()));
    let scale = most / POINT_LEVELS;
    let round = |value: &f64| if scale > 0.0 { (value / scale + 0.5).floor() as i16 } else { 0 };
    point.clear();
    point.extend(shopper.point().iter().map(round));
    let point = &*point;
    let scale = scale as f32;
    let mut all = factors.rows();
    let mut more = rows.next();
    move |least| {
        loop {
            let (position, levels, own) = all.next()?;
            let mut candidate =
                Candidate { position, score: dot(levels, point) as f32 * own * scale, because: None };
            if let Some(same) = more.filter(|same| same.position == position) {
                candidate.score += same.score;
                candidate.because = same.because;
                more = rows.next();
            }
            if !(candidate.score < least) {
                return Some(candidate);
            }
        }
    }
}

#[inline(always)]
fn products(levels: &[i8], point: &[i16]) -> impl Iterator<Item = i32> {
    levels.iter().zip(point).map(|(level, value)| i32::from(*level) * i32::from(*value))
}

/// The plainest loop: compilers turn it into vector multiplications.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline(always)]
fn dot(levels: &[i8], point: &[i16]) -> i32 {
    products(levels, point).sum()
}

/// Eight at a time, with the one instruction that browsers have for it and compilers do not find.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline(always)]
fn dot(levels: &[i8], point: &[i16]) -> i32 {
    use core::arch::wasm32::{
        i16x8_extend_low_i8x16, i32x4_add, i32x4_dot_i16x8, i32x4_extract_lane, i32x4_splat, i64x2,
    };
    let (levels, last_levels) = levels.as_chunks::<8>();
    let (point, last_point) = point.as_chunks::<8>();
    let half = |at: &[i16]| at.iter().rev().fold(0i64, |all, value| all << 16 | i64::from(*value as u16));
    let mut lanes = i32x4_splat(0);
    for (levels, point) in levels.iter().zip(point) {
        let levels = i16x8_extend_low_i8x16(i64x2(i64::from_le_bytes(levels.map(|level| level as u8)), 0));
        let point = i64x2(half(&point[..4]), half(&point[4..]));
        lanes = i32x4_add(lanes, i32x4_dot_i16x8(levels, point));
    }
    let pairs = i32x4_extract_lane::<0>(lanes)
        + i32x4_extract_lane::<1>(lanes)
        + i32x4_extract_lane::<2>(lanes)
        + i32x4_extract_lane::<3>(lanes);
    products(last_levels, last_point).fold(pairs, |sum, part| sum + part)
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
