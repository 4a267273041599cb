//! From the bytes of a picture to its pixels.
//!
//! JPEG, PNG and WebP, told apart by their first bytes and not by their names. The size is read from the header and
//! judged before anything is allocated for pixels. Deliberately without vector instructions: they round differently
//! from machine to machine, and a model must not depend on where it was cooked. Invariant: whatever the bytes are,
//! the answer is a picture or an error.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use image_webp::WebPDecoder;
use png::{ColorType, Transformations};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};

use super::error::PictureError;
use super::orientation::{Orientation, orientation};
use super::shrink::{Raster, shrink};
use crate::picture::Picture;

/// Larger pictures are decoded one at a time, so that many threads do not multiply their memory.
const LARGE: u64 = 4_000_000;
/// One at a time.
static LARGE_ONE: Mutex<()> = Mutex::new(());

/// What a picture may have, and what is kept of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Most {
    /// Pixels in all.
    pub(super) pixels: u64,
    /// Pixels of a side that are kept.
    pub(super) side: usize,
}

/// What a header says.
#[derive(Debug, Clone, Copy)]
struct Size {
    width: u64,
    height: u64,
    /// Bytes that decoding needs for every pixel.
    depth: u64,
}

/// The picture in `bytes`, upright, small and opaque.
pub(super) fn decode(bytes: &[u8], most: Most) -> Result<Picture, PictureError> {
    // The decoders are written to return errors. Should one of them panic all the same, one picture is lost.
    let decoded = catch_unwind(AssertUnwindSafe(|| kind(bytes, most)));
    decoded.unwrap_or_else(|_| Err(PictureError::Damaged("its decoder gave up".to_owned())))
}

fn kind(bytes: &[u8], most: Most) -> Result<Picture, PictureError> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => jpeg(bytes, most),
        [0x89, b'P', b'N', b'G', ..] => png(bytes, most),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp(bytes, most),
        _ => Err(PictureError::UnknownKind),
    }
}

/// Judges a size, and decodes where nothing speaks against it.
fn sized(
    size: Size,
    most: Most,
    decode: impl FnOnce() -> Result<Picture, PictureError>,
) -> Result<Picture, PictureError> {
    let Size { width, height, depth } = size;
    if width == 0 || height == 0 {
        return Err(PictureError::Damaged("it has no pixels".to_owned()));
    }
    if width.saturating_mul(height) > most.pixels {
        return Err(PictureError::TooManyPixels { width, height, most: most.pixels });
    }
    // Nothing is left behind the lock by a thread that panicked.
    let large = width * height * depth > LARGE * 3;
    let _one = large.then(|| LARGE_ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    decode()
}

fn jpeg(bytes: &[u8], most: Most) -> Result<Picture, PictureError> {
    let damaged = |error: zune_jpeg::errors::DecodeErrors| PictureError::Damaged(format!("{error:?}"));
    let options = DecoderOptions::default()
        .set_use_unsafe(false)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(damaged)?;
    let (width, height) = decoder.dimensions().ok_or(PictureError::UnknownKind)?;
    let upright = decoder.exif().map_or(Orientation::UPRIGHT, |exif| orientation(exif));
    sized(Size { width: width as u64, height: height as u64, depth: 3 }, most, || {
        let samples = decoder.decode().map_err(damaged)?;
        shrink(&Raster { width, height, channels: 3, samples: &samples }, upright, most.side)
    })
}

fn png(bytes: &[u8], most: Most) -> Result<Picture, PictureError> {
    let damaged = |error: png::DecodingError| PictureError::Damaged(error.to_string());
    let limits = png::Limits { bytes: (most.pixels as usize).saturating_mul(8).max(1 << 20) };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let about = decoder.read_header_info().map_err(damaged)?;
    let size = Size { width: about.width.into(), height: about.height.into(), depth: 8 };
    sized(size, most, || {
        let mut reader = decoder.read_info().map_err(damaged)?;
        let length = reader.output_buffer_size();
        let length = length.ok_or_else(|| PictureError::Damaged("its size is not possible".to_owned()))?;
        let mut samples = vec![0; length];
        let frame = reader.next_frame(&mut samples).map_err(damaged)?;
        let upright = reader.info().exif_metadata.as_deref().map_or(Orientation::UPRIGHT, orientation);
        let channels = match frame.color_type {
            ColorType::Grayscale => 1,
            ColorType::GrayscaleAlpha => 2,
            ColorType::Rgb => 3,
            ColorType::Rgba => 4,
            ColorType::Indexed => return Err(PictureError::Damaged("its colours are numbers".to_owned())),
        };
        let (width, height) = (frame.width as usize, frame.height as usize);
        shrink(&Raster { width, height, channels, samples: &samples }, upright, most.side)
    })
}

/// Of an animation, the first frame.
fn webp(bytes: &[u8], most: Most) -> Result<Picture, PictureError> {
    let damaged = |error: image_webp::DecodingError| PictureError::Damaged(error.to_string());
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
    decoder.set_memory_limit((most.pixels as usize).saturating_mul(8).max(1 << 20));
    let (width, height) = decoder.dimensions();
    sized(Size { width: width.into(), height: height.into(), depth: 8 }, most, || {
        let length = decoder.output_buffer_size();
        let length = length.ok_or_else(|| PictureError::Damaged("its size is not possible".to_owned()))?;
        let mut samples = vec![0; length];
        decoder.read_image(&mut samples).map_err(damaged)?;
        let exif = decoder.exif_metadata().ok().flatten();
        let upright = exif.as_deref().map_or(Orientation::UPRIGHT, orientation);
        let channels = if decoder.has_alpha() { 4 } else { 3 };
        shrink(
            &Raster { width: width as usize, height: height as usize, channels, samples: &samples },
            upright,
            most.side,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Red on the left and blue on the right, 16 × 8, as an image editor wrote it. `turned` says that it lies on its
    /// side, `clear` has nothing on the right, `moving` has a second, green frame.
    macro_rules! sample {
        ($name:literal) => {
            (&$name[..], &include_bytes!(concat!("../../tests/pictures/", $name))[..])
        };
    }

    const MOST: Most = Most { pixels: 1_000, side: 128 };

    fn write_png(width: u32, height: u32, kind: ColorType, depth: png::BitDepth, samples: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(kind);
        encoder.set_depth(depth);
        if kind == ColorType::Indexed {
            encoder.set_palette(vec![200, 30, 20, 10, 40, 210]);
        }
        encoder.write_header().unwrap().write_image_data(samples).unwrap();
        bytes
    }

    fn is_near(found: [u8; 3], expected: [u8; 3]) -> bool {
        found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) < 30)
    }

    const RED: [u8; 3] = [200, 30, 20];
    const BLUE: [u8; 3] = [10, 40, 210];

    #[test]
    fn every_kind_of_file_shows_the_same() {
        let cases = [
            (sample!("upright.jpg"), RED, BLUE),
            (sample!("progressive.jpg"), RED, BLUE),
            (sample!("four-inks.jpg"), RED, BLUE),
            (sample!("grey.jpg"), [80; 3], [51; 3]),
            (sample!("lossy.webp"), RED, BLUE),
            (sample!("moving.webp"), RED, BLUE),
            (sample!("clear.webp"), RED, [255; 3]),
        ];
        for ((name, bytes), left, right) in cases {
            let picture = decode(bytes, MOST).unwrap();
            assert_eq!((picture.width, picture.height), (16, 8), "{name}");
            let (first, last) = (picture.pixels[16 * 4 + 2], picture.pixels[16 * 4 + 13]);
            assert!(is_near(first, left) && is_near(last, right), "{name}: {first:?} {last:?}");
        }
        let (name, bytes) = sample!("turned.jpg");
        let picture = decode(bytes, MOST).unwrap();
        assert_eq!((picture.width, picture.height), (8, 16), "{name}");
        assert!(is_near(picture.pixels[8 * 2 + 4], RED) && is_near(picture.pixels[8 * 13 + 4], BLUE));
    }

    #[test]
    fn every_kind_of_png_is_read() {
        use png::BitDepth::{Eight, One, Sixteen};
        let deep: Vec<u8> = [200, 30, 20, 10, 40, 210].iter().flat_map(|&value| [value, 0]).collect();
        let cases = [
            (ColorType::Rgb, Eight, &[200, 30, 20, 10, 40, 210][..], [RED, BLUE]),
            (ColorType::Rgb, Sixteen, &deep[..], [RED, BLUE]),
            (ColorType::Rgba, Eight, &[200, 30, 20, 255, 10, 40, 210, 0][..], [RED, [255; 3]]),
            (ColorType::GrayscaleAlpha, Eight, &[7, 255, 7, 0][..], [[7; 3], [255; 3]]),
            (ColorType::Grayscale, One, &[0b0100_0000][..], [[0; 3], [255; 3]]),
            (ColorType::Indexed, One, &[0b0100_0000][..], [RED, BLUE]),
        ];
        for (kind, depth, samples, expected) in cases {
            let picture = decode(&write_png(2, 1, kind, depth, samples), MOST).unwrap();
            assert_eq!(picture.pixels, expected, "{kind:?} {depth:?}");
        }
    }

    #[test]
    fn more_pixels_than_allowed_are_refused_by_the_header() {
        for (name, bytes) in [sample!("upright.jpg"), sample!("lossy.webp"), sample!("moving.webp")] {
            let error = decode(bytes, Most { pixels: 127, ..MOST }).unwrap_err();
            assert!(
                matches!(error, PictureError::TooManyPixels { width: 16, height: 8, most: 127 }),
                "{name}"
            );
        }
        let mut bomb = write_png(1, 1, ColorType::Grayscale, png::BitDepth::Eight, &[0]);
        bomb[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
        let mut checksum = crc(&bomb[12..29]).to_le_bytes();
        checksum.reverse();
        bomb[29..33].copy_from_slice(&checksum);
        assert!(matches!(
            decode(&bomb, Most { pixels: 40_000_000, ..MOST }),
            Err(PictureError::TooManyPixels { width: 65_535, .. })
        ));
    }

    fn crc(bytes: &[u8]) -> u32 {
        let step = |crc: u32, byte: &u8| {
            (0..8).fold(
                crc ^ u32::from(*byte),
                |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 },
            )
        };
        !bytes.iter().fold(!0, step)
    }

    #[test]
    fn broken_files_are_errors_and_nothing_else() {
        let whole = [
            sample!("upright.jpg"),
            sample!("progressive.jpg"),
            sample!("four-inks.jpg"),
            sample!("turned.jpg"),
            sample!("lossy.webp"),
            sample!("clear.webp"),
            sample!("moving.webp"),
        ];
        for (_, bytes) in whole {
            for length in 0..bytes.len() {
                let _ = decode(&bytes[..length], MOST);
            }
            for at in 0..bytes.len() {
                let mut changed = bytes.to_vec();
                changed[at] ^= 0xff;
                if let Ok(picture) = decode(&changed, MOST) {
                    assert_eq!(picture.pixels.len(), picture.width * picture.height);
                }
            }
        }
        for bytes in [&b""[..], b"GIF89a", b"<svg>", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF____WEBP"] {
            assert!(decode(bytes, MOST).is_err(), "{bytes:?}");
        }
    }
}
