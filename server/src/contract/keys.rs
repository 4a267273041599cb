//! Shoppers and groups, known by a keyed hash and by nothing else.
//!
//! Whoever reads a row of a shopper asks here for a number and forgets the id. Only a 128-bit hash
//! is kept, made with a key that is drawn anew for every process and never leaves it, so that not
//! even a dump of the memory lets one look a shopper up by a list of known ids, nor choose ids that
//! all fall on one place. Numbers are dense from 0 in order of first appearance and never depend on
//! the key. It gives no hash out and writes none.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;

use siphasher::sip::SipHasher13 as Short;
use siphasher::sip128::SipHasher13 as Long;

use super::names::MOST;

/// What hashes are made with.
struct Secret {
    long: Long,
    short: Short,
}

static SECRET: LazyLock<Secret> = LazyLock::new(|| {
    // The standard library seeds its own tables from the system's randomness; this is that seed, mixed.
    let drawn = || RandomState::new().build_hasher().finish();
    Secret { long: Long::new_with_keys(drawn(), drawn()), short: Short::new_with_keys(drawn(), drawn()) }
});

/// A hash for the places of a table whose texts are kept beside it.
#[inline]
pub(super) fn short_hash(text: &str) -> u32 {
    let hash = SECRET.short.hash(text.as_bytes());
    (hash ^ (hash >> 32)) as u32
}

/// A dictionary from an id that is not kept to a dense number.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys {
    hashes: Vec<u128>,
    /// One more than a number, or 0 for a free place. A power of two of them, or none at all; at
    /// most three quarters in use.
    places: Vec<u32>,
}

impl Keys {
    /// How many ids there are.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.hashes.len()).expect("`intern` stops at MOST")
    }

    /// Whether an id was interned.
    pub(super) fn contains(&self, id: &str) -> bool {
        if self.places.is_empty() {
            return false;
        }
        self.places[self.place_of(hash(id))] != 0
    }

    /// The number of an id, new or old; `None` when no number is left.
    #[inline]
    pub(super) fn intern(&mut self, id: &str) -> Option<u32> {
        self.intern_hash(hash(id))
    }

    /// The numbers in here of all ids of another dictionary; `None` when no number is left.
    pub(super) fn take(&mut self, others: &Keys) -> Option<Vec<u32>> {
        others.hashes.iter().map(|&hash| self.intern_hash(hash)).collect()
    }

    fn intern_hash(&mut self, hash: u128) -> Option<u32> {
        if self.hashes.len() * 4 >= self.places.len() * 3 {
            self.grow();
        }
        let at = self.place_of(hash);
        if let Some(number) = self.places[at].checked_sub(1) {
            return Some(number);
        }
        let number = self.len();
        if number >= MOST {
            return None;
        }
        self.hashes.push(hash);
        self.places[at] = number + 1;
        Some(number)
    }

    /// Where a hash is, or the free place where it would go.
    #[inline]
    fn place_of(&self, hash: u128) -> usize {
        let mask = self.places.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let place = self.places[at];
            if place == 0 || self.hashes[place as usize - 1] == hash {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let size = (self.places.len() * 2).max(64);
        // The old table goes before the new one comes, so that the two never lie side by side.
        self.places = Vec::new();
        self.places.resize(size, 0);
        for (number, &hash) in (1..).zip(&self.hashes) {
            let mut at = hash as usize & (size - 1);
            while self.places[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            self.places[at] = number;
        }
    }
}

#[inline]
fn hash(id: &str) -> u128 {
    SECRET.long.hash(id.as_bytes()).as_u128()
}

#[cfg(test)]
mod tests {
    use super::Keys;

    #[test]
    fn numbers_follow_first_appearance() {
        let mut keys = Keys::default();
        assert!(!keys.contains("a"));
        let numbers = ["b", "a", "", "b", "ä", "a"].map(|id| keys.intern(id));
        assert_eq!(numbers, [Some(0), Some(1), Some(2), Some(0), Some(3), Some(1)]);
        assert_eq!(["a", "c", "", "ä"].map(|id| keys.contains(id)), [true, false, true, true]);
    }

    #[test]
    fn many_ids_keep_their_numbers_while_it_grows() {
        let mut keys = Keys::default();
        for round in 0..2 {
            for n in 0..20_000_u32 {
                assert_eq!(keys.intern(&format!("shopper-{n}")), Some(n), "round {round}");
            }
        }
        assert_eq!(keys.len(), 20_000);
    }

    #[test]
    fn another_dictionary_is_taken_over_in_its_order() {
        let (mut all, mut more) = (Keys::default(), Keys::default());
        assert_eq!(["a", "b"].map(|id| all.intern(id)), [Some(0), Some(1)]);
        assert_eq!(["c", "b", "d"].map(|id| more.intern(id)), [Some(0), Some(1), Some(2)]);
        assert_eq!(all.take(&more), Some(vec![2, 1, 3]));
    }

    /// A dump of everything that a dictionary keeps holds no id.
    #[test]
    fn nothing_of_an_id_is_kept() {
        let mut keys = Keys::default();
        keys.intern("anna@shop.example");
        let shown = format!("{keys:?}");
        assert!(!shown.contains("anna"), "{shown}");
        assert!(keys.hashes.iter().all(|hash| !hash.to_le_bytes().windows(4).any(|bytes| bytes == b"anna")));
    }
}
