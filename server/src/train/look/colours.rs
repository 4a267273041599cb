//! Colour: which colours a product has, and where a picture has them.
//!
//! Deliberately no names of colours. Invariant: both results have length 1, or 0 where there is nothing to see.

use super::canvas::{Canvas, Colour, SIDE};
use super::unit;

/// Steps of lightness, and of each of the two colour axes.
const LIGHT: usize = 8;
const TINT: usize = 12;
/// Parts of the canvas along one side, for the layout.
const PARTS: usize = 8;
/// Tints count more than lightness in the layout: light falls as it likes.
const TINT_WEIGHT: f32 = 2.0;
/// Less product than this part of the canvas is none: then all of it counts.
const LEAST: f32 = 0.01;

/// Roots of how much of the product each colour has; a colour counts into the nearest steps in parts.
pub(super) fn histogram(canvas: &Canvas) -> Vec<f32> {
    let seen = canvas.product.iter().sum::<f32>() > LEAST * (SIDE * SIDE) as f32;
    let mut amounts = vec![0.0; LIGHT * TINT * TINT];
    for (colour, product) in canvas.colours.iter().zip(&canvas.product) {
        let amount = if seen { *product } else { 1.0 };
        if amount > 0.0 {
            add(&mut amounts, *colour, amount);
        }
    }
    amounts.iter_mut().for_each(|amount| *amount = amount.sqrt());
    unit(amounts)
}

fn add(amounts: &mut [f32], colour: Colour, amount: f32) {
    let light = steps(colour[0], LIGHT);
    let [red, yellow] = [colour[1], colour[2]].map(|tint| steps((tint + 1.0) / 2.0, TINT));
    for (light, of_light) in light {
        for (red, of_red) in red {
            for (yellow, of_yellow) in yellow {
                amounts[(light * TINT + red) * TINT + yellow] += amount * of_light * of_red * of_yellow;
            }
        }
    }
}

/// The two steps nearest to a value from 0 to 1, and the part of each.
fn steps(value: f32, count: usize) -> [(usize, f32); 2] {
    let place = (value * count as f32 - 0.5).clamp(0.0, (count - 1) as f32);
    let below = place.floor();
    let part = place - below;
    [(below as usize, 1.0 - part), ((below as usize + 1).min(count - 1), part)]
}

/// The mean colour of every part of the canvas, as far as it is not white.
pub(super) fn layout(canvas: &Canvas) -> Vec<f32> {
    const WIDE: usize = SIDE / PARTS;
    let mut means = vec![0.0; PARTS * PARTS * 3];
    for (at, colour) in canvas.colours.iter().enumerate() {
        let part = (at / SIDE / WIDE * PARTS + at % SIDE / WIDE) * 3;
        means[part] += 1.0 - colour[0];
        means[part + 1] += TINT_WEIGHT * colour[1];
        means[part + 2] += TINT_WEIGHT * colour[2];
    }
    unit(means)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canvas(colour: Colour, product: f32) -> Canvas {
        Canvas { colours: vec![colour; SIDE * SIDE], product: vec![product; SIDE * SIDE] }
    }

    fn dot(a: &[f32], b: &[f32]) -> f32 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn near_colours_are_alike_and_far_ones_are_not() {
        let red = histogram(&canvas([0.5, 0.7, 0.5], 1.0));
        let near = histogram(&canvas([0.52, 0.68, 0.52], 1.0));
        let blue = histogram(&canvas([0.3, 0.5, -0.9], 1.0));
        assert!(dot(&red, &red) > 0.999 && dot(&red, &near) > 0.8);
        assert!(dot(&red, &blue) < 0.01);
    }

    #[test]
    fn only_the_product_counts_where_there_is_one() {
        let mut canvas = canvas([1.0, 0.0, 0.0], 0.0);
        let white = histogram(&canvas);
        (canvas.colours[..400]).fill([0.5, 0.7, 0.5]);
        (canvas.product[..400]).fill(1.0);
        assert!(dot(&histogram(&canvas), &white) < 0.01);
        assert!(white.iter().all(|value| value.is_finite()));
        assert!((dot(&white, &white) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn a_white_canvas_has_no_layout_and_the_place_of_a_colour_counts() {
        assert!(layout(&canvas([1.0, 0.0, 0.0], 0.0)).iter().all(|value| value.abs() < 1e-6));
        let half = |top: bool| {
            let mut canvas = canvas([1.0, 0.0, 0.0], 0.0);
            let rows = if top { 0..SIDE * SIDE / 2 } else { SIDE * SIDE / 2..SIDE * SIDE };
            canvas.colours[rows].fill([0.2, 0.0, 0.0]);
            layout(&canvas)
        };
        assert!(dot(&half(true), &half(false)).abs() < 1e-6);
    }
}
