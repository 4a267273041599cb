//! Where the items of a list come from: rows of neighbours, factors, charts, the profile.

use crate::{
    charts::Chart, factors::Factors, fold_in::FoldedIn, kind::ListKind, model::Model, positions::Positions,
    profile::Weighted, rank::Candidate,
};

/// Levels of the shopper's point in an integer dot product: 14 bits and a sign.
const POINT_LEVELS: f64 = 16383.0;

/// Adds up the neighbour rows of the seeds; the seed that gave most is the reason.
///
/// Rows ascend by position, so each is merged into the sums so far. Every item's
/// parts are added in the order of the seeds: the sums are the same everywhere.
pub(crate) fn from_rows(model: &Model, list: ListKind, seeds: &[Weighted]) -> Vec<Candidate> {
    let mut sums: Vec<Sum> = Vec::new();
    for seed in seeds {
        let Some(shard) = model.near(list, seed.position) else { continue };
        let own = shard.manner().own;
        let part = |position, weight| {
            let score = seed.weight * weight;
            Sum { position, score, most: score, seed: seed.position }
        };
        sums = merge(&sums, shard.row(seed.position).map(|near| part(near.position, near.weight)));
        if own > 0.0 {
            sums = merge(&sums, core::iter::once(part(seed.position, own)));
        }
    }
    let candidate =
        |sum: Sum| Candidate { position: sum.position, score: sum.score, because: Some(sum.seed) };
    sums.into_iter().map(candidate).collect()
}

#[derive(Clone, Copy)]
struct Sum {
    position: u32,
    score: f32,
    /// The largest part so far, and the seed it came from.
    most: f32,
    seed: u32,
}

fn merge(sums: &[Sum], row: impl Iterator<Item = Sum>) -> Vec<Sum> {
    let mut merged = Vec::with_capacity(sums.len() + row.size_hint().0);
    let mut rest = sums;
    for mut part in row {
        let before = rest.iter().take_while(|sum| sum.position < part.position).count();
        merged.extend_from_slice(&rest[..before]);
        rest = &rest[before..];
        if let Some((same, after)) = rest.split_first().filter(|(sum, _)| sum.position == part.position) {
            part.score += same.score;
            if part.most <= same.most {
                (part.most, part.seed) = (same.most, same.seed);
            }
            rest = after;
        }
        merged.push(part);
    }
    merged.extend_from_slice(rest);
    merged
}

/// Adds candidates to others; both ascend by position, and so does the result. The reasons of the first are kept.
pub(crate) fn added<'a>(
    sparse: &'a [Candidate],
    all: impl Iterator<Item = Candidate> + 'a,
) -> impl Iterator<Item = Candidate> + 'a {
    let mut rest = sparse;
    all.map(move |mut candidate| {
        if let Some((same, after)) = rest.split_first().filter(|(one, _)| one.position == candidate.position)
        {
            candidate.score += same.score;
            candidate.because = same.because;
            rest = after;
        }
        candidate
    })
}

/// Scores every item against a folded-in shopper.
///
/// The point is rounded to integers first: integer sums are exact, so the compiler
/// may reorder and vectorise them without the result changing by a bit.
pub(crate) fn from_factors<'a>(
    factors: &'a Factors,
    shopper: &FoldedIn,
) -> impl Iterator<Item = Candidate> + use<'a> {
    let most = shopper.point().iter().fold(0.0f64, |most, value| most.max(value.abs()));
    let scale = most / POINT_LEVELS;
    let round = |value: &f64| if scale > 0.0 { (value / scale + 0.5).floor() as i16 } else { 0 };
    let point: Vec<i16> = shopper.point().iter().map(round).collect();
    let scale = scale as f32;
    factors.rows().map(move |(position, levels, own)| {
        let score = dot(levels, &point) as f32 * own * scale;
        Candidate { position, score, because: None }
    })
}

/// The plainest loop: compilers turn it into vector multiplications, also for browsers, where lanes and chunks
/// written by hand come out twice as slow.
#[inline(never)]
fn dot(levels: &[i8], point: &[i16]) -> i32 {
    levels.iter().zip(point).map(|(level, value)| i32::from(*level) * i32::from(*value)).sum()
}

/// The places of one row of a chart.
pub(crate) fn from_chart(chart: &Chart, row: usize) -> impl Iterator<Item = Candidate> {
    chart.places(row).map(|place| Candidate { position: place.position, score: place.score, because: None })
}

/// Items that stand in an order already, each once: scores only say the order.
pub(crate) fn in_order(mut positions: Vec<u32>) -> Vec<Candidate> {
    let mut seen = Positions::default();
    positions.retain(|position| seen.add(*position));
    let count = positions.len() as f32;
    let candidate = |(at, &position): (usize, &u32)| Candidate {
        position,
        score: (count - at as f32) / count,
        because: None,
    };
    positions.iter().enumerate().map(candidate).collect()
}
