//! The assortment: series of products by brand, each series in a few colours.
//!
//! A series fixes kind, material, price, proportions and pattern; its products
//! differ in colour. Words for people are `prose`'s business, pictures
//! `drawing`'s. Invariant: products are sorted by release, ids rise with them.

use super::calendar::{CATALOGUE_DAYS, DAY, END};
use super::random::{Purpose, Random, totals};
use super::vocabulary::{BRANDS, Brand, CATEGORIES, Category, Colour, Pattern, STYLES, Style, WORDS};

/// One design, sold in one or more colours.
#[derive(Debug, Clone)]
pub(super) struct Series {
    pub(super) category: u8,
    pub(super) kind: u8,
    pub(super) brand: u8,
    pub(super) material: u8,
    /// Place in `WORDS`.
    pub(super) word: u8,
    /// 1 for the first series of this brand, category and word, then 2, 3 …
    pub(super) edition: u32,
    pub(super) cents: u32,
    pub(super) pattern: Pattern,
    /// Proportions for the drawing, without meaning of their own.
    pub(super) form: [u8; 8],
    pub(super) released: i64,
    /// How much shoppers are drawn to it.
    pub(super) pull: u32,
}

/// One thing to buy.
#[derive(Debug, Clone)]
pub(super) struct Product {
    pub(super) id: u32,
    pub(super) series: u32,
    /// Place in the colours of its style.
    pub(super) colour: u8,
    pub(super) released: i64,
    pub(super) pull: u32,
    /// In fashion during the last weeks of the history.
    pub(super) hot: bool,
}

/// All series and products.
#[derive(Debug)]
pub(super) struct Assortment {
    pub(super) series: Vec<Series>,
    pub(super) products: Vec<Product>,
}

impl Assortment {
    pub(super) fn series(&self, product: u32) -> &Series {
        &self.series[self.products[product as usize].series as usize]
    }

    pub(super) fn colour(&self, product: u32) -> &'static Colour {
        &self.series(product).style().colours[self.products[product as usize].colour as usize]
    }

    /// How many categories have a product.
    pub(super) fn categories(&self) -> u32 {
        let mut seen = [false; CATEGORIES.len()];
        for series in &self.series {
            seen[series.category as usize] = true;
        }
        seen.iter().filter(|&&s| s).count() as u32
    }
}

impl Series {
    pub(super) fn category(&self) -> &'static Category {
        CATEGORIES[self.category as usize]
    }

    pub(super) fn brand(&self) -> &'static Brand {
        &BRANDS[self.brand as usize]
    }

    pub(super) fn style(&self) -> &'static Style {
        &STYLES[self.brand().style]
    }

    pub(super) fn material(&self) -> &'static str {
        self.category().materials[self.material as usize]
    }
}

/// Designs `items` products.
pub(super) fn assortment(items: u32, seed: u64) -> Assortment {
    let mut made = Assortment { series: Vec::new(), products: Vec::new() };
    let mut words = Words::new(seed);
    let order = category_order(seed);
    while made.products.len() < items as usize {
        let number = made.series.len();
        let mut random = Random::stream(seed, Purpose::Series, number as u64);
        let series = series(order[number % order.len()], &mut words, &mut random);
        let left = items as usize - made.products.len();
        let colours = colours(&mut random);
        for (nth, &colour) in colours.iter().take(left).enumerate() {
            made.products.push(product(number as u32, &series, colour, nth, &mut random));
        }
        made.series.push(series);
    }
    made.products.sort_by_key(|p| (p.released, p.series, p.colour));
    number(&mut made.products, seed);
    made
}

/// Categories in proportion to their shares, well mixed, to be walked round and round.
fn category_order(seed: u64) -> Vec<u8> {
    let mut order: Vec<u8> = (0..CATEGORIES.len())
        .flat_map(|c| std::iter::repeat_n(c as u8, CATEGORIES[c].share as usize / 5))
        .collect();
    // Every category comes once before any comes twice, so that a tiny shop has all of them.
    Random::stream(seed, Purpose::Words, 1 << 40).shuffle(&mut order);
    let mut first: Vec<u8> = (0..CATEGORIES.len() as u8).collect();
    first.append(&mut order);
    first
}

fn series(category: u8, words: &mut Words, random: &mut Random) -> Series {
    let shelf = CATEGORIES[category as usize];
    let brands: Vec<u8> = (0..BRANDS.len() as u8)
        .filter(|&b| BRANDS[b as usize].departments.contains(&shelf.department))
        .collect();
    let brand = *random.pick(&brands);
    let (word, edition) = words.next(brand, category);
    let kind = random.place(shelf.kinds.len()) as u8;
    let style = &STYLES[BRANDS[brand as usize].style];
    Series {
        category,
        kind,
        brand,
        material: random.place(shelf.materials.len()) as u8,
        word,
        edition,
        cents: price(shelf, kind, &BRANDS[brand as usize], random),
        pattern: if shelf.shape.patterned() { *random.pick(&style.patterns) } else { Pattern::Plain },
        form: random.next().to_le_bytes(),
        released: release(random),
        pull: pull(random),
    }
}

/// Colours of a series: one to four of its style's five.
fn colours(random: &mut Random) -> Vec<u8> {
    let mut all = [0u8, 1, 2, 3, 4];
    random.shuffle(&mut all);
    all[..1 + random.weighted(&totals([25, 35, 25, 15]))].to_vec()
}

fn product(number: u32, series: &Series, colour: u8, nth: usize, random: &mut Random) -> Product {
    // Later colours follow the first by weeks and sell less.
    let later = DAY * i64::from(random.below(120)) * i64::from(nth > 0 && random.chance(400));
    Product {
        id: 0,
        series: number,
        colour,
        released: (series.released + later).min(END - DAY),
        pull: (series.pull * (10 - 2 * nth as u32) / 10).max(1),
        hot: random.chance(30),
    }
}

/// A price that scatters by steps of 8 %, evenly up and down, so that prices are log-normal.
fn price(category: &Category, kind: u8, brand: &Brand, random: &mut Random) -> u32 {
    let base = u64::from(category.cents) * u64::from(category.kinds[kind as usize].percent) / 100;
    let mut cents = base * u64::from(brand.percent) / 100;
    for _ in 0..10 {
        cents = if random.chance(500) { cents * 104 / 100 } else { cents * 100 / 104 };
    }
    price_point(cents as u32)
}

/// The nearest price a shopkeeper would print.
fn price_point(cents: u32) -> u32 {
    let (step, end) = match cents {
        0..2_000 => (50, 0),
        2_000..10_000 => (100, 10),
        10_000..40_000 => (500, 100),
        _ => (1_000, 100),
    };
    ((cents + step / 2) / step).max(1) * step - end
}

/// Releases become a little more frequent towards the end; a few are brand new.
fn release(random: &mut Random) -> i64 {
    let days = CATALOGUE_DAYS;
    let age = if random.chance(60) { random.below(28) } else { random.below(days).min(random.below(days)) };
    END - DAY * (1 + i64::from(age)) + 9 * 3600 + i64::from(random.below(8 * 3600))
}

/// A long tail: few series draw much, most draw little.
fn pull(random: &mut Random) -> u32 {
    40_000 / (40 + random.below(1_000))
}

/// Gives out ids that rise with gaps, as a shop that also deletes things has.
fn number(products: &mut [Product], seed: u64) {
    let mut random = Random::stream(seed, Purpose::Product, 0);
    let mut id = 100_037;
    for product in products {
        product.id = id;
        id += 1 + random.below(9) + 3 * random.repeats(300, 6);
    }
}

/// Series names: every brand walks through its own order of words in each category.
struct Words {
    orders: Vec<Vec<u8>>,
    used: Vec<u32>,
}

impl Words {
    fn new(seed: u64) -> Words {
        let order = |brand: usize| {
            let mut words: Vec<u8> = (0..WORDS.len() as u8).collect();
            Random::stream(seed, Purpose::Words, brand as u64).shuffle(&mut words);
            words
        };
        Words {
            orders: (0..BRANDS.len()).map(order).collect(),
            used: vec![0; BRANDS.len() * CATEGORIES.len()],
        }
    }

    fn next(&mut self, brand: u8, category: u8) -> (u8, u32) {
        let used = &mut self.used[brand as usize * CATEGORIES.len() + category as usize];
        let (round, place) = (*used / WORDS.len() as u32, *used as usize % WORDS.len());
        *used += 1;
        // Neighbouring categories start elsewhere, or every brand's first of each would share a word.
        let place = (place + 17 * category as usize) % WORDS.len();
        (self.orders[brand as usize][place], round + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn makes_as_many_as_asked_with_rising_ids() {
        for items in [1, 19, 500] {
            let made = assortment(items, 7);
            assert_eq!(made.products.len(), items as usize);
            assert!(made.products.windows(2).all(|p| p[0].id < p[1].id && p[0].released <= p[1].released));
        }
        assert_eq!(assortment(500, 7).categories(), 20);
    }

    #[test]
    fn designs_are_told_apart_by_name() {
        let made = assortment(8_000, 3);
        let names: BTreeSet<_> =
            made.series.iter().map(|s| (s.brand, s.category, s.word, s.edition)).collect();
        assert_eq!(names.len(), made.series.len());
    }

    #[test]
    fn price_points_look_printed() {
        for (cents, printed) in [(1_234, 1_250), (4_933, 4_890), (15_312, 15_400), (61_000, 60_900), (1, 50)]
        {
            assert_eq!(price_point(cents), printed, "{cents}");
        }
    }
}
