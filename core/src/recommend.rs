//! The one verb: a model and a request give a list, or say which sections are missing.
//!
//! Lists that come out short are filled from the request's fallbacks, and the
//! answer says so. Nothing is shown twice; seeds and dismissed items are not shown.
//! What the shop put on top of a list stands above what was computed, and what it
//! keeps out stays out. What may not be shown here and now wins over all of this.

use crate::{
    candidates::{added, from_chart, from_factors, from_rows, in_order},
    explain::name_reasons,
    filter::Ready,
    fold_in::fold_in,
    kind::{ListKind, SectionKey, SectionKind},
    model::Model,
    positions::Positions,
    profile::{Taste, Weighted, aged},
    rank::{Admission, Candidate, best},
    request::{Request, scope},
};

/// Items of a session that are looked at, the newest ones: what is older says next to nothing about what comes next.
const SESSION_SEEDS: usize = 20;
/// Items of a scene that become seeds. A picture shows fewer; what claims more shall not cost more.
const SCENE_SEEDS: usize = 100;

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
    /// The shop chose it.
    Chosen = 7,
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
            ListKind::Named => Self::Chosen,
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
    let mut admission = Admission::new(question.excluded(), question.filter());
    let mut items: Vec<Item> = Vec::new();
    let mut asked = 0;
    for (at, &list) in core::iter::once(&request.list).chain(&request.fallback).enumerate() {
        if items.len() == request.limit as usize {
            break;
        }
        let needs = question.needs(list);
        if !needs.is_empty() {
            return Outcome::Needs(needs);
        }
        let chosen = question.chosen(list, &mut admission);
        let room = request.limit as usize - items.len();
        let top = best(room, &admission, &mut in_order(chosen).into_iter());
        add(top, Reason::Chosen, &mut items, &mut admission);
        let room = request.limit as usize - items.len();
        let rest = question.ask(list, room, &admission);
        add(rest, Reason::of(list), &mut items, &mut admission);
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

/// Adds what was found to a list; it is not found again.
fn add(found: Vec<Candidate>, reason: Reason, items: &mut Vec<Item>, admission: &mut Admission<'_>) {
    for Candidate { position, score, because } in found {
        admission.exclude(&[position]);
        items.push(Item { position, score, reason, because });
    }
}

/// What is needed before anything can be admitted: availability, what the shop chose, and what a filter looks at.
fn first_needs(model: &Model, request: &Request<'_>) -> Vec<SectionKey> {
    let kinds = [SectionKind::Attributes, SectionKind::Availability, SectionKind::Curated];
    let kinds = &kinds[usize::from(request.filter.is_none())..];
    kinds.iter().map(|kind| SectionKey::single(*kind)).filter(|key| model.lacks(*key)).collect()
}

/// A request in the model's positions.
struct Question<'a> {
    model: &'a Model,
    request: &'a Request<'a>,
    seeds: Vec<Weighted>,
    taste: Taste,
}

impl<'a> Question<'a> {
    fn new(model: &'a Model, request: &'a Request<'a>) -> Self {
        let scene = model.curated().map_or(&[][..], |curated| curated.scene(request.scene));
        let named = request.seeds.iter().filter_map(|seed| model.ids().position(seed));
        let mut seeds: Vec<Weighted> = Vec::new();
        for position in named.chain(scene.iter().copied().take(SCENE_SEEDS)) {
            if seeds.iter().all(|known| known.position != position) {
                seeds.push(Weighted { position, weight: 1.0 });
            }
        }
        Self { model, request, seeds, taste: Taste::new(model.ids(), &request.profile) }
    }

    fn excluded(&self) -> Positions {
        let mut excluded = Positions::default();
        let mut add = |position| {
            excluded.add(position);
        };
        self.request.exclude.iter().filter_map(|id| self.model.ids().position(id)).for_each(&mut add);
        self.taste.dismissed.iter().copied().for_each(&mut add);
        if self.request.repeats {
            return excluded;
        }
        match self.request.list {
            ListKind::Recent | ListKind::Again => return excluded,
            ListKind::Picks => self.taste.items.iter().for_each(|item| add(item.position)),
            ListKind::Next => self.session().iter().for_each(|seed| add(seed.position)),
            _ => (),
        }
        self.seeds.iter().for_each(|seed| add(seed.position));
        excluded
    }

    /// What the shopper did last, newest first and each time again: the seeds, or the profile when there are none.
    fn session(&self) -> Vec<Weighted> {
        let seed = |position| Weighted { position, weight: 1.0 };
        let seeds = self.request.seeds.iter().rev().filter_map(|id| self.model.ids().position(id)).map(seed);
        let profile = self.taste.items.iter().filter(|_| self.request.seeds.is_empty());
        seeds.chain(profile.map(|item| seed(item.position))).take(SESSION_SEEDS).collect()
    }

    /// What may be shown here and now, and passes the request's filter.
    fn filter(&self) -> Ready<'a> {
        let mut filters = Vec::new();
        if let Some(availability) = self.model.availability() {
            filters.push(Ready::Codes(availability.items(), availability.lets(self.request)));
        }
        if let Some(filter) = &self.request.filter {
            // A model without attributes cannot say what passes a filter: nothing does.
            let ready = self.model.attributes().map_or(Ready::Nothing, |found| Ready::new(filter, found));
            filters.push(ready);
        }
        Ready::All(filters)
    }

    /// What the shop put on top of a list, for all seeds one after the other. What it keeps out stays out from here on.
    fn chosen(&self, list: ListKind, admission: &mut Admission<'_>) -> Vec<u32> {
        let mut chosen = Vec::new();
        let Some(curated) = self.model.curated() else { return chosen };
        for at in 0..=self.seeds.len() {
            // After the last seed comes what holds for all.
            let seed = self.seeds.get(at).map(|seed| seed.position);
            for (include, exclude) in curated.changes(list, seed) {
                chosen.extend_from_slice(include);
                admission.exclude(exclude);
            }
        }
        chosen
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
            ListKind::Picks if !self.taste.items.is_empty() => {
                need(SectionKey::single(SectionKind::Factors));
                // Every shard, whatever the profile holds: see `ListKind::shard_items`.
                let shards = self.model.items().div_ceil(list.shard_items());
                (0..shards).for_each(|number| need(SectionKey::near(list, number)));
            }
            ListKind::Picks | ListKind::Recent | ListKind::Again | ListKind::Named => (),
            ListKind::Popular | ListKind::Trending | ListKind::New => {
                need(SectionKey::single(SectionKind::Popular));
            }
            ListKind::Next => self.session().iter().for_each(|seed| {
                need(SectionKey::near(list, seed.position / list.shard_items()));
            }),
            near => self.seeds.iter().for_each(|seed| {
                need(SectionKey::near(near, seed.position / near.shard_items()));
            }),
        }
        keys
    }

    fn ask(&self, list: ListKind, limit: usize, admission: &Admission<'_>) -> Vec<Candidate> {
        match list {
            ListKind::Picks => self.picks(limit, admission),
            ListKind::Recent | ListKind::Again => {
                let seen = self.taste.items.iter().map(|item| item.position).collect();
                best(limit, admission, &mut in_order(seen).into_iter())
            }
            ListKind::Named => {
                let named = self.model.curated().map_or(&[][..], |curated| curated.named(self.request));
                best(limit, admission, &mut in_order(named.to_vec()).into_iter())
            }
            ListKind::Popular | ListKind::Trending | ListKind::New => self.chart(list, limit, admission),
            ListKind::Next => {
                let session = self.session();
                let shard = session.iter().find_map(|seed| self.model.near(list, seed.position));
                let session = aged(session.into_iter(), shard.map_or(1.0, |shard| shard.manner().step));
                best(limit, admission, &mut from_rows(self.model, list, &session).into_iter())
            }
            near => best(limit, admission, &mut from_rows(self.model, near, &self.seeds).into_iter()),
        }
    }

    /// Factors say what a taste is like, rows what goes with what; both score in parts of one choice, and add up.
    fn picks(&self, limit: usize, admission: &Admission<'_>) -> Vec<Candidate> {
        let items = &self.taste.items;
        let seeds = self.pick_seeds();
        let rows = from_rows(self.model, ListKind::Picks, &seeds);
        let Some(factors) = self.model.factors() else {
            return best(limit, admission, &mut rows.into_iter());
        };
        let profile = aged(items.iter().copied(), factors.step());
        let Some(shopper) = fold_in(factors, &profile) else {
            return best(limit, admission, &mut rows.into_iter());
        };
        let mut picks = best(limit, admission, &mut added(&rows, from_factors(factors, &shopper)));
        name_reasons(self.model, factors, &shopper, (&profile, &seeds), &mut picks);
        picks
    }

    /// The profile as seeds of rows: relative to its heaviest item, because rows were fitted to whole choices.
    fn pick_seeds(&self) -> Vec<Weighted> {
        let items = self.taste.items.iter();
        let heaviest = items.clone().fold(0.0f32, |most, item| most.max(item.weight));
        let step = self.model.near(ListKind::Picks, 0).map_or(1.0, |shard| shard.manner().step);
        aged(items.map(|item| Weighted { weight: item.weight / heaviest, ..*item }), step)
    }

    fn chart(&self, list: ListKind, limit: usize, admission: &Admission<'_>) -> Vec<Candidate> {
        let mut places: Vec<Candidate> = Vec::new();
        let Some(charts) = self.model.charts() else { return places };
        let Some(chart) = charts.of(list) else { return places };
        // The charts of the channel and the category may be short; the overall one reaches deeper into them.
        let rows = charts.rows(chart, scope(self.request.channel), admission.category());
        for row in rows.into_iter().flatten() {
            let room = limit - places.len();
            if room > 0 {
                let mut more = best(limit, admission, &mut from_chart(chart, row));
                more.retain(|more| places.iter().all(|place| place.position != more.position));
                more.truncate(room);
                places.append(&mut more);
            }
        }
        places
    }
}
