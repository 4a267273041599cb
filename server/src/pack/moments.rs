//! Moments of the contract into the seconds of a model.
//!
//! A model counts from 1970 in 32 bits: its first second stands for no start, its
//! last one (in 2106) for no end. Shoppers' clocks stand between the two.

/// The nearest second that a model can say.
pub(super) fn second(moment: i64) -> u32 {
    moment.clamp(0, u32::MAX.into()) as u32
}

#[cfg(test)]
mod tests {
    use super::second;
    use crate::catalogue::ALWAYS;

    #[test]
    fn moments_beyond_the_model_are_no_start_and_no_end() {
        assert_eq!((second(ALWAYS.0), second(ALWAYS.1)), (0, u32::MAX));
        assert_eq!((second(-1), second(0), second(1_763_000_000)), (0, 0, 1_763_000_000));
        assert_eq!((second(4_294_967_295), second(4_294_967_296)), (u32::MAX, u32::MAX));
    }
}
