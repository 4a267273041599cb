//! A picture brought to one size, in colours as eyes tell them apart, with its product told from its background.
//!
//! The background is what the border shows; deliberately nothing cleverer, because product photos are taken on one
//! colour and others are as well compared whole. Invariant: a canvas has [`SIDE`] × [`SIDE`] cells, all finite.

use std::sync::LazyLock;

use crate::picture::Picture;

/// Cells of one side.
pub(super) const SIDE: usize = 64;
/// Further than this from the background is product.
const DISTANCE: f32 = 0.08;
/// A row or column with fewer product pixels is dust.
const DUST: usize = 2;
/// A product smaller than this is none; the whole picture is looked at.
const SMALLEST: usize = 4;

/// Lightness 0 to 1, then red against green and yellow against blue, about −1 to 1.
pub(super) type Colour = [f32; 3];

/// Part of a picture, stretched to one size.
#[derive(Debug, Clone)]
pub(super) struct Canvas {
    /// Row by row.
    pub(super) colours: Vec<Colour>,
    /// How much of a cell is product, 0 to 1.
    pub(super) product: Vec<f32>,
}

/// Columns and rows from and to, of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Frame {
    columns: (usize, usize),
    rows: (usize, usize),
}

/// The whole picture, and its product alone.
pub(super) fn canvases(picture: &Picture) -> [Canvas; 2] {
    let colours: Vec<Colour> = picture.pixels.iter().map(|pixel| colour(*pixel)).collect();
    let background = background(&colours, picture.width);
    let product: Vec<f32> =
        colours.iter().map(|colour| f32::from(distance(*colour, background) > DISTANCE)).collect();
    let whole = Frame { columns: (0, picture.width), rows: (0, picture.height) };
    let framed = frame(&product, picture.width).unwrap_or(whole);
    [whole, framed].map(|frame| Canvas {
        colours: stretch(&colours, picture.width, frame, |sum: &mut Colour, share, colour| {
            sum.iter_mut().zip(colour).for_each(|(sum, value)| *sum += share * value);
        }),
        product: stretch(&product, picture.width, frame, |sum: &mut f32, share, value| *sum += share * value),
    })
}

/// How much light each of the 256 values of sRGB stands for.
static LINEAR: LazyLock<[f32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|value| {
        let value = value as f32 / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    })
});

/// sRGB to CIELAB, scaled.
fn colour(pixel: [u8; 3]) -> Colour {
    let [red, green, blue] = pixel.map(|value| LINEAR[usize::from(value)]);
    let root = |t: f32| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
    let x = root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505);
    let y = root(0.2126 * red + 0.7152 * green + 0.0722 * blue);
    let z = root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089);
    [1.16 * y - 0.16, 5.0 * (x - y), 2.0 * (y - z)]
}

fn distance(a: Colour, b: Colour) -> f32 {
    a.iter().zip(&b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt()
}

/// The median of the border.
fn background(colours: &[Colour], width: usize) -> Colour {
    let height = colours.len() / width;
    let on_border = |at: &usize| {
        let (x, y) = (at % width, at / width);
        x == 0 || y == 0 || x + 1 == width || y + 1 == height
    };
    let border: Vec<Colour> = (0..colours.len()).filter(on_border).map(|at| colours[at]).collect();
    [0, 1, 2].map(|channel| {
        let mut values: Vec<f32> = border.iter().map(|colour| colour[channel]).collect();
        values.sort_unstable_by(f32::total_cmp);
        values[values.len() / 2]
    })
}

/// Around the product; `None` when there is next to none.
fn frame(product: &[f32], width: usize) -> Option<Frame> {
    let (mut columns, mut rows) = (vec![0; width], vec![0; product.len() / width]);
    for (at, _) in product.iter().enumerate().filter(|(_, share)| **share > 0.0) {
        columns[at % width] += 1;
        rows[at / width] += 1;
    }
    let around = |counts: &[usize]| {
        let first = counts.iter().position(|count| *count >= DUST)?;
        let last = counts.iter().rposition(|count| *count >= DUST)?;
        (last - first >= SMALLEST).then_some((first, last + 1))
    };
    Some(Frame { columns: around(&columns)?, rows: around(&rows)? })
}

/// Means of what each cell of the canvas covers; cells may cover parts of pixels.
fn stretch<T: Default + Copy>(
    values: &[T],
    width: usize,
    frame: Frame,
    add: impl Fn(&mut T, f32, T),
) -> Vec<T> {
    let (across, down) = (shares(frame.columns), shares(frame.rows));
    let mut cells = Vec::with_capacity(SIDE * SIDE);
    for rows in &down {
        for columns in &across {
            let mut cell = T::default();
            for &(row, high) in rows {
                for &(column, wide) in columns {
                    add(&mut cell, high * wide, values[row * width + column]);
                }
            }
            cells.push(cell);
        }
    }
    cells
}

/// For every cell of a side: the pixels from `from` to `to` that it covers, with shares that add up to 1.
fn shares((from, to): (usize, usize)) -> Vec<Vec<(usize, f32)>> {
    // A cell is `length` units long and a pixel `SIDE`.
    let length = to - from;
    let cell = |cell: usize| {
        let (start, end) = (cell * length, (cell + 1) * length);
        let pixels = start / SIDE..end.div_ceil(SIDE);
        let covered = |pixel: usize| end.min((pixel + 1) * SIDE) - start.max(pixel * SIDE);
        pixels.map(|pixel| (from + pixel, covered(pixel) as f32 / length as f32)).collect()
    };
    (0..SIDE).map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_as_eyes_see_them() {
        for (pixel, expected) in [
            ([255, 255, 255], [1.0, 0.0, 0.0]),
            ([0, 0, 0], [0.0, 0.0, 0.0]),
            ([255, 0, 0], [0.532, 0.801, 0.672]),
            ([0, 0, 255], [0.323, 0.792, -1.079]),
        ] {
            let found = colour(pixel);
            assert!(distance(found, expected) < 0.01, "{pixel:?} {found:?}");
        }
    }

    #[test]
    fn the_product_is_framed() {
        let mut pixels = vec![[250, 250, 250]; 40 * 20];
        for y in 5..15 {
            for x in 10..30 {
                pixels[y * 40 + x] = [200, 0, 0];
            }
        }
        let [whole, product] = canvases(&Picture { width: 40, height: 20, pixels });
        assert!((product.product.iter().sum::<f32>() - 4096.0).abs() < 0.1);
        assert!((whole.product.iter().sum::<f32>() - 1024.0).abs() < 0.1);
        assert!(whole.colours[0][0] > 0.97 && product.colours[0][1] > 0.5);
    }

    #[test]
    fn one_colour_and_one_pixel_are_looked_at_whole() {
        for (width, height) in [(1, 1), (128, 1), (3, 90)] {
            let pixels = vec![[9, 99, 199]; width * height];
            for canvas in canvases(&Picture { width, height, pixels }) {
                assert_eq!((canvas.colours.len(), canvas.product.len()), (SIDE * SIDE, SIDE * SIDE));
                assert!(distance(canvas.colours[77], colour([9, 99, 199])) < 1e-4);
                assert!(canvas.product.iter().all(|&share| share == 0.0));
            }
        }
    }
}
