//! One table of all sides: quality, seconds, memory, bytes.
//!
//! Lays figures out and makes none, but for the quotient of two training times.

use super::score::Figure;
use crate::bench::table::{duration, thousands};
use crate::page;

/// One side on one file of cases.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) set: String,
    /// The file of cases, by its name.
    pub(super) list: String,
    /// Who made the list.
    pub(super) who: String,
    /// Whether that is us; the first of ours is what peers are compared with.
    pub(super) ours: bool,
    /// What was measured, or why nothing was.
    pub(super) outcome: Result<Measurement, String>,
    /// Settings, and how they were chosen.
    pub(super) notes: String,
}

/// What one side reached and took.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Measurement {
    /// The figures of the list, in the order of [`Figure::of_list`].
    pub(super) figures: Vec<(Figure, f64)>,
    /// Training alone.
    pub(super) seconds: f64,
    /// Peak of the process until training ended, in bytes.
    pub(super) memory: f64,
    /// Bytes of the model for each item.
    pub(super) bytes_per_item: f64,
}

impl Default for Row {
    fn default() -> Self {
        Self::without("", "")
    }
}

impl Row {
    /// A side that measured nothing.
    pub(super) fn without(who: &str, why: &str) -> Self {
        Row {
            set: String::new(),
            list: String::new(),
            who: who.to_owned(),
            ours: false,
            outcome: Err(why.to_owned()),
            notes: String::new(),
        }
    }
}

const HEADER: [&str; 9] = [
    "set",
    "list",
    "who",
    "quality",
    "training",
    "peak memory",
    "bytes an item",
    "× our training",
    "settings",
];

/// The rows as one table; `places` tells how many places of a set's list count.
pub(super) fn table(rows: &[Row], places: impl Fn(&Row) -> u64) -> String {
    let cells = rows.iter().map(|row| cells(row, reference(rows, row), places(row)));
    page::table(HEADER, &cells.collect::<Vec<_>>())
}

/// Our first row on the same cases.
fn reference<'a>(rows: &'a [Row], row: &Row) -> Option<&'a Measurement> {
    let same = |other: &&Row| other.ours && (&other.set, &other.list) == (&row.set, &row.list);
    rows.iter().find(same)?.outcome.as_ref().ok()
}

fn cells(row: &Row, ours: Option<&Measurement>, places: u64) -> [String; 9] {
    let [set, list, who] = [&row.set, &row.list, &row.who].map(String::clone);
    let found = match &row.outcome {
        Ok(found) => found,
        Err(why) => {
            let none = String::new;
            return [
                set,
                list,
                who,
                format!("none: {why}"),
                none(),
                none(),
                none(),
                none(),
                row.notes.clone(),
            ];
        }
    };
    let figure = |(figure, value): &(Figure, f64)| format!("{}@{places} {value:.4}", figure.name());
    let quality: Vec<String> = found.figures.iter().map(figure).collect();
    [
        set,
        list,
        who,
        quality.join(" · "),
        duration(found.seconds * 1000.0),
        format!("{} MB", thousands(found.memory / 1e6)),
        thousands(found.bytes_per_item),
        ours.filter(|_| !row.ours).map_or(String::new(), |ours| times(found, ours)),
        row.notes.clone(),
    ]
}

/// How many times our training theirs takes, and whether they are as good.
fn times(theirs: &Measurement, ours: &Measurement) -> String {
    let quotient = theirs.seconds / ours.seconds.max(1e-9);
    let quotient = match quotient {
        q if q >= 9.95 => thousands(q),
        q if q >= 0.95 => format!("{q:.1}"),
        q if q >= 0.005 => format!("{q:.2}"),
        _ => "< 0.01".to_owned(),
    };
    let pairs = || theirs.figures.iter().zip(&ours.figures).map(|(theirs, ours)| theirs.1 >= ours.1);
    match (pairs().all(|as_good| as_good), pairs().any(|as_good| as_good)) {
        (true, true) => format!("{quotient}, as good or better"),
        (false, true) => format!("{quotient}, better in one figure"),
        _ => quotient,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(who: &str, ours: bool, figures: [f64; 2], seconds: f64) -> Row {
        Row {
            set: "s".into(),
            list: "next".into(),
            ours,
            outcome: Ok(Measurement {
                figures: vec![(Figure::HitRate, figures[0]), (Figure::Mrr, figures[1])],
                seconds,
                memory: 123.4e6,
                bytes_per_item: 1234.0,
            }),
            ..Row::without(who, "")
        }
    }

    #[test]
    fn peers_are_compared_with_our_first_row() {
        let rows = [
            row("we", true, [0.5, 0.2], 0.5),
            row("we, smaller", true, [0.4, 0.1], 5.0),
            row("slow", false, [0.4, 0.1], 20.0),
            row("good", false, [0.6, 0.2], 1.0),
            row("half", false, [0.6, 0.1], 0.01),
            Row { set: "s".into(), list: "next".into(), ..Row::without("large", "too large") },
        ];
        let text = table(&rows, |_| 20);
        let line =
            |who: &str| text.lines().find(|line| line.contains(&format!("| {who} "))).unwrap().to_owned();
        assert!(line("we").contains("| HR@20 0.5000 · MRR@20 0.2000 | 500 ms   | 123 MB "), "{text}");
        assert!(line("slow").contains("| 40 "), "{text}");
        assert!(line("good").contains("| 2.0, as good or better "), "{text}");
        assert!(line("half").contains("| 0.02, better in one figure "), "{text}");
        assert!(line("large").contains("| none: too large "), "{text}");
        assert!(!line("we, smaller").contains("as good"), "{text}");
    }
}
