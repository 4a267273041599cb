//! Why an item is in a list, in parts that add up to its score; or which rule keeps it out.
//!
//! The list is made once more, and then the score of one item is taken apart by the
//! same steps that made it. What rounding leaves over goes to the largest part.

use crate::{
    admission::Admission,
    explain::pick_parts,
    kind::{ListKind, SectionKey},
    list::{Item, List, Reason},
    model::Model,
    question::Question,
    recommend::recommend_with,
    removed::Rule,
    request::Request,
    scratch::{Bench, Scratch},
    weights::Weigher,
};

/// What there is to say about an item and a list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Explanation {
    /// The item in the list and its place, 1 for the first; `None` when it is not there.
    pub found: Option<(u32, Item)>,
    /// What adds up to its score; empty when it is not there.
    pub parts: Vec<Part>,
    /// What rounding left over of the score before boosts and rotation; it is in the largest part already.
    pub rounding: f64,
    /// How often the shopper buys it, when that is why it is there.
    pub rhythm: Option<Rhythm>,
    /// The rule that keeps it out. When there is none either, other items were better, or nothing speaks for it.
    pub rule: Option<Rule>,
}

/// How often a shopper buys an item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rhythm {
    /// Days on which it was bought.
    pub times: u32,
    /// Days from one purchase to the next.
    pub days: f32,
    /// How long ago it was bought last.
    pub last_hours: u32,
}

/// A part of a score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Where it comes from.
    pub cause: Cause,
    /// The position of a seed or of an item of the profile; the number of a boost, from 0.
    pub of: u32,
    /// How much it gives, or takes when it is below zero.
    pub amount: f64,
}

/// Where a part of a score comes from. The number is part of answers to the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Cause {
    /// The row of a seed.
    Seed = 0,
    /// The shopper's taste: an item of the profile.
    Profile = 1,
    /// The place in a chart, or in an order that somebody chose.
    Place = 2,
    /// A boost.
    Boost = 3,
    /// It was shown a moment ago.
    Rotation = 4,
}

/// Explains one item of the list that a request makes; `Err` names what must be loaded first.
pub fn explain(
    model: &Model,
    request: &Request<'_>,
    item: &str,
    scratch: &mut Scratch,
) -> Result<Explanation, Vec<SectionKey>> {
    let mut list = List::default();
    let needs = recommend_with(model, request, scratch, &mut list);
    if !needs.is_empty() {
        return Err(needs);
    }
    let mut explanation = Explanation::default();
    let Some(position) = model.ids().position(item) else { return Ok(explanation) };
    let Scratch { seeds, taste, rules, weights, bench, .. } = scratch;
    let admission = Admission::reopen(rules, weights, model);
    match (1..).zip(&list.items).find(|(_, item)| item.position == position) {
        None => explanation.rule = admission.broken(position),
        Some((place, item)) => {
            explanation.found = Some((place, *item));
            let question = Question::new(model, request, seeds, taste);
            explanation.rhythm = question.rhythm(item.list, position);
            explanation.rounding = fill(&mut explanation.parts, &question, item, &admission, bench);
        }
    }
    Ok(explanation)
}

/// Takes a score apart; says what rounding left over.
fn fill(
    parts: &mut Vec<Part>,
    question: &Question<'_>,
    item: &Item,
    admission: &Admission<'_>,
    bench: &mut Bench,
) -> f64 {
    let score = f64::from(item.score);
    if matches!(item.reason, Reason::Chosen | Reason::Given) {
        put(Cause::Place, 0, score, parts);
        return 0.0;
    }
    let weigher = admission.weigher();
    let plain = score / f64::from(weigher.weight(item.position));
    if item.list == ListKind::Picks {
        let factors = question.fold(bench);
        pick_parts(question.model, factors, item.position, bench, parts);
    } else {
        // An item may be in several charts: it was taken from the one where it has its score.
        let missing = |parts: &[Part]| (plain - sum(parts)).abs();
        for part in 0..question.parts(item.list) {
            let found = base(question, item, part, admission.category(), bench);
            if parts.is_empty() || missing(&found) < missing(parts) {
                *parts = found;
            }
        }
    }
    let rounding = settle(plain, parts);
    weigh(weigher, item.position, parts);
    // Multiplying rounds too, by next to nothing.
    settle(score, parts);
    rounding
}

/// Makes the parts add up; says what was missing.
fn settle(score: f64, parts: &mut [Part]) -> f64 {
    let missing = score - sum(parts);
    let size = |part: &&mut Part| part.amount.abs();
    if let Some(largest) = parts.iter_mut().reduce(|a, b| if size(&b) > size(&a) { b } else { a }) {
        largest.amount += missing;
    }
    missing
}

/// What one part of a list itself says of an item, and what the shopper's taste adds.
fn base(
    question: &Question<'_>,
    item: &Item,
    part: usize,
    category: Option<u32>,
    bench: &mut Bench,
) -> Vec<Part> {
    let (list, position, mut parts) = (item.list, item.position, Vec::new());
    question.collect(list, part, category, bench);
    let found = bench.pool.iter().find(|candidate| candidate.position == position);
    let Some(place) = found.map(|found| f64::from(found.score)) else { return parts };
    match list.has_neighbours() {
        true => {
            for seed in &bench.seeds {
                let Some(shard) = question.model.near(list, seed.position) else { continue };
                put(
                    Cause::Seed,
                    seed.position,
                    f64::from(seed.weight * shard.says(seed.position, position)),
                    &mut parts,
                );
            }
        }
        // What was bought speaks for itself.
        false if list == ListKind::Again && !question.is_in_order_only(list) => {
            put(Cause::Profile, position, place, &mut parts)
        }
        false => put(Cause::Place, 0, place, &mut parts),
    }
    let blend = if list.is_scored() { question.blend(list, bench) } else { None };
    let Some(blend) = blend else { return parts };
    parts.iter_mut().for_each(|part| part.amount *= blend.list);
    let factors = question.fold(bench);
    let mut likes = Vec::new();
    pick_parts(question.model, factors, position, bench, &mut likes);
    // A dislike is the same as nothing.
    if sum(&likes) > 0.0 {
        likes.iter().for_each(|part| put(part.cause, part.of, part.amount * blend.taste, &mut parts));
    }
    parts
}

/// Each boost in the order in which it multiplies, and then the rotation.
fn weigh(weigher: Weigher<'_>, position: u32, parts: &mut Vec<Part>) {
    for (number, by) in weigher.boosts(position) {
        put(Cause::Boost, number as u32, sum(parts) * (f64::from(by) - 1.0), parts);
    }
    put(Cause::Rotation, 0, sum(parts) * (f64::from(weigher.left(position)) - 1.0), parts);
}

/// Adds a part; what has the same cause becomes one.
pub(crate) fn put(cause: Cause, of: u32, amount: f64, parts: &mut Vec<Part>) {
    match parts.iter_mut().find(|part| (part.cause, part.of) == (cause, of)) {
        Some(part) => part.amount += amount,
        None if amount != 0.0 => parts.push(Part { cause, of, amount }),
        None => (),
    }
}

fn sum(parts: &[Part]) -> f64 {
    parts.iter().map(|part| part.amount).sum()
}
