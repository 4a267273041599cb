//! One question in the model's terms: what it needs, and where the items of its lists come from.
//!
//! What may be shown is not decided here, but in `admission`.

use crate::{
    admission::Admission,
    candidates::{InOrder, from_chart, from_factors},
    charts::{Chart, Charts},
    explain::name_reasons,
    explanation::Rhythm,
    explore,
    factors::Factors,
    kind::{ListKind, SectionKey, SectionKind},
    model::Model,
    personal::{Blend, Likes},
    profile::{Taste, Weighted, aged},
    rank::{Candidate, Scores, best},
    removed::Rule,
    request::{Request, scope},
    scratch::Bench,
    wishes::share,
};

/// Items of a session that are looked at, the newest ones: what is older says next to nothing about what comes next.
const SESSION_SEEDS: usize = 20;
/// Items of a scene that become seeds. A picture shows fewer; what claims more shall not cost more.
const SCENE_SEEDS: usize = 100;

/// What is needed before anything can be admitted: availability, what the shop chose, and what filters look at.
#[inline(never)]
pub(crate) fn first_needs(model: &Model, request: &Request<'_>) -> Vec<SectionKey> {
    let kinds = [SectionKind::Attributes, SectionKind::Availability, SectionKind::Curated];
    let wishes = &request.wishes;
    let mixed = wishes.diversity > 0.0 || wishes.per_category > 0;
    let plain = request.filter.is_none() && wishes.boosts.is_empty() && !mixed;
    let kinds = &kinds[usize::from(plain)..];
    kinds.iter().map(|kind| SectionKey::single(*kind)).filter(|key| model.lacks(*key)).collect()
}

/// A request in the model's positions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) model: &'a Model,
    request: &'a Request<'a>,
    seeds: &'a [Weighted],
    taste: &'a Taste,
}

impl<'a> Question<'a> {
    /// `seeds` and `taste` are the room that the question is written in.
    pub(crate) fn new(
        model: &'a Model,
        request: &'a Request<'a>,
        seeds: &'a mut Vec<Weighted>,
        taste: &'a mut Taste,
    ) -> Self {
        let scene = model.curated().map_or(&[][..], |curated| curated.scene(request.scene));
        let named = request.seeds.iter().filter_map(|seed| model.ids().position(seed));
        seeds.clear();
        for position in named.chain(scene.iter().copied().take(SCENE_SEEDS)) {
            if seeds.iter().all(|known| known.position != position) {
                seeds.push(Weighted { position, weight: 1.0 });
            }
        }
        taste.read(model.ids(), &request.profile);
        Self { model, request, seeds, taste }
    }

    /// Marks what is in no list of this question.
    #[inline(never)]
    pub(crate) fn exclude(&self, admission: &mut Admission<'_>) {
        for position in self.request.exclude.iter().filter_map(|id| self.model.ids().position(id)) {
            admission.exclude(position, Rule::Excluded);
        }
        self.taste.dismissed.iter().for_each(|position| admission.exclude(*position, Rule::Dismissed));
        if self.request.repeats {
            return;
        }
        match self.request.list {
            ListKind::Recent | ListKind::Again => return,
            // A page that puts its own items in order wants them all.
            ListKind::Picks if self.request.wishes.among.is_none() => {
                self.taste.items.iter().for_each(|item| admission.exclude(item.position, Rule::Known));
            }
            ListKind::Next => self.session().for_each(|seed| admission.exclude(seed.position, Rule::Seed)),
            _ => (),
        }
        self.seeds.iter().for_each(|seed| admission.exclude(seed.position, Rule::Seed));
    }

    /// What the shopper did last, newest first and each time again: the seeds, or the profile when there are none.
    fn session(self) -> impl Iterator<Item = Weighted> {
        let seed = |position| Weighted { position, weight: 1.0 };
        let seeds = self.request.seeds.iter().rev();
        let seeds = seeds.filter_map(move |id| self.model.ids().position(id)).map(seed);
        let profile = self.taste.items.iter().filter(move |_| self.request.seeds.is_empty());
        seeds.chain(profile.map(move |item| seed(item.position))).take(SESSION_SEEDS)
    }

    /// What the shop put on top of a list, for all seeds one after the other. What it keeps out stays out from here on.
    #[inline(never)]
    pub(crate) fn chosen(&self, list: ListKind, admission: &mut Admission<'_>, chosen: &mut InOrder) {
        chosen.clear();
        let Some(curated) = self.model.curated() else { return };
        for at in 0..=self.seeds.len() {
            // After the last seed comes what holds for all.
            let seed = self.seeds.get(at).map(|seed| seed.position);
            for (include, exclude) in curated.changes(list, seed) {
                include.iter().for_each(|position| chosen.add(*position));
                exclude.iter().for_each(|position| admission.exclude(*position, Rule::Shop));
            }
        }
    }

    /// Sections that exist, are not loaded, and that this list needs.
    #[inline(never)]
    pub(crate) fn needs(&self, list: ListKind) -> Vec<SectionKey> {
        let mut keys = Vec::new();
        let mut need = |key| {
            if self.model.lacks(key) && !keys.contains(&key) {
                keys.push(key);
            }
        };
        let near = |position: u32| SectionKey::near(list, position / list.shard_items());
        let taste = list == ListKind::Picks || (self.is_personal() && list.is_scored());
        if taste && !self.taste.items.is_empty() {
            need(SectionKey::single(SectionKind::Factors));
            self.every_shard(ListKind::Picks).for_each(&mut need);
        }
        if list == self.request.list && explore::places(self.request) > 0 {
            need(SectionKey::single(SectionKind::Popular));
        }
        match list {
            ListKind::Picks | ListKind::Recent | ListKind::Named => (),
            ListKind::Again if self.taste.items.is_empty() => (),
            ListKind::Again => need(SectionKey::single(SectionKind::Again)),
            ListKind::Popular | ListKind::Trending | ListKind::New => {
                need(SectionKey::single(SectionKind::Popular));
            }
            // A session that only the profile tells.
            ListKind::Next if self.request.seeds.is_empty() => {
                if !self.taste.items.is_empty() {
                    self.every_shard(list).for_each(&mut need);
                }
            }
            ListKind::Next => self.session().for_each(|seed| need(near(seed.position))),
            _ => self.seeds.iter().for_each(|seed| need(near(seed.position))),
        }
        keys
    }

    /// What is needed of a profile is all there is, whatever it holds: a request says nothing about the shopper.
    fn every_shard(&self, list: ListKind) -> impl Iterator<Item = SectionKey> {
        (0..self.model.items().div_ceil(list.shard_items())).map(move |number| SectionKey::near(list, number))
    }

    /// How many parts a list has, the one behind the other: the charts of the channel and the category may be short, and
    /// the overall one reaches deeper into them.
    pub(crate) fn parts(&self, list: ListKind) -> usize {
        self.charts(list).map_or(1, |_| 3)
    }

    /// Leaves the best `limit` items of one part of a list in the bench.
    pub(crate) fn ask(
        &self,
        list: ListKind,
        part: usize,
        limit: usize,
        admission: &mut Admission<'_>,
        bench: &mut Bench,
    ) {
        if list == ListKind::Picks {
            return self.picks(limit, admission, bench);
        }
        self.collect(list, part, admission.category(), bench);
        if list.is_scored() {
            self.blend(list, bench);
        }
        best_of_pool(limit, admission, Scores::Weighed, bench);
    }

    /// Puts the candidates of one part of a list into the pool; picks are too many for that. `category` is the one that
    /// all of them must be in, if any.
    pub(crate) fn collect(&self, list: ListKind, part: usize, category: Option<u32>, bench: &mut Bench) {
        let Bench { sums, order, pool, seeds, .. } = bench;
        pool.clear();
        order.clear();
        match list {
            ListKind::Recent => {
                self.taste.items.iter().for_each(|item| order.add(item.position));
                order.read(pool);
            }
            ListKind::Again => match self.model.again() {
                Some(again) => {
                    for bought in &self.taste.bought {
                        let score = again.score(bought);
                        pool.push(Candidate { position: bought.position, score, because: None });
                    }
                }
                None => {
                    self.taste.bought.iter().for_each(|bought| order.add(bought.position));
                    order.read(pool);
                }
            },
            ListKind::Named => {
                let named = self.model.curated().map_or(&[][..], |curated| curated.named(self.request));
                named.iter().for_each(|position| order.add(*position));
                order.read(pool);
            }
            ListKind::Popular | ListKind::Trending | ListKind::New => {
                let Some((charts, chart)) = self.charts(list) else { return };
                let rows = charts.rows(chart, scope(self.request.channel), category);
                if let Some(row) = rows.get(part).copied().flatten() {
                    pool.extend(from_chart(chart, row));
                }
            }
            _ => {
                self.read_seeds(list, seeds);
                pool.extend(sums.of_rows(self.model, list, seeds));
            }
        }
    }

    /// The seeds of a list's rows: those of the request, or for `next` the session, what is newer weighing more.
    #[inline(never)]
    pub(crate) fn read_seeds(&self, list: ListKind, seeds: &mut Vec<Weighted>) {
        seeds.clear();
        if list != ListKind::Next {
            return seeds.extend_from_slice(self.seeds);
        }
        let shard = self.session().find_map(|seed| self.model.near(list, seed.position));
        seeds.extend(aged(self.session(), shard.map_or(1.0, |shard| shard.manner().step)));
    }

    /// What a list is made of when the model does not know how often things are bought again: their order alone.
    #[inline(never)]
    pub(crate) fn is_in_order_only(&self, list: ListKind) -> bool {
        list == ListKind::Again && self.model.again().is_none()
    }

    /// What the shopper bought of an item, and how often, where that is what a list is about.
    #[inline(never)]
    pub(crate) fn rhythm(&self, list: ListKind, position: u32) -> Option<Rhythm> {
        let again = self.model.again().filter(|_| list == ListKind::Again)?;
        let bought = self.taste.bought.iter().find(|bought| bought.position == position)?;
        Some(Rhythm { times: bought.times, days: again.interval(bought), last_hours: bought.last_hours })
    }

    fn is_personal(&self) -> bool {
        self.request.wishes.personal > 0.0
    }

    /// How much of a score is the shopper's taste. New items among picks are there for it.
    fn taste_share(&self, list: ListKind) -> f32 {
        let personal = share(self.request.wishes.personal);
        // Where new items also fill the list up, they are that list, as it always is.
        let is_explored = list == ListKind::New
            && explore::places(self.request) > 0
            && !self.request.fallback.contains(&ListKind::New);
        match self.request.list {
            ListKind::Picks if is_explored => explore::TASTE,
            _ if is_explored => personal.min(explore::TASTE),
            _ => personal,
        }
    }

    /// Mixes the shopper's taste into the scores of the pool; says how, when it did.
    #[inline(never)]
    pub(crate) fn blend(&self, list: ListKind, bench: &mut Bench) -> Option<Blend> {
        let share = self.taste_share(list);
        if !(share > 0.0) {
            return None;
        }
        let factors = self.fold(bench);
        let Bench { sums, seeds, shopper, pool, .. } = bench;
        // The rows of the list itself are in the pool already.
        sums.of_rows(self.model, ListKind::Picks, seeds).for_each(drop);
        let likes = Likes { factors, shopper, sums };
        let blend = Blend::new(share, pool, &likes)?;
        blend.mix(pool, &likes);
        Some(blend)
    }

    fn charts(&self, list: ListKind) -> Option<(&'a Charts, &'a Chart)> {
        let charts = self.model.charts()?;
        Some((charts, charts.of(list)?))
    }

    /// Factors say what a taste is like, rows what goes with what; both score in parts of one choice, and add up.
    #[inline(never)]
    fn picks(&self, limit: usize, admission: &mut Admission<'_>, bench: &mut Bench) {
        let Some(factors) = self.fold(bench) else {
            let Bench { sums, seeds, pool, .. } = bench;
            pool.clear();
            pool.extend(sums.of_rows(self.model, ListKind::Picks, seeds));
            return best_of_pool(limit, admission, Scores::Weighed, bench);
        };
        let Bench { sums, seeds, profile, shopper, point, vectors, kept, .. } = bench;
        let rows = sums.of_rows(self.model, ListKind::Picks, seeds);
        best(limit, admission, Scores::Weighed, &mut from_factors(factors, shopper, point, rows), kept);
        name_reasons((self.model, factors), shopper, (profile, seeds), vectors, kept);
    }

    /// Makes the profile ready: as seeds of rows, and folded into the factors that are the answer, if it says something
    /// in them.
    pub(crate) fn fold(&self, bench: &mut Bench) -> Option<&'a Factors> {
        let Bench { seeds, profile, shopper, .. } = bench;
        let items = self.taste.items.iter().copied();
        // Relative to the heaviest item, because rows were fitted to whole choices.
        let heaviest = items.clone().fold(0.0f32, |most, item| most.max(item.weight));
        let step = self.model.near(ListKind::Picks, 0).map_or(1.0, |shard| shard.manner().step);
        let relative = items.clone().map(|item| Weighted { weight: item.weight / heaviest, ..item });
        seeds.clear();
        seeds.extend(aged(relative, step));
        let factors = self.model.factors()?;
        profile.clear();
        profile.extend(aged(items, factors.step()));
        shopper.fold(factors, profile).then_some(factors)
    }
}

/// Leaves the best of the pool in the bench.
pub(crate) fn best_of_pool(limit: usize, admission: &mut Admission<'_>, scores: Scores, bench: &mut Bench) {
    let mut pool = bench.pool.iter().copied();
    best(limit, admission, scores, &mut pool, &mut bench.kept);
}
