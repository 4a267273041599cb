//! Names beside marks, out of each other's way.
//!
//! One name after the other takes the place that disturbs least: free places near
//! its mark first, then further ones with a line to the mark. Invariant: places
//! depend on the order of the marks and nothing else, and lie within the bounds
//! whenever there is a place that does.

/// An upright box on the paper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Where a name stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Placed {
    /// What it covers.
    pub(super) area: Area,
    /// Whether it is far enough from its mark to need a line.
    pub(super) far: bool,
}

/// Height of a line of text.
pub(super) const LINE: f64 = 16.0;
/// Distances from a mark that are tried.
const DISTANCES: [f64; 4] = [10.0, 24.0, 42.0, 66.0];
/// Directions that are tried, the pleasant ones first.
const DIRECTIONS: [(f64, f64); 8] =
    [(1.0, 0.0), (0.0, -1.0), (-1.0, 0.0), (0.0, 1.0), (0.8, -0.8), (0.8, 0.8), (-0.8, -0.8), (-0.8, 0.8)];

impl Area {
    /// What a mark covers.
    pub(super) fn around(x: f64, y: f64, radius: f64) -> Self {
        Area { left: x - radius, top: y - radius, width: 2.0 * radius, height: 2.0 * radius }
    }

    /// How much of this the other covers.
    fn shared(&self, other: &Area) -> f64 {
        let overlap = |from: f64, length: f64, other_from: f64, other_length: f64| {
            ((from + length).min(other_from + other_length) - from.max(other_from)).max(0.0)
        };
        overlap(self.left, self.width, other.left, other.width)
            * overlap(self.top, self.height, other.top, other.height)
    }

    fn size(&self) -> f64 {
        self.width * self.height
    }
}

/// About how wide a bold text is, rather more than less.
pub(super) fn width_of(text: &str) -> f64 {
    let letter = |letter: char| match letter {
        'i' | 'j' | 'l' | 't' | 'f' | '.' | ',' | ' ' | '-' | '\'' => 4.4,
        'm' | 'w' | 'M' | 'W' | '@' => 11.5,
        'A'..='Z' => 9.2,
        letter if letter.is_ascii() => 7.6,
        _ => 13.0,
    };
    text.chars().map(letter).sum::<f64>() * 1.08
}

/// The place of every name: `marks` are where they belong, `taken` is what they must not cover, marks included.
pub(super) fn labels(marks: &[(f64, f64, f64)], taken: &[Area], bounds: Area) -> Vec<Placed> {
    let mut taken = taken.to_vec();
    let mut placed = Vec::new();
    for &(x, y, width) in marks {
        let mut best: Option<(f64, Placed)> = None;
        for (ring, distance) in DISTANCES.into_iter().enumerate() {
            for (turn, direction) in DIRECTIONS.into_iter().enumerate() {
                let area = beside((x, y), direction, distance, width);
                let covered: f64 = taken.iter().map(|other| area.shared(other)).sum();
                let outside = area.size() - area.shared(&bounds);
                let cost = 20.0 * covered + 200.0 * outside + 30.0 * ring as f64 + turn as f64;
                if best.is_none_or(|(least, _)| cost < least) {
                    best = Some((cost, Placed { area, far: ring > 0 }));
                }
            }
        }
        let (_, place) = best.expect("there are directions and distances");
        taken.push(place.area);
        placed.push(place);
    }
    placed
}

/// The box of a text of this width in a direction from a mark.
fn beside((x, y): (f64, f64), (right, down): (f64, f64), distance: f64, width: f64) -> Area {
    let (x, y) = (x + right * distance, y + down * distance);
    let left = if right > 0.0 {
        x
    } else if right < 0.0 {
        x - width
    } else {
        x - width / 2.0
    };
    Area { left, top: y - LINE / 2.0 + down * LINE / 2.0, width, height: LINE }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAPER: Area = Area { left: 0.0, top: 0.0, width: 400.0, height: 300.0 };

    #[test]
    fn a_name_alone_stands_to_the_right_and_at_the_edge_to_the_left() {
        let mark = |x: f64| [(x, 100.0, 60.0)];
        let place = |x: f64| labels(&mark(x), &[Area::around(x, 100.0, 6.0)], PAPER)[0];
        assert!((place(100.0).area.left - 110.0).abs() < 1e-9 && !place(100.0).far);
        assert!(place(390.0).area.left + 60.0 <= 400.0);
    }

    /// Nine marks in a heap: no name covers another or a mark.
    #[test]
    fn names_keep_out_of_each_others_way() {
        let marks: Vec<(f64, f64, f64)> = (0..9)
            .map(|at| (180.0 + 9.0 * f64::from(at % 3), 150.0 + 7.0 * f64::from(at / 3), 50.0))
            .collect();
        let taken: Vec<Area> = marks.iter().map(|&(x, y, _)| Area::around(x, y, 5.0)).collect();
        let placed = labels(&marks, &taken, PAPER);
        for (at, one) in placed.iter().enumerate() {
            assert!(one.area.shared(&PAPER) > one.area.size() - 1e-6, "{one:?} is outside");
            let others = placed[at + 1..].iter().map(|other| &other.area).chain(&taken);
            let covered: f64 = others.map(|other| one.area.shared(other)).sum();
            assert!(covered < 1.0, "{one:?} covers {covered}");
        }
    }
}
