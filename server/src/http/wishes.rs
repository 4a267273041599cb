//! Accept-Encoding: which stored coding of an asset a client gets.
//!
//! It does not compress. Invariant: a client never gets `br` or `zstd` unless it asked for
//! it, by name or with `*`. A client that refuses all we have, `identity;q=0` included,
//! gets the plain bytes all the same: a page that works beats a 406.

use actix_http::header::{ACCEPT_ENCODING, HeaderMap};

use crate::coding::Coding;

/// A client's wish for each coding, 0 (refused) to 1000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wishes {
    brotli: u16,
    zstd: u16,
    identity: u16,
}

impl Wishes {
    /// A client that sends no header is given plain bytes.
    const PLAIN: Wishes = Wishes { brotli: 0, zstd: 0, identity: 1 };

    /// Reads every Accept-Encoding line of a request.
    pub(super) fn of(headers: &HeaderMap) -> Wishes {
        let mut lines = headers.get_all(ACCEPT_ENCODING).peekable();
        if lines.peek().is_none() {
            return Wishes::PLAIN;
        }
        let mut named = Named::default();
        for line in lines {
            // Bytes outside ASCII cannot be part of a coding's name or weight.
            line.to_str().unwrap_or_default().split(',').for_each(|element| named.read(element));
        }
        named.wishes()
    }

    /// The wish for one coding.
    pub(super) fn weight(self, coding: Coding) -> u16 {
        match coding {
            Coding::Identity => self.identity,
            Coding::Brotli => self.brotli,
            Coding::Zstd => self.zstd,
        }
    }
}

/// What the header's elements said so far.
#[derive(Default)]
struct Named {
    brotli: Option<u16>,
    zstd: Option<u16>,
    identity: Option<u16>,
    any: Option<u16>,
}

impl Named {
    fn read(&mut self, element: &str) {
        let (name, weight) = match element.split_once(';') {
            Some((name, parameter)) => (name, weight(parameter)),
            None => (element, Some(1000)),
        };
        // An element whose weight makes no sense says nothing.
        let Some(weight) = weight else { return };
        let name = name.trim();
        let place = match name {
            "*" => &mut self.any,
            _ if name.eq_ignore_ascii_case("br") => &mut self.brotli,
            _ if name.eq_ignore_ascii_case("zstd") => &mut self.zstd,
            _ if name.eq_ignore_ascii_case("identity") => &mut self.identity,
            _ => return,
        };
        // Said twice: the stronger wish counts.
        *place = Some(place.map_or(weight, |before| before.max(weight)));
    }

    fn wishes(&self) -> Wishes {
        let any = self.any.unwrap_or(0);
        Wishes {
            brotli: self.brotli.unwrap_or(any),
            zstd: self.zstd.unwrap_or(any),
            // Not refused, so acceptable, but after everything that was asked for.
            identity: self.identity.or(self.any).unwrap_or(1),
        }
    }
}

/// `q=0.8` as 800. The grammar allows three decimals and nothing above 1.
fn weight(parameter: &str) -> Option<u16> {
    let value = parameter.trim().strip_prefix(['q', 'Q'])?.trim_start().strip_prefix('=')?.trim();
    let (whole, decimals) = value.split_once('.').unwrap_or((value, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let digits = decimals.bytes().chain(*b"000").take(3);
    let decimals = digits.fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
    match (whole, decimals) {
        ("0", thousandths) => Some(thousandths),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use actix_http::header::HeaderValue;

    use super::*;

    fn wishes(lines: &[&str]) -> (u16, u16, u16) {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(ACCEPT_ENCODING, HeaderValue::from_str(line).unwrap());
        }
        let read = Wishes::of(&headers);
        (read.brotli, read.zstd, read.identity)
    }

    #[test]
    fn the_whole_grammar() {
        type Case = (&'static [&'static str], (u16, u16, u16));
        let cases: &[Case] = &[
            (&[], (0, 0, 1)),
            (&[""], (0, 0, 1)),
            (&["br"], (1000, 0, 1)),
            (&["BR"], (1000, 0, 1)),
            (&["gzip, deflate, br, zstd"], (1000, 1000, 1)),
            (&["gzip", "br"], (1000, 0, 1)),
            (&["br;q=0.5, zstd;q=0.8"], (500, 800, 1)),
            (&["br ; q=0.5"], (500, 0, 1)),
            (&["br;Q=0.125"], (125, 0, 1)),
            (&["br;q=1.000"], (1000, 0, 1)),
            (&["br;q=0"], (0, 0, 1)),
            (&["br;q=0."], (0, 0, 1)),
            (&["identity;q=0, br"], (1000, 0, 0)),
            (&["*"], (1000, 1000, 1000)),
            (&["*;q=0"], (0, 0, 0)),
            (&["br, *;q=0"], (1000, 0, 0)),
            (&["*;q=0.2, identity"], (200, 200, 1000)),
            (&["br;q=0.2, br"], (1000, 0, 1)),
            (&["br;q=2"], (0, 0, 1)),
            (&["br;q=1.001"], (0, 0, 1)),
            (&["br;q=0.1234"], (0, 0, 1)),
            (&["br;q=-1"], (0, 0, 1)),
            (&["br;q=+0.5"], (0, 0, 1)),
            (&["br;q=0.+5"], (0, 0, 1)),
            (&["br;q="], (0, 0, 1)),
            (&["br;level=9"], (0, 0, 1)),
            (&["brotli, x-br"], (0, 0, 1)),
            (&[", ,br,,"], (1000, 0, 1)),
        ];
        for (lines, expected) in cases {
            assert_eq!(wishes(lines), *expected, "{lines:?}");
        }
    }
}
