//! From what a model answers to one vector of length 1.

use super::error::OnnxError;

/// Values are cut to multiples of this: the last bits, in which processors differ, hardly ever matter.
const GRAIN: f32 = 1.0 / 16_384.0;

/// The mean of the rows whose mask is not 0; `values` has one row per mask.
pub(super) fn mean(values: &[f32], mask: &[i64]) -> Vec<f32> {
    let width = values.len() / mask.len().max(1);
    let mut sum = vec![0.0f32; width];
    let rows = || values.chunks_exact(width.max(1)).zip(mask).filter(|(_, mask)| **mask != 0);
    let count = rows().count().max(1) as f32;
    rows().for_each(|(row, _)| sum.iter_mut().zip(row).for_each(|(sum, value)| *sum += value));
    sum.iter_mut().for_each(|sum| *sum /= count);
    sum
}

/// With length 1; what has next to no length becomes nothing.
pub(super) fn unit(mut vector: Vec<f32>) -> Result<Vec<f32>, OnnxError> {
    let square = vector.iter().map(|value| f64::from(*value) * f64::from(*value)).sum::<f64>();
    if !square.is_finite() {
        return Err(OnnxError::Values);
    }
    let scale = if square > 1e-24 { (1.0 / square.sqrt()) as f32 } else { 0.0 };
    vector.iter_mut().for_each(|value| *value = (*value * scale / GRAIN).round() * GRAIN);
    Ok(vector)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_no_part_of_a_mean() {
        let values = [1.0, 2.0, 3.0, 6.0, 100.0, 100.0];
        assert_eq!(mean(&values, &[1, 1, 0]), [2.0, 4.0]);
        assert_eq!(mean(&values, &[0, 0, 0]), [0.0, 0.0]);
        assert_eq!(mean(&[], &[]), Vec::<f32>::new());
    }

    #[test]
    fn vectors_have_length_one_or_none() {
        let found = unit(vec![3.0, 4.0]).unwrap();
        assert!((found[0] - 0.6).abs() < GRAIN && (found[1] - 0.8).abs() < GRAIN, "{found:?}");
        assert_eq!(unit(vec![0.0, 0.0]).unwrap(), [0.0, 0.0]);
        assert_eq!(unit(vec![1.0, f32::NAN]), Err(OnnxError::Values));
        assert_eq!(unit(vec![f32::INFINITY]), Err(OnnxError::Values));
        // A hair of difference is none.
        assert_eq!(unit(vec![0.3, 0.7]), unit(vec![0.300_000_1, 0.7]));
    }
}
