//! From a picture to the numbers that a model takes: stretched to its size, each colour moved and scaled.
//!
//! Every place is the mean of what it covers, in a fixed order, so that it is the same everywhere.

use super::colours::Colours;
use crate::picture::Picture;

/// Where the colours stand in a model's input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// One plane after the other.
    Planes,
    /// Red, green and blue of every place.
    Pixels,
}

/// What a model takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) layout: Layout,
    pub(super) colours: Colours,
}

impl Frame {
    /// A picture in the model's terms.
    pub(super) fn fill(&self, picture: &Picture) -> Vec<f32> {
        let Self { width, height, layout, colours } = *self;
        let (across, down) = (spans(width, picture.width), spans(height, picture.height));
        let mut values = vec![0.0; 3 * width * height];
        for (y, rows) in down.iter().enumerate() {
            for (x, columns) in across.iter().enumerate() {
                let colour = mean(picture, columns, rows);
                for (part, value) in colour.into_iter().enumerate() {
                    let at = match layout {
                        Layout::Planes => (part * height + y) * width + x,
                        Layout::Pixels => (y * width + x) * 3 + part,
                    };
                    values[at] = (value / 255.0 - colours.mean[part]) / colours.std[part];
                }
            }
        }
        values
    }
}

/// The places of one side that each of `parts` covers, and how much of them.
fn spans(parts: usize, whole: usize) -> Vec<Vec<(usize, f32)>> {
    let span = |at: usize| {
        // In parts of a place, so that all are whole numbers.
        let (from, to) = (at * whole, (at + 1) * whole);
        let covered = |place: usize| to.min((place + 1) * parts) - from.max(place * parts);
        (from / parts..to.div_ceil(parts))
            .map(|place| (place, covered(place) as f32 / whole as f32))
            .collect()
    };
    (0..parts).map(span).collect()
}

fn mean(picture: &Picture, columns: &[(usize, f32)], rows: &[(usize, f32)]) -> [f32; 3] {
    let mut sum = [0.0f32; 3];
    for (y, down) in rows {
        for (x, across) in columns {
            let pixel = picture.pixels[y * picture.width + x];
            sum.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += down * across * f32::from(value));
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Colours = Colours { mean: [0.0; 3], std: [1.0 / 255.0; 3] };

    /// Red is the number of a pixel, green ten times that.
    fn picture(width: usize, height: usize) -> Picture {
        let pixels = (0..(width * height) as u8).map(|at| [at, 10 * at, 7]).collect();
        Picture { width, height, pixels }
    }

    fn filled(picture: &Picture, width: usize, height: usize, layout: Layout) -> Vec<f32> {
        let values = Frame { width, height, layout, colours: PLAIN }.fill(picture);
        values.into_iter().map(|value| (value * 100.0).round() / 100.0).collect()
    }

    #[test]
    fn colours_stand_where_the_model_has_them() {
        let two = picture(2, 1);
        assert_eq!(filled(&two, 2, 1, Layout::Planes), [0.0, 1.0, 0.0, 10.0, 7.0, 7.0]);
        assert_eq!(filled(&two, 2, 1, Layout::Pixels), [0.0, 0.0, 7.0, 1.0, 10.0, 7.0]);
    }

    #[test]
    fn every_place_is_the_mean_of_what_it_covers() {
        // 0 1 2 / 3 4 5 in one place, in three, and in two: the middle column is halved.
        let six = picture(3, 2);
        assert_eq!(filled(&six, 1, 1, Layout::Planes)[..1], [2.5]);
        assert_eq!(filled(&six, 3, 1, Layout::Planes)[..3], [1.5, 2.5, 3.5]);
        assert_eq!(filled(&six, 2, 1, Layout::Planes)[..2], [1.83, 3.17]);
        // Made larger: each pixel several times, and a mixture where one ends between two.
        assert_eq!(filled(&picture(2, 1), 3, 2, Layout::Planes)[..6], [0.0, 0.5, 1.0, 0.0, 0.5, 1.0]);
        assert_eq!(filled(&picture(1, 1), 2, 2, Layout::Pixels), [0.0, 0.0, 7.0].repeat(4));
    }

    #[test]
    fn colours_are_moved_and_scaled() {
        let colours = Colours { mean: [0.5, 0.25, 0.0], std: [0.5, 0.25, 1.0] };
        let white = Picture { width: 1, height: 1, pixels: vec![[255; 3]] };
        let found = Frame { width: 1, height: 1, layout: Layout::Planes, colours }.fill(&white);
        assert_eq!(found, [1.0, 3.0, 1.0]);
    }
}
