//! `look`: items whose pictures are alike.
//!
//! ```text
//! canvas    one size, background found ─▶ gradients, colours   Description   what one picture shows
//! lens      where pictures differ      ─▶ Look                 few numbers
//! cells     ─▶ nearest                 the most alike of every item
//! ```
//!
//! Deliberately no category, no filter and no shopper is looked at: what two pictures show decides. Invariant: a row
//! depends on the pictures alone, and a picture that can be shown has a look, whatever is in it.

mod canvas;
mod cells;
mod colours;
mod gradients;
mod lens;
mod nearest;
mod vector;

use super::likeness::{self, Alike};
use super::rows::{LONGEST_ROW, Neighbour, Rows};
use crate::picture::Picture;
use crate::progress::Stage;

use gradients::Sense;
use lens::{Lens, LensParams};
use vector::unit;

/// Shape, colours, layout.
const PARTS: usize = 3;
/// How each of them is seen. Shape is centred and flattened, because what all product photos share says nothing.
const LENSES: [LensParams; PARTS] = [
    LensParams { dims: 96, centred: true, flatten: 0.5 },
    LensParams { dims: 48, centred: false, flatten: 0.0 },
    LensParams { dims: 32, centred: false, flatten: 0.0 },
];
/// What each view of a shape counts: lightness, colour, and lightness of the product alone.
const VIEWS: [f32; 3] = [1.0, 0.5, 0.3];
/// Pictures from which the lenses are learned; more make no difference.
pub const LENS_SAMPLE: usize = 2_048;

/// Settings of look likeness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookParams {
    /// Most neighbours of an item, at most [`LONGEST_ROW`].
    pub kept: usize,
}

impl Default for LookParams {
    fn default() -> Self {
        Self { kept: 24 }
    }
}

/// All that is kept of one picture before the catalogue is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    parts: [Vec<f32>; PARTS],
}

/// What is compared of one picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    parts: [Vec<f32>; PARTS],
}

/// How descriptions of one catalogue become looks.
#[derive(Debug, Clone, PartialEq)]
pub struct Lenses {
    parts: [Lens; PARTS],
}

/// Describes a picture.
pub fn describe(picture: &Picture) -> Description {
    let [whole, product] = canvas::canvases(picture);
    let views = [
        gradients::gradients(&whole, Sense::Signed),
        gradients::gradients(&whole, Sense::Unsigned),
        gradients::gradients(&product, Sense::Signed),
    ];
    let weighted = views.into_iter().zip(VIEWS);
    let shape = weighted
        .flat_map(|(view, weight)| view.into_iter().map(move |value| value * weight.sqrt()))
        .collect();
    Description { parts: [shape, colours::histogram(&whole), colours::layout(&whole)] }
}

impl Lenses {
    /// Learns from a sample of the catalogue, [`LENS_SAMPLE`] pictures spread evenly or fewer.
    pub fn learn(sample: &[&Description]) -> Self {
        let learn = |part: usize| {
            let sample: Vec<&[f32]> = sample.iter().map(|one| &one.parts[part][..]).collect();
            Lens::learn(&sample, LENSES[part])
        };
        Self { parts: [0, 1, 2].map(learn) }
    }

    /// The look of a picture.
    pub fn see(&self, description: &Description) -> Look {
        Look { parts: [0, 1, 2].map(|part: usize| self.parts[part].see(&description.parts[part])) }
    }
}

/// For every item those that look most alike; `looks` has one place per item.
pub(super) fn neighbours(looks: &[Option<Look>], params: &LookParams, stage: &Stage) -> Rows {
    let seen: Vec<(u32, Look)> =
        (0..).zip(looks).filter_map(|(item, look)| Some((item, look.clone()?))).collect();
    let (items, seen): (Vec<u32>, Vec<Look>) = seen.into_iter().unzip();
    let ranked = nearest::nearest(&seen, params.kept.clamp(1, LONGEST_ROW), stage);
    rows(looks.len(), &items, &ranked)
}

/// For every item those whose vectors point the same way; all of one width, and one place per item.
pub(super) fn alike(vectors: Vec<Option<Vec<f32>>>, kept: usize, stage: &Stage) -> Rows {
    let count = vectors.len();
    let given = (0..).zip(vectors).filter_map(|(item, vector)| Some((item, vector?)));
    let (items, given): (Vec<u32>, Vec<Vec<f32>>) = given.unzip();
    rows(count, &items, &nearest::by_cosine(given, kept.clamp(1, LONGEST_ROW), stage))
}

/// The rows of all items, from the most alike of those that were compared.
fn rows(count: usize, items: &[u32], ranked: &[Vec<Alike>]) -> Rows {
    let mut of: Vec<Vec<Neighbour>> = vec![Vec::new(); count];
    for (ranked, item) in ranked.iter().zip(items) {
        let mut row = likeness::row(ranked);
        // Places among the pictures ascend as the items do.
        row.iter_mut().for_each(|neighbour| neighbour.item = items[neighbour.item as usize]);
        of[*item as usize] = row;
    }
    Rows { of, ..Rows::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Progress;

    /// A shape on white: a square or a bar, in a colour, shifted a little.
    fn photo(wide: usize, high: usize, colour: [u8; 3], shift: usize) -> Picture {
        let mut pixels = vec![[255; 3]; 40 * 40];
        for y in 0..high {
            for x in 0..wide {
                pixels[(y + 20 - high / 2 + shift) * 40 + x + 20 - wide / 2 + shift] = colour;
            }
        }
        Picture { width: 40, height: 40, pixels }
    }

    fn rows(pictures: &[Option<Picture>], kept: usize) -> Vec<Vec<u32>> {
        let described: Vec<Option<Description>> =
            pictures.iter().map(|picture| picture.as_ref().map(describe)).collect();
        let sample: Vec<&Description> = described.iter().flatten().collect();
        let lenses = Lenses::learn(&sample);
        let looks: Vec<Option<Look>> =
            described.iter().map(|one| one.as_ref().map(|one| lenses.see(one))).collect();
        let rows = neighbours(&looks, &LookParams { kept }, &Progress::Silent.stage("look", 0, "items"));
        let by_weight = |row: &Vec<Neighbour>| {
            let mut row = row.clone();
            row.sort_by(|a, b| b.weight.total_cmp(&a.weight));
            row.iter().map(|one| one.item).collect()
        };
        rows.of.iter().map(by_weight).collect()
    }

    #[test]
    fn shape_comes_before_colour_and_colour_breaks_ties() {
        const RED: [u8; 3] = [200, 20, 30];
        const BLUE: [u8; 3] = [20, 30, 200];
        let pictures = [
            photo(24, 24, RED, 0),
            photo(24, 24, RED, 1),
            photo(24, 24, BLUE, 0),
            photo(6, 34, RED, 0),
            photo(6, 34, BLUE, 0),
            photo(6, 34, RED, 1),
        ];
        let rows = rows(&pictures.map(Some), 2);
        assert_eq!(rows[0][..2], [1, 2]);
        assert_eq!(rows[3][0], 5);
        assert!(rows[4].iter().all(|item| [3, 5].contains(item)), "{rows:?}");
    }

    #[test]
    fn vectors_are_compared_by_cosine() {
        let vectors = [Some([1.0, 0.0]), None, Some([0.6, 0.8]), Some([0.8, 0.6]), Some([-1.0, 0.0])];
        let vectors: Vec<Option<Vec<f32>>> = vectors.map(|one| one.map(|one| one.to_vec())).to_vec();
        let stage = Progress::Silent.stage("look", 0, "items");
        let found = alike(vectors.clone(), 2, &stage).of;
        let row =
            |at: usize| -> Vec<(u32, f32)> { found[at].iter().map(|one| (one.item, one.weight)).collect() };
        assert_eq!(row(0), [(2, 0.6), (3, 0.8)]);
        assert!(row(1).is_empty() && row(4).is_empty(), "no vector, and none in its direction: {found:?}");
        assert_eq!(row(3).iter().map(|one| one.0).collect::<Vec<_>>(), [0, 2]);
        let best = alike(vectors, 1, &stage).of[2].clone();
        assert!(best.len() == 1 && best[0].item == 3 && (best[0].weight - 0.96).abs() < 1e-6, "{best:?}");
        assert!(alike(vec![None, None], 3, &stage).of.iter().all(Vec::is_empty));
    }

    #[test]
    fn items_without_a_picture_are_in_no_row() {
        let picture = || Some(photo(20, 20, [0, 90, 0], 0));
        let rows = rows(&[None, picture(), None, picture(), Some(photo(4, 30, [0, 0, 90], 0))], 5);
        assert!(rows[0].is_empty() && rows[2].is_empty());
        assert_eq!(rows[1][0], 3);
        assert!(rows.iter().flatten().all(|item| [1, 3, 4].contains(item)));
    }

    #[test]
    fn one_photo_for_all_gives_every_item_neighbours() {
        let same = vec![Some(photo(20, 20, [90, 90, 0], 0)); 40];
        let found = rows(&same, 3);
        assert_eq!((&found[0][..], &found[39][..]), (&[1, 2, 3][..], &[0, 1, 2][..]));
        let blank = |colour| Some(Picture { width: 1, height: 1, pixels: vec![colour] });
        let found = rows(&[blank([0; 3]), blank([255; 3]), blank([9, 9, 9]), None], 2);
        assert_eq!(found[0][0], 2, "{found:?}");
    }
}
