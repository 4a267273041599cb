//! Letters that are written in several ways become one.
//!
//! Case, width, ligatures and accents go; what is left is compared byte by byte. Deliberately no stemming and
//! no dictionary. Invariant: folding what was folded changes nothing.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_normalizer::properties::{CanonicalDecompositionBorrowed, Decomposed};

/// How the accents of a language are written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// Accents are left out.
    Plain,
    /// German: ä is also written ae.
    German,
    /// Danish and Norwegian: å is also written aa.
    Nordic,
}

impl Spelling {
    /// Of a language tag such as `de-AT`.
    pub(super) fn of(culture: &str) -> Self {
        let language = culture.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        match language.as_str() {
            "de" => Self::German,
            "da" | "nb" | "nn" | "no" => Self::Nordic,
            _ => Self::Plain,
        }
    }
}

/// The text in the one form that is compared.
pub(super) fn fold(text: &str, spelling: Spelling) -> String {
    let composed = ComposingNormalizerBorrowed::new_nfkc().normalize(text);
    let parts = CanonicalDecompositionBorrowed::new();
    let mut folded = String::with_capacity(composed.len());
    for letter in composed.chars().flat_map(char::to_lowercase) {
        match written_out(letter, spelling) {
            Some(out) => folded.push_str(out),
            None => folded.extend(base(letter, &parts)),
        }
    }
    folded
}

/// Letters that have a spelling of their own.
fn written_out(letter: char, spelling: Spelling) -> Option<&'static str> {
    let out = match (letter, spelling) {
        ('ä', Spelling::German) | ('æ', _) => "ae",
        ('ö', Spelling::German) | ('œ', _) => "oe",
        ('ø', Spelling::Nordic) => "oe",
        ('ü', Spelling::German) => "ue",
        ('å', Spelling::Nordic) => "aa",
        ('ß', _) => "ss",
        ('ø', _) => "o",
        ('ł', _) => "l",
        ('đ' | 'ð', _) => "d",
        ('þ', _) => "th",
        ('ı', _) => "i",
        ('ς', _) => "σ",
        _ => return None,
    };
    Some(out)
}

/// The letter without its accents; `None` for an accent. Only accents of the common block are taken off: in other
/// scripts the marks are vowels, and a Hangul syllable is no letter with marks.
fn base(letter: char, parts: &CanonicalDecompositionBorrowed<'_>) -> Option<char> {
    let mut letter = letter;
    while let Decomposed::Expansion(first, mark) = parts.decompose(letter)
        && is_accent(mark)
    {
        letter = first;
    }
    (!is_accent(letter)).then_some(letter)
}

fn is_accent(letter: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&letter)
}

#[cfg(test)]
mod tests {
    use super::{Spelling, fold};

    #[test]
    fn letters_fold_as_people_type_them() {
        let cases = [
            ("Crème BRÛLÉE", "en", "creme brulee"),
            ("Straße Größe", "de-DE", "strasse groesse"),
            ("Größe", "en", "grosse"),
            ("Ångström smørebrød", "da", "aangstrom smoerebroed"),
            ("ＡＢＣ ﬁt ½", "ja", "abc fit 1⁄2"),
            ("İSTANBUL ırmak", "tr", "istanbul irmak"),
            ("ΟΔΟΣ ὁδός", "el", "οδοσ οδοσ"),
            ("Ёлка", "ru", "елка"),
            ("한국어 ガラス हिन्दी", "ko", "한국어 ガラス हिन्दी"),
            ("Việt Nam", "vi", "viet nam"),
        ];
        for (text, culture, expected) in cases {
            let spelling = Spelling::of(culture);
            let folded = fold(text, spelling);
            assert_eq!(folded, expected, "{text}");
            assert_eq!(fold(&folded, spelling), folded, "{text}");
        }
    }
}
