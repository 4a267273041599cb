//! From decoded samples to a small, opaque, upright picture.
//!
//! Every pixel of the result is the mean of the pixels it covers, in whole numbers, so it is the same everywhere.
//! What can be seen through shows white, which is what shop pages have behind their products.

use super::error::PictureError;
use super::orientation::Orientation;
use crate::picture::Picture;

/// Decoded samples, 8 bits each.
#[derive(Debug)]
pub(super) struct Raster<'a> {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Grey, grey and alpha, colour, colour and alpha: 1 to 4.
    pub(super) channels: usize,
    pub(super) samples: &'a [u8],
}

/// The small picture; no side is longer than `longest`.
pub(super) fn shrink(
    raster: &Raster<'_>,
    upright: Orientation,
    longest: usize,
) -> Result<Picture, PictureError> {
    let Raster { width, height, channels, samples } = *raster;
    if samples.len() < width * height * channels || width * height == 0 {
        return Err(PictureError::Damaged("it has fewer pixels than it says".to_owned()));
    }
    let (across, down) = small(width, height, longest);
    let mut pixels = Vec::with_capacity(across * down);
    for y in 0..down {
        for x in 0..across {
            pixels.push(mean(raster, span(x, across, width), span(y, down, height)));
        }
    }
    Ok(turn(Picture { width: across, height: down, pixels }, upright))
}

/// Sides in the same proportion, none longer than allowed and none without a pixel.
fn small(width: usize, height: usize, most: usize) -> (usize, usize) {
    let longest = width.max(height);
    if longest <= most {
        return (width, height);
    }
    let side = |side: usize| ((side * most + longest / 2) / longest).max(1);
    (side(width), side(height))
}

/// The part of `whole` that the place `at` of `parts` covers.
fn span(at: usize, parts: usize, whole: usize) -> std::ops::Range<usize> {
    at * whole / parts..(at + 1) * whole / parts
}

fn mean(raster: &Raster<'_>, columns: std::ops::Range<usize>, rows: std::ops::Range<usize>) -> [u8; 3] {
    let mut sums = [0u64; 3];
    let count = (columns.len() * rows.len()) as u64 * 255;
    for row in rows {
        let from = (row * raster.width + columns.start) * raster.channels;
        let to = (row * raster.width + columns.end) * raster.channels;
        for pixel in raster.samples[from..to].chunks_exact(raster.channels) {
            let (colour, alpha) = match *pixel {
                [grey] => ([grey; 3], 255),
                [grey, alpha] => ([grey; 3], alpha),
                [red, green, blue] => ([red, green, blue], 255),
                [red, green, blue, alpha, ..] => ([red, green, blue], alpha),
                [] => continue,
            };
            let (alpha, behind) = (u64::from(alpha), 255 * (255 - u64::from(alpha)));
            for (sum, sample) in sums.iter_mut().zip(colour) {
                *sum += u64::from(sample) * alpha + behind;
            }
        }
    }
    sums.map(|sum| ((sum + count / 2) / count) as u8)
}

fn turn(picture: Picture, upright: Orientation) -> Picture {
    if upright == Orientation::UPRIGHT {
        return picture;
    }
    let (width, height) =
        if upright.turned { (picture.height, picture.width) } else { (picture.width, picture.height) };
    let mut pixels = Vec::with_capacity(picture.pixels.len());
    for y in 0..height {
        for x in 0..width {
            let x = if upright.left_right { width - 1 - x } else { x };
            let y = if upright.top_bottom { height - 1 - y } else { y };
            let (x, y) = if upright.turned { (y, x) } else { (x, y) };
            pixels.push(picture.pixels[y * picture.width + x]);
        }
    }
    Picture { width, height, pixels }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::LONGEST_SIDE;

    fn grey(width: usize, height: usize, samples: &[u8]) -> Raster<'_> {
        Raster { width, height, channels: 1, samples }
    }

    fn reds(picture: &Picture) -> Vec<u8> {
        picture.pixels.iter().map(|pixel| pixel[0]).collect()
    }

    #[test]
    fn small_pictures_stay_and_large_ones_are_averaged() {
        let one = shrink(&grey(1, 1, &[7]), Orientation::UPRIGHT, LONGEST_SIDE).unwrap();
        assert_eq!((one.width, one.height, reds(&one)), (1, 1, vec![7]));
        let wide: Vec<u8> = (0..256).map(|at| if at % 2 == 0 { 10 } else { 21 }).collect();
        let small = shrink(&grey(256, 1, &wide), Orientation::UPRIGHT, LONGEST_SIDE).unwrap();
        assert_eq!((small.width, small.height), (128, 1));
        assert!(reds(&small).iter().all(|&red| red == 16));
        assert!(shrink(&grey(2, 2, &[1, 2, 3]), Orientation::UPRIGHT, LONGEST_SIDE).is_err());
    }

    #[test]
    fn white_shines_through() {
        let samples = [200, 100, 0, 0, 200, 100, 0, 255, 200, 100, 0, 51];
        let picture = shrink(
            &Raster { width: 3, height: 1, channels: 4, samples: &samples },
            Orientation::UPRIGHT,
            LONGEST_SIDE,
        )
        .unwrap();
        assert_eq!(picture.pixels, [[255; 3], [200, 100, 0], [244, 224, 204]]);
    }

    /// `1 2 3 / 4 5 6` as a camera stores it for each of the eight ways to hold it.
    #[test]
    fn pictures_are_turned_upright() {
        let cases: [(bool, bool, bool, [u8; 6]); 4] = [
            (false, true, false, [3, 2, 1, 6, 5, 4]),
            (false, true, true, [6, 5, 4, 3, 2, 1]),
            (true, true, false, [4, 1, 5, 2, 6, 3]),
            (true, false, true, [3, 6, 2, 5, 1, 4]),
        ];
        for (turned, left_right, top_bottom, expected) in cases {
            let upright = Orientation { turned, left_right, top_bottom };
            let picture = shrink(&grey(3, 2, &[1, 2, 3, 4, 5, 6]), upright, LONGEST_SIDE).unwrap();
            assert_eq!(reds(&picture), expected, "{upright:?}");
            assert_eq!(picture.width, if turned { 2 } else { 3 });
        }
    }
}
