//! The frame of a page: one file, no script, nothing from elsewhere but pictures.
//!
//! The page's own policy says so to the browser: scripts cannot run, the only style
//! is the one that the page was written with, and forms lead nowhere.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::style::STYLE;
use crate::draw;
use crate::markup::Markup;

/// Where the pictures of a page may come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pictures {
    /// There are none.
    None,
    /// From the shop's own addresses, or from the page itself.
    OfTheShop,
}

/// A whole page. The title is what the tab shows; `language` is the tag of the titles of the items.
pub(super) fn document(title: &str, pictures: Pictures, body: impl FnOnce(&mut Markup)) -> String {
    let policy = policy(pictures);
    let mut out = Markup::default();
    out.raw("<!doctype html>\n");
    out.element("html", &[("lang", &"en")], |out| {
        out.element("head", &[], |out| {
            out.leaf("meta", &[("charset", &"utf-8")]);
            out.leaf("meta", &[("http-equiv", &"Content-Security-Policy"), ("content", &policy)]);
            out.leaf("meta", &[("name", &"viewport"), ("content", &"width=device-width, initial-scale=1")]);
            out.leaf("meta", &[("name", &"color-scheme"), ("content", &"light dark")]);
            out.leaf("meta", &[("name", &"referrer"), ("content", &"no-referrer")]);
            out.leaf("meta", &[("name", &"robots"), ("content", &"noindex")]);
            out.say("title", &[], title);
            out.element("style", &[], |out| {
                out.raw(draw::COLOURS);
                out.raw(draw::STYLE);
                out.raw(STYLE);
            });
        });
        out.element("body", &[], body);
    });
    out.raw("\n");
    out.into_string()
}

/// Forbids everything that the page does not need.
fn policy(pictures: Pictures) -> String {
    let style = [draw::COLOURS, draw::STYLE, STYLE].concat();
    let digest = STANDARD.encode(Sha256::digest(style.as_bytes()));
    let images = match pictures {
        Pictures::None => "'none'",
        Pictures::OfTheShop => "data: https: http:",
    };
    format!(
        "default-src 'none'; img-src {images}; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
}

/// A table that may be wider than the screen: it scrolls by itself, also by keyboard.
pub(super) fn table(out: &mut Markup, caption: &str, heads: &[&str], rows: impl FnOnce(&mut Markup)) {
    let region = [
        ("class", &"wide" as _),
        ("role", &"region" as _),
        ("aria-label", &caption as _),
        ("tabindex", &0 as _),
    ];
    out.element("div", &region, |out| {
        out.element("table", &[], |out| {
            out.say("caption", &[], caption);
            out.element("thead", &[], |out| {
                out.element("tr", &[], |out| {
                    heads.iter().for_each(|head| out.say("th", &[("scope", &"col")], head))
                });
            });
            out.element("tbody", &[], rows);
        });
    });
}

/// A row of a table: what it is about, and its cells.
pub(super) fn row(out: &mut Markup, about: &str, cells: &[String]) {
    out.element("tr", &[], |out| {
        out.say("th", &[("scope", &"row")], about);
        cells.iter().for_each(|cell| out.say("td", &[], cell));
    });
}
