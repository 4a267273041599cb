//! A set of item positions: one bit each.

/// Which positions are in. Asking beyond the end is fine and says no.
#[derive(Debug, Clone, Default)]
pub(crate) struct Positions {
    words: Vec<u64>,
}

impl Positions {
    /// Adds a position; `false` when it was there already.
    pub(crate) fn add(&mut self, position: u32) -> bool {
        let (word, bit) = (position as usize / 64, 1u64 << (position % 64));
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        let new = self.words[word] & bit == 0;
        self.words[word] |= bit;
        new
    }

    /// Takes a position out again.
    pub(crate) fn remove(&mut self, position: u32) {
        if let Some(word) = self.words.get_mut(position as usize / 64) {
            *word &= !(1u64 << (position % 64));
        }
    }

    /// Whether a position is in.
    pub(crate) fn has(&self, position: u32) -> bool {
        let word = self.words.get(position as usize / 64).copied().unwrap_or(0);
        word & (1u64 << (position % 64)) != 0
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
    }
}
