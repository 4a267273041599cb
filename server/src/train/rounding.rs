//! Numbers cut to few bits, so that sums do not depend on their order.
//!
//! Deliberately not the quantisation of the wire: nothing here saves bytes.
//! Invariant: multiples of [`GRAIN`] below 2^33 add up exactly in f64, in any
//! order, so counts come out the same however rows are numbered or split.

/// The smallest step of an exact weight.
const GRAIN: f64 = 1.0 / 1_048_576.0;

/// Nearest multiple of the grain: sums of such values are exact.
pub(super) fn exact(value: f64) -> f64 {
    (value / GRAIN).round() * GRAIN
}

/// Keeps `bits` significant bits, so that a hair of difference in the data is no difference in the result.
pub(super) fn significant(value: f64, bits: i32) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    let mut unit = 1.0;
    let top = f64::from(1u32 << bits);
    while value.abs() / unit >= top {
        unit *= 2.0;
    }
    while value.abs() / unit < top / 2.0 {
        unit /= 2.0;
    }
    (value / unit).round() * unit
}

#[cfg(test)]
mod tests {
    use super::{exact, significant};

    #[test]
    fn three_bits_are_kept() {
        for (value, expected) in
            [(1.0, 1.0), (8.9, 8.0), (9.0, 10.0), (0.3, 0.3125), (1000.0, 1024.0), (0.0, 0.0)]
        {
            assert_eq!(significant(value, 3), expected, "{value}");
        }
    }

    #[test]
    fn exact_values_add_up_in_any_order() {
        let values: Vec<f64> = (1..2000).map(|n| exact(f64::from(n).powf(-0.7))).collect();
        let forward: f64 = values.iter().sum();
        let backward: f64 = values.iter().rev().sum();
        assert_eq!(forward.to_bits(), backward.to_bits());
    }
}
