//! Scales: where a number stands on the paper, and which numbers get a line.

use crate::progress::thousands;

/// How far apart numbers stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spacing {
    /// By their difference.
    Linear,
    /// By their ratio; only numbers above zero have a place.
    Logarithmic,
}

/// From numbers to places. Invariant: both ends are finite and differ; those of a logarithmic scale are above zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    spacing: Spacing,
    numbers: (f64, f64),
    places: (f64, f64),
    step: f64,
}

impl Scale {
    /// From a round number to a round number, with all of `numbers` between them.
    pub(super) fn linear(numbers: impl Iterator<Item = f64>, places: (f64, f64), lines: usize) -> Self {
        let (low, high) = ends(numbers.filter(|number| number.is_finite()));
        let (low, high) = if high > low { (low, high) } else { (low - room(low), low + room(low)) };
        let step = round_step((high - low) / lines.max(1) as f64);
        let numbers = ((low / step).floor() * step, (high / step).ceil() * step);
        Scale { spacing: Spacing::Linear, numbers, places, step }
    }

    /// With all of `numbers` between its ends, and some room beside them.
    pub(super) fn logarithmic(numbers: impl Iterator<Item = f64>, places: (f64, f64)) -> Self {
        const ROOM: f64 = 1.18;
        let (low, high) = ends(numbers.filter(|number| number.is_finite() && *number > 0.0));
        let (low, high) = if low > 0.0 { (low / ROOM, high * ROOM) } else { (1.0, 10.0) };
        let step = round_step((high - low) / 6.0);
        Scale { spacing: Spacing::Logarithmic, numbers: (low, high), places, step }
    }

    /// The place of a number; numbers beyond the ends stand at the ends.
    pub(super) fn place(&self, number: f64) -> f64 {
        let (low, high) = self.numbers;
        let number = if number.is_finite() { number.clamp(low, high) } else { low };
        let share = match self.spacing {
            Spacing::Linear => (number - low) / (high - low),
            Spacing::Logarithmic => (number / low).ln() / (high / low).ln(),
        };
        self.places.0 + share * (self.places.1 - self.places.0)
    }

    /// Round numbers worth a line, with their names.
    pub(super) fn lines(&self) -> Vec<(f64, String)> {
        let round: Vec<f64> = match self.spacing {
            Spacing::Linear => self.even(),
            Spacing::Logarithmic => {
                let decades = self.decades();
                if decades.len() < 3 { self.even() } else { decades }
            }
        };
        let decimals = round.windows(2).map(|pair| decimals(pair[1] - pair[0])).max().unwrap_or(0);
        let name = |number: f64| match self.spacing {
            Spacing::Linear => format!("{number:.decimals$}"),
            Spacing::Logarithmic => short(number),
        };
        round.into_iter().map(|number| (number, name(number))).collect()
    }

    /// Every step; a whole number of steps from zero.
    fn even(&self) -> Vec<f64> {
        let (low, high) = self.numbers;
        let slack = self.step * 1e-6;
        let first = ((low - slack) / self.step).ceil() as i64;
        let last = ((high + slack) / self.step).floor() as i64;
        (first..=last).map(|at| at as f64 * self.step).collect()
    }

    /// 1, 2 and 5 of every power of ten; the powers alone where there are many.
    fn decades(&self) -> Vec<f64> {
        let (low, high) = self.numbers;
        let powers = low.log10().floor() as i32..=high.log10().ceil() as i32;
        let parts: &[f64] = if high / low > 2000.0 { &[1.0] } else { &[1.0, 2.0, 5.0] };
        let all = powers.flat_map(|power| parts.iter().map(move |part| part * 10f64.powi(power)));
        all.filter(|number| (low..=high).contains(number)).collect()
    }
}

fn ends(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = numbers
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), number| (low.min(number), high.max(number)));
    if low > high { (0.0, 0.0) } else { (low, high) }
}

/// What stands on either side of a number that is alone.
fn room(number: f64) -> f64 {
    if number == 0.0 { 1.0 } else { number.abs() * 0.1 }
}

/// The next of 1, 2, 5, 10, 20, 50 … that is not smaller.
fn round_step(least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    let part = [1.0, 2.0, 5.0].into_iter().find(|part| part * power >= least * 0.999_999);
    part.unwrap_or(10.0) * power
}

fn decimals(step: f64) -> usize {
    (-(step.log10() + 1e-9).floor()).clamp(0.0, 6.0) as usize
}

/// A number above zero with three digits that count, or all before the point.
pub fn short(number: f64) -> String {
    if !number.is_finite() {
        return "-".to_owned();
    }
    if number.abs() >= 100.0 {
        let sign = if number < 0.0 { "-" } else { "" };
        return format!("{sign}{}", thousands(number.abs().round() as u64));
    }
    let decimals = if number.abs() >= 10.0 { 1 } else { 2 };
    let text = format!("{number:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(scale: &Scale) -> Vec<String> {
        scale.lines().into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn a_linear_scale_ends_at_round_numbers() {
        let scale = Scale::linear([0.231, 0.268].into_iter(), (100.0, 0.0), 4);
        assert_eq!(names(&scale), ["0.23", "0.24", "0.25", "0.26", "0.27"]);
        assert!((scale.place(0.25) - 50.0).abs() < 1e-9 && (scale.place(9.0) - 0.0).abs() < 1e-9);
    }

    #[test]
    fn a_logarithmic_scale_spaces_by_ratio() {
        let scale = Scale::logarithmic([10.0, 1000.0].into_iter(), (0.0, 100.0));
        assert!((scale.place(100.0) - 50.0).abs() < 1e-9);
        assert_eq!(names(&scale), ["10", "20", "50", "100", "200", "500", "1,000"]);
        let near = Scale::logarithmic([61.0, 68.0].into_iter(), (0.0, 100.0));
        assert!(names(&near).len() >= 3, "{:?}", names(&near));
    }

    #[test]
    fn numbers_that_cannot_be_are_no_trouble() {
        for numbers in [vec![], vec![0.5], vec![0.0], vec![f64::NAN, f64::INFINITY], vec![-1.0]] {
            for scale in [
                Scale::linear(numbers.iter().copied(), (0.0, 10.0), 4),
                Scale::logarithmic(numbers.iter().copied(), (0.0, 10.0)),
            ] {
                assert!((0.0..=10.0).contains(&scale.place(0.5)), "{numbers:?}");
                assert!((0.0..=10.0).contains(&scale.place(f64::NAN)), "{numbers:?}");
                assert!(scale.lines().len() < 30, "{numbers:?}");
            }
        }
    }

    #[test]
    fn numbers_are_written_short() {
        let table =
            [(0.25, "0.25"), (2.0, "2"), (12.34, "12.3"), (99.0, "99"), (12_345.6, "12,346"), (-0.5, "-0.5")];
        for (number, expected) in table {
            assert_eq!(short(number), expected);
        }
    }
}
