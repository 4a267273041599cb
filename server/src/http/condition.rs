//! If-Match, If-None-Match, Range and If-Range, as RFC 9110 §13 and §14 want them.
//!
//! There are no dates here: stored things have strong tags and no Last-Modified, so
//! If-Modified-Since never applies and an If-Range date never matches.
//! Invariant: a header that makes no sense is as good as absent, except a range in bytes
//! that cannot be satisfied.

use std::ops::Range;

use actix_http::header::{HeaderMap, HeaderName, IF_MATCH, IF_NONE_MATCH, IF_RANGE, RANGE};

/// How much of a stored thing was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it; also the answer to several ranges and to units we do not know.
    Whole,
    /// These bytes, never empty.
    Bytes(Range<usize>),
    /// Bytes that it does not have.
    Beyond,
}

/// How two tags are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Weak,
    Strong,
}

/// True when the client holds what `tag` names, so that 304 is enough.
pub(super) fn is_held(headers: &HeaderMap, tag: &str) -> bool {
    names_tag(headers, IF_NONE_MATCH, tag, Comparison::Weak).unwrap_or(false)
}

/// True when the client wants an answer only for another content than `tag`.
pub(super) fn is_refused(headers: &HeaderMap, tag: &str) -> bool {
    names_tag(headers, IF_MATCH, tag, Comparison::Strong).is_some_and(|named| !named)
}

/// The range asked for, of something `length` bytes long.
pub(super) fn part(headers: &HeaderMap, tag: &str, length: usize) -> Part {
    let mut lines = headers.get_all(RANGE);
    let (Some(line), None) = (lines.next(), lines.next()) else { return Part::Whole };
    let Some(ranges) = line.to_str().ok().and_then(bytes_unit) else { return Part::Whole };
    let unchanged = headers.get(IF_RANGE).is_none_or(|named| named.as_bytes() == tag.as_bytes());
    // Several ranges would be an invitation to ask for the same bytes a thousand times.
    if !unchanged || ranges.contains(',') {
        return Part::Whole;
    }
    range(ranges.trim(), length).map_or(Part::Beyond, Part::Bytes)
}

/// The text behind `bytes=`.
fn bytes_unit(line: &str) -> Option<&str> {
    let (unit, ranges) = line.split_once('=')?;
    unit.trim().eq_ignore_ascii_case("bytes").then_some(ranges)
}

/// `first-last`, `first-` or `-count`.
fn range(text: &str, length: usize) -> Option<Range<usize>> {
    let (first, last) = text.split_once('-')?;
    let range = match (first.is_empty(), last.is_empty()) {
        (true, _) => length.saturating_sub(number(last)?)..length,
        (false, true) => number(first)?..length,
        (false, false) => {
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return None;
            }
            first..length.min(last.saturating_add(1))
        }
    };
    (range.start < range.end).then_some(range)
}

/// Digits only; a number too large for us is larger than anything stored.
fn number(text: &str) -> Option<usize> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(usize::MAX))
}

/// Whether the header's list names `tag`; `None` without the header.
fn names_tag(headers: &HeaderMap, header: HeaderName, tag: &str, comparison: Comparison) -> Option<bool> {
    let mut lines = headers.get_all(header).peekable();
    lines.peek()?;
    Some(lines.any(|line| line.to_str().is_ok_and(|line| lists_tag(line, tag, comparison))))
}

fn lists_tag(line: &str, tag: &str, comparison: Comparison) -> bool {
    let mut rest = line.trim();
    if rest == "*" || rest == tag {
        return true;
    }
    while let Some((weak, named, after)) = next_tag(rest) {
        if named == tag && (comparison == Comparison::Weak || !weak) {
            return true;
        }
        rest = after;
    }
    false
}

/// The first tag of a list, with its quotes, and what follows it. Commas may be part of a tag.
fn next_tag(list: &str) -> Option<(bool, &str, &str)> {
    let list = list.trim_start_matches([',', ' ', '\t']);
    let (weak, quoted) = match list.strip_prefix("W/") {
        Some(quoted) => (true, quoted),
        None => (false, list),
    };
    let end = quoted.strip_prefix('"')?.find('"')? + 2;
    Some((weak, &quoted[..end], &quoted[end..]))
}

#[cfg(test)]
mod tests {
    use actix_http::header::HeaderValue;

    use super::*;

    const TAG: &str = "\"abc-br\"";

    fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(name.clone(), HeaderValue::from_str(value).unwrap());
        }
        map
    }

    #[test]
    fn none_match_compares_weakly() {
        let cases = [
            ("\"abc-br\"", true),
            ("W/\"abc-br\"", true),
            ("*", true),
            ("\"x\", \"abc-br\"", true),
            ("\"x\",W/\"abc-br\" , \"y\"", true),
            ("\"a,b\", \"abc-br\"", true),
            ("\"abc\"", false),
            ("\"abc-zstd\"", false),
            ("abc-br", false),
            ("\"abc-br", false),
            ("w/\"abc-br\"", false),
            ("\"x\" *", false),
            ("", false),
        ];
        for (value, expected) in cases {
            assert_eq!(is_held(&headers(&[(IF_NONE_MATCH, value)]), TAG), expected, "{value}");
        }
        assert!(is_held(&headers(&[(IF_NONE_MATCH, "\"x\""), (IF_NONE_MATCH, TAG)]), TAG));
        assert!(!is_held(&headers(&[]), TAG));
    }

    #[test]
    fn match_compares_strongly() {
        let cases = [("\"abc-br\"", false), ("*", false), ("W/\"abc-br\"", true), ("\"other\"", true)];
        for (value, refused) in cases {
            assert_eq!(is_refused(&headers(&[(IF_MATCH, value)]), TAG), refused, "{value}");
        }
        assert!(!is_refused(&headers(&[]), TAG));
    }

    #[test]
    fn ranges_of_ten_bytes() {
        let cases = [
            ("bytes=0-0", Part::Bytes(0..1)),
            ("bytes=2-5", Part::Bytes(2..6)),
            ("bytes=2-", Part::Bytes(2..10)),
            ("bytes=-3", Part::Bytes(7..10)),
            ("bytes=-99", Part::Bytes(0..10)),
            ("bytes=9-99", Part::Bytes(9..10)),
            ("Bytes= 0-99999999999999999999999", Part::Bytes(0..10)),
            ("bytes=10-", Part::Beyond),
            ("bytes=99999999999999999999999-", Part::Beyond),
            ("bytes=-0", Part::Beyond),
            ("bytes=5-2", Part::Beyond),
            ("bytes=", Part::Beyond),
            ("bytes=-", Part::Beyond),
            ("bytes=a-b", Part::Beyond),
            ("bytes=+1-2", Part::Beyond),
            ("bytes=1-2-3", Part::Beyond),
            ("bytes=0-0,2-2", Part::Whole),
            ("items=0-0", Part::Whole),
            ("bytes", Part::Whole),
            ("", Part::Whole),
        ];
        for (value, expected) in cases {
            assert_eq!(part(&headers(&[(RANGE, value)]), TAG, 10), expected, "{value}");
        }
        assert_eq!(part(&headers(&[(RANGE, "bytes=0-0"), (RANGE, "bytes=1-1")]), TAG, 10), Part::Whole);
        assert_eq!(part(&headers(&[(RANGE, "bytes=0-0")]), TAG, 0), Part::Beyond);
        assert_eq!(part(&headers(&[]), TAG, 10), Part::Whole);
    }

    #[test]
    fn if_range_wants_the_very_tag() {
        let cases = [
            (TAG, Part::Bytes(0..1)),
            ("W/\"abc-br\"", Part::Whole),
            ("\"other\"", Part::Whole),
            ("Sat, 21 Nov 2026 08:00:00 GMT", Part::Whole),
        ];
        for (value, expected) in cases {
            let map = headers(&[(RANGE, "bytes=0-0"), (IF_RANGE, value)]);
            assert_eq!(part(&map, TAG, 10), expected, "{value}");
        }
    }
}
