//! The one verb: a model and a request give a list, or say which sections are missing.
//!
//! Lists that come out short are filled from the request's fallbacks, and the
//! answer says so. Nothing is shown twice; seeds and dismissed items are not shown.

use crate::{
    candidates::{from_chart, from_factors, from_profile, from_rows},
    explain::name_reasons,
    filter::Ready,
    fold_in::fold_in,
    kind::{ListKind, SectionKey, SectionKind},
    model::Model,
    near::SHARD_ITEMS,
    positions::Positions,
    profile::{Taste, Weighted},
    rank::{Admission, Candidate, best},
    request::Request,
};

/// The answer, or what must be loaded first.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Sections the index knows and the list needs; load them and ask again.
    Needs(Vec<SectionKey>),
    /// The list.
    Done(List),
}

/// A list of recommendations.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// How much of it is what was asked for.
    pub level: Level,
    /// Best first.
    pub items: Vec<Item>,
}

/// How much of a list is what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Level {
    /// All of it.
    Asked = 0,
    /// The first part; a fallback filled the rest.
    PartlyFallback = 1,
    /// Nothing: a fallback gave it all.
    Fallback = 2,
    /// There is nothing to show.
    Empty = 3,
}

/// One recommendation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    /// Position of the item.
    pub position: u32,
    /// Comparable within the part of the list that has the same reason.
    pub score: f32,
    /// Why it is here.
    pub reason: Reason,
    /// The item of the seeds or the profile behind the reason.
    pub because: Option<u32>,
}

/// Why an item is in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Reason {
    /// Similar to a seed.
    SimilarTo = 0,
    /// Bought together with a seed.
    TogetherWith = 1,
    /// Fits the profile.
    YourTaste = 2,
    /// Trending.
    Trending = 3,
    /// Popular.
    Popular = 4,
    /// New.
    New = 5,
    /// Seen recently.
    Recent = 6,
}

impl Reason {
    fn of(list: ListKind) -> Self {
        match list {
            ListKind::Picks => Self::YourTaste,
            ListKind::Together => Self::TogetherWith,
            ListKind::Popular => Self::Popular,
            ListKind::Trending => Self::Trending,
            ListKind::New => Self::New,
            ListKind::Recent | ListKind::Again => Self::Recent,
            ListKind::Similar | ListKind::Next | ListKind::Text | ListKind::Look => Self::SimilarTo,
        }
    }
}

/// Answers a request.
pub fn recommend(model: &Model, request: &Request<'_>) -> Outcome {
    let needs = first_needs(model, request);
    if !needs.is_empty() {
        return Outcome::Needs(needs);
    }
    let question = Question::new(model, request);
    let filter = match (&request.filter, model.attributes()) {
        (Some(filter), Some(attributes)) => Some(Ready::new(filter, attributes)),
        // A model without attributes cannot say what passes a filter: nothing does.
        (Some(_), None) => Some(Ready::Nothing),
        (None, _) => None,
    };
    let mut admission = Admission::new(question.excluded(request), filter);
    let mut items: Vec<Item> = Vec::new();
    let mut asked = 0;
    for (at, &list) in core::iter::once(&request.list).chain(&request.fallback).enumerate() {
        let room = request.limit as usize - items.len();
        if room == 0 {
            break;
        }
        let needs = question.needs(list);
        if !needs.is_empty() {
            return Outcome::Needs(needs);
        }
        let found = question.ask(list, room, &admission);
        admission.exclude(found.iter().map(|candidate| candidate.position));
        items.extend(found.into_iter().map(|candidate| Item {
            position: candidate.position,
            score: candidate.score,
            reason: Reason::of(list),
            because: candidate.because,
        }));
        if at == 0 {
            asked = items.len();
        }
    }
    let level = match (asked, items.len()) {
        (_, 0) => Level::Empty,
        (0, _) => Level::Fallback,
        (asked, all) if asked == all => Level::Asked,
        _ => Level::PartlyFallback,
    };
    Outcome::Done(List { level, items })
}

/// The attributes, when there is a filter: needed before anything can be admitted.
fn first_needs(model: &Model, request: &Request<'_>) -> Vec<SectionKey> {
    let key = SectionKey::single(SectionKind::Attributes);
    if request.filter.is_some() && model.lacks(key) { vec![key] } else { Vec::new() }
}

/// A request in the model's positions.
struct Question<'m> {
    model: &'m Model,
    seeds: Vec<Weighted>,
    taste: Taste,
}

impl<'m> Question<'m> {
    fn new(model: &'m Model, request: &Request<'_>) -> Self {
        let mut seeds: Vec<Weighted> = Vec::new();
        for seed in &request.seeds {
            if let Some(position) = model.ids().position(seed)
                && seeds.iter().all(|known| known.position != position)
            {
                seeds.push(Weighted { position, weight: 1.0 });
            }
        }
        Self { model, seeds, taste: Taste::new(model.ids(), &request.profile) }
    }

    fn excluded(&self, request: &Request<'_>) -> Positions {
        let mut excluded = Positions::default();
        let mut add = |position| {
            excluded.add(position);
        };
        request.exclude.iter().filter_map(|id| self.model.ids().position(id)).for_each(&mut add);
        self.taste.dismissed.iter().copied().for_each(&mut add);
        if request.list != ListKind::Recent {
            self.seeds.iter().for_each(|seed| add(seed.position));
        }
        if request.list == ListKind::Picks {
            self.taste.items.iter().for_each(|item| add(item.position));
        }
        excluded
    }

    /// Sections that exist, are not loaded, and that this list needs.
    fn needs(&self, list: ListKind) -> Vec<SectionKey> {
        let mut keys = Vec::new();
        let mut need = |key| {
            if self.model.lacks(key) && !keys.contains(&key) {
                keys.push(key);
            }
        };
        match list {
            ListKind::Picks if !self.taste.items.is_empty() => need(SectionKey::single(SectionKind::Factors)),
            ListKind::Picks | ListKind::Recent | ListKind::Again => (),
            ListKind::Popular | ListKind::Trending | ListKind::New => {
                need(SectionKey::single(SectionKind::Popular));
            }
            near => {
                self.seeds.iter().for_each(|seed| need(SectionKey::near(near, seed.position / SHARD_ITEMS)));
            }
        }
        keys
    }

    fn ask(&self, list: ListKind, limit: usize, admission: &Admission<'_>) -> Vec<Candidate> {
        match list {
            ListKind::Picks => self.picks(limit, admission),
            ListKind::Recent | ListKind::Again => {
                best(limit, admission, &mut from_profile(&self.taste.items))
            }
            ListKind::Popular | ListKind::Trending | ListKind::New => self.chart(list, limit, admission),
            near => best(limit, admission, &mut from_rows(self.model, near, &self.seeds).into_iter()),
        }
    }

    fn picks(&self, limit: usize, admission: &Admission<'_>) -> Vec<Candidate> {
        let Some(factors) = self.model.factors() else { return Vec::new() };
        let Some(shopper) = fold_in(factors, &self.taste.items) else { return Vec::new() };
        let mut picks = best(limit, admission, &mut from_factors(factors, &shopper));
        name_reasons(factors, &shopper, &self.taste.items, &mut picks);
        picks
    }

    fn chart(&self, list: ListKind, limit: usize, admission: &Admission<'_>) -> Vec<Candidate> {
        let Some(chart) = self.model.charts().and_then(|charts| charts.of(list)) else { return Vec::new() };
        let mut places = best(limit, admission, &mut from_chart(chart, admission.category()));
        if admission.category().is_some() && places.len() < limit {
            // The category's own chart is short; the overall one may reach deeper into it.
            let more = best(limit, admission, &mut from_chart(chart, None));
            let new = more.into_iter().filter(|m| places.iter().all(|p| p.position != m.position));
            let room = limit - places.len();
            let new: Vec<Candidate> = new.take(room).collect();
            places.extend(new);
        }
        places
    }
}
