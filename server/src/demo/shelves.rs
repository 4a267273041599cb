//! The assortment arranged for choosing: by category and style, by price, by pull.
//!
//! It answers "which product next?" for a visit. Every answer costs a few binary
//! searches, however large the shop. Invariant: a shelf is sorted by price.

use super::product::Assortment;
use super::random::{Purpose, Random, totals};
use super::vocabulary::{CATEGORIES, STYLES, Shape};

/// The products of one category in one style.
#[derive(Debug, Default)]
struct Shelf {
    /// Sorted by price, then place.
    products: Vec<u32>,
    usual: Vec<u64>,
    /// The same with products in fashion raised, for the last weeks.
    lately: Vec<u64>,
}

/// All shelves, and what goes with what.
#[derive(Debug)]
pub(super) struct Shelves<'a> {
    shop: &'a Assortment,
    shelves: Vec<Shelf>,
    /// Place of each product on its shelf.
    place: Vec<u32>,
    /// Products of each series, first colour first.
    colours: Vec<Vec<u32>>,
    seed: u64,
}

/// When something is chosen: products must be out, fashions count at the end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) time: i64,
    pub(super) lately: bool,
}

impl<'a> Shelves<'a> {
    pub(super) fn new(shop: &'a Assortment, seed: u64) -> Shelves<'a> {
        let mut shelves: Vec<Shelf> = Vec::new();
        shelves.resize_with(CATEGORIES.len() * STYLES.len(), Shelf::default);
        let mut colours = vec![Vec::new(); shop.series.len()];
        for (place, product) in shop.products.iter().enumerate() {
            let series = shop.series(place as u32);
            shelves[shelf_of(series.category, series.brand().style)].products.push(place as u32);
            colours[product.series as usize].push(place as u32);
        }
        let mut place = vec![0; shop.products.len()];
        for shelf in &mut shelves {
            shelf.arrange(shop);
            for (at, &product) in shelf.products.iter().enumerate() {
                place[product as usize] = at as u32;
            }
        }
        Shelves { shop, shelves, place, colours, seed }
    }

    /// A product of this category and style near a price level (0 low, 1 middle, 2 high).
    pub(super) fn first(
        &self,
        category: usize,
        style: usize,
        level: u8,
        when: Moment,
        random: &mut Random,
    ) -> Option<u32> {
        let shelf = &self.shelves[shelf_of(category as u8, style)];
        let wanted = shelf.products.len() * (1 + 2 * usize::from(level)) / 6;
        let draws: [_; 3] = std::array::from_fn(|_| self.popular(shelf, when, random));
        let best =
            draws.into_iter().flatten().min_by_key(|&p| (self.place[p as usize] as usize).abs_diff(wanted));
        // A style that a small shop lacks in this category: take the category's next style.
        best.or_else(|| {
            (1..STYLES.len()).find_map(|step| {
                let other = &self.shelves[shelf_of(category as u8, (style + step) % STYLES.len())];
                self.popular(other, when, random)
            })
        })
    }

    /// Where a browsing shopper looks after `product`: its other colours, its neighbours in price.
    pub(super) fn near(&self, product: u32, when: Moment, random: &mut Random) -> Option<u32> {
        let series = self.shop.series(product);
        let style = series.brand().style;
        let shelf = &self.shelves[shelf_of(series.category, style)];
        let next = match random.below(100) {
            0..25 => Some(*random.pick(&self.colours[self.shop.products[product as usize].series as usize])),
            25..75 => {
                let step = 1 + random.repeats(500, 5) as usize;
                let at = self.place[product as usize] as usize;
                let at = if random.chance(500) { at + step } else { at.wrapping_sub(step) };
                shelf.products.get(at).copied()
            }
            75..92 => self.popular(shelf, when, random),
            _ => {
                let other = shelf_of(series.category, random.place(STYLES.len()));
                self.popular(&self.shelves[other], when, random)
            }
        };
        next.filter(|&p| p != product && self.out(p, when))
    }

    /// Something of another category (or the same) that goes into the same basket.
    ///
    /// Every series has two partners per category that most shoppers end up with.
    pub(super) fn companion(
        &self,
        product: u32,
        category: usize,
        when: Moment,
        random: &mut Random,
    ) -> Option<u32> {
        let series = self.shop.series(product);
        let shelf = &self.shelves[shelf_of(category as u8, series.brand().style)];
        let choice = random.below(100);
        let any = self.popular(shelf, when, random).filter(|&p| p != product);
        if choice >= 90 {
            return any;
        }
        let number = u64::from(self.shop.products[product as usize].series);
        let key = (number * CATEGORIES.len() as u64 + category as u64) * 2 + u64::from(choice >= 66);
        let mut fixed = Random::stream(self.seed, Purpose::Companion, key);
        let partner = shelf.draw(false, &mut fixed)?;
        let partner = self.matching(partner, product);
        if partner != product && self.out(partner, when) { Some(partner) } else { any }
    }

    /// How long one lasts until it is used up; 0 for what is not.
    pub(super) fn lasts_days(&self, product: u32) -> u32 {
        match self.shop.series(product).category {
            coffee if coffee == Shape::Coffee as u8 => {
                14 + 7 * (self.shop.products[product as usize].series % 4)
            }
            _ => 0,
        }
    }

    /// The categories that go with a product, with their chances per 1000.
    pub(super) fn companions(&self, product: u32) -> &'static [(Shape, u32)] {
        self.shop.series(product).category().companions
    }

    /// The colour of `partner`'s series that matches `product`'s, or `partner` itself.
    fn matching(&self, partner: u32, product: u32) -> u32 {
        let colour = self.shop.products[product as usize].colour;
        let series = self.shop.products[partner as usize].series;
        let same = |&&p: &&u32| self.shop.products[p as usize].colour == colour;
        self.colours[series as usize].iter().find(same).copied().unwrap_or(partner)
    }

    fn popular(&self, shelf: &Shelf, when: Moment, random: &mut Random) -> Option<u32> {
        (0..6).find_map(|_| shelf.draw(when.lately, random).filter(|&p| self.out(p, when)))
    }

    fn out(&self, product: u32, when: Moment) -> bool {
        self.shop.products[product as usize].released <= when.time
    }
}

impl Shelf {
    fn arrange(&mut self, shop: &Assortment) {
        self.products.sort_by_key(|&p| (shop.series(p).cents, p));
        let pull = |&p: &u32| u64::from(shop.products[p as usize].pull);
        self.usual = totals(self.products.iter().map(pull));
        let raised = |p: &u32| pull(p) * if shop.products[*p as usize].hot { 15 } else { 1 };
        self.lately = totals(self.products.iter().map(raised));
    }

    fn draw(&self, lately: bool, random: &mut Random) -> Option<u32> {
        let weights = if lately { &self.lately } else { &self.usual };
        if self.products.is_empty() { None } else { Some(self.products[random.weighted(weights)]) }
    }
}

fn shelf_of(category: u8, style: usize) -> usize {
    usize::from(category) * STYLES.len() + style
}
