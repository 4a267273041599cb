//! Texts numbered in order of first appearance.
//!
//! All texts lie one after the other in one string, found through an open-addressing table of
//! (hash, number). It does not forget, sort or persist, and is not for shoppers (`keys` is). Numbers
//! are dense from 0 and depend only on the order of the calls, never on the hash, which is keyed so
//! that no file can be made whose texts all fall on one place.

use super::keys::short_hash as hash;

/// Most texts one dictionary numbers; the last number is kept free for "no one".
pub(super) const MOST: u32 = u32::MAX - 1;

/// A dictionary from text to a dense number and back.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    text: String,
    ends: Vec<u64>,
    /// A power of two of places, or none at all; at most three quarters in use.
    places: Vec<Place>,
}

/// `number` is one more than the text's number; 0 marks a free place.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    hash: u32,
    number: u32,
}

impl Names {
    /// How many texts there are.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.ends.len()).expect("`intern` stops at MOST")
    }

    /// The text of a number that this dictionary gave out.
    pub(super) fn name(&self, number: u32) -> &str {
        &self.text[self.range(number)]
    }

    /// Whether a number that this dictionary gave out is that of `name`.
    #[inline]
    pub(super) fn is(&self, number: u32, name: &str) -> bool {
        // Bytes compare without the checks for whole characters that slicing text needs.
        &self.text.as_bytes()[self.range(number)] == name.as_bytes()
    }

    #[inline]
    fn range(&self, number: u32) -> std::ops::Range<usize> {
        let number = number as usize;
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        start as usize..self.ends[number] as usize
    }

    /// All texts in order of their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|number| self.name(number))
    }

    /// The number of a text, if it was interned.
    pub(super) fn get(&self, name: &str) -> Option<u32> {
        if self.places.is_empty() {
            return None;
        }
        let place = self.places[self.place_of(hash(name), name)];
        place.number.checked_sub(1)
    }

    /// The number of a text, new or old; `None` when no number is left.
    pub(super) fn intern(&mut self, name: &str) -> Option<u32> {
        if self.ends.len() * 4 >= self.places.len() * 3 {
            self.grow();
        }
        let hash = hash(name);
        let at = self.place_of(hash, name);
        if let Some(number) = self.places[at].number.checked_sub(1) {
            return Some(number);
        }
        let number = self.len();
        if number >= MOST {
            return None;
        }
        self.text.push_str(name);
        self.ends.push(self.text.len() as u64);
        self.places[at] = Place { hash, number: number + 1 };
        Some(number)
    }

    /// Where `name` is, or the free place where it would go.
    fn place_of(&self, hash: u32, name: &str) -> usize {
        let mask = self.places.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let place = self.places[at];
            if place.number == 0 || (place.hash == hash && self.is(place.number - 1, name)) {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let size = (self.places.len() * 2).max(64);
        let old = std::mem::replace(&mut self.places, vec![Place::default(); size]);
        for place in old.into_iter().filter(|place| place.number != 0) {
            let mut at = place.hash as usize & (size - 1);
            while self.places[at].number != 0 {
                at = (at + 1) & (size - 1);
            }
            self.places[at] = place;
        }
    }
}

impl<'a> FromIterator<&'a str> for Names {
    /// Interns texts that are known to be few enough, such as those of another dictionary.
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Self {
        let mut names = Names::default();
        for text in texts {
            names.intern(text);
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn numbers_follow_first_appearance() {
        let mut names = Names::default();
        let numbers: Vec<_> = ["b", "a", "", "b", "ä", "a"].iter().map(|name| names.intern(name)).collect();
        assert_eq!(numbers, [Some(0), Some(1), Some(2), Some(0), Some(3), Some(1)]);
        assert_eq!(names.iter().collect::<Vec<_>>(), ["b", "a", "", "ä"]);
        assert_eq!(names.get("ä"), Some(3));
        assert_eq!(names.get("c"), None);
        assert_eq!(Names::default().get("c"), None);
    }

    #[test]
    fn many_names_keep_their_numbers_while_it_grows() {
        let mut names = Names::default();
        for round in 0..2 {
            for n in 0..20_000_u32 {
                assert_eq!(names.intern(&format!("item-{n}")), Some(n), "round {round}");
            }
        }
        assert_eq!(names.len(), 20_000);
        assert_eq!(names.name(12_345), "item-12345");
    }
}
