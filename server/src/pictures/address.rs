//! What the address of a picture means.
//!
//! Reads text and opens nothing. A relative address never leads out of the data folder.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::Url;

use super::error::PictureError;

/// Where a picture is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A path under the data folder.
    Folder(String),
    /// A file of this machine.
    File(PathBuf),
    /// On the web.
    Web(Url),
    /// The address is the picture.
    Here(Vec<u8>),
}

/// Understands an address of the contract.
pub(super) fn place(address: &str) -> Result<Place, PictureError> {
    let scheme = address.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("http" | "https") => {
            let url = Url::parse(address).map_err(|_| PictureError::Address("it is not well formed"))?;
            if !url.username().is_empty() || url.password().is_some() {
                return Err(PictureError::Address("it holds a login"));
            }
            Ok(Place::Web(url))
        }
        Some("file") => {
            let path = Url::parse(address).ok().and_then(|url| url.to_file_path().ok());
            path.map(Place::File)
                .ok_or(PictureError::Address("a file address needs a whole path, file:///path"))
        }
        Some("data") => here(&address[5..]).map(Place::Here),
        _ => relative(address).map(Place::Folder),
    }
}

/// `[type][;base64],content`
fn here(rest: &str) -> Result<Vec<u8>, PictureError> {
    const BROKEN: PictureError = PictureError::Address("the data in it is not well formed");
    let (about, content) = rest.split_once(',').ok_or(BROKEN)?;
    let content = percent_decoded(content).ok_or(BROKEN)?;
    if !about.to_ascii_lowercase().ends_with(";base64") {
        return Ok(content);
    }
    STANDARD.decode(content).map_err(|_| BROKEN)
}

/// Addresses that begin with a slash mean the root of the shop, which the data folder stands for.
fn relative(address: &str) -> Result<String, PictureError> {
    let path = address.split(['?', '#']).next().unwrap_or_default().trim_start_matches('/');
    let path = percent_decoded(path).and_then(|path| String::from_utf8(path).ok());
    let path = path.ok_or(PictureError::Address("its percent codes are no text"))?;
    let inside =
        |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', '\0', ':']);
    if !path.split('/').all(inside) {
        return Err(PictureError::Address("a relative address has to stay in the data folder"));
    }
    Ok(path)
}

fn percent_decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16);
        decoded.push((digit()? * 16 + digit()?) as u8);
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_understood() {
        let folder = |path: &str| Some(Place::Folder(path.to_owned()));
        let cases = [
            ("images/1.png", folder("images/1.png")),
            ("/images/a%20b.png?v=2#x", folder("images/a b.png")),
            ("../1.png", None),
            ("a/%2e%2e/%2e%2e/1.png", None),
            ("a//b.png", None),
            ("a\\..\\b.png", None),
            ("", None),
            ("file:///srv/a%20b.jpg", Some(Place::File(PathBuf::from("/srv/a b.jpg")))),
            ("file:a.jpg", Some(Place::File(PathBuf::from("/a.jpg")))),
            ("data:image/png;base64,QUJD", Some(Place::Here(b"ABC".to_vec()))),
            ("data:,A%42C", Some(Place::Here(b"ABC".to_vec()))),
            ("data:image/png;base64,@@@", None),
            ("data:nothing", None),
            ("data:,%4", None),
            ("https://u:p@x.example/1.jpg", None),
        ];
        for (address, expected) in cases {
            assert_eq!(place(address).ok(), expected, "{address}");
        }
        let web = place("HTTPS://x.example/1.jpg?a=b").unwrap();
        assert_eq!(web, Place::Web(Url::parse("https://x.example/1.jpg?a=b").unwrap()));
    }
}
