//! Shape: which way lightness and colour change, in each part of a canvas.
//!
//! Every cell of 8 × 8 has a histogram of directions; a change counts into the nearest directions and cells in
//! parts, so that a product that is shifted a little stays alike. Invariant: the result has length 1, or 0 for a
//! canvas of one colour.

use std::f32::consts::PI;

use super::canvas::{Canvas, Colour, SIDE};
use super::unit;

/// Cells of the canvas along one side of a cell here.
const CELL: usize = 8;
/// Cells along one side.
const CELLS: usize = SIDE / CELL;
/// A change smaller than this is noise.
const NOISE: f32 = 1e-4;

/// Which changes count, and how directions are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sense {
    /// Lightness alone; from dark to light and from light to dark are different.
    Signed,
    /// The greatest change of lightness or colour; a direction and its opposite are the same.
    Unsigned,
}

impl Sense {
    fn bins(self) -> usize {
        match self {
            Self::Signed => 16,
            Self::Unsigned => 9,
        }
    }

    /// An angle from −π to π as a part of the turn after which directions repeat, 0 to 1.
    fn part_of_turn(self, angle: f32) -> f32 {
        let turn = if self == Self::Signed { 2.0 * PI } else { PI };
        let upward = if angle < 0.0 { angle + turn } else { angle };
        upward / turn
    }
}

/// Roots of the histograms of all cells.
pub(super) fn gradients(canvas: &Canvas, sense: Sense) -> Vec<f32> {
    let bins = sense.bins();
    let mut histograms = vec![0.0; CELLS * CELLS * bins];
    let cells: [_; SIDE] = std::array::from_fn(|at| cells_around((at as f32 + 0.5) / CELL as f32));
    for (y, rows) in cells.iter().enumerate() {
        for (x, columns) in cells.iter().enumerate() {
            let (across, down, strength) = change(&canvas.colours, x, y, sense);
            if strength < NOISE {
                continue;
            }
            let direction = sense.part_of_turn(down.atan2(across)) * bins as f32;
            for (bin, of_bin) in around(direction) {
                // The first and the last direction are next to each other.
                let bin = if bin < 0 { bins - 1 } else { bin as usize % bins };
                for (row, of_row) in rows {
                    for (column, of_column) in columns {
                        histograms[(row * CELLS + column) * bins + bin] +=
                            strength * of_bin * of_row * of_column;
                    }
                }
            }
        }
    }
    histograms.iter_mut().for_each(|value| *value = value.sqrt());
    unit(histograms)
}

/// The one or two cells around a place; what falls beyond the edge counts nowhere.
fn cells_around(place: f32) -> [(usize, f32); 2] {
    around(place).map(|(cell, part)| match usize::try_from(cell) {
        Ok(cell) if cell < CELLS => (cell, part),
        _ => (0, 0.0),
    })
}

/// The two whole places around a place measured from edges, and the part of each.
fn around(place: f32) -> [(isize, f32); 2] {
    let place = place - 0.5;
    let below = place.floor();
    let part = place - below;
    [(below as isize, 1.0 - part), (below as isize + 1, part)]
}

/// How the canvas changes at a place: across, down, and how strongly.
fn change(colours: &[Colour], x: usize, y: usize, sense: Sense) -> (f32, f32, f32) {
    let at = |x: usize, y: usize| colours[y * SIDE + x];
    let (left, right) = (at(x.saturating_sub(1), y), at((x + 1).min(SIDE - 1), y));
    let (up, down) = (at(x, y.saturating_sub(1)), at(x, (y + 1).min(SIDE - 1)));
    let channels = if sense == Sense::Signed { 0..1 } else { 0..3 };
    let mut greatest = (0.0, 0.0, 0.0);
    for channel in channels {
        let (across, down) = (right[channel] - left[channel], down[channel] - up[channel]);
        let strength = (across * across + down * down).sqrt();
        if strength > greatest.2 {
            greatest = (across, down, strength);
        }
    }
    greatest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canvas(light: impl Fn(usize, usize) -> f32) -> Canvas {
        let colours = (0..SIDE * SIDE).map(|at| [light(at % SIDE, at / SIDE), 0.0, 0.0]).collect();
        Canvas { colours, product: vec![1.0; SIDE * SIDE] }
    }

    fn alike(a: &Canvas, b: &Canvas, sense: Sense) -> f32 {
        gradients(a, sense).iter().zip(gradients(b, sense)).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn edges_fall_into_their_direction_and_place() {
        let edge = canvas(|x, _| f32::from(u8::from(x >= 20)));
        let histograms = gradients(&edge, Sense::Signed);
        let bins = Sense::Signed.bins();
        let strongest =
            (0..histograms.len()).max_by(|&a, &b| histograms[a].total_cmp(&histograms[b])).unwrap();
        assert_eq!((strongest / bins) % CELLS, 2, "column");
        assert!(strongest % bins == 0 || strongest % bins == bins - 1, "to the right");
        assert!((histograms.iter().map(|value| value * value).sum::<f32>() - 1.0).abs() < 1e-5);
    }

    #[test]
    fn a_little_shift_is_alike_and_a_negative_only_without_sign() {
        let edge = |from: usize| canvas(move |x, _| f32::from(u8::from(x >= from)));
        let negative = canvas(|x, _| f32::from(u8::from(x < 20)));
        assert!(alike(&edge(20), &edge(21), Sense::Signed) > 0.9);
        assert!(alike(&edge(20), &edge(44), Sense::Signed) < 0.1);
        assert!(alike(&edge(20), &negative, Sense::Signed) < 0.1);
        assert!(alike(&edge(20), &negative, Sense::Unsigned) > 0.99);
    }

    #[test]
    fn one_colour_has_no_gradient() {
        assert!(gradients(&canvas(|_, _| 0.4), Sense::Unsigned).iter().all(|&value| value == 0.0));
    }
}
