//! A picture as far as its look is compared: small, opaque, upright.

/// Pixels of the longest side, unless somebody looks closer; larger pictures are made smaller.
pub const LONGEST_SIDE: usize = 128;

/// Red, green and blue of every pixel, row by row. Invariant: there is at least one pixel, as many as
/// `width` times `height`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels of a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The pixels, sRGB.
    pub pixels: Vec<[u8; 3]>,
}
