//! The words and facts the shop is made of: categories, styles, brands.
//!
//! Tables only; how they combine into products is `product`'s business.
//! Invariant: a [`Shape`] is the place of its category in [`CATEGORIES`].

mod outfits;
mod rooms;
mod styles;

pub(super) use styles::{BRANDS, STYLES, WORDS};

/// What a product looks like; one per category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Mug,
    CoffeeMaker,
    Coffee,
    Teapot,
    Lamp,
    Chair,
    Plant,
    Vase,
    Textile,
    Speaker,
    Tent,
    SleepingBag,
    Lantern,
    Backpack,
    Bottle,
    Boot,
    Jacket,
    Knitwear,
    Watch,
    Headphones,
}

impl Shape {
    /// Whether its surface can carry a pattern; boots and coffee makers come plain.
    pub(super) fn patterned(self) -> bool {
        !matches!(
            self,
            Shape::CoffeeMaker
                | Shape::Speaker
                | Shape::Headphones
                | Shape::Lantern
                | Shape::Boot
                | Shape::Watch
        )
    }
}

/// A part of the shop; brands keep to a few of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Department {
    Kitchen,
    Living,
    Sound,
    Outdoors,
    Wear,
}

impl Department {
    pub(super) fn name(self) -> &'static str {
        match self {
            Department::Kitchen => "Kitchen",
            Department::Living => "Living",
            Department::Sound => "Sound",
            Department::Outdoors => "Outdoors",
            Department::Wear => "Wear",
        }
    }
}

/// One shelf of the shop.
#[derive(Debug)]
pub(super) struct Category {
    pub(super) shape: Shape,
    pub(super) name: &'static str,
    /// The name as it appears in addresses.
    pub(super) slug: &'static str,
    pub(super) department: Department,
    /// One line for the category page.
    pub(super) line: &'static str,
    pub(super) kinds: [Kind; 3],
    pub(super) materials: &'static [&'static str],
    /// Whether titles name the material ("Fjord Stoneware Mug").
    pub(super) names_material: bool,
    /// Price of an ordinary piece, in cents.
    pub(super) cents: u32,
    /// Products per 1000 of the catalogue.
    pub(super) share: u32,
    /// How wanted it is from January to December; 10 is usual.
    pub(super) season: [u8; 12],
    /// What goes into the same basket, with the chance per 1000.
    pub(super) companions: &'static [(Shape, u32)],
    /// Sentences true of any piece.
    pub(super) facts: [&'static str; 5],
}

/// A kind of product within a category.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) noun: &'static str,
    /// Price against the category's, in percent.
    pub(super) percent: u32,
}

/// A look that shoppers have a taste for.
#[derive(Debug)]
pub(super) struct Style {
    pub(super) colours: [Colour; 5],
    /// Surface patterns that belong to it, likeliest first.
    pub(super) patterns: [Pattern; 4],
    /// Closing sentences of descriptions.
    pub(super) moods: [&'static str; 4],
}

/// A named colour.
#[derive(Debug)]
pub(super) struct Colour {
    pub(super) name: &'static str,
    pub(super) rgb: u32,
}

/// How a surface is decorated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pattern {
    Plain,
    Band,
    Stripes,
    Check,
    Dots,
    Chevron,
    Speckle,
    Dip,
    Block,
    Ribs,
}

/// A maker.
#[derive(Debug)]
pub(super) struct Brand {
    pub(super) name: &'static str,
    /// Place in [`STYLES`].
    pub(super) style: usize,
    /// Price level in percent.
    pub(super) percent: u32,
    pub(super) departments: &'static [Department],
}

/// All categories, in the order of [`Shape`].
pub(super) static CATEGORIES: [&Category; 20] = {
    let [a, b, c, d, e, f, g, h, i, j] = &rooms::CATEGORIES;
    let [k, l, m, n, o, p, q, r, s, t] = &outfits::CATEGORIES;
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t]
};

const fn kind(noun: &'static str, percent: u32) -> Kind {
    Kind { noun, percent }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_stand_in_the_order_of_their_shapes() {
        for (place, category) in CATEGORIES.iter().enumerate() {
            assert_eq!(category.shape as usize, place, "{}", category.name);
        }
        assert_eq!(CATEGORIES.iter().map(|c| c.share).sum::<u32>(), 1000);
    }

    #[test]
    fn every_style_has_a_brand_in_every_department() {
        for (place, _) in STYLES.iter().enumerate() {
            for category in CATEGORIES {
                let served =
                    BRANDS.iter().any(|b| b.style == place && b.departments.contains(&category.department));
                assert!(served, "style {place} has no brand for {}", category.name);
            }
        }
    }
}
