//! Chance that falls the same way every time: numbers mixed until nothing of their order is left.

/// One step of splitmix64: neighbouring numbers give unrelated bits.
pub fn mixed(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::mixed;

    #[test]
    fn neighbours_have_nothing_in_common() {
        let tenth = (0..10_000u64).filter(|number| mixed(*number).is_multiple_of(10)).count();
        assert!((900..1100).contains(&tenth), "{tenth}");
        let flipped: u32 = (0..1000u64).map(|number| (mixed(number) ^ mixed(number + 1)).count_ones()).sum();
        assert!((31_000..33_000).contains(&flipped), "{flipped}");
    }
}
