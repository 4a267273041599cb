//! `text`: items whose titles and descriptions are alike.
//!
//! Words and the letters within them, weighed by rarity and by the field they stand in, compared by cosine.
//! Deliberately learns nothing from shoppers, so a product that came today has a row. Invariant: a row depends on
//! the catalogue alone.
//!
//! ```text
//! fold     one form of every letter      ─▶ grams     words and letters of an item
//! grams    ─▶ vectors    weights by rarity ─▶ nearest   the most alike of every item
//! ```

mod fold;
mod grams;
mod nearest;
mod vectors;

use super::likeness;
use super::rows::{LONGEST_ROW, Rows};
use crate::catalogue::{Catalogue, Item};
use crate::progress::Stage;

use fold::Spelling;
use grams::Bag;

/// What is read of a description; what comes later is small print.
const DESCRIPTION: usize = 2_000;
/// What a gram counts by the field it stands in.
const TITLE: f32 = 1.0;
const CATEGORY: f32 = 0.6;
const FILTER: f32 = 0.4;
const IN_DESCRIPTION: f32 = 0.3;

/// Settings of text likeness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextParams {
    /// Most neighbours of an item, at most [`LONGEST_ROW`].
    pub kept: usize,
}

impl Default for TextParams {
    fn default() -> Self {
        Self { kept: 24 }
    }
}

/// Whether there is any title to compare.
pub(super) fn has_titles(catalogue: &Catalogue) -> bool {
    catalogue.items.iter().any(|item| !item.title.is_empty())
}

/// For every item those with the most alike text.
pub(super) fn neighbours(catalogue: &Catalogue, params: &TextParams, stage: &Stage) -> Rows {
    let spelling = Spelling::of(&catalogue.culture);
    let vectors =
        vectors::vectors(catalogue.items.len(), |item| bag(catalogue, &catalogue.items[item], spelling));
    let nearest = nearest::nearest(&vectors, params.kept.clamp(1, LONGEST_ROW), stage);
    let of = nearest.iter().map(|ranked| likeness::row(ranked)).collect();
    Rows { of, ..Rows::default() }
}

fn bag(catalogue: &Catalogue, item: &Item, spelling: Spelling) -> Bag {
    let mut bag = Bag::default();
    bag.add(&item.title, spelling, TITLE);
    for &category in &item.categories {
        bag.add(&catalogue.categories[category as usize], spelling, CATEGORY);
    }
    // A price or a size says nothing when it stands alone.
    for (_, value) in item.filters.iter().filter(|(_, value)| value.parse::<f64>().is_err()) {
        bag.add(value, spelling, FILTER);
    }
    let end = item.description.floor_char_boundary(DESCRIPTION);
    bag.add(&item.description[..end], spelling, IN_DESCRIPTION);
    bag
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Progress;

    fn item(title: &str, description: &str) -> Item {
        Item { title: title.to_owned(), description: description.to_owned(), ..Item::default() }
    }

    fn rows(items: &[Item], culture: &str, kept: usize) -> Vec<Vec<u32>> {
        let catalogue =
            Catalogue { items: items.to_vec(), culture: culture.to_owned(), ..Catalogue::default() };
        let stage = Progress::Silent.stage("text", 0, "items");
        let rows = neighbours(&catalogue, &TextParams { kept }, &stage);
        let by_weight = |row: &Vec<super::super::Neighbour>| {
            let mut row = row.clone();
            row.sort_by(|a, b| b.weight.total_cmp(&a.weight));
            row.iter().map(|one| one.item).collect()
        };
        rows.of.iter().map(by_weight).collect()
    }

    #[test]
    fn titles_that_are_alike_are_neighbours() {
        let items = [
            item("Sony Cyber-shot camera DSC-W120/P pink", ""),
            item("Sony Cyber-shot camera DSC-W120/B black", ""),
            item("camera sony dscw120p", "pink"),
            item("Bosch dishwasher", "with a door"),
            item("Dishwashers by Bosch", ""),
            item("", ""),
        ];
        let rows = rows(&items, "en-US", 3);
        assert_eq!(rows[0][..2], [2, 1]);
        assert_eq!((rows[3][0], rows[4][0]), (4, 3));
        assert!(rows[5].is_empty());
    }

    #[test]
    fn languages_without_spaces_and_accents_work() {
        let items =
            [item("黒い革の財布", ""), item("革の財布 黒", ""), item("赤い傘", ""), item("傘 赤い 子供", "")];
        let found = rows(&items, "ja-JP", 1);
        assert_eq!(found, [[1], [0], [3], [2]]);
        let items = [item("Mueller Kuechentuch", ""), item("Küchentuch MÜLLER", ""), item("Kuchen", "")];
        assert_eq!(rows(&items, "de-DE", 1)[..2], [[1], [0]]);
    }

    #[test]
    fn a_hundred_equal_titles_do_not_all_recommend_the_same() {
        let items = vec![item("plain shirt", ""); 100];
        let rows = rows(&items, "", 2);
        assert_eq!((&rows[0][..], &rows[99][..]), (&[1, 2][..], &[0, 1][..]));
    }

    #[test]
    fn titles_say_more_than_descriptions_and_categories_help() {
        let mut items = vec![
            item("walnut table", "made of steel"),
            item("steel", "walnut table"),
            item("walnut tables", ""),
            item("thing", ""),
            item("object", ""),
        ];
        for (at, category) in [(3, 0), (4, 0), (0, 1), (1, 1), (2, 1)] {
            items[at].categories = vec![category];
        }
        let categories = vec!["lamps".to_owned(), "other".to_owned()];
        let catalogue = Catalogue { items, categories, ..Catalogue::default() };
        let stage = Progress::Silent.stage("text", 0, "items");
        let rows = neighbours(&catalogue, &TextParams { kept: 1 }, &stage);
        assert_eq!((rows.of[0][0].item, rows.of[3][0].item), (2, 4));
    }
}
