//! The one verb: a model and a request give a list, or say which sections are missing.
//!
//! Lists that come out short are filled from the request's fallbacks, and the
//! answer says so. Nothing is shown twice; seeds and dismissed items are not shown.
//! What the page pinned has its place; what the shop put on top of a list stands
//! above what was computed, and what it keeps out stays out. New items have the
//! places that the page keeps for them. What may not be shown here and now wins over
//! all of this.

use crate::{
    admission::Admission,
    explore,
    kind::{ListKind, SectionKey},
    list::{Item, Level, List, Outcome, Reason},
    mix::{CANDIDATES_PER_PLACE, Mixture},
    model::Model,
    pins,
    question::{Question, best_of_pool, first_needs},
    rank::Scores,
    removed::Rule,
    request::Request,
    scratch::{Bench, Scratch},
    wishes::share,
};

/// However much of a list is set aside, no more candidates than this are looked at for it.
const MOST_CANDIDATES: usize = 4096;

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
    answer(model, request, &[], scratch, list)
}

/// Answers the requests of one page: no list shows what an earlier one shows.
///
/// What is given back is what must be loaded first, for all of them; the lists are whole when that is nothing.
pub fn recommend_many(
    model: &Model,
    requests: &[Request<'_>],
    scratch: &mut Scratch,
    lists: &mut Vec<List>,
) -> Vec<SectionKey> {
    lists.resize_with(requests.len(), List::default);
    let mut needs: Vec<SectionKey> = Vec::new();
    for (at, request) in requests.iter().enumerate() {
        let (earlier, rest) = lists.split_at_mut(at);
        let Some(list) = rest.first_mut() else { break };
        for key in answer(model, request, earlier, scratch, list) {
            if !needs.contains(&key) {
                needs.push(key);
            }
        }
    }
    needs
}

fn answer(
    model: &Model,
    request: &Request<'_>,
    earlier: &[List],
    scratch: &mut Scratch,
    list: &mut List,
) -> Vec<SectionKey> {
    list.items.clear();
    let needs = first_needs(model, request);
    if !needs.is_empty() {
        return needs;
    }
    let Scratch { seeds, taste, rules, weights, pins, bench } = scratch;
    let question = Question::new(model, request, seeds, taste);
    let mut admission = Admission::new(rules, weights, model, request);
    question.exclude(&mut admission);
    let shown = earlier.iter().flat_map(|list| &list.items);
    shown.for_each(|item| admission.exclude(item.position, Rule::Shown));
    let mut making = Making::new(model, request, bench, &mut list.items);
    let mut asked = 0;
    pins.clear();
    for (at, &kind) in core::iter::once(&request.list).chain(&request.fallback).enumerate() {
        if making.room == 0 {
            break;
        }
        let needs = question.needs(kind);
        if !needs.is_empty() {
            return needs;
        }
        question.chosen(kind, &mut admission, &mut making.bench.order);
        if at == 0 {
            pins::set_aside(model, request, &mut admission, pins);
            making.room -= pins.len();
            pins.iter().for_each(|(_, position)| making.mixture.add(*position, &mut making.bench.mix));
        }
        making.put_on_top(kind, &mut admission);
        for part in 0..question.parts(kind) {
            making.put_best(&question, kind, part, &mut admission);
        }
        if at == 0 {
            asked = if question.is_in_order_only(kind) { 0 } else { making.items.len() };
        }
    }
    if let Some(given) = &request.wishes.among {
        making.put_given(model, request.list, given, &mut admission);
    }
    let new = making.put_new(&question, &mut asked, &mut admission);
    pins::put_in(request.list, pins, &mut list.items);
    list.removed = admission.removed();
    list.level = match (asked + pins.len(), list.items.len() - new) {
        (_, 0) if new == 0 => Level::Empty,
        (0, _) => Level::Fallback,
        (asked, all) if asked == all => Level::Asked,
        _ => Level::PartlyFallback,
    };
    needs
}

/// A list being made.
struct Making<'a> {
    request: &'a Request<'a>,
    model: &'a Model,
    mixture: Mixture<'a>,
    bench: &'a mut Bench,
    items: &'a mut Vec<Item>,
    /// How many more items it may have.
    room: usize,
    /// Of the best score of each part, the share that it takes to be good enough.
    min_score: f32,
}

impl<'a> Making<'a> {
    fn new(
        model: &'a Model,
        request: &'a Request<'a>,
        bench: &'a mut Bench,
        items: &'a mut Vec<Item>,
    ) -> Self {
        let mixture = Mixture::new(&request.wishes, model.attributes());
        mixture.start(&mut bench.mix);
        let min_score = share(request.wishes.min_score);
        Self { request, model, mixture, bench, items, room: request.limit as usize, min_score }
    }

    /// What the shop chose, in its order.
    #[inline(never)]
    fn put_on_top(&mut self, kind: ListKind, admission: &mut Admission<'_>) {
        self.bench.pool.clear();
        self.bench.order.read(&mut self.bench.pool);
        best_of_pool(self.room, admission, Scores::AsTheyAre, self.bench);
        self.put(kind, Reason::Chosen, admission);
    }

    /// The best of one part of a list that go well together.
    #[inline(never)]
    fn put_best(
        &mut self,
        question: &Question<'_>,
        kind: ListKind,
        part: usize,
        admission: &mut Admission<'_>,
    ) {
        let mixed = self.mixture.is_wanted();
        let mut wide = if mixed { self.room * CANDIDATES_PER_PLACE } else { self.room };
        loop {
            question.ask(kind, part, wide, admission, self.bench);
            let Bench { kept, mix, .. } = &mut *self.bench;
            let all = kept.len();
            let least = kept.first().map_or(0.0, |best| best.score * self.min_score);
            kept.truncate(kept.partition_point(|candidate| candidate.score >= least));
            let (good, mut back) = (kept.len(), 0);
            if mixed {
                let factors = self.model.factors().filter(|_| kind == ListKind::Picks);
                back = self.mixture.choose(self.room, kept, factors, mix);
            }
            // Too many stood back, and there are more candidates: cast a wider net.
            if kept.len() < self.room && good == wide && wide < MOST_CANDIDATES {
                wide *= CANDIDATES_PER_PLACE;
                continue;
            }
            admission.count(Rule::Score, (all - good) as u32);
            admission.count(Rule::Category, back);
            let plain = question.is_in_order_only(kind);
            let reason = if plain { Reason::Recent } else { Reason::of(kind) };
            return self.put(kind, reason, admission);
        }
    }

    /// What the page named and no list knew, in the page's order.
    #[inline(never)]
    fn put_given(&mut self, model: &Model, kind: ListKind, given: &[&str], admission: &mut Admission<'_>) {
        let Bench { order, pool, .. } = &mut *self.bench;
        order.clear();
        pool.clear();
        given.iter().filter_map(|id| model.ids().position(id)).for_each(|position| order.add(position));
        order.read(pool);
        best_of_pool(given.len(), admission, Scores::AsTheyAre, self.bench);
        let Bench { kept, mix, .. } = &mut *self.bench;
        let back = self.mixture.in_order().choose(self.room, kept, None, mix);
        admission.count(Rule::Category, back);
        self.put(kind, Reason::Given, admission);
    }

    /// Gives new items the places that are kept for them, and says how many those are. The end of the list makes room,
    /// and comes back as far as new items leave it places. `asked` is how much of the list is from the asked one.
    #[inline(never)]
    fn put_new(
        &mut self,
        question: &Question<'_>,
        asked: &mut usize,
        admission: &mut Admission<'_>,
    ) -> usize {
        let (made, all) = (self.items.len(), self.items.len() + self.room);
        // What the shop put on top stays there.
        let chosen = self.items.iter().take_while(|item| item.reason == Reason::Chosen).count();
        let kept = explore::places(self.request).min(all - chosen);
        if kept == 0 {
            return 0;
        }
        let head = made.min(all - kept);
        for item in &self.items[head..] {
            admission.readmit(item.position);
            self.mixture.remove(item.position, &mut self.bench.mix);
        }
        // What the shop keeps out of new items is none of them here either.
        question.chosen(ListKind::New, admission, &mut self.bench.order);
        // What nobody knows has a low score, and is as good as any other.
        (self.mixture, self.min_score, self.room) = (self.mixture.in_order(), 0.0, kept);
        for part in 0..question.parts(ListKind::New) {
            self.put_best(question, ListKind::New, part, admission);
        }
        let (from_asked, new) = (*asked, kept - self.room);
        *asked = head.min(from_asked);
        let mut end = head;
        for at in head..made {
            let position = self.items[at].position;
            let is_new = admission.broken(position) == Some(Rule::Shown);
            if end + new < all && !is_new && self.mixture.has_room(position, &self.bench.mix) {
                self.mixture.add(position, &mut self.bench.mix);
                self.items.swap(at, end);
                end += 1;
                *asked += usize::from(at < from_asked);
            }
        }
        self.items.copy_within(made.., end);
        self.items.truncate(end + new);
        explore::spread(&mut self.items[chosen..], new);
        new
    }

    /// Adds what is in the bench to the list; it is not found again.
    #[inline(never)]
    fn put(&mut self, list: ListKind, reason: Reason, admission: &mut Admission<'_>) {
        for candidate in &self.bench.kept {
            let position = candidate.position;
            admission.exclude(position, Rule::Shown);
            self.mixture.add(position, &mut self.bench.mix);
            self.items.push(Item {
                position,
                score: candidate.score,
                reason,
                list,
                because: candidate.because,
            });
        }
        self.room -= self.bench.kept.len();
    }
}
