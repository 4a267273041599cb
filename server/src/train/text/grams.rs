//! The grams of a text: its words, and the letters within them by fours.
//!
//! Deliberately needs no list of words of any language. Invariant: the same folded text gives the same grams, and a
//! word gives the same grams wherever it stands.
//!
//! ```text
//! "DSC-W120/p camera"  words    dsc w120 p dscw120p camera
//!                      letters  _dsc dscw scw1 cw12 w120 120p 20p_   _cam came amer mera era_
//! "黒い財布"             both     黒い い財 財布
//! ```

use rustc_hash::FxHashMap;

use super::fold::{Spelling, fold};

/// Letters of a gram within a word.
const LETTERS: usize = 4;
/// Longer words are cut: they are addresses, keys or noise.
const LONGEST_WORD: usize = 48;
/// A code such as a model number has at least so many letters and digits.
const SHORTEST_CODE: usize = 4;
/// How much more a code says than a word of the same rarity.
const CODE_WEIGHT: f32 = 2.0;

/// What a gram is; equal letters of different kinds are different grams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A whole word.
    Word,
    /// Letters within a word.
    Letters,
}

/// How often each gram occurs in one item, weighted by where it stands.
#[derive(Debug, Default)]
pub(super) struct Bag {
    /// By name of the gram.
    pub(super) words: FxHashMap<u64, f32>,
    /// The same for letters.
    pub(super) letters: FxHashMap<u64, f32>,
}

impl Bag {
    /// Adds a text, every gram of which counts `weight`.
    pub(super) fn add(&mut self, text: &str, spelling: Spelling, weight: f32) {
        fold(text, spelling).split_whitespace().for_each(|chunk| self.chunk(chunk, weight));
    }

    fn count(&mut self, kind: Kind, gram: &[char], weight: f32) {
        let counts = match kind {
            Kind::Word => &mut self.words,
            Kind::Letters => &mut self.letters,
        };
        *counts.entry(name(kind, gram)).or_default() += weight;
    }

    /// What stands between two spaces: its parts are words, and so is the whole where it looks like a code.
    fn chunk(&mut self, chunk: &str, weight: f32) {
        let parts: Vec<Vec<char>> = chunk
            .split(|letter| !is_part_of_word(letter))
            .filter(|part| !part.is_empty())
            .map(|part| part.chars().take(LONGEST_WORD).collect())
            .collect();
        for part in &parts {
            self.part(part, weight);
        }
        let mut joined: Vec<char> =
            parts.iter().flatten().copied().filter(|&letter| !is_dense(letter)).collect();
        joined.truncate(LONGEST_WORD);
        if parts.len() > 1 && joined.iter().any(char::is_ascii_digit) {
            self.count(Kind::Word, &joined, weight * code_weight(&joined));
        }
        self.letters(&joined, weight * code_weight(&joined));
    }

    /// A run of letters: words of scripts with spaces, pairs of characters of those without.
    fn part(&mut self, part: &[char], weight: f32) {
        for run in part.chunk_by(|&a, &b| is_dense(a) == is_dense(b)) {
            if !is_dense(run[0]) {
                self.count(Kind::Word, run, weight * code_weight(run));
                continue;
            }
            for pair in run.windows(run.len().min(2)) {
                self.count(Kind::Word, pair, weight);
                self.count(Kind::Letters, pair, weight);
            }
        }
    }

    /// The word with an edge at both ends, by fours; as a whole when it is shorter.
    fn letters(&mut self, word: &[char], weight: f32) {
        if word.is_empty() {
            return;
        }
        let edged: Vec<char> = [' '].iter().chain(word).chain(&[' ']).copied().collect();
        for gram in edged.windows(edged.len().min(LETTERS)) {
            self.count(Kind::Letters, gram, weight);
        }
    }
}

fn is_part_of_word(letter: char) -> bool {
    // Marks are no letters, but a word of an Indic script does not end at one.
    letter.is_alphanumeric() || is_mark(letter)
}

fn is_mark(letter: char) -> bool {
    matches!(u32::from(letter), 0x591..=0x5c7 | 0x610..=0x61a | 0x64b..=0x65f | 0x900..=0xdff | 0xe31..=0xe4e | 0xeb1..=0xecd)
}

/// Scripts that write no spaces, or whose characters say as much as several letters.
fn is_dense(letter: char) -> bool {
    matches!(u32::from(letter),
        0xe00..=0xeff | 0x1000..=0x109f | 0x1780..=0x17ff // Thai, Lao, Myanmar, Khmer
        | 0x3005..=0x3007 | 0x3040..=0x30ff | 0x31f0..=0x31ff // Kana
        | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff // Han
        | 0xac00..=0xd7a3 // Hangul
    )
}

/// Model numbers, sizes of parts and the like tell products apart better than any word.
fn code_weight(word: &[char]) -> f32 {
    let digits = word.iter().filter(|letter| letter.is_ascii_digit()).count();
    let is_code =
        word.len() >= SHORTEST_CODE && digits > 0 && (digits < word.len() || word.len() > SHORTEST_CODE);
    if is_code { CODE_WEIGHT } else { 1.0 }
}

/// A gram's name: FNV-1a of its kind and letters, the same on every machine.
fn name(kind: Kind, gram: &[char]) -> u64 {
    let start = match kind {
        Kind::Word => 0xcbf2_9ce4_8422_2325,
        Kind::Letters => 0x6c62_272e_07bb_0142,
    };
    gram.iter().fold(start, |hash: u64, &letter| {
        (hash ^ u64::from(u32::from(letter))).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bag(text: &str) -> Bag {
        let mut bag = Bag::default();
        bag.add(text, Spelling::Plain, 1.0);
        bag
    }

    fn holds(bag: &Bag, kind: Kind, grams: &[&str]) {
        let counts = if kind == Kind::Word { &bag.words } else { &bag.letters };
        for gram in grams {
            let letters: Vec<char> = gram.chars().collect();
            assert!(counts.contains_key(&name(kind, &letters)), "{gram}");
        }
        assert_eq!(counts.len(), grams.len());
    }

    #[test]
    fn words_and_their_letters_are_found() {
        let bag = bag("Big red, big-box");
        holds(&bag, Kind::Word, &["big", "red", "box"]);
        holds(&bag, Kind::Letters, &[" big", "big ", " red", "red ", "bigb", "igbo", "gbox", "box "]);
        assert_eq!(bag.words[&name(Kind::Word, &['b', 'i', 'g'])], 2.0);
    }

    #[test]
    fn a_code_is_the_same_however_it_is_broken_up() {
        let (joined, broken) = (bag("dscw120p"), bag("DSC-W120/P"));
        holds(&broken, Kind::Word, &["dsc", "w120", "p", "dscw120p"]);
        assert_eq!(joined.letters, broken.letters);
        assert!(joined.letters.values().all(|&weight| weight == CODE_WEIGHT));
        for (word, is_code) in
            [("w120", true), ("12345", true), ("2024", false), ("a1", false), ("desk", false)]
        {
            assert_eq!(code_weight(&word.chars().collect::<Vec<_>>()) > 1.0, is_code, "{word}");
        }
    }

    #[test]
    fn scripts_without_spaces_give_pairs() {
        let found = bag("黒い財布S20");
        holds(&found, Kind::Word, &["黒い", "い財", "財布", "s20"]);
        holds(&bag("茶"), Kind::Word, &["茶"]);
        holds(&bag("हिन्दी"), Kind::Word, &["हिन्दी"]);
        holds(&bag("--- , !"), Kind::Word, &[]);
    }
}
