//! A cloud of marks: how good each model is, against what it costs.
//!
//! Costs stand on a logarithmic scale, quality on a linear one with its interval.
//! Marks that no cheaper mark reaches are filled and joined by a line.

use super::label::{Area, LINE, labels, width_of};
use super::scale::{Scale, short};
use super::style::{COLOURS, STYLE};
use crate::markup::{Length, Markup};

/// One model.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// What stands beside the mark.
    pub name: String,
    /// What it costs; above zero.
    pub cost: f64,
    /// How good it is.
    pub quality: f64,
    /// Where that lies with 95 % confidence.
    pub interval: Option<(f64, f64)>,
}

/// Marks against one kind of cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Cloud {
    /// What the cost is, with its unit.
    pub cost: String,
    /// The models.
    pub marks: Vec<Mark>,
}

const WIDTH: f64 = 780.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = WIDTH - 28.0;
const HEAD: f64 = 84.0;
const PLOT: f64 = 320.0;
const FOOT: f64 = 68.0;
const RADIUS: f64 = 6.0;

/// Draws clouds of the same models below each other, as a drawing that stands alone. `id` tells drawings of one page
/// apart.
pub fn points(id: &str, title: &str, quality: &str, clouds: &[Cloud]) -> Markup {
    let height = HEAD + clouds.len() as f64 * (PLOT + FOOT);
    let size = format!("0 0 {WIDTH} {height}");
    let (name, about) = (format!("{id}-title"), format!("{id}-about"));
    let named = format!("{name} {about}");
    let mut out = Markup::default();
    let attributes: [(&'static str, &dyn std::fmt::Display); 7] = [
        ("xmlns", &"http://www.w3.org/2000/svg"),
        ("viewBox", &size),
        ("width", &WIDTH),
        ("height", &height),
        ("class", &"chart"),
        ("role", &"img"),
        ("aria-labelledby", &named),
    ];
    out.element("svg", &attributes, |out| {
        out.say("title", &[("id", &name)], title);
        out.say("desc", &[("id", &about)], &in_words(quality, clouds));
        out.element("style", &[], |out| {
            out.raw(COLOURS);
            out.raw(STYLE);
        });
        out.leaf("rect", &[("class", &"paper"), ("width", &"100%"), ("height", &"100%")]);
        out.say("text", &[("class", &"head"), ("x", &24), ("y", &36)], title);
        out.say(
            "text",
            &[("class", &"quiet"), ("x", &24), ("y", &58)],
            &format!("{quality}, with 95 % intervals. Filled: nothing that costs less is as good."),
        );
        for (at, cloud) in clouds.iter().enumerate() {
            let top = HEAD + at as f64 * (PLOT + FOOT);
            draw(out, cloud, quality, top);
        }
    });
    out
}

/// Everything the drawing shows.
fn in_words(quality: &str, clouds: &[Cloud]) -> String {
    let mut words = String::new();
    for Cloud { cost, marks } in clouds {
        let marks: Vec<String> = marks
            .iter()
            .map(|mark| {
                let interval =
                    mark.interval.map_or(String::new(), |(low, high)| format!(" ({low:.4} to {high:.4})"));
                format!("{}: {:.4}{interval} at {}", mark.name, mark.quality, short(mark.cost))
            })
            .collect();
        words.push_str(&format!("{quality} against {cost}. {}. ", marks.join("; ")));
    }
    words.trim_end().to_owned()
}

fn draw(out: &mut Markup, cloud: &Cloud, quality: &str, top: f64) {
    let across = Scale::logarithmic(cloud.marks.iter().map(|mark| mark.cost), (LEFT, RIGHT));
    let numbers = cloud.marks.iter().flat_map(|mark| {
        let (low, high) = mark.interval.unwrap_or((mark.quality, mark.quality));
        [low, mark.quality, high]
    });
    let up = Scale::linear(numbers, (top + PLOT, top + 22.0), 5);
    out.say("text", &[("class", &"quiet"), ("x", &Length(24.0)), ("y", &Length(top + 8.0))], quality);
    axes(out, &across, &up, top);
    let middle = (LEFT + RIGHT) / 2.0;
    out.say(
        "text",
        &[
            ("class", &"quiet"),
            ("x", &Length(middle)),
            ("y", &Length(top + PLOT + 40.0)),
            ("text-anchor", &"middle"),
        ],
        &cloud.cost,
    );
    let best = frontier(&cloud.marks);
    let line: Vec<String> = best
        .iter()
        .map(|&at| {
            let mark = &cloud.marks[at];
            format!("{},{}", Length(across.place(mark.cost)), Length(up.place(mark.quality)))
        })
        .collect();
    out.leaf("polyline", &[("class", &"frontier"), ("points", &line.join(" "))]);
    for mark in &cloud.marks {
        whisker(out, mark, &across, &up);
    }
    names(out, &cloud.marks, &across, &up, top);
    // Where marks stand on each other, the best one is seen.
    let rest = (0..cloud.marks.len()).filter(|at| !best.contains(at));
    for (class, at) in rest.map(|at| ("rest", at)).chain(best.iter().map(|&at| ("best", at))) {
        let mark = &cloud.marks[at];
        let (x, y) = (Length(across.place(mark.cost)), Length(up.place(mark.quality)));
        out.leaf("circle", &[("class", &class), ("cx", &x), ("cy", &y), ("r", &RADIUS)]);
    }
}

/// Lines of both scales with their numbers.
pub(super) fn axes(out: &mut Markup, across: &Scale, up: &Scale, top: f64) {
    let floor = top + PLOT;
    for (number, name) in up.lines() {
        let y = Length(up.place(number));
        out.leaf("line", &[("class", &"grid"), ("x1", &LEFT), ("x2", &RIGHT), ("y1", &y), ("y2", &y)]);
        let below = Length(y.0 + 4.0);
        out.say(
            "text",
            &[("class", &"quiet"), ("x", &(LEFT - 8.0)), ("y", &below), ("text-anchor", &"end")],
            &name,
        );
    }
    for (number, name) in across.lines() {
        let x = Length(across.place(number));
        let (from, to) = (Length(floor), Length(floor + 5.0));
        out.leaf("line", &[("class", &"axis"), ("x1", &x), ("x2", &x), ("y1", &from), ("y2", &to)]);
        out.say(
            "text",
            &[("class", &"quiet"), ("x", &x), ("y", &Length(floor + 20.0)), ("text-anchor", &"middle")],
            &name,
        );
    }
    let y = Length(floor);
    out.leaf("line", &[("class", &"axis"), ("x1", &LEFT), ("x2", &RIGHT), ("y1", &y), ("y2", &y)]);
}

fn whisker(out: &mut Markup, mark: &Mark, across: &Scale, up: &Scale) {
    let Some((low, high)) = mark.interval else { return };
    let x = across.place(mark.cost);
    let (low, high) = (Length(up.place(low)), Length(up.place(high)));
    out.leaf(
        "line",
        &[("class", &"whisker"), ("x1", &Length(x)), ("x2", &Length(x)), ("y1", &low), ("y2", &high)],
    );
    for y in [low, high] {
        let (from, to) = (Length(x - 4.0), Length(x + 4.0));
        out.leaf("line", &[("class", &"whisker"), ("x1", &from), ("x2", &to), ("y1", &y), ("y2", &y)]);
    }
}

fn names(out: &mut Markup, marks: &[Mark], across: &Scale, up: &Scale, top: f64) {
    let places: Vec<(f64, f64, f64)> = marks
        .iter()
        .map(|mark| (across.place(mark.cost), up.place(mark.quality), width_of(&mark.name)))
        .collect();
    let mut taken: Vec<Area> = places.iter().map(|&(x, y, _)| Area::around(x, y, RADIUS + 2.0)).collect();
    for (mark, &(x, ..)) in marks.iter().zip(&places) {
        if let Some((low, high)) = mark.interval {
            let (low, high) = (up.place(low), up.place(high));
            taken.push(Area { left: x - 4.0, top: high, width: 8.0, height: low - high });
        }
    }
    let bounds = Area { left: LEFT, top: top + 14.0, width: RIGHT - LEFT + 20.0, height: PLOT - 16.0 };
    for ((mark, &(x, y, _)), placed) in marks.iter().zip(&places).zip(labels(&places, &taken, bounds)) {
        let area = placed.area;
        if placed.far {
            // To the nearest point of the name's box.
            let to = (x.clamp(area.left, area.left + area.width), y.clamp(area.top, area.top + LINE));
            let (x1, y1, x2, y2) = (Length(x), Length(y), Length(to.0), Length(to.1));
            out.leaf("line", &[("class", &"leader"), ("x1", &x1), ("y1", &y1), ("x2", &x2), ("y2", &y2)]);
        }
        let (left, base) = (Length(area.left), Length(area.top + 12.0));
        out.say("text", &[("class", &"name"), ("x", &left), ("y", &base)], &mark.name);
    }
}

/// The marks that no mark of the same or less cost reaches, cheapest first.
fn frontier(marks: &[Mark]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..marks.len()).collect();
    order.sort_by(|&a, &b| {
        let (a, b) = (&marks[a], &marks[b]);
        a.cost.total_cmp(&b.cost).then(b.quality.total_cmp(&a.quality))
    });
    let mut best = f64::NEG_INFINITY;
    order.retain(|&at| {
        let better = marks[at].quality > best;
        best = best.max(marks[at].quality);
        better
    });
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(name: &str, cost: f64, quality: f64) -> Mark {
        Mark { name: name.to_owned(), cost, quality, interval: Some((quality - 0.01, quality + 0.01)) }
    }

    #[test]
    fn the_frontier_is_what_nothing_cheaper_reaches() {
        let marks = [
            mark("c", 40.0, 0.25),
            mark("a", 10.0, 0.2),
            mark("b", 20.0, 0.2),
            mark("d", 40.0, 0.24),
            mark("e", 90.0, 0.3),
        ];
        assert_eq!(frontier(&marks), [1, 0, 4]);
    }

    #[test]
    fn a_drawing_says_what_it_shows_and_is_always_the_same() {
        let clouds = [Cloud {
            cost: "bytes an item".to_owned(),
            marks: vec![mark("<b>", 12.0, 0.25), mark("y", 0.0, f64::NAN)],
        }];
        let draw = || points("plot", "picks & \"more\"", "NDCG@20", &clouds).into_string();
        let drawing = draw();
        assert_eq!(drawing, draw());
        assert!(
            drawing.contains("<title id=\"plot-title\">picks &amp; &quot;more&quot;</title>"),
            "{drawing}"
        );
        assert!(drawing.contains("&lt;b&gt;: 0.2500 (0.2400 to 0.2600) at 12;"), "{drawing}");
        let coordinates =
            drawing.split(['=', ' ', ',']).filter(|part| part.contains("NaN\"") || part.contains("inf\""));
        assert_eq!(coordinates.count(), 0, "{drawing}");
        assert!(!drawing.contains("<b>") && !drawing.contains("<script"));
        assert!(
            points("plot", "nothing", "NDCG@20", &[Cloud { cost: String::new(), marks: Vec::new() }])
                .as_str()
                .len()
                > 500
        );
    }
}
