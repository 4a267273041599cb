//! A set of item positions: a short list while it is small, then one bit each.

/// A list this long is searched as fast as a bit is found, and costs no memory by position.
const FEW: usize = 32;

/// Which positions are in. Asking beyond the end is fine and says no.
#[derive(Debug, Clone, Default)]
pub(crate) struct Positions {
    /// Empty once there are words.
    few: Vec<u32>,
    words: Vec<u64>,
}

impl Positions {
    /// Takes all out, and keeps the room for the next ones.
    pub(crate) fn clear(&mut self) {
        self.few.clear();
        self.words.clear();
    }

    /// Adds a position; `false` when it was there already.
    pub(crate) fn add(&mut self, position: u32) -> bool {
        if self.has(position) {
            return false;
        }
        if self.words.is_empty() && self.few.len() < FEW {
            self.few.push(position);
            return true;
        }
        while let Some(known) = self.few.pop() {
            self.set(known);
        }
        self.set(position);
        true
    }

    fn set(&mut self, position: u32) {
        let word = position as usize / 64;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << (position % 64);
    }

    /// Takes a position out again.
    pub(crate) fn remove(&mut self, position: u32) {
        self.few.retain(|known| *known != position);
        if let Some(word) = self.words.get_mut(position as usize / 64) {
            *word &= !(1u64 << (position % 64));
        }
    }

    /// Whether a position is in.
    pub(crate) fn has(&self, position: u32) -> bool {
        let word = self.words.get(position as usize / 64).copied().unwrap_or(0);
        word & (1u64 << (position % 64)) != 0 || self.few.contains(&position)
    }
}

#[cfg(test)]
mod tests {
    use super::Positions;

    #[test]
    fn what_was_added_is_in() {
        let mut positions = Positions::default();
        assert!(positions.add(200) && positions.add(0) && !positions.add(200));
        assert!(positions.has(0) && positions.has(200) && !positions.has(199) && !positions.has(9_999));
        positions.remove(200);
        assert!(positions.has(0) && !positions.has(200));
        for position in 0..100 {
            assert_eq!(positions.add(3 * position), position != 0, "{position}");
        }
        assert!((0..300).all(|position| positions.has(position) == (position % 3 == 0)));
        positions.clear();
        assert!(!(0..300).any(|position| positions.has(position)) && positions.add(7) && !positions.add(7));
    }
}
