//! What a picture may take.

use std::path::PathBuf;

use crate::picture::LONGEST_SIDE;

/// Limits of reading pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureParams {
    /// Bytes of one file.
    pub most_bytes: u64,
    /// Pixels of one picture, judged before it is decoded.
    pub most_pixels: u64,
    /// Pixels of the longest side that a picture is made smaller to.
    pub longest_side: usize,
    /// Seconds for one answer from the web, and again for the second attempt.
    pub seconds: u64,
    /// Whether addresses of private networks, and proxies, may be used.
    pub private_networks: bool,
    /// Where pictures from the web are kept; not at all when there is no such place.
    pub cache: Option<PathBuf>,
}

impl Default for PictureParams {
    fn default() -> Self {
        Self {
            most_bytes: 16 << 20,
            most_pixels: 40_000_000,
            longest_side: LONGEST_SIDE,
            seconds: 20,
            private_networks: false,
            cache: None,
        }
    }
}
