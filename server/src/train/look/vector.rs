//! Arithmetic on short dense vectors, in one fixed order.
//!
//! Sums run in sixteen lanes, which a compiler can put into vector registers and which are added up in a fixed order,
//! so results do not depend on the machine.

const LANES: usize = 16;

/// Sum of products.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (left, right) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut lanes = [0.0f32; LANES];
    for (a, b) in left.0.iter().zip(right.0) {
        for lane in 0..LANES {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = left.1.iter().zip(right.1).map(|(a, b)| a * b).sum();
    let mut width = LANES;
    while width > 1 {
        width /= 2;
        for lane in 0..width {
            lanes[lane] += lanes[lane + width];
        }
    }
    lanes[0] + rest
}

/// Adds `scale` times `other`.
pub(super) fn add_scaled(to: &mut [f32], scale: f32, other: &[f32]) {
    to.iter_mut().zip(other).for_each(|(to, other)| *to += scale * other);
}

/// With length 1; what has next to no length becomes nothing.
pub(super) fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let length = dot(&vector, &vector).sqrt();
    vector.iter_mut().for_each(|value| *value = if length > 1e-6 { *value / length } else { 0.0 });
    vector
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_lengths_are_right() {
        let numbers: Vec<f32> = (1..=19).map(|n| n as f32).collect();
        assert_eq!(dot(&numbers, &numbers), 2470.0);
        assert_eq!(unit(vec![3.0, 4.0]), [0.6, 0.8]);
        assert_eq!(unit(vec![0.0, 1e-9]), [0.0, 0.0]);
        let mut to = vec![1.0, 2.0];
        add_scaled(&mut to, 2.0, &[10.0, 20.0]);
        assert_eq!(to, [21.0, 42.0]);
    }
}
