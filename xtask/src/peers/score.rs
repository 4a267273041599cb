//! One scorer for all peers, by the definitions of `cookshelf eval`.
//!
//! Reads the lists that a peer wrote and the cases they answer. Items of equal score share the mean of their places.
//! Deliberately shares no code with the program it is compared with: it is a second opinion.

use std::collections::BTreeSet;

use crate::failure::Failure;

/// A mean over all cases, by its name in the program's JSON.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Scores {
    pub hit_rate: f64,
    pub recall: f64,
    pub precision: f64,
    pub ndcg: f64,
    pub mrr: f64,
}

/// A kind of figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    HitRate,
    Recall,
    Precision,
    Ndcg,
    Mrr,
}

impl Figure {
    /// The two figures that a list is judged by.
    pub fn of_list(list: &str) -> [Figure; 2] {
        match list {
            "next" | "together" => [Figure::HitRate, Figure::Mrr],
            "text" => [Figure::Recall, Figure::Mrr],
            "look" => [Figure::Precision, Figure::Ndcg],
            _ => [Figure::Recall, Figure::Ndcg],
        }
    }

    /// As pages name it.
    pub fn name(self) -> &'static str {
        match self {
            Figure::HitRate => "HR",
            Figure::Recall => "Recall",
            Figure::Precision => "P",
            Figure::Ndcg => "NDCG",
            Figure::Mrr => "MRR",
        }
    }

    /// Where it stands in the JSON of `cookshelf eval`.
    pub fn path(self) -> &'static str {
        match self {
            Figure::HitRate => "/hitRate/mean",
            Figure::Recall => "/recall/mean",
            Figure::Precision => "/precision/mean",
            Figure::Ndcg => "/ndcg/mean",
            Figure::Mrr => "/mrr/mean",
        }
    }

    /// Its value.
    pub fn of(self, scores: &Scores) -> f64 {
        match self {
            Figure::HitRate => scores.hit_rate,
            Figure::Recall => scores.recall,
            Figure::Precision => scores.precision,
            Figure::Ndcg => scores.ndcg,
            Figure::Mrr => scores.mrr,
        }
    }
}

/// The means of all cases. `lists` has a line per case: its name, and groups of equal items with tabs between.
pub fn score(cases: &str, lists: &str, places: u64) -> Result<Scores, Failure> {
    let mut sum = Scores::default();
    let mut count = 0.0;
    let mut answers = lists.lines();
    for (name, targets) in questions(cases)? {
        let line = answers.next().ok_or_else(|| Failure::new(format!("the peer left case {name} open")))?;
        let mut groups = line.split('\t');
        let of = groups.next().unwrap_or_default();
        if of != name {
            return Err(Failure::new(format!("the peer answered case {of} instead of {name}")));
        }
        let found = one(&places_of(groups, &targets), targets.len(), places);
        sum.hit_rate += found.hit_rate;
        sum.recall += found.recall;
        sum.precision += found.precision;
        sum.ndcg += found.ndcg;
        sum.mrr += found.mrr;
        count += 1.0;
    }
    if count == 0.0 {
        return Err(Failure::new("there are no cases"));
    }
    Ok(Scores {
        hit_rate: sum.hit_rate / count,
        recall: sum.recall / count,
        precision: sum.precision / count,
        ndcg: sum.ndcg / count,
        mrr: sum.mrr / count,
    })
}

/// Name and distinct targets of every case.
fn questions(cases: &str) -> Result<Vec<(&str, BTreeSet<&str>)>, Failure> {
    let text = cases.strip_prefix('\u{feff}').unwrap_or(cases);
    let lines = text.lines().skip(1).filter(|line| !line.trim().is_empty());
    let read = |line| {
        let mut fields = str::split(line, ',').map(|field| field.trim().trim_matches('"'));
        let (name, _, targets) = (fields.next()?, fields.next()?, fields.next()?);
        Some((name, targets.split_whitespace().collect()))
    };
    let question = |line| read(line).ok_or_else(|| Failure::new(format!("`{line}` is no case")));
    lines.map(question).collect()
}

/// The mean place of every target that is in the list.
fn places_of<'a>(groups: impl Iterator<Item = &'a str>, targets: &BTreeSet<&str>) -> Vec<f64> {
    let (mut found, mut before) = (Vec::new(), 0.0);
    for group in groups {
        let size = group.split(' ').count() as f64;
        let hits = group.split(' ').filter(|item| targets.contains(item));
        found.extend(hits.map(|_| before + (size + 1.0) / 2.0));
        before += size;
    }
    found
}

fn one(found: &[f64], targets: usize, places: u64) -> Scores {
    let most = places as f64;
    let counted: Vec<f64> = found.iter().copied().filter(|place| *place <= most).collect();
    let gain = |place: f64| 1.0 / (place + 1.0).log2();
    let ideal: f64 = (1..=places.min(targets as u64)).map(|place| gain(place as f64)).sum();
    let hits = counted.len() as f64;
    Scores {
        hit_rate: f64::from(u8::from(hits > 0.0)),
        recall: hits / targets as f64,
        precision: hits / most,
        ndcg: counted.iter().map(|place| gain(*place)).sum::<f64>() / ideal,
        mrr: counted.iter().map(|place| 1.0 / place).fold(0.0, f64::max),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: &str = "case,context,targets\n1,a b,c d c\n2,a,z\n\"3\",,e f g\n";

    fn near(found: Scores, expected: [f64; 5]) {
        let found = [found.hit_rate, found.recall, found.precision, found.ndcg, found.mrr];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
        }
    }

    /// Case 1: c at place 2 of 3, d beyond. Case 2: nothing. Case 3: e and f share places 1 and 2, g stands third.
    #[test]
    fn figures_match_their_definitions() {
        let lists = "1\tx\tc\ty\td\n2\tx\n3\te f\tg\n";
        let log3 = 3f64.log2();
        let ndcg1 = (1.0 / log3) / (1.0 + 1.0 / log3);
        let ndcg3 = (2.0 / 2.5f64.log2() + 0.5) / (1.0 + 1.0 / log3 + 0.5);
        near(
            score(CASES, lists, 3).unwrap(),
            [
                2.0 / 3.0,
                (0.5 + 1.0) / 3.0,
                (1.0 / 3.0 + 1.0) / 3.0,
                (ndcg1 + ndcg3) / 3.0,
                (0.5 + 1.0 / 1.5) / 3.0,
            ],
        );
    }

    /// Four equal items share place 2.5: within three places all of them count, within two none does.
    #[test]
    fn equal_items_share_their_places() {
        let cases = "case,context,targets\n1,a,c\n";
        near(score(cases, "1\tc x y z\n", 3).unwrap(), [1.0, 1.0, 1.0 / 3.0, 1.0 / 3.5f64.log2(), 0.4]);
        near(score(cases, "1\tc x y z\n", 2).unwrap(), [0.0; 5]);
    }

    #[test]
    fn answers_belong_to_their_cases() {
        let texts = [("1\tx\n", "left case 2 open"), ("1\tx\n3\tx\n2\tx\n", "case 3 instead of 2")];
        for (lists, part) in texts {
            let text = score(CASES, lists, 3).unwrap_err().to_string();
            assert!(text.contains(part), "{text}");
        }
        assert!(score("case,context,targets\n", "", 3).is_err());
    }
}
