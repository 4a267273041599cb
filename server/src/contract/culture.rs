//! What the `culture` of a folder says about numbers.
//!
//! Only the decimal mark; dates are the same in every culture of the contract. A language that is
//! not listed writes a point.

/// Used when `model.json` names none.
pub(super) const DEFAULT: &str = "en-US";
/// Longer tags are no language tags.
const LONGEST_TAG: usize = 35;

/// Languages that write a comma, unless the region says otherwise.
const COMMA: [&str; 46] = [
    "af", "az", "be", "bg", "bs", "ca", "cs", "da", "de", "el", "es", "et", "eu", "fi", "fo", "fr", "gl",
    "hr", "hu", "hy", "id", "is", "it", "ka", "kk", "ky", "lb", "lt", "lv", "mk", "nb", "nl", "nn", "no",
    "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "tr", "uk", "vi",
];
/// Regions of those languages that write a point.
const POINT: [&str; 16] = [
    "de-ch", "de-li", "it-ch", "es-mx", "es-us", "es-419", "es-cu", "es-do", "es-gt", "es-hn", "es-ni",
    "es-pa", "es-pe", "es-pr", "es-sv", "es-bz",
];
/// Regions that write a comma though their language does not.
const COMMA_REGIONS: [&str; 4] = ["en-za", "en-de", "en-nl", "en-se"];

/// Whether `tag` looks like a language tag at all.
pub(super) fn is_tag(tag: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    tag.len() <= LONGEST_TAG && tag.split('-').all(part)
}

/// The decimal mark of a culture.
pub(super) fn decimal_mark(tag: &str) -> u8 {
    let tag = tag.to_ascii_lowercase();
    let language = tag.split('-').next().unwrap_or_default();
    let comma = COMMA.contains(&language) && !POINT.contains(&tag.as_str());
    if comma || COMMA_REGIONS.contains(&tag.as_str()) { b',' } else { b'.' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cultures_know_their_decimal_mark() {
        for (tag, mark) in [
            ("en-US", b'.'),
            ("de-DE", b','),
            ("de-CH", b'.'),
            ("fr", b','),
            ("es-ES", b','),
            ("es-MX", b'.'),
            ("pt-BR", b','),
            ("ja-JP", b'.'),
            ("en-ZA", b','),
            ("", b'.'),
        ] {
            assert_eq!(decimal_mark(tag), mark, "{tag}");
        }
    }

    #[test]
    fn tags_are_short_and_plain() {
        assert!(is_tag("zh-Hant-TW") && is_tag("en"));
        assert!(!is_tag("") && !is_tag("en_US") && !is_tag("en-") && !is_tag(&"a".repeat(36)));
    }
}
