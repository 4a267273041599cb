//! A positive number in one byte: five bits of exponent, three of fraction.
//!
//! Scales of quantised rows use it: one byte instead of four, and coarse enough
//! that a hair's change in training does not change the bytes of a shard.

/// A number `(8 + fraction) * 2^(exponent - 23)`; the byte 0 is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SmallFloat(pub u8);

impl SmallFloat {
    /// Zero.
    pub const ZERO: Self = Self(0);

    /// The same, or the next larger number with one bit less of fraction: fewer different ones pack better. The largest of
    /// all stays.
    pub fn coarser(self) -> Self {
        Self(self.0.saturating_add(self.0 & 1) & 0xfe | u8::from(self.0 == u8::MAX))
    }

    /// The exact value.
    pub fn value(self) -> f32 {
        if self.0 == 0 {
            return 0.0;
        }
        let exponent = u32::from(self.0 >> 3);
        let fraction = u32::from(self.0 & 7);
        // 2^(exponent - 20) * (1 + fraction/8), built from its bits.
        f32::from_bits(((exponent + 127 - 20) << 23) | (fraction << 20))
    }
}

/// The smallest small float that is not below `value`; the largest there is when none is.
/// Values that are not above zero give zero.
pub fn small_float_at_least(value: f32) -> SmallFloat {
    if !(value > 0.0) {
        return SmallFloat::ZERO;
    }
    let found = (1..=255u8).map(SmallFloat).find(|candidate| candidate.value() >= value);
    found.unwrap_or(SmallFloat(255))
}

#[cfg(test)]
mod tests {
    use super::{SmallFloat, small_float_at_least};

    #[test]
    fn values_grow_with_the_byte() {
        let values: Vec<f32> = (0..=255).map(|byte| SmallFloat(byte).value()).collect();
        assert!(values.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(SmallFloat(160).value(), 1.0);
        assert_eq!(SmallFloat(255).value(), 3840.0);
    }

    #[test]
    fn rounding_is_upwards_and_close() {
        for value in [1e-6f32, 0.001, 0.07, 0.9999, 1.0, 1.0001, 77.7] {
            let found = small_float_at_least(value).value();
            assert!(found >= value && found <= value * 1.13, "{value} gave {found}");
        }
        assert_eq!(
            [0, 1, 2, 253, 254, 255].map(|byte| SmallFloat(byte).coarser().0),
            [0, 2, 2, 254, 254, 255]
        );
        assert_eq!(small_float_at_least(0.0), SmallFloat::ZERO);
        assert_eq!(small_float_at_least(f32::NAN), SmallFloat::ZERO);
        assert_eq!(small_float_at_least(1e30), SmallFloat(255));
    }
}
