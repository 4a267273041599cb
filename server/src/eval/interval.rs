//! How sure a mean is: drawing the cases again, many times.
//!
//! The draws come from a counter and a mixing function, so that the same cases
//! give the same interval everywhere.

use rayon::prelude::*;

use crate::chance::mixed;

/// Where a mean lies with 95 % confidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The intervals of the means of several figures; `None` when nothing is to be drawn.
pub(super) fn intervals<const N: usize>(values: &[[f64; N]], resamples: u32) -> Option<[Interval; N]> {
    if resamples == 0 || values.is_empty() {
        return None;
    }
    let means: Vec<[f64; N]> =
        (0..u64::from(resamples)).into_par_iter().map(|draw| mean_of_draw(values, draw)).collect();
    Some(std::array::from_fn(|figure| {
        let mut means: Vec<f64> = means.iter().map(|means| means[figure]).collect();
        means.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| means[((means.len() - 1) as f64 * share).round() as usize];
        Interval { low: at(0.025), high: at(0.975) }
    }))
}

fn mean_of_draw<const N: usize>(values: &[[f64; N]], draw: u64) -> [f64; N] {
    let mut sums = [0.0; N];
    for at in 0..values.len() as u64 {
        let picked = &values[(mixed((draw << 32) ^ at) % values.len() as u64) as usize];
        for (sum, value) in sums.iter_mut().zip(picked) {
            *sum += value;
        }
    }
    sums.map(|sum| sum / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 400 cases, half of them hits: the mean's standard error is 0.5 / 20 = 0.025, and 1.96 of them is 0.049.
    #[test]
    fn the_interval_is_as_wide_as_theory_says() {
        let values: Vec<[f64; 1]> = (0..400).map(|at| [f64::from(at % 2)]).collect();
        let [found] = intervals(&values, 2000).expect("values");
        assert!((found.low - 0.451).abs() < 0.008 && (found.high - 0.549).abs() < 0.008, "{found:?}");
        assert_eq!(intervals(&values, 2000), Some([found]));
        assert_eq!(intervals::<1>(&[], 10), None);
    }
}
