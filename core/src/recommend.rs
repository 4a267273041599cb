//! The one verb: a model and a request give a list, or say which sections are missing.
//!
//! Lists that come out short are filled from the request's fallbacks, and the
//! answer says so. Nothing is shown twice; seeds and dismissed items are not shown.
//! What the shop put on top of a list stands above what was computed, and what it
//! keeps out stays out. What may not be shown here and now wins over all of this.

use crate::{
    admission::Admission,
    kind::SectionKey,
    list::{Item, Level, List, Outcome, Reason},
    model::Model,
    question::{Question, first_needs},
    rank::{Candidate, best},
    removed::Rule,
    request::Request,
    scratch::Scratch,
};

/// Answers one request. Who asks often keeps a [`Scratch`] and a [`List`] and uses [`recommend_with`].
pub fn recommend(model: &Model, request: &Request<'_>) -> Outcome {
    let mut list = List::default();
    let needs = recommend_with(model, request, &mut Scratch::default(), &mut list);
    if needs.is_empty() { Outcome::Done(list) } else { Outcome::Needs(needs) }
}

/// Answers a request in room that is there already: after the first few, answers take no memory.
///
/// What is given back is what must be loaded first; the list is whole when that is nothing.
pub fn recommend_with(
    model: &Model,
    request: &Request<'_>,
    scratch: &mut Scratch,
    list: &mut List,
) -> Vec<SectionKey> {
    list.items.clear();
    let needs = first_needs(model, request);
    if !needs.is_empty() {
        return needs;
    }
    let Scratch { seeds, taste, rules, bench } = scratch;
    let question = Question::new(model, request, seeds, taste);
    let mut admission = Admission::new(rules, model, request);
    question.exclude(&mut admission);
    let limit = request.limit as usize;
    let mut asked = 0;
    for (at, &kind) in core::iter::once(&request.list).chain(&request.fallback).enumerate() {
        if list.items.len() == limit {
            break;
        }
        let needs = question.needs(kind);
        if !needs.is_empty() {
            return needs;
        }
        question.chosen(kind, &mut admission, &mut bench.order);
        let room = limit - list.items.len();
        best(room, &mut admission, &mut bench.order.candidates(), &mut bench.kept);
        add(&bench.kept, Reason::Chosen, &mut list.items, &mut admission);
        for part in 0..question.parts(kind) {
            let room = limit - list.items.len();
            question.ask(kind, part, room, &mut admission, bench);
            add(&bench.kept, Reason::of(kind), &mut list.items, &mut admission);
        }
        if at == 0 {
            asked = list.items.len();
        }
    }
    list.removed = admission.removed();
    list.level = match (asked, list.items.len()) {
        (_, 0) => Level::Empty,
        (0, _) => Level::Fallback,
        (asked, all) if asked == all => Level::Asked,
        _ => Level::PartlyFallback,
    };
    needs
}

/// Adds what was found to a list; it is not found again.
fn add(found: &[Candidate], reason: Reason, items: &mut Vec<Item>, admission: &mut Admission<'_>) {
    for &Candidate { position, score, because } in found {
        admission.exclude(position, Rule::Shown);
        items.push(Item { position, score, reason, because });
    }
}
