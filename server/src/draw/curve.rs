//! Quality against the privacy floor: a small curve with a strip below it.
//!
//! The curve shows what a list scores at each floor, the dashed line what needs no
//! learning, the ring the floor that is set; the strip how many places fallbacks
//! had to fill.

use super::scale::Scale;
use crate::markup::{Length, Markup};

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Tells drawings of one page apart.
    pub id: String,
    /// The list.
    pub title: String,
    /// What quality is measured by.
    pub quality: String,
    /// (floor, quality, share of places that fallbacks filled), floors rising.
    pub floors: Vec<(u32, f64, f64)>,
    /// The floor that is set, and what it scores.
    pub chosen: (u32, f64),
    /// What popularity scores.
    pub popularity: f64,
}

const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 268.0;
const LEFT: f64 = 48.0;
const RIGHT: f64 = WIDTH - 18.0;
const TOP: f64 = 46.0;
const FLOOR: f64 = 182.0;
const STRIP: (f64, f64) = (204.0, 228.0);

/// Draws one curve, in the colours of the page that it is part of.
pub fn curve(curve: &Curve) -> Markup {
    let (name, about) = (format!("{}-title", curve.id), format!("{}-about", curve.id));
    let named = format!("{name} {about}");
    let size = format!("0 0 {WIDTH} {HEIGHT}");
    let mut out = Markup::default();
    let attributes: [(&'static str, &dyn std::fmt::Display); 4] =
        [("viewBox", &size), ("class", &"chart"), ("role", &"img"), ("aria-labelledby", &named)];
    out.element("svg", &attributes, |out| {
        out.say(
            "title",
            &[("id", &name)],
            &format!("{} of {} at each privacy floor", curve.quality, curve.title),
        );
        out.say("desc", &[("id", &about)], &in_words(curve));
        out.say("text", &[("class", &"name"), ("x", &4), ("y", &16)], &curve.title);
        out.say("text", &[("class", &"quiet"), ("x", &4), ("y", &33)], &curve.quality);
        let floors = curve.floors.iter().map(|(floor, ..)| *floor).chain([curve.chosen.0]);
        let across = Scale::logarithmic(floors.map(f64::from), (LEFT, RIGHT));
        lines(out, curve, &across);
        strip(out, curve, &across);
    });
    out
}

fn in_words(curve: &Curve) -> String {
    let floors: Vec<String> = curve
        .floors
        .iter()
        .map(|(floor, quality, filled)| {
            format!("floor {floor}: {quality:.4}, {:.1} % of the places filled by fallbacks", 100.0 * filled)
        })
        .collect();
    let (floor, quality) = curve.chosen;
    format!("{}. Set: floor {floor}, {quality:.4}. Popularity: {:.4}.", floors.join("; "), curve.popularity)
}

fn lines(out: &mut Markup, curve: &Curve, across: &Scale) {
    let qualities = curve.floors.iter().map(|(_, quality, _)| *quality);
    let up = Scale::linear(qualities.chain([curve.chosen.1, curve.popularity, 0.0]), (FLOOR, TOP), 4);
    for (number, name) in up.lines() {
        let y = Length(up.place(number));
        out.leaf("line", &[("class", &"grid"), ("x1", &LEFT), ("x2", &RIGHT), ("y1", &y), ("y2", &y)]);
        let at = [
            ("class", &"quiet" as _),
            ("x", &(LEFT - 6.0) as _),
            ("y", &Length(y.0 + 4.0) as _),
            ("text-anchor", &"end" as _),
        ];
        out.say("text", &at, &name);
    }
    let y = up.place(curve.popularity);
    out.leaf(
        "line",
        &[("class", &"other"), ("x1", &LEFT), ("x2", &RIGHT), ("y1", &Length(y)), ("y2", &Length(y))],
    );
    out.say(
        "text",
        &[("class", &"other-name"), ("x", &RIGHT), ("y", &Length(y - 5.0)), ("text-anchor", &"end")],
        "popularity",
    );
    let place =
        |floor: u32, quality: f64| (Length(across.place(f64::from(floor))), Length(up.place(quality)));
    let path: Vec<String> = curve
        .floors
        .iter()
        .map(|(floor, quality, _)| {
            let (x, y) = place(*floor, *quality);
            format!("{x},{y}")
        })
        .collect();
    out.leaf("polyline", &[("class", &"line"), ("points", &path.join(" "))]);
    for (floor, quality, _) in &curve.floors {
        let (x, y) = place(*floor, *quality);
        out.leaf("circle", &[("class", &"best"), ("cx", &x), ("cy", &y), ("r", &4)]);
    }
    let (x, y) = place(curve.chosen.0, curve.chosen.1);
    out.leaf("circle", &[("class", &"ring"), ("cx", &x), ("cy", &y), ("r", &8)]);
}

/// The share of filled places as bars, and the floors below them.
fn strip(out: &mut Markup, curve: &Curve, across: &Scale) {
    let (top, floor_line) = STRIP;
    let at = [("class", &"quiet" as _), ("x", &4 as _), ("y", &Length(top - 6.0) as _)];
    out.say("text", &at, "filled by fallbacks");
    for (floor, _, filled) in &curve.floors {
        let share = if filled.is_finite() { filled.clamp(0.0, 1.0) } else { 0.0 };
        let (x, height) = (across.place(f64::from(*floor)), (floor_line - top) * share);
        let (left, up) = (Length(x - 9.0), Length(floor_line - height));
        out.leaf(
            "rect",
            &[("class", &"fill"), ("x", &left), ("y", &up), ("width", &18), ("height", &Length(height))],
        );
        let middle = [("x", &Length(x) as _), ("text-anchor", &"middle" as _)];
        let percent = format!("{:.0} %", 100.0 * share);
        out.say(
            "text",
            &[middle[0], middle[1], ("y", &Length(floor_line + 14.0)), ("class", &"quiet")],
            &percent,
        );
        let name = if *floor == curve.chosen.0 { "name" } else { "quiet" };
        out.say(
            "text",
            &[middle[0], middle[1], ("y", &Length(floor_line + 31.0)), ("class", &name)],
            &floor.to_string(),
        );
    }
    out.leaf(
        "line",
        &[("class", &"axis"), ("x1", &LEFT), ("x2", &RIGHT), ("y1", &floor_line), ("y2", &floor_line)],
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_says_every_floor() {
        let drawn = curve(&Curve {
            id: "next".to_owned(),
            title: "next".to_owned(),
            quality: "NDCG@20".to_owned(),
            floors: vec![(1, 0.3, 0.0), (2, 0.28, 0.05), (20, 0.1, 0.6)],
            chosen: (3, 0.25),
            popularity: 0.05,
        });
        let text = drawn.as_str();
        assert!(text.contains("floor 2: 0.2800, 5.0 % of the places filled by fallbacks"), "{text}");
        assert!(text.contains("Set: floor 3, 0.2500. Popularity: 0.0500."), "{text}");
        assert_eq!(text.matches("class=\"best\"").count(), 3, "{text}");
        assert!(text.contains(">60 %<") && !text.contains("NaN"), "{text}");
    }
}
