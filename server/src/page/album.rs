//! The pictures of a page.
//!
//! A picture on the web stays there: the reader's browser loads it. One that lies
//! beside the data comes into the page as long as it is small, or can be made so,
//! and as long as there is room. Invariant: an address that is handed out is of
//! the web without a login, or holds a picture of a known kind; nothing that the
//! data says becomes part of a page by itself.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::picture::Picture;
use crate::pictures::{Gallery, Original};

/// Files up to this size come into the page as they are.
const SMALL: usize = 16 * 1024;
/// Bytes of all pictures inside one page.
const ROOM: usize = 6 * 1024 * 1024;

/// Finds pictures, each once.
#[derive(Debug)]
pub struct Album<'a> {
    gallery: Gallery<'a>,
    found: BTreeMap<String, Option<String>>,
    room: usize,
}

impl<'a> Album<'a> {
    /// An album of what a gallery can read.
    pub fn new(gallery: Gallery<'a>) -> Self {
        Album { gallery, found: BTreeMap::new(), room: ROOM }
    }

    /// What may stand as the source of a picture; `None` where there is none that can be shown.
    pub(super) fn source(&mut self, address: &str) -> Option<String> {
        if address.is_empty() {
            return None;
        }
        if let Some(known) = self.found.get(address) {
            return known.clone();
        }
        let source = self.find(address).filter(|source| source.len() <= self.room);
        // A picture that is shown again is written again: it counts each time, as well as that can be foreseen.
        self.room -= source.as_ref().map_or(0, String::len);
        self.found.insert(address.to_owned(), source.clone());
        source
    }

    fn find(&self, address: &str) -> Option<String> {
        match self.gallery.original(address).ok()? {
            Original::Web(url) => Some(url.into()),
            Original::File(bytes) => match kind(&bytes) {
                Some(kind) if bytes.len() <= SMALL => Some(inside(kind, &bytes)),
                _ => self
                    .gallery
                    .shown(&bytes)
                    .ok()
                    .and_then(|picture| Some(inside("png", &small_file(&picture)?))),
            },
        }
    }
}

/// What kind of picture a file is, by how it begins.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    let is_webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Some("jpeg"),
        [0x89, b'P', b'N', b'G', ..] => Some("png"),
        _ if is_webp => Some("webp"),
        _ => drawing(bytes),
    }
}

/// A drawing runs no scripts and loads nothing where it stands as a picture.
fn drawing(bytes: &[u8]) -> Option<&'static str> {
    let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}').trim_start();
    let begins = text.starts_with("<svg") || (text.starts_with("<?xml") && text.contains("<svg"));
    begins.then_some("svg+xml")
}

fn inside(kind: &str, bytes: &[u8]) -> String {
    format!("data:image/{kind};base64,{}", STANDARD.encode(bytes))
}

fn small_file(picture: &Picture) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (width, height) = (u32::try_from(picture.width).ok()?, u32::try_from(picture.height).ok()?);
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(picture.pixels.as_flattened()).ok()?;
    writer.finish().ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::pictures::PictureParams;
    use crate::storage::Storage;

    #[test]
    fn only_pictures_and_addresses_of_the_web_come_into_a_page() {
        let folder = tempfile::tempdir().unwrap();
        let noise = |at: u64| crate::chance::mixed(at).to_le_bytes();
        let pixels = (0..9000).map(|at| [noise(at)[0], noise(at)[1], noise(at)[2]]).collect();
        let large = Picture { width: 100, height: 90, pixels };
        let file = small_file(&large).unwrap();
        fs::write(folder.path().join("large.png"), &file).unwrap();
        fs::write(folder.path().join("art.svg"), "<svg xmlns='x'><script>alert(1)</script></svg>").unwrap();
        fs::write(folder.path().join("page.html"), "<!doctype html><svg/>").unwrap();
        let storage = Storage::disk(folder.path()).unwrap();
        let params = PictureParams::default();
        let mut album = Album::new(Gallery::open(&storage, &params));
        let mut source = |address: &str| album.source(address);
        assert_eq!(source("https://shop.example/a b.jpg").as_deref(), Some("https://shop.example/a%20b.jpg"));
        assert!(source("art.svg").unwrap().starts_with("data:image/svg+xml;base64,"));
        assert!(file.len() > SMALL && source("large.png").unwrap().starts_with("data:image/png;base64,"));
        for address in [
            "",
            "page.html",
            "missing.png",
            "javascript:alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "https://user:secret@shop.example/a.png",
            "//shop.example/a.png",
            "../a.png",
        ] {
            assert_eq!(source(address), None, "{address}");
        }
    }

    #[test]
    fn a_full_page_takes_no_more() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.svg"), "<svg/>").unwrap();
        let storage = Storage::disk(folder.path()).unwrap();
        let params = PictureParams::default();
        let mut album = Album { room: 10, ..Album::new(Gallery::open(&storage, &params)) };
        assert_eq!(album.source("a.svg"), None);
    }
}
