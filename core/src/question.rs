//! One question in the model's terms: what it needs, and where the items of its lists come from.
//!
//! What may be shown is not decided here, but in `admission`.

use crate::{
    admission::Admission,
    candidates::{InOrder, from_chart, from_factors},
    charts::{Chart, Charts},
    explain::name_reasons,
    kind::{ListKind, SectionKey, SectionKind},
    model::Model,
    near::SHARD_ITEMS,
    personal::Blend,
    profile::{Taste, Weighted},
    rank::best,
    removed::Rule,
    request::{Request, scope},
    scratch::Bench,
    wishes::share,
};

/// Items of a scene that become seeds. A picture shows fewer; what claims more shall not cost more.
const SCENE_SEEDS: usize = 100;

/// What is needed before anything can be admitted: availability, what the shop chose, and what filters look at.
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
    model: &'a Model,
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
    pub(crate) fn exclude(&self, admission: &mut Admission<'_>) {
        for position in self.request.exclude.iter().filter_map(|id| self.model.ids().position(id)) {
            admission.exclude(position, Rule::Excluded);
        }
        self.taste.dismissed.iter().for_each(|position| admission.exclude(*position, Rule::Dismissed));
        if self.request.list != ListKind::Recent {
            self.seeds.iter().for_each(|seed| admission.exclude(seed.position, Rule::Seed));
        }
        // A page that puts its own items in order wants them all.
        if self.request.list == ListKind::Picks && self.request.wishes.among.is_none() {
            self.taste.items.iter().for_each(|item| admission.exclude(item.position, Rule::Known));
        }
    }

    /// What the shop put on top of a list, for all seeds one after the other. What it keeps out stays out from here on.
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
    pub(crate) fn needs(&self, list: ListKind) -> Vec<SectionKey> {
        let mut keys = Vec::new();
        let mut need = |key| {
            if self.model.lacks(key) && !keys.contains(&key) {
                keys.push(key);
            }
        };
        match list {
            ListKind::Picks if !self.taste.items.is_empty() => need(SectionKey::single(SectionKind::Factors)),
            ListKind::Picks | ListKind::Recent | ListKind::Again | ListKind::Named => (),
            ListKind::Popular | ListKind::Trending | ListKind::New => {
                need(SectionKey::single(SectionKind::Popular));
                self.is_personal().then(|| need(SectionKey::single(SectionKind::Factors)));
            }
            near => {
                self.is_personal().then(|| need(SectionKey::single(SectionKind::Factors)));
                self.seeds.iter().for_each(|seed| need(SectionKey::near(near, seed.position / SHARD_ITEMS)));
            }
        }
        keys
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
        let Bench { sums, order, pool, kept, .. } = bench;
        let weigher = admission.weigher();
        kept.clear();
        match list {
            ListKind::Picks => self.picks(limit, admission, bench),
            ListKind::Recent | ListKind::Again | ListKind::Named => {
                order.clear();
                match list {
                    ListKind::Named => {
                        let named =
                            self.model.curated().map_or(&[][..], |curated| curated.named(self.request));
                        named.iter().for_each(|position| order.add(*position));
                    }
                    _ => self.taste.items.iter().for_each(|item| order.add(item.position)),
                }
                best(limit, admission, &mut weigher.over(order.candidates()), kept);
            }
            ListKind::Popular | ListKind::Trending | ListKind::New => {
                let Some((charts, chart)) = self.charts(list) else { return };
                let rows = charts.rows(chart, scope(self.request.channel), admission.category());
                let Some(row) = rows.get(part).copied().flatten() else { return };
                pool.clear();
                pool.extend(from_chart(chart, row));
                self.blend(bench);
                best(limit, admission, &mut weigher.over(bench.pool.iter().copied()), &mut bench.kept);
            }
            near => {
                pool.clear();
                pool.extend(sums.of_rows(self.model, near, self.seeds));
                self.blend(bench);
                best(limit, admission, &mut weigher.over(bench.pool.iter().copied()), &mut bench.kept);
            }
        }
    }

    /// Mixes the shopper's taste into the scores of the pool; says how, when it did.
    pub(crate) fn blend(&self, bench: &mut Bench) -> Option<Blend> {
        let Bench { shopper, pool, .. } = bench;
        let factors = self.model.factors().filter(|_| self.is_personal())?;
        if !shopper.fold(factors, &self.taste.items) {
            return None;
        }
        let blend = Blend::new(share(self.request.wishes.personal), pool, factors, shopper);
        blend.mix(pool, factors, shopper);
        Some(blend)
    }

    fn is_personal(&self) -> bool {
        self.request.wishes.personal > 0.0 && !self.taste.items.is_empty()
    }

    fn charts(&self, list: ListKind) -> Option<(&'a Charts, &'a Chart)> {
        let charts = self.model.charts()?;
        Some((charts, charts.of(list)?))
    }

    fn picks(&self, limit: usize, admission: &mut Admission<'_>, bench: &mut Bench) {
        let Bench { shopper, point, vectors, kept, .. } = bench;
        let Some(factors) = self.model.factors() else { return };
        if shopper.fold(factors, &self.taste.items) {
            let weigher = admission.weigher();
            best(limit, admission, &mut weigher.over(from_factors(factors, shopper, point)), kept);
            name_reasons(factors, shopper, &self.taste.items, vectors, kept);
        }
    }
}
