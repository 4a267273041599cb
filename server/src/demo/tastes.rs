//! Who the shoppers are: what they do with their days, and what they find beautiful.
//!
//! A taste is category wishes × style × price level. It is drawn once per shopper
//! and steers every visit, so that shoppers with a taste in common buy in common.

use super::random::{Random, totals};
use super::vocabulary::{CATEGORIES, STYLES, Shape};

/// A way of life: the categories it wants, with weights.
struct Persona(&'static [(Shape, u64)]);

static PERSONAS: [Persona; 9] = [
    // camps every other weekend
    Persona(&[
        (Shape::Tent, 8),
        (Shape::SleepingBag, 8),
        (Shape::Lantern, 7),
        (Shape::Backpack, 4),
        (Shape::Bottle, 4),
    ]),
    // walks, long and often
    Persona(&[
        (Shape::Boot, 9),
        (Shape::Backpack, 8),
        (Shape::Jacket, 7),
        (Shape::Bottle, 5),
        (Shape::Lantern, 2),
    ]),
    // takes coffee seriously
    Persona(&[(Shape::Coffee, 10), (Shape::CoffeeMaker, 7), (Shape::Mug, 7), (Shape::Bottle, 2)]),
    // drinks tea under a blanket
    Persona(&[(Shape::Teapot, 8), (Shape::Mug, 7), (Shape::Textile, 6), (Shape::Knitwear, 3)]),
    // furnishes a first flat
    Persona(&[(Shape::Chair, 8), (Shape::Lamp, 8), (Shape::Textile, 7), (Shape::Vase, 3), (Shape::Plant, 3)]),
    // keeps a jungle on the window sill
    Persona(&[(Shape::Plant, 10), (Shape::Vase, 8), (Shape::Lamp, 2), (Shape::Textile, 2)]),
    // never without music
    Persona(&[(Shape::Headphones, 9), (Shape::Speaker, 9), (Shape::Lamp, 2), (Shape::Coffee, 2)]),
    // dresses for the city
    Persona(&[
        (Shape::Knitwear, 8),
        (Shape::Jacket, 7),
        (Shape::Watch, 6),
        (Shape::Boot, 5),
        (Shape::Backpack, 2),
    ]),
    // gives presents
    Persona(&[
        (Shape::Watch, 5),
        (Shape::Mug, 5),
        (Shape::Headphones, 4),
        (Shape::Vase, 4),
        (Shape::Textile, 4),
        (Shape::Bottle, 3),
    ]),
];

/// What one shopper likes.
#[derive(Debug)]
pub(super) struct Taste {
    /// Weight per category, without seasons.
    wishes: [u64; CATEGORIES.len()],
    styles: Vec<u64>,
    /// 0 careful, 1 middling, 2 generous.
    pub(super) level: u8,
}

impl Taste {
    pub(super) fn draw(random: &mut Random) -> Taste {
        let mut wishes = [1; CATEGORIES.len()];
        let first = random.place(PERSONAS.len());
        let second = random.place(PERSONAS.len());
        for (persona, strength) in [(first, 30), (second, 9)] {
            for &(shape, weight) in PERSONAS[persona].0 {
                wishes[shape as usize] += weight * strength;
            }
        }
        let mut styles = vec![4; STYLES.len()];
        styles[random.place(STYLES.len())] += 16;
        styles[random.place(STYLES.len())] += 80;
        Taste { wishes, styles: totals(styles), level: random.weighted(&totals([35, 45, 20])) as u8 }
    }

    /// A category to shop for in this month (0 = January).
    pub(super) fn category(&self, month: usize, random: &mut Random) -> usize {
        let weight = |(category, wish): (usize, &u64)| wish * u64::from(CATEGORIES[category].season[month]);
        random.weighted(&totals(self.wishes.iter().enumerate().map(weight)))
    }

    pub(super) fn style(&self, random: &mut Random) -> usize {
        random.weighted(&self.styles)
    }
}

#[cfg(test)]
mod tests {
    use super::super::random::Purpose;
    use super::*;

    #[test]
    fn shoppers_have_a_favourite_style_and_a_few_categories() {
        let mut random = Random::stream(1, Purpose::Shopper, 0);
        for _ in 0..50 {
            let taste = Taste::draw(&mut random);
            let (mut styles, mut categories) = ([0u32; 5], [0u32; 20]);
            for _ in 0..400 {
                styles[taste.style(&mut random)] += 1;
                categories[taste.category(3, &mut random)] += 1;
            }
            categories.sort_unstable();
            assert!(styles.iter().max() > Some(&240), "{styles:?}");
            assert!(categories[12..].iter().sum::<u32>() > 300, "{categories:?}");
        }
    }
}
